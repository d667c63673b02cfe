"""A change between any two quarters is stated by the rules of the mart: only between like figures, clear or chance."""

import csv
from pathlib import Path

import pytest
from facts import absent, progress, target
from sqlalchemy import Engine, text

from app.analysis.change import Change, change_between, is_clear, most_changed
from app.core.access import BUILT_IN_VIEWER
from app.core.comparable import breaks_between
from app.core.reader import Reader
from app.queries import plan
from app.queries import progress as figures
from app.queries import target as target_queries
from app.records import Period, Progress
from app.records.target import SeriesBreak
from tests.golden.test_wilson import bound
from warehouse.publish.engines import Published

WITH_PUBLISHED = Path(__file__).parents[1] / "golden" / "newcombe.csv"
NEIGHBOURS = {"change_prev_quarter_pct": "previous_period_code", "change_prev_year_pct": "previous_year_period_code"}


def period(code: str) -> Period:
    """A quarter of which only its place in the calendar matters."""
    values = dict.fromkeys(Period.__dataclass_fields__) | {
        "period_code": code,
        "year": int(code[:4]),
        "quarter": int(code[5]),
    }
    return Period(**values)  # type: ignore[arg-type]


PERIODS = {
    code: period(code) for code in (f"{year}Q{quarter}" for year in range(2021, 2027) for quarter in range(1, 5))
}


def series_break(kind: str, code: str, of: str | None = None) -> SeriesBreak:
    """A break of one target's series, or of all."""
    return SeriesBreak(code, of, kind, kind, kind, kind, kind)


def since(before: Progress, now: Progress, *breaks: SeriesBreak) -> Change:
    """The change between two figures of a target with intervals."""
    found = change_between(now, before, target(), breaks, PERIODS)
    assert found is not None
    return found


def rate(code: str, **changes: object) -> Progress:
    """A figure that does not add up over the year."""
    return progress(period_code=code, kind="rate", **changes)


def figure(successes: str, trials: str) -> Progress:
    """A ratio of counts with its Wilson interval."""
    share = 100 * int(successes) / int(trials)
    low, high = (bound(successes, trials, side) for side in ("lower", "upper"))
    assert low is not None
    assert high is not None
    return rate("2024Q4", value_pct=share, ci_low_pct=100 * low, ci_high_pct=100 * high)


@pytest.mark.parametrize(
    "row",
    list(csv.DictReader(WITH_PUBLISHED.open(encoding="utf-8"))),
    ids=lambda row: "{now_successes}/{now_trials}-{before_successes}/{before_trials}".format(**row),
)
def test_a_difference_is_clear_where_the_published_interval_leaves_out_zero(row: dict[str, str]) -> None:
    now = figure(row["now_successes"], row["now_trials"])
    before = figure(row["before_successes"], row["before_trials"])
    published = float(row["low"]) > 0 or float(row["high"]) < 0
    assert is_clear(now, before) is published
    assert is_clear(before, now) is published


def test_without_intervals_nobody_can_say_by_them_and_a_count_of_units_has_changed_where_it_differs() -> None:
    whole = {"ci_low_pct": None, "ci_high_pct": None}
    now, before = rate("2024Q4", value_pct=90.0, **whole), rate("2023Q2", value_pct=80.0, **whole)
    assert is_clear(now, before) is None
    found = change_between(now, before, target(has_interval=False), (), PERIODS)
    assert found is not None
    assert (found.points, found.is_clear, found.reason) == (10.0, True, None)
    for value, is_other in ((90.0, False), (89.0, True)):
        same = change_between(now, rate("2023Q2", value_pct=value, **whole), target(has_interval=False), (), PERIODS)
        assert same is not None
        assert same.is_clear is is_other


def test_nothing_changed_from_or_to_no_figure() -> None:
    assert change_between(absent("not_reported"), progress(), target(), (), PERIODS) is None
    assert change_between(progress(), None, target(), (), PERIODS) is None


@pytest.mark.parametrize(
    ("kind", "code", "reason"),
    [
        ("plan", "2024Q2", None),
        ("method", "2024Q4", "method"),
        ("method", "2023Q1", None),
        ("method", "2025Q1", None),
        ("disruption", "2023Q1", "disruption"),
        ("disruption", "2024Q4", "disruption"),
        ("disruption", "2024Q1", None),
    ],
)
def test_a_break_that_lies_between_two_quarters_is_named_in_place_of_a_change(
    kind: str, code: str, reason: str | None
) -> None:
    found = since(rate("2023Q1"), rate("2024Q4"), series_break(kind, code))
    assert found.reason == reason
    assert (found.points is None) is (reason is not None)


def test_another_map_matters_only_to_rows_that_count_other_units_since() -> None:
    merger = series_break("boundary", "2024Q1")
    assert since(rate("2023Q1"), rate("2024Q4", same_units_since="2021Q1"), merger).reason is None
    assert since(rate("2023Q1"), rate("2024Q4", same_units_since="2024Q1"), merger).reason == "boundary"


