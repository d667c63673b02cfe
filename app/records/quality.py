"""Results of checks, failing rows, builds, and rates of reporting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Check of the published version: its title, its reason, its result.

    `column_name` is None for a check on rows. Of `element_count` checked rows, `unexpected_count` break the rule.
    `failing_units` is a JSON list of them, limited to the number stored with a result.
    """

    check_code: str
    suite: str
    table_name: str
    column_name: str | None
    severity: str
    name_vi: str
    name_en: str
    why_vi: str
    why_en: str
    is_success: bool
    unexpected_count: int
    element_count: int
    failing_units: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Row that broke a rule: its reporter, quarter, value, and the limit it was compared with.

    `reporter_code` is the unit to contact; `category_code` a type of establishment, measure, task, form or target.
    Value and limit are in the unit of the measure, or text; None where the rule gives none.
    """

    check_code: str
    unit_code: str
    reporter_code: str
    period_code: str
    value: float | str | None
    limit: float | str | None
    category_code: str | None


@dataclass(frozen=True, slots=True)
class Outlier:
    """Reported number far from the earlier numbers of its cell; columns as in `fct_outlier`."""

    measure_code: str
    category_code: str
    unit_code: str
    unit_valid_from: dt.date
    unit_level: str
    period_code: str
    form_code: str
    measure_value: float
    earlier_period_count: int
    median_value: float
    mad_value: float
    distance: float
    submission_id: int
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class CheckTarget:
    """Target whose published figures a check applies to; `link` as in `origin.Check`."""

    check_code: str
    target_code: str
    link: str


@dataclass(frozen=True, slots=True)
class Run:
    """Check results of one build: number of checks with findings, by severity.

    `check_count` is the number of checks run.
    """

    run_version: str
    run_at: dt.datetime
    check_count: int
    critical_count: int
    warning_count: int
    info_count: int

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of checks with findings, by severity."""
        return {"critical": self.critical_count, "warning": self.warning_count, "info": self.info_count}


@dataclass(frozen=True, slots=True)
class CheckRun:
    """Result of one check in one build: the number of rows that broke its rule."""

    run_version: str
    run_at: dt.datetime
    unexpected_count: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Reporting and punctuality of one quarter.

    Rates are points of all reporters. The rate of reporting is None without reporters. The rate of reporting in time
    leaves out reports that are history, and is None before the due date.
    """

    period_code: str
    reporter_count: int
    reported_count: int
    on_time_count: int
    late_count: int
    history_count: int
    missing_count: int
    rejected_count: int
    corrected_count: int
    is_due: bool
    reporting_rate_pct: float | None
    on_time_rate_pct: float | None

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of reports by state, missing reports included."""
        return {
            "on_time": self.on_time_count,
            "late": self.late_count,
            "history": self.history_count,
            "missing": self.missing_count,
            "rejected": self.rejected_count,
        }


@dataclass(frozen=True, slots=True)
class Label:
    """Name of a code that a failing row may contain."""

    code: str
    name_vi: str
    name_en: str
