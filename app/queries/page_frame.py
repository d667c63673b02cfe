"""What every page of a version shares, and what a view is given for a state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from app.core import permissions
from app.core.access import Right, Viewer
from app.core.i18n import words
from app.core.page_context import Context
from app.core.reader import Reader
from app.core.url_state import State
from app.queries import plan
from app.records import Period, Plan, Publication
from warehouse.desk import Desk

# Asks for what stands around every page, whoever looks: what is published, the plan, its quarters; no figure.
FRAMED = Viewer("frame", frozenset({Right.READ}))


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of a version shares."""

    publication: Publication
    periods: dict[str, Period]
    plans: dict[str, Plan]
    opening: str


# One for every set of rights that looks: each officer has their own.
@lru_cache(maxsize=256)
def frame_of(reader: Reader) -> Frame:
    """What every page of a version shares, read once a version and viewer's rights."""
    named = Reader(FRAMED, reader.warehouse)
    publication = plan.publication(named)
    periods = {period.period_code: period for period in plan.periods(named)}
    opening = next((code for code, period in periods.items() if period.is_opening), None)
    plans = {one.plan_code: one for one in plan.plans(named)}
    return Frame(publication, periods, plans, opening or next(reversed(periods)))


def context_of(asked: State, reader: Reader) -> Context:
    """What a view is given for a state. Raises `AccessDeniedError` where the page is not for the viewer."""
    permissions.require_page(reader.viewer, asked)
    frame = frame_of(reader)
    # The plan, its quarters and units stand around every page, of whoever may read no figures too.
    named = reader if reader.viewer.may(Right.READ) else Reader(FRAMED, reader.warehouse)
    period = frame.periods[asked.period]
    return Context(
        state=replace(asked, closed=permissions.closed_to(reader.viewer)),
        reader=reader,
        words=words(asked.lang),
        publication=frame.publication,
        period=period,
        periods=tuple(frame.periods.values()),
        plan=frame.plans[period.plan_code],
        targets={target.target_code: target for target in plan.targets(named, asked.period)},
        city=plan.city(named, period.end_date),
        districts=tuple(plan.districts(named, period.end_date)),
        reporters=tuple(plan.reporting_units(named, asked.period)),
        desk=Desk.open(),
    )
