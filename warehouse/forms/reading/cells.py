"""Parsers from a cell to a typed value, or the rule it breaks. An empty cell is None: missing is not zero."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from warehouse.forms.privacy.personal_data import fold, fold_own
from warehouse.forms.problems import Problem, UnknownCellError, UnreadableCellError, quote
from warehouse.forms.reading.dates import date_of_serial, date_of_text
from warehouse.forms.reading.numbers import means_nothing, measure_words, plain, read_number
from warehouse.reference import Code, FormColumn, Period

MAX_TEXT_LENGTH = 500
# A number in a cell that a spreadsheet formatted as one of them; typed again it becomes one again.
_DAYS_AND_TIMES = (date, time, timedelta)

Parser = Callable[[Any], Any]
# Callback for every unusual spelling that was accepted: rule of the remark, cell content, value read.
Note = Callable[[str, object, str], None]


def _ignore(rule: str, raw: object, taken_for: str) -> None:
    pass


def count_parser(words: frozenset[str] = frozenset(), note: Note = _ignore) -> Parser:
    """Return a parser of whole numbers; `words` may follow a number that is typed as text."""

    def parse(raw: Any) -> int | None:
        if type(raw) is float:
            if raw.is_integer():
                return int(raw)
            raise UnreadableCellError("not_whole")
        if type(raw) is int:
            return raw
        if isinstance(raw, str):
            value = _number_of_text(raw, words, False, "not_a_count", note)
            return None if value is None else int(value)
        raise UnreadableCellError("number_as_date" if isinstance(raw, _DAYS_AND_TIMES) else "not_a_count")

    return parse


def amount_parser(words: frozenset[str] = frozenset(), note: Note = _ignore) -> Parser:
    """Return a parser of numbers with decimals."""

    def parse(raw: Any) -> float | None:
        if type(raw) in (float, int):
            return float(raw)
        if isinstance(raw, str):
            value = _number_of_text(raw, words, True, "not_a_number", note)
            return None if value is None else float(value)
        raise UnreadableCellError("number_as_date" if isinstance(raw, _DAYS_AND_TIMES) else "not_a_number")

    return parse


def percent_parser(words: frozenset[str] = frozenset(), note: Note = _ignore) -> Parser:
    """Return a parser of percent points; 0.5 is most likely a cell formatted as 50 %, so it is not certain."""
    parse_number = amount_parser(words, note)

    def parse(raw: Any) -> float | None:
        value = parse_number(raw)
        if value is None:
            return None
        has_sign = isinstance(raw, str) and plain(raw).endswith("%")
        if 0 < value < 1 and not has_sign:
            raise UnreadableCellError("percent_as_fraction")
        return float(value)

    return parse


def _number_of_text(raw: str, words: frozenset[str], decimals: bool, rule: str, note: Note) -> int | float | None:
    text = plain(raw)
    if not text or _is_nothing(text, note):
        return None
    value = read_number(text, words, decimals, rule)
    if not text.isdigit():
        note("number_spelt", text, f"{value:g}".replace(".", ",") if value < 1e6 else str(value))
    return value


def _is_nothing(text: str, note: Note) -> bool:
    if not means_nothing(text):
        return False
    note("dash_is_missing", text, "")
    return True


def date_parser(note: Note = _ignore) -> Parser:
    """Return a parser of dates: real dates, a spreadsheet's day number, text with the day first or as 2021-03-31."""

    def parse(raw: Any) -> date | None:
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        if type(raw) in (float, int):
            value = date_of_serial(raw)
        elif isinstance(raw, str):
            text = plain(raw)
            if not text or _is_nothing(text, note):
                return None
            value = date_of_text(text)
        else:
            raise UnreadableCellError("not_a_date")
        note("date_spelt", raw, f"{value:%d/%m/%Y}")
        return value

    return parse


def text_parser(note: Note = _ignore) -> Parser:
    """Return a parser of short text: composed Unicode, single spaces, no invisible characters."""

    def parse(raw: Any) -> str | None:
        if isinstance(raw, str):
            text = " ".join(unicodedata.normalize("NFC", raw).translate(_UNSEEN).split())
            if text in _ERRORS:
                raise UnreadableCellError("cell_error")
            return None if not text or _is_nothing(text, note) else text
        if isinstance(raw, float) and raw.is_integer():
            return str(int(raw))
        raise UnreadableCellError("not_text")

    return parse


