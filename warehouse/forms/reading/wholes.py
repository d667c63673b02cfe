"""Check that a part above zero has its whole: a count of supported people needs the number of all people.

A part above zero with an empty whole is refused: the whole is at least as large, so it was left out. With a part of
zero the whole may truly be unknown; refusing that would teach people to type a 0 for unknown values. It needs a
confirmation, once per column.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from warehouse.forms.layout import SheetLayout
from warehouse.forms.problems import CONFIRM, Problem, cell_name, quote
from warehouse.forms.reading.totals import UnitRow
from warehouse.reference import Reference


@dataclass
class _EmptyWhole:
    cell: str
    rows: int = 0
    parts: dict[str, None] = field(default_factory=dict)  # headers, in order


def missing_wholes(
    layout: SheetLayout,
    reference: Reference,
    positions: Mapping[str, int],
    rows: Sequence[UnitRow],
    is_unread: Callable[[int, int], bool],
) -> list[Problem]:
    """Return every empty whole of a part with a number, refused or to be confirmed; each names the whole's cell.

    `is_unread` returns whether a cell (row and column from 0) could not be read: its content is not missing.
    """
    headers = {column.column_code: column.header_vi for column in layout.fields}
    problems: list[Problem] = []
    to_confirm: dict[str, _EmptyWhole] = {}
    for whole, parts in reference.wholes(layout.form.form_code).items():
        if whole not in positions:
            continue
        for row in rows:
            given = {headers[part]: row.values[part] for part in parts if row.values.get(part) is not None}
            if row.values.get(whole) is not None or not given or is_unread(row.index, positions[whole]):
                continue
            cell = cell_name(row.index, positions[whole])
            counted = {header: quote(value) for header, value in given.items() if value}
            if counted:
                params = {"column": headers[whole], "parts": _listed(counted), "figures": ", ".join(counted.values())}
                if not reference.sensitive_columns.isdisjoint(parts):
                    params["sensitive"] = "true"
                problems.append(Problem("whole_missing", None, cell, params=params))
                continue
            empty = to_confirm.setdefault(whole, _EmptyWhole(cell))
            empty.rows += 1
            empty.parts.update(dict.fromkeys(given))
    for whole, empty in to_confirm.items():
        params = {"column": headers[whole], "parts": _listed(empty.parts), "count": str(empty.rows)}
        problems.append(Problem("whole_unknown", None, empty.cell, params=params, severity=CONFIRM))
    return problems


def _listed(headers: Mapping[str, object]) -> str:
    return ", ".join(f"“{header}”" for header in headers)
