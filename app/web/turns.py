"""Work that takes long, in threads of its own: so much at a time, so much in line, and nobody beyond that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

# When to come again, for those who met a full line.
COME_AGAIN = {"Retry-After": "10"}
Made = TypeVar("Made")


class Crowded(Exception):  # noqa: N818 - an answer to who asks, not a failure of the program
    """Too many wait already."""


class Turns:
    """A line before one kind of work: `at_once` are worked on, `waiting` more may stand in it.

    The threads that Streamlit serves its pages with stay free.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._limiter = CapacityLimiter(at_once)
        self._places = at_once + waiting

    async def take(self, work: Callable[[], Made]) -> Made:
        """What `work` gives, called in a thread when its turn comes. Raises `Crowded` when the line is full."""
        if not self._places:
            raise Crowded
        self._places -= 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._places += 1
