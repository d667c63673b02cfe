"""What the forms of a review do: write a decision down, note that the review was held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.core import access
from app.core.access import Right, Viewer
from app.core.i18n import words
from app.core.reader import Reader
from app.forms import actions
from app.forms.form_errors import refused
from app.forms.form_result import Outcome
from app.queries import plan
from warehouse.desk import Desk, DeskProblem, DeskRefusal
from warehouse.publish.engines import kept, published

HOLD = "hold-review"


def decide(values: Mapping[str, str], lang: str, viewer: Viewer) -> Outcome:
    """Write a decision down as an action; the meeting stays on its slide."""
    return replace(actions.open_action(values, lang, viewer), form="decide", go="")


def hold_review(values: Mapping[str, str], lang: str, viewer: Viewer) -> Outcome:
    """Note that the review was held on the version that was on the wall, which is kept from now on."""
    access.require(viewer, Right.WRITE)
    version = values.get("version", "")
    now = published()
    warehouse = now if now.version == version else kept(version)
    try:
        if warehouse is None:
            raise DeskRefusal(DeskProblem("version", "not_kept", {"version": version}))
        Desk.open().hold_review(
            values.get("period_code", ""),
            values.get("window", ""),
            version,
            plan.publication(Reader(viewer, warehouse)).as_of_date,
            values.get("by", ""),
        )
    except DeskRefusal as refusal:
        return refused(HOLD, refusal, lang)
    return Outcome(HOLD, done=words(lang)("hold.done"))
