"""HTML of tables for reading: right-aligned figures, the same texts as elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from markupsafe import Markup, escape

from app.analysis.gap import gap
from app.analysis.report_phrase import report_phrase
from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.levels import unit_page
from app.core.status import tone_of
from app.core.url_state import Href
from app.records import Progress, Revision, Submission, Target, Unit
from app.records.reporters import ReporterPeriod
from app.ui.change_text import change_heading, change_points
from app.ui.figure_text import points_text
from app.ui.page_header import link_to, way_to
from app.ui.status import chip_saying, figure_chip
from app.ui.templates import render

Row = TypeVar("Row")
# Tables that begin far below the first screen: above that of its units, a target's page has its pictures.
FAR = {"figures"}
# Tables too wide for a phone.
STACKED = {
    "changed",
    "changes",
    "checks",
    "columns",
    "comings",
    "contributions",
    "course",
    "failures",
    "figures",
    "funnel",
    "inputs",
    "kinds",
    "outliers",
    "problems",
    "quarters",
    "reports",
    "roles",
    "sizes",
    "sources",
    "sums",
    "trail",
}


def table(
    name: str,
    heads: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[object]],
    caption: str,
    orders: Sequence[str] = (),
) -> Markup:
    """Render a table; `heads` are (text, class) per column, `n` for figures. The first cell of a row is its heading.

    `orders` state for each column whether the rows are sorted by it (`ascending`); empty where the table cannot be
    sorted. On a phone the cells of a wide table are stacked, each with its heading. A browser lays out a table that
    begins far below the first screen after what is above it.
    """
    lines = [(row[0], list(zip(heads[1:], row[1:], strict=True))) for row in rows]
    sorted_heads = list(zip(heads, orders or [""] * len(heads), strict=True))
    return render(
        "ui/table.html",
        name=name,
        heads=sorted_heads,
        lines=lines,
        caption=caption,
        stacks=name in STACKED,
        is_far=name in FAR,
    )


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """Column of a table of records.

    The heading is a text key (or a finished text, as `heading`); the class is `n` for figures; `ascending` where the
    records are sorted by this column.
    """

    key: str
    cell: Callable[[Row], object]
    kind: str = ""
    heading: str = ""
    order: str = ""


def table_of(name: str, columns: Sequence[Column[Row]], records: Iterable[Row], caption: str) -> Markup:
    """Render a table with one row per record; the first column contains the row headings."""
    heads = [(words(column.key) if column.key else column.heading, column.kind) for column in columns]
    rows = ([column.cell(record) for column in columns] for record in records)
    return table(name, heads, rows, caption, [column.order for column in columns])


def figures_table(rows: Sequence[Progress], target: Target, units: Mapping[str, Unit], link: Href) -> Markup:
    """Render each unit's numerator and denominator, distance from its goal, and rate of reporting."""
    goal = next((away.goal for row in rows if (away := gap(row, target))), "threshold")
    change = next(map(change_heading, rows), "figures.change_quarter")

    def points_away(row: Progress) -> str:
        away = gap(row, target)
        return words.percent(away.points if away else None)

    columns: list[Column[Progress]] = [
        Column("figures.unit", lambda row: _unit_link(row, target, units[row.unit_code], link)),
        Column("figures.numerator", lambda row: words.number(row.numerator), "n"),
        Column("figures.denominator", lambda row: words.number(row.denominator), "n"),
        Column("figures.value", points_text, "n"),
        Column(f"figures.gap_{goal}", points_away, "n"),
        Column(change, change_points, "n"),
        Column("figures.rank", lambda row: words.number(row.rank), "n"),
        Column("figures.reported", lambda row: words.percent(row.reporting_rate_pct), "n"),
        Column("figures.status", figure_chip),
    ]
    return table_of("figures", columns, rows, words("figures.caption"))


