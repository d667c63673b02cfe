"""The course of a target in words and figures: what stands beside the trend for whoever does not see its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import Words
from app.records import Progress
from app.records.target import SeriesBreak
from app.ui.figure_text import value_text
from app.ui.status import chip
from app.ui.tables import table


@dataclass(frozen=True, slots=True)
class PlaceCourse:
    """One place's rows of a target, oldest quarter first."""

    place: str
    rows: Sequence[Progress]


def restarts(row: Progress) -> bool:
    """Whether a figure counted over the year begins anew in this row's quarter."""
    return row.kind == "coverage" and row.period_window == "ytd" and row.period_code.endswith("Q1")


def shown_breaks(breaks: Sequence[SeriesBreak], periods: Mapping[str, int]) -> list[SeriesBreak]:
    """The breaks that fall into the periods drawn; what began with the first quarter breaks nothing."""
    return [
        one
        for one in breaks
        if one.period_code in periods and (periods[one.period_code] > 0 or one.kind == "disruption")
    ]


def axis_labels(codes: Sequence[str], words: Words) -> list[str]:
    """Quarters below an axis, the year once below its first quarter shown."""
    labels = []
    for place, code in enumerate(codes):
        quarter = words(f"trend.q{code[-1]}")
        is_first = place == 0 or codes[place - 1][:4] != code[:4]
        labels.append(f"{quarter}<br>{code[:4]}" if is_first else quarter)
    return labels


def trend_sentence(course: PlaceCourse, words: Words) -> str:
    """The course in a sentence: where it began, its lowest and highest, where it stands."""
    known = [row for row in course.rows if row.value_pct is not None]
    if not known:
        return words("trend.nothing")
    if len(known) == 1:
        return words("trend.one", place=course.place, value=value_text(known[0], words), period=_when(known[0], words))
    low, high = min(known, key=_value), max(known, key=_value)
    return words(
        "trend.words",
        place=course.place,
        first=_when(known[0], words),
        last=_when(known[-1], words),
        low=value_text(low, words),
        low_period=_when(low, words),
        high=value_text(high, words),
        high_period=_when(high, words),
        now=value_text(known[-1], words),
    )


def trend_details(
    city: PlaceCourse, words: Words, breaks: Sequence[SeriesBreak] = (), beside: PlaceCourse | None = None
) -> Markup:
    """The breaks of the series in words and every quarter's figures, folded away."""
    places = {row.period_code: place for place, row in enumerate(city.rows)}
    shown = shown_breaks(breaks, places)
    notes = "".join(
        f"<li><b>{escape(words.period(one.period_code))} · {escape(words.of(one, 'label'))}.</b> "
        f"{escape(words.of(one, 'text'))}</li>"
        for one in shown
    )
    notes = f"<ul class='breaks'>{notes}</ul>" if notes else ""
    title = escape(words("trend.details_breaks" if shown else "trend.details", count=len(shown)))
    figures = _figures(city, words, shown, beside)
    return Markup(
        f"<details class='figures-of' id='trend-figures'><summary>{title}</summary>{notes}{figures}</details>"
    )


def _figures(city: PlaceCourse, words: Words, breaks: Sequence[SeriesBreak], beside: PlaceCourse | None) -> Markup:
    labels: dict[str, list[str]] = {}
    for one in breaks:
        labels.setdefault(one.period_code, []).append(words.of(one, "label"))
    others = {row.period_code: row for row in beside.rows} if beside else {}
    heads = [
        (words("trend.period"), ""),
        (words("figures.numerator"), "n"),
        (words("figures.denominator"), "n"),
        (words("figures.value"), "n"),
        (words("figures.status"), ""),
    ]
    if beside:
        heads += [(words("trend.beside", place=beside.place), "n"), (words("trend.beside_status"), "")]
    lines = []
    for row in reversed(city.rows):
        name = " · ".join([words.period(row.period_code), *labels.get(row.period_code, [])])
        line: list[object] = [name, words.number(row.numerator), words.number(row.denominator), value_text(row, words)]
        line.append(chip(row.status, words, row.is_provisional and row.value_pct is not None))
        if beside:
            line += _beside_cells(others.get(row.period_code), words)
        lines.append(line)
    return table("course", heads, lines, words("trend.caption"))


def _beside_cells(row: Progress | None, words: Words) -> list[object]:
    if row is None:
        return [formatting.MISSING, ""]
    return [value_text(row, words), chip(row.status, words, row.is_provisional and row.value_pct is not None)]


def _value(row: Progress) -> float:
    return row.value_pct or 0.0


def _when(row: Progress, words: Words) -> str:
    return words.period(row.period_code)
