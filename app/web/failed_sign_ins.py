"""Failed sign-ins on the access trail: one row per minute and address with a count.

Failing takes no sign-in, so one row per attempt would let anyone grow a table from which nothing is ever deleted.
Attempts are counted in memory and written when their minute is over, and when the app stops; a crash loses the count
of the running minute, and nothing else.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from threading import Lock, Thread

import anyio
from anyio import to_thread

from warehouse import clock
from warehouse.people import OTHER_ADDRESSES, AccessKind, AccessTrail
from warehouse.settings import Settings

# Addresses that are counted separately while they wait to be written; all others share a row per minute.
MOST_ADDRESSES = 200
# A process that is stopping waits at most this long for the last rows.
LAST_WRITE_S = 3.0
_MINUTE_S = 60
Key = tuple[datetime, str]
log = logging.getLogger(__name__)


class FailedSignIns:
    """Attempts by minute and address that are not on the trail yet."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[Key, Counter[str]] = {}

    def count(self, address: str, why: str) -> None:
        """Count a failed attempt from an address; `why` is a key of the words for it."""
        minute = _this_minute()
        with self._lock:
            self._add((minute, address), Counter([why]))

    def write_finished(self) -> None:
        """Write the minutes that are over. Raises whatever keeps the registry from being written to."""
        self._write(running=_this_minute())

    def write_all(self) -> None:
        """Write every minute, the running one too. Raises like `write_finished`."""
        self._write(running=None)

    def _write(self, running: datetime | None) -> None:
        with self._lock:
            # After the clock was set back, minutes that were over are ahead of it.
            due = {key: self._waiting.pop(key) for key in sorted(self._waiting) if key[0] != running}
        try:
            while due:
                key = next(iter(due))
                AccessTrail.open(Settings.from_env().installation).record(
                    AccessKind.SIGN_IN_FAILED, "", about=_about(key, due[key])
                )
                del due[key]
        finally:
            # What could not be written waits for the next time.
            with self._lock:
                for key, reasons in due.items():
                    self._add(key, reasons)

    def _add(self, key: Key, reasons: Counter[str]) -> None:
        is_known = key in self._waiting or len(self._waiting) < MOST_ADDRESSES
        self._waiting.setdefault(key if is_known else (key[0], OTHER_ADDRESSES), Counter()).update(reasons)


failed_sign_ins = FailedSignIns()


async def until_next_minute() -> None:
    """Return when another minute of the clock has begun."""
    await anyio.sleep(_MINUTE_S - clock.now().second)


@asynccontextmanager
async def writing_each_minute(
    attempts: FailedSignIns, pause: Callable[[], Awaitable[None]] = until_next_minute
) -> AsyncIterator[None]:
    """Write finished minutes while the app runs, and everything when it ends in good order."""

    async def keep_writing() -> None:
        while True:
            await pause()
            await to_thread.run_sync(_write_or_log, attempts.write_finished)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep_writing)
        try:
            yield
        finally:
            tasks.cancel_scope.cancel()
            write_before_exit(attempts)


def write_before_exit(attempts: FailedSignIns) -> None:
    """Write everything from a thread of its own, within `LAST_WRITE_S` seconds: the caller may be a signal handler
    that interrupted the holder of a lock."""
    last = Thread(target=_write_or_log, args=(attempts.write_all,), daemon=True)
    last.start()
    last.join(LAST_WRITE_S)


def _write_or_log(write: Callable[[], None]) -> None:
    try:
        write()
    except Exception:  # the app continues, and the next minute tries again
        log.exception("failed sign-ins wait to be put on record")


def _this_minute() -> datetime:
    return clock.now().replace(second=0, microsecond=0)


def _about(key: Key, reasons: Counter[str]) -> dict[str, str]:
    minute, address = key
    return {
        "why": ", ".join(sorted(reasons)),
        "address": address,
        "count": str(reasons.total()),
        "minute": minute.isoformat(timespec="minutes"),
    }
