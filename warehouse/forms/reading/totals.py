"""Checks of totals: what a row that adds up others says must be what those come to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.forms.reading.rows import Total
from warehouse.reference import Unit

SUMMED_TYPES = frozenset({"count", "amount"})


@dataclass(frozen=True)
class TotalRow:
    """A row of totals: its place on the sheet, what it adds up, its value by column code (None: nothing given).

    `is_forms_own` says that it is the row whose formulas the form brings, which pass over numbers that are text.
    """

    index: int
    total: Total
    values: dict[str, float | None]
    is_forms_own: bool = False


@dataclass(frozen=True)
class UnitRow:
    """A unit's row: its place on the sheet, its typed values by column code, and which of them stand as text."""

    index: int
    unit: Unit
    values: dict[str, Any]
    as_text: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Difference:
    """A total that is not the sum of the given cells that it adds up; `computed` is None where none is given."""

    index: int
    column_code: str
    given: float
    computed: float | None


def differing_totals(totals: Sequence[TotalRow], rows: Sequence[UnitRow]) -> list[Difference]:
    """Every given total that is neither the sum of what it names nor, naming nothing, of the rows since the last.

    Where nothing is given to add up, any total but zero differs.
    """
    found = []
    before = -1
    for total in sorted(totals, key=lambda one: one.index):
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
                found.append(Difference(total.index, code, given, sums[0]))
    return found


def _sum(rows: Sequence[UnitRow], code: str) -> float | None:
    given = [row.values[code] for row in rows if row.values.get(code) is not None]
    return math.fsum(given) if given else None
