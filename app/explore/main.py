"""What Streamlit runs for every session: one navigation over the exploring pages."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.core import permissions, saved_views
from app.core.i18n import words
from app.explore import choices, copies, saving
from app.explore.registry import PAGES
from app.explore.visit import Visit, opened_visit, refuse, viewer_of_visit
from app.queries.fetch import OtherLayoutError
from app.ui.palette import DARK, LIGHT
from warehouse.publish.layout import missing_columns

# Streamlit leaves six lines free above a page, and on a phone gives each field a line of its own: the answer would be
# further down than the first screen. It shows the focus of links like a pointer over them, that of a switch not at all,
# and the buttons of a table to a pointer only.
STYLE = """
[data-testid='stMainBlockContainer'] { padding-top: 4.5rem; }
.stApp :is(a, button, summary):focus-visible,
.stApp label:has(input:is([type='checkbox'], [type='radio']):focus-visible) {
  outline: 2px solid var(--focus) !important; outline-offset: 1px; box-shadow: none !important;
}
[data-testid='stElementToolbar']:has(:focus-visible) { opacity: 1 !important; top: -2.75rem; z-index: 1; }
@media (max-width: 640px) {
  [data-testid='stColumn']:has([data-testid='stSelectbox']):not(:has([data-testid='stDataFrame'])) {
    min-width: calc(50% - .5rem);
  }
}
"""
FOCUS = f".stApp {{ --focus: light-dark({LIGHT['focus']}, {DARK['focus']}); }}"


def _shown(name: str) -> None:
    """Render a page for a viewer with the right to it."""
    visit = opened_visit(name)
    if not visit:
        return
    st.html("<style>" + FOCUS + STYLE + "</style>")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(words(f"explore.{name}"), anchor=False, width="content")
        links = st.empty()
        links.markdown(visit.links(), unsafe_allow_html=True)
        controls = st.container(horizontal=True, width="content")
    above = st.container()
    choices.begin(name)
    if name == saved_views.PAGE:
        PAGES[name](visit)
    else:
        with above:
            opened = saving.opened_view(visit)
        said = above.container()
        shown = _page(visit, name)
        with said:
            saving.said_above(visit, opened)
        with controls:
            saving.control(visit, name, opened, said)
            copies.control(visit, name, shown)
    # By now the address has what was chosen.
    links.markdown(visit.links(), unsafe_allow_html=True)


def _page(visit: Visit, name: str) -> copies.Shown | None:
    """Render a page; return what it shows, for copies. A version of another release may lack what the page needs."""
    try:
        return PAGES[name](visit)
    except OtherLayoutError:
        if not (visit.is_older or missing_columns(visit.reader.warehouse)):
            raise
        st.error(words("views.other_layout" if visit.is_older else "message.layout_text"))
        return None


viewer = viewer_of_visit()
st.set_page_config(page_title=words("explore.title"), layout="wide")
if not any(need.is_met_by(viewer) for need in permissions.EXPLORING.values()):
    refuse(viewer)
else:
    pages = [
        st.Page(
            partial(_shown, name),
            title=words(f"explore.{name}"),
            url_path=name,
            default=name == next(iter(PAGES)),
            visibility="visible" if permissions.EXPLORING[name].is_met_by(viewer) else "hidden",
        )
        for name in PAGES
    ]
    st.navigation(pages, position="top").run()
