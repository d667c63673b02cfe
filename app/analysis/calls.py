"""Units to call, in the order used by pages, slides and documents; `call_rule` states it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.analysis.action_state import action_states
from app.core.i18n import words
from app.core.reader import Reader
from app.queries import plan
from app.queries.calls import unit_calls
from app.records.call import UnitCall
from warehouse.desk import SUPPORT, Action
from warehouse.intake import plan_number


def call_rule() -> str:
    """Return the sentence on who is called, in which order, with the plan's numbers."""
    tail, targets = float(plan_number("chance_tail_pct")), int(plan_number("call_from_targets"))
    return words("calls.rule", tail=f"{words.percent(tail)}%", targets=targets)


@dataclass(frozen=True, slots=True)
class Call:
    """Unit to call: its figures, and its number of overdue promises."""

    unit: UnitCall
    broken_promise_count: int

    @property
    def unit_code(self) -> str:
        """Return the unit's code."""
        return self.unit.unit_code

    @property
    def needs_leader(self) -> bool:
        """Return whether the department's word was not enough: a promise is overdue, or this silence is not the first
        period's."""
        since = self.unit.silent_since_period_code
        return bool(self.broken_promise_count) or (since is not None and since < self.unit.period_code)


def calls_to_make(reader: Reader, actions: Iterable[Action], period: str, window: str, day: dt.date) -> list[Call]:
    """Return the units to call in a period, most urgent first.

    Reasons are figures, silence and overdue `actions` known in the period. No unit is called before its reports are
    due.
    """
    due = next((row.due_date for row in plan.periods(reader) if row.period_code == period), day)
    if day <= due:
        return []
    # The city's promises to a unit are no reason to call it.
    known = [action for action in actions if action.period_code <= period and action.origin != SUPPORT]
    overdue = filter(action_states(reader, known, day).is_overdue, known)
    broken = Counter(action.unit_code for action in overdue if action.unit_code)
    return ranked(unit_calls(reader, period, window), broken)


def ranked(units: Iterable[UnitCall], broken_promises: Mapping[str, int]) -> list[Call]:
    """Return the units to call, most urgent first; `broken_promises` counts overdue promises by unit.

    Silent units come first, longest silence first; then units that left forms blank, then by number of overdue
    promises, by duration of late targets, and by number of late targets about people in need of support.
    """
    calls = [Call(unit, broken_promises.get(unit.unit_code, 0)) for unit in units]
    return sorted((call for call in calls if call.unit.is_to_call or call.broken_promise_count), key=_urgency)


def _urgency(call: Call) -> tuple[bool, str, bool, int, int, int, str]:
    unit = call.unit
    return (
        not unit.is_silent,
        unit.silent_since_period_code or "",
        unit.blank_form_codes is None,
        -call.broken_promise_count,
        -unit.late_period_count,
        -unit.calling_people_target_count,
        unit.unit_code,
    )
