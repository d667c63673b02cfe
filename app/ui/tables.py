"""HTML of tables for reading: right-aligned figures, the same words as everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from app.analysis.gap import gap
from app.core import formatting
from app.core.i18n import Words
from app.core.status import tone_of
from app.core.url_state import Href
from app.records import Progress, Report, Revision, Submission, Target, Unit
from app.ui.figure_text import change_text, value_text
from app.ui.page_header import link_to
from app.ui.status import chip_saying, figure_chip, report_words
from app.ui.templates import render


def table(name: str, heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]], caption: str) -> Markup:
    """A table; `heads` are (text, class) per column, `n` for figures. The first cell of a row heads it."""
    kinds = [kind for _, kind in heads[1:]]
    lines = [(row[0], list(zip(kinds, row[1:], strict=True))) for row in rows]
    return render("ui/table.html", name=name, heads=heads, lines=lines, caption=caption)


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
            figure_chip(row, words),
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
    items = Markup("").join(Markup("<li>{}</li>").format(_submission_text(row, words)) for row in rows)
    return Markup("<ol class='submissions'>{}</ol>").format(items) if items else items


def revisions_table(rows: Sequence[Revision], words: Words, is_folded: bool = False) -> Markup:
    """Cell by cell what corrections changed, grouped by quarter and version, so that version 1 can still be read."""
    folded = Markup("<details><summary>{}</summary>{}</details>")
    part = folded if is_folded else Markup("<details open><summary>{}</summary>{}</details>")
    heads = [
        (words("revisions.unit"), ""),
        (words("revisions.measure"), ""),
        (words("revisions.old"), "n"),
        (words("revisions.new"), "n"),
    ]
    parts = Markup("")
    for (period, version), cells in groupby(rows, key=lambda row: (row.period_code, row.version)):
        members = list(cells)
        title = words(
            "revisions.title", period=words.period(period), version=version, old=version - 1, count=len(members)
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
        parts += part.format(title, table("revisions", heads, lines, title))
    return parts


def _unit_link(row: Progress, target: Target, unit: Unit, link: Href, words: Words) -> Markup:
    if row.unit_level != "district":
        return escape(words.of(unit, "name"))
    href = link("district", unit=unit.unit_code, target=target.target_code)
    return link_to(href, words.of(unit, "name"))


def _report_line(row: Report, words: Words) -> tuple[object, ...]:
    state = report_words(row.state, row.days_late, words)
    if row.missing_form_count:
        state += words("reports.forms_missing", count=row.missing_form_count)
    version = words("reports.corrected", version=row.version) if row.is_corrected else row.version or formatting.MISSING
    return (
        words.period(row.period_code),
        formatting.date(row.due_date),
        formatting.date(row.received_at),
        chip_saying(row.state, state),
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


def bars(parts: Sequence[tuple[str, float]], whole: float) -> Markup:
    """Parts of a whole as coloured lengths; the figures stand beside them."""
    length = Markup("<b class='%s' style='width:%.1f%%'></b>")
    lengths = Markup("").join(length % (tone_of(status), 100 * part / whole) for status, part in parts if part)
    return Markup("<span class='lengths' aria-hidden='true'>%s</span>") % lengths
