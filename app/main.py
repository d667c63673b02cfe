"""The entry: `python -m streamlit run app/main.py` from the project's folder."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from app.access import BUILT_IN_VIEWER
from app.page_component import show_page, show_part
from app.pages import VIEWS, Drawn, draw, unknown_page

ICON = str(Path(__file__).parent / "static" / "icon.svg")
FIGURE_OPTIONS = {"displayModeBar": False, "responsive": True}


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
        send(drawn)

    run.__name__ = page or "overview"
    return run


def send(drawn: Drawn) -> None:
    """Put a finished page on the screen: what spans it, then two columns, then what spans it again."""
    show_page(drawn.main, drawn.state)
    if drawn.figure is not None:
        left, right = st.columns([11, 9])
        with left:
            show_part(drawn.left, drawn.state, "left")
        with right:
            st.plotly_chart(drawn.figure, config=FIGURE_OPTIONS, key="figure", theme=None)
            show_part(drawn.right, drawn.state, "right")
        show_part(drawn.rest, drawn.state, "rest")


freeze_imports()
registry = [st.Page(runner(page), url_path=page, default=not page, title=page or "overview") for page in VIEWS]
st.navigation(registry, position="hidden").run()
