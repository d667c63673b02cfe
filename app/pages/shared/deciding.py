"""HTML of the forms with which the department decides on a waiting report."""

from __future__ import annotations

from markupsafe import Markup

from app.core.i18n import words
from app.core.url_state import State
from app.ui.fields import by_field, form, long_field
from warehouse.intake import Received


def decision_forms(state: State, report: Received, prefix: str, *, is_open: bool = False) -> Markup:
    """Render the forms to accept a report or return it with a reason; `prefix` makes ids unique on the page.

    With `is_open`, one press accepts the report.
    """
    fixed = [("submission_id", str(report.submission.submission_id)), ("seen", report.state)]
    accept_prefix = f"{prefix}accept-"
    note = long_field("note", words("decide.note"), words("decide.note_hint"), prefix=accept_prefix)
    accept = form(state, "accept-report", note + by_field(accept_prefix), words("decide.send_accept"), fixed)
    return_prefix = f"{prefix}return-"
    reason = long_field("reason", words("decide.reason"), words("decide.reason_hint"), prefix=return_prefix)
    back = form(state, "return-report", reason + by_field(return_prefix), words("decide.send_return"), fixed)
    steps = form_step(f"{prefix}accept", words("decide.accept"), accept, is_open=is_open)
    steps += form_step(f"{prefix}return", words("decide.return"), back)
    return Markup("<div class='decide card-form'>{}</div>").format(steps)


def form_step(identity: str, title: str, body: Markup, *, is_open: bool = False) -> Markup:
    """Render a form under its title, folded unless `is_open`."""
    step = Markup("<details class='step card-form' id='step-{}'{}><summary>{}</summary>{}</details>")
    return step.format(identity, Markup(" open") if is_open else "", title, body)
