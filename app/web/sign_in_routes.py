"""Signing in and out: what `st.login` leaves to be done beside it.

Streamlit's own routes speak with the provider (`/auth/login`, `/oauth2callback`, `/auth/logout`). They lead everybody
to the first page, whatever they wanted and whatever went wrong; they leave no record, do not look for whom a token is
meant, and set cookies that may leave TLS. `StreamlitSignIn` stands around them and sees to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.starlette.starlette_server_config import (
    SESSION_COOKIE_NAME,
    TOKENS_COOKIE_NAME,
    USER_COOKIE_NAME,
)

from app.core import url_state
from app.core.access import Right, Viewer
from app.core.i18n import Words, words
from app.core.role_rights import written_name
from app.ui.templates import render
from app.web import rates, sign_in
from app.web.access_record import recording
from app.web.failed_sign_ins import failed_sign_ins
from app.web.no_store import answer_unkept
from app.web.page_renderer import sign_in_page
from app.web.rates import Kind
from app.web.sign_in import NotSignedInError
from warehouse import clock
from warehouse.intake import RegistryDamagedError
from warehouse.people import AccessKind, AccessTrail, AlreadyRecordedError, Grant, break_glass, unit_name

LOGIN, CALLBACK, LOGOUT = "/auth/login", "/oauth2callback", "/auth/logout"
# What anybody is answered: nothing of it holds a figure or a name.
OPEN_PATHS = (LOGIN, CALLBACK, LOGOUT, "/sign-in", "/sign-in/start", "/sign-in/once", "/_stcore/health")
OPEN_FOLDERS = ("/assets/", "/static/")
# The steps of signing in that are tried, and may fail.
STEPS = (LOGIN, CALLBACK, "/sign-in/once")
# What pages ask by themselves, which keeps nobody signed in.
ASKED_BY_PAGES = ("/intake/build", "/_stcore/", "/since", "/who")
# Streamlit keeps one try to sign in per browser. Here each has a cookie of its own, with Streamlit's state of the try
# and where somebody wanted to go, so that two tabs do not take theirs from each other.
TRY = "kpi_try_"
TRY_S = 600
FOR_CALLBACK = f"Path={CALLBACK}; HttpOnly; SameSite=lax"
# Between the two in its value: in neither of them.
PARTS = "~"
FAILED, REFUSED, UNREACHABLE, SIGNED_OUT = "failed", "refused", "unreachable", "signed_out"
WHY = (FAILED, REFUSED, UNREACHABLE, SIGNED_OUT)


class SignedInOnly:
    """Refuses whatever is not open to anybody to whoever has not signed in, websockets too: a route that forgets to ask
    is never reached."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with the way to sign in."""
        is_for_all = scope["type"] == "lifespan" or scope["path"].startswith(OPEN_FOLDERS)
        if is_for_all or not sign_in.settings().asks_to_sign_in:
            # Where only this machine's users come in, whoever could read a browser's cache may ask the app itself.
            is_kept = is_for_all or not sign_in.settings().is_open_to_all
            await (self.app(scope, receive, send) if is_kept else answer_unkept(self.app, scope, receive, send))
            return
        connection, path = HTTPConnection(scope), scope["path"]
        is_open = path in OPEN_PATHS
        is_use = not is_open and not path.startswith(ASKED_BY_PAGES)
        try:
            viewer = sign_in.viewer_of(connection.cookies, is_use=is_use)
        except RegistryDamagedError as damaged:
            text = damaged.words(_language(connection))
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
            await _not_signed_in(connection)(scope, receive, send)


def _wait_s(connection: HTTPConnection, viewer: Viewer) -> int:
    """Count a request as one of its person, else of its address; the seconds until the next may come, 0 for now."""
    kind = rates.kind_of(connection)
    if viewer.is_signed_in or kind is None:
        return rates.wait_s(viewer, kind)
    kind = Kind.SIGN_IN if connection.url.path in STEPS else Kind.ANONYMOUS
    return rates.wait_of_address_s(rates.address_of(connection), kind)


