"""Links of the points of the target page's pictures."""

from __future__ import annotations

from collections.abc import Callable

from app.core.levels import unit_page
from app.core.url_state import State
from app.pages.target_detail.data import TargetFacts
from app.records import Progress

Link = Callable[[Progress], str]


def trend_link(state: State, facts: TargetFacts) -> Link:
    """Return the address of a point: the city's leads to this page in its quarter, a unit's to the unit's page in
    it."""
    href = state.href
    of_unit = {row.period_code for row in facts.beside_course}

    def link(row: Progress) -> str:
        if page := unit_page(row.unit_level):
            return href(page, unit=row.unit_code, target=row.target_code, period=row.period_code)
        unit = state.unit if row.period_code in of_unit else None
        return href(target=row.target_code, unit=unit, period=row.period_code)

    return link


def funnel_link(state: State) -> Link:
    """Return the address of a unit's point: the unit's page."""
    return lambda row: state.href(unit_page(row.unit_level), unit=row.unit_code, target=row.target_code)
