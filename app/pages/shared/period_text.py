"""Sentences about a period: the headline of the plan, who reports, which part of the year figures cover."""

from __future__ import annotations

from collections.abc import Iterable

from app.analysis.headline import headline
from app.analysis.owed import owed
from app.analysis.period_state import with_state
from app.analysis.progress_summary import Overview
from app.core.i18n import words
from app.core.page_context import Context
from app.queries.year_parts import year_parts
from app.records import Progress
from app.ui.year_part_text import year_parts_text


def plan_headline(context: Context, overview: Overview, *, states_period: bool = True) -> str:
    """Return the headline of the plan in the chosen quarter, behind the state of a period that is not judged whole,
    unless that is shown above it already."""
    day = context.publication.as_of_date
    what = owed(context.reader, context.desk, context.period, day)
    text = headline(overview, what, context.state.period)
    return with_state(text, context.period, day) if states_period else text


def who_reports(context: Context) -> str:
    """Return the units that report, where these are more than the districts or communes; else empty."""
    every, count = context.period.reporter_count, len(context.reporters)
    if count in (0, every):
        return ""
    units = words(f"unit_noun.{context.reporter_level}", count=count)
    return words("reporting.who", all=every, count=count, units=units)


def year_sentence(context: Context, rows: Iterable[Progress]) -> str:
    """Return which part of the year the figures of one unit in the chosen quarter cover; empty where all cover the year
    as always."""
    parts = year_parts(context.reader, context.state.period, context.state.window)
    text = year_parts_text(rows, parts, context.targets)
    return f"{words('year_part.row', part=text)}." if text else ""