def _not_signed_in(connection: HTTPConnection) -> Response:
    """The page with the way to sign in for whoever reads it, words for a page's script."""
    lang = url_state.language_of(connection.query_params)
    if connection.scope["type"] == "http" and "text/html" in connection.headers.get("accept", ""):
        query = connection.url.query
        return _sign_in_answer(lang, "", connection.url.path + (f"?{query}" if query else ""))
    said = {"state": "failed", "said": words(lang)("sign_in.ended"), "html": "", "canMark": False}
    return JSONResponse(said, HTTPStatus.UNAUTHORIZED, headers={"Cache-Control": "no-store"})


def _too_often(connection: HTTPConnection, viewer: Viewer, seconds: int) -> Response:
    """Words for a reader and for a page's script, and for programs when to come again."""
    key = "guard.too_often" if viewer.is_signed_in else "guard.too_often_from_here"
    text = words(_language(connection))(key, seconds=seconds)
    headers = {"Cache-Control": "no-store", "Retry-After": str(seconds)}
    if connection.scope["type"] == "http" and "text/html" in connection.headers.get("accept", ""):
        return PlainTextResponse(text, HTTPStatus.TOO_MANY_REQUESTS, headers)
    said = {"state": "failed", "said": text, "html": "", "canMark": False}
    return JSONResponse(said, HTTPStatus.TOO_MANY_REQUESTS, headers)


def _language(connection: HTTPConnection) -> str:
    """The language of an address, or of the one that somebody wants to sign in for."""
    asked = connection.query_params
    return url_state.language_of(asked if "lang" in asked else _query(asked.get("to", "")))


def _sign_in_answer(lang: str, why: str, wanted: str) -> Response:
    start = f"/sign-in/start?{urlencode({'to': own_path(wanted)})}"
    html = sign_in_page(words(lang), why, start)
    headers = {"Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8"}
    return Response(html, HTTPStatus.UNAUTHORIZED, headers=headers)


def own_path(text: str) -> str:
    """An address below this app's own, as it was given; its first page for any other."""
    is_own = text.startswith("/") and not text.startswith(("//", "/\\")) and not urlsplit(text).netloc
    return text if is_own and text.isprintable() else "/"


async def sign_in_route(request: Request) -> Response:
    """The page with the way to sign in, saying why one was led there; the first page for who is in already."""
    wanted, why = own_path(request.query_params.get("to", "/")), request.query_params.get("why", "")
    if not _asks() or sign_in.viewer_of(request.cookies).is_signed_in:
        return RedirectResponse(wanted, HTTPStatus.SEE_OTHER)
    return _sign_in_answer(url_state.language_of(_query(wanted)), why if why in WHY else "", wanted)


async def start(request: Request) -> Response:
    """On to the provider, by way of Streamlit's own route."""
    if not _asks():
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    wanted = own_path(request.query_params.get("to", "/"))
    address = f"{generate_login_redirect_url('default')}&{urlencode({'to': wanted})}"
    return RedirectResponse(address, HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})


def _asks() -> bool:
    return sign_in.settings().asks_to_sign_in


