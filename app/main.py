"""The entry: `python -m streamlit run app/main.py` from the project's folder.

An ASGI application: pages are answered whole, Streamlit runs `web/streamlit_app.py` for every session below them, and
beside them stand the files that pages offer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit import config
from streamlit.starlette import App

from app.exports.shared.file import remove_spare_files
from app.web import guard, sign_in
from app.web.asset_routes import asset
from app.web.drawing_ahead import drawing_ahead
from app.web.export_routes import export
from app.web.failed_sign_ins import failed_sign_ins, write_before_exit, writing_each_minute
from app.web.no_delay import send_without_delay
from app.web.page_routes import page
from app.web.report_routes import report
from app.web.shutdown import ending_in_time
from app.web.sign_in_routes import ROUTES as SIGN_IN_ROUTES
from app.web.since_routes import seen, since
from app.web.streamlit_files import CompressedStatics
from app.web.upload_routes import ROUTES
from warehouse.intake import remove_partial_states
from warehouse.settings import Settings

settings = Settings.from_env()


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """What goes on beside the answers, from the app's start to its end."""
    remove_partial_states(settings.build_state)
    remove_spare_files()
    send_without_delay()
    last = partial(write_before_exit, failed_sign_ins)
    async with ending_in_time(last), writing_each_minute(failed_sign_ins), drawing_ahead(settings):
        yield


guard.refuse_exposure(settings, config.get_option("server.address"))
app = App(
    "web/streamlit_app.py",
    secrets=sign_in.secrets_for_streamlit() if settings.asks_to_sign_in else None,
    routes=[
        Route("/export/{name}", export),
        Route("/assets/{name}", asset),
        *ROUTES,
        *SIGN_IN_ROUTES,
        Route("/report", report, methods=["POST"]),
        Route("/since", since, methods=["GET"]),
        Route("/since", seen, methods=["POST"]),
        # The last: it takes every address that is left.
        Route("/{name:page}", page),
    ],
    middleware=[*guard.middleware(settings), Middleware(CompressedStatics)],
    exception_handlers={Exception: guard.failed},
    lifespan=lifespan,
)
