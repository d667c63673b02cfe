"""Routes that browsers and monitors request automatically: whether the app runs and is ready, metrics, the published
version."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from ipaddress import ip_address

from anyio import to_thread
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.core.i18n import words
from app.web import metrics
from app.web.etags import has_content
from warehouse.health.report import NOT_READY, health_report
from warehouse.publish.engines import NothingPublished, published
from warehouse.settings import LANGUAGES, RELEASE, Settings

# What monitors request; each route decides which details they get.
MONITORED = LIVE, READY, METRICS = "/health/live", "/health/ready", "/metrics"
# A proxy adds at least one of these, so a request without any comes from a program of this machine itself.
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-proto", "x-real-ip")
_NOT_CACHED = {"Cache-Control": "no-store"}


async def version(request: Request) -> Response:
    """Return the published version as an `ETag`, with the texts with which a page offers a newer version; 304 if the
    browser has this version."""
    tag = f'"{await to_thread.run_sync(_published_version)}"'
    headers = {"ETag": tag, **_NOT_CACHED}
    if has_content(request, tag):
        return Response(status_code=304, headers=headers)
    return JSONResponse({"said": words("live.newer"), "show": words("live.show")}, headers=headers)


def _published_version() -> str:
    try:
        return published().version
    except NothingPublished:
        return ""


async def live(_: Request) -> Response:
    """Report that the app answers, and its release, for monitors and service managers."""
    return JSONResponse({"status": "live", "release": RELEASE}, headers=_NOT_CACHED)


async def ready(request: Request) -> Response:
    """Report whether pages can be shown and reports recorded: 200 or 503. Monitors also get what is wrong and how to
    correct it; anyone else gets the status only."""
    settings = Settings.from_env()
    report = await to_thread.run_sync(health_report, settings)
    status = HTTPStatus.SERVICE_UNAVAILABLE if report.status == NOT_READY else HTTPStatus.OK
    if not is_monitor(request, settings):
        return JSONResponse({"status": report.status}, status, headers=_NOT_CACHED)
    lang = request.query_params.get("lang", settings.lang)
    return JSONResponse(report.as_dict(lang if lang in LANGUAGES else settings.lang), status, headers=_NOT_CACHED)


async def scrape(request: Request) -> Response:
    """Return the metrics to monitors; 403 to anyone else."""
    settings = Settings.from_env()
    if not is_monitor(request, settings):
        return PlainTextResponse(words("guard.monitors_only"), HTTPStatus.FORBIDDEN, headers=_NOT_CACHED)
    content = await to_thread.run_sync(metrics.exposition, settings)
    return Response(content, headers={"Content-Type": CONTENT_TYPE_LATEST, **_NOT_CACHED})


def is_monitor(request: Request, settings: Settings) -> bool:
    """Return whether a request has the monitors' token, or comes from a program of this machine and not through a
    proxy."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if settings.monitor_token and scheme.lower() == "bearer":
        return hmac.compare_digest(token.strip().encode(), settings.monitor_token.encode())
    is_forwarded = any(name in request.headers for name in _FORWARDED)
    return not is_forwarded and _is_loopback(request.client.host if request.client else "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def not_found(_: Request) -> Response:
    """Answer for an address that Streamlit would serve and this app does not."""
    return PlainTextResponse("", 404)


ROUTES = [Route("/version", version), Route(LIVE, live), Route(READY, ready), Route(METRICS, scrape)]
