"""Small counts of sensitive measures are seen by those entitled, and by nobody else, by no way round."""

import csv
import datetime as dt
import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields

import pytest
from facts import absent, progress
from sqlalchemy import Engine, text

from app.core import access, disclosure
from app.core.access import AccessDeniedError, Right, Viewer
from app.core.disclosure import PREVIOUS_QUARTER, PREVIOUS_YEAR, Hidden, SensitiveCount, hidden_units
from app.core.mart_access import RULES
from app.core.reader import Reader
from app.queries import plan
from app.queries.calls import unit_calls
from app.queries.progress import calling_figures, target_trend
from app.records import Progress, Revision
from warehouse.publish.engines import Published
from warehouse.reference import Reference
from warehouse.settings import SEEDS_DIR

EARLIER = {
    "2021Q2": {PREVIOUS_QUARTER: "2021Q1", PREVIOUS_YEAR: None},
    "2022Q1": {PREVIOUS_QUARTER: "2021Q4", PREVIOUS_YEAR: "2021Q1"},
    "2022Q2": {PREVIOUS_QUARTER: "2022Q1", PREVIOUS_YEAR: "2021Q2"},
}


def hidden(*units: disclosure.HiddenUnit) -> Hidden:
    """T16 is sensitive; `units` are hidden."""
    return Hidden(frozenset({"T16"}), frozenset(units), EARLIER)


def count(
    unit: str, numerator: float, denominator: float, period: str = "2021Q1", parent: str = "79"
) -> SensitiveCount:
    """A district's figure of T16 in a quarter alone."""
    return SensitiveCount("T16", unit, parent, period, "quarter", numerator, denominator)


def test_somebody_without_rights_gets_nothing(warehouse: Published) -> None:
    with pytest.raises(AccessDeniedError):
        plan.publication(Reader(Viewer(), warehouse))


def test_a_small_district_is_hidden_for_the_whole_year_together_with_the_next_smallest() -> None:
    counts = [
        count("760", 2, 9),
        count("761", 12, 30),
        count("764", 11, 25),
        count("760", 8, 20, period="2022Q1"),
    ]
    assert hidden_units(counts) == {("T16", "760", "2021"), ("T16", "764", "2021")}


def test_two_small_districts_hide_each_other() -> None:
    assert len(hidden_units([count("760", 2, 9), count("761", 2, 9), count("764", 9, 25)])) == 2


def test_a_district_hidden_beside_another_is_hidden_with_a_third_where_the_other_is_silent() -> None:
    first = [count("760", 2, 9), count("761", 12, 30), count("764", 11, 25)]
    second = [count("760", 8, 20, "2021Q2"), count("761", 12, 30, "2021Q2")]
    assert hidden_units([*first, *second]) == {("T16", code, "2021") for code in ("760", "761", "764")}


def test_where_only_one_district_reported_the_city_s_figure_is_that_district_s_and_is_hidden_too() -> None:
    city = SensitiveCount("T16", "79", None, "2021Q1", "quarter", 2, 9)
    large = SensitiveCount("T16", "79", None, "2021Q2", "quarter", 80, 90)
    assert hidden_units([count("760", 2, 9), city, large]) == {("T16", "760", "2021"), ("T16", "79", "2021")}


def test_the_same_rule_holds_at_every_level_between_ward_and_city() -> None:
    counts = [count("a1", 2, 9, parent="r1"), count("a2", 9, 25, parent="r1"), count("a3", 9, 25, parent="r2")]
    regions = [count("r1", 11, 34), count("r2", 9, 25)]
    assert hidden_units([*counts, *regions]) == {("T16", "a1", "2021"), ("T16", "a2", "2021")}


def test_what_is_hidden_carries_no_number_at_all(uncleared: Viewer) -> None:
    row = progress(target_code="T16", status="behind", numerator=2.0, denominator=9.0, change_prev_quarter_pct=3.0)
    (seen,) = access.protect(uncleared, [row], hidden(("T16", "769", "2021")))
    assert seen.status == "suppressed"
    left = [item.name for item in fields(Progress) if item.name in disclosure.COLUMNS["fct_target_progress"].protected]
    assert {name for name in left if getattr(seen, name)} == {"status"}


