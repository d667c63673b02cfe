"""The entry point: `python -m streamlit run app/main.py` from the project's folder.

An ASGI application: reading pages, forms and files are plain HTTP; Streamlit runs `explore/main.py` below `/explore`.
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
from app.ui.palette import DARK, LIGHT
from app.web import guard, metrics
from app.web.act_routes import ROUTES as ACT_ROUTES
from app.web.api_routes import ROUTES as API_ROUTES
from app.web.api_routes import reading, sending
from app.web.asset_routes import asset
from app.web.digest_routes import ROUTES as DIGEST_ROUTES
from app.web.explore_shell import SpokenShell
from app.web.export_routes import export, large, small
from app.web.failed_sign_ins import failed_sign_ins, write_before_exit, writing_each_minute
from app.web.garbage import collect_rarely
from app.web.logs import configure_logging
from app.web.page_routes import page
from app.web.prerendering import prerendering
from app.web.report_routes import reports
from app.web.shutdown import ending_in_time
from app.web.sign_in_routes import ROUTES as SIGN_IN_ROUTES
from app.web.since_routes import seen, since
from app.web.status_routes import ROUTES as STATUS_ROUTES
from app.web.status_routes import not_found
from app.web.streamlit_files import STREAMLIT_PATH, CompressedStatics
from app.web.systemd import reporting_to_systemd
from app.web.tcp_no_delay import send_without_delay
from app.web.upload_routes import ROUTES, form_sets, previews, uploads
from warehouse.intake import remove_partial_states

configure_logging()
settings = guard.starting_settings()
QUEUES = {
    "large_files": large,
    "files": small,
    "reports": uploads,
    "report_pages": reports,
    "form_sets": form_sets,
    "previews": previews,
    "api": reading,
    "api_reports": sending,
}


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """Background work, from the app's start to its end."""
    # Again: the server has added handlers of its own by now.
    configure_logging()
    for name, queue in QUEUES.items():
        metrics.queued.labels(name).set_function(partial(getattr, queue, "job_count"))
    for code in settings.codes:
        own = settings.of_programme(code) if code else settings
        remove_partial_states(own.build_state)
    remove_spare_files()
    collect_rarely()
    send_without_delay()
    last = partial(write_before_exit, failed_sign_ins)
    async with (
        ending_in_time(last),
        writing_each_minute(failed_sign_ins),
        prerendering(settings),
        reporting_to_systemd(),
    ):
        yield


guard.refuse_exposure(settings, config.get_option("server.address"))
config.set_option("server.baseUrlPath", STREAMLIT_PATH.strip("/"))
for name, colours in {"light": LIGHT, "dark": DARK}.items():
    config.set_option(f"theme.{name}.primaryColor", colours["accent"])
    config.set_option(f"theme.{name}.textColor", colours["ink"])
    config.set_option(f"theme.{name}.backgroundColor", colours["paper"])
app = App(
    "explore/main.py",
    routes=[
        Route("/export/{name}", export),
        Route("/assets/{name}", asset),
        *ROUTES,
        *SIGN_IN_ROUTES,
        *ACT_ROUTES,
        *STATUS_ROUTES,
        *API_ROUTES,
        *DIGEST_ROUTES,
        # Streamlit's own sign-in and metrics: the app has its own.
        *(
            Route(f"{STREAMLIT_PATH}/{path}", not_found)
            for path in ("auth/{step}", "oauth2callback", "_stcore/metrics")
        ),
        Route("/since", since, methods=["GET"]),
        Route("/since", seen, methods=["POST"]),
        # The last one: it matches every address that is left but Streamlit's.
        Route("/{name:page}", page),
    ],
    middleware=[*guard.middleware(settings), Middleware(CompressedStatics), Middleware(SpokenShell)],
    exception_handlers={Exception: guard.failed},
    lifespan=lifespan,
)
