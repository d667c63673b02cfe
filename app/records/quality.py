"""Results of checks, the rows that broke rules, the builds they ran in, and rates of reporting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check of the published version: what it is called, why it is made, what it found.

    `column_name` is None where it is about rows; of `element_count` rows looked at, `unexpected_count` break the rule.
    `failing_units` is a JSON list of them, at most as many as are kept with a result.
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
    """One row that broke a rule: whose, of which quarter, its value and what it was held against.

    `reporter_code` is the unit to ask; `category_code` a type of establishment, measure, task, form or target. Value
    and limit are in the unit of the measure, or text; None where the rule gives none.
    """

    check_code: str
    unit_code: str
    reporter_code: str
    period_code: str
    value: float | str | None
    limit: float | str | None
    category_code: str | None


@dataclass(frozen=True, slots=True)
class CheckTarget:
    """A target whose published figures a check touches; `link` as in `origin.Check`."""

    check_code: str
    target_code: str
    link: str


@dataclass(frozen=True, slots=True)
class Run:
    """What the checks of one build found: how many found something, by severity; `check_count` ran."""

    run_version: str
    run_at: dt.datetime
    check_count: int
    critical_count: int
    warning_count: int
    info_count: int

    @property
    def counts(self) -> dict[str, int]:
        """How many checks found something, by severity."""
        return {"critical": self.critical_count, "warning": self.warning_count, "info": self.info_count}


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What one check found in one build: how many rows broke its rule."""

    run_version: str
    run_at: dt.datetime
    unexpected_count: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Who reported in one quarter, and who in time. Rates are points of all reporters: of reporting None without any;
    of reporting in time without those whose report is history, None before the due date."""

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
        """How many reports came, and how, or did not, by state."""
        return {
            "on_time": self.on_time_count,
            "late": self.late_count,
            "history": self.history_count,
            "missing": self.missing_count,
            "rejected": self.rejected_count,
        }


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a code that a failing row may carry."""

    code: str
    name_vi: str
    name_en: str
