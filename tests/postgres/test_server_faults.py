"""What goes wrong with a server is named by its cause, and what was published stays."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.web.page_renderer import draw
from tests.conftest import copy_for_writing
from tests.pipeline.commands import run, run_well
from tests.plan_pack import PROVINCE
from tests.postgres.installation import with_roles
from tests.postgres.server import Server, make_first_schema
from warehouse import clock
from warehouse.db.connection import connect, open_database
from warehouse.db.schema_version import schema_version
from warehouse.desk import Desk
from warehouse.errors import RegistryServerFullError, RegistryUnreachableError, ServerError
from warehouse.health.checks import check_published, check_registry
from warehouse.health.report import read_counts
from warehouse.people import AccessKind, AccessTrail
from warehouse.pipeline.increment import NotSureError
from warehouse.pipeline.server_increment import require_its_name
from warehouse.publish import server
from warehouse.publish.engines import NothingPublished, published
from warehouse.publish.row_scope import EVERY_ROW
from warehouse.publish.server import check_database, connected, environment
from warehouse.publish.server_versions import BUILDING, building, complete, create_schemas, noted_version
from warehouse.publish.versions import Manifest
from warehouse.registry.store import Registry
from warehouse.settings import Settings

pytestmark = pytest.mark.build

FAILED, DISK_FULL = 1, 7


@pytest.fixture
def data_dir(province_data_dir: Path, tmp_path: Path) -> Path:
    """A province's data folder, to build elsewhere."""
    return copy_for_writing(province_data_dir, tmp_path / "data", "landing", "cache")


def refusal(data_dir: Path, url: str, *command: str, **more: str) -> str:
    """Run a command that must fail; return what it says."""
    finished = run(data_dir, *command, **PROVINCE, KPI_WAREHOUSE_URL=url, **more)
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
    assert (page.status, words_in("vi")("message.unreachable_title") in page.html) == (503, True)
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
    settings = replace(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}, data_dir / "no.env"), ops_url=url)
    assert read_counts(settings) is None, "monitors are answered all the same"
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


def test_what_is_written_while_a_server_takes_no_changes_is_refused_by_that_cause_and_works_once_it_does_again(
    data_dir: Path, server: Server
) -> None:
    database = with_roles(server, "failed_over")
    settings = replace(
        Settings.from_env({"KPI_DATA_DIR": str(data_dir)}, data_dir / "no.env"),
        ops_url=server.setting(database, "kpi_builder"),
    )
    desk, trail = Desk.open(settings), AccessTrail(open_database(settings.ops_url))
    note = desk.add_note("901", "2023H2", "Đã gọi.", "Sở")
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        connection.execute("alter database failed_over set default_transaction_read_only = on")
        _end_sessions(connection)
        for write in (
            lambda: desk.add_note("901", "2023H2", "Đã họp.", "Sở"),
            lambda: trail.record(AccessKind.DOWNLOADED, "Lan"),
        ):
            with pytest.raises(RegistryUnreachableError, match="read-only transaction"):
                write()
        assert desk.notes("901") == [note]
        assert [found.code for found in check_registry(settings)] == ["registry_unreachable"]
        connection.execute("alter database failed_over reset default_transaction_read_only")
    # The first writer meets the session that it had; each other gets one of the server as it is now.
    with pytest.raises(RegistryUnreachableError):
        desk.add_note("901", "2023H2", "Đã họp.", "Sở")
    assert desk.add_note("901", "2023H2", "Đã họp.", "Sở") in desk.notes("901")


def test_figures_and_registry_whose_server_goes_away_in_the_middle_name_it_and_are_read_once_it_is_back(
    data_dir: Path, server: Server
) -> None:
    database = with_roles(server, "away")
    url = server.setting(database)
    run_well(data_dir, "move", "--to", url, **PROVINCE)
    settings = Settings.from_env(
        {"KPI_DATA_DIR": str(data_dir), "KPI_WAREHOUSE_URL": url, "KPI_OPS_URL": url}, data_dir / "no.env"
    )
    shown, desk = published(settings), Desk.open(settings)
    query = text("select count(*) from marts.fct_target_progress")
    with shown.reading(EVERY_ROW) as connection:
        count = connection.execute(query).scalar_one()
    # As a standby does where its primary server removes what is read.
    ended = "do $$ begin raise sqlstate '40001' using message = 'canceling statement due to conflict'; end $$"
    with pytest.raises(NothingPublished, match="conflict"), shown.reading(EVERY_ROW) as connection:
        connection.execute(text(ended))
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("alter database away allow_connections false")
        _end_sessions(connection, database)
        with pytest.raises(NothingPublished) as nothing, shown.reading(EVERY_ROW):
            pass
        assert nothing.value.kind == "unreachable"
        with pytest.raises(RegistryUnreachableError):
            desk.add_note("901", "2023H2", "Đã gọi.", "Sở")
        connection.execute("alter database away allow_connections true")
    with shown.reading(EVERY_ROW) as reading:
        assert reading.execute(query).scalar_one() == count
    assert desk.add_note("901", "2023H2", "Đã gọi.", "Sở") in desk.notes("901")


