"""The list of actions as a table of raw values."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.sheet import Column, Sheet
from app.pages.shared.action_names import Names
from warehouse.desk import Action


def action_sheet(actions: Sequence[Action], names: Names) -> Sheet:
    """One row per action."""
    words = names.words
    columns = (
        Column(words("action.what")),
        Column(words("sheet.unit_code")),
        Column(words("action.unit")),
        Column(words("sheet.target_code")),
        Column(words("action.owner")),
        Column(words("action.due_date"), "date"),
        Column(words("figures.status")),
        Column(words("action.evidence_label")),
        Column(words("action.opened_label"), "moment"),
    )
    rows = tuple(
        (
            action.what,
            action.unit_code,
            names.unit(action.unit_code),
            action.target_code,
            action.owner,
            action.due_date,
            words.status(names.state(action)),
            action.evidence,
            action.opened_at,
        )
        for action in actions
    )
    return Sheet(words("actions.caption"), columns, rows)
