"""What goes wrong with a server is named by its cause, and what was published stays."""

from pathlib import Path

import psycopg
import pytest

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words
from app.web.page_renderer import draw
from tests.conftest import copy_for_writing
from tests.pipeline.commands import run
from tests.plan_pack import PROVINCE
from tests.postgres.server import Server
from warehouse.errors import ServerError
from warehouse.health.checks import check_published, check_registry
from warehouse.publish import server
from warehouse.publish.server import connected
from warehouse.publish.server_versions import building
from warehouse.settings import Settings

pytestmark = pytest.mark.build

FAILED = 1


@pytest.fixture
def data_dir(province_data_dir: Path, tmp_path: Path) -> Path:
    """A province's data folder, to build elsewhere."""
    return copy_for_writing(province_data_dir, tmp_path / "data", "landing", "cache")


def refusal(data_dir: Path, url: str, *command: str) -> str:
    """Run a command that must fail; return what it says."""
    finished = run(data_dir, *command, **PROVINCE, KPI_WAREHOUSE_URL=url)
    assert finished.returncode == FAILED, finished.stdout + finished.stderr
    assert "Traceback" not in finished.stderr
    return finished.stderr


def test_a_server_that_cannot_be_reached_is_named_without_its_password(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"postgresql+psycopg://builder:geheim@/kpi?host={tmp_path}"
    for command in (["build"], ["versions"], ["rollback", "20200101T000000"], ["verify"], ["status"]):
        said = refusal(data_dir, url, *command)
        assert "cannot be reached" in said
        assert str(tmp_path) in said
        assert "geheim" not in said
    monkeypatch.setenv("KPI_DATA_DIR", str(data_dir))
    monkeypatch.setenv("KPI_WAREHOUSE_URL", url)
    page = draw("", {"lang": "vi"}, BUILT_IN_VIEWER)
    assert (page.status, words("vi")("message.unreachable_title") in page.html) == (503, True)
    assert [found.code for found in check_published(Settings.from_env())] == ["published_unreadable"]
    monkeypatch.setenv("KPI_OPS_URL", url)
    assert [found.code for found in check_registry(Settings.from_env())] == ["registry_unreachable"]
    page = draw("", {"lang": "en"}, BUILT_IN_VIEWER)
    assert page.status == 503


def test_a_user_without_the_right_to_create_schemas_is_named_with_the_database(data_dir: Path, server: Server) -> None:
    server.create_database("closed")
    with psycopg.connect(server.url("closed")) as connection:
        connection.execute("create role guest login")
    url = server.url("closed").replace("builder@", "guest@")
    said = refusal(data_dir, url, "build")
    assert "the user guest lacks a right on the database closed" in said
    assert "permission denied" in said


def test_an_older_server_and_another_order_of_text_are_refused_with_what_is_needed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.url(server.create_database("as_in_a_dictionary", "locale_provider icu icu_locale 'vi'"))
    with pytest.raises(ServerError) as refused, building(url):
        pass
    assert "create database as_in_a_dictionary encoding 'UTF8' locale 'C'" in refused.value.words("vi")
    monkeypatch.setattr("warehouse.publish.server.LEAST_VERSION", 99)
    with pytest.raises(ServerError) as refused, building(url):
        pass
    assert refused.value.key == "server_too_old"


def test_a_second_builder_on_another_machine_is_told_who_builds(server: Server) -> None:
    url = server.url(server.create_database("locked"))
    with building(url) as nobody, building(url) as holder:
        assert nobody is None
        assert holder is not None
        assert holder["by"] == "builder"
    with building(url) as nobody:
        assert nobody is None


def test_a_lost_connection_is_named(server: Server) -> None:
    url = server.url(server.create_database("lost"))
    with pytest.raises(ServerError) as refused, connected(url) as connection:
        connection.execute("select pg_terminate_backend(pg_backend_pid())")
    assert refused.value.key == "server_lost"


def test_the_causes_of_a_lost_connection_in_the_words_of_dbt_are_known() -> None:
    for message in (
        "Database Error in model x\n  server closed the connection unexpectedly\n",
        "terminating connection due to administrator command",
    ):
        with pytest.raises(ServerError, match="mất kết nối"):
            server.raise_if_lost(message)
    server.raise_if_lost('column "connection" does not exist')
