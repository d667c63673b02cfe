"""Checks of the network: host names, TLS and time of the app's address, the OpenID provider, the mail server."""

import json
import os
import socket
import ssl
import time
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from warehouse.digest import DigestCounts
from warehouse.digest.mail import MailServerDownError, MailSession
from warehouse.health.conditions import Condition
from warehouse.health.machine import CATALOGUE, CLOCK_LIMIT
from warehouse.people import load_roles, missing_secrets
from warehouse.settings import LOOPBACK_ONLY, PROJECT_ROOT, Settings

# For each step on the network; all of them together are limited by the caller.
STEP_S = 1.5
EXPIRY_DAYS = 21
_DAY_S = 86_400
_OTHERS = 0o077


def check_names(settings: Settings) -> list[Condition]:
    """Return the host names that lead nowhere, and names that make the app refuse to start."""
    conditions = []
    if settings.host_names and settings.auth == LOOPBACK_ONLY:
        conditions.append(Condition("names_without_sign_in", True, catalogue=CATALOGUE))
    for name in settings.host_names:
        try:
            socket.getaddrinfo(name.strip("[]"), None)
        except OSError:
            conditions.append(Condition("name_unresolved", params={"name": name}, catalogue=CATALOGUE))
    return conditions


def check_tls(settings: Settings) -> list[Condition]:
    """Return what is wrong with TLS and the time at the addresses under which browsers reach the app."""
    conditions = []
    for address in _addresses(settings):
        conditions += _check_address(address)
    return conditions


def check_sign_in(settings: Settings) -> list[Condition]:
    """Return what keeps people from signing in: secrets, provider, roles."""
    if not settings.asks_to_sign_in:
        return []
    conditions, secrets = _check_secrets()
    if secrets.get("server_metadata_url"):
        conditions += _check_provider(str(secrets["server_metadata_url"]))
    roles = load_roles(settings.roles_file)
    if roles.problems or not settings.roles_file.is_file():
        params = {"path": settings.roles_file, "count": len(roles.problems)}
        conditions.append(Condition("roles_wrong", params=params, catalogue=CATALOGUE))
    return conditions


def check_digest_settings(settings: Settings, counts: DigestCounts) -> list[Condition]:
    """Return the settings without which the recipients on record get no digest."""
    missing = [] if settings.app_url or not counts.recipients else ["KPI_APP_URL"]
    if counts.mail_recipients:
        missing += [] if settings.mail_server else ["KPI_MAIL_SERVER"]
        missing += [] if settings.mail_from else ["KPI_MAIL_FROM"]
    return [Condition("digest_settings", params={"names": ", ".join(missing)}, catalogue=CATALOGUE)] if missing else []


def check_mail(settings: Settings) -> list[Condition]:
    """Return why the mail server takes no mails; nothing is sent. Without a server nothing is wrong."""
    if settings.mail_server is None:
        return []
    try:
        with MailSession(settings.mail_server, connect_s=STEP_S) as session:
            session.connect()
    except MailServerDownError as error:
        return [Condition(error.code, params={"host": settings.mail_server.host}, catalogue=CATALOGUE)]
    return []


def _addresses(settings: Settings) -> list[str]:
    redirect = urlsplit(str(_secrets()[1].get("redirect_uri", ""))) if settings.asks_to_sign_in else urlsplit("")
    addresses = [f"https://{redirect.netloc}"] if redirect.scheme == "https" else []
    return addresses + [f"https://{name}" for name in settings.host_names if name != redirect.hostname]


def _check_address(address: str) -> list[Condition]:
    """Return what is wrong with the certificate of an address, or with the clock compared with its answer."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    about = {"address": address}
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), STEP_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            ends = ssl.cert_time_to_seconds(str((secured.getpeercert() or {})["notAfter"]))
            secured.sendall(f"HEAD /health/live HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
            head = secured.recv(4096).decode("latin-1")
    except ssl.SSLCertVerificationError as error:
        return [Condition("tls_invalid", params=about | {"detail": error.verify_message}, catalogue=CATALOGUE)]
    except (OSError, KeyError) as error:
        return [Condition("address_unreachable", params=about | {"detail": _reason(error)}, catalogue=CATALOGUE)]
    days = int((ends - time.time()) // _DAY_S)
    if days < EXPIRY_DAYS:
        return [Condition("tls_expires", params=about | {"days": days}, catalogue=CATALOGUE)]
    if " 200 " not in head.partition("\r\n")[0]:
        detail = head.partition("\r\n")[0] or "–"
        return [Condition("address_unreachable", params=about | {"detail": detail}, catalogue=CATALOGUE)]
    return []


def _check_provider(address: str) -> list[Condition]:
    about = {"address": address}
    try:
        answer = httpx.get(address, timeout=STEP_S, follow_redirects=True)
        answer.raise_for_status()
        described = json.loads(answer.text)
        issuer = described["issuer"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        return [Condition("provider_unreachable", params=about | {"detail": _reason(error)}, catalogue=CATALOGUE)]
    if issuer.rstrip("/") != address.removesuffix("/.well-known/openid-configuration").rstrip("/"):
        return [Condition("provider_other_issuer", params=about | {"issuer": issuer}, catalogue=CATALOGUE)]
    return _check_time(answer)


def _check_time(answer: httpx.Response) -> list[Condition]:
    """Compare this machine's clock with that of another, with which tokens are exchanged."""
    stated = answer.headers.get("date")
    if not stated:
        return []
    difference = datetime.now(UTC) - parsedate_to_datetime(stated)
    if abs(difference) <= CLOCK_LIMIT:
        return []
    minutes = round(difference.total_seconds() / 60)
    return [Condition("clock_differs", params={"minutes": minutes}, catalogue=CATALOGUE)]


def _check_secrets() -> tuple[list[Condition], Mapping[str, Any]]:
    path, secrets = _secrets()
    if missing := missing_secrets(secrets):
        params = {"path": path, "missing": ", ".join(missing)}
        return [Condition("secrets_missing", True, params, CATALOGUE)], secrets
    if path.stat().st_mode & _OTHERS:
        return [Condition("secrets_readable", params={"path": path}, catalogue=CATALOGUE)], secrets
    return [], secrets


def _secrets() -> tuple[Path, Mapping[str, Any]]:
    """Return the path of the secrets and their section `auth`; empty where it cannot be read."""
    named = os.environ.get("STREAMLIT_SECRETS_FILES", "").split(os.pathsep)[0]
    path = Path(named) if named else PROJECT_ROOT / ".streamlit" / "secrets.toml"
    try:
        section: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")).get("auth", {})
    except (OSError, ValueError):
        return path, {}
    return path, section


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
