"""Identification of the sender of a request: from the session cookie to a viewer with rights.

Used by every route and by the Streamlit pages. A cookie is accepted when we signed it, its token comes from the
provider of the settings, is meant for this app, has not expired and names a person, and its sign-in is on record and
not ended.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.role_rights import viewer_of_grants
from app.web import session_cookie
from app.web.oidc import cookie_secret, provider
from warehouse import clock
from warehouse.people import AccessTrail, Grant, Role, RolesOnRecord, Sessions, break_glass, load_roles
from warehouse.programmes import cached_by_programme, in_force
from warehouse.settings import Settings, SettingsError

# The issuer of sessions that a one-time code of the command line opens, for when the provider is out of reach.
BREAK_GLASS = "break-glass"
NOBODY = Viewer(programmes=frozenset())
# The claims of an ID token that a session keeps, besides the one that names the person.
_KEPT = ("iss", "sub", "aud", "azp", "iat", "exp", "nonce", "jti", "name", "email_verified")


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in as its cookie describes it: the person, their displayed name, the session on record, the issuer."""

    person: str
    name: str
    session: str
    issuer: str


class NotSignedInError(Exception):
    """The cookie is not accepted; `why` is the key of the text that explains it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@cache
def settings() -> Settings:
    """Return the settings that the app was started with, of the first programme: its registry keeps the sign-ins."""
    return Settings.from_env().installation


@cache
def sessions() -> Sessions:
    """Return the sessions on record."""
    return Sessions(trail(), settings().idle_minutes * 60)


def trail() -> AccessTrail:
    """Return the trail of sign-ins, for all programmes."""
    return AccessTrail.open(settings())


@cached_by_programme()
def roles() -> RolesOnRecord:
    """Return who holds which role in the programme in force."""
    own = Settings.from_env()
    return RolesOnRecord(own.roles_file, AccessTrail.open(own))


def viewer_of(cookies: Mapping[str, str], *, is_use: bool = True) -> Viewer:
    """Return the viewer of these cookies, a viewer without any right where they are not accepted. `is_use` is false for
    requests that a page makes automatically: they do not extend the session."""
    if not settings().asks_to_sign_in:
        return BUILT_IN_VIEWER
    try:
        found = signed_in(cookies)
    except NotSignedInError:
        return NOBODY
    return viewer_of_sign_in(found) if sessions().holds(found.session, is_use=is_use) else NOBODY


def viewer_of_sign_in(found: SignIn) -> Viewer:
    """Return the viewer of a sign-in with the rights they have today."""
    viewer = viewer_of_grants(grants_of(found), found.person, found.name, found.session)
    seen = _programmes_of(found)
    return viewer if seen is None else replace(viewer, programmes=seen)


def _programmes_of(found: SignIn) -> frozenset[str] | None:
    """Return the programmes in which the person of a sign-in has a role; None for all."""
    codes = settings().codes
    if len(codes) == 1 or found.issuer == BREAK_GLASS:
        return None
    seen = frozenset(code for code in codes if _has_a_role(found.person, code))
    return None if len(seen) == len(codes) else seen


def _has_a_role(person: str, code: str) -> bool:
    """Return whether a person has a role in a programme; nothing is recorded, so that one whose registry is damaged
    stops no other."""
    with in_force(code):
        try:
            return bool(load_roles(Settings.from_env().roles_file).of(person, clock.now().date()))
        except SettingsError:
            return False


def grants_of(found: SignIn) -> tuple[Grant, ...]:
    """Return the roles that the person of a sign-in holds today."""
    if found.issuer == BREAK_GLASS:
        return tuple(Grant(found.person, role) for role in (Role.DEPARTMENT, Role.ADMINISTRATOR))
    return roles().current().of(found.person, clock.now().date())


def signed_in(cookies: Mapping[str, str]) -> SignIn:
    """Return the sign-in of these cookies, whether it was ended or not. Raises `NotSignedInError`."""
    claims = _claims(cookies)
    name = settings().person_claim
    person = claims.get(name)
    if not isinstance(person, str) or not person.strip():
        raise NotSignedInError("no_claim")
    if name == "email" and claims.get("email_verified", True) is not True:
        raise NotSignedInError("no_claim")
    told = claims.get("name")
    shown = told if isinstance(told, str) and told.strip() else person
    return SignIn(person.strip().casefold(), shown.strip(), claims[session_cookie.SESSION], str(claims["iss"]))


def _claims(cookies: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the claims of a session that is of this app and has not expired. Raises `NotSignedInError`."""
    claims = session_cookie.read(cookies.get(session_cookie.NAME, ""), cookie_secret())
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


def session_of(claims: Mapping[str, Any]) -> str:
    """Return the session cookie for the claims of an ID token."""
    kept = {name: claims[name] for name in (*_KEPT, settings().person_claim) if name in claims}
    return session_cookie.sign({**kept, "origin": provider().origin}, cookie_secret())


def break_glass_session(by: str, digest: str) -> str:
    """Return the session cookie for the user of a one-time code that was issued to `by`."""
    now = int(time.time())
    claims = {
        "iss": BREAK_GLASS,
        "sub": digest,
        "aud": provider().client_id,
        "iat": now,
        "exp": now + int(break_glass.SESSION_HOLDS.total_seconds()),
        settings().person_claim: f"{BREAK_GLASS}: {by}",
    }
    return session_of(claims)
