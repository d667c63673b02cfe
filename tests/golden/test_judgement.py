"""All that the mart states beside its figures is worked out a second time from the workbooks, for every row.

Of wards and communes for every third, with all targets, quarters and windows: the rules know no ward by its name.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from tests.golden.independent import LEVELS, PERIODS, WINDOWS, Calculator, every_row, shown_targets
from tests.golden.judgement import SENSITIVE, THANK_FROM, Judge, Key
from tests.golden.refresh import KEY
from tests.golden.workbooks import Unit, due_date

TOLERANCE = 1e-9
SHOWN_DIFFERENCES = 20
ALL_QUARTERS = [f"{year}Q{quarter}" for year in range(2021, 2031) for quarter in range(1, 5)]


def is_same(expected: Any, actual: Any) -> bool:
    """Whether the mart holds what was worked out: a word, a truth, a number or nothing."""
    if expected is None or actual is None or isinstance(expected, str | bool):
        return bool(expected == actual)
    return abs(float(expected) - float(actual)) < TOLERANCE


def key_in_mart(key: Key) -> tuple[str, str, date, str, str]:
    """Return the columns of the key of a row."""
    target, unit, period, window = key
    return target, unit.code, unit.valid_from, period, window


def differences(key: Key, expected: dict[str, Any], row: dict[str, Any]) -> Iterator[str]:
    """Describe each column that the mart states otherwise."""
    for name, value in expected.items():
        if not is_same(value, row[name]):
            worked_out = float(value) if isinstance(value, Fraction) else value
            row_name = " ".join(map(str, key_in_mart(key)))
            yield f"{row_name}: {name} is {row[name]} in the mart, {worked_out} by the workbooks"


@pytest.mark.parametrize("level", LEVELS)
def test_every_row_of_the_level_states_what_the_workbooks_and_the_rules_in_words_give(
    level: str, judge: Judge, published_engine: Engine
) -> None:
    names = list(judge.columns(next(every_row(judge.calculator, "city", [PERIODS[0]]))))
    sql = f"select {', '.join([*KEY, *names])} from marts.fct_target_progress where unit_level = :level"
    with published_engine.connect() as connection:
        rows = {row[: len(KEY)]: row._asdict() for row in connection.execute(text(sql), {"level": level})}
    wrong: list[str] = []
    for key in every_row(judge.calculator, level):
        if level == "ward" and int(key[1].code) % 3:
            continue
        wrong += differences(key, judge.columns(key), rows[key_in_mart(key)])
    assert not wrong, f"{len(wrong)} differences, the first:\n" + "\n".join(wrong[:SHOWN_DIFFERENCES])


def test_every_period_is_in_the_state_that_its_days_and_reports_give(read: Any, calculator: Calculator) -> None:
    stated = dict(read("select period_code, period_state from marts.dim_period").itertuples(index=False, name=None))
    assert stated == {period: calculator.period_state(period) for period in ALL_QUARTERS}


def reporters(calculator: Calculator, period: str) -> list[Unit]:
    """Return the units below the city that report for themselves."""
    return [unit for unit in calculator.valid(period) if unit.reporter == unit.code and unit.level != "city"]


def test_a_unit_is_called_when_it_is_silent_left_a_form_blank_or_is_late_in_enough_targets(
    read: Any, judge: Judge
) -> None:
    calls = read(
        "select unit_code, unit_valid_from, period_code, period_window, is_sensitive, is_to_call, "
        "calling_target_count, blank_form_codes from marts.fct_unit_call"
    )
    calls["unit_valid_from"] = pd.to_datetime(calls["unit_valid_from"]).dt.date
    calls = calls.astype(object).where(calls.notna(), None)
    names = ["unit_code", "unit_valid_from", "period_code", "period_window", "is_sensitive"]
    stated = {tuple(row[name] for name in names): row for row in calls.to_dict("records")}

    wrong = []
    calculator = judge.calculator
    for period in (one for one in PERIODS if calculator.as_of > due_date(one)):
        for unit in reporters(calculator, period):
            for window in WINDOWS:
                for is_sensitive in (True, False):
                    shown = shown_targets(unit.level, period)
                    targets = [target for target in shown if is_sensitive or target not in SENSITIVE]
                    expected = {
                        "is_to_call": judge.is_to_call(targets, unit, period, window),
                        "calling_target_count": len(judge.calling_targets(targets, unit, period, window)),
                        "blank_form_codes": judge.blank_forms(unit, period),
                    }
                    key = (unit.code, unit.valid_from, period, window, is_sensitive)
                    row = stated.pop(key)
                    wrong += [(key, name, row[name], value) for name, value in expected.items() if row[name] != value]
    assert not wrong, f"{len(wrong)} differences, the first: {wrong[:SHOWN_DIFFERENCES]}"
    assert not [key for key, row in stated.items() if row["is_to_call"]], "nobody is called before the due date"


def test_nobody_is_thanked_for_fewer_things_than_ten(read: Any) -> None:
    thanked = read(
        "select c.praise_reason, p.denominator from marts.fct_unit_call as c "
        "inner join marts.fct_target_progress as p on c.praised_target_code = p.target_code "
        "and c.unit_code = p.unit_code and c.unit_valid_from = p.unit_valid_from "
        "and c.period_code = p.period_code and c.period_window = p.period_window"
    )
    assert len(thanked) > 100
    assert (thanked["denominator"] >= THANK_FROM).all()
