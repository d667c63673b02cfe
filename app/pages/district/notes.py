"""Notes on a unit: what was written, and a form to write another."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import Words
from app.core.url_state import State
from app.records import Target
from app.ui.fields import by_field, choice_field, form, long_field
from warehouse.desk import Note


def notes_block(notes: Sequence[Note], unit: str, targets: Sequence[Target], state: State, words: Words) -> Markup:
    """Notes newest first, and the form for a new one about the quarter of `state`; give it a section of its own.

    `targets` are those that a note on this unit may be about.
    """
    names = {target.target_code: words.of(target, "short_name") for target in targets}
    lines = "".join(_note(note, names, words) for note in notes)
    listed = f"<ol class='timeline'>{lines}</ol>" if notes else f"<p class='note'>{escape(words('notes.none'))}</p>"
    choices = [("", words("notes.any_target"))] + [(code, f"{code} · {name}") for code, name in names.items()]
    fields = long_field("text", words("notes.text"), words("notes.hint"), prefix="note-")
    fields += choice_field("target_code", words("notes.target"), choices, state.target or "", prefix="note-")
    fields += by_field(words, "note-")
    fixed = [("unit_code", unit), ("period_code", state.period)]
    written = form("add-note", fields, words("notes.send"), words, fixed)
    title = escape(words("notes.write"))
    return Markup(f"{listed}<details class='step' id='write-note'><summary>{title}</summary>{written}</details>")


def _note(note: Note, names: dict[str, str], words: Words) -> str:
    about = f"<b>{escape(names.get(note.target_code, note.target_code))}</b> " if note.target_code else ""
    signed = words(
        "notes.line",
        by=note.written_by,
        at=formatting.moment(note.written_at),
        period=words.period(note.period_code),
    )
    return f"<li>{about}<span class='note'>{escape(signed)}</span><p class='said'>{escape(note.text)}</p></li>"
