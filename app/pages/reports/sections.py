"""Parts of the page of reports: the finding, whom to call, the closing of the quarter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from app.analysis.reporting import Quarter
from app.core import formatting
from app.core.page_context import Context
from app.figures.calendar.html import call_lists
from app.pages.reports import versions, waiting
from app.ui import page_header
from app.ui.cards import folded
from app.ui.layout import section
from warehouse.intake import Intake
from warehouse.intake.records import Lock, Received


def lead(context: Context, now: Quarter, undecided: int) -> Markup:
    """How complete the quarter is, how late, how much waits for the department."""
    words = context.words
    due = formatting.date(context.period.due_date)
    delays = "delays" if now.late else "no_delay" if now.received_count else "nothing_received"
    corrected = len(now.corrected)
    line = words(f"calendar.{delays}", due=due, late=len(now.late), days=now.longest_delay, corrected=corrected)
    if undecided:
        line += " · " + words("calendar.undecided", count=undecided)
    return page_header.lead(finding(context, now), [escape(line)])


def finding(context: Context, now: Quarter) -> str:
    """The quarter in a sentence."""
    return context.words(
        f"calendar.{now.outcome}",
        period=context.words.period(context.state.period),
        received=now.received_count,
        expected=now.expected_count,
        on_time=len(now.on_time),
        late=len(now.late),
        missing=len(now.missing),
        rejected=len(now.rejected),
        due=formatting.date(context.period.due_date),
    )


def names_of(context: Context, reports: Iterable[Received]) -> dict[int, str]:
    """The reporters' names as they were in the quarter reported, by number of the submission."""
    ends, reference = {one.period_code: one.end_date for one in context.periods}, Intake.open().reference
    found = {}
    for row in (one.submission for one in reports):
        unit = reference.unit(row.reporter_code or "", ends[row.period_code or ""])
        found[row.submission_id] = context.words.of(unit, "name") if unit else row.reporter_code or ""
    return found


def calls(context: Context, now: Quarter, names: Mapping[str, str]) -> Markup:
    """Whom to call: overdue reports, returned ones, those due next; then who was late, who corrected."""
    kinds = ("missing", "rejected", "not_due", "late", "corrected")
    lists = [(kind, getattr(now, kind)) for kind in kinds]
    return call_lists(lists, names, context.state.href, context.words, context.publication.as_of_date)


def lock_part(context: Context, locks: Mapping[str, Lock]) -> Markup:
    """Whether the quarter is closed, who closed it, and the form to change that; what happened before."""
    words, period = context.words, context.state.period
    is_due, lock = context.period.due_date < context.publication.as_of_date, locks.get(period)
    if not is_due and lock is None:
        return Markup("")
    told = words("lock.open_note")
    if lock:
        told = words("lock.note", by=lock.locked_by, at=formatting.moment(lock.locked_at), reason=lock.reason)
    events = [event for event in Intake.open().ledger.audit(period_code=period) if event.kind in ("locked", "unlocked")]
    body = waiting.lock_form(period, lock is not None, words)
    if events:
        body += folded(words("audit.title"), versions.trail(events, words))
    return section(words("lock.title", period=words.period(period)), body, told, "lock")
