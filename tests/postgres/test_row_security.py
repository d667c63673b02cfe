"""The server gives no row beyond the rights of who reads, whatever a statement leaves out: to the app for each of its
viewers, and to tools that read the views. The conditions here are written out; the server has its own."""

from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest

from app.core.reader import Reader
from app.queries import marts
from app.queries.fetch import row_scope
from tests.app.roles import COMMUNES, VIEWERS
from tests.postgres.server import Server
from warehouse.publish.engines import Published, published
from warehouse.publish.row_scope import EVERY_ROW, NO_ROWS, RowScope
from warehouse.settings import Settings

pytestmark = pytest.mark.build

_TARGET = "target_code in (select target_code from marts.dim_target where is_sensitive)"
_MEASURE = "measure_code in (select measure_code from marts.dim_measure where is_sensitive)"
# Which rows count people; none of the other marts.
OF_PEOPLE = {
    **dict.fromkeys(("fct_target_contribution", "fct_target_input", "fct_target_progress"), _TARGET),
    **dict.fromkeys(("fct_target_recalculated", "fct_target_shortfall"), _TARGET),
    **dict.fromkeys(("fct_measure", "fct_outlier", "fct_revision", "fct_unit_size"), _MEASURE),
    "fct_breakdown": f"(is_sensitive or {_TARGET})",
    "fct_unit_call": "is_sensitive",
    "fct_quality_result": "true",
}
REPORTERS = ("fct_reporter_period", "fct_reporting", "fct_submission")
WITH_ROWS = ("fct_target_contribution", "fct_target_shortfall")
READERS = ("leader", "officer", "area_reader", "auditor")


@pytest.fixture(scope="module")
def here(moved_city: tuple[Path, str]) -> Published:
    """The city's version in its DuckDB file."""
    return published(Settings.from_env({"KPI_DATA_DIR": str(moved_city[0])}))


@pytest.fixture(scope="module")
def facts(here: Published) -> list[str]:
    """The marts with figures."""
    names = [mart.table_name for mart in marts.marts(Reader(VIEWERS["department"], here))]
    return [name for name in names if name.startswith("fct_")]


def expected(here: Published, facts: list[str], scope: RowScope) -> dict[str, int]:
    """The number of rows of each mart that a viewer may read, by conditions that are written out."""
    counts = {}
    with here.engine.connect() as connection:
        for table in facts:
            conditions = ["true"]
            if scope.units is not None and table != "fct_quality_result":
                column = "reporter_code" if table in REPORTERS else "unit_code"
                conditions.append(f"{column} in {_listed(scope.units)}")
            if scope.people_units is not None and table in OF_PEOPLE:
                own = ["unit_code", *(["row_unit_code"] if table in WITH_ROWS else [])]
                mine = [f"{column} in {_listed(scope.people_units)}" for column in own if table != "fct_quality_result"]
                conditions.append(f"({' or '.join([f'not {OF_PEOPLE[table]}', *mine])})")
            statement = f"select count(*) from marts.{table} where {' and '.join(conditions)}"
            counts[table] = connection.exec_driver_sql(statement).scalar_one()
    return counts


def _listed(codes: frozenset[str]) -> str:
    return f"({', '.join(repr(code) for code in sorted(codes) or [''])})"


def counted(connection: "psycopg.Connection", facts: list[str], schema: str, begin: str = "begin") -> Mapping[str, int]:
    """The number of rows of each mart that statements without any condition get."""
    connection.execute(begin.encode(), prepare=False)
    found = {
        table: connection.execute(f'select count(*) from "{schema}".{table}'.encode()).fetchone() for table in facts
    }
    connection.rollback()
    return {table: row[0] for table, row in found.items() if row}


def test_a_statement_of_the_app_that_forgets_its_filter_gets_no_row_beyond_its_viewer_s_rights(
    server: Server, moved_city: tuple[Path, str], here: Published, facts: list[str]
) -> None:
    _, database = moved_city
    schema, none = f"{here.version}_marts", dict.fromkeys(facts, 0)
    with psycopg.connect(server.url(database).replace("builder@", "kpi_writer@"), autocommit=True) as connection:
        for who in READERS:
            scope = row_scope(VIEWERS[who])
            found = counted(connection, facts, schema, f"begin; {scope.settings}")
            assert found == expected(here, facts, scope), who
            # The next transaction names its own viewer, or gets nothing.
            assert counted(connection, facts, schema) == none
        every = counted(connection, facts, schema, f"begin; {EVERY_ROW.settings}")
        assert every == expected(here, facts, EVERY_ROW)
        assert min(every.values()) > 0
        assert counted(connection, facts, schema, f"begin; {NO_ROWS.settings}") == none
        assert counted(connection, ["dim_unit", "dim_target"], schema)["dim_unit"] > 0
    # What leaves as whole tables is the same, by the rules of downloads.
    leader = Reader(VIEWERS["leader"], here)
    released = {table: f"select count(*) from ({marts.source(leader, table)})" for table in facts if table not in {
        "fct_quality_result"}}  # fmt: skip
    with here.engine.connect() as file:
        taken = {table: file.exec_driver_sql(statement).scalar_one() for table, statement in released.items()}
    assert taken | {"fct_quality_result": 0} == expected(here, facts, row_scope(leader.viewer))


