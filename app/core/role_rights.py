"""Rights of each role, and of several roles combined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.core.access import Right, Viewer
from warehouse.people import Grant, Role, top_unit, units_above, units_under
from warehouse.programmes import cached_by_programme

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.LEADER: frozenset({Right.READ, Right.ASK}),
    Role.DEPARTMENT: frozenset(
        {
            Right.READ,
            Right.SMALL_COUNTS,
            Right.ASK,
            Right.SUBMIT,
            Right.DECIDE,
            Right.FOLLOW_UP,
            Right.QUALITY,
            Right.PEOPLE,
            Right.TRAIL,
        }
    ),
    # Other units as a leader sees them; own units through `Viewer.own_units`.
    Role.UNIT_OFFICER: frozenset({Right.READ}),
    Role.AREA_READER: frozenset({Right.READ}),
    Role.AUDITOR: frozenset({Right.READ, Right.PEOPLE, Right.TRAIL}),
    Role.ADMINISTRATOR: frozenset({Right.PEOPLE}),
}
# Roles that read some units only: their own unit with those below and above it, or the city.
READS_SOME = frozenset({Role.AREA_READER, Role.AUDITOR})


# Called for every request.
@cached_by_programme(maxsize=4096)
def viewer_of_grants(held: tuple[Grant, ...], person: str, name: str, session: str = "") -> Viewer:
    """Return the viewer of a signed-in user, with the combined rights of their roles.

    Without rights if they have no role.
    """
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
        roles=frozenset(grant.role.value for grant in held),
    )


def written_name(grants: Iterable[Grant], provider_name: str) -> str:
    """Return the author's name recorded with what a user writes: that of the roles file, else `provider_name`.

    Email addresses are not recorded: only the part before the @ is used.
    """
    named = next((grant.name for grant in grants if grant.name), provider_name)
    return named.partition("@")[0]


def _readable_units(grants: tuple[Grant, ...]) -> frozenset[str] | None:
    reading = [grant for grant in grants if Right.READ in RIGHTS[grant.role]]
    if any(grant.role not in READS_SOME for grant in reading):
        return None
    held = [grant.unit_code for grant in reading if grant.unit_code]
    return frozenset({top_unit()}).union(*(units_under(unit) | units_above(unit) for unit in held))
