"""The entry: `python -m streamlit run app/main.py` from the project's folder.

An ASGI application: Streamlit runs `screen.py` for every session, and beside it stand the files that pages offer.
"""

from __future__ import annotations

from starlette.routing import Route
from streamlit.starlette import App

from app.assets import asset
from app.exports.route import export
from app.intake_routes import ROUTES

app = App("screen.py", routes=[Route("/export/{name}", export), Route("/assets/{name}", asset), *ROUTES])
