"""What Streamlit runs for every session: one navigation over the exploring pages."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.core import permissions
from app.explore.registry import PAGES
from app.explore.visit import opened_visit, refuse, spoken


def _shown(name: str) -> None:
    """Render a page for a viewer with the right to it."""
    visit = opened_visit(name)
    if not visit:
        return
    place = st.empty()
    place.markdown(visit.links(), unsafe_allow_html=True)
    st.subheader(visit.words(f"explore.{name}"))
    PAGES[name](visit)
    # By now the address has what was chosen.
    place.markdown(visit.links(), unsafe_allow_html=True)


say, viewer = spoken()
st.set_page_config(page_title=say("explore.title"), layout="wide")
if not any(need.is_met_by(viewer) for need in permissions.EXPLORING.values()):
    refuse(say, viewer)
else:
    pages = [
        st.Page(
            partial(_shown, name),
            title=say(f"explore.{name}"),
            url_path=name,
            default=name == next(iter(PAGES)),
            visibility="visible" if permissions.EXPLORING[name].is_met_by(viewer) else "hidden",
        )
        for name in PAGES
    ]
    st.navigation(pages, position="top").run()
