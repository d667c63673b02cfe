"""The district page in depth: work given about it, notes on it."""

from __future__ import annotations

from markupsafe import Markup

from app.core.page_context import Context
from app.pages.district import notes as note_forms
from app.pages.shared import action_list
from app.pages.shared.action_names import Names
from app.queries import followup
from app.records import Unit
from app.ui import layout, page_header
from warehouse.desk import OPEN, UNDER_WAY


def actions(context: Context, unit: Unit) -> Markup:
    """Work given about this district that is not finished, overdue first, and the way to give more."""
    words, state, code = context.words, context.state, unit.unit_code
    names = Names(followup.known_units(context.reader), context.targets, context.publication.as_of_date, words)
    groups = action_list.grouped(context.desk.actions(unit=code, status=(OPEN, UNDER_WAY)), names)
    listed = action_list.action_groups(groups, names, state.href) if any(groups.values()) else None
    shown = listed or page_header.remark(words("district.no_actions"))
    every = page_header.link_to(state.href("actions", unit=code), words("district.all_actions"))
    more = page_header.link_to(state.href("actions", new="1", unit=code), words("district.give_work"))
    return layout.section(words("district.actions"), Markup(f"{shown}<p>{more} · {every}</p>"), "", "actions")


def notes(context: Context, unit: Unit) -> Markup:
    """What was noted about this district, and a form to note more."""
    words, targets = context.words, list(context.targets.values())
    written = note_forms.notes_block(context.desk.notes(unit.unit_code), unit.unit_code, targets, context.state, words)
    return layout.section(words("notes.title"), written, "", "notes")
