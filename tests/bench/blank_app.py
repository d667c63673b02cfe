"""The yardstick: the least that a Streamlit app with two pages can be. It shows only the address it was drawn for."""

import streamlit as st


def show(name: str) -> None:
    """One line of text, by which the benchmark knows that this address is on the screen."""
    asked = st.query_params
    st.write(" ".join(["blank", name, *(asked.get(key, "-") for key in ("period", "window", "lang"))]))


def first() -> None:
    """The landing page."""
    show("first")


def second() -> None:
    """Where a page switch leads."""
    show("second")


st.set_page_config(page_title="blank", layout="wide")
pages = [st.Page(first, default=True), st.Page(second, url_path="second")]
st.navigation(pages, position="hidden").run()
