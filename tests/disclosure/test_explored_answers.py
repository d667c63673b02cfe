"""Whoever may not see small counts is told the same of two cities that differ in nothing else, whatever they ask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from app.analysis.bridge import BridgeQuestion, bridge_between
from app.analysis.pivot_question import CHANGE_PREVIOUS, CHANGE_YEAR, compared_periods
from app.api.parameters import row_request
from app.core.access import BUILT_IN_VIEWER
from app.core.disclosure import COLUMNS
from app.core.reader import Reader
from app.core.url_state import State
from app.digest.items import every_item, items_of, units_of, viewer_of
from app.digest.lines import leader_lines, unit_sections
from app.explore.sql_runner import run
from app.queries import mart_rows, pivot, plan, progress, sql_views
from app.queries.page_frame import context_of
from app.records.bridge import Bridge
from app.records.mart_rows import Selection
from app.records.pivot import Question
from tests.app.pivots import random_question
from tests.app.roles import GRANTS, VIEWERS
from tests.disclosure.twins import twins
from warehouse.publish.engines import Published

pytestmark = pytest.mark.slow

# Random sequences of each role, of one to four questions.
SEQUENCES, LONGEST = 110, 4
# Random bridges of each role, all about people.
BRIDGES = 120
# Half of the questions are about people.
API_SEQUENCES = 60
# Values that small counts and ratios of people lie between, and codes by which attackers choose a row.
API_VALUES = {
    "DOUBLE": ("0", "1", "3", "4", "5", "7", "12", "33.3", "50", "80", "100"),
    "BIGINT": ("0", "1", "2", "4", "9"),
    "INTEGER": ("0", "1", "2", "4", "9"),
    "BOOLEAN": ("true", "false"),
}
API_CODES = {
    "target_code": ("T16", "T17"),
    "measure_code": ("people_wanting_support", "people_supported"),
    "period_code": ("2026Q3", "2025Q3", "2024Q2", "2023Q4"),
    "period_window": ("quarter", "ytd"),
    "unit_level": ("ward", "area", "district", "city"),
}
API_PEOPLE = ("fct_target_progress", "fct_target_progress", "fct_breakdown", "fct_measure", "fct_target_contribution")
ABOUT_PEOPLE = ("T16", "T17", "people_wanting_support", "people_supported", "B7.service", "model_participants")


@pytest.fixture(scope="module")
def cities(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Published, Published]:
    """The sample and its twin."""
    return twins(published_data_dir / "published" / "warehouse.duckdb", tmp_path_factory.mktemp("twins"))


def asked(reader: Reader, dice: Random) -> Question:
    """A random question, every second one about people."""
    while True:
        subject, _, question = random_question(reader, dice)
        if dice.random() < 0.5 or subject.code in ABOUT_PEOPLE:
            return question


def test_the_twins_differ_in_what_the_department_sees(cities: tuple[Published, Published]) -> None:
    one, other = (Reader(BUILT_IN_VIEWER, city) for city in cities)
    question = Question(("2026Q3",), ("unit_ward",), measures=("people_wanting_support",))
    assert pivot.cells(one, question) != pivot.cells(other, question)
    in_districts = [progress.level_progress(city, "district", "2026Q3", "ytd") for city in (one, other)]
    assert in_districts[0] != in_districts[1]
    assert progress.disclosed(cities[0]).parts == progress.disclosed(cities[1]).parts


@pytest.mark.parametrize("role", ["leader", "officer", "area_reader"])
def test_no_sequence_of_pivots_tells_the_twins_apart(cities: tuple[Published, Published], role: str) -> None:
    knowing = Reader(BUILT_IN_VIEWER, cities[0])
    one, other = (Reader(VIEWERS[role], city) for city in cities)
    dice = Random(role)  # noqa: S311 - the same questions in every run
    answered = 0
    for _ in range(SEQUENCES):
        for _ in range(dice.randint(1, LONGEST)):
            question = asked(knowing, dice)
            shown = dice.choice((None, CHANGE_PREVIOUS, CHANGE_YEAR)) if "period" in question.axes else None
            compared = compared_periods(knowing, question, shown) if shown else None
            first, second = pivot.cells(one, question, compared), pivot.cells(other, question, compared)
            assert repr(sorted(map(repr, first))) == repr(sorted(map(repr, second))), question
            answered += bool(first)
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


def api_request(reader: Reader, dice: Random) -> tuple[Selection, int, int]:
    """A random request of a program, which chooses rows of people by codes, filters and sorts by what is protected."""
    about_people = dice.random() < 0.7
    mart = dice.choice(API_PEOPLE if about_people else [one.table_name for one in mart_rows.offered(reader)])
    columns = {column.column_name: column for column in mart_rows.columns(reader, mart)}
    pairs = [(name, dice.choice(API_CODES[name])) for name in API_CODES if name in columns and dice.random() < 0.5]
    protected = sorted(COLUMNS[mart].protected & {*columns}) if mart in COLUMNS else []
    for name in dice.sample(protected or sorted(columns), min(len(protected or columns), dice.randint(0, 2))):
        if columns[name].data_type not in API_VALUES or dice.random() < 0.1:
            pairs.append((f"{name}.null", dice.choice(("true", "false"))))
        else:
            value = dice.choice(API_VALUES[columns[name].data_type])
            pairs.append((name + dice.choice((".ge", ".gt", ".le", ".lt", "")), value))
    order = [dice.choice(("", "-")) + name for name in dice.sample(protected, min(len(protected), dice.randint(0, 1)))]
    asked = row_request(mart, [*columns.values()], [*pairs, ("order", ",".join(order))], "")
    return asked.selection, dice.choice((1, 7, 200, 2000)), dice.choice((0, 0, 1, 50))


@pytest.mark.parametrize("role", ["leader", "officer", "area_reader"])
def test_no_sequence_of_api_requests_tells_the_twins_apart(cities: tuple[Published, Published], role: str) -> None:
    """Rows, their order, their pages and their number are the same, whatever protected column is filtered or sorted."""
    one, other = (Reader(VIEWERS[role], city) for city in cities)
    dice = Random(f"api {role}")  # noqa: S311 - the same requests in every run
    answered = 0
    for _ in range(API_SEQUENCES):
        for _ in range(dice.randint(1, LONGEST)):
            asked = api_request(one, dice)
            first, second = mart_rows.page(one, *asked), mart_rows.page(other, *asked)
            assert first == second, asked
            answered += bool(first.rows)
    assert answered > API_SEQUENCES / 3


@pytest.mark.parametrize("role", ["leader", "officer"])
def test_no_query_tells_the_twins_apart(cities: tuple[Published, Published], role: str) -> None:
    """What a query of one's own can reach is equal row by row, and so is every answer made of it."""
    one, other = (Reader(VIEWERS[role], city) for city in cities)
    views = sql_views.views(one)
    assert views == sql_views.views(other)
    assert sql_views.disclosed_ranges(one) == sql_views.disclosed_ranges(other)
    for name in views:
        digest = f"select count(*) as n, bit_xor(hash(t)) as x, sum(hash(t) % 1000000007) as s from {name} as t"
        first, second = (run(reader, digest).frame for reader in (one, other))
        assert first.equals(second), name
        assert len(first)


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


