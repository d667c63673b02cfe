"""Texts on actions of ended units, and on the origin of an action: a meeting, a call or a day."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis.action_state import ActionStates
from app.core import formatting
from app.core.i18n import words
from app.ui.figure_text import few
from warehouse.desk import CALL, SUPPORT, Action, Review, meeting_of

NAMED_HEIRS = 4


def ended_text(action: Action, states: ActionStates) -> str:
    """Return that the unit of an action has ended, and the units that replace it."""
    unit, heirs = states.units[action.action_id], states.heirs[action.action_id]
    return words(
        "actions.without_unit" if heirs else "actions.without_heirs",
        unit=words.of(unit, "name"),
        until=formatting.date(unit.valid_to),
        heirs=few([words.of(heir, "name") for heir in heirs], NAMED_HEIRS),
    )


def heirs_text(action: Action, states: ActionStates) -> str:
    """Return a short text on the units that replace the ended unit of an action."""
    heirs = [words.of(heir, "short_name") for heir in states.heirs[action.action_id]]
    return words("actions.now_heirs", heirs=few(heirs, NAMED_HEIRS)) if heirs else words("actions.now_nobody")


def given_text(action: Action, reviews: Sequence[Review]) -> str:
    """Return the origin of an action: the meeting that gave it, a promise by telephone, or only the day."""
    review = meeting_of(action, reviews)
    if review:
        period, day = words.period(review.period_code), formatting.date(review.held_at)
        return words("actions.given_meeting", period=period, day=day)
    key = {CALL: "actions.given_call", SUPPORT: "actions.given_support"}.get(action.origin, "actions.given")
    return words(key, day=formatting.date(action.opened_at))
