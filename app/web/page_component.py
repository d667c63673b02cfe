"""The one way Streamlit speaks with a page: a component that shows nothing of its own.

It tells the page's script which page the session stands at, and takes in what forms send.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from app.ui.assets import SCRIPT, address

_LOADER = (Path(__file__).parents[1] / "component" / "loader.js").read_text(encoding="utf-8")

_page = st.components.v2.component("kpi_page", js=_LOADER.replace("SCRIPT_ADDRESS", address(SCRIPT)))


def answer_page(key: str, notice: Mapping[str, object] | None, receive: Callable[[], None]) -> None:
    """Tell the page that the one with `key` is what its address shows now.

    `notice` is what came of the form sent last; `receive` is called when a form is sent, before the script runs
    again, and finds the form in the session state as `page.sent`.
    """
    # Streamlit would write every Vietnamese letter as six.
    data = json.dumps({"key": key, "notice": notice}, ensure_ascii=False).encode()
    _page(key="page", data=data, on_sent_change=receive)
