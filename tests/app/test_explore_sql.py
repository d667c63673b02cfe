"""SQL of the exploring page: whatever is asked, only what the viewer may download is answered, within limits."""

import time

import pandas as pd
import pytest
from sqlalchemy import text

from app.core.access import BUILT_IN_VIEWER, AccessDeniedError
from app.core.reader import Reader
from app.explore.sql_process import MOST_ROWS, WALL_CLOCK_S
from app.explore.sql_runner import GRACE_S, QueryRefusedError, run
from tests.app.roles import COMMUNES, VIEWERS
from warehouse.publish.engines import Published

SENSITIVE = "select count(*) from fct_measure as f join dim_measure using (measure_code) where is_sensitive"
OUTSIDE = {
    "other schemas": "select * from raw.submissions",
    "the file by its own name": "select * from warehouse.marts.fct_measure",
    "a file as a table": "select * from '/etc/passwd'",
    "a text file": "select * from read_text('/etc/passwd')",
    "a table file": "select * from read_csv('/etc/passwd')",
    "another database": "select * from sqlite_scan('data/registry.sqlite', 'submissions')",
    "a folder": "select * from glob('/*')",
    "the network": "select * from read_parquet('https://example.org/a.parquet')",
    "a query in a text": "select * from query('select * from fct_measure')",
    "a table that is not named": "select * from publication_of_nobody",
    "not SQL": "who is late?",
}
OTHER_STATEMENTS = {
    "a file written": "copy (select 1) to '/tmp/written.csv'",
    "another file attached": "attach '/tmp/other.duckdb'",
    "a setting": "set enable_external_access = true",
    "an extension": "install httpfs",
    "a table": "create table t as select 1",
}


def refused(warehouse: Published, sql: str) -> QueryRefusedError:
    """Why a query has no result."""
    with pytest.raises(QueryRefusedError) as error:
        run(Reader(BUILT_IN_VIEWER, warehouse), sql)
    return error.value


def test_a_query_is_answered_as_the_published_tables_have_it(warehouse: Published) -> None:
    sql = """
        select period_code, status, count(*) as figures, avg(value_pct) as mean from {}fct_target_progress
        where unit_level = 'district' group by all order by all
    """
    answer = run(Reader(BUILT_IN_VIEWER, warehouse), sql.format("")).frame
    with warehouse.engine.connect() as connection:
        expected = pd.read_sql_query(text(sql.format("marts.")), connection)
    assert len(answer) > 50
    assert answer.equals(expected)
    assert run(Reader(BUILT_IN_VIEWER, warehouse), sql.format("marts.")).frame.equals(expected)


@pytest.mark.parametrize(
    "sql",
    [
        "select t.* from dim_target as t order by all limit 1",
        "select columns('.*_code') from dim_target limit 1",
        "from dim_target limit 1",
        "describe dim_target",
        "summarize dim_target",
        "select count(*) from dim_target natural join dim_target_period",
        "select count(*) from dim_target_period",
        "select * from (select kind, basis from dim_target) pivot (count(*) for kind in ('coverage', 'rate'))",
        "unpivot (select target_code, name_vi, name_en from dim_target) on name_vi, name_en into name lang value name",
    ],
)
def test_a_query_need_not_name_the_columns_that_it_uses(warehouse: Published, sql: str) -> None:
    answer = run(Reader(BUILT_IN_VIEWER, warehouse), sql).frame
    with warehouse.engine.connect() as connection:
        connection.execute(text("use warehouse.marts"))
        expected = pd.read_sql_query(text(sql), connection)
        connection.execute(text("use warehouse.main"))
    assert list(answer.columns) == list(expected.columns)
    assert len(answer) == len(expected) > 0


def test_who_may_not_see_small_counts_finds_none_however_it_is_asked(warehouse: Published) -> None:
    def count(who: str, sql: str) -> int:
        return int(run(Reader(VIEWERS[who], warehouse), sql).frame.iloc[0, 0])

    assert count("department", SENSITIVE) > 0
    assert count("leader", SENSITIVE) == 0
    own = f"{SENSITIVE} and f.unit_code = '{COMMUNES['own']}'"
    assert 0 < count("officer", own) == count("officer", SENSITIVE) == count("department", own)
    targets = """
        select count(*) from FCT_Target_Progress inner join dim_target as t using (plan_code, target_code)
        where t.is_sensitive
    """
    assert count("department", targets) > 0
    assert count("leader", targets) == 0
    assert count("leader", "select count(*) from query_table('fct_target_progress') where is_sensitive") == 0
    # A query may name a table that it hides behind another name.
    hidden = f"with publication as ({SENSITIVE}) select * from publication"
    assert count("leader", hidden) == 0


@pytest.mark.parametrize("who", ["area_reader", "auditor", "stranger"])
def test_who_may_not_read_every_unit_may_not_ask(warehouse: Published, who: str) -> None:
    with pytest.raises(AccessDeniedError):
        run(Reader(VIEWERS[who], warehouse), "select 1")


@pytest.mark.parametrize("sql", OUTSIDE.values(), ids=OUTSIDE)
def test_nothing_but_the_tables_is_in_reach(warehouse: Published, sql: str) -> None:
    error = refused(warehouse, sql)
    assert error.kind == "failed"
    assert "root:" not in error.detail


@pytest.mark.parametrize("sql", OTHER_STATEMENTS.values(), ids=OTHER_STATEMENTS)
def test_only_a_select_is_run(warehouse: Published, sql: str) -> None:
    assert refused(warehouse, sql).kind == "not_select"


@pytest.mark.parametrize("sql", ["select 1; select 2", "set threads = 4; select 1", "-- nothing"])
def test_only_one_statement_is_run(warehouse: Published, sql: str) -> None:
    assert refused(warehouse, sql).kind == "not_one"


def test_a_query_without_end_is_stopped(warehouse: Published) -> None:
    started = time.monotonic()
    assert refused(warehouse, "select count(*) from range(10000000) as a, range(10000000) as b").kind == "time"
    assert time.monotonic() - started < WALL_CLOCK_S + GRACE_S + 1


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("select list(hash(r.range)) as l from range(300000000) as r", "memory"),
        ("select repeat('x', 30000) as long from range(2000)", "large"),
    ],
)
def test_a_query_beyond_the_limits_is_refused_in_words(warehouse: Published, sql: str, kind: str) -> None:
    assert refused(warehouse, sql).kind == kind


def test_a_result_that_is_cut_says_so(warehouse: Published) -> None:
    reader = Reader(BUILT_IN_VIEWER, warehouse)
    cut = run(reader, "select * from fct_measure order by 1, 2, 3, 4")
    assert (len(cut.frame), cut.is_cut) == (MOST_ROWS, True)
    whole = run(reader, f"select * from range({MOST_ROWS})")
    assert (len(whole.frame), whole.is_cut) == (MOST_ROWS, False)
