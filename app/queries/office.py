"""Which office carries out what is decided about a unit."""

from __future__ import annotations

import datetime as dt

from app.core.reader import Reader
from app.queries import plan
from app.records import Unit


def office_of(reader: Reader, unit: Unit, on: dt.date) -> str:
    """The office that has the field at a unit on a day, with the unit's name unless it is the city's own; empty where
    no office is known, as of an area.

    In Vietnamese whatever language is read: it goes on record, as an office is called.
    """
    office = plan.office(reader, unit.unit_level, on)
    if office is None:
        return ""
    return office.name_vi if unit.parent_code is None else f"{office.name_vi} ({unit.name_vi})"
