"""Handlers of the forms of the call sheet: record the outcome of a call, store an office's telephone number."""

from __future__ import annotations

from app.core.url_state import State
from app.forms.actions import STAY, require_known, write_at_desk
from app.forms.form import FormResult, SentForm
from warehouse.desk import CALL, PROMISED, CallDraft, Desk


def record_call(sent: SentForm) -> FormResult:
    """Record the outcome of a call; after a promise, go to the form for a new action.

    The value of the pressed button is outcome, unit and, where one was the reason, target: `promised 26740 T09`.
    """
    outcome, unit, target = (*sent.text("outcome").split(" "), "", "", "")[:3]

    def write(desk: Desk) -> str:
        require_known(sent, unit, target)
        period, window = sent.text("period_code"), sent.text("window")
        made = desk.record_call(CallDraft(unit, period, window, outcome, target or None), sent.by)
        if made.outcome != PROMISED:
            return STAY
        page = State("actions", period, window, sent.lang)
        return page.href(new="1", unit=unit, target=target or None, after=CALL)

    return write_at_desk(sent, "calls.recorded", write)


def keep_line(sent: SentForm) -> FormResult:
    """Keep the telephone of the office at a unit."""

    def write(desk: Desk) -> str:
        require_known(sent, sent.text("unit_code"), "")
        desk.keep_line(sent.text("unit_code"), sent.text("telephone"), sent.by)
        return STAY

    return write_at_desk(sent, "calls.kept", write)
