"""The yardstick: the least that a Streamlit app with two pages can be. It shows only the address it was drawn for, and
the chart of a file beside it if the address names one."""

import json
from pathlib import Path

import streamlit as st


def show(name: str) -> None:
    """One line of text, by which the benchmark knows that this address is on the screen."""
    asked = st.query_params
    st.write(" ".join(["blank", name, *(asked.get(key, "-") for key in ("period", "window", "lang"))]))
    if "chart" in asked:
        figure = json.loads(Path(__file__).with_name(f"{asked['chart']}.json").read_text(encoding="utf-8"))
        # Drawn again by every rerun, as another choice draws another chart.
        figure["layout"]["title"] = {"text": asked.get("period", "-")}
        st.plotly_chart(figure, key="chart")


def first() -> None:
    """The landing page."""
    show("first")


def second() -> None:
    """Where a page switch leads."""
    show("second")


st.set_page_config(page_title="blank", layout="wide")
pages = [st.Page(first, default=True), st.Page(second, url_path="second")]
st.navigation(pages, position="hidden").run()
