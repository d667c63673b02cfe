"""Signing in and out: the routes that speak with the OpenID provider, and the guard that answers no one else.

`/sign-in/start` redirects to the provider, `/oauth2callback` receives its answer, sets the session cookie and puts the
sign-in on the access trail, `/sign-out` ends every session of the person.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from anyio import to_thread
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.core.i18n import words
from app.core.role_rights import written_name
from app.core.unreadable import why_unreadable
from app.core.url_state import LANGUAGES
from app.digest.letter import STOP
from app.ui.templates import render
from app.web import oidc, rates, session_cookie, sign_in
from app.web.access_record import recording
from app.web.api_guard import FOLDER as API_FOLDER
from app.web.api_guard import callers_only
from app.web.failed_sign_ins import failed_sign_ins
from app.web.incoming import CrossSiteError, TooLargeError, UploadTimeoutError, failure, form_fields, require_own
from app.web.no_store import answer_unkept
from app.web.oidc import CALLBACK
from app.web.page_renderer import sign_in_page
from app.web.rates import Kind
from app.web.report_routes import MAX_FIELDS, MAX_FORM_BYTES
from app.web.sign_in import NotSignedInError
from app.web.status_routes import MONITORED
from warehouse import clock
from warehouse.intake import DiskFullError, RegistryBusyError, RegistryError
from warehouse.people import AccessKind, AlreadyRecordedError, Grant, break_glass, unit_name

START, ONCE, SIGN_OUT = "/sign-in/start", "/sign-in/once", "/sign-out"
# Answered without a sign-in: nothing of it holds a figure or a name.
SIGN_IN_PATHS = ("/sign-in", START, ONCE, CALLBACK, SIGN_OUT)
OPEN_PATHS = (*SIGN_IN_PATHS, *MONITORED, STOP)
OPEN_FOLDERS = ("/assets/",)
# Where a report that is filled in on a page is posted: its script keeps what was typed.
REPORT = "/act/report"
# The steps of signing in, which may fail and are limited by address.
STEPS = (START, CALLBACK, ONCE)
# Requests that pages make automatically: they do not extend a session.
AUTOMATIC_PATHS = ("/intake/build", "/explore/_stcore/", "/since", "/who", "/version")
# Each attempt to sign in has a cookie of its own, named by its state, so that two tabs do not overwrite each other's.
ATTEMPT = "kpi_try_"
# An attempt holds the address that it leads to: browsers drop a cookie, and proxies an answer's headers, above 4 kB.
LONGEST_ENTERED = 2_000
FAILED, REFUSED, UNREACHABLE, SIGNED_OUT = "failed", "refused", "unreachable", "signed_out"
WHY = (FAILED, REFUSED, UNREACHABLE, SIGNED_OUT)
# Of a form that a browser without scripts sent after its session had ended: the page holds it, or cannot, as a file.
UNSENT, LOST = "unsent", "lost"
Typed = list[tuple[str, str]]
log = logging.getLogger(__name__)


class SignedInOnly:
    """Middleware that answers only signed-in viewers, websockets included, except for the open paths: a route that
    forgets to check is never reached. Programs have tokens instead (`api_guard`)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with the sign-in page."""
        if scope["type"] == "http" and scope["path"].startswith(API_FOLDER):
            await callers_only(self.app, scope, receive, send)
            return
        is_for_all = scope["type"] == "lifespan" or scope["path"].startswith(OPEN_FOLDERS)
        if is_for_all or not sign_in.settings().asks_to_sign_in:
            # Where only users of this machine have access, a reader of the browser's cache could request the page.
            is_kept = is_for_all or not sign_in.settings().is_open_to_all
            if scope["type"] == "http" and not is_for_all:
                send = recording(BUILT_IN_VIEWER, HTTPConnection(scope), send)
            await (self.app(scope, receive, send) if is_kept else answer_unkept(self.app, scope, receive, send))
            return
        connection, path = HTTPConnection(scope), scope["path"]
        is_open = path in OPEN_PATHS
        is_use = not is_open and not path.startswith(AUTOMATIC_PATHS)
        try:
            viewer = sign_in.viewer_of(connection.cookies, is_use=is_use)
        except RegistryError as damaged:
            text = why_unreadable(damaged)
            await PlainTextResponse(text, HTTPStatus.SERVICE_UNAVAILABLE)(scope, receive, send)
            return
        if seconds := _wait_s(connection, viewer):
            await _too_often(connection, viewer, seconds)(scope, receive, send)
        elif viewer.is_signed_in and not is_open:
            send = recording(viewer, connection, send)
            sees_small = viewer.may_somewhere(Right.SMALL_COUNTS)
            await (answer_unkept(self.app, scope, receive, send) if sees_small else self.app(scope, receive, send))
        elif is_open:
            await self.app(scope, receive, send)
        else:
            typed = await _typed(Request(scope, receive)) if _is_form(connection) else []
            await _not_signed_in(connection, typed)(scope, receive, send)


def _wait_s(connection: HTTPConnection, viewer: Viewer) -> int:
    """Count a request for its person, else for its address; return the seconds until the next is allowed."""
    kind = rates.kind_of(connection)
    path = connection.url.path
    if viewer.is_signed_in and path.startswith("/act/") and path != REPORT:
        # Counted there: the answer keeps what was typed.
        return 0
    if viewer.is_signed_in or kind is None:
        return rates.wait_s(viewer, kind)
    kind = Kind.SIGN_IN if connection.url.path in STEPS else Kind.ANONYMOUS
    return rates.wait_of_address_s(rates.address_of(connection), kind)


def _is_form(connection: HTTPConnection) -> bool:
    """Return whether a request is a form of a page, sent by a browser and not by a page's script."""
    is_post = connection.scope["type"] == "http" and connection.scope["method"] == "POST"
    kinds = connection.headers.get("accept", ""), connection.headers.get("content-type", "")
    return is_post and "text/html" in kinds[0] and kinds[1].startswith("application/x-www-form-urlencoded")


