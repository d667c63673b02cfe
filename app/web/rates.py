"""Rate limits: a loop in one browser must not keep the others waiting.

A signed-in viewer is counted as a person, other requests by network address; without sign-in nothing is limited. Counts
are kept in memory.
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

# Scripts and fonts, the same for all users, are answered from memory.
_FREE_FOLDERS = ("/assets/", "/explore/static/", "/explore/_stcore/")
_FILE_FOLDERS = ("/export/", "/intake/")
# Addresses with a count; beyond that the least recently seen is dropped.
MOST_ADDRESSES = 10_000
# An IPv6 address comes with the whole network of this size.
_IPV6_PREFIX = 64
_MAX_HOST = 64


class Kind(StrEnum):
    """Kinds of requests by cost."""

    PAGE = "page"
    FILE = "file"
    WRITE = "write"
    # A program's request to the API.
    PROGRAM = "program"
    # Without a sign-in: any request, and the steps of signing in, which cause requests to the provider.
    ANONYMOUS = "anonymous"
    SIGN_IN = "sign_in"


# Far above what hands do: a page is fetched when the pointer rests on its link, a report checked while it is typed.
# Behind one address there may be a whole office: sixty people who sign in within a minute.
LIMITS: Mapping[Kind, RateLimitItem] = {
    Kind.PAGE: parse("600/minute"),
    Kind.FILE: parse("120/minute"),
    Kind.WRITE: parse("240/minute"),
    # A walk over the pages of the largest mart takes half a minute.
    Kind.PROGRAM: parse("1200/minute"),
    Kind.ANONYMOUS: parse("600/minute"),
    Kind.SIGN_IN: parse("120/minute"),
}
OF_ADDRESSES = (Kind.ANONYMOUS, Kind.SIGN_IN)
_counted = SlidingWindowCounterRateLimiter(MemoryStorage())


class _Addresses(LRUCache[str, bool]):
    """The addresses with a count; dropping one frees the memory of its count too."""

    def popitem(self) -> tuple[str, bool]:
        address, known = super().popitem()
        for kind in OF_ADDRESSES:
            _counted.clear(LIMITS[kind], kind.value, address)
        return address, known


_addresses = _Addresses(MOST_ADDRESSES)


def kind_of(asked: HTTPConnection) -> Kind | None:
    """Return the kind of a request; None for one that is not counted."""
    path = asked.url.path
    if path.startswith(_FREE_FOLDERS):
        return None
    if asked.scope.get("method") == "POST":
        return Kind.WRITE
    return Kind.FILE if path.startswith(_FILE_FOLDERS) else Kind.PAGE


def address_of(asked: HTTPConnection) -> str:
    """Return the network address of a request, of IPv6 the network; behind a trusted proxy the address it names."""
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
    """Count a viewer's request; return the seconds until the next is allowed, 0 where it is allowed now."""
    if kind is None or not viewer.is_signed_in:
        return 0
    return _hit(kind, viewer.person)


def wait_of_address_s(address: str, kind: Kind) -> int:
    """Count an address's request without sign-in; return the seconds until the next is allowed."""
    _addresses[address] = True
    return _hit(kind, address)


def _hit(kind: Kind, who: str) -> int:
    limit, key = LIMITS[kind], (kind.value, who)
    if _counted.hit(limit, *key):
        return 0
    return max(1, round(_counted.get_window_stats(limit, *key).reset_time - time.time()))
