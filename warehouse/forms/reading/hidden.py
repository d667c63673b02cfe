"""Figures in hidden rows, columns or sheets: they count, so the sender must confirm them."""

from collections.abc import Iterable, Mapping, Sequence

from warehouse.forms.formats.book import Sheet
from warehouse.forms.problems import CONFIRM, REMARK, Problem, cell_name, column_name
from warehouse.forms.reading.totals import UnitRow


def hidden_figures(sheet: Sheet, positions: Mapping[str, int], rows: Sequence[UnitRow]) -> list[Problem]:
    """Return the hidden figures of a form's sheet that were read; `rows` are those with any value."""
    if sheet.is_hidden:
        severity = CONFIRM if rows else REMARK
        return [Problem("sheet_hidden", sheet.name, severity=severity)]
    problems = []
    filled = [(row.index, positions[code]) for row in rows for code, value in row.values.items() if value is not None]
    in_rows = sorted(place for place in filled if place[0] in sheet.hidden_rows)
    in_columns = sorted(place for place in filled if place[1] in sheet.hidden_columns)
    if in_rows:
        numbers = _ranges(row for row, _ in in_rows)
        places = ", ".join(f"{first + 1}" if first == last else f"{first + 1}–{last + 1}" for first, last in numbers)
        problems.append(_confirmation("rows_hidden", sheet, in_rows[0], rows=places))
    if in_columns:
        places = ", ".join(column_name(column) for column in sorted({column for _, column in in_columns}))
        problems.append(_confirmation("columns_hidden", sheet, in_columns[0], columns=places))
    return problems


def _confirmation(rule: str, sheet: Sheet, place: tuple[int, int], **params: str) -> Problem:
    return Problem(rule, sheet.name, cell_name(*place), params=params, severity=CONFIRM)


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return first and last of each run of consecutive numbers."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
