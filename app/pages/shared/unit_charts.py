"""The pictures that pages of units offer as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.core.page_context import Context
from app.figures.grid.html import by_cell
from app.figures.grid.svg import grid_chart
from app.figures.line.spec import LineSpec
from app.figures.line.svg import courses_chart
from app.pages.shared.charts import caption
from app.records import Progress, Target, Unit

Pictures = Mapping[str, Callable[[], str]]


def grid_picture(context: Context, title: str, units: Sequence[Unit], rows: Sequence[Progress]) -> Pictures:
    """Every target of a few units side by side."""
    words, targets = context.words, list(context.targets.values())

    def draw() -> str:
        return grid_chart(caption(context, title, words("compare.title")), targets, units, by_cell(rows), words)

    return {"grid": draw}


def courses_picture(context: Context, title: str, spec: LineSpec, target: Target) -> Pictures:
    """The courses of a few units on one target."""
    words = context.words

    def draw() -> str:
        return courses_chart(caption(context, title, words.of(target, "name")), spec, words)

    return {"courses": draw}
