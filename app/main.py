"""The entry: `python -m streamlit run app/main.py` from the project's folder.

An ASGI application: Streamlit runs `web/streamlit_app.py` for every session, and beside it stand the files
that pages offer.
"""

from __future__ import annotations

from pathlib import Path

from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import config
from streamlit.starlette import App

from app.ui.assets import asset
from app.web import guard
from app.web.export_routes import export
from app.web.shutdown import ending_in_time
from app.web.upload_routes import ROUTES
from warehouse.settings import Settings

STATIC = Path(__file__).parent / "static"
settings = Settings.from_env()
guard.refuse_exposure(settings, config.get_option("server.address"))
app = App(
    "web/streamlit_app.py",
    routes=[
        Route("/export/{name}", export),
        Route("/assets/{name}", asset),
        Mount("/app/static", StaticFiles(directory=STATIC)),
        *ROUTES,
    ],
    middleware=guard.middleware(settings),
    exception_handlers={Exception: guard.failed},
    lifespan=ending_in_time,
)