async def _typed(request: Request) -> Typed:
    """Return what was typed into a form of a page of this app; nothing for any other form."""
    try:
        require_own(request, ("origin",))
        # A report is the largest form of the app.
        return await form_fields(request, MAX_FORM_BYTES, MAX_FIELDS)
    except (CrossSiteError, TooLargeError, UploadTimeoutError, ClientDisconnect, ValueError):
        return []


def _not_signed_in(connection: HTTPConnection, typed: Typed) -> Response:
    """Return the sign-in page for a browser, which holds what was typed into a form; JSON for a page's script."""
    if connection.scope["type"] == "http" and "text/html" in connection.headers.get("accept", ""):
        query = connection.url.query
        why = (UNSENT if typed else LOST) if connection.scope["method"] == "POST" else ""
        return _sign_in_answer(why, connection.url.path + (f"?{query}" if query else ""), typed)
    said = words("sign_in.ended")
    return JSONResponse(failure(said), HTTPStatus.UNAUTHORIZED, headers={"Cache-Control": "no-store"})


def _too_often(connection: HTTPConnection, viewer: Viewer, seconds: int) -> Response:
    """Return the refusal as text for a reader, as JSON for a page's script, with `Retry-After` for programs."""
    key = "guard.too_often" if viewer.is_signed_in else "guard.too_often_from_here"
    text = words(key, seconds=seconds)
    headers = {"Cache-Control": "no-store", "Retry-After": str(seconds)}
    if connection.scope["type"] == "http" and "text/html" in connection.headers.get("accept", ""):
        return PlainTextResponse(text, HTTPStatus.TOO_MANY_REQUESTS, headers)
    return JSONResponse(failure(text), HTTPStatus.TOO_MANY_REQUESTS, headers)


def _sign_in_answer(why: str, wanted: str, typed: Typed | None = None) -> Response:
    start = f"{START}?{urlencode({'to': _entered(wanted)})}"
    html = sign_in_page(why, start, own_path(wanted), typed or [])
    headers = {"Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8"}
    return Response(html, HTTPStatus.UNAUTHORIZED, headers=headers)


def own_path(text: str) -> str:
    """Return an address of this app as it was given; `/` for any other."""
    is_own = text.isprintable() and text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if is_own else "/"


