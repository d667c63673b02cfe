"""Reports to systemd, if it started the app: that it is ready, and regularly that its event loop turns."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

MICROSECONDS = 1_000_000


@asynccontextmanager
async def reporting_to_systemd() -> AsyncIterator[None]:
    """Report readiness at the start, the event loop twice in each `WatchdogSec`, and the end (see `sd_notify(3)`)."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        yield
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as systemd:
        # An address that begins with @ is one of the kernel's, without a file.
        systemd.connect("\0" + address[1:] if address.startswith("@") else address)
        _report(systemd, b"READY=1")
        watchdog = asyncio.create_task(_report_alive(systemd))
        try:
            yield
        finally:
            watchdog.cancel()
            _report(systemd, b"STOPPING=1")


async def _report_alive(systemd: socket.socket) -> None:
    limit_us = int(os.environ.get("WATCHDOG_USEC", "0"))
    while limit_us:
        _report(systemd, b"WATCHDOG=1")
        await asyncio.sleep(limit_us / MICROSECONDS / 2)


def _report(systemd: socket.socket, state: bytes) -> None:
    # While systemd does not read, it has not read the reports before, either.
    with suppress(BlockingIOError):
        systemd.send(state)
