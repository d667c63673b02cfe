"""Middleware that puts the language of a request in force."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.accepted import most_wanted_first
from app.core.i18n import TextsOfProgramme, in_texts
from app.core.url_state import DEFAULT_LANGUAGE, LANGUAGES, language_asked
from app.web.api_guard import FOLDER


class LanguageInForce:
    """Middleware that passes each request on in its language."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        # The programme is not known yet, and its plan may be unreadable.
        with in_texts(TextsOfProgramme(language_of(HTTPConnection(scope)))):
            await self.app(scope, receive, send)


def language_of(connection: HTTPConnection) -> str:
    """Return the language of a request: that of its address, or of the page that it names; of a program's, that of
    `lang`, else of its header; else Vietnamese."""
    if not connection.scope["path"].startswith(FOLDER):
        return language_asked(connection.query_params)
    named = connection.query_params.get("lang", "")
    if named in LANGUAGES:
        return named
    listed = most_wanted_first(connection.headers.get("accept-language", ""))
    return next((lang[:2] for lang in listed if lang[:2] in LANGUAGES), DEFAULT_LANGUAGE)
