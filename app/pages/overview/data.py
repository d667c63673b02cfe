"""Data of the overview: the city's figures with their recent series, those of the units that report, and the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis import progress_summary
from app.core.grouping import group_by
from app.core.page_context import Context
from app.queries import progress
from app.records import Progress, Standing, Unit

RECENT_PERIODS = 8


@dataclass(frozen=True, slots=True)
class OverviewFacts:
    """The plan in a quarter: the city's figures (`city_rows`, and a series with those of the quarters before, oldest
    first), the counts of the city and of the units that report to it (`summary`), and the figures of the units in the
    grid (`grid_rows`, of the reading level)."""

    city: Unit
    course: Sequence[Progress]
    city_rows: Sequence[Progress]
    grid_rows: Sequence[Progress]
    summary: progress_summary.Overview

    @property
    def rows(self) -> list[Progress]:
        """Return every figure of the grid, the city's first."""
        return [*self.city_rows, *self.grid_rows]

    @property
    def moves(self) -> progress_summary.Moves:
        """Return the moves in the grid, in which each such cell can be looked at."""
        return progress_summary.moves(self.grid_rows)

    @property
    def courses(self) -> dict[str, list[Progress]]:
        """Return the city's recent series by target."""
        return group_by(self.course, lambda row: row.target_code)


def overview_facts(context: Context) -> OverviewFacts:
    """Return the figures of the chosen quarter and window."""
    state, reader = context.state, context.reader
    known = [period.period_code for period in context.periods if period.period_code <= state.period]
    course = progress.city_trend(reader, state.window, state.period, since=known[-RECENT_PERIODS:][0])
    city_rows = [row for row in course if row.period_code == state.period]
    grid_rows = progress.level_progress(reader, context.level, state.period, state.window)
    standings: Sequence[Standing] = grid_rows
    # Where the units of the grid report, they are counted.
    if context.reporter_level != context.level:
        standings = progress.reporter_standings(reader, state.period, state.window)
    return OverviewFacts(
        city=context.city,
        course=course,
        city_rows=city_rows,
        grid_rows=grid_rows,
        summary=progress_summary.overview(course, standings),
    )
