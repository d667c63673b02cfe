"""What Streamlit runs for each session: tells the page what its address shows now, takes in what its forms send."""

from __future__ import annotations

import gc
from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from app.forms import carry_out, refuse_for_now
from app.pages.registry import PAGES
from app.web import rates, sign_in
from app.web.access_record import record_form
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
        drawn = draw(asked, st.query_params.to_dict(), sign_in.viewer_of(st.context.cookies, is_use=False))
        answer_page(drawn.key, st.session_state.pop("notice", None), receive)

    def receive() -> None:
        sent = st.session_state["page"].sent
        viewer = sign_in.viewer_of(st.context.cookies)
        parameters = st.query_params.to_dict()
        if seconds := rates.wait_s(viewer, rates.Kind.WRITE):
            st.session_state["notice"] = refuse_for_now(sent, parameters, viewer, seconds).for_browser()
            return
        outcome = carry_out(sent, page, parameters, viewer)
        if viewer.is_signed_in:
            record_form(viewer, outcome, f"/{page}")
        st.session_state["notice"] = outcome.for_browser()

    run.__name__ = page or "overview"
    return run


freeze_imports()
registry = [st.Page(runner(page), url_path=page, default=not page, title=page or "overview") for page in PAGES]
st.navigation(registry, position="hidden").run()
