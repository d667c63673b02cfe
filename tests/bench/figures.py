"""A measured figure beside its baseline and its limit, and the limits themselves."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["ms", "CPU s", "kB", "MB", "errors"]


@dataclass(frozen=True)
class Limit:
    """At most `value`: as a multiple of the baseline, or as the measured value itself."""

    value: float
    is_ratio: bool = True


@dataclass(frozen=True)
class Spread:
    """Median, least, greatest and number of the samples."""

    median: float
    least: float
    greatest: float
    count: int

    @classmethod
    def of(cls, samples: Sequence[float]) -> Spread:
        """Raises ValueError when there are no samples."""
        if not samples:
            raise ValueError("no samples")
        return cls(statistics.median(samples), min(samples), max(samples), len(samples))


@dataclass(frozen=True)
class Figure:
    """One line of the table. A figure without limit is shown for orientation."""

    group: str
    name: str
    unit: Unit
    measured: Spread
    baseline: Spread | None = None
    baseline_name: str = "blank"
    limit: Limit | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Median over median; None without a baseline, or with one of zero."""
        if self.baseline is None or self.baseline.median == 0:
            return None
        return self.measured.median / self.baseline.median

    @property
    def is_met(self) -> bool | None:
        """Whether the limit holds; None when there is none, or no ratio to judge."""
        if self.limit is None:
            return None
        judged = self.ratio if self.limit.is_ratio else self.measured.median
        return None if judged is None else judged <= self.limit.value

    def as_dict(self) -> dict[str, Any]:
        """For the JSON file."""
        return {
            "group": self.group,
            "name": self.name,
            "unit": self.unit,
            "measured": vars(self.measured),
            "baseline": vars(self.baseline) if self.baseline else None,
            "baseline_name": self.baseline_name if self.baseline else None,
            "ratio": self.ratio,
            "limit": vars(self.limit) if self.limit else None,
            "is_met": self.is_met,
            "note": self.note,
        }


# What was promised. Builds are compared in CPU seconds, pages in time on the screen.
FULL_BUILD = Limit(1.8)
ONE_REPORT_BUILD = Limit(0.5)
UNCHANGED_BUILD = Limit(2.0, is_ratio=False)
SERVER_CPU_PER_RERUN = Limit(0.06, is_ratio=False)
SERVER_CPU_PER_VISIT = Limit(0.12, is_ratio=False)
# Against a blank's rerun and the layout of the finished page.
CHANGE = Limit(1.5)
FIRST_TARGET = Limit(2.5)
SLIDE = Limit(1.5)
FIRST_USER_MEMORY = Limit(3.0)
FURTHER_SESSION_MEMORY = Limit(4.0, is_ratio=False)
CROWD_MEMORY = Limit(3.0)
ACTIONS_P95 = Limit(2.0)
OPENING_P95 = Limit(1000.0, is_ratio=False)
NO_ERROR = Limit(0.0, is_ratio=False)
TRANSFERRED = Limit(0.5)


@dataclass(frozen=True)
class VisitLimits:
    """What a visit over one line may take against a blank app's: to be drawn cold, without figures and with; to be
    drawn again; to take part in the session."""

    drawn: Limit
    drawn_with_figures: Limit
    second: Limit
    live: Limit


LOCAL = "local"
VISITS = {
    LOCAL: VisitLimits(Limit(0.3), Limit(0.4), Limit(0.3), Limit(1.3)),
    "10 Mbit/s 40 ms": VisitLimits(Limit(0.15), Limit(0.2), Limit(0.15), Limit(0.9)),
    "4 Mbit/s 80 ms": VisitLimits(Limit(0.15), Limit(0.2), Limit(0.15), Limit(0.9)),
}
