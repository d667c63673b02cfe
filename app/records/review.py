"""What a review showed: the reports that counted, and the figures that are others today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.records import shown_status


@dataclass(frozen=True, slots=True)
class CountedReport:
    """The version of a report that counts, with its reporter's short name, and when it came in; `is_withdrawn` of one
    that counted and does no more, without another in its place."""

    reporter_code: str
    reporter_name_vi: str
    reporter_name_en: str
    period_code: str
    version: int
    received_at: dt.datetime
    is_withdrawn: bool

    @property
    def name(self) -> str:
        """How `Progress.source_versions` names it."""
        return f"{self.reporter_code} {self.period_code} v{self.version}"


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure as a version shows it; columns as in `Progress`. Those of them that may be None are None in a version
    built before they came: nothing is known of it."""

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

    @property
    def shown_status(self) -> str:
        """The state that signs, colours and words show."""
        return shown_status(self.status, self.late_certainty)


@dataclass(frozen=True, slots=True)
class TouchedTarget:
    """A target that a correction changed a cell of."""

    reporter_code: str
    period_code: str
    version: int
    target_code: str


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure of a review that is another one today, and the `reports` through which, in the order they came in: none
    where the way of counting changed."""

    then: ShownFigure
    now: ShownFigure
    reports: tuple[CountedReport, ...]

    @property
    def is_moved(self) -> bool:
        """Whether its status is another one too."""
        return self.then.status != self.now.status
