"""The figures of the mart are those that a second calculation and people with a pencil find in the workbooks."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.golden.independent import (
    FAR_FUTURE,
    LEVELS,
    PERIODS,
    RULES,
    WINDOWS,
    Calculator,
    Figure,
    every_row,
    plan_of,
    rule_of,
)
from tests.golden.judgement import Judge
from tests.golden.refresh import COMPUTED, KEY, also_stated, as_text, read_golden
from tests.golden.workbooks import Unit, read_units

COLUMNS = (
    *KEY, "plan_code", "unit_level", "numerator", "denominator", "value_pct", "status", "is_provisional",
    "provisional_reason",
    "reporting_rate_pct", "bound_low_pct", "bound_high_pct", "is_status_settled", "path_pct",
)  # fmt: skip
TOLERANCE_PCT = 1e-9
SHOWN_DIFFERENCES = 20
Key = tuple[str, str, date, str, str]


@pytest.fixture(scope="module")
def mart(published_engine: Engine) -> dict[Key, dict[str, Any]]:
    """`fct_target_progress` by its key, of the targets that the calculator knows."""
    columns = list(dict.fromkeys([*COLUMNS, *(name for row in read_golden() for name in also_stated(row))]))
    with published_engine.connect() as connection:
        found = connection.execute(text(f"select {', '.join(columns)} from marts.fct_target_progress")).all()
    rows = (dict(zip(columns, row, strict=True)) for row in found)
    return {tuple(row[name] for name in KEY): row for row in rows if row["target_code"] in RULES}


def is_same(expected: float | None, actual: float | None) -> bool:
    """Whether two numbers, or two absences, are the same."""
    if expected is None or actual is None:
        return expected is actual
    return abs(expected - float(actual)) < TOLERANCE_PCT


def as_number(value: Fraction | None) -> float | None:
    """A fraction as the mart would hold it."""
    return None if value is None else float(value)


def differences(key: Key, figure: Figure, row: dict[str, Any]) -> Iterator[str]:
    """What the mart says otherwise than the calculator, in words."""
    expected: dict[str, Any] = {
        "plan_code": plan_of(key[3]),
        "status": figure.status,
        "is_provisional": figure.is_provisional,
        "provisional_reason": figure.reason,
        "is_status_settled": figure.is_settled,
        "bound_low_pct": as_number(figure.low),
        "bound_high_pct": as_number(figure.high),
        "path_pct": as_number(figure.path),
        "numerator": as_number(figure.numerator),
        "denominator": as_number(figure.denominator),
        "value_pct": as_number(figure.value),
        "reporting_rate_pct": 100 * figure.reported / figure.expected if figure.expected else None,
    }
    for name, value in expected.items():
        is_equal = value == row[name] if isinstance(value, str | bool) else is_same(value, row[name])
        if not is_equal:
            yield f"{' '.join(map(str, key))}: {name} is {row[name]} in the mart, {value} by the workbooks"


def keys_of(rows: Iterable[tuple[str, Unit, str, str]]) -> dict[Key, Unit]:
    """The unit of each row by the row's key."""
    return {(target, unit.code, unit.valid_from, period, window): unit for target, unit, period, window in rows}


def test_every_golden_row_stands_in_the_mart(mart: dict[Key, dict[str, Any]]) -> None:
    wrong = []
    for golden in read_golden():
        valid_from = date.fromisoformat(golden["unit_valid_from"])
        key = (golden["target_code"], golden["unit_code"], valid_from, golden["period_code"], golden["period_window"])
        row = mart[key]
        for name in ("numerator", "denominator", "value_pct"):
            if not is_same(float(golden[name]) if golden[name] else None, row[name]):
                wrong.append(f"{key} {name}: {row[name]}, golden {golden[name]} ({golden['how']})")
        if (row["status"], str(row["is_provisional"]).lower()) != (golden["status"], golden["is_provisional"]):
            wrong.append(f"{key}: {row['status']} {row['is_provisional']}, golden {golden}")
        for name, value in also_stated(golden).items():
            if not is_what_was_worked_out(value, row[name]):
                wrong.append(f"{key} {name}: {row[name]}, golden {value} ({golden['how']})")
    assert not wrong, "\n".join(wrong)


def is_what_was_worked_out(value: Fraction | str | bool | None, actual: Any) -> bool:
    """Whether a further column of a golden row is found again."""
    return is_same(float(value), actual) if isinstance(value, Fraction) else value == actual


