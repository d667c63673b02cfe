"""Rules for comparing two figures of a unit on a target.

They are the rules by which dbt publishes a change since last quarter and last year
(`fct_target_progress.change_difference`), applied to any two periods; a test compares both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.core.period_code import calendar_of
from app.records import Period, Progress, Target
from app.records.target import SeriesBreak

# What prevents a comparison, most important first; as in `fct_target_progress.change_difference`.
DIFFERENCES = ("disruption", "method", "level", "boundary", "units", "quarters")
DISRUPTION, METHOD, LEVEL, BOUNDARY, UNITS, QUARTERS = DIFFERENCES


def difference_between(
    now: Progress, before: Progress, target: Target, breaks: Iterable[SeriesBreak], periods: Mapping[str, Period]
) -> str | None:
    """Return what prevents a comparison of two rows of a unit on a target; None where they are comparable.

    A target compared with the end of last year changes over the units known at both ends. This is published between
    neighbouring periods only, because over longer spans other units may be known.
    """
    own = [row for row in breaks if row.target_code in (None, now.target_code)]
    kinds = {row.kind for row in own if _is_crossed(row, before.period_code, now.period_code)}
    here, there = periods[now.period_code], periods[before.period_code]
    has_other_units = now.same_units_since is None or now.same_units_since > before.period_code
    is_other_year = here.year != there.year
    differences = {
        DISRUPTION: DISRUPTION in kinds,
        METHOD: METHOD in kinds or (target.is_against_base and is_other_year),
        LEVEL: now.rollup_level != before.rollup_level,
        BOUNDARY: has_other_units and BOUNDARY in kinds,
        UNITS: has_other_units
        or (target.adds_up and now.ended_units_key != before.ended_units_key)
        or (target.is_against_base and here.quarter - there.quarter != 1),
        QUARTERS: calendar_of(now.period_code) != calendar_of(before.period_code)
        or (now.is_sum_of_year and is_other_year and now.elapsed_period_count != before.elapsed_period_count),
    }
    return next((name for name in DIFFERENCES if differences[name]), None)


def breaks_between(breaks: Iterable[SeriesBreak], since: str, until: str) -> list[SeriesBreak]:
    """Return the breaks between two periods, and those that make one of the two incomparable with any other."""
    return [row for row in breaks if _is_crossed(row, since, until)]


def _is_crossed(row: SeriesBreak, since: str, until: str) -> bool:
    if row.kind == DISRUPTION:
        return row.period_code in (since, until)
    return since < row.period_code <= until
