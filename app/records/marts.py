"""Marts and their columns, as the downloads page lists them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mart:
    """One published table: its grain in dbt's words, its size; `has_periods` says whether its rows have a quarter."""

    table_name: str
    grain: str
    row_count: int
    column_count: int
    has_periods: bool


@dataclass(frozen=True, slots=True)
class MartColumn:
    """One column: its type in the warehouse and what dbt says of it."""

    column_name: str
    data_type: str
    comment: str
