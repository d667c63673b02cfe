"""How actions and what they mention are named: units, targets, deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.analysis.action_state import OVERDUE, TO_CLOSE, TO_MOVE, ActionStates, action_states
from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import Context
from app.queries import followup, plan
from app.records import Target, Unit
from app.ui.action_text import ended_text
from warehouse.desk import CANCELLED, DONE, OPEN, UNDER_WAY, Action

UNFINISHED = "unfinished"
# What the list may be filtered by, in the order of the choice.
STATUS_CHOICES = (OVERDUE, TO_MOVE, TO_CLOSE, UNFINISHED, OPEN, UNDER_WAY, DONE, CANCELLED)


@dataclass(frozen=True, slots=True)
class Names:
    """Names in the reader's language, and what has become of the actions that are named."""

    units: Mapping[str, Unit]
    targets: Mapping[str, Target]
    states: ActionStates
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
        return formatting.date(self.states.day)

    def unit_of(self, action: Action) -> str:
        """The name of the unit that an action was given to."""
        unit = self.states.units.get(action.action_id)
        return self.words.of(unit, "name") if unit else self.unit(action.unit_code)

    def about(self, action: Action) -> str:
        """Which unit and target an action is about."""
        unit = self.unit_of(action)
        return f"{unit} · {self.target(action.target_code)}" if action.target_code else unit

    def state(self, action: Action) -> str:
        """The action's status, or what stands against it."""
        return self.states.of(action)

    def pending(self, action: Action) -> str:
        """What somebody must do before the action can go on: move it to the units in place of its own, or close it."""
        state, words = self.state(action), self.words
        if state == TO_CLOSE:
            return words("actions.to_close", day=self.as_of())
        return ended_text(action, self.states, words) if state == TO_MOVE else ""

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
        days = (action.due_date - self.states.day).days
        if days == 0:
            return f"{due} · {words('actions.due_today')}"
        return f"{due} · {words('actions.left' if days > 0 else 'actions.late', days=abs(days))}"


def names_of(context: Context, actions: Iterable[Action]) -> Names:
    """The names of some actions, and what has become of them, by a page's version and day."""
    states = action_states(context.reader, actions, context.publication.as_of_date)
    units, targets = followup.known_units(context.reader), plan.named_targets(context.reader)
    return Names(units, targets, states, context.words)
