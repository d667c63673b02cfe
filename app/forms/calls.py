"""Handlers of the forms of the call sheet: record the outcome of a call, store an office's telephone number."""

from __future__ import annotations

from app.core.reader import Reader
from app.forms.action_fields import read_due_day
from app.forms.actions import STAY, require_known, require_lasting, write_at_desk
from app.forms.form import FormResult, SentForm
from app.queries import followup, plan
from app.queries.office import office_of
from warehouse import clock
from warehouse.desk import CALL, PROMISED, REACHED, SUPPORT, CallDraft, Desk, Draft
from warehouse.publish.engines import published


def record_call(sent: SentForm) -> FormResult:
    """Record the outcome of a call, with what was promised in it; nothing is recorded unless all of it can be.

    The value of the pressed button is outcome, unit and, where one was the reason, target: `promised 26740 T09`. A call
    in which the unit promised nothing and requested support is recorded as a talk.
    """
    outcome, unit, target = (*sent.text("outcome").split(" "), "", "", "")[:3]

    def write(desk: Desk) -> str:
        require_known(sent, unit, target)
        promise = support = None
        if outcome == PROMISED:
            promise, support = _promises(sent, unit, target)
        made = outcome if promise or not support else REACHED
        draft = CallDraft(unit, sent.text("period_code"), sent.text("window"), made, target or None)
        desk.record_call(draft, sent.by, promise=promise, support=support, token=sent.token)
        return STAY

    return write_at_desk(sent, "calls.recorded", write)


def _promises(sent: SentForm, unit: str, target: str) -> tuple[Draft | None, Draft | None]:
    """Return what the unit promised, and what the city promised it; the unit may have requested support only.

    Raises DeskRefusal for a unit that has ended by then.
    """
    reader, today = Reader(sent.viewer, published()), clock.now().date()
    known = followup.known_units(reader)[unit]
    period = sent.text("period_code")
    what, asked = sent.text("what").strip(), sent.text("support").strip()
    promise = support = None
    if what or not asked:
        due = read_due_day(sent.text("due_date"))
        require_lasting(sent, unit, due)
        owner = office_of(reader, known, today) or known.name_vi
        promise = Draft(what, owner, due, period, unit, target or None, origin=CALL)
    if asked:
        city = plan.city(reader, today)
        due = read_due_day(sent.text("support_due"))
        office = office_of(reader, city, today) or city.name_vi
        support = Draft(asked, office, due, period, unit, target or None, origin=SUPPORT)
    return promise, support


def keep_line(sent: SentForm) -> FormResult:
    """Keep the telephone of the office at a unit."""

    def write(desk: Desk) -> str:
        require_known(sent, sent.text("unit_code"), "")
        desk.keep_line(sent.text("unit_code"), sent.text("telephone"), sent.by, token=sent.token)
        return STAY

    return write_at_desk(sent, "calls.kept", write)
