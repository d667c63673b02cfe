"""The secrets of the sign-in: what an OpenID client and signed cookies need."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

MIN_COOKIE_SECRET = 32
_NEEDED = ("redirect_uri", "client_id", "client_secret", "server_metadata_url")
_ADDRESSES = ("redirect_uri", "server_metadata_url")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def missing_secrets(section: Mapping[str, Any]) -> list[str]:
    """Return the names of the settings in section `auth` without which no one can sign in, with what they lack."""
    missing = [name for name in _NEEDED if not section.get(name)]
    if len(str(section.get("cookie_secret", ""))) < MIN_COOKIE_SECRET:
        missing.append(f"cookie_secret ({MIN_COOKIE_SECRET}+)")
    plain = [name for name in _ADDRESSES if not _is_private(str(section.get(name, "")))]
    return missing + [f"{name} (https)" for name in plain if name not in missing]


def _is_private(address: str) -> bool:
    """Return whether the address uses TLS or stays on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in _THIS_MACHINE
