"""Set TCP_NODELAY on the listening sockets.

Streamlit's server binds its socket in a way that asyncio does not take for TCP, so the option that asyncio sets for
every other server is missing: a page's head would wait up to 40 ms for the browser to confirm what came before it.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_OPEN_FILES = Path("/dev/fd")


def send_without_delay() -> None:
    """Set the option on every socket that this process listens on; connections inherit it."""
    for number in _open_sockets():
        with socket.socket(fileno=os.dup(number)) as found:
            if _listens(found):
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _open_sockets() -> Iterator[int]:
    for name in os.listdir(_OPEN_FILES):
        # The listing's own file is closed by now.
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                yield int(name)


def _listens(found: socket.socket) -> bool:
    is_internet = found.family in (socket.AF_INET, socket.AF_INET6)
    return is_internet and bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
