"""Turns of the writers of one process: who waits longest is next."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class TurnTimeoutError(TimeoutError):
    """Another writer did not end in time."""


class Turns:
    """A lock that is handed to who waits longest.

    SQLite lets waiting writers try again at times of their own: with many of them one may wait for minutes.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_taken = False
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def turn(self, timeout_s: float) -> Iterator[None]:
        """Wait for the turn and have it during the block. Raises TurnTimeoutError."""
        self._take(timeout_s)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, timeout_s: float) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            own = Lock()
            own.acquire()
            self._waiting.append(own)
        if own.acquire(timeout=timeout_s):
            return
        with self._lock:
            # Otherwise it was handed over at the last moment.
            if own in self._waiting:
                self._waiting.remove(own)
                raise TurnTimeoutError

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
