"""Small texts beside tables and pictures."""

from __future__ import annotations

import streamlit as st

_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|$:~&")


def note(text: str) -> None:
    """Show a text in small letters."""
    small(escaped(text))


def small(markdown: str) -> None:
    """Show Markdown in small letters. The grey of Streamlit's captions is too pale to read."""
    st.markdown(f":small[{markdown}]")


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is, in one line: ~ of an approximate number would strike out the rest."""
    return "".join(f"\\{letter}" if letter in _MARKDOWN else " " if letter == "\n" else letter for letter in text)
