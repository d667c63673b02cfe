"""Where districts became communes nothing is lost and nothing counted twice, and histories made again are exact."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest

from tests.golden.independent import CITY, PERIODS, RECALCULATED, REFORM, RULES, WINDOWS, Calculator, History, Unit
from tests.golden.workbooks import last_day

ROW = ["target_code", "unit_code", "unit_valid_from", "period_code", "period_window"]
COUNTED = ["numerator", "denominator"]
SUMS_OF_A_YEAR = tuple(target for target, rule in RULES.items() if rule.kind == "rate" and rule.denominators)
SINCE_REFORM = [period for period in PERIODS if period >= REFORM]
FIRST_HALF, YEAR = ("2025Q1", "2025Q2"), ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
# A ward that was divided in January 2025, and whose two halves the commune 27367 has since July: a whole again.
DIVIDED_AND_WHOLE_AGAIN = "27367"
Key = tuple[str, str, date, str, str]

# Read by eye in sheet B5 of 761. Its wards 26764 (rows 7..13) and 26773 (rows 28..34) are the commune 26773 since July
# 2025: first inspections (E) Q1 6 and 4, Q2 4 and 3; establishments (D) of Q2 15 and 15; inspections (F) Q1 8 and 4,
# Q2 6 and 3; with a violation (G) Q1 0 and 2, Q2 2 and 1. Of the three wards of the commune 26791 one, 26787, sent no
# row in Q2: E and D are those of 26788 (rows 70..76) and 26791 (rows 77..83).
BY_HAND = {
    ("T12", "26773", "2021Q2", "ytd"): History(6 + 4 + 4 + 3, 15 + 15, parts=2, known_parts=2),
    ("T13", "26773", "2021Q2", "ytd"): History(0 + 2 + 2 + 1, 8 + 4 + 6 + 3, parts=2, known_parts=2),
    ("T12", "26791", "2021Q2", "quarter"): History(1 + 1 + 2 + 2, (4 + 1 + 4) + (5 + 2 + 2), parts=3, known_parts=2),
}


@pytest.fixture(scope="module")
def progress(read: Any) -> pd.DataFrame:
    """The counts of 2025 and 2026; no figure counts as nothing."""
    rows = read(
        f"select {', '.join(ROW)}, unit_level, parent_code, {', '.join(COUNTED)} from marts.fct_target_progress "
        f"where period_code between '2025Q1' and '{PERIODS[-1]}'"
    )
    return rows.fillna(dict.fromkeys(COUNTED, 0))


@pytest.fixture(scope="module")
def histories(read: Any) -> dict[Key, History]:
    """`fct_target_recalculated` by its key."""
    parts = ["part_count", "known_part_count"]
    rows = read(f"select {', '.join([*ROW, *COUNTED, *parts])} from marts.fct_target_recalculated")
    rows["unit_valid_from"] = pd.to_datetime(rows["unit_valid_from"]).dt.date
    rows = rows.astype(object).where(rows.notna(), None)
    keys = rows[ROW].itertuples(index=False, name=None)
    return {key: History(*row) for key, row in zip(keys, rows[[*COUNTED, *parts]].itertuples(index=False), strict=True)}


def histories_of(calculator: Calculator) -> Iterator[tuple[Key, History]]:
    """Every exact history that the workbooks give."""
    for unit in (one for one in calculator.units if one.level == "ward"):
        for period in (one for one in PERIODS if last_day(one) < unit.valid_from):
            for target in RECALCULATED:
                for window in WINDOWS:
                    if found := calculator.history(target, unit, period, window):
                        yield (target, unit.code, unit.valid_from, period, window), found


def added_up(rows: pd.DataFrame) -> pd.DataFrame:
    """Numerators and denominators by target, quarter and window."""
    return rows.groupby(["target_code", "period_code", "period_window"])[COUNTED].sum()


def of_level(rows: pd.DataFrame, level: str) -> pd.DataFrame:
    """The rows of one level since the reform."""
    return rows[(rows["unit_level"] == level) & (rows["period_code"] >= REFORM)]


def first_half(rows: pd.DataFrame) -> pd.DataFrame:
    """What districts counted until June 2025, put under both later quarters of the year's sums."""
    ended = rows[
        (rows["unit_level"] == "district")
        & (rows["period_code"] == FIRST_HALF[-1])
        & (rows["period_window"] == "ytd")
        & rows["target_code"].isin(SUMS_OF_A_YEAR)
    ]
    return pd.concat([ended.assign(period_code=period) for period in YEAR if period >= REFORM])


def of_agencies(calculator: Calculator) -> pd.DataFrame:
    """T15 of the city's own agencies, from the workbooks of reporter 79."""
    rows = []
    for period in SINCE_REFORM:
        for window in WINDOWS:
            quarters = [period] if window == "quarter" else [one for one in PERIODS if period[:4] <= one <= period]
            sent = [cells for one in quarters if isinstance(cells := calculator.sent.reports.get((CITY, one)), dict)]
            resolved = sum(cells[CITY, "cases_resolved"] for cells in sent)
            accepted = sum(cells[CITY, "cases_accepted"] for cells in sent)
            pending = sent[0][CITY, "cases_pending"] if sent else 0
            rows.append(("T15", period, window, resolved, pending + accepted))
    return pd.DataFrame(rows, columns=["target_code", "period_code", "period_window", *COUNTED])


