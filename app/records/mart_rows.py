"""Requests for rows of a mart, as programs send them, and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Comparison(StrEnum):
    """How a filter compares a column with its values; each is an SQL operator."""

    IN = "in"
    GE = ">="
    GT = ">"
    LE = "<="
    LT = "<"
    NULL = "is null"
    FILLED = "is not null"


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter: a column, its comparison, and the values as SQL literals; several values only for `IN`."""

    column: str
    comparison: Comparison
    literals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """A column that rows are ordered by."""

    column: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of a mart: those that meet every condition, in an order, with some columns (none: all of them)."""

    mart: str
    conditions: tuple[Condition, ...] = ()
    order: tuple[Order, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowPage:
    """Consecutive rows of a selection, each a JSON object as text, and how many rows the selection has in all."""

    rows: tuple[str, ...]
    total_count: int
