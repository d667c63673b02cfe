"""Checks of totals: the value of a row that adds up others must be their sum."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.forms.reading.rows import Total
from warehouse.reference import Unit

SUMMED_TYPES = frozenset({"count", "amount"})


@dataclass(frozen=True)
class TotalRow:
    """A row of totals: its place on the sheet, what it adds up, its value by column code (None if missing).

    `is_forms_own` marks the form's own row with formulas, which skip numbers stored as text.
    """

    index: int
    total: Total
    values: dict[str, float | None]
    is_forms_own: bool = False


@dataclass(frozen=True)
class UnitRow:
    """A unit's row: its place on the sheet, its typed values by column code, and the columns stored as text."""

    index: int
    unit: Unit
    values: dict[str, Any]
    as_text: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Difference:
    """A total that is not the sum of the cells that it adds up; `computed` is None if all of these are empty."""

    index: int
    column_code: str
    given: float
    computed: float | None


def differing_totals(totals: Sequence[TotalRow], rows: Sequence[UnitRow]) -> list[Difference]:
    """Return every total that differs from what it adds up.

    That is the sum of the rows it names or, if it names none, of all rows or of the rows since the last total. If there
    is nothing to add up, any total but zero differs.
    """
    differences = []
    before = -1
    for total in sorted(totals, key=lambda total: total.index):
        block = [row for row in rows if before < row.index < total.index]
        before = total.index
        named = [row for row in rows if row.unit == total.total.unit] if total.total.unit else list(rows)
        for code, given in total.values.items():
            if given is None:
                continue
            sums = [_sum(part, code) for part in ([named] if total.total.unit else [named, block])]
            if total.is_forms_own:
                sums.append(_sum([row for row in named if code not in row.as_text], code))
            if not any(math.isclose(given, value or 0, rel_tol=1e-9, abs_tol=0.005) for value in sums):
                differences.append(Difference(total.index, code, given, sums[0]))
    return differences


def _sum(rows: Sequence[UnitRow], code: str) -> float | None:
    given = [row.values[code] for row in rows if row.values.get(code) is not None]
    return math.fsum(given) if given else None
