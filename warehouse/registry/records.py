"""Rows of the registry as typed, immutable objects. Times are office time without a zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

# The largest number of a row.
MOST_INTEGER = 2**31 - 1


@dataclass(frozen=True)
class Submission:
    """A row of the registry. Times are office time without a zone; `version` is None when refused.

    `is_history`: imported with others of past years, so its arrival time does not show whether it was late.
    `problem_count` is None only if it is hidden from the reader.
    """

    submission_id: int
    reporter_code: str | None
    reporter_valid_from: date | None
    period_code: str | None
    version: int | None
    verdict: str
    received_at: datetime
    landed_at: datetime
    submitted_by: str
    sha256: str
    file_name: str
    is_sample: bool
    problem_count: int | None
    is_history: bool = False


@dataclass(frozen=True)
class Arrival:
    """A workbook's data before it is recorded in the registry."""

    reporter_code: str | None
    reporter_valid_from: date | None
    period_code: str | None
    received_at: datetime
    landed_at: datetime
    submitted_by: str
    sha256: str
    file_name: str
    is_sample: bool


@dataclass(frozen=True)
class QualityResult:
    """The result of one check in one build."""

    run_version: str
    run_at: datetime
    check_code: str
    suite: str
    table_name: str
    column_name: str | None
    severity: str
    is_success: bool
    unexpected_count: int | None
    element_count: int | None
    failing_units: str | None


@dataclass(frozen=True)
class BuildRun:
    """A build; `outcome` is None while it runs, or if it was killed."""

    version: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    step_timings: Mapping[str, float]
    as_of_date: date
    message: str | None
