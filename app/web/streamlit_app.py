"""What Streamlit runs for each session: finds the page of the address, sends it, takes in what its forms send."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from markupsafe import Markup

from app.core.access import BUILT_IN_VIEWER
from app.forms import carry_out
from app.pages.registry import PAGES
from app.web.page_component import show_page, show_part
from app.web.page_renderer import Drawn, DrawnColumns, DrawnPart, draw, unknown_page

ICON = str(Path(__file__).parents[1] / "static" / "icon.svg")
FIGURE_OPTIONS = {"displayModeBar": False, "responsive": True}
COLUMN_WIDTHS = [11, 9]


@st.cache_resource
def freeze_imports() -> bool:
    """Once per process: take what the imports made out of the garbage collector's sight."""
    gc.collect()
    gc.freeze()
    return True


def runner(page: str) -> Callable[[], None]:
    """The script of one page, as Streamlit's navigation wants it."""

    def run() -> None:
        parameters, path = st.query_params.to_dict(), urlsplit(st.context.url or "").path.strip("/")
        if not page and path:
            # Streamlit runs the first page for a path it does not know.
            drawn = unknown_page(path, parameters, BUILT_IN_VIEWER)
        else:
            drawn = draw(page, parameters, BUILT_IN_VIEWER)
        st.set_page_config(page_title=drawn.title, page_icon=ICON, layout="wide")
        send(drawn, page)

    run.__name__ = page or "overview"
    return run


def send(drawn: Drawn, page: str) -> None:
    """Put a finished page on the screen, with what came of the form that was sent last."""

    def receive() -> None:
        sent = st.session_state["page"].sent
        outcome = carry_out(sent, page, st.query_params.to_dict(), BUILT_IN_VIEWER)
        st.session_state["notice"] = outcome.for_browser()

    notice = st.session_state.pop("notice", None)
    show_page(drawn.first, drawn.state, notice, receive)
    for number, part in enumerate(drawn.others):
        _send_part(part, drawn, f"part-{number}")


def _send_part(part: DrawnPart | DrawnColumns, drawn: Drawn, key: str) -> None:
    if isinstance(part, DrawnColumns):
        for side, column in zip((part.left, part.right), st.columns(COLUMN_WIDTHS), strict=True):
            with column:
                for number, one in enumerate(side):
                    _send_part(one, drawn, f"{key}-{'left' if side is part.left else 'right'}-{number}")
    elif isinstance(part, Markup):
        show_part(part, drawn.state, key)
    else:
        st.plotly_chart(part, config=FIGURE_OPTIONS, key=f"{key}-figure", theme=None)


freeze_imports()
registry = [st.Page(runner(page), url_path=page, default=not page, title=page or "overview") for page in PAGES]
st.navigation(registry, position="hidden").run()
