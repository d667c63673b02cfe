"""Small texts beside tables and pictures."""

from __future__ import annotations

import re

import streamlit as st

MARKDOWN = re.compile(r"([\\`*_\[\]~$<>#])")


def note(text: str) -> None:
    """Show a text in small letters. The grey of Streamlit's captions is too pale to read."""
    st.markdown(f":small[{escaped(text)}]")


def escaped(text: str) -> str:
    """Return a text without meaning to Markdown, where ~ of an approximate number would strike out what follows."""
    return MARKDOWN.sub(r"\\\1", text)
