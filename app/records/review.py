"""Records of a review: the reports that counted, and the figures that have changed since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.records import shown_status


@dataclass(frozen=True, slots=True)
class CountedReport:
    """Counting version of a report, with its reporter's short name and its arrival.

    `is_withdrawn` marks a version that counted and no longer does, without another in its place.
    """

    reporter_code: str
    reporter_name_vi: str
    reporter_name_en: str
    period_code: str
    version: int
    received_at: dt.datetime
    is_withdrawn: bool

    @property
    def name(self) -> str:
        """Return its name as written in `Progress.source_versions`."""
        return f"{self.reporter_code} {self.period_code} v{self.version}"


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """Figure as a version shows it; columns as in `Progress`.

    Optional columns are None in a version that was built before they were introduced.
    """

    target_code: str
    unit_code: str
    unit_level: str
    period_code: str
    period_window: str
    status: str
    numerator: float | None
    denominator: float | None
    value_pct: float | None
    threshold_pct: float | None
    path_pct: float | None
    is_provisional: bool
    is_status_settled: bool | None
    status_may_be_chance: bool | None
    late_certainty: str | None
    source_versions: str | None
    kind: str | None = None

    @property
    def shown_status(self) -> str:
        """Return the status that signs, colours and words display."""
        return shown_status(self.status, self.late_certainty)


@dataclass(frozen=True, slots=True)
class TouchedTarget:
    """Target with a cell that a correction changed."""

    reporter_code: str
    period_code: str
    version: int
    target_code: str


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """Figure of a review that has changed since, and the `reports` that changed it, in order of arrival.

    `reports` is empty where the counting method changed.
    """

    then: ShownFigure
    now: ShownFigure
    reports: tuple[CountedReport, ...]

    @property
    def is_moved(self) -> bool:
        """Return whether the status changed too."""
        return self.then.status != self.now.status