def _query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@dataclass(slots=True)
class Answer:
    """What Streamlit's own route answered, before it goes out."""

    start: Message
    body: bytes = b""

    @property
    def headers(self) -> MutableHeaders:
        """Its headers, to be changed in place."""
        return MutableHeaders(scope=self.start)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that it sets, without those that it takes away."""
        found: dict[str, str] = {}
        for header in self.headers.getlist("set-cookie"):
            for name, morsel in SimpleCookie(header).items():
                if morsel["max-age"] != "0" and morsel.value:
                    found[name] = morsel.value
        return found

    def without_cookie(self, *names: str) -> None:
        """Take back cookies whose names begin so, and what takes them away."""
        taken = tuple(name.encode() for name in names)
        headers = self.start["headers"]
        self.start["headers"] = [one for one in headers if one[0] != b"set-cookie" or not one[1].startswith(taken)]

    def lead(self, address: str) -> None:
        """Lead the browser to an address instead."""
        self.start["status"] = HTTPStatus.SEE_OTHER
        self.headers["location"] = address
        self.headers["content-length"] = "0"
        self.body = b""


class StreamlitSignIn:
    """Stands around Streamlit's three routes; whatever else is asked for passes through."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have Streamlit answer, and finish what it answered."""
        finish = {LOGIN: _begun, CALLBACK: _came_back, LOGOUT: _signed_out}.get(scope.get("path", ""))
        if scope["type"] != "http" or finish is None or not _asks():
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if finish is _signed_out:
            # Before Streamlit forgets who it was.
            if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                await RedirectResponse("/", HTTPStatus.SEE_OTHER)(scope, receive, send)
                return
            await to_thread.run_sync(_end, request.cookies)
        answer = await self._answer(_with_state(scope, _kept_try(request)[0]), receive)
        await to_thread.run_sync(finish, request, answer)
        if sign_in.provider().is_behind_tls:
            answer.start["headers"] = [_secured(*header) for header in answer.start["headers"]]
        await send(answer.start)
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        answer = Answer({"type": "http.response.start", "status": HTTPStatus.BAD_GATEWAY, "headers": []})

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.start = dict(message) | {"headers": list(message["headers"])}
            else:
                answer.body += message.get("body", b"")

        await self.app(scope, receive, take)
        return answer


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    return name, value + b"; Secure" if name == b"set-cookie" and b"; secure" not in value.lower() else value


def _with_state(scope: Scope, state: str) -> Scope:
    """The request with Streamlit's state of one try, and of no other."""
    sent = Headers(scope=scope).get("cookie", "").split(";")
    kept = [cookie.strip() for cookie in sent if cookie.partition("=")[0].strip() != SESSION_COOKIE_NAME]
    if state:
        kept.append(f"{SESSION_COOKIE_NAME}={state}")
    headers = [header for header in scope["headers"] if header[0] != b"cookie"]
    return {**scope, "headers": [*headers, (b"cookie", "; ".join(kept).encode("latin-1"))]}


def _kept_try(request: Request) -> tuple[str, str]:
    """Streamlit's state of the try that the provider answers, and where somebody wanted to go; empty for no try."""
    kept = request.cookies.get(_cookie_of(request.query_params.get("state", "")), "")
    state, _, wanted = kept.partition(PARTS)
    return state, own_path(unquote(wanted))


def _begun(request: Request, answer: Answer) -> None:
    """Streamlit leads to the provider: keep its state of this try, and where to come back to."""
    wanted = own_path(request.query_params.get("to", "/"))
    state = _query(answer.headers.get("location", "")).get("state", "")
    if not state:
        answer.lead(_back(UNREACHABLE, wanted))
        return
    kept = f"{answer.cookies.get(SESSION_COOKIE_NAME, '')}{PARTS}{quote(wanted, safe='')}"
    answer.without_cookie(SESSION_COOKIE_NAME)
    answer.headers.append("set-cookie", f"{_cookie_of(state)}={kept}; {FOR_CALLBACK}; Max-Age={TRY_S}")


def _came_back(request: Request, answer: Answer) -> None:
    """Streamlit took what the provider sent. Let nobody in whose token does not hold, and put everybody on record."""
    state, wanted = request.query_params.get("state", ""), _kept_try(request)[1]
    answer.without_cookie(SESSION_COOKIE_NAME)
    if state:
        answer.headers.append("set-cookie", f"{_cookie_of(state)}=; {FOR_CALLBACK}; Max-Age=0")
    if USER_COOKIE_NAME in answer.cookies:
        why = _recorded(answer.cookies, rates.address_of(request))
        if why:
            answer.without_cookie(USER_COOKIE_NAME, TOKENS_COOKIE_NAME)
        answer.lead(_back(why, wanted) if why else wanted)
    elif not request.query_params:
        # The provider sends people here too when it has signed them out.
        answer.lead(_back(SIGNED_OUT, "/"))
    elif not sign_in.viewer_of(request.cookies).is_signed_in:
        failed_sign_ins.count(rates.address_of(request), FAILED)
        answer.lead(_back(FAILED, wanted))
    else:
        # An older tab of somebody who has signed in meanwhile.
        answer.lead(wanted)


