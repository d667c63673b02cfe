"""The confirmation of a form that a browser without scripts sent: kept until the page it is redirected to."""

from __future__ import annotations

import secrets

from cachetools import TTLCache
from starlette.requests import Request
from starlette.responses import Response

from warehouse.programmes import code_in_force

COOKIE = "kpi_notice"
KEPT_S = 60
_texts: TTLCache[tuple[str, str], str] = TTLCache(10_000, ttl=KEPT_S)


def keep(answer: Response, text: str) -> None:
    """Keep a text for the browser that receives `answer`."""
    key = secrets.token_urlsafe(12)
    _texts[code_in_force(), key] = text
    answer.set_cookie(COOKIE, key, max_age=KEPT_S, httponly=True, samesite="lax")


def take(request: Request) -> str:
    """Return the text that is kept for a browser, once; empty where there is none for the programme in force."""
    key = request.cookies.get(COOKIE, "")
    return _texts.pop((code_in_force(), key), "") if key else ""
