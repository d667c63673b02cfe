"""The figures of the mart are those that a second calculation and people with a pencil find in the workbooks."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.golden.independent import RULES, WINDOWS, Calculator, Figure, every_row
from tests.golden.refresh import AS_OF, COMPUTED, KEY, read_golden

COLUMNS = (
    *KEY, "numerator", "denominator", "value_pct", "status", "is_provisional", "provisional_reason",
    "reporting_rate_pct", "bound_low_pct", "bound_high_pct", "is_status_settled", "path_pct",
)  # fmt: skip
TOLERANCE_PCT = 1e-9
SHOWN_DIFFERENCES = 20
Key = tuple[str, str, date, str, str]


@pytest.fixture(scope="module")
def mart(published_engine: Engine) -> dict[Key, dict[str, Any]]:
    """`fct_target_progress` by its key."""
    with published_engine.connect() as connection:
        found = connection.execute(text(f"select {', '.join(COLUMNS)} from marts.fct_target_progress")).all()
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in found)
    return {tuple(row[name] for name in KEY): row for row in rows}


@pytest.fixture(scope="module")
def calculator(sample_workbooks: Path) -> Calculator:
    """The independent calculator over the very workbooks that the mart was built from."""
    return Calculator.of_sample(sample_workbooks, AS_OF)


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
    assert not wrong, "\n".join(wrong)


def test_the_golden_rows_cover_every_target_level_window_and_status() -> None:
    golden = read_golden()
    by_hand = [row for row in golden if not row["how"].startswith(COMPUTED)]
    assert len(golden) >= 80
    assert len(by_hand) >= 10
    assert {row["target_code"] for row in golden} == set(RULES)
    assert {row["period_window"] for row in golden} == set(WINDOWS)
    statuses = "met on_track behind far_behind monitor not_applicable not_due not_reported rejected no_cases"
    assert {row["status"] for row in golden} == set(statuses.split())
    levels = {(row["target_code"], {2: "city", 3: "district", 5: "ward"}[len(row["unit_code"])]) for row in golden}
    ward_targets = {code for code, rule in RULES.items() if "ward" in rule.counted and not rule.is_per_district}
    assert levels == {(code, level) for code in RULES for level in ("city", "district")} | {
        (code, "ward") for code in ward_targets
    }


@pytest.mark.parametrize("level", ["city", "district", "ward"])
def test_every_row_of_the_level_is_what_the_workbooks_give(
    level: str, mart: dict[Key, dict[str, Any]], calculator: Calculator
) -> None:
    expected = {
        (target, unit.code, unit.valid_from, period, window): unit
        for target, unit, period, window in every_row(calculator, level)
    }
    stated = {key for key in mart if {2: "city", 3: "district", 5: "ward"}[len(key[1])] == level}
    assert stated == set(expected), "the mart has a row for every expected combination and no other"

    wrong: list[str] = []
    for key, unit in expected.items():
        target, _, _, period, window = key
        wrong += differences(key, calculator.figure(target, unit, period, window), mart[key])
    assert not wrong, f"{len(wrong)} differences, the first:\n" + "\n".join(wrong[:SHOWN_DIFFERENCES])
