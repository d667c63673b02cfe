"""The headline of the plan in a quarter, for whoever shows it."""

from __future__ import annotations

from app.analysis.headline import headline
from app.analysis.owed import owed
from app.analysis.progress_summary import Overview
from app.core.page_context import Context


def plan_headline(context: Context, overview: Overview) -> str:
    """What stands in the way of the plan in the chosen quarter, in one sentence."""
    what = owed(context.reader, context.desk, context.period, context.publication.as_of_date)
    return headline(overview, what, context.state.period, context.words)
