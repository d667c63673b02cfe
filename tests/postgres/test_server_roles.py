"""The roles of `deploy/postgres-roles.sql` have the rights of their work and no others."""

from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from app.core.access import BUILT_IN_VIEWER
from app.web.page_renderer import draw
from tests.conftest import copy_data_dir, copy_for_writing
from tests.pipeline.commands import run, run_json, run_well
from tests.plan_pack import PACK, PROVINCE
from tests.postgres.installation import with_roles
from tests.postgres.server import Server
from warehouse.desk import Desk

pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def database(server: Server, province_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A province's installation that the builder moved to a database prepared by the file of roles."""
    database = with_roles(server, "roles")
    data_dir = copy_data_dir(province_data_dir, tmp_path_factory.mktemp("roles") / "data")
    run_well(data_dir, "move", "--to", server.setting(database, "kpi_builder"), **PROVINCE)
    return database


def allowed(server: Server, database: str, role: str, *statements: str) -> list[str]:
    """Statements of these that a role may carry out; nothing is kept."""
    possible = []
    with psycopg.connect(server.url(database).replace("builder@", f"{role}@")) as connection:
        for statement in statements:
            try:
                connection.execute(statement.encode())
                possible.append(statement)
            except (errors.InsufficientPrivilege, errors.RaiseException, errors.UndefinedTable):
                # A table of a schema that a role may not use does not exist for it.
                pass
            connection.rollback()
    return possible


def test_the_app_reads_pages_and_writes_to_the_registry_as_the_writer(
    server: Server, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.setting(database, "kpi_writer")
    for name, value in (("DATA_DIR", tmp_path), ("WAREHOUSE_URL", url), ("OPS_URL", url), ("PLAN_DIR", PACK)):
        monkeypatch.setenv(f"KPI_{name}", str(value))
    for page in ("", "district", "reports", "quality", "downloads"):
        assert draw(page, {"unit": "901"} if page == "district" else {}, BUILT_IN_VIEWER).status == 200, page
    desk = Desk.open()
    desk.add_note("901", "2023Q2", "Đã gọi lại.", "Sở")
    assert [note.text for note in desk.notes("901")] == ["Đã gọi lại."]


def test_commands_with_the_settings_of_the_app_have_the_rights_of_the_builder(
    server: Server, database: str, province_data_dir: Path, tmp_path: Path
) -> None:
    data_dir = copy_for_writing(province_data_dir, tmp_path / "data", "landing", "cache")
    builder, writer = (server.setting(database, role) for role in ("kpi_builder", "kpi_writer"))
    of_app = {**PROVINCE, "KPI_WAREHOUSE_URL": writer, "KPI_OPS_URL": writer}
    # The writer alone cannot tell whether a version is damaged: it may not read all of it.
    for command in ("verify", "versions"):
        finished = run(data_dir, command, **of_app)
        assert (finished.returncode, "kpi_writer lacks a right" in finished.stderr) == (1, True), finished.stdout
    with_builder = of_app | {"KPI_BUILDER_URL": builder}
    assert run_json(data_dir, "verify", **with_builder)["findings"] == []
    (version,) = run_json(data_dir, "versions", **with_builder)
    assert not version["is_damaged"]
    assert run_json(data_dir, "build", **with_builder)["outcome"] == "unchanged"
    run_well(data_dir, "rollback", version["version"], **with_builder)
    run_well(data_dir, "backup", "--to", tmp_path / "kept", **with_builder)


def test_nobody_changes_figures_or_what_is_append_only(server: Server, database: str) -> None:
    with psycopg.connect(server.url(database)) as connection:
        ((version,),) = connection.execute("select version from marts.publication").fetchall()
    changes = [
        f"update \"{version}_marts\".dim_unit set name_vi = ''",
        "update versions.published set version = ''",
        "update versions.manifest set content = '{}'",
        "update versions.reader set units = '{*}'",
        "update submission set verdict = 'x'",
        "delete from audit_event",
        "truncate submission cascade",
        "drop view marts.dim_unit",
        "create table public.mine (a integer)",
        "create schema mine",
    ]
    assert allowed(server, database, "kpi_writer", *changes) == []
    assert allowed(server, database, "kpi_reader", *changes) == []
    # The owner of the figures builds them anew; records are out of reach for the owner, too.
    assert allowed(server, database, "kpi_builder", *changes[4:7]) == []


def test_a_reader_reads_the_published_marts_and_nothing_else(server: Server, database: str) -> None:
    with psycopg.connect(server.url(database)) as connection:
        ((version,),) = connection.execute("select version from marts.publication").fetchall()
    reads = [
        "select * from marts.fct_target_progress",
        "select * from marts.publication",
        "select * from submission",
        f'select * from "{version}_raw".submissions',
        f'select * from "{version}_marts".dim_unit',
        "select * from versions.manifest",
    ]
    assert allowed(server, database, "kpi_reader", *reads) == reads[:2]
    assert allowed(server, database, "kpi_writer", *reads) == [*reads[:3], *reads[4:]]
