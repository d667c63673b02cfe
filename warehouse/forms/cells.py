"""Turns one cell into a typed value, or says which rule it breaks. An empty cell is None: missing is not zero."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from warehouse.forms.personal import fold, sign_in_cell
from warehouse.forms.problems import Unreadable
from warehouse.reference import Code, FormColumn, Period

MAX_TEXT_LENGTH = 500
# More digits than this are a mistake in any column, and would not fit the raw tables' integers.
MAX_DIGITS = 15

Parser = Callable[[Any], Any]


def parse_count(raw: Any) -> int | None:
    """A whole number; text counts only when it is digits and nothing else."""
    if type(raw) is float:
        if raw.is_integer():
            return int(raw)
        raise Unreadable("not_whole")
    if type(raw) is int:
        return raw
    if isinstance(raw, str):
        return _digits(raw, "not_a_count")
    raise Unreadable("not_a_count")


def parse_amount(raw: Any) -> float | None:
    """A number, decimals allowed."""
    if type(raw) in (float, int):
        return float(raw)
    if isinstance(raw, str):
        value = _digits(raw, "not_a_number")
        return None if value is None else float(value)
    raise Unreadable("not_a_number")


def parse_percent(raw: Any) -> float | None:
    """A number of percent points; 0.5 is most likely a cell formatted as 50 %, so it is not certain."""
    value = parse_amount(raw)
    if value is not None and 0 < value < 1:
        raise Unreadable("percent_as_fraction")
    return value


def parse_date(raw: Any) -> date | None:
    """A real date, or text as 2021-03-31; other text may mean two days."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, str):
        text = raw.strip()
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y-%m-%d").date()
        except ValueError as error:
            raise Unreadable("not_a_date") from error
    raise Unreadable("not_a_date")


def parse_text(raw: Any) -> str | None:
    """Short text in composed Unicode, spaces tidied."""
    if isinstance(raw, str):
        text = " ".join(unicodedata.normalize("NFC", raw).split())
        return text or None
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    raise Unreadable("not_text")


def code_parser(codes: tuple[Code, ...]) -> Parser:
    """A parser for an answer of a list: its label in either language, a former label, or the code itself."""
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for code in codes:
        for name in (code.label_vi, code.label_en, code.code, *code.former_labels):
            exact[name] = folded[fold(name)] = code.code
    options = " | ".join(code.label_vi for code in codes)

    def parse(raw: Any) -> str | None:
        known = exact.get(raw)
        if known is not None:
            return known
        if isinstance(raw, str):
            key = fold(raw)
            if not raw.strip():
                return None
            if key in folded:
                return folded[key]
        raise Unreadable("not_in_list", options=options)

    return parse


PARSERS: dict[str, Parser] = {
    "count": parse_count,
    "amount": parse_amount,
    "percent": parse_percent,
    "date": parse_date,
    "text": parse_text,
}


def parser_for(column: FormColumn, code_lists: dict[str, tuple[Code, ...]]) -> Parser:
    """The parser of a column's data type. Raises KeyError for a type or list that no seed defines."""
    return code_parser(code_lists[column.code_list]) if column.code_list else PARSERS[column.data_type]


def bounds_checker(column: FormColumn, period: Period | None) -> Callable[[Any], None] | None:
    """A check of a typed value's bounds, raising Unreadable; None when the column has none."""
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

    def check(value: Any) -> None:
        if not low <= value <= high:
            raise Unreadable("out_of_bounds", **params)

    return check


def _last_date(text: str | None, period: Period | None) -> date:
    if text == "period_end":
        return period.end_date if period else date.max
    return date.fromisoformat(text) if text else date.max


def _check_text(value: str) -> None:
    if len(value) > MAX_TEXT_LENGTH:
        raise Unreadable("text_too_long", limit=str(MAX_TEXT_LENGTH))
    kind = sign_in_cell(value)
    if kind:
        raise Unreadable("personal_data_in_cell", kind=kind)


def _digits(raw: str, rule: str) -> int | None:
    text = raw.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS:
        return int(text)
    raise Unreadable(rule)
