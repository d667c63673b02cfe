"""The exploring pages, in the order of their navigation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.explore import pivot, progress, relations, sql, tables, views
from app.explore.copies import Shown
from app.explore.visit import Visit

# By the last part of the address; the first page is `/explore` itself. A page may return what it shows,
# for copies.
PAGES: Mapping[str, Callable[[Visit], Shown | None]] = {
    "progress": progress.page,
    "pivot": pivot.page,
    "relations": relations.page,
    "sql": sql.page,
    "tables": tables.page,
    "views": views.page,
}
