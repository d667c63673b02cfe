"""Codes of units and periods in requests: one that does not exist is refused, so that none is taken for empty."""

from __future__ import annotations

from app.api.errors import NOT_FOUND, ApiError
from app.core.reader import Reader
from app.queries import followup, plan


def require_unit(reader: Reader, unit: str) -> None:
    """Raise ApiError for a unit that never existed."""
    if unit not in followup.known_units(reader):
        raise ApiError("unknown_unit", NOT_FOUND, unit=unit)


def require_period(reader: Reader, period: str) -> None:
    """Raise ApiError for a period that no plan has."""
    if period not in {one.period_code for one in plan.periods(reader)}:
        raise ApiError("unknown_period", NOT_FOUND, period=period)
