"""Rows of a saved view of figures with some statuses, which a viewer may have reported when they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.selection import kept_places, level_figures, selection_of
from app.core.reader import Reader
from app.records import Progress, Target, Unit
from warehouse.desk import SavedView

# The exploring page whose rows have a status, and its filter.
PAGE, STATUS = "progress", "status"


@dataclass(frozen=True, slots=True)
class ViewRows:
    """The rows of a view in a version, as a viewer may see them, by key; their units and targets by code.

    A row's key has its target, unit, period and shown status: with another status it is another row.
    """

    view: SavedView
    rows: dict[str, Progress]
    units: dict[str, Unit]
    targets: dict[str, Target]

    @property
    def state_key(self) -> str:
        """Return a key of which rows there are."""
        return f"{prefix(self.view.view_id)}{_BAR.join(sorted(self.rows))}"


@dataclass(frozen=True, slots=True)
class ViewChange:
    """A view whose rows changed: those that are new in it, and how many are no longer in it."""

    now: ViewRows
    entered: Sequence[Progress]
    left_count: int


_BAR = "|"


def is_watchable(view: SavedView) -> bool:
    """Return whether a view keeps figures by their status."""
    return view.page == PAGE and bool(view.parameters.get(STATUS)) and not view.is_archived


def prefix(view_id: int) -> str:
    """Return the beginning of every key of a view's rows."""
    return f"view {view_id} "


def rows_of(view: SavedView, reader: Reader) -> ViewRows | None:
    """Return the rows of a watchable view; None before the plan begins."""
    selection = selection_of(view.parameters, reader)
    if selection is None:
        return None
    figures = level_figures(reader, selection.level, selection.period, selection.window)
    kept = [figures.rows[place] for place in kept_places(selection, figures)]
    rows = {f"{row.target_code} {row.unit_code} {row.period_code} {row.shown_status}": row for row in kept}
    return ViewRows(view, rows, figures.units, figures.targets)


def change_since(now: ViewRows, state_key: str) -> ViewChange | None:
    """Return how the rows of a view differ from those of an earlier key; None where they do not."""
    before = set(filter(None, state_key.removeprefix(prefix(now.view.view_id)).split(_BAR)))
    entered = [row for key, row in now.rows.items() if key not in before]
    left_count = len(before - now.rows.keys())
    return ViewChange(now, entered, left_count) if entered or left_count else None
