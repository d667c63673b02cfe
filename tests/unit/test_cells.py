"""Cells become typed values, or an answer that says what was expected."""

import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from warehouse.forms.problems import UnreadableCellError, cell_name, quote
from warehouse.forms.reading.cells import (
    amount_parser,
    bounds_checker,
    code_parser,
    count_parser,
    date_parser,
    parser_for,
    percent_parser,
    text_parser,
)
from warehouse.forms.reading.numbers import measure_words
from warehouse.reference import load_reference
from warehouse.text import load_texts

REFERENCE = load_reference()
parse_count = count_parser()
parse_amount = amount_parser()
parse_percent = percent_parser(measure_words("%"))
parse_date = date_parser()
parse_text = text_parser()


def column(form: str, code: str) -> Any:
    return next(column for column in REFERENCE.columns(form) if column.column_code == code)


@pytest.mark.parametrize("raw", ["", "  ", "\u00a0"])
def test_an_empty_cell_is_missing_and_not_zero(raw: str) -> None:
    for parse in (parse_count, parse_amount, parse_percent, parse_date, parse_text):
        assert parse(raw) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (0.0, 0),
        (12.0, 12),
        (7, 7),
        ("12", 12),
        (" 12 ", 12),
        ("007", 7),
        (-3.0, -3),
        ("1.250", 1250),
        ("1.234.567", 1234567),
        ("1 250", 1250),
        ("1\u00a0250", 1250),
        ("12\u2009345", 12345),
        ("1\u202f250", 1250),
        ("１２", 12),
        ("12\u200b", 12),
    ],
)
def test_a_count_is_a_number_or_text_that_can_only_be_that_number(raw: Any, value: int) -> None:
    assert parse_count(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        1.5,
        "1,250",
        "12,5",
        "1.25",
        "0.250",
        "1.2345",
        "1.234,5",
        "12.34.567",
        "12 người",
        "khoảng 20",
        "~5",
        "-3",
        "+3",
        "1e3",
        "12/15",
        "½",
        "1²",
        "١٢",
        "①",
        "x",
        "#REF!",
        "O",
        True,
        date(2024, 1, 2),
        "9" * 16,
    ],
)
def test_a_count_that_is_not_certain_is_refused(raw: Any) -> None:
    with pytest.raises(UnreadableCellError):
        parse_count(raw)


@pytest.mark.parametrize("raw", [date(1900, 1, 4), datetime(2024, 1, 4, 12), time(4), timedelta(hours=30)])
def test_a_number_in_a_cell_formatted_as_a_date_is_refused_with_the_way_out_of_that_format(raw: Any) -> None:
    for parse in (parse_count, parse_amount, parse_percent):
        with pytest.raises(UnreadableCellError) as refused:
            parse(raw)
        assert refused.value.rule == "number_as_date"


def test_a_count_may_carry_the_measure_of_its_own_column_and_no_other() -> None:
    inspections = parser_for(column("B5", "inspections"), REFERENCE.code_lists)
    for raw in ("12 lượt", "12 (lượt)", "12lượt", "12 LUOT", "12 inspections"):
        assert inspections(raw) == 12
    reach = parser_for(column("B1", "reach_general"), REFERENCE.code_lists)
    assert [reach(raw) for raw in ("1.200 lượt người", "30 lượt", "30 người")] == [1200, 30, 30]
    fine = parser_for(column("B5", "fine_vnd_million"), REFERENCE.code_lists)
    assert [fine(raw) for raw in ("12,5 triệu đồng", "12,5 tr", "12,5 (triệu)")] == [12.5] * 3
    for parse, raw in ((inspections, "12 người"), (inspections, "12 lượt 3"), (fine, "5.000.000 đồng"), (fine, "5 tỷ")):
        with pytest.raises(UnreadableCellError):
            parse(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1 234,5", 1234.5),
        ("1.234.567", 1234567),
        ("1,234,567.25", 1234567.25),
        ("1,5", 1.5),
        ("1.5", 1.5),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("1250", 1250),
        (3.25, 3.25),
    ],
)
def test_an_amount_may_have_decimals_after_comma_or_point(raw: Any, value: float) -> None:
    assert parse_amount(raw) == value


@pytest.mark.parametrize(("raw", "whole", "decimal"), [("1.234", "1234", "1,234"), ("1,234", "1234", "1,234")])
def test_an_amount_that_can_be_read_in_two_ways_is_refused_and_both_are_named(
    raw: str, whole: str, decimal: str
) -> None:
    with pytest.raises(UnreadableCellError, match="number_ambiguous") as fault:
        parse_amount(raw)
    assert fault.value.params == {"whole": whole, "decimal": decimal}


@pytest.mark.parametrize("raw", ["1.234.5", "1,5,5", "1.5 - 2", "1,5x", ",5", "5,", "1.2e3", "-1,5"])
def test_an_amount_that_is_not_certain_is_refused(raw: str) -> None:
    with pytest.raises(UnreadableCellError):
        parse_amount(raw)


@pytest.mark.parametrize("raw", ["-", "–", "—", "--", "...", "…", " - "])
def test_a_dash_is_missing_and_never_zero_and_is_told(raw: str) -> None:
    told: list[str] = []
    for make in (count_parser, amount_parser, percent_parser):
        assert make(note=lambda rule, *_: told.append(rule))(raw) is None
    assert date_parser(lambda rule, *_: told.append(rule))(raw) is None
    assert told == ["dash_is_missing"] * 4


