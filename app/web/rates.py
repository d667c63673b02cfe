"""How often one person may ask: a loop in one browser must not keep the others waiting.

Only who signs in is told from the next; without sign-in nothing is limited here. What is counted is kept in memory.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import StrEnum

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import HTTPConnection

from app.core.access import Viewer

# Scripts and letters, the same for everybody, are answered from memory.
_FREE_FOLDERS = ("/assets/", "/static/", "/_stcore/")
_FILE_FOLDERS = ("/export/", "/intake/")


class Kind(StrEnum):
    """What somebody asks for, by what it costs."""

    PAGE = "page"
    FILE = "file"
    WRITE = "write"


# Far above what hands do: a page is asked for when the pointer rests on its link, a report checked while it is typed.
LIMITS: Mapping[Kind, RateLimitItem] = {
    Kind.PAGE: parse("600/minute"),
    Kind.FILE: parse("120/minute"),
    Kind.WRITE: parse("240/minute"),
}
_counted = SlidingWindowCounterRateLimiter(MemoryStorage())


def kind_of(asked: HTTPConnection) -> Kind | None:
    """What a request asks for; None for what is not counted."""
    path = asked.url.path
    if path.startswith(_FREE_FOLDERS):
        return None
    if asked.scope.get("method") == "POST":
        return Kind.WRITE
    return Kind.FILE if path.startswith(_FILE_FOLDERS) else Kind.PAGE


def wait_s(viewer: Viewer, kind: Kind | None) -> int:
    """Count what somebody asks for; the seconds until they may ask again, 0 where they may now."""
    if kind is None or not viewer.is_signed_in:
        return 0
    limit, who = LIMITS[kind], (kind.value, viewer.person)
    if _counted.hit(limit, *who):
        return 0
    return max(1, round(_counted.get_window_stats(limit, *who).reset_time - time.time()))
