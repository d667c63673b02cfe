"""Who looks: the one place where a request or a Streamlit session becomes a viewer.

Both bring the cookie that `st.login` set, signed by us; it is read with Streamlit's own functions. Streamlit asks no
more of it than its signature. Here it must also come from the provider that is set up, be meant for this app, not have
expired, name somebody, and belong to a sign-in that is on record and was not ended.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.role_rights import viewer_of_grants
from warehouse import clock
from warehouse.people import AccessTrail, Grant, Role, RolesOnRecord, Sessions, break_glass
from warehouse.settings import Settings

# The issuer of what a one-time code of the command line opens, when no provider answers.
BREAK_GLASS = "break-glass"
LEAST_SECRET = 32
DISCOVERY = "/.well-known/openid-configuration"
NOBODY = Viewer()


@dataclass(frozen=True, slots=True)
class Provider:
    """What the secrets say of the OpenID provider: which issuer it must be, as whom it knows this app, and where it
    sends people back to."""

    issuer: str
    client_id: str
    origin: str

    @property
    def is_behind_tls(self) -> bool:
        """Whether browsers reach this app through TLS, so that cookies need never leave it."""
        return self.origin.startswith("https://")


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in as its cookie tells it: who, what they are called, by which session it is on record."""

    person: str
    name: str
    session: str
    issuer: str


class NotSignedInError(Exception):
    """A cookie that lets nobody in; `why` is a key of the words for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@cache
def settings() -> Settings:
    """The settings that the app was started with."""
    return Settings.from_env()


@cache
def provider() -> Provider:
    """The provider that the secrets name."""
    section = _cookie().secrets()
    issuer = str(section.get("server_metadata_url", "")).removesuffix(DISCOVERY)
    return Provider(issuer, str(section.get("client_id", "")), _cookie().origin())


@cache
def sessions() -> Sessions:
    """The sign-ins that hold."""
    return Sessions(AccessTrail.open(settings()), settings().idle_minutes * 60)


@cache
def roles() -> RolesOnRecord:
    """Who holds which role."""
    return RolesOnRecord(settings().roles_file, AccessTrail.open(settings()))


def secrets_for_streamlit() -> dict[str, Any]:
    """The secrets as Streamlit is to know them: a sign-in proves with PKCE (S256) that whoever brings the provider's
    code began it. By itself Streamlit does so only where the provider announces it, which not all do that know it."""
    section = _cookie().secrets_by_name()
    asked = section.get("client_kwargs", {}) | {"code_challenge_method": "S256"}
    return {"auth": section | {"client_kwargs": asked}}


def missing_secrets() -> list[str]:
    """What the secrets lack before anybody can sign in: names of settings of their section `auth`."""
    section = _cookie().secrets()
    needed = ("redirect_uri", "client_id", "client_secret", "server_metadata_url")
    missing = [name for name in needed if not section.get(name)]
    if len(str(section.get("cookie_secret", ""))) < LEAST_SECRET:
        missing.append(f"cookie_secret ({LEAST_SECRET}+)")
    plain = [name for name in ("redirect_uri", "server_metadata_url") if not _is_private(str(section.get(name, "")))]
    return missing + [f"{name} (https)" for name in plain if name not in missing]


def _is_private(address: str) -> bool:
    """Whether nobody on the way can read what goes to an address."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")


def viewer_of(cookies: Mapping[str, str], *, is_use: bool = True) -> Viewer:
    """Who brings these cookies; nobody, without any right, where they let nobody in. `is_use` is false for what a page
    asks by itself, which keeps no session from ending."""
    if not settings().asks_to_sign_in:
        return BUILT_IN_VIEWER
    try:
        found = signed_in(cookies)
    except NotSignedInError:
        return NOBODY
    return viewer_of_sign_in(found) if sessions().holds(found.session, is_use=is_use) else NOBODY


def viewer_of_sign_in(found: SignIn) -> Viewer:
    """What somebody who signed in may do today."""
    return viewer_of_grants(grants_of(found), found.person, found.name, found.session)


def grants_of(found: SignIn) -> tuple[Grant, ...]:
    """The roles that somebody who signed in holds today."""
    if found.issuer == BREAK_GLASS:
        return tuple(Grant(found.person, role) for role in (Role.DEPARTMENT, Role.ADMINISTRATOR))
    return roles().current().of(found.person, clock.now().date())


def signed_in(cookies: Mapping[str, str]) -> SignIn:
    """The sign-in that cookies tell of, whether it was ended or not. Raises `NotSignedInError`."""
    claims = _claims(cookies)
    name = settings().person_claim
    person = claims.get(name)
    if not isinstance(person, str) or not person.strip():
        raise NotSignedInError("no_claim")
    if name == "email" and claims.get("email_verified", True) is not True:
        raise NotSignedInError("no_claim")
    told = claims.get("name")
    shown = told if isinstance(told, str) and told.strip() else person
    return SignIn(person.strip().casefold(), shown.strip(), claims[_cookie().SESSION], str(claims["iss"]))


def _claims(cookies: Mapping[str, str]) -> Mapping[str, Any]:
    """The claims of an ID token that is for this app and holds now. Raises `NotSignedInError`."""
    claims: Mapping[str, Any] | None = _cookie().claims_of(cookies)
    if claims is None:
        raise NotSignedInError("none")
    if claims.get("origin") != provider().origin:
        raise NotSignedInError("refused")
    audience = claims.get("aud")
    meant_for = audience if isinstance(audience, list) else [audience]
    is_ours = provider().client_id in meant_for and claims.get("azp") in (None, provider().client_id)
    if claims.get("iss") != BREAK_GLASS and not (str(claims.get("iss")).rstrip("/") == provider().issuer and is_ours):
        raise NotSignedInError("refused")
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or expires <= time.time():
        raise NotSignedInError("expired")
    return claims


def break_glass_cookie(by: str, digest: str) -> str:
    """The cookie of whoever used a one-time code that was given out to `by`."""
    now = int(time.time())
    claims = {
        "iss": BREAK_GLASS,
        "sub": digest,
        "aud": provider().client_id,
        "origin": provider().origin,
        "iat": now,
        "exp": now + int(break_glass.SESSION_HOLDS.total_seconds()),
        settings().person_claim: f"{BREAK_GLASS}: {by}",
        "is_logged_in": True,
    }
    cookie: str = _cookie().signed(claims)
    return cookie


def _cookie() -> ModuleType:
    # Streamlit brings half of Plotly with it, which whoever only draws pages does without.
    from app.web import token_cookie  # noqa: PLC0415

    return token_cookie
