"""The cookie that `st.login` sets and the secrets that it needs, read and written with Streamlit's own functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri, get_secrets_auth_section
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME


def secrets() -> Mapping[str, Any]:
    """The section `auth` of the secrets; empty where there is none."""
    section: Mapping[str, Any] = get_secrets_auth_section()
    return section


def origin() -> str:
    """The scheme, name and port to which the provider sends people back."""
    return get_origin_from_redirect_uri() or ""


def claims_of(cookies: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What the cookie says of a token, however many parts it came in; None for one that we did not sign."""
    raw = get_cookie_with_chunks(lambda name: _unsigned(name, cookies.get(name, "")), USER_COOKIE_NAME)
    if raw is None:
        return None
    claims: Mapping[str, Any] = json.loads(raw)
    return claims


def signed(claims: Mapping[str, Any]) -> str:
    """The cookie that says these claims."""
    return create_signed_value(get_cookie_secret(), USER_COOKIE_NAME, json.dumps(claims)).decode()


def _unsigned(name: str, value: str) -> bytes | None:
    return _unsigned_by(get_cookie_secret(), name, value) if value else None


# A page, its files and what it asks by itself all bring the same few cookies.
@lru_cache(maxsize=1024)
def _unsigned_by(secret: str, name: str, value: str) -> bytes | None:
    return decode_signed_value(secret, name, value.encode("latin-1", "replace"))
