"""How often one person may ask: a loop in one browser must not keep the others waiting.

Who signs in is counted as a person, who has not signed in by network address; where nobody signs in nothing is limited
here. What is counted is kept in memory.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from cachetools import LRUCache
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import HTTPConnection

from app.core.access import Viewer

# Scripts and letters, the same for everybody, are answered from memory.
_FREE_FOLDERS = ("/assets/", "/explore/static/", "/explore/_stcore/")
_FILE_FOLDERS = ("/export/", "/intake/")
# Addresses of which it is remembered how often they asked; beyond that the one longest silent is forgotten.
MOST_ADDRESSES = 10_000
# Whoever has one IPv6 address has the whole network of this size.
_IPV6_PREFIX = 64
_MAX_HOST = 64


class Kind(StrEnum):
    """What somebody asks for, by what it costs."""

    PAGE = "page"
    FILE = "file"
    WRITE = "write"
    # Without a sign-in: whatever is asked for, and the steps of signing in, which the provider is asked about.
    ANONYMOUS = "anonymous"
    SIGN_IN = "sign_in"


# Far above what hands do: a page is asked for when the pointer rests on its link, a report checked while it is typed.
# Behind one address there may be a whole office: sixty people who sign in within a minute.
LIMITS: Mapping[Kind, RateLimitItem] = {
    Kind.PAGE: parse("600/minute"),
    Kind.FILE: parse("120/minute"),
    Kind.WRITE: parse("240/minute"),
    Kind.ANONYMOUS: parse("600/minute"),
    Kind.SIGN_IN: parse("120/minute"),
}
OF_ADDRESSES = (Kind.ANONYMOUS, Kind.SIGN_IN)
_counted = SlidingWindowCounterRateLimiter(MemoryStorage())


class _Addresses(LRUCache[str, bool]):
    """The addresses that are counted; whoever is forgotten gives back the memory of the count too."""

    def popitem(self) -> tuple[str, bool]:
        address, known = super().popitem()
        for kind in OF_ADDRESSES:
            _counted.clear(LIMITS[kind], kind.value, address)
        return address, known


_addresses = _Addresses(MOST_ADDRESSES)


def kind_of(asked: HTTPConnection) -> Kind | None:
    """What a request asks for; None for what is not counted."""
    path = asked.url.path
    if path.startswith(_FREE_FOLDERS):
        return None
    if asked.scope.get("method") == "POST":
        return Kind.WRITE
    return Kind.FILE if path.startswith(_FILE_FOLDERS) else Kind.PAGE


def address_of(asked: HTTPConnection) -> str:
    """The network address that a request comes from, of IPv6 the network; behind a trusted proxy the one it names."""
    host = asked.client.host if asked.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host[:_MAX_HOST]
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _IPV6_PREFIX), strict=False))


def wait_s(viewer: Viewer, kind: Kind | None) -> int:
    """Count what somebody asks for; the seconds until they may ask again, 0 where they may now."""
    if kind is None or not viewer.is_signed_in:
        return 0
    return _hit(kind, viewer.person)


def wait_of_address_s(address: str, kind: Kind) -> int:
    """Count what is asked for from an address without a sign-in; the seconds until it may ask again."""
    _addresses[address] = True
    return _hit(kind, address)


def _hit(kind: Kind, who: str) -> int:
    limit, key = LIMITS[kind], (kind.value, who)
    if _counted.hit(limit, *key):
        return 0
    return max(1, round(_counted.get_window_stats(limit, *key).reset_time - time.time()))
