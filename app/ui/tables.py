"""Tables for reading: plain HTML, right-aligned figures, the same words as everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from app.analysis.gap import gap
from app.core import formatting
from app.core.i18n import Words
from app.core.url_state import Href
from app.records import Progress, Report, Revision, Submission, Target, Unit
from app.ui.figure_text import change_text, value_text
from app.ui.status import chip

REPORT_CHIP = {
    "on_time": "met",
    "late": "behind",
    "missing": "not_reported",
    "rejected": "rejected",
    "not_due": "not_due",
}


def table(name: str, heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]], caption: str) -> Markup:
    """A table; `heads` are (text, class) per column, `n` for figures. The first cell of a row heads it."""
    head = "".join(f"<th scope='col' class='{kind}'>{escape(text)}</th>" for text, kind in heads)
    body = ""
    for row in rows:
        first, *rest = row
        cells = "".join(
            f"<td class='{kind}'>{escape(value)}</td>" for value, (_, kind) in zip(rest, heads[1:], strict=True)
        )
        body += f"<tr><th scope='row'>{escape(first)}</th>{cells}</tr>"
    label = escape(caption)
    return Markup(
        f"<div class='scroll' tabindex='0' role='region' aria-label='{label}'><table class='list {name}'>"
        f"<caption class='sr'>{label}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def figures_table(
    rows: Sequence[Progress], target: Target, units: Mapping[str, Unit], link: Href, words: Words
) -> Markup:
    """Numerator and denominator of each unit, how far it is from what it was judged on, how much was reported."""
    gaps = [gap(row, target) for row in rows]
    goal = next((one.goal for one in gaps if one), "threshold")
    heads = [
        (words("figures.unit"), ""),
        (words("figures.numerator"), "n"),
        (words("figures.denominator"), "n"),
        (words("figures.value"), "n"),
        (words(f"figures.gap_{goal}"), "n"),
        (words("figures.change"), "n"),
        (words("figures.rank"), "n"),
        (words("figures.reported"), "n"),
        (words("figures.status"), ""),
    ]
    lines = [
        (
            _unit_link(row, target, units[row.unit_code], link, words),
            words.number(row.numerator),
            words.number(row.denominator),
            value_text(row, words),
            words.percent(away.points if away else None),
            change_text(row, words),
            words.number(row.rank),
            words.percent(row.reporting_rate_pct),
            chip(row.status, words, row.is_provisional and row.value_pct is not None),
        )
        for row, away in zip(rows, gaps, strict=True)
    ]
    return table("figures", heads, lines, words("figures.caption"))


def reports_table(rows: Sequence[Report], words: Words) -> Markup:
    """A reporter's quarters: when due, when received, in time or not, how often corrected."""
    heads = [
        (words("reports.period"), ""),
        (words("reports.due"), "n"),
        (words("reports.received"), "n"),
        (words("reports.state"), ""),
        (words("reports.version"), "n"),
    ]
    return table("reports", heads, [_report_line(row, words) for row in rows], words("reports.caption"))


def submissions_line(rows: Sequence[Submission], words: Words) -> Markup:
    """The workbooks of one quarter in the order received, each with its fate."""
    items = "".join(f"<li>{escape(_submission_text(row, words))}</li>" for row in rows)
    return Markup(f"<ol class='submissions'>{items}</ol>") if items else Markup("")


def revisions_table(rows: Sequence[Revision], words: Words, is_folded: bool = False) -> Markup:
    """Cell by cell what corrections changed, grouped by quarter and version, so that version 1 can still be read."""
    state = "" if is_folded else " open"
    heads = [
        (words("revisions.unit"), ""),
        (words("revisions.measure"), ""),
        (words("revisions.old"), "n"),
        (words("revisions.new"), "n"),
    ]
    parts = ""
    for (period, version), cells in groupby(rows, key=lambda row: (row.period_code, row.version)):
        members = list(cells)
        title = escape(
            words("revisions.title", period=words.period(period), version=version, old=version - 1, count=len(members))
        )
        lines = [
            (
                words.of(row, "unit_name") or row.unit_code,
                f"{row.form_code} · {words.of(row, 'measure')}",
                words.answer(row.old_answer) or words.number(row.old_value),
                words.answer(row.new_answer) or words.number(row.new_value),
            )
            for row in members
        ]
        parts += f"<details{state}><summary>{title}</summary>{table('revisions', heads, lines, title)}</details>"
    return Markup(parts)


def _unit_link(row: Progress, target: Target, unit: Unit, link: Href, words: Words) -> Markup:
    if row.unit_level != "district":
        return escape(words.of(unit, "name"))
    href = link("district", unit=unit.unit_code, target=target.target_code)
    return Markup(f"<a href='{escape(href)}'>{escape(words.of(unit, 'name'))}</a>")


def _report_line(row: Report, words: Words) -> tuple[object, ...]:
    state = words(f"reports.{row.state}", days=row.days_late or 0)
    if row.missing_form_count:
        state += words("reports.forms_missing", count=row.missing_form_count)
    version = words("reports.corrected", version=row.version) if row.is_corrected else row.version or formatting.MISSING
    return (
        words.period(row.period_code),
        formatting.date(row.due_date),
        formatting.date(row.received_at),
        _chip(REPORT_CHIP[row.state], state),
        version,
    )


def _submission_text(row: Submission, words: Words) -> str:
    key = "counting" if row.is_counting else row.verdict
    return words(
        f"submissions.{key}",
        version=row.version or formatting.MISSING,
        received=formatting.moment(row.received_at),
        by=row.submitted_by or formatting.MISSING,
        problems=row.problem_count or 0,
    )


def _chip(status: str, text: str) -> Markup:
    return Markup(f"<span class='chip {status}'><i>{formatting.GLYPHS[status]}</i> {escape(text)}</span>")


def bars(parts: Sequence[tuple[str, float]], whole: float) -> Markup:
    """Parts of a whole as coloured lengths; the figures stand beside them."""
    lengths = "".join(
        f"<b class='{status}' style='width:{100 * part / whole:.1f}%'></b>" for status, part in parts if part
    )
    return Markup(f"<span class='lengths' aria-hidden='true'>{lengths}</span>")
