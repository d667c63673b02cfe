"""Spec of a sparkline: its segments, its threshold, the scale and the mark on its newest value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core import formatting
from app.core.i18n import words
from app.figures.scale import FULL_PCT, Scale
from app.figures.series import Point, Segments, by_ground, segments
from app.records import Progress


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Series over `period_count` quarters, interrupted at missing values and where counting begins again.

    `status` is that of the mark on the newest value; an empty series has no threshold. Of its segments `former` are on
    one territory, `changed` lead to another territory, which the unit has had since `changed_on`, and continue there.
    """

    segments: Segments
    period_count: int
    scale: Scale
    threshold: float | None
    status: str
    former: Segments
    changed: Segments
    changed_on: dt.date | None

    @property
    def last(self) -> Point | None:
        """Return the newest value; None without any."""
        return self.segments[-1][-1] if self.segments else None

    @property
    def begins_anew(self) -> bool:
        """Return whether the series continues after a break because counting began again."""
        return any(segment[0].row.restarts for segment in self.segments[1:])

    def share(self, point: Point) -> float:
        """Return the horizontal position of a point, from 0 to 1 of the chart's width."""
        return point.index / max(1, self.period_count - 1)


def sparkline_of(
    rows: Sequence[Progress],
    status: str = "monitor",
    periods: Sequence[str] = (),
    scale: Scale | None = None,
    changed_on: dt.date | None = None,
) -> Sparkline:
    """Return the sparkline of `rows`, oldest first, over `periods` (or over their own quarters).

    `scale` is one shared by several series; without it 100 points, or the largest value. `changed_on` is the day since
    which the unit has another territory.
    """
    codes = list(periods) or [row.period_code for row in rows]
    values = [row.value_pct for row in rows if row.value_pct is not None]
    limits = [row.threshold_pct for row in rows if row.threshold_pct is not None]
    pieces = segments(rows, codes)
    former, changed = by_ground(pieces, changed_on)
    return Sparkline(
        segments=pieces,
        period_count=len(codes),
        scale=scale or Scale(max([FULL_PCT, *values])),
        threshold=limits[-1] if values and limits else None,
        status=status,
        former=former,
        changed=changed,
        changed_on=changed_on,
    )


def note_on_series(note: str, lines: Iterable[Sparkline]) -> str:
    """Return how to read sparklines, with annual restarts and changes of territory where these occur."""
    lines = list(lines)
    texts = [note]
    if any(line.begins_anew for line in lines):
        texts.append(words("multiples.restart"))
    changed = {line.changed_on for line in lines if line.changed}
    texts += [words("multiples.changed", date=formatting.date(day)) for day in sorted(filter(None, changed))]
    return " ".join(texts)
