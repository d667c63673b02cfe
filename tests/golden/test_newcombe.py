"""The interval of a change is the published one: the SQL of the dbt macro gives Newcombe's figures."""

import csv
from pathlib import Path

import duckdb
import jinja2
import pytest

from tests.golden.test_wilson import bound
from warehouse.settings import SEEDS_DIR

MACRO = SEEDS_DIR.parent / "macros" / "newcombe.sql"
WITH_PUBLISHED = Path(__file__).with_name("newcombe.csv")
ARGUMENTS = ("now", "now_low", "now_high", "before", "before_low", "before_high")


def in_points(successes: str, trials: str) -> list[float | None]:
    """A proportion and the bounds of its Wilson interval; nothing without trials."""
    share = int(successes) / int(trials) if int(trials) else None
    found = (share, bound(successes, trials, "lower"), bound(successes, trials, "upper"))
    return [None if one is None else 100 * one for one in found]


def bound_of_difference(now: tuple[str, str], before: tuple[str, str], side: str) -> float | None:
    """One bound of the difference (now less before) as a share of 1, from the macro's own SQL."""
    macro = jinja2.Template(MACRO.read_text(encoding="utf-8")).module.newcombe_bound  # type: ignore[attr-defined]
    given = ", ".join(f"cast(? as double) as {name}" for name in ARGUMENTS)
    sql = f"select ({macro(*ARGUMENTS, side)}) / 100 from (select {given})"
    value = duckdb.execute(sql, [*in_points(*now), *in_points(*before)]).fetchall()[0][0]
    return None if value is None else float(value)


@pytest.mark.parametrize(
    "row",
    list(csv.DictReader(WITH_PUBLISHED.open(encoding="utf-8"))),
    ids=lambda row: "{now_successes}/{now_trials}-{before_successes}/{before_trials}".format(**row),
)
def test_the_interval_of_a_difference_is_the_published_one(row: dict[str, str]) -> None:
    now, before = (row["now_successes"], row["now_trials"]), (row["before_successes"], row["before_trials"])
    assert bound_of_difference(now, before, "lower") == pytest.approx(float(row["low"]), abs=5e-5)
    assert bound_of_difference(now, before, "upper") == pytest.approx(float(row["high"]), abs=5e-5)


def test_a_fall_is_a_rise_seen_from_the_other_side() -> None:
    now, before = ("56", "70"), ("48", "80")
    rise_at_least = bound_of_difference(now, before, "lower")
    fall_at_least = bound_of_difference(before, now, "upper")
    assert rise_at_least is not None
    assert fall_at_least == pytest.approx(-rise_at_least)


def test_the_same_figure_again_may_have_risen_or_fallen() -> None:
    same = ("48", "80")
    low, high = (bound_of_difference(same, same, side) for side in ("lower", "upper"))
    assert low is not None
    assert low < 0
    assert high == pytest.approx(-low)


def test_there_is_no_interval_without_a_figure_on_both_sides() -> None:
    for now, before in ((("0", "0"), ("3", "10")), (("3", "10"), ("0", "0"))):
        assert bound_of_difference(now, before, "lower") is None
        assert bound_of_difference(now, before, "upper") is None
