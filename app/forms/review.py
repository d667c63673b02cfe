"""Handlers of the forms of a review: record a decision, record that the review was held, write its minutes."""

from __future__ import annotations

from dataclasses import replace

from app.core.reader import Reader
from app.forms.actions import STAY, open_action, write_at_desk
from app.forms.form import FormResult, SentForm
from app.queries import plan
from warehouse.desk import MEETING, Desk, DeskProblem, DeskRefusal, ReviewDraft
from warehouse.publish.engines import kept, published


def decide(sent: SentForm) -> FormResult:
    """Write a decision down as an action; the meeting stays on its slide."""
    return replace(open_action(sent, MEETING), go=STAY)


def hold_review(sent: SentForm) -> FormResult:
    """Record that the review was held on the version that was projected, which is kept from now on."""

    def write(desk: Desk) -> str:
        version = sent.text("version")
        newest = published()
        warehouse = newest if newest.version == version else kept(version)
        if warehouse is None:
            raise DeskRefusal(DeskProblem("version", "not_kept", {"version": version}))
        as_of_date = plan.publication(Reader(sent.viewer, warehouse)).as_of_date
        draft = ReviewDraft(
            period_code=sent.text("period_code"),
            window=sent.text("window"),
            version=version,
            as_of_date=as_of_date,
            present=sent.text("present"),
            discussed=sent.text("discussed"),
        )
        desk.hold_review(draft, sent.by)
        return STAY

    return write_at_desk(sent, "hold.done", write)


def write_minutes(sent: SentForm) -> FormResult:
    """Replace the minutes of a review: who was present and what was discussed."""

    def write(desk: Desk) -> str:
        desk.write_minutes(sent.key("review_id"), sent.by, sent.text("present"), sent.text("discussed"))
        return STAY

    return write_at_desk(sent, "hold.minutes_done", write)
