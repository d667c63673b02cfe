"""The cookie that `st.login` sets and the secrets that it needs, read and written with Streamlit's own functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri, get_secrets_auth_section
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

SESSION = "kpi_session"


def secrets() -> Mapping[str, Any]:
    """The section `auth` of the secrets; empty where there is none."""
    section: Mapping[str, Any] = get_secrets_auth_section()
    return section


def secrets_by_name() -> dict[str, Any]:
    """The same section as plain values, what stands in it too."""
    section: dict[str, Any] = get_secrets_auth_section().to_dict()
    return section


def origin() -> str:
    """The scheme, name and port to which the provider sends people back."""
    return get_origin_from_redirect_uri() or ""


def claims_of(cookies: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What the cookie says of a token, however many parts it came in, and as `SESSION` what tells this sign-in from
    every other; None for one that we did not sign."""
    parts = tuple((name, value) for name, value in cookies.items() if name.startswith(USER_COOKIE_NAME))
    return _claims_of(_secret(), parts) if parts else None


def signed(claims: Mapping[str, Any]) -> str:
    """The cookie that says these claims."""
    return create_signed_value(_secret(), USER_COOKIE_NAME, json.dumps(claims)).decode()


@cache
def _secret() -> str:
    secret: str = get_cookie_secret()
    return secret


# A page, its files and what it asks by itself all bring the same few cookies.
@lru_cache(maxsize=1024)
def _claims_of(secret: str, parts: tuple[tuple[str, str], ...]) -> Mapping[str, Any] | None:
    cookies = dict(parts)

    def unsigned(name: str) -> bytes | None:
        return decode_signed_value(secret, name, cookies.get(name, "").encode("latin-1", "replace"))

    raw = get_cookie_with_chunks(unsigned, USER_COOKIE_NAME)
    if raw is None:
        return None
    claims: dict[str, Any] = json.loads(raw)
    # The same token is the same sign-in.
    told = [claims.get(name) for name in ("iss", "sub", "iat", "exp", "nonce", "jti")]
    return claims | {SESSION: hashlib.sha256(json.dumps(told).encode()).hexdigest()}