def test_a_full_disk_of_the_server_is_named_as_its_own_by_builds_and_by_what_is_written(
    data_dir: Path, server: Server
) -> None:
    url = server.setting(server.create_database("full"))
    settings = replace(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}, data_dir / "no.env"), ops_url=url)
    desk = Desk.open(settings)
    raised = "raise exception using errcode = '53100', message = 'could not extend file: No space left on device'"
    with psycopg.connect(server.url("full")) as connection:
        for kind in ("trigger", "event_trigger"):
            statement = f"create function full_{kind}() returns {kind} language plpgsql as 'begin {{}}; end'"
            connection.execute(statement.format(raised.replace("'", "''")).encode())
        connection.execute("create trigger full_disk before insert on note execute function full_trigger()")
        connection.execute(
            "create event trigger full_disk on ddl_command_start when tag in ('CREATE TABLE AS') "
            "execute function full_event_trigger()"
        )
    with pytest.raises(RegistryServerFullError, match="No space left") as full:
        desk.add_note("901", "2023H2", "Đã gọi.", "Sở")
    assert full.value.words("en").startswith("The disk of the database server")
    assert desk.notes("901") == []
    built = run(data_dir, "build", **PROVINCE, KPI_WAREHOUSE_URL=url)
    assert (built.returncode, "the disk of the PostgreSQL server is full" in built.stderr) == (DISK_FULL, True)
    assert "corrected report" not in built.stderr + built.stdout
    recorded = Registry(f"sqlite:///{data_dir / 'registry.sqlite'}")
    assert str(recorded.builds()[0].message).startswith("ServerError: the disk of the PostgreSQL server is full")
    recorded.close()


def _end_sessions(connection: psycopg.Connection, database: str | None = None) -> None:
    """End all other sessions of a database, by default that of the connection."""
    connection.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
        "where datname = coalesce(%s, current_database()) and pid <> pg_backend_pid()",
        [database],
    )


def test_of_an_address_with_several_servers_models_are_computed_on_the_one_that_takes_changes(
    server: Server, tmp_path: Path
) -> None:
    database = server.create_database("several")
    url = f"postgresql+psycopg://builder@/{database}?host={tmp_path}:5433&host={server.folder}:5432"
    variables = environment(f"{url}&target_session_attrs=read-write")
    assert (variables["PGHOST"], variables["PGPORT"]) == (str(server.folder), "5432")
    # Pages only read, and find it as well: that nothing is published there yet.
    with pytest.raises(NothingPublished) as nothing:
        published(Settings.from_env({"KPI_WAREHOUSE_URL": f"{url}&target_session_attrs=read-write"}, tmp_path / "no"))
    assert nothing.value.kind == "empty"


def test_what_an_address_demands_of_its_server_is_demanded_where_models_are_computed_too(server: Server) -> None:
    variables = environment(f"{server.url('kpi')}&channel_binding=require&ssl_min_protocol_version=TLSv1.3")
    assert (variables["PGCHANNELBINDING"], variables["PGSSLMINPROTOCOLVERSION"]) == ("require", "TLSv1.3")


def test_figures_that_pages_may_not_read_are_not_reported_as_nothing_published(data_dir: Path, server: Server) -> None:
    database = with_roles(server, "closed_views")
    url = server.setting(database, "kpi_builder")
    with psycopg.connect(server.url(database)) as connection:
        connection.execute("revoke all on schema marts from kpi_builder")
    for command in (["status"], ["export", "--table", "dim_unit", "--out", str(data_dir / "units.csv")]):
        finished = run(data_dir, *command, **PROVINCE, KPI_WAREHOUSE_URL=url, KPI_OPS_URL=url)
        assert (finished.returncode, "permission denied" in finished.stderr) == (FAILED, True), finished.stdout


def test_an_upgrade_migrates_no_registry_whose_figures_could_not_be_computed_afterwards(
    data_dir: Path, server: Server
) -> None:
    database = with_roles(server, "not_yet_upgraded")
    url = server.setting(database, "kpi_builder")
    make_first_schema(url)
    with psycopg.connect(server.url(database)) as connection:
        connection.execute(f"revoke create on database {database} from kpi_builder")
    planned = run(data_dir, "upgrade", "--check", **PROVINCE, KPI_WAREHOUSE_URL=url, KPI_OPS_URL=url)
    assert ("--without-backup" in planned.stdout, "backup is made in" in planned.stdout) == (True, False)
    said = refusal(data_dir, url, "upgrade", "--without-backup", KPI_OPS_URL=url)
    assert said.startswith("Not upgraded, everything is as before: the user kpi_builder lacks a right")
    engine = connect(url)
    with engine.connect() as connection:
        assert schema_version(connection) == "0001"
    engine.dispose()


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


def test_a_builder_whose_options_do_not_reach_the_server_is_refused_before_it_takes_the_lock(server: Server) -> None:
    url = server.url(server.create_database("pooled"))
    with psycopg.connect(url) as as_through_a_pooler, pytest.raises(ServerError) as refused:
        check_database(as_through_a_pooler)
    assert refused.value.key == "server_pooled"
    with connected(url) as itself:
        check_database(itself)


def test_a_second_builder_on_another_machine_is_told_who_builds(server: Server) -> None:
    url = server.url(server.create_database("locked"))
    with building(url) as nobody, building(url) as holder:
        assert nobody is None
        assert holder is not None
        assert holder["by"] == "builder"
        assert abs(clock.now() - datetime.fromisoformat(holder["since"])) < timedelta(minutes=10), "office time"
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


def test_sql_that_was_compiled_before_a_database_was_renamed_is_not_run_there(server: Server) -> None:
    database = server.create_database("renamed")
    with connected(server.url(database)) as connection:
        require_its_name(connection, {"model": {"resource_type": "model", "database": database}})
        with pytest.raises(NotSureError, match="before"):
            require_its_name(connection, {"model": {"resource_type": "model", "database": "before"}})


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
            server.raise_if_unusable(message)
    server.raise_if_unusable('column "connection" does not exist')
