"""The session cookie: claims of an ID token, signed with the secret of the settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

NAME = "kpi_session"
# Identifies the sign-in among the claims that `read` returns.
SESSION = "kpi_session"
# An attempt to sign in ends after so long.
ATTEMPT_S = 600


def sign(claims: Mapping[str, Any], secret: str) -> str:
    """Return the value of a session cookie."""
    return _sessions(secret).dumps(dict(claims))


# A page, its files and its own requests all bring the same cookie.
@lru_cache(maxsize=1024)
def read(value: str, secret: str) -> Mapping[str, Any] | None:
    """Return the claims of a session cookie, and as `SESSION` the digest that identifies the sign-in; None where the
    signature does not match."""
    try:
        claims = _sessions(secret).loads(value)
    except BadData:
        return None
    # The same token is the same sign-in, and of its person alone.
    identity = json.dumps(claims, sort_keys=True)
    return {**claims, SESSION: hashlib.sha256(identity.encode()).hexdigest()}


def sign_attempt(attempt: Mapping[str, Any], secret: str) -> str:
    """Return the value of the cookie that an attempt to sign in is kept in."""
    return _attempts(secret).dumps(dict(attempt))


def read_attempt(value: str, secret: str) -> dict[str, Any]:
    """Return the attempt of a cookie; empty where the signature does not match or the attempt is too old."""
    try:
        attempt: dict[str, Any] = _attempts(secret).loads(value, max_age=ATTEMPT_S)
    except BadData:
        return {}
    return attempt


def _sessions(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="session", signer_kwargs={"digest_method": hashlib.sha256})


def _attempts(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="sign-in attempt", signer_kwargs={"digest_method": hashlib.sha256})
