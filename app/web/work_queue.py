"""Bounded work queues: long work runs in threads of its own, and a full queue refuses further jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

# Sent with the refusal of a full queue.
RETRY_LATER = {"Retry-After": "10"}
Result = TypeVar("Result")


class QueueFullError(Exception):
    """The queue holds as many jobs as it may."""


class WorkQueue:
    """A queue for one kind of work: `at_once` threads, `waiting` more jobs, then `QueueFullError`.

    The threads that pages are rendered in stay free.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._limiter = CapacityLimiter(at_once)
        self._places = self._free_places = at_once + waiting

    @property
    def job_count(self) -> int:
        """Return the number of jobs that run or wait."""
        return self._places - self._free_places

    async def run(self, work: Callable[[], Result]) -> Result:
        """Call `work` in a thread when a thread is free, and return its result. Raises `QueueFullError`."""
        if not self._free_places:
            raise QueueFullError
        self._free_places -= 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._free_places += 1
