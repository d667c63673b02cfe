"""Graceful shutdown with a hard limit of 5 seconds.

Uvicorn would wait for every connection, and Python for every thread, however long they take. Nothing is lost by not
waiting: reports land whole or not at all, builds run in processes of their own, and what is only in memory is written
by `last` before the process ends.
"""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import FrameType

ENDING_S = 5


@asynccontextmanager
async def ending_in_time(last: Callable[[], None]) -> AsyncIterator[None]:
    """Limit uvicorn's own shutdown: `ENDING_S` seconds after SIGTERM, `last` is called and the process ends."""
    end = signal.getsignal(signal.SIGTERM)

    def begin(number: int, frame: FrameType | None) -> None:
        signal.alarm(ENDING_S)
        if callable(end):
            end(number, frame)

    def stop(*_: object) -> None:
        last()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)

    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGTERM, begin)
    yield
