"""Validity of sign-ins: each is on the access trail and ends with the next sign-out of the same person."""

import time
from threading import Lock

from warehouse.people.access_trail import AccessKind, AccessTrail

# Maximum delay until a sign-out by another process takes effect.
LOOK_EVERY_S = 5.0
_KINDS = (AccessKind.SIGNED_IN, AccessKind.SIGNED_OUT)


class Sessions:
    """Open sessions, read incrementally from the access trail."""

    def __init__(self, trail: AccessTrail, idle_s: float) -> None:
        self._trail = trail
        self._idle_s = idle_s
        self._lock = Lock()
        self._read_to = 0
        self._looked_at = 0.0
        self._open: dict[str, str] = {}
        # By sessions that this process has answered.
        self._used_at: dict[str, float] = {}

    def holds(self, session: str, *, is_use: bool) -> bool:
        """Return whether a session is valid; with `is_use`, for an action of its user, extend it."""
        now = time.monotonic()
        if session not in self._open or now - self._looked_at > LOOK_EVERY_S:
            self.look()
        if session not in self._open:
            return False
        # Use before this process started, or through another process, is unknown: the first request counts as use.
        if now - self._used_at.setdefault(session, now) > self._idle_s:
            return False
        if is_use:
            self._used_at[session] = now
        return True

    def is_open(self, session: str) -> bool:
        """Return whether a session is recorded and not ended, regardless of idle time."""
        self.look()
        return session in self._open

    def look(self) -> None:
        """Read sign-ins and sign-outs since the last call."""
        with self._lock:
            self._looked_at = time.monotonic()
            for event in self._trail.since(self._read_to, _KINDS):
                self._read_to = event.event_id
                if event.kind == AccessKind.SIGNED_IN:
                    self._open[event.session] = event.person
                else:
                    ended = [session for session, person in self._open.items() if person == event.person]
                    for session in ended:
                        del self._open[session]
                        self._used_at.pop(session, None)
