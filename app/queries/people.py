"""Users: the roles file and the access trail. Neither contains figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from app.core import access
from app.core.access import Right
from app.core.reader import Reader
from warehouse.people import AccessEvent, AccessKind, AccessTrail, Roles, load_roles
from warehouse.people import unit_name as name_of
from warehouse.settings import Settings

SHOWN_EVENTS = 100


def roles(reader: Reader) -> Roles:
    """Return the roles of all users. Raises `AccessDeniedError`."""
    access.require(reader.viewer, Right.PEOPLE)
    return load_roles(Settings.from_env().roles_file)


def roles_file() -> str:
    """Return the name of the roles file."""
    return Settings.from_env().roles_file.name


def events(reader: Reader, kinds: Collection[AccessKind] = ()) -> list[AccessEvent]:
    """Return the newest access events of some kinds, or of all kinds, newest first. Raises `AccessDeniedError`."""
    access.require(reader.viewer, Right.PEOPLE if kinds else Right.TRAIL)
    return AccessTrail.open().newest(kinds, SHOWN_EVENTS)


def unit_name(unit_code: str, day: dt.date, lang: str) -> str:
    """Return the name of a unit; empty for no unit."""
    return name_of(unit_code, day, lang) if unit_code else ""


def stamp() -> str:
    """Return a value that changes with the content of the people page."""
    newest = AccessTrail.open().newest(limit=1)
    return f"{newest[0].event_id if newest else 0} {id(load_roles(Settings.from_env().roles_file))}"