def reports_table(rows: Sequence[ReporterPeriod], today: dt.date) -> Markup:
    """Render a reporter's quarters: state on a day, due date, arrival, number of corrections."""
    columns: list[Column[ReporterPeriod]] = [
        Column("reports.period", lambda row: words.period(row.period_code)),
        Column("reports.state", lambda row: _report_state(row, today)),
        Column("reports.due", lambda row: formatting.date(row.due_date), "n"),
        Column("reports.received", lambda row: formatting.date(row.received_at), "n"),
        Column("reports.version", _report_version, "n"),
    ]
    return table_of("reports", columns, rows, words("reports.caption"))


def submissions_line(rows: Sequence[Submission]) -> Markup:
    """Render the workbooks of one quarter in the order received, each with its state."""
    items = Markup("").join(Markup("<li>{}</li>").format(_submission_text(row)) for row in rows)
    return Markup("<ol class='submissions'>{}</ol>").format(items) if items else items


def revisions_table(rows: Sequence[Revision], link: Href, is_folded: bool = False) -> Markup:
    """Render the cells that corrections changed, by correction, with links to the reports.

    Version 1 stays readable.
    """
    part = Markup("<details{}><summary>{}</summary>{}{}</details>")
    opened = Markup("") if is_folded else Markup(" open")
    columns: list[Column[Revision]] = [
        Column("revisions.unit", lambda row: words.of(row, "unit_name") or row.unit_code),
        Column("revisions.measure", lambda row: f"{row.form_code} · {words.of(row, 'measure')}"),
        Column("revisions.old", lambda row: words.answer(row.old_answer) or words.number(row.old_value), "n"),
        Column("revisions.new", lambda row: words.answer(row.new_answer) or words.number(row.new_value), "n"),
    ]
    parts = Markup("")
    by_report = group_by(rows, lambda row: (row.period_code, row.reporter_code, row.version))
    for (period, reporter, version), cells in by_report.items():
        title = words(
            "revisions.title",
            reporter=words.of(cells[0], "reporter_name"),
            period=words.period(period),
            version=version,
            old=version - 1,
            date=formatting.date(cells[0].received_at),
            count=len(cells),
        )
        way = way_to(link("reports", unit=reporter, period=period), words("revisions.way"))
        parts += part.format(opened, title, table_of("revisions", columns, cells, title), way)
    return parts


def _unit_link(row: Progress, target: Target, unit: Unit, link: Href) -> Markup:
    if not unit_page(row.unit_level):
        return escape(words.of(unit, "name"))
    href = link(unit_page(row.unit_level), unit=unit.unit_code, target=target.target_code)
    return link_to(href, words.of(unit, "name"))


def _report_state(row: ReporterPeriod, today: dt.date) -> Markup:
    state = report_phrase(row, today)
    if row.lacking_form_count:
        state += words("reports.forms_missing", count=row.lacking_form_count)
    return chip_saying(row.state, state)


def _report_version(row: ReporterPeriod) -> str | int:
    return words("reports.corrected", version=row.version) if row.is_corrected else row.version or formatting.MISSING


def _submission_text(row: Submission) -> str:
    key = "counting" if row.is_counting else row.verdict
    if key == "rejected" and not row.problem_count:
        key = "rejected_unknown" if row.problem_count is None else "returned"
    return words(
        f"submissions.{key}",
        version=row.version or formatting.MISSING,
        received=formatting.moment(row.received_at),
        by=row.submitted_by or formatting.MISSING,
        problems=row.problem_count or 0,
    )


def bars(parts: Mapping[str, float], whole: float) -> Markup:
    """Render parts of a whole by status as coloured lengths; the figures are beside them."""
    length = Markup("<b class='%s' style='width:%.1f%%'></b>")
    lengths = Markup("").join(length % (tone_of(status), 100 * part / whole) for status, part in parts.items() if part)
    return Markup("<span class='lengths' aria-hidden='true'>%s</span>") % lengths
