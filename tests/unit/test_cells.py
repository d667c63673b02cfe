"""Cells become typed values, or an answer that says what was expected."""

from datetime import date, datetime
from typing import Any

import pytest

from warehouse.forms.cells import (
    bounds_checker,
    code_parser,
    parse_amount,
    parse_count,
    parse_date,
    parse_percent,
    parse_text,
)
from warehouse.forms.problems import Unreadable, cell_name, quote
from warehouse.reference import load_reference

REFERENCE = load_reference()


def column(form: str, code: str) -> Any:
    return next(column for column in REFERENCE.columns(form) if column.column_code == code)


@pytest.mark.parametrize("raw", ["", "  ", "\u00a0"])
def test_an_empty_cell_is_missing_and_not_zero(raw: str) -> None:
    for parse in (parse_count, parse_amount, parse_percent, parse_date, parse_text):
        assert parse(raw) is None


@pytest.mark.parametrize(
    ("raw", "value"), [(0.0, 0), (12.0, 12), (7, 7), ("12", 12), (" 12 ", 12), ("007", 7), (-3.0, -3)]
)
def test_a_count_is_a_number_or_text_of_digits(raw: Any, value: int) -> None:
    assert parse_count(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        1.5,
        "1.250",
        "1,250",
        "12 người",
        "khoảng 20",
        "~5",
        "-3",
        "+3",
        "1e3",
        "½",
        "１２",
        "#REF!",
        "O",
        True,
        date(2024, 1, 2),
        "9" * 16,
    ],
)
def test_a_count_that_is_not_certain_is_refused(raw: Any) -> None:
    with pytest.raises(Unreadable):
        parse_count(raw)


def test_a_decimal_is_told_apart_from_words() -> None:
    with pytest.raises(Unreadable) as fault:
        parse_count(1.5)
    assert fault.value.rule == "not_whole"


def test_a_fraction_in_a_percent_cell_is_refused_because_it_may_be_a_format() -> None:
    assert parse_percent(50.0) == 50
    assert parse_percent(0.0) == 0
    with pytest.raises(Unreadable, match="percent_as_fraction"):
        parse_percent(0.5)


def test_a_date_cell_and_iso_text_are_dates_but_ambiguous_text_is_not() -> None:
    assert parse_date(datetime(2021, 3, 5, 8, 0)) == date(2021, 3, 5)
    assert parse_date(date(2021, 3, 5)) == date(2021, 3, 5)
    assert parse_date("2021-03-05") == date(2021, 3, 5)
    for raw in ("05/03/2021", "5.3.2021", "tháng 3", 44260.0):
        with pytest.raises(Unreadable, match="not_a_date"):
            parse_date(raw)


@pytest.mark.parametrize(
    ("raw", "code"), [("Có", "yes"), ("có", "yes"), ("CO", "yes"), ("yes", "yes"), ("Không", "no"), ("", None)]
)
def test_an_answer_is_its_label_or_its_code(raw: str, code: str | None) -> None:
    assert code_parser(REFERENCE.code_lists["yes_no"])(raw) == code


@pytest.mark.parametrize("raw", ["x", "1", 1.0, "Có rồi", "Không áp dụng"])
def test_an_answer_outside_its_list_is_refused(raw: Any) -> None:
    with pytest.raises(Unreadable, match="not_in_list"):
        code_parser(REFERENCE.code_lists["yes_no"])(raw)


def test_bounds_hold_at_their_edges() -> None:
    check = bounds_checker(column("B7", "models_operating"), None)
    assert check is not None
    check(0)
    check(50)
    for value in (-1, 51):
        with pytest.raises(Unreadable, match="out_of_bounds"):
            check(value)


def test_a_decision_is_not_later_than_the_quarter() -> None:
    check = bounds_checker(column("B3", "decision_date"), REFERENCE.periods["2024Q2"])
    assert check is not None
    check(date(2024, 6, 30))
    with pytest.raises(Unreadable, match="out_of_bounds"):
        check(date(2024, 7, 1))


def test_cells_are_named_as_people_see_them() -> None:
    assert [cell_name(6, 2), cell_name(0, 0), cell_name(9, 25), cell_name(9, 26)] == ["C7", "A1", "Z10", "AA10"]
    assert quote(12.0) == "12"
    assert len(quote("x" * 500)) == 60
