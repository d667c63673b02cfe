"""Ranks, changes, gaps, intervals, pace and projections of the mart, made again from the mart's own values."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text

from tests.golden.independent import CITY, RULES, Calculator
from tests.golden.workbooks import Sent, read_successors, read_units

UNIT = ["target_code", "unit_code", "unit_valid_from", "period_window"]
SIBLINGS = ["target_code", "unit_level", "authority", "period_code", "period_window"]
NO_INTERVAL = ["T01", "T02", "T03", "T04", "T05", "T06", "T07", "T18"]
Z = 1.959963984540054
REFORM, NEW_PLAN = 2025 * 4 + 3, 2026 * 4 + 1  # as numbers of quarters


@pytest.fixture(scope="module")
def progress(published_engine: Engine) -> pd.DataFrame:
    """`fct_target_progress` with a running number of the quarter."""
    with published_engine.connect() as connection:
        frame = pd.read_sql(text("select * from marts.fct_target_progress"), connection)
    frame["quarter"] = frame["period_code"].str[5].astype(int)
    frame["year"] = frame["period_code"].str[:4].astype(int)
    frame["number"] = frame["year"] * 4 + frame["quarter"]
    is_under_district = (frame["unit_level"] == "ward") & (frame["number"] < REFORM)
    frame["authority"] = frame["parent_code"].where(is_under_district, CITY).mask(frame["unit_level"] == "city", "")
    return frame


def value_before(frame: pd.DataFrame, quarters: int, column: str = "value_pct") -> pd.Series:
    """Each row's value so many quarters earlier, missing where the unit did not exist or had no figure."""
    earlier = frame[[*UNIT, "number", column]].assign(number=frame["number"] + quarters)
    return frame[[*UNIT, "number"]].merge(earlier, how="left", on=[*UNIT, "number"])[column]


def assert_same(actual: pd.Series, expected: pd.Series) -> None:
    """Both missing, or equal but for the last digits."""
    same = np.isclose(actual.astype(float), expected.astype(float), rtol=0, atol=1e-9, equal_nan=True)
    assert same.all(), f"{(~same).sum()} rows differ, first at {list(np.flatnonzero(~same)[:5])}"


def test_ranks_count_units_of_a_level_under_one_authority_and_ties_share(progress: pd.DataFrame) -> None:
    siblings = progress.groupby(SIBLINGS)["value_pct"]
    has_siblings = progress["authority"] != ""
    assert_same(progress["rank"], siblings.rank(method="min", ascending=False).where(has_siblings))
    assert_same(progress["rank_of"], siblings.transform("count").where(has_siblings))
    tied = progress[progress["rank"].notna()].duplicated([*SIBLINGS, "rank"])
    assert tied.any(), "the sample has ties"


def restarts(progress: pd.DataFrame) -> pd.Series:
    """A coverage of the year so far begins again in January."""
    return (progress["kind"] == "coverage") & (progress["period_window"] == "ytd") & (progress["quarter"] == 1)


def is_across_a_break(progress: pd.DataFrame, quarters: int) -> pd.Series:
    """Whether something lies between a row and the one so many quarters before that makes them incomparable.

    The breaks by hand: the lockdown of 2021Q3 spoils that quarter; T18 has another base from 2022Q1; on 1 January 2025
    wards were merged and on 1 July 2025 districts ended, which changes the rows under which such units are counted; the
    next plan begins with 2026Q1.
    """
    now, before = progress["number"], progress["number"] - quarters
    lockdown, new_base, merger = 2021 * 4 + 3, 2022 * 4 + 1, 2025 * 4 + 1
    spoiled = (now == lockdown) | (before == lockdown)
    spoiled |= (progress["target_code"] == "T18") & (before < new_base) & (new_base <= now)
    spoiled |= (before < NEW_PLAN) & (now >= NEW_PLAN)
    over_boundary = ((before < merger) & (merger <= now)) | ((before < REFORM) & (now >= REFORM))
    calculator = Calculator(Sent(), read_units(), read_successors(), date(2026, 1, 1))
    units = {(unit.code, unit.valid_from): unit for unit in calculator.units}

    def is_another_set(target: str, code: str, valid_from: pd.Timestamp, period: str) -> bool:
        number = int(period[:4]) * 4 + int(period[5]) - quarters - 1
        earlier = f"{number // 4}Q{number % 4 + 1}"
        unit = units[code, pd.Timestamp(valid_from).date()]
        counted = (calculator.counted(target, unit, quarter) for quarter in (earlier, period))
        return len({frozenset(found) for found in counted}) > 1

    keys = progress.loc[over_boundary, ["target_code", "unit_code", "unit_valid_from", "period_code"]]
    changed = {key: is_another_set(*key) for key in set(keys.itertuples(index=False, name=None))}
    found = pd.Series([changed[key] for key in keys.itertuples(index=False, name=None)], index=keys.index)
    return spoiled | found.reindex(progress.index, fill_value=False)


