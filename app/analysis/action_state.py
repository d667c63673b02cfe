"""What has become of an action, as the status vocabulary says it."""

from __future__ import annotations

import datetime as dt

from warehouse.desk import Action

OVERDUE = "overdue"


def action_state(action: Action, day: dt.date) -> str:
    """`overdue` where `day` is past the due day of an action still to be done; else its status."""
    return OVERDUE if action.is_overdue(day) else action.status
