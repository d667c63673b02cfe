"""A way in when no provider answers: a code that a command on the server gives out, good once and not for long."""

import hashlib
import secrets
from datetime import datetime, timedelta

from warehouse import clock
from warehouse.people.access_trail import AccessEvent, AccessKind, AccessTrail, AlreadyRecordedError

CODE_HOLDS = timedelta(minutes=10)
SESSION_HOLDS = timedelta(hours=1)


class BreakGlassError(Exception):
    """A code that opens nothing: unknown, too old, or used before."""


def issue(trail: AccessTrail, by: str, reason: str) -> str:
    """A new code; who asked for it and why is on record before anybody has it, the code itself is not."""
    code = secrets.token_urlsafe(24)
    until = clock.now() + CODE_HOLDS
    trail.record(AccessKind.BREAK_GLASS_ISSUED, by, _digest(code), {"reason": reason, "until": until.isoformat()})
    return code


def redeem(trail: AccessTrail, code: str) -> AccessEvent:
    """The event under which a code was given out, now used up. Raises BreakGlassError."""
    digest = _digest(code)
    issued = [event for event in trail.newest([AccessKind.BREAK_GLASS_ISSUED]) if event.session == digest]
    if not issued or datetime.fromisoformat(issued[0].about["until"]) < clock.now():
        raise BreakGlassError
    try:
        trail.record(AccessKind.BREAK_GLASS_USED, issued[0].person, digest, is_once=True)
    except AlreadyRecordedError as error:
        raise BreakGlassError from error
    return issued[0]


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
