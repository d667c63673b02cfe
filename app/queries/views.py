"""Saved views, read from the registry for a viewer."""

from __future__ import annotations

from functools import lru_cache

from app.core import access
from app.core.access import Right
from app.core.reader import Reader
from app.core.saved_views import audience_of, may_open
from warehouse.desk import Audience, Desk, SavedView, logged


@logged
def saved_views(reader: Reader) -> list[SavedView]:
    """Return the newest version of the viewer's own views and of those shared with their roles, last written first."""
    access.require(reader.viewer, Right.READ)
    return Desk.open().views(audience_of(reader.viewer))


@logged
def view_history(reader: Reader, view_id: int) -> list[SavedView]:
    """Return every version of a view, oldest first; empty for a view that is not for the viewer."""
    access.require(reader.viewer, Right.READ)
    try:
        return Desk.open().view_history(view_id, audience_of(reader.viewer))
    except LookupError:
        return []


@logged
def pinned_views(reader: Reader) -> list[SavedView]:
    """Return the pinned views that are shared with a role of the viewer and whose page they may open, oldest
    first.

    A page that shows them is not the same for all viewers with the same rights.
    """
    access.require(reader.viewer, Right.READ)
    desk, viewer = Desk.open(), reader.viewer
    return [view for view in _pinned(desk, desk.stamp(), audience_of(viewer)) if may_open(viewer, view)]


# Called for every request of a page that shows them.
@lru_cache(maxsize=64)
def _pinned(desk: Desk, _stamp: str, audience: Audience) -> tuple[SavedView, ...]:
    return tuple(sorted((view for view in desk.views(audience) if view.is_pinned), key=lambda view: view.view_id))
