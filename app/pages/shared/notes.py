"""HTML of the notes on a unit: what was written, and a form to write another."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core.page_context import NOTHING, Context
from app.records import Target
from app.ui.fields import by_field, choice_field, form, long_field
from app.ui.templates import render
from warehouse.desk import Note


def notes_block(context: Context, notes: Sequence[Note], unit: str, targets: Sequence[Target]) -> Markup:
    """Notes newest first, and the form for a new one; give it a section of its own. `targets` are those that a note on
    this unit may be about."""
    words = context.words
    names = {target.target_code: words.of(target, "short_name") for target in targets}
    form = note_form(context, unit, targets)
    return render("pages/shared/notes.html", notes=notes, names=names, form=form, words=words)


def note_form(context: Context, unit: str, targets: Sequence[Target]) -> Markup:
    """A form, folded away, for a note on a unit in the chosen quarter; nothing in a file and for who writes none."""
    if not context.may_send("add-note"):
        return NOTHING
    words, state = context.words, context.state
    names = {target.target_code: words.of(target, "short_name") for target in targets}
    choices = [("", words("notes.any_target")), *((code, f"{code} · {name}") for code, name in names.items())]
    fields = long_field("text", words("notes.text"), words("notes.hint"), prefix="note-")
    fields += choice_field("target_code", words("notes.target"), choices, state.target or "", prefix="note-")
    fields += by_field(words, "note-")
    hidden = [("unit_code", unit), ("period_code", state.period)]
    drawn = form(state, "add-note", fields, words("notes.send"), words, hidden)
    return render("pages/shared/note_form.html", form=drawn, words=words)
