"""What each role may do, and what somebody with several may do together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.core.access import Right, Viewer
from warehouse.people import Grant, Role, top_unit, units_above, units_under

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.LEADER: frozenset({Right.READ}),
    Role.DEPARTMENT: frozenset(
        {
            Right.READ,
            Right.SMALL_COUNTS,
            Right.SUBMIT,
            Right.DECIDE,
            Right.FOLLOW_UP,
            Right.QUALITY,
            Right.PEOPLE,
            Right.TRAIL,
        }
    ),
    # Other units as a leader sees them; the own ones through `Viewer.own_units`.
    Role.UNIT_OFFICER: frozenset({Right.READ}),
    Role.AREA_READER: frozenset({Right.READ}),
    Role.AUDITOR: frozenset({Right.READ, Right.PEOPLE, Right.TRAIL}),
    Role.ADMINISTRATOR: frozenset({Right.PEOPLE}),
}
# Whose figures a role reads, where not everybody's: those of its own unit, below and above it, or the city's only.
READS_SOME = frozenset({Role.AREA_READER, Role.AUDITOR})


# Asked for with every request.
@lru_cache(maxsize=1024)
def viewer_of_grants(held: tuple[Grant, ...], person: str, name: str, session: str = "") -> Viewer:
    """Somebody who signed in, with what their roles allow together; nothing without any."""
    own = [grant.unit_code for grant in held if grant.role is Role.UNIT_OFFICER]
    return Viewer(
        name=written_name(held, name),
        rights=frozenset().union(*(RIGHTS[grant.role] for grant in held)),
        own_units=frozenset().union(*(units_under(unit) for unit in own)),
        home_unit=own[0] if own else "",
        readable_units=_readable_units(held),
        is_signed_in=True,
        person=person,
        session=session,
    )


def written_name(grants: Iterable[Grant], told: str) -> str:
    """What stands under whatever somebody writes: their name in the roles file, else as the provider tells it. Nobody's
    address is written down with it: of one only what stands before the @."""
    named = next((grant.name for grant in grants if grant.name), told)
    return named.partition("@")[0]


def _readable_units(grants: tuple[Grant, ...]) -> frozenset[str] | None:
    reading = [grant for grant in grants if Right.READ in RIGHTS[grant.role]]
    if any(grant.role not in READS_SOME for grant in reading):
        return None
    held = [grant.unit_code for grant in reading if grant.unit_code]
    return frozenset({top_unit()}).union(*(units_under(unit) | units_above(unit) for unit in held))
