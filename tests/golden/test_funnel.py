"""The funnel of the mart is made of exact binomial tails at the city's ratio, with SciPy as the other library.

Judged are districts, and since July 2025 regions, areas and communes: all that lies directly under the city. Where each
row lies is also worked out from the workbooks, with whole fractions at the edges (`test_judgement`).
"""

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.golden.workbooks import REFORM

ROW = ["target_code", "period_code", "period_window"]
LIMITS = {"95": Fraction(1, 40), "998": Fraction(1, 1000)}
NEAR = 1e-9


@pytest.fixture(scope="module")
def rows(read: Any) -> pd.DataFrame:
    """The judged rows with a figure, each with the city's counts."""
    frame = read(
        "select target_code, unit_valid_from, unit_level, period_code, period_window, numerator, denominator, "
        "ci_low_pct, funnel_95_low_pct, funnel_95_high_pct, funnel_998_low_pct, funnel_998_high_pct, funnel_position "
        "from marts.fct_target_progress where numerator is not null and is_judged"
    )
    city = frame.loc[frame["unit_level"] == "city", [*ROW, "numerator", "denominator"]]
    return frame.merge(city, on=ROW, suffixes=("", "_city"))


@pytest.fixture(scope="module")
def funnel(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that have limits."""
    return rows[rows["funnel_position"].notna()]


def shares(funnel: pd.DataFrame) -> pd.Series:
    """The city's ratio for each row."""
    return funnel["numerator_city"] / funnel["denominator_city"]


def test_every_ratio_directly_under_a_judged_city_has_a_funnel_and_nothing_else(rows: pd.DataFrame) -> None:
    is_commune = pd.to_datetime(rows["unit_valid_from"]).dt.date >= REFORM
    is_under_city = (rows["unit_level"] != "city") & ((rows["unit_level"] != "ward") | is_commune)
    has_one = is_under_city & rows["ci_low_pct"].notna()
    assert (rows["funnel_position"].notna() == has_one).all()
    assert (rows["funnel_95_low_pct"].notna() == has_one).all()


def test_the_sample_has_every_position_and_every_level(funnel: pd.DataFrame) -> None:
    assert len(funnel) > 5000
    assert set(funnel["unit_level"]) == {"region", "area", "district", "ward"}
    assert set(funnel["funnel_position"]) == {"inside", "above_95", "above_998", "below_95", "below_998"}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_are_the_smallest_and_the_largest_whole_count_inside(name: str, funnel: pd.DataFrame) -> None:
    from scipy.stats import binom

    trials, share, limit = funnel["denominator"], shares(funnel), float(LIMITS[name])
    low = funnel[f"funnel_{name}_low_pct"] * trials / 100
    high = funnel[f"funnel_{name}_high_pct"] * trials / 100
    assert np.allclose(low, low.round(), rtol=0, atol=1e-6)
    assert np.allclose(high, high.round(), rtol=0, atol=1e-6)
    low, high = low.round(), high.round()
    assert (binom.cdf(low, trials, share) > limit - NEAR).all()
    assert (binom.cdf(low - 1, trials, share) <= limit + NEAR).all()
    assert (binom.sf(high - 1, trials, share) > limit - NEAR).all()
    assert (binom.sf(high, trials, share) <= limit + NEAR).all()


def test_a_unit_lies_outside_exactly_where_its_count_lies_beyond_a_limit(funnel: pd.DataFrame) -> None:
    trials, done = funnel["denominator"], funnel["numerator"]
    expected = pd.Series("inside", index=funnel.index)
    for name in LIMITS:
        low = (funnel[f"funnel_{name}_low_pct"] * trials / 100).round()
        high = (funnel[f"funnel_{name}_high_pct"] * trials / 100).round()
        expected = expected.mask(done < low, f"below_{name}").mask(done > high, f"above_{name}")
    assert (funnel["funnel_position"] == expected).all()
