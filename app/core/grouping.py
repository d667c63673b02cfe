"""Grouping of records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from app.records import Progress

Key = TypeVar("Key")
Record = TypeVar("Record")


def group_by(records: Iterable[Record], key: Callable[[Record], Key]) -> dict[Key, list[Record]]:
    """Return records by key; groups in the order of their first record, records in their original order."""
    groups: dict[Key, list[Record]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return groups


def by_cell(rows: Iterable[Progress]) -> dict[tuple[str, str], Progress]:
    """Return figures of one period and window by (target, unit)."""
    return {(row.target_code, row.unit_code): row for row in rows}