def test_a_shown_figure_says_nothing_of_a_hidden_one_before_it(uncleared: Viewer) -> None:
    told = {"prev_quarter_status": "met", "change_prev_quarter_pct": 3.0, "change_prev_year_pct": -2.0}
    rows = [
        progress(target_code="T16", period_code=period, numerator=40.0, denominator=90.0, **told)
        for period in ("2022Q1", "2022Q2")
    ]
    first, second = access.protect(uncleared, rows, hidden(("T16", "769", "2021")))
    assert (first.value_pct, first.prev_quarter_status, first.change_prev_quarter_pct) == (60.0, None, None)
    assert first.change_prev_year_pct is None
    assert (second.prev_quarter_status, second.change_prev_quarter_pct) == ("met", 3.0)
    assert second.change_prev_year_pct is None


def test_a_rank_does_not_say_between_which_figures_a_hidden_one_lies(uncleared: Viewer) -> None:
    row = progress(target_code="T16", numerator=40.0, denominator=90.0)
    assert access.protect(uncleared, [row], hidden(("T16", "760", "2021")))[0].rank is None
    assert access.protect(uncleared, [row], hidden(("T16", "760", "2020")))[0].rank == 3


def test_wards_of_sensitive_targets_are_always_hidden_and_absences_stay_what_they_are(uncleared: Viewer) -> None:
    rows = [
        progress(target_code="T16", unit_level="ward", numerator=40.0, denominator=50.0),
        absent("not_reported", target_code="T16", unit_level="ward"),
        progress(unit_level="ward"),
    ]
    seen = access.protect(uncleared, rows, hidden())
    assert [row.status for row in seen] == ["suppressed", "not_reported", "on_track"]


def test_whoever_has_the_right_sees_every_count(cleared: Viewer) -> None:
    row = progress(target_code="T16", numerator=2.0, denominator=9.0)
    assert access.protect(cleared, [row], hidden(("T16", "769", "2021"))) == [row]


def test_corrections_of_people_counts_are_hidden_too(uncleared: Viewer, cleared: Viewer) -> None:
    cell = ("2021Q2", 2, "B6", "769", "P", "P", "total", "m", "m", "m", 2.0, 3.0, None, None)
    sent = ("769", "P", "P", dt.datetime(2021, 8, 1, 9))
    cells = [Revision(*cell, is_sensitive, *sent) for is_sensitive in (True, False)]
    assert access.protect_revisions(uncleared, cells) == [cells[1]]
    assert access.protect_revisions(cleared, cells) == cells


def test_no_small_count_of_the_sample_reaches_a_viewer_without_the_right(
    warehouse: Published, uncleared: Viewer
) -> None:
    targets = [one.target_code for one in plan.targets(Reader(uncleared, warehouse), "2025Q2") if one.is_sensitive]
    assert targets
    periods = [one.period_code for one in plan.periods(Reader(uncleared, warehouse))]
    for target, level, window in itertools.product(targets, ("city", "region", "district", "ward"), ("ytd", "quarter")):
        for row in target_trend(Reader(uncleared, warehouse), target, level, window, periods[-1]):
            parts = (row.numerator, row.denominator)
            assert row.value_pct is None or not any(part and part < disclosure.SMALL_COUNT for part in parts), row


Key = tuple[str, str, object, str, str]
FIGURES = """select target_code, unit_code, unit_valid_from, period_window, period_code, value_pct, status
    from marts.fct_target_progress where target_code in (select target_code from marts.dim_target where is_sensitive)"""


def key(row: Progress, period: str | None = None) -> Key:
    """What a figure is of; with `period` the same of another period."""
    return row.target_code, row.unit_code, row.unit_valid_from, row.period_window, period or row.period_code


@pytest.fixture(scope="module")
def shown(warehouse: Published) -> dict[Key, Progress]:
    """Every figure of the sensitive targets as a viewer without the right sees it."""
    uncleared = Viewer("uncleared", frozenset({Right.READ}))
    targets = [one.target_code for one in plan.targets(Reader(uncleared, warehouse), "2025Q2") if one.is_sensitive]
    last = plan.periods(Reader(uncleared, warehouse))[-1].period_code
    asked = itertools.product(targets, ("city", "region", "area", "district", "ward"), ("ytd", "quarter"))
    rows = [
        row
        for target, level, window in asked
        for row in target_trend(Reader(uncleared, warehouse), target, level, window, last)
    ]
    return {key(row): row for row in rows}


@pytest.fixture(scope="module")
def truth(published_engine: Engine) -> dict[Key, tuple[float | None, str]]:
    """Value and status of the same figures, as they are."""
    with published_engine.connect() as connection:
        return {tuple(row[:5]): (row[5], row[6]) for row in connection.execute(text(FIGURES))}  # type: ignore[misc]


