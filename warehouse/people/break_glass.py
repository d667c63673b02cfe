"""Emergency sign-in when no provider answers: a code issued by a command on the server, valid once and briefly."""

import hashlib
import secrets
from datetime import datetime, timedelta

from warehouse import clock
from warehouse.people.access_trail import AccessEvent, AccessKind, AccessTrail, AlreadyRecordedError

CODE_HOLDS = timedelta(minutes=10)
SESSION_HOLDS = timedelta(hours=1)


class BreakGlassError(Exception):
    """The code is unknown, expired or used."""


def issue(trail: AccessTrail, by: str, reason: str) -> str:
    """Return a new code. Requester and reason are recorded before the code is returned; the code itself is not."""
    code = secrets.token_urlsafe(24)
    until = clock.now() + CODE_HOLDS
    trail.record(AccessKind.BREAK_GLASS_ISSUED, by, _digest(code), {"reason": reason, "until": until.isoformat()})
    return code


def redeem(trail: AccessTrail, code: str) -> AccessEvent:
    """Use up a code and return the event that issued it. Raises BreakGlassError."""
    digest = _digest(code)
    issued = [event for event in trail.newest([AccessKind.BREAK_GLASS_ISSUED]) if event.session == digest]
    if not issued:
        raise BreakGlassError
    # A clock that was set back since makes no code valid for longer.
    if not timedelta() <= datetime.fromisoformat(issued[0].about["until"]) - clock.now() <= CODE_HOLDS:
        raise BreakGlassError
    try:
        trail.record(AccessKind.BREAK_GLASS_USED, issued[0].person, digest, is_once=True)
    except AlreadyRecordedError as error:
        raise BreakGlassError from error
    return issued[0]


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
