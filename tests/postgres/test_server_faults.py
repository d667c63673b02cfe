"""What goes wrong with a server is named by its cause, and what was published stays."""

import json
from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words
from app.web.page_renderer import draw
from tests.conftest import copy_for_writing
from tests.pipeline.commands import run, run_well
from tests.plan_pack import PROVINCE
from tests.postgres.installation import with_roles
from tests.postgres.server import Server
from warehouse.errors import ServerError
from warehouse.health.checks import check_published, check_registry
from warehouse.publish import server
from warehouse.publish.server import connected
from warehouse.publish.server_versions import BUILDING, building, complete, create_schemas, noted_version
from warehouse.publish.versions import Manifest
from warehouse.registry.store import Registry
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


def test_every_command_names_a_server_that_is_away_and_the_doctor_examines_the_rest(
    data_dir: Path, tmp_path: Path
) -> None:
    url = f"postgresql+psycopg://builder@/kpi?host={tmp_path}"
    export = ["export", "--table", "dim_unit", "--out", str(tmp_path / "units.csv")]
    for command in (export, ["upgrade", "--check"], ["upgrade", "--without-backup"], ["access"]):
        finished = run(data_dir, *command, **PROVINCE, KPI_WAREHOUSE_URL=url, KPI_OPS_URL=url)
        assert (finished.returncode, "Traceback" in finished.stderr) == (FAILED, False), finished.stderr
        assert str(tmp_path) in finished.stderr
    told = run(data_dir, "doctor", "--json", **PROVINCE, KPI_WAREHOUSE_URL=url, KPI_OPS_URL=url)
    findings = {
        check["name"]: [found["code"] for found in check["findings"]] for check in json.loads(told.stdout)["checks"]
    }
    assert (findings["registry"], findings["published"]) == (["registry_unreachable"], ["published_unreadable"])
    assert findings["python"] == []


def test_a_connection_that_ends_or_may_not_read_in_the_middle_of_a_command_is_named(
    data_dir: Path, server: Server
) -> None:
    database = with_roles(server, "ended")
    url = server.setting(database, "kpi_builder")
    registry = Registry(url)
    registry.start_build("20240101T080000", datetime(2024, 1, 1), date(2024, 1, 1))
    registry.close()
    with psycopg.connect(server.url(database)) as connection:
        connection.execute(
            "create policy ended on build_run using (pg_terminate_backend(pg_backend_pid())); "
            "alter table build_run enable row level security, force row level security"
        )
    finished = run(data_dir, "status", **PROVINCE, KPI_OPS_URL=url)
    assert finished.returncode == FAILED
    assert finished.stderr.startswith("The registry on the database server cannot be used")
    finished = run(data_dir, "status", **PROVINCE, KPI_OPS_URL=server.setting(database, "kpi_reader"))
    assert finished.returncode == FAILED
    assert finished.stderr.startswith("The registry on the database server cannot be used: no schema")


@pytest.mark.parametrize(
    ("name", "made", "statement", "said"),
    [
        ("others", "", "create table note (a integer)", "has tables of another program"),
        ("ascii", "encoding 'SQL_ASCII' locale 'C'", "select 1", "is not in UTF8"),
        ("standby", "", "alter database standby set default_transaction_read_only = on", "takes no changes"),
    ],
)
def test_a_database_that_cannot_take_an_installation_is_named_and_nothing_is_moved(
    data_dir: Path, server: Server, name: str, made: str, statement: str, said: str
) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name} {made} template template0".encode())
    with psycopg.connect(server.url(name)) as connection:
        connection.execute(statement.encode())
    finished = run(data_dir, "move", "--to", server.setting(name), **PROVINCE)
    assert finished.returncode != 0
    assert (said in finished.stderr, "Traceback" in finished.stderr) == (True, False), finished.stderr
    with psycopg.connect(server.url(name)) as connection:
        copied = connection.execute("select count(*) from pg_namespace where nspname ~ '^[0-9]'").fetchone()
    assert copied == (0,)


def test_options_in_an_address_hold_for_figures_and_for_the_registry(data_dir: Path, server: Server) -> None:
    database = with_roles(server, "options")
    url = f"{server.setting(database)}&options=-c%20role%3Dkpi_builder"
    run_well(data_dir, "move", "--to", url, **PROVINCE)
    with psycopg.connect(server.url(database)) as connection:
        owners = connection.execute(
            "select distinct pg_get_userbyid(relowner) from pg_class "
            "where relkind = 'r' and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'"
        ).fetchall()
    assert owners == [("kpi_builder",)]


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


def test_what_another_builder_makes_is_not_published_as_this_one_s_version(server: Server) -> None:
    url = server.url(server.create_database("replaced"))
    mine, others = "20260701T080000", "20260701T080300"
    with building(url), connected(url) as connection:
        create_schemas(connection, others)
    manifest = Manifest(mine, "2026-07-01T08:00:00", "2026-07-01", "f", "r", 1, True)
    with pytest.raises(ServerError) as refused, connected(url) as connection:
        complete(connection, manifest, {})
    assert refused.value.key == "build_replaced"
    with connected(url) as connection:
        assert noted_version(connection, BUILDING) == others


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