def _entered(wanted: str) -> str:
    """Return the address of this app that signing in leads to: of one that is too long its page, without its state."""
    own = own_path(wanted)
    return next((path for path in (own, own.partition("?")[0]) if len(path) <= LONGEST_ENTERED), "/")


async def sign_in_route(request: Request) -> Response:
    """Return the sign-in page with the reason for it; redirect a viewer who is signed in."""
    wanted, why = own_path(request.query_params.get("to", "/")), request.query_params.get("why", "")
    if not _asks() or sign_in.viewer_of(request.cookies).is_signed_in:
        return RedirectResponse(wanted, HTTPStatus.SEE_OTHER)
    return _sign_in_answer(why if why in WHY else "", wanted)


async def start(request: Request) -> Response:
    """Redirect to the provider; the attempt is kept in a cookie until the callback."""
    if not _asks():
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    wanted = _entered(request.query_params.get("to", "/"))
    try:
        answer, state, attempt = await oidc.authorize(request)
    except oidc.PROVIDER_ERRORS:
        return RedirectResponse(_back(UNREACHABLE, wanted), HTTPStatus.SEE_OTHER)
    value = session_cookie.sign_attempt({"attempt": attempt, "to": wanted}, oidc.cookie_secret())
    answer.set_cookie(_cookie_of(state), value, max_age=session_cookie.ATTEMPT_S, path=CALLBACK, **_cookie_options())
    answer.headers["cache-control"] = "no-store"
    return answer


async def callback(request: Request) -> Response:
    """Receive the provider's answer: check its token, put the sign-in on the trail, set the session cookie and redirect
    to the page that was requested. The provider redirects here after signing out, too."""
    if not _asks() or not request.query_params.keys() & {"code", "error"}:
        return RedirectResponse(_signed_out(request.query_params.get("state", "")), HTTPStatus.SEE_OTHER)
    name = _cookie_of(request.query_params.get("state", ""))
    kept = session_cookie.read_attempt(request.cookies.get(name, ""), oidc.cookie_secret())
    wanted = own_path(str(kept.get("to", "/")))
    try:
        session = sign_in.session_of(await oidc.claims_of_callback(request, kept.get("attempt", {})))
    except oidc.PROVIDER_ERRORS:
        answer = await to_thread.run_sync(_failed, request, wanted)
    else:
        why = await to_thread.run_sync(_record, session, rates.address_of(request))
        answer = RedirectResponse(_back(why, wanted) if why else wanted, HTTPStatus.SEE_OTHER)
        if not why:
            answer.set_cookie(session_cookie.NAME, session, path="/", **_cookie_options())
    answer.delete_cookie(name, path=CALLBACK, **_cookie_options())
    answer.headers["cache-control"] = "no-store"
    return answer


def _failed(request: Request, wanted: str) -> RedirectResponse:
    """Redirect to the sign-in page; an older tab of a person who has signed in meanwhile to its page."""
    if sign_in.viewer_of(request.cookies).is_signed_in:
        return RedirectResponse(wanted, HTTPStatus.SEE_OTHER)
    failed_sign_ins.count(rates.address_of(request), FAILED)
    return RedirectResponse(_back(FAILED, wanted), HTTPStatus.SEE_OTHER)


async def sign_out(request: Request) -> Response:
    """End every session of the person, here and at the provider; a request from another site ends nothing.

    What cannot be put on the trail ends in this browser only, and the answer states it.
    """
    if not _asks() or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    answer: Response
    try:
        was_in = await to_thread.run_sync(_end, request.cookies)
    except (DiskFullError, RegistryBusyError, RegistryError) as error:
        log.error("a sign-out is not on the access trail: %s", type(error).__name__)
        answer = PlainTextResponse(words("sign_in.ended_here"), HTTPStatus.SERVICE_UNAVAILABLE)
    else:
        onward = (await oidc.logout_url(words.lang) if was_in else "") or _signed_out(words.lang)
        answer = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    answer.delete_cookie(session_cookie.NAME, path="/", **_cookie_options())
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def _cookie_options() -> dict[str, Any]:
    return {"httponly": True, "samesite": "lax", "secure": oidc.provider().is_behind_tls}


