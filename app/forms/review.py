"""What the forms of a review do: write a decision down, note that the review was held."""

from __future__ import annotations

from dataclasses import replace

from app.core.reader import Reader
from app.forms.actions import STAY, open_action, write_at_desk
from app.forms.form import FormResult, SentForm
from app.queries import plan
from warehouse.desk import Desk, DeskProblem, DeskRefusal
from warehouse.publish.engines import kept, published


def decide(sent: SentForm) -> FormResult:
    """Write a decision down as an action; the meeting stays on its slide."""
    return replace(open_action(sent), go=STAY)


def hold_review(sent: SentForm) -> FormResult:
    """Note that the review was held on the version that was on the wall, which is kept from now on."""

    def write(desk: Desk) -> str:
        version = sent.text("version")
        newest = published()
        warehouse = newest if newest.version == version else kept(version)
        if warehouse is None:
            raise DeskRefusal(DeskProblem("version", "not_kept", {"version": version}))
        as_of_date = plan.publication(Reader(sent.viewer, warehouse)).as_of_date
        desk.hold_review(sent.text("period_code"), sent.text("window"), version, as_of_date, sent.by)
        return STAY

    return write_at_desk(sent, "hold.done", write)
