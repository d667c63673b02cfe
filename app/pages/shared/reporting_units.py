"""Who has to report in the chosen quarter."""

from __future__ import annotations

from app.core.page_context import CITY, Context
from app.queries import plan
from app.records import Unit


def reporting_units(context: Context) -> list[Unit]:
    """The city's agencies, then the districts or, without any, the communes."""
    day = context.period.end_date
    city = next(unit for unit in plan.unit_history(context.reader, CITY) if unit.exists_on(day))
    return [city, *(context.districts or plan.wards(context.reader, CITY, day))]
