"""Office that carries out decisions about a unit."""

from __future__ import annotations

import datetime as dt

from app.core.reader import Reader
from app.queries import plan
from app.records import Unit


def office_of(reader: Reader, unit: Unit, on: dt.date) -> str:
    """Return the office in charge at a unit on a day, followed by the unit's name unless it belongs to the city.

    Empty where no office is known, such as for an area. The text is Vietnamese in every language, because it is
    recorded as the official name.
    """
    office = plan.office(reader, unit.unit_level, on)
    if office is None:
        return ""
    return office.name_vi if unit.parent_code is None else f"{office.name_vi} ({unit.name_vi})"
