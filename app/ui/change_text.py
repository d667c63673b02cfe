"""Texts on the change of a figure.

A sum of the year is described by its distance to the milestone and its change since the same quarter of last year, any
other figure by its change since last quarter. Arrows and triangles are signs of statuses; no change uses them.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import floor

from app.analysis.gap import distance
from app.core.formatting import MISSING, capitalized, direction
from app.core.i18n import words
from app.core.status import JUDGED
from app.records import Progress, StatedChange, Target


def change_text(row: Progress) -> str:
    """Return the change as part of a sentence, or that the two figures must not be compared.

    Empty without a stated change.
    """
    change = row.stated_change
    return _stated(change) if change else ""


def change_line(row: Progress) -> str:
    """Return `change_text` as a separate line, with a remark if the change may be chance."""
    change = row.stated_change
    if change is None:
        return ""
    text = capitalized(_stated(change))
    return text + words("change.may_be_chance") if change.may_be_chance else text


def change_sentence(row: Progress) -> str:
    """Return `change_line` with the reason why no change is stated, where there is room for it."""
    change = row.stated_change
    if change is not None and change.points is None:
        return words(f"change.why_{change.since}", why=words(f"difference.{change.difference}"))
    return change_line(row)


def unlike_text(unlike: Iterable[tuple[str, int]]) -> str:
    """Return what prevents comparisons, each with the number of figures: `3 other units, 1 other method`."""
    whys = [words("change.unlike_why", count=count, why=words(f"difference.{why}_short")) for why, count in unlike]
    return ", ".join(whys)


def change_points(row: Progress) -> str:
    """Return the points alone, for a column whose heading names the period (`change_heading`)."""
    change = row.stated_change
    if change is None:
        return MISSING
    if change.points is None:
        return words("change.unlike")
    return words.change(change.points) if change.count is None else _things(change.count)


def change_heading(row: Progress) -> str:
    """Return the text key of the heading over the changes of such figures."""
    return "figures.change_year" if row.is_sum_of_year else "figures.change_quarter"


def is_slower(row: Progress) -> bool:
    """Return whether a sum of the year became worse by rising less than its milestone, without falling."""
    before, now = row.prev_quarter_status, row.status
    if not row.is_sum_of_year or before not in JUDGED or now not in JUDGED:
        return False
    return JUDGED.index(now) > JUDGED.index(before) and (row.change_prev_quarter_pct or 0.0) >= 0.0


def change_in_brief(row: Progress, target: Target) -> str:
    """Return a short remark on a figure where there is no room for a sentence; empty without one.

    For a sum of the year, its distance from the milestone (of an amount in things), or without a milestone its change
    since last year; for any other figure, its change since last quarter. A value that is not judged yet is marked
    as a value so far.
    """
    if row.is_so_far:
        return words("so_far.brief")
    away = distance(row, target) if row.is_sum_of_year else None
    if away is not None:
        short = "was_short" if row.has_year_ended else "short"
        side = short if away.points < 0 else "ahead" if away.points else "level"
        points = words.percent(abs(away.points), 0.0)
        if row.kind == "amount" and row.denominator:
            points = words.number(away.missing_count or floor(round(away.points * row.denominator / 100, 4)))
        return words(f"change.brief_{side}", points=points)
    change = row.stated_change
    if change is None:
        return ""
    if change.points is None:
        return words("change.sign")
    if change.count is not None:
        return _things(change.count)
    points = words.change(change.points)
    return words("change.brief_year", points=points) if change.since == "year" else points


def _stated(change: StatedChange) -> str:
    if change.points is None:
        return words(f"change.unlike_{change.since}")
    if change.count is not None:
        return words(f"change.{direction(change.count)}_things", count=words.number(abs(change.count)))
    points = words.percent(abs(change.points))
    return words(f"change.{direction(change.points)}_{change.since}", points=points)


def _things(count: float) -> str:
    """Return a change of a number of things, which is no change in points."""
    return words(f"change.{direction(count)}_count", count=words.number(abs(count)))