@pytest.fixture(scope="module")
def earlier(published_engine: Engine) -> Mapping[str, tuple[str | None, str | None]]:
    """Each period's previous quarter and same quarter last year."""
    sql = "select period_code, previous_period_code, previous_year_period_code from marts.dim_period"
    with published_engine.connect() as connection:
        return {row[0]: (row[1], row[2]) for row in connection.execute(text(sql))}


def test_no_hidden_figure_of_the_sample_is_a_shown_one_less_its_change(
    shown: dict[Key, Progress],
    truth: dict[Key, tuple[float | None, str]],
    earlier: Mapping[str, tuple[str | None, str | None]],
) -> None:
    assert shown.keys() == truth.keys()
    covered = {one for one, row in shown.items() if row.status == "suppressed"}
    levels = {shown[one].unit_level for one in covered}
    assert {"city", "region", "area", "district", "ward"} >= levels >= {"area", "district", "ward"}
    compared = 0
    for row in shown.values():
        quarter, year = earlier[row.period_code]
        for change, period in ((row.change_prev_quarter_pct, quarter), (row.change_prev_year_pct, year)):
            if change is not None:
                assert row.value_pct is not None
                assert key(row, period) not in covered, row
                assert row.value_pct - change == pytest.approx(truth[key(row, period)][0])
                compared += 1
    assert compared


def test_no_status_of_a_hidden_figure_is_told_by_the_quarter_after_it_or_by_a_call(
    warehouse: Published,
    uncleared: Viewer,
    shown: dict[Key, Progress],
    truth: dict[Key, tuple[float | None, str]],
    earlier: Mapping[str, tuple[str | None, str | None]],
) -> None:
    covered = {one for one, row in shown.items() if row.status == "suppressed"}
    assert any(truth[one][1] == "far_behind" and shown[one].unit_level == "district" for one in covered)
    for row in shown.values():
        if row.prev_quarter_status is not None:
            assert key(row, earlier[row.period_code][0]) not in covered, row
    reader = Reader(uncleared, warehouse)
    districts = sorted({row.unit_code for row in shown.values() if row.unit_level == "district"})
    sensitive = {one[0] for one in covered}
    for period, window in (("2024Q4", "ytd"), ("2025Q2", "quarter")):
        found = calling_figures(reader, districts, period, window)
        assert found
        assert not {key(row) for row in found} & covered
        named = {(call.longest_target_code, call.praised_target_code) for call in unit_calls(reader, period, window)}
        assert named
        assert not {code for pair in named for code in pair} & sensitive


def test_no_hidden_figure_of_the_sample_is_a_total_less_the_others_or_a_year_less_its_quarters(
    shown: dict[Key, Progress],
) -> None:
    single = Counter(
        (row.target_code, row.parent_code, row.period_code, row.period_window)
        for row in shown.values()
        if row.status == "suppressed" and row.unit_level in ("region", "area", "district")
    )
    assert single
    assert 1 not in single.values()
    years: dict[tuple[str, str, str], set[bool]] = {}
    for row in shown.values():
        if row.status == "suppressed" or row.value_pct is not None:
            year = (row.target_code, row.unit_code, row.period_code[:4])
            years.setdefault(year, set()).add(row.status == "suppressed")
    assert all(len(states) == 1 for states in years.values())


def test_every_column_of_a_mart_that_is_held_back_is_open_or_protected(published_engine: Engine) -> None:
    held_back = {table for table, rule in RULES.items() if not rule.is_whole}
    assert held_back == set(disclosure.COLUMNS)
    sql = "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
    with published_engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(sql)) if row[0] in held_back]
    decided = disclosure.COLUMNS
    undecided = [(table, name) for table, name in found if name not in decided[table].open | decided[table].protected]
    assert undecided == [], "say in app/core/disclosure.py whether these columns are open or protected"
    for table, columns in decided.items():
        assert not columns.open & columns.protected, table


def test_the_small_count_threshold_is_the_seed_s(reference: Reference) -> None:
    with (SEEDS_DIR / "settings.csv").open(encoding="utf-8") as file:
        settings = {row["setting_code"]: row["setting_value"] for row in csv.DictReader(file)}
    assert int(settings["small_count_threshold"]) == disclosure.SMALL_COUNT


def test_the_built_in_viewer_has_every_right() -> None:
    assert all(access.BUILT_IN_VIEWER.may(right) for right in Right)
