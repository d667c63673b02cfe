"""Random questions about two cities that differ in protected counts only: those whose answers tell them apart.

The suite asks a few; `make bench-disclosure` hundreds.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import duckdb

from app.analysis.bridge import BridgeQuestion, bridge_between
from app.analysis.pivot_question import CHANGE_PREVIOUS, CHANGE_YEAR, compared_periods
from app.api.parameters import row_request
from app.core.access import BUILT_IN_VIEWER
from app.core.disclosure import COLUMNS
from app.core.reader import Reader
from app.explore.sql_process import _disclose
from app.queries import mart_rows, pivot, plan, sql_views
from app.records.bridge import Bridge
from app.records.mart_rows import Selection
from app.records.pivot import Question
from tests.app.pivots import random_question
from tests.app.roles import VIEWERS
from warehouse.publish.engines import Published

Cities = tuple[Published, Published]
# The most questions of one sequence.
LONGEST = 4
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


def readers(cities: Cities, role: str) -> tuple[Reader, Reader]:
    """The same viewer of a role, who reads the one city and the other."""
    one, other = (Reader(VIEWERS[role], city) for city in cities)
    return one, other


def pivots_apart(cities: Cities, role: str, sequences: int) -> tuple[list[Question], int]:
    """The questions of the pivot page, in random sequences, half of them about people, that tell the cities apart; and
    how many had an answer."""
    knowing = Reader(BUILT_IN_VIEWER, cities[0])
    one, other = readers(cities, role)
    dice = Random(role)  # noqa: S311 - the same questions in every run
    apart, answered = [], 0
    for _ in range(sequences):
        for _ in range(dice.randint(1, LONGEST)):
            question = _about_people(knowing, dice)
            shown = dice.choice((None, CHANGE_PREVIOUS, CHANGE_YEAR)) if "period" in question.axes else None
            compared = compared_periods(knowing, question, shown) if shown else None
            first, second = pivot.cells(one, question, compared), pivot.cells(other, question, compared)
            if sorted(map(repr, first)) != sorted(map(repr, second)):
                apart.append(question)
            answered += bool(first)
    return apart, answered


def _about_people(reader: Reader, dice: Random) -> Question:
    while True:
        subject, _, question = random_question(reader, dice)
        if dice.random() < 0.5 or subject.code in ABOUT_PEOPLE:
            return question


def api_requests_apart(cities: Cities, role: str, sequences: int) -> tuple[list[Selection], int]:
    """The requests of a program that tell the cities apart by rows, their order, their pages or their number; and how
    many had an answer."""
    one, other = readers(cities, role)
    dice = Random(f"api {role}")  # noqa: S311 - the same requests in every run
    apart, answered = [], 0
    for _ in range(sequences):
        for _ in range(dice.randint(1, LONGEST)):
            asked = _api_request(one, dice)
            first, second = mart_rows.page(one, *asked), mart_rows.page(other, *asked)
            if first != second:
                apart.append(asked[0])
            answered += bool(first.rows)
    return apart, answered


def _api_request(reader: Reader, dice: Random) -> tuple[Selection, int, int]:
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


def bridges_apart(cities: Cities, role: str, count: int) -> tuple[list[BridgeQuestion], int]:
    """The questions why a figure about people moved, between random periods, of random units, whose answers tell the
    cities apart, whatever the viewer may read of them; and how many had an answer."""
    one, other = readers(cities, role)
    dice = Random(role)  # noqa: S311 - the same questions in every run
    ends = {period.period_code: period.end_date for period in plan.periods(one) if period.has_begun}
    apart, answered = [], 0
    for _ in range(count):
        now, before = dice.sample(sorted(ends), 2)
        target = dice.choice([row for row in plan.targets(one, now) if row.is_sensitive])
        existing = [unit for unit in plan.every_unit(one) if unit.exists_on(ends[now])]
        level = dice.choice(sorted({unit.unit_level for unit in existing}))
        units = [unit for unit in existing if unit.unit_level == level]
        question = BridgeQuestion(target, dice.choice(units).unit_code, now, dice.choice(("quarter", "ytd")), before)
        first, second = (_without_version(bridge_between(reader, question)) for reader in (one, other))
        if first != second:
            apart.append(question)
        answered += first is not None
    return apart, answered


def _without_version(bridge: Bridge | None) -> str | None:
    """All of a bridge but the names of the two versions, and the plan's rule: its terms are a set, in any order."""
    if bridge is None:
        return None
    then, now = (replace(moment, version="", rule=None) for moment in (bridge.then, bridge.now))
    return repr(replace(bridge, then=then, now=now))


def rows_in_reach(reader: Reader) -> dict[str, tuple[int, ...]]:
    """Number and digests of the rows of every view that queries of the viewer's own can reach, with all columns."""
    connection = duckdb.connect()
    _disclose(connection, sql_views.disclosed_ranges(reader))
    connection.execute(f"attach '{reader.warehouse.engine.url.database}' as warehouse (read_only)")
    connection.execute("use warehouse")
    with connection:
        return {
            name: connection.execute(
                f"select count(*), bit_xor(hash(t)), sum(hash(t) % 1000000007)::bigint from ({source}) as t"
            ).fetchall()[0]
            for name, source in sql_views.views(reader).items()
        }
