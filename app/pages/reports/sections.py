"""HTML of the parts of the page of reports: the finding, who is due, late or corrected, the closing of the quarter."""

from __future__ import annotations

from markupsafe import Markup, escape

from app.analysis.report_phrase import waiting_since
from app.analysis.reporting import QuarterReports
from app.core import formatting
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.figures.calendar.html import call_lists
from app.pages.reports.card import trail
from app.pages.reports.data import Reports
from app.pages.reports.waiting import lock_form
from app.pages.shared.period_text import who_reports
from app.queries import registry
from app.ui import page_header
from app.ui.cards import folded
from app.ui.layout import section
from warehouse.intake import Lock


def lead(context: Context, reports: Reports) -> Markup:
    """Render how complete the quarter is, how late, how much waits to be accepted since when: by now, as the lists
    below."""
    quarter = reports.by_now
    line = words(
        f"calendar.{_delays(quarter)}",
        due=formatting.date(context.period.due_date),
        late=len(quarter.late),
        days=quarter.longest_delay,
        corrected=len(quarter.corrected),
    )
    if quarter.history:
        line += " · " + words("calendar.history", count=len(quarter.history))
    if reports.undecided:
        oldest = min(waiting.submission.received_at for waiting in reports.undecided)
        since = waiting_since(oldest, context.publication.as_of_date)
        line += " · " + words("calendar.undecided", count=len(reports.undecided), since=since)
    return page_header.lead(finding(context, reports), [escape(line), escape(who_reports(context))])


def _delays(quarter: QuarterReports) -> str:
    """Return the key of the line about delays: a quarter that is not judged has none."""
    if quarter.late:
        return "delays"
    if quarter.counted_count > len(quarter.history):
        return "no_delay"
    return "not_judged" if quarter.history else "nothing_received"


def finding(context: Context, reports: Reports) -> str:
    """Return the quarter in a sentence."""
    quarter = reports.by_now
    return words(
        f"calendar.{quarter.outcome}",
        period=words.period(context.state.period),
        received=quarter.arrived_count,
        expected=quarter.expected_count,
        on_time=len(quarter.on_time),
        late=len(quarter.late),
        parts=", ".join(words(f"calendar.part_{state}", count=count) for state, count in quarter.uncounted.items()),
        due=formatting.date(context.period.due_date),
    )


def calls(context: Context, reports: Reports) -> Markup:
    """Render, for the chosen quarter, whose report is due next, who was late, who corrected."""
    quarter = reports.by_now
    lists = [
        ("not_due", quarter.not_due),
        ("late", quarter.late),
        ("corrected", quarter.corrected),
    ]
    return call_lists(lists, reports.names, context.state.href, context.publication.as_of_date)


def lock_part(context: Context, lock: Lock | None) -> Markup:
    """Render whether the quarter is closed, who closed it, the form to change that, and the history."""
    period = context.state.period
    is_due = context.period.due_date < context.publication.as_of_date
    if not is_due and lock is None:
        return NOTHING
    note = words("lock.open_note")
    if lock:
        note = words("lock.note", by=lock.locked_by, at=formatting.moment(lock.locked_at), reason=lock.reason)
    body = page_header.remark(note)
    if context.may_send("lock-quarter"):
        body += lock_form(context.state, lock is not None)
    events = [event for event in registry.events(context.reader, period) if event.kind in ("locked", "unlocked")]
    if events:
        body += folded(words("audit.title"), trail(events))
    return section(words("lock.title", period=words.period(period)), body, identity="lock")
