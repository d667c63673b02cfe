"""Reliability of the figures, counted from check results; the text catalogues contain the sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.records.quality import CheckResult, Failure


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """Counts of checks of the published version; `*_count` of a severity counts checks with findings."""

    check_count: int
    passed_count: int
    critical_count: int
    warning_count: int
    info_count: int
    report_count: int

    @property
    def verdict(self) -> str:
        """Return `doubtful` with a critical finding, `none_reported` where there is nothing to trust yet, `sure`
        without findings, else `careful`."""
        if self.critical_count:
            return "doubtful"
        if not self.report_count:
            return "none_reported"
        return "sure" if self.passed_count == self.check_count else "careful"


@dataclass(frozen=True, slots=True)
class QuarterFindings:
    """Findings of one quarter: rows, checks, and reporting units."""

    row_count: int
    check_count: int
    unit_count: int


@dataclass(frozen=True, slots=True)
class ReporterFindings:
    """Number of failing rows to clarify with a unit: of the quarter, and of all quarters."""

    reporter_code: str
    quarter_count: int
    total_count: int


def check_summary(results: Sequence[CheckResult], report_count: int) -> CheckSummary:
    """Return the counts of all checks, and of the reports that the figures come from."""
    failed = Counter(check.severity for check in results if not check.is_success)
    passed_count = sum(check.is_success for check in results)
    return CheckSummary(len(results), passed_count, failed["critical"], failed["warning"], failed["info"], report_count)


def quarter_findings(failures: Iterable[Failure], period: str) -> QuarterFindings:
    """Return the findings of a quarter."""
    rows = [failure for failure in failures if failure.period_code == period]
    return QuarterFindings(len(rows), len({row.check_code for row in rows}), len({row.reporter_code for row in rows}))


def findings_by_reporter(failures: Iterable[Failure], period: str) -> list[ReporterFindings]:
    """Return the units to contact, those with most findings of the quarter first."""
    whole = Counter[str]()
    quarter = Counter[str]()
    for failure in failures:
        whole[failure.reporter_code] += 1
        quarter[failure.reporter_code] += failure.period_code == period
    units = [ReporterFindings(unit, quarter[unit], count) for unit, count in whole.items()]
    return sorted(units, key=lambda unit: (-unit.quarter_count, -unit.total_count, unit.reporter_code))


def by_check(failures: Iterable[Failure], period: str | None = None) -> Counter[str]:
    """Return the number of failing rows of each check, in one quarter if it is given."""
    return Counter(failure.check_code for failure in failures if period in (None, failure.period_code))


def chosen(
    results: Iterable[CheckResult],
    failures: Iterable[Failure],
    severity: str | None,
    suite: str | None,
    unit: str | None,
) -> list[CheckResult]:
    """Return the checks selected by the filters: a severity, a suite, findings on a unit."""
    about_unit = {failure.check_code for failure in failures if unit in (failure.reporter_code, failure.unit_code)}
    return [
        check
        for check in results
        if (not severity or check.severity == severity)
        and (not suite or check.suite == suite)
        and (not unit or check.check_code in about_unit)
    ]


def about(failures: Iterable[Failure], check: str | None, unit: str | None) -> list[Failure]:
    """Return the failing rows of a check, of one unit if it is given."""
    return [
        failure
        for failure in failures
        if (not check or failure.check_code == check)
        and (not unit or unit in (failure.reporter_code, failure.unit_code))
    ]
