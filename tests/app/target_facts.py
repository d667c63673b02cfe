"""Facts of the target page for tests: everything a claim does not care about filled in."""

import datetime as dt
from typing import Any

from app.records.target import BreakdownPart, FunnelLimits, Recalculated, SeriesBreak
from warehouse.desk import Note


def limits(unit: str, position: str = "inside", **changes: Any) -> FunnelLimits:
    """Limits of chance around 60 %."""
    values: dict[str, Any] = {
        "unit_code": unit,
        "funnel_95_low_pct": 40.0,
        "funnel_95_high_pct": 80.0,
        "funnel_998_low_pct": 30.0,
        "funnel_998_high_pct": 90.0,
        "funnel_position": position,
    }
    return FunnelLimits(**(values | changes))


def series_break(period: str, kind: str = "boundary", label: str = "Wards merged") -> SeriesBreak:
    """A break of every series."""
    return SeriesBreak(period, None, kind, label, label, f"text of {label}", f"text of {label}")


def part(category: str, count: float | None, **changes: Any) -> BreakdownPart:
    """A category of a breakdown of 100 counted in the city."""
    values: dict[str, Any] = {
        "target_code": "T16",
        "breakdown_code": "service",
        "dimension_code": "service",
        "title_vi": "Dịch vụ",
        "title_en": "Services",
        "category_code": category,
        "category_vi": category,
        "category_en": category,
        "unit_vi": "lượt",
        "unit_en": "times",
        "unit_level": "city",
        "period_code": "2021Q4",
        "value_count": count,
        "total_count": 100.0,
        "share_pct": count,
        "base_vi": None,
        "base_en": None,
        "base_count": None,
        "rate_pct": None,
        "is_sensitive": False,
        "is_hidden": False,
    }
    return BreakdownPart(**(values | changes))


def recalculated(period: str, value: float | None, **changes: Any) -> Recalculated:
    """What a commune of two whole wards would have had of T13."""
    values: dict[str, Any] = {
        "target_code": "T13",
        "unit_code": "26767",
        "period_code": period,
        "numerator": value,
        "denominator": 100.0,
        "value_pct": value,
        "restarts": False,
        "part_count": 2,
        "known_part_count": 2,
        "is_sensitive": False,
    }
    return Recalculated(**(values | changes))


def note(period: str, text: str, unit: str = "79") -> Note:
    """A note on a unit in a quarter."""
    return Note(1, unit, None, period, text, dt.datetime(2026, 1, 5, 8, 30), "Sở")
