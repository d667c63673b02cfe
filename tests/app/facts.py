"""Facts for tests: one cell of the grid with everything a claim does not care about filled in."""

import datetime as dt
from typing import Any

from app.records import Progress, Target, Unit

START = dt.date(2021, 1, 1)


def progress(**changes: Any) -> Progress:
    """A district's figure, on track at 60 % of a coverage of 100, unless said otherwise."""
    values: dict[str, Any] = {
        "plan_code": "P2021",
        "target_code": "T09",
        "unit_code": "769",
        "unit_valid_from": START,
        "unit_level": "district",
        "parent_code": "79",
        "period_code": "2021Q2",
        "period_window": "ytd",
        "kind": "coverage",
        "basis": "plan",
        "status": "on_track",
        "prev_quarter_status": None,
        "numerator": 12.0,
        "denominator": 20.0,
        "value_pct": 60.0,
        "threshold_pct": 100.0,
        "path_pct": 50.0,
        "common_path_pct": 50.0,
        "is_judged": True,
        "late_certainty": None,
        "clear_move": None,
        "gap_pct": -40.0,
        "path_gap_pct": 10.0,
        "change_prev_quarter_pct": None,
        "change_is_clear": None,
        "change_prev_quarter_count": None,
        "change_prev_year_pct": None,
        "change_reason": None,
        "change_difference": None,
        "change_prev_year_reason": None,
        "change_prev_year_difference": None,
        "same_units_since": "2021Q1",
        "rollup_level": None,
        "asked_key": None,
        "ended_units_key": None,
        "has_year_ended": False,
        "gap_reason": None,
        "waiting_count": None,
        "rank": 3,
        "rank_of": 22,
        "ci_low_pct": 38.7,
        "ci_high_pct": 78.1,
        "is_small_base": False,
        "is_provisional": False,
        "provisional_reason": None,
        "bound_low_pct": None,
        "bound_high_pct": None,
        "is_status_settled": None,
        "status_may_be_chance": False,
        "is_calling": False,
        "required_per_quarter_pct": None,
        "pace_pct": None,
        "projected_low_pct": None,
        "projected_high_pct": None,
        "missing_to_path_count": None,
        "missing_to_threshold_count": None,
        "late_since_period_code": None,
        "reporting_rate_pct": 100.0,
        "expected_count": 10,
        "reported_count": 10,
        "counted_unit_count": 1,
        "current_unit_count": 1,
        "source_versions": None,
    }
    values |= {"elapsed_period_count": int(changes.get("period_code", "2021Q2")[-1])} | changes
    is_cumulative = values["kind"] == "coverage" and values["period_window"] == "ytd"
    values.setdefault("restarts", is_cumulative and values["period_code"].endswith("Q1"))
    if values["status"] in ("behind", "far_behind") and values["late_certainty"] is None:
        values["late_certainty"] = "certain"
    return Progress(**values)


def absent(status: str, **changes: Any) -> Progress:
    """A cell without a value, and why."""
    nothing = dict.fromkeys(
        ("numerator", "denominator", "value_pct", "gap_pct", "path_gap_pct", "ci_low_pct", "ci_high_pct", "rank")
    )
    return progress(status=status, **(nothing | changes))


def target(**changes: Any) -> Target:
    """A coverage of 100 %."""
    texts = ("name", "short_name", "definition", "numerator", "denominator", "caveat", "group_name")
    values: dict[str, Any] = {f"{text}_{lang}": f"{text} {lang}" for text in texts for lang in ("vi", "en")}
    values |= {
        "plan_code": "P2021",
        "target_code": "T09",
        "group_code": "4",
        "display_order": 9,
        "basis": "plan",
        "kind": "coverage",
        "direction": "up",
        "threshold_pct": 100.0,
        "counting_rule": "amounts",
        "counted_levels": "ward",
        "shown_levels": "city|district|ward",
        "is_sensitive": False,
        "has_interval": True,
        "counted_vi": "cán bộ được tập huấn",
        "counted_en": "officer trained|officers trained",
    }
    return Target(**(values | changes))


def unit(code: str = "769", name: str = "Thủ Đức", **changes: Any) -> Unit:
    """A district."""
    values: dict[str, Any] = {
        "unit_code": code,
        "valid_from": START,
        "valid_to": dt.date(2025, 7, 1),
        "unit_level": "district",
        "unit_type": "quan",
        "parent_code": "79",
        "name_vi": name,
        "name_en": name,
        "short_name_vi": name,
        "short_name_en": name,
        "other_names": None,
        "is_authority": True,
        "footprint_changed": False,
        "tile_row": 1,
        "tile_col": 1,
        "tile_label": name,
        "predecessor_names_vi": None,
        "predecessor_names_en": None,
        "successor_codes": None,
        "past_kind": None,
    }
    return Unit(**(values | changes))


def link(page: str, **parameters: str) -> str:
    """The address of a page, as the figures of pages ask for it."""
    return f"/{page}?" + "&".join(f"{name}={value}" for name, value in parameters.items())


def nowhere(row: Progress) -> str:
    """Where the points of a picture lead."""
    return ""
