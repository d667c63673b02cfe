"""HTML of the dry run of a workbook, and of the receipt of one that was submitted."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import words
from app.core.page_context import NOTHING
from app.core.url_state import Href
from app.pages.shared.submissions import change_tables, part_heading, problem_tables, receipt_lines
from app.ui.cards import folded, pairs
from app.ui.page_header import link_to, remark
from app.ui.templates import render
from warehouse.intake import Assessment, Problem, Submission

LISTED_UNITS = 8


def standing(assessment: Assessment) -> str:
    """Return `ready`, `note` (lands with a note), `refused`, or `known` (the same content came before)."""
    if not assessment.can_land:
        return "known" if assessment.known else "refused"
    return "note" if assessment.needs_note else "ready"


def outcome(assessment: Assessment) -> str:
    """Return the outcome in a sentence, for the card's status line."""
    counts = {"problems": len(assessment.problems), "questions": len(assessment.questions)}
    return words(f"check.said_{standing(assessment)}", **counts)


def assessment_card(assessment: Assessment, link: Href, key: str) -> Markup:
    """Render the findings for the sender, the most pressing first; `key` makes ids unique on the page."""
    body = _summary(assessment, link) + _problems(assessment.problems, "problems")
    if assessment.can_land and assessment.needs_note:
        body += _questions(assessment, key)
    body += _changes(assessment)
    if assessment.remarks:
        title = words("check.remarks", count=len(assessment.remarks))
        body += folded(title, problem_tables(assessment.remarks, title, level=4))
    return body


def _summary(assessment: Assessment, link: Href) -> Markup:
    """Render whose report of which quarter it is, new or a correction, how full, how late, whether it came before."""
    reporter = assessment.reporter
    period = assessment.period
    if reporter is None or period is None:
        return NOTHING
    who = f"{words.of(reporter, 'name')} · {words.period(period.period_code)}"
    if assessment.is_sample:
        who += f" · {words('stamp.sample')}"
    lines: list[tuple[str, str | Markup]] = [("check.reporter", who)]
    # Content that came before is no correction, and is not sent again.
    if assessment.known is None:
        lines.append(("check.kind", _kind(assessment.current)))
    if not assessment.problems:
        cells = words.number(assessment.filled_count)
        units = words.number(assessment.unit_count)
        lines.append(("check.filled", words("check.filled_line", cells=cells, units=units)))
    if assessment.units_missing:
        lines.append(("check.missing", _missing(assessment.units_missing)))
    if assessment.due_date and assessment.known is None:
        key = "check.late" if assessment.is_late else "check.in_time"
        lines.append(("check.due", words(key, due=formatting.date(assessment.due_date))))
    if assessment.known:
        history = link("reports", unit=reporter.unit_code, period=period.period_code)
        lines.append(("check.known", _came_before(assessment, assessment.known, history)))
    return pairs([(words(key), text) for key, text in lines])


def _kind(current: Submission | None) -> str:
    if current is None:
        return words("check.new")
    return words("check.correction", version=current.version or 0, received=formatting.moment(current.received_at))


def _missing(names: Sequence[str]) -> str:
    shown = ", ".join(names[:LISTED_UNITS])
    more = len(names) - LISTED_UNITS
    return shown + (words("check.more_units", count=more) if more > 0 else "")


def _came_before(assessment: Assessment, known: Submission, history: str) -> Markup:
    state = words(f"received.{assessment.known_state}") if assessment.known_state else ""
    received = formatting.moment(known.received_at)
    line = escape(words("check.known_line", received=received, by=known.submitted_by, state=state))
    if assessment.known_reason:
        line += Markup(" “{}”").format(assessment.known_reason)
    return Markup("{} {}").format(line, link_to(history, words("check.history")))


def _problems(problems: Sequence[Problem], kind: str) -> Markup:
    if not problems:
        return NOTHING
    title = words(f"check.{kind}", count=len(problems))
    return part_heading(title) + problem_tables(problems, title, level=4)


def _questions(assessment: Assessment, key: str) -> Markup:
    """Render the unusual values, and the field for the note that explains them."""
    lock = assessment.lock
    locked = ""
    if lock:
        locked = words("check.locked", by=lock.locked_by, at=formatting.date(lock.locked_at))
    note = render("pages/submit/note.html", locked=locked, identity=f"note-{key}")
    return _problems(assessment.questions, "questions") + note


def _changes(assessment: Assessment) -> Markup:
    current = assessment.current
    if current is None or assessment.problems:
        return NOTHING
    if assessment.changes:
        title = words("check.changes", count=len(assessment.changes), version=current.version)
        return part_heading(title) + change_tables(assessment.changes, title, level=4)
    return NOTHING if assessment.known else remark(words("check.no_changes", version=current.version))


def receipt(row: Submission, name: str, state: str, history: str, preview: str) -> Markup:
    """Render the receipt: number, unit and quarter, version, moment, next steps, the links to the history and, of a
    waiting report, to what it will change."""
    whose = f"{name} · {words.period(row.period_code or '')}"
    lines = receipt_lines(row, words(f"receipt.{state}"), whose)
    ways = link_to(history, words("receipt.history"))
    if preview:
        ways += Markup(" · ") + link_to(preview, words("preview.way_own"))
    return lines + Markup("<p class='ways'>{}</p>").format(ways)