def test_every_golden_row_is_what_the_calculator_finds(judge: Judge) -> None:
    units = {(unit.code, unit.valid_from.isoformat()): unit for unit in judge.calculator.units}
    wrong = []
    for golden in read_golden():
        unit = units[golden["unit_code"], golden["unit_valid_from"]]
        key = (golden["target_code"], unit, golden["period_code"], golden["period_window"])
        figure = as_text(judge.figure(key))
        columns = {**figure, **judge.columns(key), **bounds_and_path(judge.figure(key))}
        expected = {**{name: golden[name] for name in figure}, **also_stated(golden)}
        for name, value in expected.items():
            if columns[name] != value:
                wrong.append(f"{key[0]} {key[1].code} {key[2]} {key[3]} {name}: {columns[name]}, golden {value}")
    assert not wrong, "\n".join(wrong)


def bounds_and_path(figure: Figure) -> dict[str, Any]:
    """The further columns of a figure, exactly."""
    return {
        "path_pct": figure.path,
        "bound_low_pct": figure.low,
        "bound_high_pct": figure.high,
        "is_status_settled": figure.is_settled,
        "provisional_reason": figure.reason,
    }


def test_the_golden_rows_cover_every_target_level_window_and_status() -> None:
    golden = read_golden()
    by_hand = [row for row in golden if not row["how"].startswith(COMPUTED)]
    assert len(golden) >= 240
    assert len(by_hand) >= 25
    assert not [row for row in golden if None in row], "a comma in the last column stands in quotes"
    assert {row["target_code"] for row in golden} == set(RULES)
    assert {row["period_window"] for row in golden} == set(WINDOWS)
    statuses = "met on_track behind far_behind monitor not_applicable not_due not_reported rejected no_cases"
    assert {row["status"] for row in golden} == set(statuses.split())
    level_of = {(unit.code, unit.valid_from.isoformat()): unit.level for unit in read_units()}
    levels = {(row["target_code"], level_of[row["unit_code"], row["unit_valid_from"]]) for row in golden}
    counted_in_wards = {
        target
        for target in RULES
        for period in PERIODS
        if (rule := rule_of(target, period)) and "ward" in rule.counted and not rule.summed_to
    }
    above = [level for level in LEVELS if level != "ward"]
    assert levels == {(target, level) for target in RULES for level in above} | {
        (target, "ward") for target in counted_in_wards
    }


@pytest.mark.parametrize("level", LEVELS)
def test_every_row_of_the_level_is_what_the_workbooks_give(
    level: str, mart: dict[Key, dict[str, Any]], judge: Judge
) -> None:
    expected = keys_of(every_row(judge.calculator, level))
    stated = {key for key, row in mart.items() if row["unit_level"] == level and key[3] in PERIODS}
    assert stated == set(expected), "the mart has a row for every expected combination and no other"

    wrong: list[str] = []
    for key, unit in expected.items():
        target, _, _, period, window = key
        wrong += differences(key, judge.figure((target, unit, period, window)), mart[key])
    assert not wrong, f"{len(wrong)} differences, the first:\n" + "\n".join(wrong[:SHOWN_DIFFERENCES])


def test_a_quarter_far_ahead_is_not_due_or_asks_nobody(mart: dict[Key, dict[str, Any]], calculator: Calculator) -> None:
    rows = (row for level in LEVELS for row in every_row(calculator, level, [FAR_FUTURE]))
    expected = keys_of(rows)
    assert {key for key in mart if key[3] == FAR_FUTURE} == set(expected)

    statuses, wrong = set(), []
    for key, unit in expected.items():
        figure = calculator.figure(key[0], unit, FAR_FUTURE, key[4])
        statuses.add(figure.status)
        wrong += [said for said in differences(key, figure, mart[key]) if "path_pct" not in said]
    assert statuses == {"not_due", "not_applicable"}
    assert not wrong, f"{len(wrong)} differences, the first:\n" + "\n".join(wrong[:SHOWN_DIFFERENCES])


def test_the_path_of_a_quarter_far_ahead_is_known_already(
    mart: dict[Key, dict[str, Any]], calculator: Calculator
) -> None:
    (city,) = (unit for unit in calculator.units if unit.level == "city")
    figure = calculator.figure("T02", city, FAR_FUTURE, "ytd")
    row = mart["T02", city.code, city.valid_from, FAR_FUTURE, "ytd"]
    assert is_same(as_number(figure.path), row["path_pct"])
