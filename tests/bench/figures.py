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


# Goals. Builds are compared in CPU seconds, pages in time until rendered.
FULL_BUILD = Limit(1.4)
ONE_REPORT_BUILD = Limit(0.3)
ONE_REPORT_TIME = Limit(4000.0, is_ratio=False)
SERVER_BUILD = Limit(3.0)
UNCHANGED_BUILD = Limit(0.5, is_ratio=False)
API_PAGE_P95 = Limit(50.0, is_ratio=False)
# A hundred requests a second.
API_EACH = Limit(10.0, is_ratio=False)
DOCTOR = Limit(3000.0, is_ratio=False)
# Of ten years; then nightly.
FIRST_BACKUP = Limit(60_000.0, is_ratio=False)
NEXT_BACKUP = Limit(5000.0, is_ratio=False)
UPGRADE = Limit(90_000.0, is_ratio=False)
UNREADABLE = Limit(5000.0, is_ratio=False)
# Of 170 offices.
DIGESTS = Limit(10_000.0, is_ratio=False)
# Of the reports of a quarter; of one report among many, ten a second.
SUBMIT_QUARTER = Limit(30_000.0, is_ratio=False)
SUBMIT_EACH = Limit(100.0, is_ratio=False)
PLAN_CHECK = Limit(3000.0, is_ratio=False)
OVERVIEW_BYTES = Limit(120.0, is_ratio=False)
COMMUNES_BYTES = Limit(40.0, is_ratio=False)
COMMUNES_VISIT = Limit(0.2)
NEW_VERSION = Limit(2000.0, is_ratio=False)
# Cold visits by line, of pages that the server has rendered before.
LOCAL = "local"
COLD_VISIT = {LOCAL: Limit(0.15), "10 Mbit/s 40 ms": Limit(0.13), "4 Mbit/s 80 ms": Limit(0.09)}
SECOND_VISIT = {LOCAL: Limit(0.3)}
SERVER_CPU_RENDERED = Limit(0.01, is_ratio=False)
SERVER_CPU_NEW = Limit(0.05, is_ratio=False)
# Against the floor: a blank app's rerun and the layout of the same HTML.
MOVE_RENDERED = Limit(1.2)
MOVE_NEW = Limit(2.0)
SLIDE = Limit(1.5)
MEMORY = Limit(2.5)
ACTIONS_P95 = Limit(2.0)
OPENING_P95 = Limit(1000.0, is_ratio=False)
# Exploring pages against a blank Streamlit app with the same chart; milliseconds beyond it; megabytes.
EXPLORE_COLD = Limit(1.2)
EXPLORE_CHANGE = Limit(300.0, is_ratio=False)
EXPLORE_MEMORY = Limit(15.0, is_ratio=False)
EXPLORE_P95 = Limit(1000.0, is_ratio=False)
NO_ERROR = Limit(0.0, is_ratio=False)
