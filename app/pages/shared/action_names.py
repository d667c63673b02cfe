"""How actions and what they mention are named: units, targets, deadlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from app.analysis.action_state import OVERDUE, action_state
from app.core import formatting
from app.core.i18n import Words
from app.records import Target, Unit
from warehouse.desk import CANCELLED, DONE, OPEN, UNDER_WAY, Action

UNFINISHED = "unfinished"
# What the list may be filtered by, in the order of the choice.
STATUS_CHOICES = (OVERDUE, UNFINISHED, OPEN, UNDER_WAY, DONE, CANCELLED)


@dataclass(frozen=True, slots=True)
class Names:
    """Names in the reader's language, and the day on which being overdue is judged."""

    units: Mapping[str, Unit]
    targets: Mapping[str, Target]
    day: dt.date
    words: Words

    def unit(self, code: str | None) -> str:
        """A unit's name; the whole city for None."""
        if code is None:
            return self.words("actions.no_unit")
        unit = self.units.get(code)
        return self.words.of(unit, "name") if unit else code

    def target(self, code: str | None) -> str:
        """A target's short name."""
        if code is None:
            return self.words("actions.no_target")
        target = self.targets.get(code)
        return self.words.of(target, "short_name") if target else code

    def as_of(self) -> str:
        """The day on which being overdue is judged, as a reader says it."""
        return formatting.date(self.day)

    def about(self, action: Action) -> str:
        """Which unit and target an action is about."""
        unit = self.unit(action.unit_code)
        return f"{unit} · {self.target(action.target_code)}" if action.target_code else unit

    def state(self, action: Action) -> str:
        """The action's status, or that it is overdue."""
        return action_state(action, self.day)

    def deadline(self, action: Action) -> str:
        """The due day with its word, or when it was done."""
        if action.closed_at:
            return self.words("actions.closed", day=formatting.date(action.closed_at))
        return self.words("actions.due", day=self.due(action))

    def due(self, action: Action) -> str:
        """The due day, and how far away it is while something is to be done."""
        words = self.words
        due = formatting.date(action.due_date)
        if not action.is_unfinished:
            return due
        days = (action.due_date - self.day).days
        if days == 0:
            return f"{due} · {words('actions.due_today')}"
        return f"{due} · {words('actions.left' if days > 0 else 'actions.late', days=abs(days))}"
