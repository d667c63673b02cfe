"""SQL of the exploring page: whatever is asked, only what the viewer may download is answered, within limits."""

import shutil
import time
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from app.core.access import BUILT_IN_VIEWER, AccessDeniedError
from app.core.disclosure import COLUMNS
from app.core.i18n import words_in
from app.core.reader import Reader
from app.core.small_counts import Approximate
from app.core.sql_limits import MOST_ROWS, WALL_CLOCK_S
from app.explore.sql import rows_as_csv
from app.explore.sql_runner import run
from app.explore.visit import Visit
from app.queries import mart_rows, own_sql, plan, progress, sql_views, target
from app.queries.own_sql import GRACE_S, QueryRefusedError
from app.queries.sql_views import RANGES
from app.records.mart_rows import Selection
from tests.app.roles import COMMUNES, PERIOD, VIEWERS
from warehouse.publish.engines import Published, opened_once
from warehouse.publish.versions import WAREHOUSE_FILE

SENSITIVE = "select count(*) from fct_measure as f join dim_measure using (measure_code) where is_sensitive"
PEOPLE = ("T16", "T17")
OUTSIDE = {
    "other schemas": "select * from raw.submissions",
    "the file by its own name": "select * from warehouse.marts.fct_measure",
    "a file as a table": "select * from '/etc/passwd'",
    "a text file": "select * from read_text('/etc/passwd')",
    "a table file": "select * from read_csv('/etc/passwd')",
    "another database": "select * from sqlite_scan('data/registry.sqlite', 'submissions')",
    "a folder": "select * from glob('/*')",
    "files that other queries spilled": "select * from glob('.tmp/*')",
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


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit counts seconds of the clock, of which a busy machine needs many for any query."""
    monkeypatch.setattr(own_sql, "WALL_CLOCK_S", 120)


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


@pytest.mark.parametrize("row", ["T", "dim_target", "marts.dim_target"])
def test_a_row_as_a_value_has_all_of_its_columns(warehouse: Published, row: str) -> None:
    source = "dim_target as t" if row == "T" else "marts.dim_target"
    sql = f"select max(length(cast({row} as varchar))) as letters, count(*) as rows from {source}"
    answer = run(Reader(BUILT_IN_VIEWER, warehouse), sql).frame
    with warehouse.engine.connect() as connection:
        connection.execute(text("use warehouse.marts"))
        expected = connection.execute(text(sql)).one()
        connection.execute(text("use warehouse.main"))
    assert tuple(answer.iloc[0]) == tuple(expected)


def test_a_version_is_queried_in_a_folder_with_an_apostrophe(province_data_dir: Path, tmp_path: Path) -> None:
    copied = tmp_path / "the office's" / WAREHOUSE_FILE
    copied.parent.mkdir()
    shutil.copyfile(province_data_dir / "published" / WAREHOUSE_FILE, copied)
    with opened_once(copied) as there:
        reader = Reader(BUILT_IN_VIEWER, there)
        (row,) = own_sql.first_rows(reader, "select count(*) as periods from dim_period", 1).rows
        assert row == (mart_rows.first_rows(reader, Selection("dim_period"), 1)[1],)


def test_columns_of_one_name_are_all_shown(warehouse: Published) -> None:
    reader, sql = Reader(BUILT_IN_VIEWER, warehouse), 'select 1 as a, 2 as a, 3 as a, 4 as "a (2)"'
    answer, first = run(reader, sql).frame, own_sql.first_rows(reader, sql, 1)
    assert tuple(answer.columns) == first.headings == ("a", "a (2)", "a (3)", "a (2) (2)")
    assert answer.iloc[0].tolist() == list(first.rows[0]) == [1, 2, 3, 4]


def test_a_sum_of_a_query_is_a_number_and_a_text_runs_in_no_spreadsheet(warehouse: Published) -> None:
    reader = Reader(BUILT_IN_VIEWER, warehouse)
    visit = Visit(reader, plan.publication(reader), warehouse.version)
    columns = "sum(n) as total, sum(n / 4) as \"=1\", '=1+1' as b, date '2026-01-02' as d"
    frame = run(reader, f"select {columns} from (values (1), (2)) as t (n)").frame
    header, row = rows_as_csv(visit, frame).decode("utf-8-sig").splitlines()
    assert header.startswith("total;'=1;b;d;")
    # As every table of the app: in the language's dialect, with its version, labelled as a sample.
    assert row.startswith("3;0,75;'=1+1;2026-01-02;")
    assert words_in("vi")("files.sample") in row


def test_who_may_not_see_small_counts_finds_none_however_it_is_asked(warehouse: Published) -> None:
    def counts(who: str, sql: str) -> list[int]:
        return [int(found) for found in run(Reader(VIEWERS[who], warehouse), sql).frame.iloc[0]]

    def count(who: str, sql: str) -> int:
        return counts(who, sql)[0]

    assert count("department", SENSITIVE) > 0
    assert count("leader", SENSITIVE) == 0
    own = f"{SENSITIVE} and f.unit_code = '{COMMUNES['own']}'"
    assert 0 < count("officer", own) == count("officer", SENSITIVE) == count("department", own)
    exact = """
        select count(numerator), count(value_pct), count(rank), count(ci_low_pct), count(gap_pct)
        from FCT_Target_Progress inner join dim_target as t using (plan_code, target_code) where t.is_sensitive
    """
    assert all(found > 0 for found in counts("department", exact))
    assert counts("leader", exact) == [0] * 5
    assert count("leader", "select count(numerator) from query_table('fct_target_progress') where is_sensitive") == 0
    # A query may name a table that it hides behind another name.
    hidden = f"with publication as ({SENSITIVE}) select * from publication"
    assert count("leader", hidden) == 0


def test_a_count_of_people_is_the_range_that_pages_disclose(warehouse: Published) -> None:
    """The ends are those of the approximate figures of the pages, the statuses are theirs too."""
    leader = Reader(VIEWERS["leader"], warehouse)
    shown = {
        (window, row.unit_code, row.target_code): row
        for level, window in product(("city", "region", "district"), ("quarter", "ytd"))
        for row in progress.level_progress(leader, level, PERIOD, window)
        if row.target_code in PEOPLE
    }
    sql = f"""
        select * from fct_target_progress
        where target_code in {PEOPLE} and period_code = '{PERIOD}' and unit_level <> 'ward'
    """
    answer = run(leader, sql).frame
    assert len(answer) == len(shown)
    approximate = set()
    for line in answer.to_dict("records"):
        row = shown[line["period_window"], line["unit_code"], line["target_code"]]
        assert line["status"] == row.status
        for name in ("numerator", "denominator", "value_pct"):
            value = getattr(row, name)
            ends = (value.low, value.high) if isinstance(value, Approximate) else (value, value)
            if isinstance(value, Approximate):
                approximate.add((row.unit_level, row.period_window))
            assert pd.isna(line[name])
            known = [None if pd.isna(line[f"{name}_{end}"]) else line[f"{name}_{end}"] for end in ("low", "high")]
            assert known == list(ends)
        emptied = COLUMNS["fct_target_progress"].protected - {"status", "late_certainty"}
        assert all(pd.isna(line[name]) for name in emptied)
    # At every level, in both windows.
    assert approximate == {(row.unit_level, row.period_window) for row in shown.values()}


def test_breakdowns_of_people_are_ranges_too(warehouse: Published) -> None:
    leader = Reader(VIEWERS["leader"], warehouse)
    parts = target.breakdown(leader, "T16", "79", PERIOD, "quarter")
    sql = f"""
        select category_code, value_count, value_count_low, value_count_high from fct_breakdown where unit_code = '79'
            and target_code = 'T16' and period_code = '{PERIOD}' and period_window = 'quarter'
    """
    lines = {line["category_code"]: line for line in run(leader, sql).frame.to_dict("records")}
    assert len(parts) == len(lines) > 0
    for part in parts:
        line, value = lines[part.category_code], part.value_count
        assert isinstance(value, Approximate)
        assert pd.isna(line["value_count"])
        assert (line["value_count_low"], line["value_count_high"]) == (value.low, value.high)


def test_of_communes_no_range_is_shown(warehouse: Published) -> None:
    sql = f"""
        select count(*), count(numerator_low), count(value_pct_high), count(status) from fct_target_progress
        where target_code in {PEOPLE} and unit_level = 'ward'
    """
    rows, low, high, states = run(Reader(VIEWERS["leader"], warehouse), sql).frame.iloc[0]
    assert (low, high) == (0, 0)
    assert rows == states > 0


@pytest.mark.parametrize("name", RANGES)
def test_where_a_viewer_sees_a_number_both_ends_of_its_range_are_the_number(warehouse: Published, name: str) -> None:
    pairs = [(count, f"{count}_{end}") for count in RANGES[name].counts for end in ("low", "high")]
    differ = " or ".join(f"{count} is distinct from {end}" for count, end in pairs)
    sql = f"select count(*), count({pairs[0][0]}), count(*) filter ({differ}) from {name} where {{}}"
    everything = run(Reader(VIEWERS["department"], warehouse), sql.format("true")).frame.iloc[0]
    others = run(Reader(VIEWERS["leader"], warehouse), sql.format("not is_sensitive")).frame.iloc[0]
    for rows, known, different in (everything, others):
        assert rows >= known > 0 == different


def test_an_officer_queries_the_own_unit_exactly(warehouse: Published) -> None:
    sql = f"""
        select count(*) from fct_target_progress
        where unit_code {{}} '{COMMUNES["own"]}' and target_code in {PEOPLE} and numerator is not null
    """
    officer = Reader(VIEWERS["officer"], warehouse)
    assert run(officer, sql.format("=")).frame.iloc[0, 0] > 0
    assert run(officer, sql.format("<>")).frame.iloc[0, 0] == 0


def test_every_view_is_described_column_by_column(warehouse: Published) -> None:
    # Of a leader, those that are another's beside a department's.
    every = list(sql_views.views(Reader(VIEWERS["department"], warehouse)))
    for viewer, names in (("leader", [*sql_views.RANGES]), ("department", every)):
        reader = Reader(VIEWERS[viewer], warehouse)
        found = run(
            reader, " union all ".join(f"select '{name}', column_name from (describe {name})" for name in names)
        )
        described = [(name, column.column_name) for name in names for column in sql_views.view_columns(reader, name)]
        assert [tuple(row) for row in found.frame.to_numpy()] == described


def test_a_query_whose_page_no_longer_waits_is_stopped(warehouse: Published) -> None:
    class GoneError(Exception):
        pass

    def waiting(seconds: float) -> None:
        raise GoneError

    started = time.monotonic()
    with pytest.raises(GoneError):
        run(
            Reader(BUILT_IN_VIEWER, warehouse),
            "select count(*) from range(10000000) as a, range(10000000) as b",
            waiting,
        )
    assert time.monotonic() - started < WALL_CLOCK_S


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


def test_a_query_that_takes_seconds_is_answered(warehouse: Published) -> None:
    # DuckDB shows the progress of a statement that takes more than two seconds.
    slow = "select count(*) as n from range(20000) as a, range(20000) as b where (a.range * b.range) % 7 = 3"
    rows = own_sql.first_rows(Reader(BUILT_IN_VIEWER, warehouse), slow, 10).rows
    # The pairs of rests by 7 whose product has the rest 3, each as often as there are numbers with these rests.
    assert list(map(list, rows)) == [
        [float(sum(rests(a) * rests(b) for a in range(7) for b in range(7) if a * b % 7 == 3))]
    ]


def rests(rest: int) -> int:
    """How many of the numbers below 20,000 have a rest by 7."""
    return len(range(rest, 20_000, 7))


def test_a_query_without_end_is_stopped(warehouse: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_sql, "WALL_CLOCK_S", 1)
    started = time.monotonic()
    assert refused(warehouse, "select count(*) from range(10000000) as a, range(10000000) as b").kind == "time"
    assert time.monotonic() - started < 1 + GRACE_S + WALL_CLOCK_S


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


def test_the_first_rows_of_a_query_are_those_of_its_result(warehouse: Published) -> None:
    sql = "select target_code, unit_code, value_pct, is_judged, unit_valid_from from fct_target_progress order by all"
    found = own_sql.first_rows(Reader(VIEWERS["leader"], warehouse), sql, 8)
    assert found.headings == ("target_code", "unit_code", "value_pct", "is_judged", "unit_valid_from")
    assert (len(found.rows), found.count, found.is_cut) == (8, MOST_ROWS, True)
    whole = run(Reader(VIEWERS["leader"], warehouse), sql).frame
    assert [row[:2] for row in found.rows] == list(map(tuple, whole.iloc[:8, :2].values.tolist()))
    assert own_sql.first_rows(Reader(BUILT_IN_VIEWER, warehouse), "select 1 where false", 8).rows == ()
