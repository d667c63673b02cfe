"""HTML of the notes on a unit: what was written, and a form to write another."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core.i18n import Words
from app.core.page_context import NOTHING
from app.core.url_state import State
from app.records import Target
from app.ui.fields import by_field, choice_field, form, long_field
from app.ui.templates import render
from warehouse.desk import Note


def notes_block(notes: Sequence[Note], unit: str, targets: Sequence[Target], state: State, words: Words) -> Markup:
    """Notes newest first, and the form for a new one; give it a section of its own. `targets` are those that a note on
    this unit may be about."""
    names = {target.target_code: words.of(target, "short_name") for target in targets}
    form = note_form(unit, targets, state, words)
    return render("pages/shared/notes.html", notes=notes, names=names, form=form, words=words)


def note_form(unit: str, targets: Sequence[Target], state: State, words: Words) -> Markup:
    """A form, folded away, for a note on a unit in the quarter of `state`; nothing in a file."""
    if state.is_file:
        return NOTHING
    names = {target.target_code: words.of(target, "short_name") for target in targets}
    choices = [("", words("notes.any_target")), *((code, f"{code} · {name}") for code, name in names.items())]
    fields = long_field("text", words("notes.text"), words("notes.hint"), prefix="note-")
    fields += choice_field("target_code", words("notes.target"), choices, state.target or "", prefix="note-")
    fields += by_field(words, "note-")
    hidden = [("unit_code", unit), ("period_code", state.period)]
    drawn = form("add-note", fields, words("notes.send"), words, hidden)
    return render("pages/shared/note_form.html", form=drawn, words=words)
