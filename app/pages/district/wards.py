"""The wards of a district on the targets counted there: on the page, as a table, as a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from app.core.page_context import Context
from app.core.sheet import Sheet, progress_sheet
from app.figures.grid.html import by_cell, ward_grid
from app.pages.shared.charts import Pictures, of_wards
from app.queries import plan, progress
from app.records import Progress, Target, Unit
from app.ui import layout


@dataclass(frozen=True, slots=True)
class Wards:
    """The wards of a district, their figures, and the targets that these are about."""

    units: list[Unit]
    rows: list[Progress]
    targets: list[Target]


def wards_of(context: Context, unit: Unit) -> Wards:
    """Every ward of a district on every target that is counted there."""
    state, reader = context.state, context.reader
    units = plan.wards(reader, unit.unit_code, context.period.end_date)
    rows = progress.ward_progress(reader, unit.unit_code, state.period, state.window)
    counted = {row.target_code for row in rows}
    return Wards(units, rows, [target for code, target in context.targets.items() if code in counted])


def section(context: Context, found: Wards) -> Markup:
    """The grid of wards."""
    words, title = context.words, context.words("wards.title", count=len(found.units))
    cells = ward_grid(found.targets, found.units, by_cell(found.rows), context.state.href, words)
    tools = layout.tools(context, title, table="wards", chart="wards" if found.units else "")
    return layout.section(title, cells, words("wards.note"), "wards", tools)


def sheet(context: Context, found: Wards) -> Callable[[], Sheet]:
    """The grid as raw values."""
    words, units = context.words, {unit.unit_code: unit for unit in found.units}
    title = words("wards.title", count=len(units))
    return lambda: progress_sheet(title, found.rows, context.targets, units, words)


def picture(context: Context, title: str, found: Wards) -> Pictures:
    """The grid as a file."""
    return of_wards(context, title, found.targets, found.units, found.rows)
