"""What is late for certain, what may be late and why that is not certain; and the one order of what is worst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.analysis.gap import gap
from app.core.i18n import Words
from app.core.status import JUDGED, LATE, WORST_FIRST
from app.records import Progress, Standing, Target

FAR_BEHIND = "far_behind"
CERTAIN = "certain"
# Why a late figure is not certain, in the order in which it is said; the last where the viewer may not know.
UNCERTAIN = ("waiting", "chance", "unknown")


@dataclass(frozen=True, slots=True)
class Lateness:
    """Counts of figures (of targets, of units): judged, certainly late, of these far behind, and the late ones that are
    not certain: waiting for reports, possibly chance, of unknown certainty."""

    judged: int = 0
    certain: int = 0
    far_behind: int = 0
    waiting: int = 0
    chance: int = 0
    unknown: int = 0

    @property
    def uncertain(self) -> int:
        """Those that may be late."""
        return self.waiting + self.chance + self.unknown

    @property
    def is_any_late(self) -> bool:
        """Whether any is late, certainly or not."""
        return bool(self.certain or self.uncertain)


def lateness(rows: Iterable[Standing]) -> Lateness:
    """Count figures as the mart judged them."""
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
    """Return how certain a late figure is late: as the mart says, `unknown` where that is withheld from the viewer."""
    return row.late_certainty or "unknown"


def is_certainly_late(row: Standing) -> bool:
    """Return whether a figure counts as late."""
    return row.late_certainty == CERTAIN


def late_text(late: Lateness, units: str, words: Words) -> str:
    """How many are certainly late, and beside it those that are not certain; `units` is the noun of what is counted."""
    return ", ".join(filter(None, (certain_text(late, units, words), uncertain_text(late, words))))


def certain_text(late: Lateness, units: str, words: Words, *, with_far: bool = True) -> str:
    """How many of how many are certainly late, and how many of them far behind."""
    text = words("lateness.certain", late=late.certain, of=late.judged, units=units)
    if late.far_behind and with_far:
        key = "far"
        if late.far_behind == late.certain:
            key = "only_far" if late.certain == 1 else "all_far"
        text += words(f"lateness.{key}", far=late.far_behind)
    return text


def uncertain_text(late: Lateness, words: Words) -> str:
    """How many more may be late, and why that is not certain; empty without any."""
    counts = {why: getattr(late, why) for why in UNCERTAIN}
    told = [words(f"lateness.{why}", count=count) for why, count in counts.items() if count]
    return words("lateness.more", counts=", ".join(told)) if told else ""


def worst_first(rows: Iterable[Progress], targets: Mapping[str, Target]) -> list[Progress]:
    """Sort figures in the one order of pages, slides and documents.

    What is certain first, then by severity, then by how far a figure is from what it was judged on, then by the codes
    of target and unit.
    """

    def urgency(row: Progress) -> tuple[int, float, str, str]:
        away = gap(row, targets[row.target_code])
        return WORST_FIRST.index(row.shown_status), away.points if away else 0.0, row.target_code, row.unit_code

    return sorted(rows, key=urgency)


def late_rows(rows: Iterable[Progress], targets: Mapping[str, Target]) -> list[Progress]:
    """The late figures, the worst first: the certain ones, then those that may be late."""
    return worst_first((row for row in rows if row.status in LATE), targets)
