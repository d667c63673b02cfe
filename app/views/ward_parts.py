"""The parts of the ward page: its head, what it reported, its tables as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app import findings, shell
from app.charts import heads, measures
from app.charts.opening import opening
from app.context import CITY, Context
from app.exports.sheet import Sheet, progress_sheet
from app.facts import Progress, Unit
from app.queries import plan, progress
from app.queries import ward as asked
from app.views.ward_history import validity
from app.words import Markup, escape


def head(context: Context, unit: Unit, rows: Sequence[Progress]) -> Markup:
    """Way back, choice of a sibling, the finding, since when the unit exists."""
    words, state, parent = context.words, context.state, unit.parent_code or CITY
    siblings = plan.wards(context.viewer, context.warehouse, parent, context.period.end_date)
    options = [(state.href(unit=one.unit_code), words.of(one, "name"), one == unit) for one in siblings]
    choice = shell.select("unit", words("ward.choose"), options)
    if context.district(parent):
        text = words("ward.back", district=context.district_name(parent))
        choice = Markup(heads.way_back(state.href("district", unit=parent, target=state.target), text) + choice)
    found, name = findings.unit(rows), words.of(unit, "name")
    key = "ward.headline" if found.judged_count else "ward.headline_none"
    title = words(key, ward=name, good=found.good_count, of=found.judged_count, far=found.far_behind_count)
    return opening(choice, title, [escape(validity(context, unit))])


def above(context: Context, unit: Unit) -> list[tuple[Unit, Sequence[Progress]]]:
    """The course of the ward's district on the marked target, to hold the ward's against."""
    state, parent = context.state, context.district(unit.parent_code)
    if parent is None or not state.target:
        return []
    rows = progress.unit_trend(context.viewer, context.warehouse, parent.unit_code, state.window, state.period)
    since = min((one.period_code for one in context.periods if unit.exists_on(one.end_date)), default="")
    return [(parent, [row for row in rows if row.target_code == state.target and row.period_code >= since])]


def forms(context: Context, unit: Unit) -> Markup:
    """What the ward reported in this quarter, form by form."""
    words, ask = context.words, (context.viewer, context.warehouse)
    cells = asked.reported_cells(*ask, unit.unit_code, context.state.period)
    drawn = measures.reported_forms(cells, asked.establishment_kinds(*ask), words)
    note = words("ward.forms_hidden" if any(cell.is_hidden for cell in cells) else "ward.forms_note")
    tools = shell.tools(context, words("ward.forms"), table="cells") if cells else Markup("")
    return shell.section(words("ward.forms"), drawn or heads.remark(words("ward.no_forms")), note, "forms", tools)


def files(context: Context, unit: Unit, rows: Sequence[Progress]) -> Mapping[str, Callable[[], Sheet]]:
    """The tables of the page as raw values."""
    words, ask = context.words, (context.viewer, context.warehouse)

    def cells() -> Sheet:
        reported = asked.reported_cells(*ask, unit.unit_code, context.state.period)
        return measures.cells_sheet(reported, asked.establishment_kinds(*ask), words)

    units = {unit.unit_code: unit}
    return {"figures": lambda: progress_sheet(words("ward.title"), rows, context.targets, units, words), "cells": cells}
