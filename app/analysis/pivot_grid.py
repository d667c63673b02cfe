"""The answer to a pivot question as a grid: one axis down, the others across, with totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from app.core.reader import Reader
from app.core.search_text import name_order
from app.queries import pivot
from app.records.pivot import Cell, Key, Question

# Cells that a browser shows without delay.
MOST_CELLS = 5_000
NATURAL, BY_VALUE, BY_NAME = "natural", "value", "name"


@dataclass(frozen=True, slots=True)
class Order:
    """How rows are ordered, how many of the first are kept (0: all), and which page of them is shown, from 1."""

    by: str = NATURAL
    top: int = 0
    page: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells by row and column. Totals are missing where numbers may not be added up along an axis.

    `row_count` rows have an answer, of which `rows` are shown, on one of `page_count` pages.
    """

    rows: tuple[str | None, ...]
    columns: tuple[Key, ...]
    cells: Mapping[tuple[str | None, Key], Cell]
    row_totals: Mapping[str | None, Cell]
    column_totals: Mapping[Key, Cell]
    total: Cell | None
    row_count: int
    page_count: int


@lru_cache(maxsize=8)
def grid(
    reader: Reader,
    question: Question,
    orders: tuple[tuple[str, ...], ...],
    names: tuple[str, ...],
    order: Order,
    compared: tuple[tuple[str, str], ...],
    totals: tuple[bool, bool],
) -> Grid:
    """Return the grid of a question: the first of its axes down, the others across.

    `orders` are the codes of each axis in their order, `names` those of the first axis; `totals` is whether rows
    and columns have one. Only the rows of the page are queried.
    """
    down, *across = question.axes
    against = dict(compared) or None
    by_row = {cell.key[0]: cell for cell in pivot.cells(reader, replace(question, axes=(down,)))}
    ordered = _ordered(by_row, orders[0], names, order)
    kept = ordered[: order.top] if order.top else ordered
    width = max(1, _width(orders[1:]))
    height = max(1, MOST_CELLS // width)
    page_count = max(1, -(-len(kept) // height))
    page = min(order.page, page_count)
    rows = tuple(kept[(page - 1) * height : page * height])
    shown = replace(question, filters=(*question.filters, (down, rows)))
    found = pivot.cells(reader, shown, against) if rows else []
    used = {cell.key[1:] for cell in found}
    has_row_totals, has_column_totals = totals
    column_totals = pivot.cells(reader, replace(question, axes=tuple(across)), against) if has_column_totals else []
    return Grid(
        rows,
        tuple(key for key in product(*(_with_none(codes) for codes in orders[1:])) if key in used),
        {(cell.key[0], cell.key[1:]): cell for cell in found},
        {row: by_row[row] for row in rows} if has_row_totals and across else {},
        {cell.key: cell for cell in column_totals},
        next(iter(pivot.cells(reader, replace(question, axes=()))), None) if all(totals) and across else None,
        len(ordered),
        page_count,
    )


def _width(orders: Sequence[Sequence[str]]) -> int:
    width = 1
    for codes in orders:
        width *= len(codes) + 1
    return width


def _with_none(codes: Sequence[str]) -> tuple[str | None, ...]:
    return (*codes, None)


def _ordered(
    by_row: Mapping[str | None, Cell], codes: Sequence[str], names: Sequence[str], order: Order
) -> list[str | None]:
    """Return the rows in their order; parts that belong to no unit of the axis come last."""
    rows: list[str | None] = [code for code in (*codes, None) if code in by_row]
    if order.by == BY_NAME:
        name_of = dict(zip(codes, names, strict=True))
        rows.sort(key=lambda code: (code is None, name_order(name_of.get(code or "", ""))))
    if order.by == BY_VALUE:
        values = {code: by_row[code].value for code in rows}
        rows.sort(key=lambda code: (values[code] is None, -(values[code] or 0.0)))
    return rows