def test_a_connection_of_the_pool_keeps_nothing_of_the_viewer_before(
    server: Server, moved_city: tuple[Path, str]
) -> None:
    _, database = moved_city
    settings = Settings.from_env({"KPI_WAREHOUSE_URL": server.setting(database, "kpi_writer")})
    there, statement = published(settings), "select count(*) from marts.fct_measure"
    for _ in range(3):
        with there.reading(EVERY_ROW) as connection:
            assert connection.exec_driver_sql(statement).scalar_one() > 0
        with there.engine.connect() as connection:
            assert connection.exec_driver_sql(statement).scalar_one() == 0
        with there.reading(NO_ROWS) as connection:
            assert connection.exec_driver_sql(statement).scalar_one() == 0


def test_a_tool_that_reads_the_views_gets_the_rows_of_its_role_and_no_other_way_around_it(
    server: Server, moved_city: tuple[Path, str], here: Published, facts: list[str]
) -> None:
    _, database = moved_city
    viewers = {
        "tool_leader": VIEWERS["leader"],
        "tool_officer": VIEWERS["officer"],
        "tool_area": VIEWERS["area_reader"],
    }
    with psycopg.connect(server.url(database)) as admin:
        for role in (*viewers, "tool_new"):
            admin.execute(f"create role {role} login; grant connect on database {database} to {role}; "
                          f"grant usage on schema marts to {role}; "
                          f"grant select on all tables in schema marts to {role}".encode())  # fmt: skip
        for role, viewer in viewers.items():
            units = [["*"] if codes is None else sorted(codes) for codes in (viewer.readable_units, viewer.own_units)]
            admin.execute("insert into versions.reader values (%s, %s, %s)", [role, *units])
    for role, viewer in viewers.items():
        with psycopg.connect(server.url(database).replace("builder@", f"{role}@"), autocommit=True) as tool:
            assert counted(tool, facts, "marts") == expected(here, facts, row_scope(viewer)), role
            # Naming a viewer, as the app does, helps no tool.
            assert counted(tool, facts, "marts", f"begin; {EVERY_ROW.settings}") == counted(tool, facts, "marts")
            assert tool.execute("select count(problem_count) from marts.fct_submission").fetchone() == (0,)
            assert tool.execute("select row_counts from marts.publication").fetchone() == (None,)
    with psycopg.connect(server.url(database).replace("builder@", "tool_new@")) as tool:
        assert counted(tool, facts, "marts") == dict.fromkeys(facts, 0)
    with psycopg.connect(server.url(database).replace("builder@", "kpi_reader@")) as tool:
        assert counted(tool, facts, "marts") == expected(here, facts, EVERY_ROW)


def test_a_function_of_a_tool_s_own_sees_no_row_that_is_left_out(server: Server, moved_city: tuple[Path, str]) -> None:
    _, database = moved_city
    with psycopg.connect(server.url(database)) as admin:
        admin.execute("create role tool_curious login")
        admin.execute(f"grant connect, temporary on database {database} to tool_curious".encode())
        admin.execute("grant usage on schema marts to tool_curious")
        admin.execute("grant select on all tables in schema marts to tool_curious")
        admin.execute("insert into versions.reader values ('tool_curious', %s, '{}')", [[COMMUNES["own"]]])
    seen: set[str] = set()
    with psycopg.connect(server.url(database).replace("builder@", "tool_curious@")) as tool:
        tool.add_notice_handler(lambda notice: seen.add(notice.message_primary or ""))
        tool.execute(
            "create function pg_temp.told(text) returns boolean language plpgsql cost 0.0001 as "
            "$$ begin raise notice '%', $1; return true; end $$"
        )
        tool.execute("select count(*) from marts.fct_task_progress where pg_temp.told(unit_code)")
    assert seen == {COMMUNES["own"]}
