"""The tables of the quality page as raw values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from app.analysis.quality_summary import ReporterFindings
from app.core.i18n import words
from app.core.sheet import Field, Sheet, sheet_of
from app.pages.quality.data import Quality
from app.pages.quality.tables import outlier_subject
from app.pages.shared.files import rates_sheet
from app.records.quality import CheckResult, Failure, Outlier, Run
from warehouse.publish.version_name import version_moment


def tables(quality: Quality) -> dict[str, Callable[[], Sheet]]:
    """Return the page's tables as files."""
    return {
        "checks": partial(checks_sheet, quality),
        "failures": partial(failures_sheet, quality),
        "outliers": partial(outliers_sheet, quality),
        "asked": partial(asked_sheet, quality),
        "rates": partial(rates_sheet, quality.rates),
        "trend": partial(runs_sheet, quality.runs),
    }


def checks_sheet(quality: Quality) -> Sheet:
    """Return every check with its reason, what it found and which targets it touches."""
    fields: tuple[Field[CheckResult], ...] = (
        Field("quality.check_code", lambda check: check.check_code),
        Field("quality.check", lambda check: words.of(check, "name")),
        Field("quality.why", lambda check: words.of(check, "why")),
        Field("quality.suite", lambda check: quality.names.suite(check.suite)),
        Field("quality.severity", lambda check: words.status(check.severity)),
        Field("quality.result", lambda check: words("quality.passed" if check.is_success else "quality.not_passed")),
        Field("quality.in_quarter", lambda check: quality.quarter_counts.get(check.check_code, 0), "count"),
        Field("quality.found", lambda check: check.unexpected_count, "count"),
        Field("quality.looked_at", lambda check: check.element_count, "count"),
        Field("quality.targets", lambda check: " ".join(quality.targets.get(check.check_code, ()))),
    )
    return sheet_of(words("quality.checks"), fields, quality.checks)


def failures_sheet(quality: Quality) -> Sheet:
    """Return the rows that broke a rule."""
    names = quality.names
    checks = quality.results_by_code
    fields: tuple[Field[Failure], ...] = (
        Field("quality.check", lambda row: words.of(checks[row.check_code], "name")),
        Field("quality.severity", lambda row: words.status(checks[row.check_code].severity)),
        Field("sheet.unit_code", lambda row: row.unit_code),
        Field("quality.unit", lambda row: names.unit(row.unit_code)),
        Field("quality.reporter", lambda row: names.unit(row.reporter_code)),
        Field("quality.period", lambda row: row.period_code),
        Field("quality.about", lambda row: names.label(row.category_code) or None),
        Field("quality.value", lambda row: row.value, "amount"),
        Field("quality.limit", lambda row: row.limit, "amount"),
    )
    return sheet_of(words("quality.failures"), fields, quality.shown_failures)


def outliers_sheet(quality: Quality) -> Sheet:
    """Return the outliers of the quarter."""
    names = quality.names
    fields: tuple[Field[Outlier], ...] = (
        Field("sheet.unit_code", lambda row: row.unit_code),
        Field("quality.unit", lambda row: names.unit_since(row.unit_code, row.unit_valid_from)),
        Field("quality.period", lambda row: row.period_code),
        Field("quality.about", lambda row: outlier_subject(row, names)),
        Field("quality.value", lambda row: row.measure_value, "amount"),
        Field("quality.median", lambda row: row.median_value, "amount"),
        Field("quality.deviation", lambda row: row.mad_value, "amount"),
        Field("quality.earlier_periods", lambda row: row.earlier_period_count, "count"),
        Field("quality.distance", lambda row: row.distance, "amount"),
        Field("quality.reason", lambda row: quality.answers.get(row.submission_id)),
    )
    return sheet_of(words("quality.outliers"), fields, quality.outliers)


def asked_sheet(quality: Quality) -> Sheet:
    """Return the units to ask back."""
    fields: tuple[Field[ReporterFindings], ...] = (
        Field("sheet.unit_code", lambda findings: findings.reporter_code),
        Field("quality.unit", lambda findings: quality.names.unit(findings.reporter_code)),
        Field("quality.in_quarter", lambda findings: findings.quarter_count, "count"),
        Field("quality.all_quarters", lambda findings: findings.total_count, "count"),
    )
    return sheet_of(words("quality.asked"), fields, quality.findings_by_reporter)


RUN_FIELDS: tuple[Field[Run], ...] = (
    Field("files.version", lambda run: version_moment(run.run_version)),
    Field("quality.run", lambda run: run.run_at, "moment"),
    Field("status.critical", lambda run: run.critical_count, "count"),
    Field("status.warning", lambda run: run.warning_count, "count"),
    Field("status.info", lambda run: run.info_count, "count"),
    Field("quality.checks", lambda run: run.check_count, "count"),
)


def runs_sheet(runs: Sequence[Run]) -> Sheet:
    """Return the results of the checks of each kept build."""
    return sheet_of(words("quality.trend"), RUN_FIELDS, runs)
