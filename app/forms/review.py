"""Handlers of the forms of a review: its topics, its decisions, that it was held, its minutes."""

from __future__ import annotations

from dataclasses import replace

from app.analysis.agenda import after_step
from app.core.reader import Reader
from app.deck.data import decisions_to_read_back
from app.forms.actions import STAY, open_action, require_known, write_at_desk
from app.forms.form import FormResult, SentForm
from app.queries import plan
from warehouse.desk import MEETING, AgendaDraft, Desk, DeskProblem, DeskRefusal, ReviewDraft
from warehouse.publish.engines import kept, published


def decide(sent: SentForm) -> FormResult:
    """Write a decision down as an action; the meeting stays on its slide."""
    return replace(open_action(sent, MEETING), go=STAY)


def hold_review(sent: SentForm) -> FormResult:
    """Record that the review was held on the version that was projected, which is kept from now on."""

    def write(desk: Desk) -> str:
        _require_read_back(desk, sent)
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
        desk.hold_review(draft, sent.by, token=sent.token)
        return STAY

    return write_at_desk(sent, "hold.done", write)


def order_topics(sent: SentForm) -> FormResult:
    """Move a topic of the meeting, drop it or bring it back; the pressed button is the step and the topic's code."""
    step, _, code = sent.text("step").partition(" ")

    def write(desk: Desk) -> str:
        try:
            topics, dropped = after_step(sent.text("topics").split(), sent.text("dropped").split(), step, code)
        except ValueError as error:
            raise DeskRefusal(DeskProblem("period_code", "unknown")) from error
        for listed in (*topics, *dropped):
            require_known(sent, "", listed)
        draft = AgendaDraft(sent.text("period_code"), sent.text("window"), topics, dropped)
        desk.arrange_topics(draft, sent.by, seen=sent.number("seen"))
        return STAY

    return write_at_desk(sent, "topic.arranged", write)


def _require_read_back(desk: Desk, sent: SentForm) -> None:
    """Raise DeskRefusal where the sender's page does not show exactly the decisions that the record would contain.

    Those of a review that was recorded are no longer new: its form, sent again because the answer was lost, shows more.
    """
    about = (sent.text("period_code"), sent.text("window"), sent.text("version"))
    if any((held.period_code, held.period_window, held.version) == about for held in desk.reviews()):
        return
    recorded = {str(action.action_id) for action in decisions_to_read_back(desk, sent.text("period_code"))}
    if recorded != set(sent.text("read_back").split()):
        raise DeskRefusal(DeskProblem("version", "not_read_back", {"count": len(recorded)}))


def write_minutes(sent: SentForm) -> FormResult:
    """Replace the minutes of a review: who was present and what was discussed."""

    def write(desk: Desk) -> str:
        texts = sent.text("present"), sent.text("discussed")
        desk.write_minutes(sent.key("review_id"), sent.by, *texts, seen=sent.number("seen"))
        return STAY

    return write_at_desk(sent, "hold.minutes_done", write, "desk.no_review")
