"""Data of the preview: waiting reports, their cells, and the figures with them accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.analysis.preview import CellJump, FigureChange, cell_jumps, figure_changes
from app.core import access
from app.core.access import AccessDeniedError
from app.core.levels import is_base
from app.core.page_context import Context
from app.core.reader import Reader
from app.queries import followup, plan, preview, progress, ward
from app.records import Progress, Unit
from app.records.ward import Category
from warehouse.intake import Received

EVERY = "all"


@dataclass(frozen=True, slots=True)
class Place:
    """A unit whose figures would change, and these figures."""

    unit: Unit
    changes: Sequence[FigureChange]


@dataclass(frozen=True, slots=True)
class Preview:
    """Waiting reports and what accepting them would change in the chosen period and window.

    `places` are the reporter, the units above it and the city; of several reports the city alone. Targets that count
    people are left out of the units whose small counts the viewer may not see. `others` are figures of other units
    whose status or rank would be another one. `jumps` are the cells of a single report, `categories` the names of their
    rows. `newer` is a later waiting report of the same reporter and period as a single one. While the figures are not
    computed, `is_ready` is False, and `has_failed` states whether they cannot be.
    """

    reports: Sequence[Received]
    is_ready: bool
    has_failed: bool = False
    places: Sequence[Place] = ()
    others: Sequence[FigureChange] = ()
    jumps: Sequence[CellJump] = ()
    categories: Mapping[tuple[str, str], Category] = field(default_factory=dict)
    newer: Received | None = None


def gather(context: Context) -> Preview | None:
    """Return the preview that the address requests; None where its report is not waiting any more.

    Raises `AccessDeniedError` for a viewer who may see no waiting report of the kind.
    """
    waiting = preview.waiting(context.reader)
    code = context.state.get("report") or EVERY
    reports = [report for report in waiting if code in (EVERY, str(report.submission.submission_id))]
    newest = _newest(waiting)
    if code == EVERY:
        # Of a reporter only the latest version would count.
        of_period = [report for report in reports if report.submission.period_code == context.state.period]
        reports = [report for report in of_period if newest[_place(report)] is report]
    if not reports:
        return None
    numbers = [report.submission.submission_id for report in reports]
    try:
        after = preview.preview(context.reader, numbers, is_requested=True)
    except AccessDeniedError:
        return None
    if after is None:
        return Preview(reports, is_ready=False, has_failed=preview.has_failed(context.reader, numbers))
    latest = newest[_place(reports[0])]
    seen = _compared(context, after, reports)
    return replace(seen, newer=latest) if latest is not reports[0] else seen


def _place(report: Received) -> tuple[str | None, str | None]:
    return report.submission.reporter_code, report.submission.period_code


def _newest(waiting: Sequence[Received]) -> dict[tuple[str | None, str | None], Received]:
    """Return the latest of the waiting reports, which are in the order of their arrival, by reporter and period."""
    return {_place(report): report for report in waiting}


def _compared(context: Context, after: Reader, reports: Sequence[Received]) -> Preview:
    reporters = list(dict.fromkeys(report.submission.reporter_code or "" for report in reports))
    chain = _chain(context, reporters[0]) if len(reporters) == 1 else []
    chain = [*chain, context.city] if context.city not in chain else chain
    state = context.state

    def rows(reader: Reader, unit: Unit) -> list[Progress]:
        # By sending numbers that differ by one a sender would learn where the band of a larger unit ends, and so what
        # the others in it counted.
        return [
            row
            for row in progress.unit_progress(reader, unit.unit_code, state.period, state.window)
            if not access.hides_parts(context.viewer, context.targets[row.target_code], unit.unit_code)
        ]

    places = [Place(unit, figure_changes(rows(context.reader, unit), rows(after, unit))) for unit in chain]
    return Preview(
        reports=reports,
        is_ready=True,
        places=[place for place in places if place.changes],
        others=_others(context, after, frozenset(unit.unit_code for unit in chain)),
        jumps=_jumps(context, after, reporters[0]) if len(reports) == 1 else (),
        categories={(row.dimension_code, row.category_code): row for row in ward.row_categories(context.reader)},
    )


def _chain(context: Context, reporter: str) -> list[Unit]:
    """Return the reporter and the units above it up to the city, as they were in the chosen period."""
    units = followup.known_units(context.reader)
    chain: list[Unit] = []
    code: str | None = reporter
    while code and len(chain) < len(units):
        unit = plan.unit_on(context.reader, code, context.period.end_date)
        if unit is None:
            break
        chain.append(unit)
        code = unit.parent_code
    return chain


def _others(context: Context, after: Reader, known: frozenset[str]) -> list[FigureChange]:
    """Return figures of other units that report to the city whose status or rank would be another one."""
    state = context.state
    before, now = (progress.reporter_progress(reader, state.period, state.window) for reader in (context.reader, after))
    rows = {(row.target_code, row.unit_code): row for row in before}
    pairs = [
        FigureChange(old, row)
        for row in now
        if row.unit_code not in known and (old := rows.get((row.target_code, row.unit_code))) is not None
    ]
    return [pair for pair in pairs if pair.is_moved or pair.is_ranked_otherwise]


def _jumps(context: Context, after: Reader, reporter: str) -> list[CellJump]:
    """Return the cells of a report beside those of the period before; none of a reporter above the lowest level."""
    unit = next(iter(_chain(context, reporter)), None)
    codes = [period.period_code for period in context.periods]
    place = codes.index(context.state.period)
    if unit is None or not is_base(unit.unit_level) or not place:
        return []
    now, before = (ward.reported_cells(after, reporter, code) for code in (codes[place], codes[place - 1]))
    return cell_jumps(now, before)