def assert_same_sums(actual: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Every sum of `actual` is found in `expected`, exactly."""
    both = actual.join(expected.add_suffix("_expected"), how="left").fillna(0)
    differs = (both["numerator"] != both["numerator_expected"]) | (both["denominator"] != both["denominator_expected"])
    assert not differs.any(), both[differs].head(20).to_string()


def test_every_count_of_every_accepted_report_lands_once(read: Any, calculator: Calculator) -> None:
    landed = read(
        "select measure_code, unit_code, period_code, sum(measure_value) as found from marts.fct_measure "
        "where answer_code is null and measure_code <> 'fine_vnd_million' group by all"
    )
    found = landed.set_index(["measure_code", "unit_code", "period_code"])["found"].to_dict()
    counts = set(landed["measure_code"])
    assert len(counts) > 30
    assert found == {
        (measure, code, period): number
        for (_, period), cells in calculator.sent.reports.items()
        if isinstance(cells, dict)
        for (code, measure), number in cells.items()
        if measure in counts
    }


@pytest.mark.parametrize("level", ["region", "area"])
def test_the_city_is_the_sum_of_what_it_is_divided_into_and_its_own_agencies(
    level: str, progress: pd.DataFrame, calculator: Calculator
) -> None:
    city = added_up(of_level(progress, "city"))
    parts = added_up(pd.concat([of_level(progress, level), of_agencies(calculator)]))
    assert_same_sums(city, parts)
    assert (city["denominator"] > 0).sum() > 100


def test_the_city_is_the_sum_of_its_communes_and_of_the_districts_first_half(
    progress: pd.DataFrame, calculator: Calculator
) -> None:
    reporters = pd.concat([of_level(progress, "ward"), first_half(progress), of_agencies(calculator)])
    city = added_up(of_level(progress, "city"))
    assert_same_sums(city.drop("T18"), added_up(reporters))


def test_an_area_is_the_sum_of_its_communes_and_of_its_district_s_first_half(progress: pd.DataFrame) -> None:
    communes, districts = of_level(progress, "ward"), first_half(progress)
    for code, area in of_level(progress, "area").groupby("unit_code"):
        lying_in = pd.concat([communes[communes["parent_code"] == code], districts[districts["unit_code"] == code]])
        assert_same_sums(added_up(area).drop("T18"), added_up(lying_in))


@pytest.mark.parametrize("target", SUMS_OF_A_YEAR)
def test_the_year_of_the_reform_is_the_districts_first_half_and_the_communes_second(
    target: str, progress: pd.DataFrame, calculator: Calculator
) -> None:
    rule = RULES[target]
    counts_once = {measure for measures, how in rule.denominators if how == "start" for measure in measures}
    numerators = rule.numerator[0]
    denominators = [measure for measures, _ in rule.denominators for measure in measures]
    seen: set[tuple[str, bool]] = set()
    sums: Counter[str] = Counter()
    for period in YEAR:
        for cells in (cells for (_, one), cells in calculator.sent.reports.items() if one == period):
            for code in sorted({code for code, _ in cells}) if isinstance(cells, dict) else ():
                given = {
                    measure: cells[code, measure]
                    for measure in (*numerators, *denominators)
                    if (code, measure) in cells
                }
                if len(given) < len(numerators) + len(denominators):
                    continue
                unit = (code, period >= REFORM and code != CITY)  # a code of a ward or district may come back
                is_first = unit not in seen
                seen.add(unit)
                sums["numerator"] += sum(given[measure] for measure in numerators)
                sums["denominator"] += sum(given[one] for one in denominators if is_first or one not in counts_once)
        city = added_up(progress[progress["unit_level"] == "city"]).loc[(target, period, "ytd")]
        assert dict(city) == dict(sums), period
    assert {is_commune for _, is_commune in seen} == {False, True}


def test_histories_made_again_are_what_the_workbooks_give(
    histories: dict[Key, History], calculator: Calculator
) -> None:
    expected = dict(histories_of(calculator))
    assert set(histories) == set(expected)
    assert {key: found for key, found in histories.items() if found != expected[key]} == {}


def test_a_ward_that_was_divided_and_is_whole_again_leaves_its_commune_an_exact_history(
    histories: dict[Key, History],
) -> None:
    assert any(code == DIVIDED_AND_WHOLE_AGAIN and period < FIRST_HALF[0] for _, code, _, period, _ in histories)


def test_histories_worked_by_hand_are_found_again(histories: dict[Key, History]) -> None:
    commune = date(2025, 7, 1)
    found = {key: histories[key[0], key[1], commune, key[2], key[3]] for key in BY_HAND}
    assert found == BY_HAND


def test_a_commune_that_received_a_part_has_no_history(histories: dict[Key, History], calculator: Calculator) -> None:
    def has_history(unit: Unit) -> bool:
        return any((code, begun) == (unit.code, unit.valid_from) for _, code, begun, _, _ in histories)

    received_a_part = {new for _, new, step in calculator.steps if not step.is_whole and new.level == "ward"}
    of_july = {unit for unit in received_a_part if unit.valid_from.month == 7}
    assert len(of_july) > 20
    assert not [unit for unit in of_july if has_history(unit)]