_ERRORS = frozenset({"#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"})
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


def code_parser(codes: tuple[Code, ...], note: Note = _ignore) -> Parser:
    """Return a parser for an answer of a list: a label in either language, a former label, the code, or a mark for it.

    A cell that really is true or false answers a list of yes and no.
    """
    exact: dict[Any, str] = {}
    folded: dict[str, str] = {}
    marks: dict[str, Code] = {}
    for code in codes:
        for name in (code.label_vi, code.label_en, code.code, *code.former_labels):
            exact[name] = folded[fold_own(name)] = code.code
        for mark in code.also_typed:
            marks[fold_own(mark) or mark] = code
    options = " | ".join(code.label_vi for code in codes)
    by_code = {code.code: code for code in codes}

    def parse(raw: Any) -> str | None:
        if isinstance(raw, bool):
            answer = by_code.get("yes" if raw else "no")
            if answer is None:
                raise UnreadableCellError("not_in_list", options=options)
        elif isinstance(raw, str):
            known = exact.get(raw)
            if known is not None:
                return known
            text = plain(raw)
            key = fold(text)
            if key in folded:
                return folded[key]
            if not text or _is_nothing(text, note):
                return None
            answer = marks.get(key or text)
        else:
            answer = None
        if answer is None:
            raise UnreadableCellError("not_in_list", options=options)
        note("answer_spelt", raw, answer.label_vi)
        return answer.code

    return parse


def parser_for(column: FormColumn, code_lists: dict[str, tuple[Code, ...]], note: Note = _ignore) -> Parser:
    """Return the parser of a column's data type. Raises KeyError for a type or list that no seed defines."""
    if column.code_list:
        return code_parser(code_lists[column.code_list], note)
    if column.data_type in _NUMBER_PARSERS:
        return _NUMBER_PARSERS[column.data_type](measure_words(column.unit_vi, column.unit_en), note)
    return _OTHER_PARSERS[column.data_type](note)


def unknown_cell(
    fault: UnreadableCellError, column: FormColumn, raw: object, sheet: str, cell: str | None = None
) -> UnknownCellError:
    """Return the error of a cell of an accepted original, in a sheet's column, that cannot be read any more."""
    params = {"column": column.header_vi, **fault.params, **sensitivity(column)}
    return UnknownCellError(Problem(fault.rule, sheet, cell, quote(raw), params).kept())


def sensitivity(column: FormColumn) -> dict[str, str]:
    """Return the parameter of a column that counts people, so that a problem's figure is not stored."""
    return {"sensitive": "true"} if column.is_sensitive else {}


_NUMBER_PARSERS = {"count": count_parser, "amount": amount_parser, "percent": percent_parser}
NUMBER_TYPES = frozenset(_NUMBER_PARSERS)
_OTHER_PARSERS = {"date": date_parser, "text": text_parser}


def bounds_checker(column: FormColumn, period: Period | None) -> Callable[[Any], None] | None:
    """Return a check of a typed value's bounds, which raises UnreadableCellError; None if the column has none."""
    if column.data_type == "text":
        return _check_text
    if column.data_type == "code" or (column.min_value is None and column.max_value is None):
        return None
    if column.data_type == "date":
        low = date.fromisoformat(column.min_value or "1900-01-01")
        high = _last_date(column.max_value, period)
        params = {"low": f"{low:%d/%m/%Y}", "high": f"{high:%d/%m/%Y}"}
    else:
        low, high = float(column.min_value or "-inf"), float(column.max_value or "inf")  # type: ignore[assignment]
        params = {"low": column.min_value or "", "high": column.max_value or ""}

    # No bound is widened for a negative number, a share of more than 100 % or a day after the period.
    may_be_widened = column.data_type in ("count", "amount")

    def check(value: Any) -> None:
        if not low <= value <= high:
            raise UnreadableCellError("above_bound" if may_be_widened and value > high else "out_of_bounds", **params)

    return check


def _last_date(text: str | None, period: Period | None) -> date:
    if text == "period_end":
        return period.end_date if period else date.max
    return date.fromisoformat(text) if text else date.max


def _check_text(value: str) -> None:
    if len(value) > MAX_TEXT_LENGTH:
        raise UnreadableCellError("text_too_long", limit=str(MAX_TEXT_LENGTH))
