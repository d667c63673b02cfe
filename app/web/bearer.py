"""Callers of the API: from the token in the header of a request to a viewer with rights.

A token is accepted from the header only: an address is kept in logs and histories.
"""

from __future__ import annotations

from threading import Lock

from cachetools import TTLCache
from starlette.requests import HTTPConnection

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.role_rights import viewer_of_grants
from app.web import sign_in
from warehouse.people import AccessKind, AccessTrail, ApiToken, Tokens, token_hash
from warehouse.programmes import code_in_force
from warehouse.settings import Settings

SCHEME = "bearer"
# Maximum delay until the withdrawal of a token takes effect.
LOOK_EVERY_S = 1.0
# The use of a token, and data that is taken with it, is recorded once in so long: a walk over pages is one event.
REPEATED_S = 3600.0
_known: TTLCache[tuple[str, str], ApiToken] = TTLCache(maxsize=1000, ttl=LOOK_EVERY_S)
_lock = Lock()
_recorded: TTLCache[tuple[str, str, str], bool] = TTLCache(maxsize=10_000, ttl=REPEATED_S)


class TokenRefusedError(Exception):
    """The request has no token, or one that is not accepted; `code` names the text (`api.<code>`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def caller_of(connection: HTTPConnection, *, takes_cookies: bool) -> Viewer:
    """Return the viewer of a request to the API.

    Without a header it is, for documents that `takes_cookies`, the person signed in; where the app runs without
    sign-in, its viewer. Raises TokenRefusedError, RegistryError.
    """
    header = connection.headers.get("authorization", "")
    if not header:
        if not sign_in.settings().asks_to_sign_in:
            return BUILT_IN_VIEWER
        viewer = sign_in.viewer_of(connection.cookies) if takes_cookies else sign_in.NOBODY
        if not viewer.is_signed_in:
            raise TokenRefusedError("no_token")
        return viewer
    scheme, _, text = header.partition(" ")
    token = _accepted(text.strip()) if scheme.lower() == SCHEME else None
    if token is None:
        raise TokenRefusedError("unknown_token")
    return viewer_of_grants((token.grant,), token.person, token.token_name, token.token_hash)


def _accepted(text: str) -> ApiToken | None:
    key = (code_in_force(), token_hash(text))
    known = _known.get(key)
    if known is None:
        known = Tokens(AccessTrail.open(Settings.from_env())).accepted(text)
        if known is not None:
            _known[key] = known
    return known


def record_use(viewer: Viewer, address: str) -> None:
    """Record that a token is used from an address."""
    _record_once(AccessKind.TOKEN_USED, viewer, {"address": address})


def record_taken(viewer: Viewer, what: str) -> None:
    """Record data that was taken over the API."""
    _record_once(AccessKind.DOWNLOADED, viewer, {"what": f"/api/v1 {what}"})


def _record_once(kind: AccessKind, viewer: Viewer, about: dict[str, str]) -> None:
    if not viewer.is_signed_in:
        return
    key = (code_in_force(), viewer.session, f"{kind} {about}")
    with _lock:
        if key in _recorded:
            return
    # Written before the answer is sent: what cannot be recorded is not given.
    AccessTrail.open(Settings.from_env()).record(kind, viewer.person, viewer.session, about)
    with _lock:
        _recorded[key] = True
