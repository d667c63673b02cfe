"""Ranks, changes, gaps and intervals of the mart, made again with pandas from the mart's own values."""

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text

UNIT = ["target_code", "unit_code", "unit_valid_from", "period_window"]
SIBLINGS = ["target_code", "unit_level", "parent_code", "period_code", "period_window"]
NO_INTERVAL = ["T01", "T02", "T03", "T04", "T05", "T06", "T07", "T18"]
Z = 1.959963984540054


@pytest.fixture(scope="module")
def progress(published_engine: Engine) -> pd.DataFrame:
    """`fct_target_progress` with a running number of the quarter."""
    with published_engine.connect() as connection:
        frame = pd.read_sql(text("select * from marts.fct_target_progress"), connection)
    frame["parent_code"] = frame["parent_code"].fillna("")
    frame["quarter"] = frame["period_code"].str[5].astype(int)
    frame["number"] = frame["period_code"].str[:4].astype(int) * 4 + frame["quarter"]
    return frame


def value_before(frame: pd.DataFrame, quarters: int) -> pd.Series:
    """Each row's value so many quarters earlier, missing where the unit did not exist or had no figure."""
    earlier = frame[[*UNIT, "number", "value_pct"]].assign(number=frame["number"] + quarters)
    return frame[[*UNIT, "number"]].merge(earlier, how="left", on=[*UNIT, "number"])["value_pct"]


def assert_same(actual: pd.Series, expected: pd.Series) -> None:
    """Both missing, or equal but for the last digits."""
    same = np.isclose(actual.astype(float), expected.astype(float), rtol=0, atol=1e-9, equal_nan=True)
    assert same.all(), f"{(~same).sum()} rows differ, first at {list(np.flatnonzero(~same)[:5])}"


def test_ranks_count_siblings_with_a_figure_and_ties_share(progress: pd.DataFrame) -> None:
    siblings = progress.groupby(SIBLINGS)["value_pct"]
    has_siblings = progress["parent_code"] != ""
    assert_same(progress["rank"], siblings.rank(method="min", ascending=False).where(has_siblings))
    assert_same(progress["rank_of"], siblings.transform("count").where(has_siblings))
    tied = progress[progress["rank"].notna()].duplicated([*SIBLINGS, "rank"])
    assert tied.any(), "the sample has ties"


def test_changes_are_differences_of_points_and_no_year_is_compared_with_the_last(progress: pd.DataFrame) -> None:
    restarts = (progress["kind"] == "coverage") & (progress["period_window"] == "ytd") & (progress["quarter"] == 1)
    since_quarter = (progress["value_pct"] - value_before(progress, 1)).mask(restarts)
    assert_same(progress["change_prev_quarter_pct"], since_quarter)
    assert_same(progress["change_prev_year_pct"], progress["value_pct"] - value_before(progress, 4))


def test_gaps_are_distances_to_threshold_and_path(progress: pd.DataFrame) -> None:
    assert_same(progress["gap_pct"], progress["value_pct"] - progress["threshold_pct"])
    assert_same(progress["path_gap_pct"], progress["value_pct"] - progress["path_pct"])
    due = progress["quarter"].where(progress["period_window"] == "ytd", 1) / 4
    paths = (progress["threshold_pct"] * due).where(progress["kind"] == "coverage")
    assert_same(progress["path_pct"], paths)


def test_intervals_are_wilson_s_wherever_a_ratio_of_counts_can_have_one(progress: pd.DataFrame) -> None:
    trials = progress["denominator"].astype(float)
    share = progress["numerator"].astype(float) / trials.where(trials > 0)
    has_one = ~progress["target_code"].isin(NO_INTERVAL) & share.between(0, 1)
    share, trials = share.where(has_one), trials.where(has_one)
    middle = (share + Z**2 / (2 * trials)) / (1 + Z**2 / trials)
    half = Z * np.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2)) / (1 + Z**2 / trials)
    assert_same(progress["ci_low_pct"], 100 * (middle - half).clip(lower=0))
    assert_same(progress["ci_high_pct"], 100 * (middle + half).clip(upper=1))
    small = (progress["denominator"] > 0) & (progress["denominator"] < 10)
    assert (progress["is_small_base"] == small).all()
