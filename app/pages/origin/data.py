"""Data of the page on the origin of one figure."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.levels import is_top
from app.core.page_context import Context
from app.queries import methodology, origin, plan, progress
from app.queries.review import changed_figures, last_shown
from app.records import Progress, Revision, Target, Unit
from app.records.origin import Check, Contribution, Input, Rule, SourceReport, Term
from app.records.review import ChangedFigure
from warehouse.desk import Review


@dataclass(frozen=True, slots=True)
class FigureOrigin:
    """A figure and everything that it is made of.

    `figures_below` and `units_below` (by code, in the order of the page) are the districts under a figure of the city,
    or its communes where there are no districts; empty for any other unit. `inputs` are the numbers of the unit’s own
    forms: none where the unit is not counted itself or they may not be seen. `changed` is the last review with the
    figure as it showed it and as it is now, where these differ.
    """

    target: Target
    unit: Unit
    rule: Rule
    figure: Progress
    contributions: list[Contribution]
    units_below: dict[str, Unit]
    figures_below: list[Progress]
    inputs: list[Input]
    terms: list[Term]
    reports: list[SourceReport]
    corrections: list[Revision]
    checks: list[Check]
    changed: tuple[Review, ChangedFigure] | None

    @property
    def own_contribution(self) -> Contribution | None:
        """Return the unit's own part in the figure, where it is counted itself."""
        return next((part for part in self.contributions if part.unit_code == self.unit.unit_code), None)


def gather(context: Context, target: Target, unit: Unit) -> FigureOrigin | None:
    """Return the origin of a target's figure at a unit; None where the target has no row for the unit's level."""
    reader = context.reader
    period = context.state.period
    window = context.state.window
    figures = progress.unit_progress(reader, unit.unit_code, period, window)
    figure = next((row for row in figures if row.target_code == target.target_code), None)
    if figure is None:
        return None
    contributions = origin.contributions(reader, target, unit, period, window)
    units_below = _units_below(context) if is_top(figure.unit_level) else {}
    units = {unit.unit_code}
    for part in contributions:
        units |= {part.unit_code, part.reporter_code}
    return FigureOrigin(
        target=target,
        unit=unit,
        rule=methodology.rules(reader, period)[target.target_code],
        figure=figure,
        contributions=contributions,
        units_below=units_below,
        figures_below=_figures_below(context, target, units_below),
        inputs=origin.inputs(reader, target, unit, period, window),
        terms=methodology.terms(reader, target.target_code),
        reports=_reports(context, target, unit),
        corrections=origin.corrections(reader, target, unit, period, window),
        checks=origin.checks(reader, target, frozenset(units), period, window),
        changed=_changed_since_review(context, figure),
    )


def _changed_since_review(context: Context, figure: Progress) -> tuple[Review, ChangedFigure] | None:
    """Return the last review of the figure's quarter and window, where it showed another figure."""
    state = context.state
    review = last_shown(context.desk.reviews(), state.period, state.window, context.publication.version)
    if review is None or (review.period_code, review.period_window) != (state.period, state.window):
        return None
    cell = (figure.target_code, figure.unit_code)
    changed = changed_figures(context.reader, review) or ()
    return next(((review, one) for one in changed if (one.now.target_code, one.now.unit_code) == cell), None)


def _units_below(context: Context) -> dict[str, Unit]:
    units = context.districts or plan.reporting_units(context.reader, context.state.period)
    return {unit.unit_code: unit for unit in units}


def _figures_below(context: Context, target: Target, units: dict[str, Unit]) -> list[Progress]:
    if not units:
        return []
    state = context.state
    if context.districts:
        figures = progress.level_progress(context.reader, context.middle_level, state.period, state.window)
    else:
        figures = progress.reporter_progress(context.reader, state.period, state.window)
    order = list(units)
    of_target = [row for row in figures if row.target_code == target.target_code and row.unit_code in units]
    return sorted(of_target, key=lambda row: order.index(row.unit_code))


def _reports(context: Context, target: Target, unit: Unit) -> list[SourceReport]:
    """Return the reports behind the figure: the city's agencies first, then those that report to it in their order."""
    reports = origin.reports(context.reader, target, unit, context.state.period, context.state.window)
    order = {unit.unit_code: number for number, unit in enumerate(context.reporters, start=1)}
    return sorted(
        reports, key=lambda report: (order.get(report.reporter_code, 0), report.reporter_code, report.period_code)
    )
