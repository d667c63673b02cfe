"""Middleware for every request and answer: headers, host names, origins, sign-in.

Plain ASGI: Starlette's `BaseHTTPMiddleware` sees no websocket, and the exploring pages use one.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import socket
from collections.abc import Iterable
from http import HTTPStatus
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.i18n import in_texts, texts_without_plan, words, words_in
from app.web import oidc
from app.web.access_record import UNRECORDED, why_unrecorded
from app.web.language_in_force import LanguageInForce, language_of
from app.web.observation import Observed, label_of
from app.web.page_renderer import FIRST
from app.web.programme_in_force import KnownProgrammesOnly, ProgrammeInForce, ReadablePlanOnly
from app.web.request_id import HEADER, error_code
from app.web.sign_in_routes import SignedInOnly
from app.web.streamlit_files import STREAMLIT_PATHS, inline_script
from app.web.work_queue import RETRY_LATER
from warehouse.health.setting import why_unusable
from warehouse.people import load_roles, missing_secrets
from warehouse.programmes import in_force
from warehouse.settings import Settings, SettingsError, language_of_commands

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
# Of a websocket, the scheme of the page that opens it.
PAGE_SCHEMES = {"ws": "http", "wss": "https"}
log = logging.getLogger(__name__)
ANSWERS = ("http.response.start", "websocket.http.response.start")


def _policy(scripts: Iterable[str], fonts: Iterable[str]) -> str:
    # docs/security.md explains why each of these is needed.
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *scripts],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", *fonts],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


HEADERS = {
    "Content-Security-Policy": _policy([_hash(FIRST)], []),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
# Streamlit's own page has a script in it, and a font of icons in its style sheet.
EXPLORE_HEADERS = HEADERS | {"Content-Security-Policy": _policy([_hash(inline_script())], ["data:"])}


class GuardedAnswers:
    """Middleware that puts `HEADERS`, or `EXPLORE_HEADERS` where the path is Streamlit's, on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        headers = EXPLORE_HEADERS if STREAMLIT_PATHS.fullmatch(scope.get("path", "")) else HEADERS

        async def send_guarded(message: Message) -> None:
            if message["type"] in ANSWERS:
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, send_guarded)


class OwnPagesOnly:
    """Middleware that refuses requests of other sites' pages, and websockets without an origin.

    Comes after the host's name was checked: a page is this app's own when it was loaded under the very scheme, name
    and port that the request goes to. Behind a proxy the scheme is that of `X-Forwarded-Proto`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with a text."""
        if scope["type"] == "lifespan" or _is_own(scope):
            await self.app(scope, receive, send)
        else:
            await _foreign()(scope, receive, send)


def _is_own(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        # Browsers send the origin of every websocket, and of every request of another site's script.
        return bool(scope["type"] == "http")
    scheme = PAGE_SCHEMES.get(scope["scheme"], scope["scheme"])
    return origin == f"{scheme}://{headers['host']}"


def _foreign() -> Response:
    return PlainTextResponse(words("guard.foreign"), 403)


async def failed(request: Request, error: Exception) -> Response:
    """Return the answer for an error that no route handled: what could not be put on the access trail is not done. The
    trace of any other error is in the log."""
    code = error_code()
    cause = _cause(error)
    # All middleware has ended by now.
    say = words_in(language_of(request))
    if isinstance(cause, UNRECORDED):
        log.error("%s not done: %s", label_of(request.url.path), type(cause).__name__)
        key, status = why_unrecorded(cause)
        later = RETRY_LATER if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
        return PlainTextResponse(say(key), status, headers=HEADERS | {HEADER: code} | later)
    log.error("%s failed with %s (code %s)", label_of(request.url.path), type(error).__name__, code, exc_info=error)
    return PlainTextResponse(say("guard.failed", code=code), 500, headers=HEADERS | {HEADER: code})


def _cause(error: BaseException) -> BaseException:
    """Return the error that a group of a single one holds: that of an answer in several parts."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def middleware(settings: Settings) -> list[Middleware]:
    """Return the middleware in the order in which a request passes it."""
    names = [*LOOPBACK_NAMES, *settings.host_names]
    return [
        Middleware(Observed),
        Middleware(LanguageInForce),
        Middleware(GuardedAnswers),
        Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False),
        Middleware(OwnPagesOnly),
        Middleware(ProgrammeInForce),
        Middleware(ReadablePlanOnly),
        Middleware(SignedInOnly),
        Middleware(KnownProgrammesOnly),
    ]


def starting_settings() -> Settings:
    """Return the settings of the app. Raises SystemExit with a text where one of them cannot be used."""
    try:
        return Settings.from_env()
    except SettingsError as error:
        raise _unusable(error) from None


def _unusable(error: SettingsError) -> SystemExit:
    lang = language_of_commands()
    with in_texts(texts_without_plan(lang)):
        return SystemExit(words("guard.setting", detail=why_unusable(error, lang)))


def refuse_exposure(settings: Settings, address: str | None) -> None:
    """Raise SystemExit with a text when users of other machines would reach the app without sign-in.

    `address` is where it listens; none means everywhere. A host name means that a proxy gives others access. With
    `KPI_AUTH=none-on-purpose` nothing is refused, and every page shows a banner. With `oidc` the provider must be set
    up.
    """
    if settings.asks_to_sign_in:
        _refuse_without_provider(settings)
        return
    if settings.is_open_to_all or (_is_loopback(address) and not settings.host_names):
        return
    where = ", ".join(settings.host_names) or address or "0.0.0.0, ::"
    raise SystemExit(words_in(settings.lang)("guard.exposed", where=where))


def _refuse_without_provider(settings: Settings) -> None:
    missing = missing_secrets(oidc.secrets())
    if missing:
        raise SystemExit(words_in(settings.lang)("guard.no_provider", missing=", ".join(missing)))
    for code in settings.codes:
        with in_force(code):
            _report_roles(settings.lang)


def _report_roles(lang: str) -> None:
    """Log the mistakes in the roles file of the programme in force; a plan pack that cannot be read, which stops a
    single plan, is logged for one of several programmes: the others start."""
    settings = Settings.from_env()
    try:
        problems = load_roles(settings.roles_file).problems
    except SettingsError as error:
        if not settings.programmes:
            raise _unusable(error) from None
        log.warning("%s: %s", settings.programme, why_unusable(error, lang))
        return
    for problem in problems:
        log.warning("%s: %s", settings.roles_file, problem.located(lang))


def _is_loopback(address: str | None) -> bool:
    try:
        return bool(address) and all(ip_address(found).is_loopback for found in _addresses(address))
    except OSError:
        return False


def _addresses(name: str | None) -> Iterable[str]:
    return (str(found[4][0]) for found in socket.getaddrinfo(name, None))
