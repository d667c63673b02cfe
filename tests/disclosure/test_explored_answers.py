"""Whoever may not see small counts is told the same of two cities that differ in nothing else, whatever they ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.access import BUILT_IN_VIEWER
from app.core.reader import Reader
from app.core.url_state import State
from app.digest.items import every_item, items_of, units_of, viewer_of
from app.digest.lines import leader_lines, unit_sections
from app.explore.sql_runner import run
from app.queries import pivot, progress, sql_views
from app.queries.page_frame import context_of
from app.records.pivot import Question
from tests.app.roles import GRANTS, VIEWERS
from tests.disclosure.campaigns import api_requests_apart, bridges_apart, pivots_apart, readers, rows_in_reach
from tests.disclosure.twins import twins
from warehouse.publish.engines import Published

pytestmark = pytest.mark.slow

# Random sequences of each role, and random bridges, which are quicker; `make bench-disclosure` asks ten times as many.
SEQUENCES, BRIDGES = 11, 24
ROLES = ["leader", "officer", "area_reader"]


@pytest.fixture(scope="module")
def cities(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Published, Published]:
    """The sample and its twin."""
    return twins(published_data_dir / "published" / "warehouse.duckdb", tmp_path_factory.mktemp("twins"))


def test_the_twins_differ_in_what_the_department_sees(cities: tuple[Published, Published]) -> None:
    one, other = (Reader(BUILT_IN_VIEWER, city) for city in cities)
    question = Question(("2026Q3",), ("unit_ward",), measures=("people_wanting_support",))
    assert pivot.cells(one, question) != pivot.cells(other, question)
    in_districts = [progress.level_progress(city, "district", "2026Q3", "ytd") for city in (one, other)]
    assert in_districts[0] != in_districts[1]
    assert progress.disclosed(cities[0]).parts == progress.disclosed(cities[1]).parts


@pytest.mark.parametrize("role", ROLES)
def test_no_sequence_of_pivots_tells_the_twins_apart(cities: tuple[Published, Published], role: str) -> None:
    apart, answered = pivots_apart(cities, role, SEQUENCES)
    assert apart == []
    assert answered > SEQUENCES / 3


@pytest.mark.parametrize("role", ["leader", "department", "officer", "area_reader"])
def test_no_digest_tells_the_twins_apart(
    cities: tuple[Published, Published], role: str, published_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    (grant,) = GRANTS[role]
    messages = []
    for city in cities:
        reader = Reader(viewer_of(grant), city)
        context = context_of(State("", "2026Q3"), reader)
        items = items_of(every_item(context), units_of(grant))
        messages.append([*unit_sections(context, items, names_units=True), *leader_lines(context, items)])
    assert messages[0]
    assert messages[0] == messages[1]


@pytest.mark.parametrize("role", ROLES)
def test_no_sequence_of_api_requests_tells_the_twins_apart(cities: tuple[Published, Published], role: str) -> None:
    """Rows, their order, their pages and their number are the same, whatever protected column is filtered or sorted."""
    apart, answered = api_requests_apart(cities, role, SEQUENCES)
    assert apart == []
    assert answered > SEQUENCES / 3


@pytest.mark.parametrize("role", ["leader", "officer"])
def test_no_query_tells_the_twins_apart(cities: tuple[Published, Published], role: str) -> None:
    """What a query of one's own can reach is equal row by row, and so is every answer made of it."""
    one, other = readers(cities, role)
    assert sql_views.views(one) == sql_views.views(other)
    assert sql_views.disclosed_ranges(one) == sql_views.disclosed_ranges(other)
    rows = rows_in_reach(one)
    assert rows == rows_in_reach(other)
    assert all(count for count, *_ in rows.values())


@pytest.mark.parametrize(
    "sql",
    [
        "select sum(measure_value), count(*) from fct_measure",
        "select target_code, sum(numerator), min(value_pct) from fct_target_progress group by 1 order by 1",
        "select sum(numerator) from fct_target_contribution",
        "select target_code, unit_code, period_code, period_window, numerator_low, numerator_high, value_pct_high,"
        " status from fct_target_progress where target_code in ('T16', 'T17') and unit_level <> 'ward'"
        " and period_code > '2025Q2' order by all",
        "select unit_level, sum(numerator_low), sum(numerator_high), sum(value_pct_low) from fct_target_progress"
        " where is_sensitive group by 1 order by 1",
        "select c.numerator_low - sum(p.numerator_low), c.numerator_high - sum(p.numerator_high)"
        " from fct_target_progress as c inner join fct_target_progress as p on p.parent_code = c.unit_code"
        " and p.target_code = c.target_code and p.period_code = c.period_code and p.period_window = c.period_window"
        " where c.is_sensitive group by c.numerator_low, c.numerator_high order by all",
        "select category_code, sum(value_count_low), sum(total_count_high) from fct_breakdown group by 1 order by 1",
        "select max(rank_of), count(distinct status) from fct_target_progress where target_code in ('T16', 'T17')",
    ],
)
def test_a_query_of_ones_own_has_one_answer_for_both(cities: tuple[Published, Published], sql: str) -> None:
    one, other = (run(Reader(VIEWERS["leader"], city), sql).frame for city in cities)
    assert one.equals(other)


@pytest.mark.parametrize("role", ROLES)
def test_no_bridge_tells_the_twins_apart(cities: tuple[Published, Published], role: str) -> None:
    apart, answered = bridges_apart(cities, role, BRIDGES)
    assert apart == []
    assert answered > BRIDGES / 10
