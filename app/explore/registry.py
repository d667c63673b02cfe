"""The exploring pages, in the order of their navigation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.explore import pivot, progress, relations, sql, tables
from app.explore.visit import Visit

# By the last part of the address; the first page is `/explore` itself.
PAGES: Mapping[str, Callable[[Visit], None]] = {
    "progress": progress.page,
    "pivot": pivot.page,
    "relations": relations.page,
    "sql": sql.page,
    "tables": tables.page,
}
