"""Charts as files: what one says around itself, and those that several pages offer."""

from __future__ import annotations

from collections.abc import Sequence

from app.analysis.period_state import period_sentence
from app.core import formatting
from app.core.grouping import by_cell
from app.core.page_context import Charts, Context
from app.figures.drawing.svg_document import Caption
from app.figures.grid.spec import grid_spec
from app.figures.grid.svg import grid_chart
from app.figures.line.spec import LineSpec
from app.figures.line.svg import series_document
from app.records import Progress, Target, Unit


def caption(context: Context, title: str, subject: str) -> Caption:
    """What a chart of this page says around itself; `title` is its finding, `subject` what is drawn."""
    words, state, publication = context.words, context.state, context.publication
    state_text = period_sentence(context.period, publication.as_of_date, words)
    subtitle = words(
        "chart.subtitle_open" if state_text else "chart.subtitle",
        state=state_text,
        subject=subject,
        period=words.period(state.period),
        window=words(f"window.{state.window}"),
        until=formatting.date(context.period.end_date),
    )
    source = words(
        "chart.source",
        version=words.version(publication.version),
        rate=words.share(context.period.reported_count, context.period.reporter_count),
    )
    return Caption(title, subtitle, source, words("files.sample") if publication.is_sample else "")


def units_chart(context: Context, title: str, units: Sequence[Unit], rows: Sequence[Progress]) -> Charts:
    """Every target of a few units side by side."""
    words = context.words
    targets = list(context.targets.values())

    def grid() -> str:
        matrix = grid_spec(targets, units, by_cell(rows), words, is_asked=False)
        return grid_chart(caption(context, title, words("compare.title")), matrix, words)

    return {"grid": grid}


def lines_chart(context: Context, title: str, spec: LineSpec, target: Target) -> Charts:
    """The courses of a few units on one target."""
    words = context.words

    def courses() -> str:
        return series_document(caption(context, title, words.of(target, "name")), spec, words)

    return {"courses": courses}
