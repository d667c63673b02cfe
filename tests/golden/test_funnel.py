"""Funnel limits are Spiegelhalter's (2005): worked by hand, and made again for the whole mart with plain Python.

A limit is 100 x (p +- z x sqrt(p(1 - p)/n)) around the city's ratio p at a unit's denominator n. Judged are districts,
and since July 2025 regions, areas and communes: all that lies directly under the city.
"""

import math
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.golden.workbooks import REFORM
from warehouse.reference import load_reference

COLUMNS = (
    "target_code, unit_code, unit_valid_from, unit_level, period_code, period_window, numerator, denominator, "
    "ci_low_pct, ci_high_pct, funnel_95_low_pct, funnel_95_high_pct, funnel_998_low_pct, funnel_998_high_pct, "
    "funnel_position"
)
Z_95, Z_998 = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(0.999)

# By hand: p = 0.8, n = 64: sqrt(0.8 x 0.2 / 64) = 0.05; 1.96 x 5 = 9.80 and 3.09 x 5 = 15.45 points.
BY_HAND = (Fraction(4, 5), 64, (70.2002, 89.7998, 64.5488, 95.4512))


def limits(share: Fraction, trials: int) -> tuple[float, float, float, float]:
    """The two pairs of limits, in points."""
    deviation = math.sqrt(share * (1 - share) / trials)
    around = [(float(share) - z * deviation, float(share) + z * deviation) for z in (Z_95, Z_998)]
    (low, high), (outer_low, outer_high) = [(max(0.0, 100 * a), min(100.0, 100 * b)) for a, b in around]
    return low, high, outer_low, outer_high


@pytest.fixture(scope="module")
def rows(published_engine: Engine) -> list[Any]:
    """The mart's rows with a figure, in every quarter and window."""
    sql = f"select {COLUMNS} from marts.fct_target_progress where numerator is not null"
    with published_engine.connect() as connection:
        return list(connection.execute(text(sql)))


@pytest.fixture(scope="module")
def cities(rows: list[Any]) -> dict[tuple[str, str, str], Any]:
    """The city's rows by target, quarter and window."""
    return {(row.target_code, row.period_code, row.period_window): row for row in rows if row.unit_level == "city"}


def test_the_seeded_quantiles_are_those_of_95_and_99_8_percent() -> None:
    settings = load_reference().settings
    assert float(settings["confidence_z"]) == pytest.approx(Z_95, abs=1e-12)
    assert float(settings["funnel_z_outer"]) == pytest.approx(Z_998, abs=1e-12)


def test_the_limits_worked_by_hand_are_found_again() -> None:
    share, trials, expected = BY_HAND
    assert limits(share, trials) == pytest.approx(expected, abs=5e-5)


def is_under_the_city(row: Any) -> bool:
    """Whether nobody stands between a unit and the city: wards were their district's until June 2025."""
    return row.unit_level != "city" and (row.unit_level != "ward" or row.unit_valid_from >= REFORM)


def test_limits_lie_around_the_city_s_ratio_at_each_unit_s_size(rows: list[Any], cities: dict[Any, Any]) -> None:
    judged = [row for row in rows if row.funnel_position]
    assert len(judged) > 5000
    assert {row.unit_level for row in judged} == {"region", "area", "district", "ward"}
    for row in judged:
        city = cities[row.target_code, row.period_code, row.period_window]
        share = Fraction(int(city.numerator), int(city.denominator))
        given = (row.funnel_95_low_pct, row.funnel_95_high_pct, row.funnel_998_low_pct, row.funnel_998_high_pct)
        assert given == pytest.approx(limits(share, int(row.denominator)), abs=1e-9), row


def test_positions_say_on_which_side_of_which_limit_a_unit_lies(rows: list[Any]) -> None:
    seen = set()
    for row in rows:
        if not row.funnel_position:
            continue
        value = 100 * row.numerator / row.denominator
        side = "above" if value > row.funnel_95_high_pct else "below" if value < row.funnel_95_low_pct else None
        is_far = value > row.funnel_998_high_pct or value < row.funnel_998_low_pct
        assert row.funnel_position == (f"{side}_{'998' if is_far else '95'}" if side else "inside"), row
        seen.add(row.funnel_position)
    assert seen == {"inside", "above_95", "above_998", "below_95", "below_998"}


def test_a_unit_is_outside_the_funnel_exactly_when_the_city_is_outside_its_interval(
    rows: list[Any], cities: dict[Any, Any]
) -> None:
    # Two ways to say the same: the score test behind Wilson's interval. Equality at 0 and 100 % is left aside.
    compared = 0
    for row in rows:
        if not row.funnel_position:
            continue
        city = cities[row.target_code, row.period_code, row.period_window]
        share = 100 * city.numerator / city.denominator
        if 0 < share < 100:
            assert (row.funnel_position == "inside") == (row.ci_low_pct <= share <= row.ci_high_pct), row
            compared += 1
    assert compared > 5000


def test_full_counts_and_wards_of_districts_have_no_funnel_and_all_other_ratios_have_one(rows: list[Any]) -> None:
    for row in rows:
        has_one = row.ci_low_pct is not None and is_under_the_city(row)
        assert (row.funnel_position is not None) == has_one, row
        assert (row.funnel_95_low_pct is not None) == has_one, row
