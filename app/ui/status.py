"""A status in sign, word and colour."""

from __future__ import annotations

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.ui.figure_text import glyph


def chip(status: str, words: Words, is_provisional: bool = False) -> Markup:
    """A status as sign and word on its colour."""
    doubt = " pv" if is_provisional else ""
    return Markup(f"<span class='chip {status}{doubt}'><i>{glyph(status)}</i> {escape(words.status(status))}</span>")
