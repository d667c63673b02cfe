"""What Streamlit runs for every session: one navigation over the exploring pages."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.explore import marts
from app.explore.visit import opened_visit

visit = opened_visit()
if visit:
    say = visit.words
    st.set_page_config(page_title=say("explore.title"), layout="wide")
    pages = [st.Page(partial(marts.page, visit), title=say("explore.marts"), url_path="marts", default=True)]
    st.navigation(pages, position="hidden").run()
