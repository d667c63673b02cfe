"""What the dry run says of a workbook, and the receipt of one that was submitted."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import NOTHING
from app.core.url_state import Href
from app.pages.shared.cell_changes import change_tables
from app.pages.shared.problem_tables import problem_tables
from app.ui.cards import folded, pairs
from app.ui.page_header import remark
from warehouse.intake.records import Assessment, Problem, Submission

LISTED_UNITS = 8


def standing(found: Assessment) -> str:
    """`ready`, `note` (lands with a note), `refused`, or `known` (this very content came before)."""
    if not found.can_land:
        return "known" if found.known else "refused"
    return "note" if found.needs_note else "ready"


def said(found: Assessment, words: Words) -> str:
    """The outcome in a sentence, for the card's status line."""
    state = standing(found)
    return words(f"check.said_{state}", problems=len(found.problems), questions=len(found.questions))


def assessment(found: Assessment, link: Href, words: Words, key: str, *, is_whole: bool) -> Markup:
    """Everything a sender has to know, the most pressing first; `key` makes ids unique on the page.

    Unless it is the whole, changes in counts of people are left out: that is said whether there are any or not, since
    a file made of guesses would learn from it what the version before holds.
    """
    body = _head(found, link, words) + _part(found.problems, "problems", words)
    if found.can_land and found.needs_note:
        body += _questions(found, words, key)
    body += _changes(found, words, is_whole=is_whole)
    if found.remarks:
        title = words("check.remarks", count=len(found.remarks))
        body += folded(title, problem_tables(found.remarks, words, title))
    return body


def _changes(found: Assessment, words: Words, *, is_whole: bool) -> Markup:
    if found.current is None or found.problems:
        return NOTHING
    version, body = found.current.version, NOTHING
    if found.changes:
        title = words("check.changes", count=len(found.changes), version=version)
        body = Markup(f"<h4 class='part'>{escape(title)}</h4>") + change_tables(found.changes, words, title)
    elif is_whole and not found.known:
        body = remark(words("check.no_changes", version=version))
    return body if is_whole else body + remark(words("changes_in.people_left_out"))


def _part(problems: Sequence[Problem], kind: str, words: Words) -> Markup:
    if not problems:
        return NOTHING
    title = words(f"check.{kind}", count=len(problems))
    return Markup(f"<h4 class='part'>{escape(title)}</h4>") + problem_tables(problems, words, title)


def _questions(found: Assessment, words: Words, key: str) -> Markup:
    why = _part(found.questions, "questions", words)
    if found.lock:
        told = words("check.locked", by=found.lock.locked_by, at=formatting.date(found.lock.locked_at))
        why += Markup(f"<p>{escape(told)}</p>")
    identity = f"note-{escape(key)}"
    return why + Markup(
        f"<div class='field'><label for='{identity}'>{escape(words('check.note'))}</label>"
        f"<textarea id='{identity}' name='note' maxlength='2000' aria-describedby='{identity}-more'></textarea>"
        f"<div id='{identity}-more'><span class='hintline'>{escape(words('check.note_hint'))}</span>"
        f"<span class='error' data-for='note'></span></div></div>"
    )


def _head(found: Assessment, link: Href, words: Words) -> Markup:
    reporter, period = found.reporter, found.period
    if reporter is None or period is None:
        return NOTHING
    who = f"{words.of(reporter, 'name')} · {words.period(period.period_code)}"
    who += f" · {words('stamp.sample')}" if found.is_sample else ""
    lines = [(words("check.reporter"), escape(who))]
    lines.append((words("check.kind"), escape(_kind(found, words))))
    if not found.problems:
        counts = {"cells": words.number(found.filled_count), "units": words.number(found.unit_count)}
        lines.append((words("check.filled"), escape(words("check.filled_line", **counts))))
    if found.units_missing:
        lines.append((words("check.missing"), escape(_missing(found.units_missing, words))))
    if found.due_date:
        line = words(f"check.{'late' if found.is_late else 'in_time'}", due=formatting.date(found.due_date))
        lines.append((words("check.due"), escape(line)))
    if found.known:
        history = link("reports", unit=reporter.unit_code, period=period.period_code)
        line = escape(_known(found.known, found.known_state or "", words))
        if found.known_reason:
            line += escape(f" “{found.known_reason}”")
        way = f" <a href='{escape(history)}'>{escape(words('check.history'))}</a>"
        lines.append((words("check.known"), Markup(f"{line}{way}")))
    return pairs(lines)


def _kind(found: Assessment, words: Words) -> str:
    now = found.current
    if now is None:
        return words("check.new")
    return words("check.correction", version=now.version or 0, received=formatting.moment(now.received_at))


def _missing(names: Sequence[str], words: Words) -> str:
    shown = ", ".join(names[:LISTED_UNITS])
    more = len(names) - LISTED_UNITS
    return shown + (words("check.more_units", count=more) if more > 0 else "")


def _known(row: Submission, state: str, words: Words) -> str:
    told = words(f"received.{state}") if state else ""
    return words("check.known_line", received=formatting.moment(row.received_at), by=row.submitted_by, state=told)


def receipt(row: Submission, name: str, state: str, history: str, words: Words) -> Markup:
    """What a sender keeps: number, unit and quarter, version, moment, what happens next, the way to the history."""
    lines = [
        (words("receipt.number"), escape(row.submission_id)),
        (words("check.reporter"), escape(f"{name} · {words.period(row.period_code or '')}")),
        (words("receipt.version"), escape(row.version or formatting.MISSING)),
        (words("receipt.at"), escape(formatting.moment(row.received_at))),
        (words("submit.by"), escape(row.submitted_by or formatting.MISSING)),
        (words("reports.state"), escape(words(f"receipt.{state}"))),
    ]
    way = f"<p class='ways'><a href='{escape(history)}'>{escape(words('receipt.history'))}</a></p>"
    return pairs(lines) + Markup(way)
