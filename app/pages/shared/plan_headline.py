"""The headline of the plan in a quarter, for whoever shows it."""

from __future__ import annotations

from app.analysis.headline import headline
from app.analysis.owed import owed
from app.analysis.period_state import with_state
from app.analysis.progress_summary import Overview
from app.core.page_context import Context


def plan_headline(context: Context, overview: Overview, *, states_period: bool = True) -> str:
    """What stands in the way of the plan in the chosen quarter, in a sentence, behind the state of a period
    that is not judged whole, unless it is said above it already."""
    day = context.publication.as_of_date
    what = owed(context.reader, context.desk, context.period, day)
    said = headline(overview, what, context.state.period, context.words)
    return with_state(said, context.period, day, context.words) if states_period else said
