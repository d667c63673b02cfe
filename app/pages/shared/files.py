"""Files of several pages: captions of charts, charts of units, sheets of figures and of reporting rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.analysis.period_state import period_sentence
from app.core import formatting
from app.core.grouping import by_cell
from app.core.i18n import words
from app.core.page_context import Charts, Context
from app.core.sheet import Field, Sheet, progress_sheet, sheet_of
from app.figures.drawing.svg_document import Caption
from app.figures.grid.spec import grid_spec
from app.figures.grid.svg import grid_chart
from app.figures.line.spec import LineSpec
from app.figures.line.svg import series_document
from app.queries.year_parts import year_parts
from app.records import Cell, Progress, Target, Unit
from app.records.quality import Rates
from app.records.target import Recalculated
from app.ui.year_part_text import year_part_text

RATES: tuple[Field[Rates], ...] = (
    Field("quality.period", lambda row: row.period_code),
    Field("calendar.expected", lambda row: row.reporter_count, "count"),
    Field("calendar.received", lambda row: row.reported_count, "count"),
    Field("status.on_time", lambda row: row.on_time_count, "count"),
    Field("status.late", lambda row: row.late_count, "count"),
    Field("status.history", lambda row: row.history_count, "count"),
    Field("status.missing", lambda row: row.missing_count, "count"),
    Field("status.rejected", lambda row: row.rejected_count, "count"),
    Field("calendar.corrected", lambda row: row.corrected_count, "count"),
    Field("quality.reported", lambda row: row.reporting_rate_pct, "percent"),
    Field("quality.on_time", lambda row: row.on_time_rate_pct, "percent"),
)


def caption(context: Context, title: str, subject: str) -> Caption:
    """Return the texts around a chart of this page; `title` is its finding, `subject` what is shown."""
    state, publication = context.state, context.publication
    state_text = period_sentence(context.period, publication.as_of_date)
    subtitle = words(
        "chart.subtitle_open" if state_text else "chart.subtitle",
        state=state_text,
        subject=subject,
        period=words.period(state.period),
        window=words(f"window.{state.window}"),
        until=formatting.date(context.period.covers_to),
    )
    source = words(
        "chart.source",
        version=words.version(publication.version),
        rate=words.share(context.period.reported_count, context.period.reporter_count),
    )
    return Caption(title, subtitle, source, words("files.sample") if publication.is_sample else "")


def units_chart(context: Context, title: str, units: Sequence[Unit], rows: Sequence[Progress]) -> Charts:
    """Return the chart of every target of a few units side by side."""
    targets = list(context.targets.values())

    def grid() -> str:
        matrix = grid_spec(targets, units, by_cell(rows), is_asked=False)
        return grid_chart(caption(context, title, words("compare.title")), matrix)

    return {"grid": grid}


def lines_chart(context: Context, title: str, spec: LineSpec, target: Target) -> Charts:
    """Return the chart of the series of a few units on one target."""

    def courses() -> str:
        return series_document(caption(context, title, words.of(target, "name")), spec)

    return {"courses": courses}


def figure_sheet(
    context: Context, title: str, rows: Sequence[Progress], units: Mapping[str, Unit], past: Sequence[Recalculated] = ()
) -> Sheet:
    """Return one row per figure of the chosen window and any quarters, then `past`, recalculated figures before a unit
    began."""
    quarters = {row.period_code for row in rows}
    parts = {quarter: year_parts(context.reader, quarter, context.state.window) for quarter in quarters}

    def covered(row: Progress) -> str | None:
        part = parts[row.period_code].get(Cell(row.target_code, row.unit_code))
        return year_part_text(part) if part and row.value_pct is not None else None

    return progress_sheet(title, rows, context.targets, units, covered, past)


def rates_sheet(rates: Sequence[Rates]) -> Sheet:
    """Return one row per quarter."""
    return sheet_of(words("quality.rates"), RATES, rates)
