"""Figures in rows, columns or sheets that do not show: they count, so their sender is asked whether they should."""

from collections.abc import Iterable, Mapping, Sequence

from warehouse.forms.formats.book import Sheet
from warehouse.forms.problems import CONFIRM, REMARK, Problem, cell_name, column_name
from warehouse.forms.reading.totals import UnitRow


def hidden_figures(sheet: Sheet, positions: Mapping[str, int], rows: Sequence[UnitRow]) -> list[Problem]:
    """What a form's sheet hides that was read; `rows` are those that hold anything."""
    if sheet.is_hidden:
        severity = CONFIRM if rows else REMARK
        return [Problem("sheet_hidden", sheet.name, severity=severity)]
    found = []
    filled = [(row.index, positions[code]) for row in rows for code, value in row.values.items() if value is not None]
    in_rows = sorted(place for place in filled if place[0] in sheet.hidden_rows)
    in_columns = sorted(place for place in filled if place[1] in sheet.hidden_columns)
    if in_rows:
        numbers = _ranges(row for row, _ in in_rows)
        told = ", ".join(f"{first + 1}" if first == last else f"{first + 1}–{last + 1}" for first, last in numbers)
        found.append(_question("rows_hidden", sheet, in_rows[0], rows=told))
    if in_columns:
        told = ", ".join(column_name(column) for column in sorted({column for _, column in in_columns}))
        found.append(_question("columns_hidden", sheet, in_columns[0], columns=told))
    return found


def _question(rule: str, sheet: Sheet, place: tuple[int, int], **params: str) -> Problem:
    return Problem(rule, sheet.name, cell_name(*place), params=params, severity=CONFIRM)


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of neighbours."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
