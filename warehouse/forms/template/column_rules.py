"""Data validation of a column in Excel; the reader checks the same again."""

import textwrap
from datetime import date
from typing import Any

from warehouse.forms.reading.cells import MAX_TEXT_LENGTH
from warehouse.forms.template.answer_lists import AnswerLists
from warehouse.programmes import cached_by_programme
from warehouse.reference import FormColumn, Period
from warehouse.text import load_texts

# Excel's own limits.
MAX_TITLE, MAX_MESSAGE = 32, 255


def validation(column: FormColumn, period: Period, lists: AnswerLists, first_cell: str) -> dict[str, Any]:
    """Return the rule of a column for XlsxWriter. `first_cell` is its topmost cell, to which a formula refers."""
    if column.code_list:
        rule: dict[str, Any] = {"validate": "list", "source": lists.source(column.code_list)}
    elif column.data_type == "date":
        low, high = _days(column, period)
        rule = {"validate": "date", "criteria": "between", "minimum": low, "maximum": high}
    elif column.data_type == "text":
        rule = {"validate": "length", "criteria": "<=", "value": MAX_TEXT_LENGTH}
    else:
        rule = {"validate": "custom", "value": number_formula(column, first_cell)}
    return rule | _words(column, period)


@cached_by_programme()
def _words(column: FormColumn, period: Period) -> dict[str, Any]:
    """Return the messages beside the cell and on refusal, within Excel's limits."""
    wording = _wording(column, period)
    texts = load_texts("workbook")["rules"]
    hints = [wording]
    if column.unit_vi and column.data_type in ("count", "amount"):
        hints.insert(0, texts["measure"].format(unit=column.unit_vi))
    if column.data_type in ("count", "amount", "percent"):
        hints.append(texts["no_figure"])
    room = MAX_MESSAGE - sum(len(hint) + 1 for hint in hints)
    definition = textwrap.shorten(column.definition_vi, room, placeholder="…")
    return {
        "ignore_blank": True,
        "input_title": textwrap.shorten(column.header_vi, MAX_TITLE, placeholder="…"),
        "input_message": "\n".join([definition, *hints]),
        "error_title": texts["error_title"],
        "error_message": wording,
    }


def _wording(column: FormColumn, period: Period) -> str:
    """Return the text on the values that the column accepts."""
    texts: dict[str, str] = load_texts("workbook")["rules"]
    if column.code_list:
        return texts["pick_from_list"]
    if column.data_type == "date":
        low, high = _days(column, period)
        return texts["date"].format(low=f"{low:%d/%m/%Y}", high=f"{high:%d/%m/%Y}")
    if column.data_type == "text":
        return texts["text"].format(limit=MAX_TEXT_LENGTH)
    key = {"count": "whole_number", "percent": "percent"}.get(column.data_type, "decimal_number")
    return texts[key].format(low=column.min_value, high=column.max_value)


def _days(column: FormColumn, period: Period) -> tuple[date, date]:
    """Return the first and the last day of a date column; every date of the forms ends with its quarter."""
    return date.fromisoformat(column.min_value or "1900-01-01"), period.end_date


def number_formula(column: FormColumn, cell: str) -> str:
    """Return a formula that accepts the column's numbers, and the dash that people write for a missing figure.

    A rule of Excel's kind "whole number" would refuse the dash.
    """
    conditions = []
    if column.min_value is not None:
        conditions.append(f"{cell}>={column.min_value}")
    if column.max_value is not None:
        conditions.append(f"{cell}<={column.max_value}")
    if column.data_type == "count":
        conditions.append(f"{cell}=INT({cell})")
    if column.data_type == "percent":
        # 0.5 may be half a percent or 50 %: 85 % typed with its sign becomes 0.85.
        conditions.append(f"OR({cell}=0,{cell}>=1)")
    return f'=IF(ISNUMBER({cell}),AND({",".join(conditions)}),OR({cell}="-",{cell}="–"))'
