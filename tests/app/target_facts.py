"""Facts of the target page for tests: everything a claim does not care about filled in."""

from typing import Any

from app.records.target import BreakdownPart, FunnelLimits, SeriesBreak


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
