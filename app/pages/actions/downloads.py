"""The list of actions as a table of raw values."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.i18n import words
from app.core.sheet import Field, Sheet, sheet_of
from app.pages.shared.followup import Names
from warehouse.desk import Action


def action_sheet(actions: Sequence[Action], names: Names) -> Sheet:
    """Return one row per action."""
    fields: tuple[Field[Action], ...] = (
        Field("action.what", lambda action: action.what),
        Field("sheet.unit_code", lambda action: action.unit_code),
        Field("action.unit", names.unit_of),
        Field("sheet.target_code", lambda action: action.target_code),
        Field("action.owner", lambda action: action.owner),
        Field("action.due_date", lambda action: action.due_date, "date"),
        Field("figures.status", lambda action: words.status(names.state(action))),
        Field("actions.column_pending", names.pending),
        Field("action.evidence_label", lambda action: action.evidence),
        Field("action.opened_label", lambda action: action.opened_at, "moment"),
    )
    return sheet_of(words("actions.caption"), fields, actions)
