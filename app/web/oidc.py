"""The OpenID provider: its settings (section `auth` of the secrets) and the client that speaks with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

DISCOVERY = "/.well-known/openid-configuration"
# The address that is registered with the provider, for signing in and out.
CALLBACK = "/oauth2callback"
# Authlib's errors, no answer from the provider, and answers that do not follow the standard.
PROVIDER_ERRORS = (AuthlibBaseError, JoseError, httpx.HTTPError, ValueError, KeyError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Provider:
    """`issuer` is the provider's name in its tokens, `client_id` the app's at the provider, `origin` the address of the
    app to which the provider redirects."""

    issuer: str
    client_id: str
    origin: str

    @property
    def is_behind_tls(self) -> bool:
        """Return whether browsers reach the app over TLS, so that cookies can be limited to it."""
        return self.origin.startswith("https://")


@cache
def secrets() -> Mapping[str, Any]:
    """Return the section `auth` of the secrets; empty where there is none."""
    # Importing Streamlit costs seconds, which commands that only render pages do without.
    import streamlit as st  # noqa: PLC0415
    from streamlit.errors import StreamlitSecretNotFoundError  # noqa: PLC0415

    try:
        section: dict[str, Any] = st.secrets["auth"].to_dict() if "auth" in st.secrets else {}
    except StreamlitSecretNotFoundError:
        return {}
    return section


def cookie_secret() -> str:
    """Return the secret that cookies are signed with."""
    return str(secrets()["cookie_secret"])


@cache
def provider() -> Provider:
    """Return the provider that the secrets name."""
    section = secrets()
    redirect = urlsplit(str(section.get("redirect_uri", "")))
    issuer = str(section.get("server_metadata_url", "")).removesuffix(DISCOVERY)
    return Provider(issuer, str(section.get("client_id", "")), f"{redirect.scheme}://{redirect.netloc}")


async def authorize(request: Request) -> tuple[Response, str, dict[str, Any]]:
    """Return the redirect to the provider, the state that names this attempt, and the attempt to keep until the
    callback. Raises one of `PROVIDER_ERRORS`."""
    attempt: dict[str, Any] = {}
    answer: Response = await _client().authorize_redirect(_with_session(request, attempt), secrets()["redirect_uri"])
    key = next(iter(attempt))
    return answer, key.rpartition("_")[2], attempt


async def claims_of_callback(request: Request, attempt: Mapping[str, Any]) -> Mapping[str, Any]:
    """Exchange the code of a callback and return the claims of the verified ID token. Raises one of
    `PROVIDER_ERRORS`."""
    token = await _client().authorize_access_token(_with_session(request, dict(attempt)))
    claims: Mapping[str, Any] = token["userinfo"]
    return dict(claims)


def _with_session(request: Request, session: dict[str, Any]) -> Request:
    """Return the request with the given session, in which Authlib reads and writes an attempt."""
    return Request({**request.scope, "session": session})


async def logout_url(lang: str) -> str:
    """Return the address at which the provider ends its own session and redirects with the language as `state`; empty
    for a provider without one, or out of reach."""
    try:
        made = await _client().create_logout_url(secrets()["redirect_uri"], state=lang, client_id=provider().client_id)
    except PROVIDER_ERRORS:
        return ""
    return str(made["url"])


def _client() -> Any:
    """Return a new client, so that the provider's keys and addresses are as new as the request."""
    from authlib.integrations.starlette_client import OAuth  # noqa: PLC0415 - as above

    section = secrets()
    # PKCE whether the provider announces it or not.
    defaults = {"scope": "openid email profile", "prompt": "select_account"}
    options = {**defaults, **section.get("client_kwargs", {}), "code_challenge_method": "S256"}
    return OAuth().register(
        "oidc",
        client_id=section["client_id"],
        client_secret=section["client_secret"],
        server_metadata_url=section["server_metadata_url"],
        client_kwargs=options,
    )
