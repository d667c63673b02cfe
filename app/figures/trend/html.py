"""HTML of a target's trend in words and figures: what stands beside the picture for whoever does not see it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core import formatting
from app.core.i18n import Words
from app.figures.series import Series
from app.figures.trend.spec import BreakMark, TrendSpec
from app.records import Progress
from app.ui.figure_text import value_text
from app.ui.status import chip
from app.ui.tables import table
from app.ui.templates import render


def trend_details(spec: TrendSpec, words: Words) -> Markup:
    """The breaks of the series in words and every quarter's figures, folded away."""
    key = "trend.details_breaks" if spec.breaks else "trend.details"
    return render(
        "figures/trend/details.html",
        title=words(key, count=len(spec.breaks)),
        breaks=spec.breaks,
        figures=_figures(spec, words),
    )


def _figures(spec: TrendSpec, words: Words) -> Markup:
    city, *others = (line.series for line in spec.chart.lines)
    heads = [
        (words("trend.period"), ""),
        (words("figures.numerator"), "n"),
        (words("figures.denominator"), "n"),
        (words("figures.value"), "n"),
        (words("figures.status"), ""),
    ]
    for beside in others:
        heads += [(words("trend.beside", place=beside.name), "n"), (words("trend.beside_status"), "")]
    lines = [
        [*_cells(row, index, spec.breaks, words), *(cell for beside in others for cell in _beside(row, beside, words))]
        for index, row in enumerate(city.rows)
    ]
    return table("course", heads, reversed(lines), words("trend.caption"))


def _cells(row: Progress, index: int, breaks: Sequence[BreakMark], words: Words) -> list[str]:
    labels = [mark.label for mark in breaks if mark.index == index]
    return [
        " · ".join([words.period(row.period_code), *labels]),
        words.number(row.numerator),
        words.number(row.denominator),
        value_text(row, words),
        _status(row, words),
    ]


def _beside(row: Progress, beside: Series, words: Words) -> list[str]:
    """The value and the status of the course beside in the same quarter."""
    found = next((one for one in beside.rows if one.period_code == row.period_code), None)
    return [formatting.MISSING, ""] if found is None else [value_text(found, words), _status(found, words)]


def _status(row: Progress, words: Words) -> Markup:
    return chip(row.status, words, row.is_provisional and row.value_pct is not None)
