"""Marts and their columns, as the downloads page lists them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mart:
    """Published table: its grain as described in dbt, and its size. `has_periods` is true where rows have a quarter."""

    table_name: str
    grain: str
    row_count: int
    column_count: int
    has_periods: bool


@dataclass(frozen=True, slots=True)
class MartColumn:
    """Column of a mart: its type in the warehouse and its description from dbt."""

    column_name: str
    data_type: str
    comment: str
