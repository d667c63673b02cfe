"""HTML of the reports that wait for the department, and the forms with which it decides and closes a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from app.core import access
from app.core.access import Right
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.url_state import State
from app.pages.shared.deciding import decision_forms, form_step
from app.queries import registry
from app.records import Publication
from app.ui.fields import by_field, form, long_field
from app.ui.page_header import link_to
from app.ui.templates import render
from warehouse.intake import Received

LISTED_REPORTS = 20


def waiting_list(context: Context, reports: Sequence[Received]) -> Markup:
    """Render the reports without a decision, the longest waiting first; empty when there is none."""
    if not reports:
        return NOTHING

    def forms(report: Received) -> Markup:
        """Render the forms; empty in a file, for viewers who decide on none, and where the reporter's own card has
        them."""
        row = report.submission
        state = context.state
        has_card = (row.reporter_code, row.period_code) == (state.unit, state.period)
        if has_card or not context.may_send("accept-report"):
            return NOTHING
        return preview_way(context, report) + decision_forms(state, report, f"w{row.submission_id}-")

    return render(
        "pages/reports/waiting.html",
        reports=list(reversed(reports))[:LISTED_REPORTS],
        count=len(reports),
        all_way=_all_way(context),
        more_count=max(0, len(reports) - LISTED_REPORTS),
        link=context.state.href,
        reporter_name=partial(_reporter_name, context),
        waits=partial(_waits, context.publication),
        forms=forms,
    )


def preview_way(context: Context, report: Received) -> Markup:
    """Render the link to what a waiting report would change; empty for a viewer who may not see that."""
    row, viewer = report.submission, context.viewer
    decides = viewer.may(Right.DECIDE)
    if context.state.is_file or not (decides or access.may_fill(viewer, row.reporter_code)):
        return NOTHING
    href = context.state.href("preview", report=str(row.submission_id), period=row.period_code)
    return Markup("<p class='ways'>{}</p>").format(
        link_to(href, words("preview.way" if decides else "preview.way_own"))
    )


def _all_way(context: Context) -> Markup:
    """Render the link to what all waiting reports would change; empty for viewers who decide on none."""
    if context.state.is_file or not context.viewer.may(Right.DECIDE):
        return NOTHING
    return link_to(context.state.href("preview", report="all"), words("preview.way_all"))


def _waits(publication: Publication, report: Received) -> str:
    """Return how long a report has waited, by the day as of which the page speaks."""
    days = (publication.as_of_date - report.submission.received_at.date()).days
    return words("waiting.waits" if days > 0 else "waiting.waits_today", days=days)


def _reporter_name(context: Context, reporter: str, period: str) -> str:
    """Return the reporter's name as it was in the quarter reported."""
    end_date = next(known.end_date for known in context.periods if known.period_code == period)
    return registry.unit_name(context.reader, reporter, end_date, words.lang) or reporter


def lock_form(state: State, is_locked: bool) -> Markup:
    """Close the quarter, or open it again."""
    kind = "unlock" if is_locked else "lock"
    reason = long_field("reason", words(f"lock.{kind}_reason"), words("lock.reason_hint"), prefix=f"{kind}-")
    fields = reason + by_field(f"{kind}-")
    body = form(state, f"{kind}-quarter", fields, words(f"lock.send_{kind}"), [("period_code", state.period)])
    return form_step(kind, words(f"lock.{kind}"), body)
