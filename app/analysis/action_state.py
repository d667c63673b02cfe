"""States of actions in the status vocabulary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.core.levels import MIDDLE_PAGE, unit_page
from app.core.reader import Reader
from app.core.url_state import DEFAULT_WINDOW
from app.queries import followup, plan
from app.records import Cell, Unit
from warehouse.desk import Action

OVERDUE = "overdue"
# Given to a unit that has ended: it must be moved to another unit. Overdue although its figure is met: only the closing
# note is missing.
TO_MOVE, TO_CLOSE = "to_move", "to_close"
STANDING_AGAINST = (OVERDUE, TO_MOVE, TO_CLOSE)


@dataclass(frozen=True, slots=True)
class ActionStates:
    """States of actions on a day.

    By the action's number: `units` are the units of the actions, `heirs` the authorities that replace a unit that has
    ended, the main successor first; `met` are the actions whose figure is met.
    """

    day: dt.date
    units: Mapping[int, Unit] = field(default_factory=dict)
    heirs: Mapping[int, Sequence[Unit]] = field(default_factory=dict)
    met: Collection[int] = frozenset()

    def of(self, action: Action) -> str:
        """Return the action's status, or what must be done about it: overdue, to be moved, to be closed."""
        is_overdue = action.is_overdue(self.day)
        if is_overdue and action.action_id in self.met:
            return TO_CLOSE
        if self.is_without_unit(action):
            return TO_MOVE
        return OVERDUE if is_overdue else action.status

    def is_overdue(self, action: Action) -> bool:
        """Return whether the action counts as overdue for the unit that carries it out."""
        return self.of(action) == OVERDUE

    def is_without_unit(self, action: Action) -> bool:
        """Return whether an unfinished action belongs to a unit that has ended."""
        return action.is_unfinished and action.action_id in self.heirs


def action_states(reader: Reader, actions: Iterable[Action], day: dt.date) -> ActionStates:
    """Return the states of actions on a day, from ended units and met figures in the reader's version."""
    known = list(actions)
    units = {action.action_id: unit for action in known if (unit := followup.unit_meant(reader, action))}
    ended = {
        action.action_id: units[action.action_id]
        for action in known
        if action.is_unfinished and action.action_id in units and has_ended(units[action.action_id], day)
    }
    heirs = plan.authorities_after(reader, set(ended.values()), day) if ended else {}
    overdue = [
        action for action in known if action.is_overdue(day) and not _has_others_figures(ended.get(action.action_id))
    ]
    return ActionStates(
        day=day,
        units=units,
        heirs={number: heirs[unit] for number, unit in ended.items()},
        met=_met(reader, overdue),
    )


def has_ended(unit: Unit, day: dt.date) -> bool:
    """Return whether a unit is an authority that no longer exists on a day."""
    return unit.is_authority and unit.valid_to is not None and unit.valid_to <= day


def _has_others_figures(ended: Unit | None) -> bool:
    """Return whether the figures under an ended unit's code belong to another unit: all except those of its area."""
    return ended is not None and not (
        unit_page(ended.unit_level) == MIDDLE_PAGE and ended.successor_codes == ended.unit_code
    )


def _met(reader: Reader, overdue: Iterable[Action]) -> frozenset[int]:
    """Return the actions whose figure is met for the year so far, the basis of the plan's thresholds."""
    about = {
        action.action_id: Cell(action.target_code, action.unit_code)
        for action in overdue
        if action.target_code and action.unit_code
    }
    met = followup.met_cells(reader, {cell.unit_code for cell in about.values()}, DEFAULT_WINDOW)
    return frozenset(number for number, cell in about.items() if cell in met)