@pytest.mark.parametrize(
    ("quarters", "change", "reason"),
    [
        (1, "change_prev_quarter_pct", "change_reason"),
        (4, "change_prev_year_pct", "change_prev_year_reason"),
    ],
)
def test_a_change_is_stated_only_between_comparable_figures(
    progress: pd.DataFrame, quarters: int, change: str, reason: str
) -> None:
    moved = progress["value_pct"] - value_before(progress, quarters)
    is_broken = is_across_a_break(progress, quarters) & moved.notna()
    found = moved.mask(is_broken)
    if quarters == 1:
        found = found.mask(restarts(progress))
    assert_same(progress[change], found)
    assert ((progress[reason] == "not_comparable") == is_broken).all()
    assert progress.loc[is_broken, "target_code"].nunique() == len(RULES)


def test_no_earlier_status_stands_where_no_change_may_be_stated(progress: pd.DataFrame) -> None:
    says_nothing = restarts(progress) | progress["change_reason"].notna()
    assert progress.loc[says_nothing, "prev_quarter_status"].isna().all()
    assert (progress["restarts"] == restarts(progress)).all()


def test_gaps_are_distances_to_threshold_and_path(progress: pd.DataFrame) -> None:
    assert_same(progress["gap_pct"], progress["value_pct"] - progress["threshold_pct"])
    assert_same(progress["path_gap_pct"], progress["value_pct"] - progress["path_pct"])


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


def test_a_change_is_clear_when_chance_alone_does_not_explain_it(progress: pd.DataFrame) -> None:
    # Newcombe (1998), method 10: the interval of the difference, made of both Wilson intervals, leaves zero out.
    done, trials = progress["numerator"].astype(float), progress["denominator"].astype(float)
    done_before = value_before(progress, 1, "numerator").astype(float)
    trials_before = value_before(progress, 1, "denominator").astype(float)
    is_stated = progress["change_prev_quarter_pct"].notna()
    is_count = progress["target_code"].isin(NO_INTERVAL)
    is_ratio = is_stated & ~is_count & (done <= trials) & (done_before <= trials_before)
    share = (done / trials).where(is_ratio)
    share_before = (done_before / trials_before).where(is_ratio)
    (low, high), (low_before, high_before) = wilson(share, trials), wilson(share_before, trials_before)
    moved = share - share_before
    is_surely_up = moved - np.hypot(share - low, high_before - share_before) > 0
    is_surely_down = moved + np.hypot(high - share, share_before - low_before) < 0

    has_moved = done * trials_before != done_before * trials
    expected = (has_moved & (is_count | is_surely_up | is_surely_down)).astype("boolean")
    expected = expected.where(is_ratio | (is_stated & is_count))
    actual = progress["change_is_clear"].astype("boolean")
    differs = (actual != expected).fillna(False) | (actual.isna() != expected.isna())
    assert not differs.any(), progress.loc[differs, [*UNIT, "period_code", "change_is_clear"]].head().to_string()
    assert set(expected[is_ratio & has_moved]) == {True, False}


def is_on_a_path(progress: pd.DataFrame) -> pd.Series:
    """A coverage of the year so far with a figure, before the year's end."""
    is_coverage = (progress["kind"] == "coverage") & (progress["period_window"] == "ytd")
    return is_coverage & (progress["quarter"] < 4) & progress["value_pct"].notna()


def test_what_is_missing_is_asked_of_the_quarters_left(progress: pd.DataFrame) -> None:
    missing = (progress["threshold_pct"] - progress["value_pct"]).clip(lower=0)
    assert_same(
        progress["required_per_quarter_pct"], (missing / (4 - progress["quarter"])).where(is_on_a_path(progress))
    )


def test_pace_is_the_gain_of_a_quarter_that_the_counted_units_existed(progress: pd.DataFrame) -> None:
    is_first_year_of_communes = (progress["year"] == 2025) & (progress["quarter"] > 2)
    quarters = progress["quarter"] - 2 * is_first_year_of_communes
    assert_same(progress["pace_pct"], (progress["value_pct"] / quarters).where(is_on_a_path(progress)))


def test_a_projection_goes_as_far_as_the_unit_s_own_past_years_did(progress: pd.DataFrame) -> None:
    coverages = progress[(progress["kind"] == "coverage") & (progress["period_window"] == "ytd")]
    ends = coverages.loc[coverages["quarter"] == 4, [*UNIT, "year", "value_pct"]]
    past = coverages.loc[is_on_a_path(coverages), [*UNIT, "year", "quarter", "value_pct"]]
    past = past.merge(ends, on=[*UNIT, "year"], suffixes=("", "_at_the_end"))
    past["step"] = past["value_pct_at_the_end"] - past["value_pct"]
    # Over the middle of 2025 the city's figure went from wards to communes: no step of one set of units.
    past = past[past["step"].notna() & ~((past["year"] == 2025) & (past["quarter"] < 3))]
    keys = [*UNIT, "quarter"]
    rows = progress.loc[is_on_a_path(progress), [*keys, "year"]].reset_index()
    steps = rows.merge(past[[*keys, "year", "step"]], on=keys, suffixes=("", "_past"))
    steps = steps[steps["year_past"] < steps["year"]].groupby("index")["step"].agg(["count", "min", "max"])
    steps = steps[steps["count"] >= 2].reindex(progress.index)
    assert_same(progress["projected_low_pct"], progress["value_pct"] + steps["min"])
    assert_same(progress["projected_high_pct"], progress["value_pct"] + steps["max"])
    assert set(progress.loc[progress["projected_low_pct"].notna(), "unit_level"]) == {"city", "district", "ward"}
