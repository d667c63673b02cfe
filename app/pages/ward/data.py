"""Data of the ward page: the unit of the quarter and its history, its figures and their series, the cells it
reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis import progress_summary
from app.core.grouping import group_by
from app.core.levels import is_base
from app.core.page_context import Context, UnknownCodeError
from app.pages.shared.selected_figure import History, history_of
from app.queries import plan, progress
from app.queries.ward import reported_cells, row_categories
from app.records import Progress, Unit
from app.records.ward import Category, ReportedCell


@dataclass(frozen=True, slots=True)
class WardFacts:
    """A ward in a quarter: its figures, their series by target (oldest first, of this validity only), and the cells of
    its report with the categories that some forms have rows of, such as kinds of establishments.

    `district` is the unit over it, None where there is none in the quarter; `siblings` are the units beside it;
    `history` is what is known of the time before it began, `successors` are the authorities of today in the place of
    one that ended.
    """

    unit: Unit
    others_of_code: Sequence[Unit]
    district: Unit | None
    siblings: Sequence[Unit]
    rows: Sequence[Progress]
    courses: Mapping[str, Sequence[Progress]]
    cells: Sequence[ReportedCell]
    kinds: Sequence[Category]
    history: History
    successors: Sequence[Unit]

    @property
    def summary(self) -> progress_summary.UnitSummary:
        """Return the counts of its figures."""
        return progress_summary.unit_summary(self.rows)


def history_of_ward(context: Context) -> list[Unit]:
    """Return every validity of the code in the address; of the first where it names none.

    Raises `UnknownCodeError`.
    """
    code = context.state.unit or first_ward(context) or ""
    history = [unit for unit in plan.unit_history(context.reader, code) if is_base(unit.unit_level)]
    if not history:
        raise UnknownCodeError("unit", code)
    return history


def ward_facts(context: Context, unit: Unit, history: Sequence[Unit]) -> WardFacts:
    """Return the facts of a ward of the chosen quarter; `history` are all validities of its code."""
    state, reader = context.state, context.reader
    trend = progress.unit_trend(reader, unit.unit_code, state.window, state.period)
    own_trend = (row for row in trend if row.unit_valid_from == unit.valid_from)
    return WardFacts(
        unit=unit,
        others_of_code=[other for other in history if other != unit],
        district=context.district(unit.parent_code),
        siblings=plan.wards(reader, unit.parent_code or context.city.unit_code, context.period.end_date),
        rows=progress.unit_progress(reader, unit.unit_code, state.period, state.window),
        courses=group_by(own_trend, lambda row: row.target_code),
        cells=reported_cells(reader, unit.unit_code, state.period),
        kinds=row_categories(reader),
        history=history_of(reader, state, unit),
        successors=_successors(context, unit),
    )


def _successors(context: Context, unit: Unit) -> Sequence[Unit]:
    today = context.publication.as_of_date
    return () if unit.exists_on(today) else plan.authorities_after(context.reader, [unit], today)[unit]


def district_course(context: Context, facts: WardFacts) -> list[Progress]:
    """Return the series of the ward's district on the marked target, to hold the ward's against: since the ward exists,
    or since its recalculated history begins where that is shown."""
    if facts.district is None:
        return []
    rows = progress.unit_trend(context.reader, facts.district.unit_code, context.state.window, context.state.period)
    begun = [period.period_code for period in context.periods if facts.unit.exists_on(period.end_date)]
    if context.target:
        begun += [row.period_code for row in facts.history.shown(context.target)]
    since = min(begun, default="")
    return [row for row in rows if row.target_code == context.state.target and row.period_code >= since]


def first_ward(context: Context) -> str | None:
    """Return the ward of an address that names none; None for a viewer who may read none."""
    if not context.districts:
        return next((unit.unit_code for unit in context.reporters), None)
    wards = plan.wards(context.reader, context.districts[0].unit_code, context.period.end_date)
    return next((unit.unit_code for unit in wards), None)
