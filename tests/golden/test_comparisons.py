"""Ranks, changes, gaps and intervals of the mart, made again with pandas from the mart's own values."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text

from tests.golden.independent import RULES, Calculator
from tests.golden.workbooks import Sent, read_successors, read_units

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


def restarts(progress: pd.DataFrame) -> pd.Series:
    """A coverage of the year so far begins again in January."""
    return (progress["kind"] == "coverage") & (progress["period_window"] == "ytd") & (progress["quarter"] == 1)


def is_across_a_break(progress: pd.DataFrame, quarters: int) -> pd.Series:
    """Whether something lies between a row and the one so many quarters before that makes them incomparable.

    The breaks by hand: the lockdown of 2021Q3 spoils that quarter; T18 has another base from 2022Q1; on 1 January 2025
    wards were merged and on 1 July 2025 districts ended, which changes the rows under which such units are counted.
    """
    now, before = progress["number"], progress["number"] - quarters
    lockdown, new_base, merger, reform = 2021 * 4 + 3, 2022 * 4 + 1, 2025 * 4 + 1, 2025 * 4 + 3
    spoiled = (now == lockdown) | (before == lockdown)
    spoiled |= (progress["target_code"] == "T18") & (before < new_base) & (new_base <= now)
    over_boundary = ((before < merger) & (merger <= now)) | ((before < reform) & (reform <= now))
    plan = Calculator(Sent(), read_units(), read_successors(), date(2026, 1, 1))
    units = {(unit.code, unit.valid_from): unit for unit in plan.units}

    def is_another_set(target: str, code: str, valid_from: pd.Timestamp, period: str) -> bool:
        number = int(period[:4]) * 4 + int(period[5]) - quarters - 1
        earlier = f"{number // 4}Q{number % 4 + 1}"
        unit = units[code, pd.Timestamp(valid_from).date()]
        counted = (plan._counted(RULES[target], unit, quarter) for quarter in (earlier, period))
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