def _recorded(cookies: Mapping[str, str], address: str) -> str:
    """Put a sign-in on record; why it does not count, empty where it does."""
    trail = AccessTrail.open()
    try:
        found = sign_in.signed_in(cookies)
        trail.record(AccessKind.SIGNED_IN, found.person, found.session, is_once=True)
    except NotSignedInError as error:
        failed_sign_ins.count(address, error.why)
        return REFUSED
    except AlreadyRecordedError:
        trail.record(AccessKind.SIGN_IN_FAILED, found.person, about={"why": "replayed"})
        return REFUSED
    sign_in.sessions().look()
    return ""


def _end(cookies: Mapping[str, str]) -> None:
    """End every session of whoever brings these cookies, in whatever browser; those of an ended one end nothing."""
    try:
        found = sign_in.signed_in(cookies)
    except NotSignedInError:
        return
    if not sign_in.sessions().is_open(found.session):
        return
    AccessTrail.open().record(AccessKind.SIGNED_OUT, found.person, found.session)
    sign_in.sessions().look()


def _signed_out(_: Request, answer: Answer) -> None:
    """What is kept in the browser goes too; a provider that has an end of its own is gone on to."""
    answer.headers["clear-site-data"] = '"cache"'
    if answer.headers.get("location") == "/":
        answer.lead(_back(SIGNED_OUT, "/"))


def _back(why: str, wanted: str) -> str:
    return f"/sign-in?{urlencode({'why': why, 'to': wanted})}"


def _cookie_of(state: str) -> str:
    plain = "".join(letter for letter in state if letter.isascii() and letter.isalnum())
    return TRY + plain[:32]


def once(request: Request) -> Response:
    """In by a one-time code of the command line, when no provider answers."""
    if not _asks():
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    trail = AccessTrail.open()
    try:
        issued = break_glass.redeem(trail, request.query_params.get("code", ""))
    except break_glass.BreakGlassError:
        failed_sign_ins.count(rates.address_of(request), sign_in.BREAK_GLASS)
        return RedirectResponse(_back(REFUSED, "/"), HTTPStatus.SEE_OTHER)
    cookie = sign_in.break_glass_cookie(issued.person, issued.session)
    found = sign_in.signed_in({USER_COOKIE_NAME: cookie})
    trail.record(AccessKind.SIGNED_IN, found.person, found.session, is_once=True)
    sign_in.sessions().look()
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        USER_COOKIE_NAME, cookie, httponly=True, samesite="lax", secure=sign_in.provider().is_behind_tls, path="/"
    )
    return answer


async def who(request: Request) -> Response:
    """Who is signed in and what they are here, as it stands in the bar of every page: pages are the same for all who
    may do the same, so it is no part of them."""
    if not _asks():
        return Response(status_code=HTTPStatus.NO_CONTENT)
    say = words(url_state.language_of(request.query_params))
    try:
        found = sign_in.signed_in(request.cookies)
    except NotSignedInError:
        return Response(status_code=HTTPStatus.UNAUTHORIZED)
    grants = sign_in.grants_of(found)
    roles = [_told(grant, say) for grant in grants] or [say("role.none")]
    name = written_name(grants, found.name)
    html = render("web/who.html", name=name, initial=_initial(name), person=found.person, roles=roles, words=say)
    return Response(html, media_type="text/html", headers={"Cache-Control": "no-store"})


def _initial(name: str) -> str:
    """The first letter of somebody's own name, which Vietnamese write last, before their office."""
    words_of_name = name.partition("·")[0].split()
    return words_of_name[-1][0].upper() if words_of_name else ""


def _told(grant: Grant, say: Words) -> str:
    role = say(f"role.{grant.role.value}")
    if not grant.unit_code:
        return role
    return say("role.of", role=role, unit=unit_name(grant.unit_code, clock.now().date(), say.lang))


ROUTES = [
    Route("/who", who),
    Route("/sign-in", sign_in_route),
    Route("/sign-in/start", start),
    Route("/sign-in/once", once),
]
