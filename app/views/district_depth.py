"""The district page in depth: work given about it, notes on it."""

from __future__ import annotations

from app import shell
from app.charts import action_list, heads
from app.charts import notes as note_forms
from app.charts.action_names import Names
from app.context import Context
from app.facts import Unit
from app.queries import followup
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
