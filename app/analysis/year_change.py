"""Changes of the city's targets since a year ago, in counts, with the reasons where a change cannot be stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.analysis.change import is_clear
from app.records import Progress, Target


@dataclass(frozen=True, slots=True)
class YearChange:
    """Targets with a threshold by change since the same period of last year: clearly better or worse, or within chance.

    `unlike` counts targets that cannot be compared by what differs, most frequent first; `unknown_count` those without
    a figure of a year ago.
    """

    better_count: int
    worse_count: int
    same_count: int
    unlike: tuple[tuple[str, int], ...]
    unknown_count: int

    @property
    def is_any_stated(self) -> bool:
        """Return whether a change is stated for at least one target."""
        return bool(self.better_count or self.worse_count or self.same_count)


def year_change(
    rows: Iterable[Progress], year_before: Mapping[str, Progress], targets: Mapping[str, Target]
) -> YearChange | None:
    """Return the changes of judged figures since `year_before` (rows by target); None where none is judged."""
    judged = [
        row
        for row in rows
        if row.is_judged and row.value_pct is not None and targets[row.target_code].threshold_pct is not None
    ]
    if not judged:
        return None
    directions = Counter(_direction(row, year_before.get(row.target_code), targets[row.target_code]) for row in judged)
    unlike = Counter(
        row.change_prev_year_difference
        for row in judged
        if row.change_prev_year_reason and row.change_prev_year_difference
    )
    stated = sum(row.change_prev_year_pct is not None for row in judged)
    return YearChange(
        better_count=directions[1],
        worse_count=directions[-1],
        same_count=stated - directions[1] - directions[-1],
        unlike=tuple(unlike.most_common()),
        unknown_count=len(judged) - stated - unlike.total(),
    )


def _direction(row: Progress, before: Progress | None, target: Target) -> int:
    """Return 1 where a figure is clearly better than a year ago, -1 where clearly worse, else 0."""
    points = row.change_prev_year_pct
    if not points or before is None or is_clear(row, before) is False:
        return 0
    return 1 if (points > 0) == (target.direction == "up") else -1
