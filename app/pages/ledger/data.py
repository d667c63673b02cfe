"""Data of the ledger of one number: the figure then and now, the reports behind it, the decisions about it."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.page_context import Context
from app.core.reader import Reader
from app.deck.data import readable, shown_context
from app.pages.shared.figure import chosen_unit
from app.pages.shared.reporting import reporting_units
from app.queries import followup, origin, progress
from app.queries.reporters import reporter_states
from app.queries.review import changed_figures, last_shown
from app.records import Cell, Progress, Target, Unit
from app.records.origin import SourceReport
from app.records.reporters import ReporterState
from app.records.review import ChangedFigure, ShownFigure
from warehouse.desk import CANCELLED, Action, Review
from warehouse.publish.engines import kept


@dataclass(frozen=True, slots=True)
class Ledger:
    """A figure's history for a meeting, in the `context` of the version presented.

    Without a `target` it is of a unit as a whole and has no figures. `then` is the figure that the last review showed,
    `shown` that review, `changed` the change of its figure since; each None where there is none. `reports` are those of
    the quarter that the figure is based on; `own_report` is the unit's, where it reports itself.
    """

    context: Context
    unit: Unit
    target: Target | None
    now: Progress | None
    then: ShownFigure | None
    shown: Review | None
    changed: ChangedFigure | None
    is_unlike: bool
    reports: list[SourceReport]
    own_report: ReporterState | None
    actions: list[Action]


@dataclass(frozen=True, slots=True)
class Counted:
    """The units behind a count on a slide, in the `context` of the version presented: of the units that report those
    whose figure on the target has the status, or without a target whose report has."""

    context: Context
    target: Target | None
    status: str
    units: list[Unit]


def counted(context: Context, status: str) -> Counted:
    """Return the units that share a status. Raises `UnknownCodeError`, as `gather` does."""
    with readable(context.state.get("held")):
        seen, _ = shown_context(context, context.state.get("held"))
        target = seen.target
        if target:
            rows = progress.reporter_standings(seen.reader, seen.state.period, seen.state.window)
            codes = {
                row.unit_code for row in rows if (row.target_code, row.shown_status) == (target.target_code, status)
            }
        else:
            states = reporter_states(seen.reader, seen.state.period)
            codes = {state.reporter_code for state in states if state.state == status}
        units = [unit for unit in reporting_units(seen) if unit.unit_code in codes]
    return Counted(seen, target, status, units)


def gather(context: Context) -> Ledger:
    """Return the ledger of the number in the address. Raises `UnknownCodeError`, also for a review whose version has
    another layout of tables."""
    with readable(context.state.get("held")):
        return _gather(context)


def _gather(context: Context) -> Ledger:
    seen, past = shown_context(context, context.state.get("held"))
    unit, target = chosen_unit(seen), seen.target
    chosen = seen.state.period, seen.state.window
    now = followup.figure(seen.reader, unit.unit_code, target.target_code if target else None, *chosen)
    shown = _last_review(seen, past)
    then = _shown_figure(seen, shown, now) if shown and now else None
    reports = origin.reports(seen.reader, target, unit, *chosen) if target else []
    states = reporter_states(seen.reader, seen.state.period)
    return Ledger(
        context=seen,
        unit=unit,
        target=target,
        now=now,
        then=then,
        shown=shown,
        changed=_changed(seen, shown, now) if shown and now else None,
        is_unlike=_is_unlike(seen, then, now),
        reports=[report for report in reports if report.period_code == seen.state.period],
        own_report=next((state for state in states if state.reporter_code == unit.unit_code), None),
        actions=_actions(seen, unit, target, past),
    )


def _last_review(seen: Context, past: Review | None) -> Review | None:
    reviews = (review for review in seen.desk.reviews() if past is None or review.held_at < past.held_at)
    return last_shown(reviews, seen.state.period, seen.state.window, seen.publication.version)


def _shown_figure(seen: Context, shown: Review, now: Progress) -> ShownFigure | None:
    """Return the figure as the review showed it; None where its version is gone, or did not have it."""
    held = kept(shown.version)
    if held is None:
        return None
    reader = Reader(seen.viewer, held)
    return followup.shown_figure(reader, now.unit_code, now.target_code, shown.period_code, shown.period_window)


def _changed(seen: Context, shown: Review, now: Progress) -> ChangedFigure | None:
    changed = changed_figures(seen.reader, shown) or ()
    return next((figure for figure in changed if _cell(figure.now) == _cell(now)), None)


def _cell(row: Progress | ShownFigure) -> Cell:
    return Cell(row.target_code, row.unit_code)


def _is_unlike(seen: Context, then: ShownFigure | None, now: Progress | None) -> bool:
    if then is None or now is None:
        return False
    return followup.is_unlike(seen.reader, now, then.period_code)


def _actions(seen: Context, unit: Unit, target: Target | None, past: Review | None) -> list[Action]:
    """Return the actions in force about the figure or about its unit as a whole, the newest first."""
    about = [
        action
        for action in seen.desk.actions()
        if (action.unit_code or seen.city.unit_code) == unit.unit_code
        and action.status != CANCELLED
        and (target is None or action.target_code in (None, target.target_code))
        and (past is None or action.opened_at <= past.held_at)
    ]
    return sorted(about, key=lambda action: action.opened_at, reverse=True)
