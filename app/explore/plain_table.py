"""A data frame as plain HTML: a canvas cannot be read aloud, searched or copied from."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app.core.i18n import words
from app.explore import choices

# What a page holds.
ROWS = 50


def plain_table(frame: pd.DataFrame) -> None:
    """Show a switch, and below it the rows of a frame as HTML by pages; its first column names the rows."""
    if not choices.whether("plain", words("explore.plain")):
        return
    count = max(1, -(-len(frame) // ROWS))
    number = choices.one("plain_part", words("explore.part"), [str(part) for part in range(1, count + 1)], str)
    first = (int(number) - 1) * ROWS
    st.table(frame.iloc[first : first + ROWS].fillna("–").set_index(frame.columns[0]))
