"""Spec of small multiples on one scale: a target in every district, or every target of one unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from app.analysis.gap import gap
from app.core.i18n import words
from app.core.status import sign_of
from app.figures.line.spec import series_text
from app.figures.scale import FULL_PCT, Scale, scale_of
from app.figures.series import Series
from app.figures.sparkline.spec import Sparkline, note_on_series, sparkline_of
from app.records import Progress, Target, Unit
from app.ui.figure_text import (
    explain,
    is_doubtful,
    legend_statuses,
    value_and_status,
    value_or_nothing,
)

# Of more series than these the first are shown.
MOST_IN_ORDER, FIRST_SHOWN = 40, 24
# Different targets share a scale up to here: beyond it one amount would press all other lines flat.
MOST_SHARED_PCT = 200.0
RowsByCode = Mapping[str, Sequence[Progress]]


@dataclass(frozen=True, slots=True)
class Multiple:
    """Small series of a unit or target (`code`): its newest figure (empty without one), its description.

    `back` is the series behind it; `absence` is the reason if there is no line.
    """

    code: str
    name: str
    label: str
    status: str
    sign: str
    value_text: str
    line: Sparkline
    back: Sparkline | None = None
    absence: str = ""


@dataclass(frozen=True, slots=True)
class Multiples:
    """Small series in order, all over the same quarters and on one scale."""

    multiples: tuple[Multiple, ...]
    scale: Scale
    first_period: str
    last_period: str
    statuses: tuple[str, ...]
    has_provisional: bool
    story: tuple[str, ...]
    note: str

    @property
    def shown(self) -> tuple[Multiple, ...]:
        """Return the series that are not folded: the first of many."""
        return self.multiples[: FIRST_SHOWN if len(self.multiples) > MOST_IN_ORDER else None]

    @property
    def folded(self) -> tuple[Multiple, ...]:
        """Return the others."""
        return self.multiples[len(self.shown) :]

    @property
    def kind(self) -> str:
        """Return the CSS class: `own` where each series has another one behind it."""
        return "multiples own" if any(multiple.back for multiple in self.multiples) else "multiples"


def district_multiples(
    rows: Sequence[Progress],
    series: RowsByCode,
    target: Target,
    units: Mapping[str, Unit],
    periods: Sequence[str],
) -> Multiples:
    """Return a target in the units of `rows` (their newest figures, in order) over `periods`.

    Series by unit, oldest first. The farthest behind come first, those without a figure last.
    """
    rows = sorted(rows, key=partial(_need, target))
    scale = scale_of(row for newest in rows for row in series.get(newest.unit_code, ()))
    multiples = tuple(
        Multiple(
            code=row.unit_code,
            name=words.of(units[row.unit_code], "short_name"),
            label=explain(row, target, words.of(units[row.unit_code], "name")),
            status=row.shown_status,
            sign=sign_of(row.shown_status),
            value_text=value_or_nothing(row),
            line=sparkline_of(
                series.get(row.unit_code, ()), row.shown_status, periods, scale, units[row.unit_code].changed_on
            ),
        )
        for row in rows
    )
    return Multiples(
        multiples=multiples,
        scale=scale,
        first_period=words.short_period(periods[0]),
        last_period=words.short_period(periods[-1]),
        statuses=legend_statuses(target, rows),
        has_provisional=any(map(is_doubtful, rows)),
        story=tuple(f"{words.of(units[row.unit_code], 'name')}: {value_and_status(row)}" for row in rows),
        note=note_on_series(words("target.multiples_note"), (multiple.line for multiple in multiples)),
    )


def _need(target: Target, row: Progress) -> tuple[bool, float]:
    """Return the sort key of a figure by its distance from its goal, those without one last."""
    away = gap(row, target)
    return away is None, away.points if away else 0.0


def unit_multiples(targets: Sequence[Target], own: RowsByCode, city: RowsByCode, unit: Unit) -> Multiples:
    """Return every target of a unit, those farthest behind first, the city's series behind it.

    `own` and `city` are rows by target, oldest first. Lines end at 200 points; the note names that.
    """
    shown = [target for target in targets if own.get(target.target_code)]
    shown.sort(key=lambda target: _need(target, own[target.target_code][-1]))
    rows = [row for target in shown for series in (own, city) for row in series.get(target.target_code, ())]
    highest = max([FULL_PCT, *(row.value_pct for row in rows if row.value_pct is not None)])
    scale = Scale(min(highest, MOST_SHARED_PCT))
    frame = _Frame(unit, sorted({row.period_code for series in own.values() for row in series}), scale)
    multiples = tuple(
        _of_target(target, own[target.target_code], city.get(target.target_code, ()), frame) for target in shown
    )
    last = [own[target.target_code][-1] for target in shown]
    note = note_on_series(words("district.courses_note"), (multiple.line for multiple in multiples))
    if highest > scale.end:
        note += " " + words("district.courses_above", end=words.percent(scale.end))
    return Multiples(
        multiples=multiples,
        scale=scale,
        first_period=words.short_period(frame.periods[0]) if frame.periods else "",
        last_period=words.short_period(frame.periods[-1]) if frame.periods else "",
        statuses=tuple(dict.fromkeys(row.shown_status for row in last)),
        has_provisional=any(map(is_doubtful, last)),
        story=tuple(multiple.label for multiple in multiples),
        note=note,
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """Common values of all series of a unit: their owner, the quarters, the scale."""

    unit: Unit
    periods: Sequence[str]
    scale: Scale


def _of_target(target: Target, rows: Sequence[Progress], city: Sequence[Progress], frame: _Frame) -> Multiple:
    last = rows[-1]
    place = words.of(frame.unit, "name")
    text = series_text(Series(place, place, rows))
    return Multiple(
        code=target.target_code,
        name=words.of(target, "short_name"),
        label=f"{words.of(target, 'name')}\n{text}",
        status=last.shown_status,
        sign=sign_of(last.shown_status),
        value_text=value_or_nothing(last),
        line=sparkline_of(rows, last.shown_status, frame.periods, frame.scale, frame.unit.changed_on),
        back=sparkline_of(city, "monitor", frame.periods, frame.scale),
        absence=words.status(last.status) if all(row.value_pct is None for row in rows) else "",
    )
