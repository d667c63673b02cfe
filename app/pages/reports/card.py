"""The card of one reporter's quarter: every version, what each changed, what is to be decided, what happened."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup, escape

from app.analysis import report_state
from app.core import formatting
from app.core.access import Right
from app.core.page_context import CITY, Context
from app.figures.calendar import report_status
from app.figures.calendar.html import Fates, share
from app.pages.reports import versions, waiting
from app.pages.reports.changes import changes_of
from app.ui import cards, page_header
from app.ui.status import chip_saying
from warehouse.intake import Intake
from warehouse.intake.records import REJECTED


def card(context: Context, name: str, fates: Fates) -> Markup:
    """One reporter's quarter; the address names the reporter."""
    words, state, unit = context.words, context.state, context.state.unit or CITY
    title = escape(words("calendar.card", reporter=name, period=words.period(state.period)))
    close = page_header.link_to(state.href(unit=None), words("quality.close"))
    row = fates.rows.get((unit, state.period))
    if row is None:
        return cards.card(title, page_header.remark(words("calendar.not_expected")), close)
    found = fates.live.get((unit, state.period))
    forms = words(
        "calendar.forms_of", received=row.expected_form_count - row.missing_form_count, expected=row.expected_form_count
    )
    pairs = [
        (words("reports.due"), escape(formatting.date(row.due_date))),
        (words("reports.received"), escape(formatting.moment(row.received_at))),
        (words("calendar.forms"), escape(forms)),
        (words("calendar.punctual"), escape(share(fates.punctual.get(unit), words))),
    ]
    body = cards.pairs(pairs) + (
        _history(context, found) if found else page_header.remark(words("calendar.nothing_sent"))
    )
    body += Markup(f"<p class='ways'>{_ways(context, unit, name)}</p>")
    now = chip_saying(report_state.state_now(row, fates.live), report_status.in_words(row, fates.live, words))
    return cards.card(Markup(f"{title} {now}"), body, close)


def _history(context: Context, found: report_state.Live) -> Markup:
    words, intake = context.words, Intake.open()
    decide = "".join(waiting.decision_forms(one, words, f"c{one.submission.submission_id}-") for one in found.waiting)
    counting = found.counting.submission.submission_id if found.counting else None
    refused = [one.submission.submission_id for one in found.submissions if one.state == REJECTED]
    problems = {number: intake.registry.problems(number) for number in refused}
    changes = changes_of(context, found.submissions)
    is_whole = context.viewer.may(Right.SMALL_COUNTS)
    told = versions.versions(
        found.submissions, counting, changes, problems, _original(context), words, is_whole=is_whole
    )
    numbers = {one.submission.submission_id for one in found.submissions}
    events = [
        event for event in intake.ledger.audit(period_code=context.state.period) if event.submission_id in numbers
    ]
    if events:
        told += cards.folded(words("audit.title"), versions.trail(events, words))
    return Markup(decide) + told


def _original(context: Context) -> Callable[[int], str] | None:
    """What makes the address of an original file; None for a viewer who may not see small counts, as it holds them."""
    if not context.viewer.may(Right.SMALL_COUNTS):
        return None
    return lambda number: f"/intake/original?submission={number}&lang={context.state.lang}"


def _ways(context: Context, unit: str, name: str) -> str:
    words, state = context.words, context.state
    ways = [page_header.link_to(state.href("quality", unit=unit), words("calendar.way_quality"))]
    if unit != CITY:
        page = "district" if context.district(unit) else "ward"
        ways.append(page_header.link_to(state.href(page, unit=unit), words("calendar.way_unit", reporter=name)))
    ways.append(page_header.link_to(state.href("submit", unit=unit), words("calendar.way_submit")))
    ways.append(page_header.link_to(state.href("actions", new="1", unit=unit), words("card.actions")))
    return " ".join(ways)
