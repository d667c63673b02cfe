"""A measured figure beside its baseline and its limit, and the limits themselves."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["ms", "CPU s", "kB", "MB"]


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
COLD_LOAD = Limit(1.25)
SECOND_VISIT = Limit(1.25)
TRANSFERRED = Limit(1.2)
CHANGE_ON_OVERVIEW = Limit(1.5)
CHANGE_ELSEWHERE = Limit(2.5)
SWITCH_WITHOUT_FIGURE = Limit(1.5)
SWITCH_WITH_FIGURE = Limit(2.5)
SERVER_CPU_PER_RERUN = Limit(0.08, is_ratio=False)
FIRST_USER_MEMORY = Limit(3.0)
FURTHER_SESSION_MEMORY = Limit(4.0, is_ratio=False)
TWENTY_VIEWERS_P95 = Limit(2.0)
TWENTY_VIEWERS_ERRORS = 0
