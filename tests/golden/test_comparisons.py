"""Wilson's intervals of the mart and the January in which a year's figure begins again, from the mart's own values."""

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text

NO_INTERVAL = ["T01", "T02", "T03", "T04", "T05", "T06", "T07", "T18"]
Z = 1.959963984540054
COLUMNS = (
    *("target_code", "period_code", "period_window", "kind", "restarts", "numerator", "denominator", "ci_low_pct"),
    *("ci_high_pct", "is_small_base"),
)


@pytest.fixture(scope="module")
def progress(published_engine: Engine) -> pd.DataFrame:
    """`fct_target_progress` with the number of the quarter."""
    with published_engine.connect() as connection:
        frame = pd.read_sql(text(f"select {', '.join(COLUMNS)} from marts.fct_target_progress"), connection)
    frame["quarter"] = frame["period_code"].str[5].astype(int)
    return frame


def assert_same(actual: pd.Series, expected: pd.Series) -> None:
    """Both missing, or equal but for the last digits."""
    same = np.isclose(actual.astype(float), expected.astype(float), rtol=0, atol=1e-9, equal_nan=True)
    assert same.all(), f"{(~same).sum()} rows differ, first at {list(np.flatnonzero(~same)[:5])}"


def test_a_coverage_of_the_year_so_far_begins_again_in_january(progress: pd.DataFrame) -> None:
    is_coverage = (progress["kind"] == "coverage") & (progress["period_window"] == "ytd")
    assert (progress["restarts"] == is_coverage & (progress["quarter"] == 1)).all()


def wilson(share: pd.Series, trials: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Wilson's 95 % interval around a share, as shares."""
    middle = (share + Z**2 / (2 * trials)) / (1 + Z**2 / trials)
    half = Z * np.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2)) / (1 + Z**2 / trials)
    return (middle - half).clip(lower=0), (middle + half).clip(upper=1)


def test_intervals_are_wilson_s_wherever_a_ratio_of_counts_can_have_one(progress: pd.DataFrame) -> None:
    trials = progress["denominator"].astype(float)
    share = progress["numerator"].astype(float) / trials.where(trials > 0)
    has_one = ~progress["target_code"].isin(NO_INTERVAL) & share.between(0, 1)
    low, high = wilson(share.where(has_one), trials.where(has_one))
    assert_same(progress["ci_low_pct"], 100 * low)
    assert_same(progress["ci_high_pct"], 100 * high)
    small = (progress["denominator"] > 0) & (progress["denominator"] < 10)
    assert (progress["is_small_base"] == small).all()
