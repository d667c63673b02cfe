"""Certainty of late figures, and the order from worst to best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.analysis.gap import gap
from app.core.i18n import words
from app.core.status import JUDGED, LATE, WORST_FIRST
from app.records import Progress, Standing, Target

FAR_BEHIND = "far_behind"
CERTAIN = "certain"
# Why a late figure is not certain, in display order; the last applies where the reason is hidden from the viewer.
UNCERTAIN = ("waiting", "chance", "unknown")


@dataclass(frozen=True, slots=True)
class Lateness:
    """Counts of figures (of targets, of units).

    Judged figures, certainly late figures, those of them far behind, and late figures that are not certain: waiting for
    reports, possibly chance, of unknown certainty.
    """

    judged: int = 0
    certain: int = 0
    far_behind: int = 0
    waiting: int = 0
    chance: int = 0
    unknown: int = 0

    @property
    def uncertain(self) -> int:
        """Return the number of figures that may be late."""
        return self.waiting + self.chance + self.unknown

    @property
    def is_any_late(self) -> bool:
        """Return whether any figure is late, certainly or not."""
        return bool(self.certain or self.uncertain)


def lateness(rows: Iterable[Standing]) -> Lateness:
    """Return the counts of figures, as judged by the mart."""
    judged = [row for row in rows if row.status in JUDGED]
    late = Counter((row.status, certainty(row)) for row in judged if row.status in LATE)
    of = Counter[str]()
    for (_, why), count in late.items():
        of[why] += count
    return Lateness(
        judged=len(judged),
        certain=of[CERTAIN],
        far_behind=late[FAR_BEHIND, CERTAIN],
        waiting=of["waiting"],
        chance=of["chance"],
        unknown=of["unknown"],
    )


def certainty(row: Standing) -> str:
    """Return the certainty of a late figure from the mart, `unknown` where it is hidden from the viewer."""
    return row.late_certainty or "unknown"


def is_certainly_late(row: Standing) -> bool:
    """Return whether a figure counts as late."""
    return row.late_certainty == CERTAIN


def late_text(late: Lateness, units: str) -> str:
    """Return the number of certainly late and of uncertain figures as text; `units` is the noun of what is counted."""
    return ", ".join(filter(None, (certain_text(late, units), uncertain_text(late))))


def certain_text(late: Lateness, units: str, *, with_far: bool = True) -> str:
    """Return how many of the judged figures are certainly late, and how many of them far behind."""
    text = words("lateness.certain", late=late.certain, of=late.judged, units=units)
    if late.far_behind and with_far:
        key = "far"
        if late.far_behind == late.certain:
            key = "only_far" if late.certain == 1 else "all_far"
        text += words(f"lateness.{key}", far=late.far_behind)
    return text


def uncertain_text(late: Lateness) -> str:
    """Return how many more may be late, and why this is not certain; empty without any."""
    counts = {why: getattr(late, why) for why in UNCERTAIN}
    texts = [words(f"lateness.{why}", count=count) for why, count in counts.items() if count]
    return words("lateness.more", counts=", ".join(texts)) if texts else ""


def worst_first(rows: Iterable[Progress], targets: Mapping[str, Target]) -> list[Progress]:
    """Return figures in the order of pages, slides and documents.

    Certain figures first, then by severity, then by distance from the goal, then by the codes of target and unit.
    """

    def urgency(row: Progress) -> tuple[int, float, str, str]:
        away = gap(row, targets[row.target_code])
        return WORST_FIRST.index(row.shown_status), away.points if away else 0.0, row.target_code, row.unit_code

    return sorted(rows, key=urgency)


def late_rows(rows: Iterable[Progress], targets: Mapping[str, Target]) -> list[Progress]:
    """Return the late figures, worst first: certain figures, then those that may be late."""
    return worst_first((row for row in rows if row.status in LATE), targets)
