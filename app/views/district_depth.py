"""The district page in depth: work given about it, notes on it, its wards."""

from __future__ import annotations

from app import shell
from app.charts import action_list, grid, heads
from app.charts import notes as note_forms
from app.charts.action_names import Names
from app.context import Context
from app.facts import Unit
from app.queries import followup, plan, progress
from app.words import Markup
from warehouse.desk import OPEN, UNDER_WAY


def actions(context: Context, unit: Unit) -> Markup:
    """Work given about this district that is not finished, overdue first, and the way to give more."""
    words, state, code = context.words, context.state, unit.unit_code
    names = Names(
        followup.known_units(context.viewer, context.warehouse), context.targets, context.publication.as_of_date, words
    )
    groups = action_list.grouped(context.desk.actions(unit=code, status=(OPEN, UNDER_WAY)), names)
    listed = action_list.action_groups(groups, names, state.href) if any(groups.values()) else None
    shown = listed or heads.remark(words("district.no_actions"))
    every = heads.link_to(state.href("actions", unit=code), words("district.all_actions"))
    more = heads.link_to(state.href("actions", new="1", unit=code), words("district.give_work"))
    return shell.section(words("district.actions"), Markup(f"{shown}<p>{more} · {every}</p>"), "", "actions")


def notes(context: Context, unit: Unit) -> Markup:
    """What was noted about this district, and a form to note more."""
    words, targets = context.words, list(context.targets.values())
    written = note_forms.notes_block(context.desk.notes(unit.unit_code), unit.unit_code, targets, context.state, words)
    return shell.section(words("notes.title"), written, "", "notes")


def wards(context: Context, unit: Unit) -> Markup:
    """Every ward on every target that is counted there."""
    words, state, ask = context.words, context.state, (context.viewer, context.warehouse)
    units = plan.wards(*ask, unit.unit_code, context.period.end_date)
    rows = progress.ward_progress(*ask, unit.unit_code, state.period, state.window)
    counted = {row.target_code for row in rows}
    targets = [target for target in context.targets.values() if target.target_code in counted]
    cells = grid.ward_grid(targets, units, grid.by_cell(rows), state.href, words)
    tools = shell.tools(context, words("wards.title", count=len(units)), table="wards")
    return shell.section(words("wards.title", count=len(units)), cells, words("wards.note"), "wards", tools)
