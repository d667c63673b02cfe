"""Units side by side: every target in one quarter, or one target over the quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis.comparison import Difference, difference
from app.analysis.progress_summary import CityRange
from app.core.formatting import direction
from app.core.grouping import group_by
from app.core.i18n import Words
from app.figures.strip.spec import Strip, strip_of
from app.records import Progress, Target
from app.ui.figure_text import explain

# Three districts and the city. With more sides the marks of a strip would hide each other.
MOST_MARKS = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One column: the unit's code, names and mark, its figures by target or by period, and what sums it up."""

    code: str
    name: str
    short_name: str
    mark: str
    rows: Mapping[str, Progress]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A side's figure, the whole story of it; then its interval and its difference from the first side's, in words,
    where it has them."""

    row: Progress
    label: str
    interval: str
    difference: str


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A target (`target_code`) or a quarter: its name, where the sides lie on one scale, the figure of each side, None
    where it has no such target or quarter."""

    name: str
    target_code: str
    strip: Strip | None
    figures: tuple[ComparedFigure | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole table, its lines by the name that they stand under (empty = none); `strip_title` is empty where it has
    no strips."""

    kind: str
    corner: str
    caption: str
    strip_title: str
    sides: tuple[Side, ...]
    groups: Mapping[str, Sequence[ComparedLine]]

    @property
    def column_count(self) -> int:
        """How many columns the table has."""
        return len(self.sides) + (2 if self.strip_title else 1)


def targets_compared(
    targets: Sequence[Target], sides: Sequence[Side], spread: Mapping[str, CityRange], words: Words
) -> Comparison:
    """Every target of the sides in one quarter; `spread` is where all districts lie, by target."""
    has_strips = len(sides) <= MOST_MARKS

    def line(target: Target) -> ComparedLine:
        figures = _figures([(side, side.rows.get(target.target_code)) for side in sides], target, words)
        strip = _strip(target, sides, spread.get(target.target_code)) if has_strips else None
        return ComparedLine(words.of(target, "name"), target.target_code, strip, figures)

    groups = group_by(targets, lambda target: words.of(target, "group_name"))
    return Comparison(
        kind="sides" if has_strips else "sides many",
        corner=words("compare.target"),
        caption=words("compare.caption"),
        strip_title=words("compare.strip") if has_strips else "",
        sides=tuple(sides),
        groups={name: list(map(line, members)) for name, members in groups.items()},
    )


def quarters_compared(target: Target, periods: Sequence[str], sides: Sequence[Side], words: Words) -> Comparison:
    """One target of the sides in every quarter, newest first."""
    lines = tuple(
        ComparedLine(
            words.period(code), "", None, _figures([(side, side.rows.get(code)) for side in sides], target, words)
        )
        for code in reversed(periods)
    )
    return Comparison(
        kind="sides over",
        corner=words("compare.period"),
        caption=words("compare.caption_trend", target=words.of(target, "name")),
        strip_title="",
        sides=tuple(sides),
        groups={"": lines},
    )


def difference_text(found: Difference | None, words: Words) -> str:
    """`▲ 12,1`, or `≈ ▲ 2,1` where it may be chance; empty without both figures."""
    if found is None:
        return ""
    text = words.change(found.points)
    is_even = direction(found.points) == "flat"
    return words("compare.maybe", points=text) if found.may_be_chance and not is_even else text


def _strip(target: Target, sides: Sequence[Side], spread: CityRange | None) -> Strip:
    rows = {side.mark: side.rows[target.target_code] for side in sides if target.target_code in side.rows}
    values = {mark: row.value_pct for mark, row in rows.items() if row.value_pct is not None}
    path = next((row.path_pct for row in rows.values() if row.path_pct is not None), None)
    return strip_of(values, spread, target.threshold_pct, path)


def _figures(
    pairs: Sequence[tuple[Side, Progress | None]], target: Target, words: Words
) -> tuple[ComparedFigure | None, ...]:
    base = pairs[0][1]
    return tuple(_figure(side, row, base, target, words) if row else None for side, row in pairs)


def _figure(side: Side, row: Progress, base: Progress | None, target: Target, words: Words) -> ComparedFigure:
    found = None if row is base else difference(row, base)
    interval = ""
    label = explain(row, target, side.name, words)
    if row.ci_low_pct is not None and row.ci_high_pct is not None and row.value_pct is not None:
        ends = {"low": words.number(row.ci_low_pct), "high": words.number(row.ci_high_pct)}
        interval = words("compare.interval", **ends)
        label += "\n" + words("compare.interval_long", **ends)
    if found:
        key = "compare.chance_long" if found.may_be_chance else "compare.difference_long"
        label += "\n" + words(key, points=words.change(found.points))
    return ComparedFigure(
        row=row,
        label=label,
        interval=interval,
        difference=difference_text(found, words),
    )
