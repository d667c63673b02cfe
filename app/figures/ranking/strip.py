"""Strip of many units on one target: a dot for each, above its part of the scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from app.core.grouping import group_by
from app.core.i18n import words
from app.core.status import SHOWN
from app.figures.ranking.spec import ScaleMark
from app.figures.scale import Scale, scale_of
from app.records import Progress, Target
from app.ui.figure_text import threshold_text

# Parts of the scale; the dots of a part are beside and above each other.
PARTS = 24
# The possible numbers of dots side by side in a part.
SIDE_BY_SIDE = (2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class StripDot:
    """Unit: the middle of its dot as shares of the strip's width, from the left and from the foot; its status."""

    x: float
    y: float
    status: str


@dataclass(frozen=True, slots=True)
class UnitStrip:
    """Units on a scale, those in need in front: their dots, whose diameter is a share of the width, which is
    `aspect` times the height.

    `title` states how many units there are; `threshold` has a name; `story` counts the units by status.
    """

    title: str
    scale: Scale
    ticks: tuple[ScaleMark, ...]
    threshold: ScaleMark | None
    dots: tuple[StripDot, ...]
    diameter: float
    aspect: float
    story: str

    @property
    def is_title_at_end(self) -> bool:
        """Return whether the title is at the end of its line, because the threshold's name is in the first half."""
        return self.threshold is not None and self.scale.share(self.threshold.value) < 0.5


def unit_strip(rows: Sequence[Progress], target: Target, aspect: float) -> UnitStrip | None:
    """Return the strip of the judged units of `rows`, all of one level; None where fewer than two have a figure."""
    shown = [row for row in rows if row.value_pct is not None and row.is_judged]
    if len(shown) < 2:
        return None
    limits = [value for row in shown for value in (row.value_pct, target.threshold_pct) if value is not None]
    scale = scale_of(shown).cut(limits)

    def part_of(row: Progress) -> int:
        return min(PARTS - 1, int(scale.share(row.value_pct or 0.0) * PARTS))

    parts = group_by(sorted(shown, key=_order), part_of)
    most = max(map(len, parts.values()))
    beside = next((count for count in SIDE_BY_SIDE if _is_room(most, count, aspect)), SIDE_BY_SIDE[-1])
    diameter = 1 / PARTS / beside
    counts = Counter(words.status(row.shown_status) for row in shown)
    # The title states that ticks are shares of the number assigned, of which all is at 100: labels that repeat it would
    # lie over each other.
    is_share_of_goal = scale.is_amount and scale.assigned is None
    threshold = None
    if target.threshold_pct is not None:
        label = "" if is_share_of_goal else words("ranking.threshold", threshold=threshold_text(target))
        threshold = ScaleMark("threshold", target.threshold_pct, label)
    units = words(f"unit_noun.{shown[0].unit_level}", count=len(shown))
    return UnitStrip(
        title=words("slide.strip_amount" if is_share_of_goal else "slide.strip", count=len(shown), units=units),
        scale=scale,
        ticks=tuple(
            ScaleMark("tick", value, words.percent(value) if is_share_of_goal else scale.tick_text(value))
            for value in scale.ticks
        ),
        threshold=threshold,
        dots=tuple(
            StripDot(
                x=part / PARTS + (place % beside + 0.5) * diameter,
                y=(place // beside + 0.5) * diameter,
                status=row.shown_status,
            )
            for part, members in parts.items()
            for place, row in enumerate(members)
        ),
        diameter=diameter,
        aspect=aspect,
        story="; ".join(f"{word}: {count}" for word, count in counts.items()),
    )


def _is_room(most: int, beside: int, aspect: float) -> bool:
    return ceil(most / beside) / PARTS / beside <= 1 / aspect


def _order(row: Progress) -> int:
    """Return the sort key of a unit within a part: those in need at the foot."""
    return -SHOWN.index(row.shown_status) if row.shown_status in SHOWN else 1
