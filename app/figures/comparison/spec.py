"""Spec of a comparison of units: every target in one quarter, or one target over the quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis.change import Change
from app.analysis.comparison import Difference, difference
from app.analysis.progress_summary import CityRange
from app.core.formatting import direction
from app.core.grouping import group_by
from app.core.i18n import words
from app.figures.strip.spec import Strip, strip_of
from app.records import Progress, Target
from app.ui.figure_text import explain, parts_text, value_and_status, value_text

# Three units and the city: with more sides the marks of a strip would overlap.
MOST_MARKS = 4


@dataclass(frozen=True, slots=True)
class Then:
    """Figures of a side in an earlier period by target, and the changes since."""

    period: str
    rows: Mapping[str, Progress]
    changes: Mapping[str, Change]


@dataclass(frozen=True, slots=True)
class Side:
    """Column: a unit's code, level, names and mark, its figures by target or by period, and a summary.

    `then` has its figures of an earlier period, if one is selected.
    """

    code: str
    level: str
    name: str
    short_name: str
    mark: str
    rows: Mapping[str, Progress]
    then: Then | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """Figure of a side with its full description; without a row, the reason why there is none.

    `beside` and `difference` are in small print next to it: its counts, its interval and its distance from the first
    side's, or its value in the earlier period and the change since; `unlike` replaces a change that cannot be stated.
    """

    row: Progress | None
    label: str
    beside: str = ""
    difference: str = ""
    unlike: str = ""


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """Target (`target_code`) or quarter: its name, the positions of the sides on one scale, the figure of each side."""

    name: str
    target_code: str
    strip: Strip | None
    figures: tuple[ComparedFigure, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Table with its lines by group name (empty = no groups); `strip_title` is empty without strips."""

    kind: str
    corner: str
    caption: str
    strip_title: str
    sides: tuple[Side, ...]
    groups: Mapping[str, Sequence[ComparedLine]]

    @property
    def column_count(self) -> int:
        """Return the number of columns of the table."""
        return len(self.sides) + (2 if self.strip_title else 1)


def targets_compared(targets: Sequence[Target], sides: Sequence[Side], spread: Mapping[str, CityRange]) -> Comparison:
    """Return every target of the sides in one quarter.

    `spread` is the distribution of all units of their level, by target.
    """
    has_strips = len(sides) <= MOST_MARKS

    def line(target: Target) -> ComparedLine:
        figures = _figures([(side, side.rows.get(target.target_code)) for side in sides], target)
        strip = _strip(target, sides, spread.get(target.target_code)) if has_strips else None
        return ComparedLine(words.of(target, "name"), target.target_code, strip, figures)

    groups = group_by(targets, lambda target: words.of(target, "group_name"))
    return Comparison(
        kind="sides" if has_strips else "sides many",
        corner=words("compare.target"),
        caption=words("compare.caption"),
        strip_title=words("track.title") if has_strips else "",
        sides=tuple(sides),
        groups={name: list(map(line, members)) for name, members in groups.items()},
    )


def quarters_compared(target: Target, periods: Sequence[str], sides: Sequence[Side]) -> Comparison:
    """Return one target of the sides in every quarter, newest first."""
    lines = tuple(
        ComparedLine(words.period(code), "", None, _figures([(side, side.rows.get(code)) for side in sides], target))
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


def _strip(target: Target, sides: Sequence[Side], spread: CityRange | None) -> Strip:
    rows = {side.mark: side.rows[target.target_code] for side in sides if target.target_code in side.rows}
    values = {mark: row.value_pct for mark, row in rows.items() if row.value_pct is not None and row.is_judged}
    path = next((row.common_path_pct for row in rows.values() if row.common_path_pct is not None), None)
    return strip_of(values, spread, target.threshold_pct, path)


def _figures(pairs: Sequence[tuple[Side, Progress | None]], target: Target) -> tuple[ComparedFigure, ...]:
    base = pairs[0][1]
    return tuple(
        _figure(side, row, base, target) if row else ComparedFigure(None, _why_none(side, target))
        for side, row in pairs
    )


def _why_none(side: Side, target: Target) -> str:
    """Return the reason for a missing figure: a target is not counted at the unit's level, or was not then."""
    is_shown = side.level in target.shown_levels.split("|")
    return words("compare.none_then" if is_shown else "compare.not_counted")


def _figure(side: Side, row: Progress, base: Progress | None, target: Target) -> ComparedFigure:
    label = explain(row, target, side.name)
    if side.then is not None:
        return _since(side.then, row, label)
    gap = None if row is base else difference(row, base)
    # The parts of a single unit's yes or no add nothing.
    beside = parts_text(row) if row.value_pct is not None and row.denominator != 1 else ""
    if row.ci_low_pct is not None and row.ci_high_pct is not None and row.value_pct is not None:
        ends = {"low": words.number(row.ci_low_pct), "high": words.number(row.ci_high_pct)}
        beside = words("compare.interval", parts=parts_text(row), **ends)
        label += "\n" + words("compare.interval_long", **ends)
    if gap:
        key = "compare.chance_long" if gap.may_be_chance else "compare.difference_long"
        label += "\n" + words(key, points=words.change(gap.points))
    return ComparedFigure(row, label, beside, difference_text(gap))


def _since(then: Then, row: Progress, label: str) -> ComparedFigure:
    """Return a figure with its value in the earlier period, and the change or the reason why it cannot be stated."""
    before = then.rows.get(row.target_code)
    period = words.short_period(then.period)
    if before is None:
        return ComparedFigure(row, label, words("compare.then_none", period=period))
    was = words.status(before.status).lower() if before.value_pct is None else value_text(before)
    change = then.changes.get(row.target_code)
    long = words("compare.then_long", period=words.period(then.period), value=value_and_status(before))
    beside = words("compare.then", period=period, value=was)
    if change is None:
        return ComparedFigure(row, f"{label}\n{long}", beside)
    if change.reason:
        why = words("compare.not_compared", why=words(f"difference.{change.reason}"))
        unlike = words(f"difference.{change.reason}_short")
        return ComparedFigure(row, f"{label}\n{long} {why}", beside, unlike=unlike)
    key = "compare.change_unclear" if change.is_clear is False else "compare.change_clear"
    said = words(key, points=words.change(change.points))
    return ComparedFigure(row, f"{label}\n{long} {said}", beside, points_text(change.points, change.is_clear is False))


def difference_text(distance: Difference | None) -> str:
    """Return `points_text` of a difference; empty without both figures."""
    return points_text(distance.points, distance.may_be_chance) if distance else ""


def points_text(points: float | None, may_be_chance: bool) -> str:
    """Return `▲ 12,1`, or `≈ ▲ 2,1` where it may be chance."""
    text = words.change(points)
    is_even = direction(points) == "flat"
    return words("compare.maybe", points=text) if may_be_chance and not is_even else text
