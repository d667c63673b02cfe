"""The one way HTML reaches the page: a component whose links move within the session.

Registered without style isolation: one style sheet reaches Streamlit's own chrome too. Everything handed
over must be finished, escaped HTML (`app.core.i18n.Markup`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from zlib import crc32

import streamlit as st
from markupsafe import Markup

from app.core.url_state import PAGE_PARAMETERS, State
from app.ui.assets import SCRIPT, STYLE, address

_LOADER = (Path(__file__).parents[1] / "component" / "loader.js").read_text(encoding="utf-8")
_SCRIPT = _LOADER.replace("STYLE_ADDRESS", address(STYLE)).replace("SCRIPT_ADDRESS", address(SCRIPT))

_page = st.components.v2.component("kpi_page", js=_SCRIPT, isolate_styles=False)
_part = st.components.v2.component("kpi_part", js=_SCRIPT, isolate_styles=False)


def show_page(html: Markup, state: State, notice: Mapping[str, object] | None, receive: Callable[[], None]) -> None:
    """Draw the page (its bars and what spans it) as it is in `state`; sets the document's language.

    `notice` is what came of the form sent last; `receive` is called when a form is sent, before the page is drawn
    anew, and finds the form in the session state as `page.sent`.
    """
    _page(key="page", data=_data(html, state, notice), on_sent_change=receive)


def show_part(html: Markup, state: State, name: str) -> None:
    """Draw a further part of the page, beside or below a figure. `name` must be unique on the page."""
    if html:
        _part(key=name, data=_data(html, state))


def _data(html: str, state: State, notice: Mapping[str, object] | None = None) -> bytes:
    # Streamlit would write every Vietnamese letter as six: a quarter of the page for nothing.
    own = {parameter.name: state.get(parameter.name) for parameter in PAGE_PARAMETERS[state.page]}
    drawn = {"page": state.page, "own": own, "period": state.period, "window": state.window, "lang": state.lang}
    data = {"html": html, "state": drawn, "key": _fingerprint(html), "notice": notice}
    return json.dumps(data, ensure_ascii=False).encode()


def _fingerprint(html: str) -> str:
    """The browser redraws only when this changes."""
    return f"{len(html)}-{crc32(html.encode()):x}"
