"""The parts of the ward page: its head, what it reported, its tables as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup, escape

from app.analysis import progress_summary
from app.core.page_context import CITY, Context
from app.core.sheet import Sheet, progress_sheet
from app.pages.ward import measures
from app.pages.ward.history import validity
from app.queries import plan, progress
from app.queries import ward as asked
from app.records import Progress, Unit
from app.ui import layout, page_header
from app.ui.intro import opening


def head(context: Context, unit: Unit, rows: Sequence[Progress]) -> Markup:
    """Way back, choice of a sibling, the finding, since when the unit exists."""
    words, state, parent = context.words, context.state, unit.parent_code or CITY
    siblings = plan.wards(context.reader, parent, context.period.end_date)
    options = [(state.href(unit=one.unit_code), words.of(one, "name"), one == unit) for one in siblings]
    choice = layout.select("unit", words("ward.choose"), options)
    if context.district(parent):
        text = words("ward.back", district=context.district_name(parent))
        choice = Markup(page_header.way_back(state.href("district", unit=parent, target=state.target), text) + choice)
    found, name = progress_summary.unit(rows), words.of(unit, "name")
    key = "ward.headline" if found.judged_count else "ward.headline_none"
    title = words(key, ward=name, good=found.good_count, of=found.judged_count, far=found.far_behind_count)
    return opening(choice, title, [escape(validity(context, unit))])


def above(context: Context, unit: Unit) -> list[tuple[Unit, Sequence[Progress]]]:
    """The course of the ward's district on the marked target, to hold the ward's against."""
    state, parent = context.state, context.district(unit.parent_code)
    if parent is None or not state.target:
        return []
    rows = progress.unit_trend(context.reader, parent.unit_code, state.window, state.period)
    since = min((one.period_code for one in context.periods if unit.exists_on(one.end_date)), default="")
    return [(parent, [row for row in rows if row.target_code == state.target and row.period_code >= since])]


def forms(context: Context, unit: Unit) -> Markup:
    """What the ward reported in this quarter, form by form."""
    words, reader = context.words, context.reader
    cells = asked.reported_cells(reader, unit.unit_code, context.state.period)
    drawn = measures.reported_forms(cells, asked.establishment_kinds(reader), words)
    note = words("ward.forms_hidden" if any(cell.is_hidden for cell in cells) else "ward.forms_note")
    tools = layout.tools(context, words("ward.forms"), table="cells") if cells else Markup("")
    return layout.section(
        words("ward.forms"), drawn or page_header.remark(words("ward.no_forms")), note, "forms", tools
    )


def files(context: Context, unit: Unit, rows: Sequence[Progress]) -> Mapping[str, Callable[[], Sheet]]:
    """The tables of the page as raw values."""
    words, reader = context.words, context.reader

    def cells() -> Sheet:
        reported = asked.reported_cells(reader, unit.unit_code, context.state.period)
        return measures.cells_sheet(reported, asked.establishment_kinds(reader), words)

    units = {unit.unit_code: unit}
    return {"figures": lambda: progress_sheet(words("ward.title"), rows, context.targets, units, words), "cells": cells}
