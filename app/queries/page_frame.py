"""Data shared by all pages of a version, and the context of a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from app.core import permissions
from app.core.access import Right, Viewer
from app.core.page_context import Context
from app.core.reader import Reader
from app.core.url_state import State
from app.queries import plan
from app.records import Period, Plan, Publication
from warehouse.desk import Desk
from warehouse.intake import meant_code

# Reads the data of the frame for every viewer: publication, plan, quarters; no figures.
FRAMED = Viewer("frame", frozenset({Right.READ}))


@dataclass(frozen=True, slots=True)
class Frame:
    """Data shared by all pages of a version."""

    publication: Publication
    periods: dict[str, Period]
    plans: dict[str, Plan]
    opening: str


# One entry per set of rights: each officer has a different one.
@lru_cache(maxsize=256)
def frame_of(reader: Reader) -> Frame:
    """Return the data shared by all pages of a version, cached by version and viewer's rights."""
    named = Reader(FRAMED, reader.warehouse)
    publication = plan.publication(named)
    periods = {period.period_code: period for period in plan.periods(named)}
    opening = next((code for code, period in periods.items() if period.is_opening), None)
    plans = {row.plan_code: row for row in plan.plans(named)}
    return Frame(publication, periods, plans, opening or _opening_without_report(periods, publication.as_of_date))


def _opening_without_report(periods: Mapping[str, Period], day: dt.date) -> str:
    """Return the period that pages open while no report has come: the latest that is due, else has begun, else the
    first."""
    due = [code for code, period in periods.items() if period.due_date < day]
    begun = [code for code, period in periods.items() if period.has_begun]
    return (due or begun or [*periods][:1])[-1]


def context_of(state: State, reader: Reader) -> Context:
    """Return the context of a page for a state. Raises `AccessDeniedError` where the viewer may not open the page."""
    if reader.viewer.may(Right.READ):
        state = _with_whole_code(state, reader)
    permissions.require_page(reader.viewer, state)
    frame = frame_of(reader)
    # The frame of every page shows the plan, its quarters and units, also to viewers who may not read figures.
    named = reader if reader.viewer.may(Right.READ) else Reader(FRAMED, reader.warehouse)
    period = frame.periods[state.period]
    return Context(
        state=replace(state, hidden=permissions.hidden_pages(reader.viewer)),
        reader=reader,
        publication=frame.publication,
        period=period,
        periods=tuple(frame.periods.values()),
        plan=frame.plans[period.plan_code],
        targets={target.target_code: target for target in plan.targets(named, state.period)},
        city=plan.city(named, period.end_date),
        districts=tuple(plan.districts(named, period.end_date)),
        reporters=tuple(plan.reporting_units(named, state.period)),
        desk=Desk.open(),
    )


def _with_whole_code(state: State, reader: Reader) -> State:
    """Return a state whose unit has all zeros of its code, where its number is that of one unit's code only."""
    asked = state.unit or ""
    if not asked.isdecimal():
        return state
    meant = meant_code(asked, {unit.unit_code for unit in plan.every_unit(reader)})
    return replace(state, own=tuple((name, meant if name == "unit" else value) for name, value in state.own))