def test_a_break_of_another_target_s_series_matters_nothing_and_the_gravest_is_named() -> None:
    assert since(rate("2023Q1"), rate("2024Q4"), series_break("method", "2024Q1", "T18")).reason is None
    both = (series_break("method", "2024Q1"), series_break("disruption", "2024Q4"))
    assert since(rate("2023Q1"), rate("2024Q4"), *both).reason == "disruption"


def test_other_units_are_named_where_no_change_of_the_map_explains_them() -> None:
    assert since(rate("2023Q1"), rate("2024Q4", same_units_since="2024Q1")).reason == "units"


def test_sums_of_a_year_differ_where_other_units_ended_within_it_and_levels_where_they_are_added_up() -> None:
    ended = change_between(rate("2024Q4", ended_units_key="a"), rate("2024Q3"), target(kind="rate"), (), PERIODS)
    assert ended is not None
    assert ended.reason == "units"
    assert since(rate("2023Q1", rollup_level="district"), rate("2024Q4")).reason == "level"


def test_a_row_that_is_not_judged_has_not_changed() -> None:
    assert change_between(rate("2024Q4", is_judged=False), rate("2024Q3"), target(), (), PERIODS) is None
    assert change_between(rate("2024Q4"), rate("2024Q3", is_judged=False), target(), (), PERIODS) is None


def test_a_number_against_last_year_changes_within_the_year_as_published_and_over_its_end_by_method() -> None:
    models = target(kind="stock", has_interval=False)
    stock = {"kind": "stock", "target_code": "T18"}
    now = progress(period_code="2024Q3", change_prev_quarter_pct=12.5, **stock)
    within = change_between(now, progress(period_code="2024Q2", **stock), models, (), PERIODS)
    over = change_between(now, progress(period_code="2023Q4", **stock), models, (), PERIODS)
    assert within is not None
    assert over is not None
    assert (within.points, within.is_clear, over.reason) == (12.5, None, "method")


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        ("2023Q2", "2024Q2", None),
        ("2024Q1", "2024Q4", None),
        ("2023Q4", "2024Q1", "quarters"),
        ("2023Q1", "2024Q2", "quarters"),
    ],
)
def test_sums_of_two_years_are_compared_up_to_the_same_quarter_only(before: str, now: str, reason: str | None) -> None:
    assert since(progress(period_code=before), progress(period_code=now)).reason == reason
    of_quarters = [progress(period_code=code, period_window="quarter") for code in (before, now)]
    assert since(*of_quarters).reason is None


def test_what_lies_between_two_periods_is_told_once_and_the_largest_clear_change_leads() -> None:
    breaks = [series_break("boundary", "2025Q1"), series_break("plan", "2026Q1"), series_break("disruption", "2021Q3")]
    assert [one.kind for one in breaks_between(breaks, "2024Q4", "2025Q4")] == ["boundary"]
    assert [one.kind for one in breaks_between(breaks, "2021Q3", "2026Q1")] == ["boundary", "plan", "disruption"]
    small, large, chance = (
        Change(progress(), progress(), points, clear) for points, clear in ((4, True), (-9, True), (30, False))
    )
    assert most_changed([small, large, chance]) is large
    assert most_changed([chance]) is None


def test_for_neighbouring_quarters_and_years_the_rules_are_those_of_the_mart(
    warehouse: Published, published_engine: Engine
) -> None:
    reader = Reader(BUILT_IN_VIEWER, warehouse)
    breaks, periods = target_queries.every_break(reader), {one.period_code: one for one in plan.periods(reader)}
    targets = {code: {one.target_code: one for one in plan.targets(reader, code)} for code in periods}
    with published_engine.connect() as connection:
        earlier = {row.period_code: row._mapping for row in connection.execute(text("select * from marts.dim_period"))}
    stated = unlike = unclear = 0
    for unit in ("79", "769", "785", "R79", "R77", "26740", "26860"):
        for window in ("ytd", "quarter"):
            course = figures.unit_trend(reader, unit, window, "2026Q3")
            rows = {(row.target_code, row.unit_valid_from, row.period_code): row for row in course}
            for row in course:
                own = targets[row.period_code][row.target_code]
                for column, which in NEIGHBOURS.items():
                    code = earlier[row.period_code][which]
                    before = rows.get((row.target_code, row.unit_valid_from, code))
                    found = change_between(row, before, own, breaks, periods)
                    points = getattr(row, column)
                    assert (found.points if found else None) == pytest.approx(points), (row, code)
                    stated += points is not None
                    unlike += found is not None and found.reason is not None
                    if found and which == "previous_period_code":
                        assert found.is_clear == row.change_is_clear, (row, code)
                        assert (found.reason is not None) is (row.change_reason is not None), (row, code)
                    if found:
                        difference = row.change_difference if which == "previous_period_code" else None
                        difference = difference or row.change_prev_year_difference
                        assert found.reason in (None, difference), (row, code)
                        unclear += found.is_clear is False
    assert min(stated, unlike, unclear) > 50
