"""Record changes of the roles file on the access trail, when they are first seen."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from warehouse.people.access_trail import AccessEvent, AccessKind, AccessTrail, NewEvent
from warehouse.people.roles import Grant, Roles, load_roles

_KINDS = (AccessKind.ROLE_GRANTED, AccessKind.ROLE_ENDED)
Key = tuple[str, ...]


class RolesOnRecord:
    """The roles file, with its changes recorded on the access trail."""

    def __init__(self, path: Path, trail: AccessTrail) -> None:
        self._path = path
        self._trail = trail
        self._recorded: Roles | None = None
        self._lock = Lock()

    def current(self) -> Roles:
        """Return the current roles, with every change recorded. Raises RegistryBusyError, DiskFullError."""
        roles = load_roles(self._path)
        if roles is not self._recorded:
            with self._lock:
                record_changes(self._trail, roles)
                self._recorded = roles
        return roles


def record_changes(trail: AccessTrail, roles: Roles) -> None:
    """Record grants that are new in the file or no longer in it, compared with the trail."""

    def missing(events: Sequence[AccessEvent]) -> list[NewEvent]:
        return _missing(roles, events)

    # Each process looks when it starts: it waits for no other writer where nothing has changed.
    if missing(trail.since(0, _KINDS)):
        trail.record_missing(_KINDS, missing)


def _missing(roles: Roles, events: Sequence[AccessEvent]) -> list[NewEvent]:
    """Return the events that the trail lacks about the grants in the file."""
    known: set[Key] = set()
    for event in events:
        change = known.add if event.kind == AccessKind.ROLE_GRANTED else known.discard
        change(_key_of(event))
    held = {_key(grant) for grant in roles}
    ended = ((AccessKind.ROLE_ENDED, key[0], _about(key)) for key in known - held)
    granted = ((AccessKind.ROLE_GRANTED, key[0], _about(key)) for key in held - known)
    return [*ended, *granted]


def _key(grant: Grant) -> Key:
    end = grant.valid_to.isoformat() if grant.valid_to else ""
    return (grant.person.casefold(), grant.role.value, grant.unit_code, grant.valid_from.isoformat(), end)


def _key_of(event: AccessEvent) -> Key:
    return (event.person, *(event.about.get(name, "") for name in ("role", "unit", "valid_from", "valid_to")))


def _about(key: Key) -> dict[str, str]:
    return dict(zip(("role", "unit", "valid_from", "valid_to"), key[1:], strict=True))
