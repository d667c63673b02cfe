"""Middleware that puts the programme of an address in force: `plan=<code>`, absent for the first one."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from anyio import to_thread
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.operations import DOCS
from app.core import url_state
from app.core.i18n import in_texts, texts_without_plan, words
from app.core.url_state import PLAN
from app.web import sign_in
from app.web.api_guard import FOLDER, refusal
from app.web.incoming import failure
from app.web.language_in_force import language_of
from app.web.page_renderer import RenderedPage, unknown_programme, unreadable_plan
from app.web.sign_in_routes import OPEN_FOLDERS, SIGN_IN_PATHS
from app.web.status_routes import LIVE
from warehouse.plan.names import plan_fault
from warehouse.programmes import in_force
from warehouse.settings import Settings

log = logging.getLogger(__name__)


class ProgrammeInForce:
    """Middleware that passes each request on under the programme of its address, or of the page that it names (`at` of
    a form, `to` of a sign-in); an unknown one under the first programme, which `KnownProgrammesOnly` answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        codes = Settings.from_env().codes if scope["type"] != "lifespan" else ("",)
        if codes == ("",):
            await self.app(scope, receive, send)
            return
        code = code_of(HTTPConnection(scope).query_params)
        with in_force(code if code in codes else codes[0]):
            await self.app(scope, receive, send)


class ReadablePlanOnly:
    """Middleware that answers 503 while the plan pack in force cannot be read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        needs_plan = scope["type"] == "http" and not _is_for_all(scope["path"]) and scope["path"] != LIVE
        # The project's own plan is always readable.
        if needs_plan and Settings.from_env().plan_dir:
            answer = await to_thread.run_sync(_unread, Request(scope))
        else:
            answer = None
        await (answer or self.app)(scope, receive, send)


class KnownProgrammesOnly:
    """Middleware that answers addresses of unknown programmes with 404 and links to the known programmes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        if (
            scope["type"] != "http"
            or _is_for_all(scope["path"])
            or is_known(code_of(HTTPConnection(scope).query_params))
        ):
            await self.app(scope, receive, send)
            return
        answer = await to_thread.run_sync(_unknown, Request(scope))
        await answer(scope, receive, send)


def _is_for_all(path: str) -> bool:
    """Return whether a path is the same for all programmes: the steps of signing in, which lead on to an address, and
    scripts and fonts."""
    return path in SIGN_IN_PATHS or path.startswith(OPEN_FOLDERS)


def code_of(parameters: Mapping[str, str]) -> str:
    """Return the programme that an address names, itself or by its page; empty for the first one."""
    if PLAN in parameters:
        return parameters[PLAN]
    page = parameters.get("at") or parameters.get("to") or ""
    return url_state.parameters_of(page).get(PLAN, "")


def is_known(code: str) -> bool:
    """Return whether an address may name a programme; an installation with one plan ignores the parameter."""
    return not code or code in Settings.from_env().codes or not Settings.from_env().programmes


def _unread(request: Request) -> Response | None:
    """Return the answer for a plan pack that cannot be read; None for one that can."""
    fault = plan_fault()
    if not fault:
        return None
    log.error("the plan cannot be read: %s", fault)
    with in_texts(texts_without_plan(language_of(request))):
        page = unreadable_plan(sign_in.viewer_of(request.cookies))
        return _message(request, page, "plan", words("message.plan_text"))


def _unknown(request: Request) -> Response:
    code = code_of(request.query_params)
    drawn = unknown_programme(sign_in.viewer_of(request.cookies), code)
    return _message(request, drawn, "programme", words("programmes.unknown_title", code=code))


def _is_api(request: Request) -> bool:
    """Return whether an address is one for programs, not the page that describes them."""
    return request.url.path.startswith(FOLDER) and request.url.path != DOCS


def _message(request: Request, page: RenderedPage, code: str, text: str) -> Response:
    """Return a page for a browser, its text for a script, a refusal with a code for a program."""
    if _is_api(request):
        return refusal(code, text, page.status)
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(failure(text), page.status, headers={"Cache-Control": "no-store"})
    headers = {"Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8"}
    return page.document.answer(request, headers, page.status)
