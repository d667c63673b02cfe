"""Changed figures: figures that differ from those of a review, report by report."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup, escape

from app.analysis.changed_figures import ReportChanges, cause, summary
from app.core import formatting
from app.core.i18n import words
from app.core.page_context import Context, Page
from app.core.sheet import Field, Sheet, sheet_of
from app.core.url_state import State
from app.pages.changes.data import Changes, gather
from app.records.review import ChangedFigure, ShownFigure
from app.ui import layout, page_header
from app.ui.choices import Link
from app.ui.figure_text import value_text
from app.ui.page_header import way_to
from app.ui.status import figure_chip
from app.ui.tables import Column, revisions_table, table_of


def page(context: Context) -> Page:
    """Render one part per report, for the review in the address; one reporter's only where the address names a unit."""
    title = words("nav.changes")
    changes = gather(context)
    if changes is None:
        links = [Link(context.state.href(name), words(f"nav.{name}")) for name in ("review", "reports")]
        return Page(title, layout.message(words("since_review.never"), words("since_review.never_text"), links))
    body = _lead(context, changes)
    for number, group in enumerate(changes.groups):
        body += _part(context.state, changes, group, number)
    return Page(title, body, {"figures": partial(_sheet, changes)} if changes.groups else {})


def _lead(context: Context, changes: Changes) -> Markup:
    """Render how many figures changed through which reports, since which review, and further links."""
    review = changes.review
    date = formatting.date(review.held_at)
    text = summary(changes.changed, review)
    what = words("since_review.what", date=date, period=words.period(review.period_code))
    held = str(review.review_id)
    links = [way_to(context.state.href("review", held=held), words("since_review.way_review"))]
    if context.state.unit:
        links.append(way_to(context.state.href("changes", review=held, unit=None), words("since_review.way_all")))
    tools = layout.tools(context, words("since_review.caption"), "figures" if changes.groups else "")
    lines = [escape(what), Markup(" · ").join(filter(None, links))]
    return page_header.lead(f"{words('brief.review', date=date)}: {text}", [line for line in lines if line], tools)


def _part(state: State, changes: Changes, group: ReportChanges, number: int) -> Markup:
    """Render the figures that changed through one report, beside them the cells that it corrected."""
    report = group.report
    because = words("since_review.part", cause=cause(report, changes.review.period_code))
    body = _table(state, changes, group, because)
    if report:
        href = state.href("reports", unit=report.reporter_code, period=report.period_code)
        further = Markup("<p class='ways'>{}</p>").format(way_to(href, words("since_review.way_report")))
        corrected = revisions_table(changes.cells(report), state.href)
        body = layout.split(body, further + corrected)
    return layout.section(
        because, body, words("since_review.part_count", count=len(group.figures)), f"through-{number}"
    )


def _table(state: State, changes: Changes, group: ReportChanges, caption: str) -> Markup:

    def name(one: ChangedFigure) -> Markup:
        row = one.now
        href = state.href(
            "origin",
            target=row.target_code,
            unit=row.unit_code,
            period=row.period_code,
            window=row.period_window,
        )
        target = page_header.link_to(href, words.of(changes.targets[row.target_code], "short_name"))
        return Markup("{}<small>{}</small>").format(target, _unit_name(one, changes))

    def shown(one: ShownFigure) -> Markup:
        return Markup("{} {}").format(value_text(one), figure_chip(one))

    columns: list[Column[ChangedFigure]] = [
        Column("since_review.target", name),
        Column("since_review.then", lambda figure: shown(figure.then)),
        Column("since_review.now", lambda figure: shown(figure.now)),
    ]
    return table_of("changed", columns, group.figures, caption)


def _unit_name(figure: ChangedFigure, changes: Changes) -> str:
    return words.of(changes.units[figure.now.unit_code], "name")


def _sheet(changes: Changes) -> Sheet:
    """Return one row per figure and report."""
    period = changes.review.period_code
    rows = [(figure, group) for group in changes.groups for figure in group.figures]
    fields: tuple[Field[tuple[ChangedFigure, ReportChanges]], ...] = (
        Field("sheet.unit_code", lambda row: row[0].now.unit_code),
        Field("sheet.unit", lambda row: _unit_name(row[0], changes)),
        Field("sheet.target_code", lambda row: row[0].now.target_code),
        Field("sheet.target", lambda row: words.of(changes.targets[row[0].now.target_code], "name")),
        Field("sheet.period", lambda row: row[0].now.period_code),
        Field("since_review.then", lambda row: row[0].then.value_pct, "percent"),
        Field("since_review.then_status", lambda row: words.status(row[0].then.shown_status)),
        Field("since_review.now", lambda row: row[0].now.value_pct, "percent"),
        Field("since_review.now_status", lambda row: words.status(row[0].now.shown_status)),
        Field("since_review.through", lambda row: cause(row[1].report, period)),
    )
    return sheet_of(words("since_review.caption"), fields, rows)
