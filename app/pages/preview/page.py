"""Preview: what a waiting report would change, or all of them, if they were accepted. Nothing is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.analysis.preview import CellJump, FigureChange
from app.core import formatting
from app.core.access import Right
from app.core.i18n import words
from app.core.page_context import NOTHING, Context, Page
from app.pages.preview.data import EVERY, Place, Preview, gather
from app.pages.shared.deciding import decision_forms
from app.pages.shared.previewed import changed_figures, previewed_figure
from app.pages.shared.submissions import problem_tables
from app.queries import followup
from app.records import Progress, Unit
from app.records.ward import ReportedCell
from app.ui import layout, page_header
from app.ui.choices import Link
from app.ui.page_header import link_to, remark, way_to
from app.ui.tables import Column, table_of
from warehouse.intake import Received

SHOWN_CELLS, SHOWN_OTHERS = 8, 40


def page(context: Context) -> Page:
    """Render the preview of the report in the address, else of all waiting reports of the period."""
    title = words("nav.preview")
    seen = gather(context)
    back = [Link(context.state.href("reports"), words("nav.reports"))]
    if seen is None:
        return Page(title, layout.message(words("preview.gone"), words("preview.gone_text"), back))
    body = _lead(context, seen)
    if not seen.is_ready:
        key = "preview.failed" if seen.has_failed else "preview.computing"
        again = way_to(context.state.href(), words("preview.again"))
        body += remark(words(key)) + Markup("<p class='ways'>{}</p>").format(again)
        return Page(title, body)
    if seen.jumps:
        body += _cells(seen)
    body += _rules(seen.reports)
    for place in seen.places:
        body += _place(context, place)
    if not seen.places:
        body += layout.section(words("preview.figures"), remark(words("preview.no_figure")))
    return Page(title, body + _others(context, seen.others) + _decision(context, seen.reports))


def _decision(context: Context, reports: Sequence[Received]) -> Markup:
    """Render the forms to accept or return a single report; empty for a viewer who does not decide on it."""
    if len(reports) != 1 or not context.may_send("accept-report"):
        return NOTHING
    forms = decision_forms(context.state, reports[0], "", is_open=True)
    return layout.section(words("preview.decide"), forms, "", "decide")


def _lead(context: Context, seen: Preview) -> Markup:
    """Render whose reports these are, that nothing is published, and further links."""
    state = context.state
    names = followup.known_units(context.reader)
    shown = [_report_name(report, names) for report in seen.reports]
    title = words("preview.one", report=shown[0]) if len(shown) == 1 else words("preview.many", count=len(shown))
    lines = [Markup("{}").format(words("preview.note", published=words.version(context.publication.version)))]
    if not context.viewer.may(Right.SMALL_COUNTS):
        lines.append(Markup("{}").format(words("preview.people_left_out")))
    if len(shown) > 1:
        lines.append(Markup("{}").format(words.listed(shown)))
    if seen.newer is not None:
        text = words("preview.newer", report=_report_name(seen.newer, names))
        lines.append(link_to(state.href(report=str(seen.newer.submission.submission_id)), text))
    reporter = seen.reports[0].submission.reporter_code if len(shown) == 1 else None
    decides = context.may_send("accept-report")
    report_words = words("preview.way_report" if decides else "preview.way_report_own")
    ways = [way_to(state.href("reports", unit=reporter), report_words)]
    if len(shown) == 1 and decides:
        ways.append(way_to(state.href(report=EVERY), words("preview.way_all")))
    lines.append(Markup(" · ").join(filter(None, ways)))
    return page_header.lead(title, lines)


def _report_name(report: Received, names: Mapping[str, Unit]) -> str:
    row = report.submission
    unit = names.get(row.reporter_code or "")
    name = words.of(unit, "name") if unit else row.reporter_code or ""
    return words("preview.report", reporter=name, period=words.period(row.period_code or ""), version=row.version or 1)


def _cells(seen: Preview) -> Markup:
    """Render the cells of the report beside those of the period before, the largest jump first; the rest folded."""
    columns: list[Column[CellJump]] = [
        Column("preview.cell", lambda jump: _cell_name(seen, jump.cell)),
        Column("preview.before", lambda jump: _cell_text(jump.before), "n"),
        Column("preview.after", lambda jump: _cell_text(jump.cell), "n"),
        Column("preview.jump", _difference, "n"),
    ]
    caption = words("preview.cells")
    first, rest = seen.jumps[:SHOWN_CELLS], seen.jumps[SHOWN_CELLS:]
    html = table_of("previewed", columns, first, caption)
    if rest:
        more = table_of("previewed", columns, rest, caption)
        summary = words("preview.more", count=len(rest))
        html += Markup("<details><summary>{}</summary>{}</details>").format(summary, more)
    return layout.section(caption, html, words("preview.cells_note"), "cells")


def _cell_name(seen: Preview, cell: ReportedCell) -> Markup:
    row = seen.categories.get((cell.row_dimension_code or "", cell.category_code))
    kind = f" · {words.of(row, 'name')}" if row else ""
    return Markup("{}<small>{}{}</small>").format(words.of(cell, "name"), words.of(cell, "form_name"), kind)


def _cell_text(cell: ReportedCell | None) -> str:
    if cell is None:
        return formatting.MISSING
    return words.answer(cell.answer) if cell.answer else words.number(cell.value)


def _difference(jump: CellJump) -> str:
    points = jump.difference
    if points is None:
        return formatting.MISSING
    sign = "+" if points > 0 else formatting.MINUS if points < 0 else "±"
    return f"{sign}{words.number(abs(points))}"


def _rules(reports: Sequence[Received]) -> Markup:
    """Render the unusual values that the senders explained; empty where there are none, or they may not be seen."""
    questions = [question for report in reports for question in report.questions]
    if not questions:
        return NOTHING
    title = words("preview.rules", count=len(questions))
    return layout.section(title, problem_tables(questions, title), "", "rules")


def _place(context: Context, place: Place) -> Markup:
    """Render the figures of one unit, before and after."""
    title = words("preview.place", place=words.of(place.unit, "name"))
    moved = sum(change.is_moved for change in place.changes)
    ranked = sum(change.is_ranked_otherwise for change in place.changes)
    note = words("preview.place_note", count=len(place.changes), moved=moved, ranked=ranked)
    href = context.state.href

    def link(row: Progress) -> str:
        return href("origin", target=row.target_code, unit=row.unit_code)

    figures = changed_figures(place.changes, context.targets, link, title)
    return layout.section(title, figures, note, f"of-{place.unit.unit_code}")


def _others(context: Context, others: Sequence[FigureChange]) -> Markup:
    """Render the other units whose status or rank would be another one; the number where there are many."""
    if not others:
        return NOTHING
    names = followup.known_units(context.reader)

    def unit(change: FigureChange) -> str:
        known = names.get(change.after.unit_code)
        return words.of(known, "name") if known else change.after.unit_code

    moved = [change for change in others if change.is_moved]
    columns: list[Column[FigureChange]] = [
        Column("preview.unit", unit),
        Column("preview.target", lambda change: words.of(context.targets[change.after.target_code], "short_name")),
        Column("preview.published", lambda change: previewed_figure(change.before)),
        Column("preview.accepted", lambda change: previewed_figure(change.after)),
    ]
    title = words("preview.others")
    body = remark(words("preview.others_count", moved=len(moved), ranked=len(others) - len(moved)))
    if moved:
        body += table_of("changed", columns, moved[:SHOWN_OTHERS], title)
    return layout.section(title, body, "", "others")
