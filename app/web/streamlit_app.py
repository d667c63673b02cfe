"""What Streamlit runs for each session: tells the page what its address shows now, takes in what its forms send."""

from __future__ import annotations

import gc
from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from app.core.access import BUILT_IN_VIEWER
from app.forms import carry_out
from app.pages.registry import PAGES
from app.web.page_component import answer_page
from app.web.page_renderer import draw


@st.cache_resource
def freeze_imports() -> bool:
    """Once per process: take what the imports made out of the garbage collector's sight."""
    gc.collect()
    gc.freeze()
    return True


def runner(page: str) -> Callable[[], None]:
    """The script of one page, as Streamlit's navigation wants it."""

    def run() -> None:
        path = urlsplit(st.context.url or "").path.strip("/")
        # Streamlit runs the first page for a path it does not know.
        asked = page or path
        drawn = draw(asked, st.query_params.to_dict(), BUILT_IN_VIEWER)
        answer_page(drawn.key, st.session_state.pop("notice", None), receive)

    def receive() -> None:
        sent = st.session_state["page"].sent
        outcome = carry_out(sent, page, st.query_params.to_dict(), BUILT_IN_VIEWER)
        st.session_state["notice"] = outcome.for_browser()

    run.__name__ = page or "overview"
    return run


freeze_imports()
registry = [st.Page(runner(page), url_path=page, default=not page, title=page or "overview") for page in PAGES]
st.navigation(registry, position="hidden").run()