@pytest.mark.parametrize("role", ["leader", "officer", "area_reader"])
def test_no_bridge_tells_the_twins_apart(cities: tuple[Published, Published], role: str) -> None:
    """Why a figure moved, between random periods, of random units, and whatever the viewer may read of it."""
    one, other = (Reader(VIEWERS[role], city) for city in cities)
    dice = Random(role)  # noqa: S311 - the same questions in every run
    ends = {period.period_code: period.end_date for period in plan.periods(one) if period.has_begun}
    answered = 0
    for _ in range(BRIDGES):
        now, before = dice.sample(sorted(ends), 2)
        target = dice.choice([row for row in plan.targets(one, now) if row.is_sensitive])
        existing = [unit for unit in plan.every_unit(one) if unit.exists_on(ends[now])]
        level = dice.choice(sorted({unit.unit_level for unit in existing}))
        units = [unit for unit in existing if unit.unit_level == level]
        question = BridgeQuestion(target, dice.choice(units).unit_code, now, dice.choice(("quarter", "ytd")), before)
        first, second = (_without_version(bridge_between(reader, question)) for reader in (one, other))
        assert first == second, question
        answered += first is not None
    assert answered > BRIDGES / 10


def _without_version(bridge: Bridge | None) -> str | None:
    """All of a bridge but the names of the two versions."""
    if bridge is None:
        return None
    then, now = (replace(moment, version="") for moment in (bridge.then, bridge.now))
    return repr(replace(bridge, then=then, now=now))