def test_a_decimal_is_told_apart_from_words() -> None:
    with pytest.raises(UnreadableCellError) as fault:
        parse_count(1.5)
    assert fault.value.rule == "not_whole"


def test_a_percent_is_points_with_or_without_its_sign() -> None:
    assert [parse_percent(raw) for raw in (85.0, "85", "85%", "85 %", "85,5 %", "0,5 %")] == [85, 85, 85, 85, 85.5, 0.5]


def test_a_fraction_in_a_percent_cell_is_refused_because_it_may_be_a_format() -> None:
    assert parse_percent(50.0) == 50
    assert parse_percent(0.0) == 0
    for raw in (0.85, "0,85"):
        with pytest.raises(UnreadableCellError, match="percent_as_fraction"):
            parse_percent(raw)


@pytest.mark.parametrize(
    "raw",
    [
        datetime(2021, 3, 5, 8, 0),
        date(2021, 3, 5),
        44260.0,
        "2021-03-05",
        "2021-03-05 00:00:00",
        "05/03/2021",
        "5/3/2021",
        "5-3-2021",
        "5.3.2021",
        "05 / 03 / 2021",
        "ngày 5 tháng 3 năm 2021",
    ],
)
def test_a_date_is_read_with_the_day_first_however_it_is_typed(raw: Any) -> None:
    assert parse_date(raw) == date(2021, 3, 5)


@pytest.mark.parametrize(
    ("raw", "rule", "suggestion"),
    [
        ("05/03/21", "date_short_year", "05/03/2021"),
        ("03/25/2021", "date_impossible", "25/03/2021"),
        ("31/02/2021", "date_impossible", None),
        ("tháng 3", "not_a_date", None),
        ("3/2021", "not_a_date", None),
        ("5/3-2021", "not_a_date", None),
        (2021.0, "not_a_date", None),
        (44260.5, "not_a_date", None),
        (20210305.0, "not_a_date", None),
        (True, "not_a_date", None),
    ],
)
def test_a_date_that_is_not_certain_is_refused_with_what_it_may_be(raw: Any, rule: str, suggestion: str | None) -> None:
    with pytest.raises(UnreadableCellError, match=rule) as fault:
        parse_date(raw)
    assert fault.value.params.get("suggestions") == suggestion


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("Có", "yes"),
        ("có", "yes"),
        ("CO", "yes"),
        ("yes", "yes"),
        (unicodedata.normalize("NFD", "Có"), "yes"),
        (" C\u200bó ", "yes"),
        ("x", "yes"),
        ("X", "yes"),
        ("✓", "yes"),
        ("✔", "yes"),
        ("☑", "yes"),
        (True, "yes"),
        (False, "no"),
        ("Không", "no"),
        ("ko", "no"),
        ("", None),
        ("-", None),
    ],
)
def test_an_answer_is_its_label_its_code_or_a_mark_for_it(raw: Any, code: str | None) -> None:
    assert code_parser(REFERENCE.code_lists["yes_no"])(raw) == code


@pytest.mark.parametrize("raw", ["v", "1", "0", 1.0, 0.0, "TRUE", "Có rồi", "Không áp dụng", "Chưa", date(2024, 1, 1)])
def test_an_answer_outside_its_list_is_refused(raw: Any) -> None:
    with pytest.raises(UnreadableCellError, match="not_in_list"):
        code_parser(REFERENCE.code_lists["yes_no"])(raw)


@pytest.mark.parametrize("raw", ["x", "✓", True])
def test_a_mark_answers_only_yes_or_no(raw: Any) -> None:
    with pytest.raises(UnreadableCellError, match="not_in_list"):
        code_parser(REFERENCE.code_lists["task_status"])(raw)


def test_bounds_hold_at_their_edges() -> None:
    check = bounds_checker(column("B7", "models_operating"), None)
    assert check is not None
    check(0)
    check(50)
    for value, rule in ((-1, "out_of_bounds"), (51, "above_bound")):
        with pytest.raises(UnreadableCellError, match=rule):
            check(value)


def test_the_department_is_asked_to_widen_a_bound_only_for_what_can_be_right() -> None:
    widened = {rule for rule, texts in load_texts("problems")["rules"].items() if "widen" in texts["en"]["mend"]}
    for form, name, value in (("B1", "sessions_direct", -1), ("B8", "percent_done", 101)):
        check = bounds_checker(column(form, name), None)
        assert check is not None
        with pytest.raises(UnreadableCellError) as refused:
            check(value)
        assert refused.value.rule not in widened


def test_a_decision_is_not_later_than_the_quarter() -> None:
    check = bounds_checker(column("B3", "decision_date"), REFERENCE.periods["2024Q2"])
    assert check is not None
    check(date(2024, 6, 30))
    with pytest.raises(UnreadableCellError, match="out_of_bounds"):
        check(date(2024, 7, 1))


def test_cells_are_named_as_people_see_them() -> None:
    assert [cell_name(6, 2), cell_name(0, 0), cell_name(9, 25), cell_name(9, 26)] == ["C7", "A1", "Z10", "AA10"]
    assert quote(12.0) == "12"
    assert len(quote("x" * 500)) == 60
