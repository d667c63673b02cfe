"""HTML of the card of one reporter's quarter: every version, its changes, decisions, history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.analysis import report_state
from app.analysis.report_phrase import report_phrase
from app.core import access, formatting
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.figures.calendar.spec import ReportCalendar, punctuality_share
from app.pages.reports.data import History, gather_history
from app.pages.reports.waiting import preview_way
from app.pages.shared.deciding import decision_forms
from app.pages.shared.page_parts import Happening, timeline
from app.pages.shared.submissions import change_tables, original_address, problem_tables, report_form_link
from app.ui import cards, page_header
from app.ui.status import chip_saying
from app.ui.templates import render
from warehouse.intake import ACCEPTED, RETURNED, AuditEvent, Problem, Received


@dataclass(frozen=True, slots=True)
class Version:
    """One submission in words; `original_href` is empty where there is no file or it may not be taken."""

    title: str
    state: Markup
    lines: Sequence[str]
    original_href: str
    details: Markup


def card(context: Context, name: str, known: ReportCalendar) -> Markup:
    """Render the quarter of the reporter in the address, whose `name` is given."""
    state = context.state
    unit = state.unit or context.city.unit_code
    title = escape(words("calendar.card", reporter=name, period=words.period(state.period)))
    close = page_header.link_to(state.href(unit=None), words("quality.close"))
    row = known.rows.get((unit, state.period))
    if row is None:
        return cards.card(title, page_header.remark(words("calendar.not_expected")), close)
    forms = words(
        "calendar.forms_of", received=row.expected_form_count - row.missing_form_count, expected=row.expected_form_count
    )
    body = cards.pairs(
        [
            (words("reports.due"), formatting.date(row.due_date)),
            (words("reports.received"), formatting.moment(row.received_at)),
            (words("calendar.forms"), forms),
            (words("calendar.punctual"), punctuality_share(known.punctual.get(unit))),
        ]
    )
    submitted = known.registered.get((unit, state.period))
    body += _history(context, submitted) if submitted else page_header.remark(words("calendar.nothing_sent"))
    body += Markup("<p class='ways'>{}</p>").format(Markup(" ").join(_ways(context, unit, name)))
    standing = report_state.report_now(row, known.registered)
    now = chip_saying(standing.state, report_phrase(standing, known.today))
    return cards.card(Markup("{} {}").format(title, now), body, close)


def _ways(context: Context, unit: str, name: str) -> list[Markup]:
    state = context.state
    links = [page_header.way_to(state.href("quality", unit=unit), words("calendar.way_quality"))]
    if unit != context.city.unit_code:
        page = "district" if context.district(unit) else "ward"
        links.append(page_header.link_to(state.href(page, unit=unit), words("calendar.way_unit", reporter=name)))
    if access.may_fill(context.viewer, unit):
        links.append(page_header.way_to(state.href("submit", unit=unit), words("calendar.way_submit")))
    if to_form := report_form_link(context, unit):
        links.append(to_form)
    links.append(page_header.way_to(state.href("actions", new="1", unit=unit), words("card.actions")))
    return [link for link in links if link]


def _history(context: Context, submitted: report_state.QuarterSubmissions) -> Markup:
    history = gather_history(context, submitted)
    waiting = submitted.waiting if context.may_send("accept-report") else ()
    forms = [decision_forms(context.state, report, f"c{report.submission.submission_id}-") for report in waiting]
    previews = [preview_way(context, report) for report in submitted.waiting]
    body = Markup("").join((*previews, *forms)) + versions(history)
    if not history.is_whole:
        body += page_header.remark(words("received.findings_left_out"))
    if history.events:
        body += cards.folded(words("audit.title"), trail(history.events))
    return body


def versions(history: History) -> Markup:
    """Render the submissions newest first: state, reasons for refusal, changes."""
    submissions = [_version(report, history) for report in history.submissions]
    return render("pages/reports/versions.html", versions=submissions)


def _version(report: Received, history: History) -> Version:
    row = report.submission
    number = row.submission_id
    state = report.state
    if state == ACCEPTED:
        state = "counting" if number == history.counting else "replaced"
    has_file = history.is_whole and row.version
    details = _problems("received.questions", report.questions)
    details += _problems("received.problems", history.problems.get(number, ()))
    if number in history.changes:
        details += _changes(history, number, row.version or 1)
    return Version(
        title=words("received.version", version=row.version) if row.version else words("received.refused"),
        state=chip_saying(report_state.submission_state(report), words(f"received.{state}")),
        lines=_version_lines(report),
        original_href=original_address(number, words.lang) if has_file else "",
        details=details,
    )


def _version_lines(report: Received) -> list[str]:
    row = report.submission
    sent_at = formatting.moment(row.received_at)
    lines = [words("received.sent", at=sent_at, by=row.submitted_by, name=row.file_name)]
    if report.note:
        lines.append(words("received.note", note=report.note))
    # A report that counts at once is decided by landing: no one decided on it.
    is_decided = report.state in (ACCEPTED, RETURNED) and report.decided_at != row.landed_at
    if report.decided_by and is_decided:
        decided_at = formatting.moment(report.decided_at)
        lines.append(words(f"received.decided_{report.state}", at=decided_at, by=report.decided_by))
    if report.reason:
        lines.append(words("received.reason", reason=report.reason))
    return lines


def _problems(title_key: str, problems: Sequence[Problem]) -> Markup:
    if not problems:
        return NOTHING
    title = words(title_key, count=len(problems))
    return cards.folded(title, problem_tables(problems, title))


def _changes(history: History, number: int, version: int) -> Markup:
    changes = history.changes[number]
    if changes is None:
        return page_header.remark(words("received.changes_unknown"))
    if version == 1 and not changes:
        return NOTHING
    left_out = NOTHING if history.is_whole else page_header.remark(words("changes_in.people_left_out"))
    if not changes:
        return left_out or page_header.remark(words("received.changes_none"))
    title = words("calendar.changed_cells", count=len(changes))
    opened = Markup("<details open><summary>{}</summary>{}</details>")
    return opened.format(title, change_tables(changes, title)) + left_out


def trail(events: Sequence[AuditEvent]) -> Markup:
    """Render the history, newest first; nothing can be changed or removed there."""
    return timeline([_happening(event) for event in events])


def _happening(event: AuditEvent) -> Happening:
    what = words(f"audit.{event.kind}")
    version = event.after.get("version")
    if version:
        what += f" · {words('received.version', version=version)}"
    if event.submission_id:
        what += f" · {words('audit.number', number=event.submission_id)}"
    return Happening(what, event.event_by, event.event_at, said=event.reason or "")
