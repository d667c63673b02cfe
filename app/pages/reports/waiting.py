"""HTML of the reports that wait for the department, and the forms with which it decides and closes a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import NOTHING, Context
from app.queries import registry
from app.ui.fields import by_field, form, long_field
from app.ui.templates import render
from warehouse.intake import Received

LISTED_REPORTS = 20


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """A report without a decision, in words; a file has no `forms`, nor has a report whose card has them."""

    title: str
    href: str
    about: str
    note: str
    forms: Markup


def waiting_list(context: Context, reports: Sequence[Received]) -> Markup:
    """Reports without a decision, the one that waits longest first; nothing when there is none."""
    if not reports:
        return NOTHING
    oldest_first = list(reversed(reports))
    return render(
        "pages/reports/waiting.html",
        reports=[_waiting_report(context, report) for report in oldest_first[:LISTED_REPORTS]],
        count=len(reports),
        more_count=max(0, len(reports) - LISTED_REPORTS),
        words=context.words,
    )


def _waiting_report(context: Context, report: Received) -> WaitingReport:
    words = context.words
    state = context.state
    row = report.submission
    reporter = row.reporter_code or ""
    period = row.period_code or ""
    version = row.version or 1
    about = words(
        "waiting.line",
        kind=words("waiting.correction" if version > 1 else "waiting.new", version=version),
        received=formatting.moment(row.received_at),
        by=row.submitted_by,
    )
    has_forms = not state.is_file and (reporter, period) != (state.unit, state.period)
    return WaitingReport(
        title=f"{_reporter_name(context, reporter, period)} · {words.period(period)}",
        href=state.href(unit=reporter, period=period),
        about=about,
        note=words("waiting.note", note=report.note) if report.note else "",
        forms=decision_forms(report, words, f"w{row.submission_id}-") if has_forms else NOTHING,
    )


def _reporter_name(context: Context, reporter: str, period: str) -> str:
    """The reporter's name as it was in the quarter reported."""
    end_date = next(one.end_date for one in context.periods if one.period_code == period)
    return registry.unit_name(context.reader, reporter, end_date, context.words.lang) or reporter


def decision_forms(report: Received, words: Words, prefix: str) -> Markup:
    """Accept it, or return it with a reason; `prefix` makes ids unique on the page."""
    fixed = [("submission_id", str(report.submission.submission_id)), ("seen", report.state)]
    accept_prefix = f"{prefix}accept-"
    note = long_field("note", words("decide.note"), words("decide.note_hint"), prefix=accept_prefix)
    accept = form("accept-report", note + by_field(words, accept_prefix), words("decide.send_accept"), words, fixed)
    return_prefix = f"{prefix}return-"
    reason = long_field("reason", words("decide.reason"), words("decide.reason_hint"), prefix=return_prefix)
    back = form("return-report", reason + by_field(words, return_prefix), words("decide.send_return"), words, fixed)
    steps = _step(f"{prefix}accept", words("decide.accept"), accept)
    steps += _step(f"{prefix}return", words("decide.return"), back)
    return Markup("<div class='decide card-form'>{}</div>").format(steps)


def lock_form(period: str, is_locked: bool, words: Words) -> Markup:
    """Close the quarter, or open it again."""
    kind = "unlock" if is_locked else "lock"
    reason = long_field("reason", words(f"lock.{kind}_reason"), words("lock.reason_hint"), prefix=f"{kind}-")
    fields = reason + by_field(words, f"{kind}-")
    body = form(f"{kind}-quarter", fields, words(f"lock.send_{kind}"), words, [("period_code", period)])
    return _step(kind, words(f"lock.{kind}"), body)


def _step(identity: str, title: str, body: Markup) -> Markup:
    step = Markup("<details class='step card-form' id='step-{}'><summary>{}</summary>{}</details>")
    return step.format(identity, title, body)