def _asks() -> bool:
    return sign_in.settings().asks_to_sign_in


def _record(session: str, address: str) -> str:
    """Put a sign-in on the trail; return why it is not accepted, empty where it is."""
    trail = sign_in.trail()
    try:
        found = sign_in.signed_in({session_cookie.NAME: session})
        trail.record(AccessKind.SIGNED_IN, found.person, found.session, is_once=True)
    except NotSignedInError as error:
        failed_sign_ins.count(address, error.why)
        return REFUSED
    except AlreadyRecordedError:
        trail.record(AccessKind.SIGN_IN_FAILED, found.person, about={"why": "replayed"})
        return REFUSED
    sign_in.sessions().look()
    return ""


def _end(cookies: Mapping[str, str]) -> bool:
    """End every session of the person of these cookies, in every browser; return whether theirs was open: an ended one
    ends nothing."""
    try:
        found = sign_in.signed_in(cookies)
    except NotSignedInError:
        return False
    if not sign_in.sessions().is_open(found.session):
        return False
    sign_in.trail().record(AccessKind.SIGNED_OUT, found.person, found.session)
    sign_in.sessions().look()
    return True


def _signed_out(lang: str) -> str:
    """Return the address of the page that confirms it, in a language; in the default one for any other text."""
    return _back(SIGNED_OUT, f"/?lang={lang}" if lang in LANGUAGES else "/")


def _back(why: str, wanted: str) -> str:
    return f"/sign-in?{urlencode({'why': why, 'to': wanted})}"


def _cookie_of(state: str) -> str:
    plain = "".join(letter for letter in state if letter.isascii() and letter.isalnum())
    return ATTEMPT + plain[:32]


def once(request: Request) -> Response:
    """Sign in with a one-time code of the command line, for when the provider is out of reach."""
    if not _asks():
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    trail = sign_in.trail()
    try:
        issued = break_glass.redeem(trail, request.query_params.get("code", ""))
    except break_glass.BreakGlassError:
        failed_sign_ins.count(rates.address_of(request), sign_in.BREAK_GLASS)
        return RedirectResponse(_back(REFUSED, "/"), HTTPStatus.SEE_OTHER)
    session = sign_in.break_glass_session(issued.person, issued.session)
    found = sign_in.signed_in({session_cookie.NAME: session})
    trail.record(AccessKind.SIGNED_IN, found.person, found.session, is_once=True)
    sign_in.sessions().look()
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})
    answer.set_cookie(session_cookie.NAME, session, path="/", **_cookie_options())
    return answer


async def who(request: Request) -> Response:
    """Return name and roles of the signed-in person for the bar of every page: cached pages are shared by viewers of
    equal rights, so names are no part of them."""
    if not _asks():
        return Response(status_code=HTTPStatus.NO_CONTENT)
    try:
        found = sign_in.signed_in(request.cookies)
    except NotSignedInError:
        return Response(status_code=HTTPStatus.UNAUTHORIZED)
    grants = sign_in.grants_of(found)
    roles = [_told(grant) for grant in grants] or [words("role.none")]
    name = written_name(grants, found.name)
    html = render("web/who.html", name=name, initial=_initial(name), person=found.person, roles=roles)
    return Response(html, media_type="text/html", headers={"Cache-Control": "no-store"})


def _initial(name: str) -> str:
    """Return the initial of a person's given name, which Vietnamese write last, before the office."""
    words_of_name = name.partition("·")[0].split()
    return words_of_name[-1][0].upper() if words_of_name else ""


def _told(grant: Grant) -> str:
    role = words(f"role.{grant.role.value}")
    if not grant.unit_code:
        return role
    return words("role.of", role=role, unit=unit_name(grant.unit_code, clock.now().date(), words.lang))


ROUTES = [
    Route("/who", who),
    Route("/sign-in", sign_in_route),
    Route(START, start),
    Route(CALLBACK, callback),
    Route(ONCE, once),
    Route(SIGN_OUT, sign_out),
]
