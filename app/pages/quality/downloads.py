"""The tables of the quality page as raw values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.pages.quality.data import Quality
from app.pages.shared.reporting_rates import rates_sheet
from app.records.quality import Run


def tables(quality: Quality, words: Words) -> dict[str, Callable[[], Sheet]]:
    """The page's tables as files."""
    return {
        "checks": partial(checks_sheet, quality, words),
        "failures": partial(failures_sheet, quality, words),
        "asked": partial(asked_sheet, quality, words),
        "rates": partial(rates_sheet, quality.rates, words),
        "trend": partial(runs_sheet, quality.runs, words),
    }


def checks_sheet(quality: Quality, words: Words) -> Sheet:
    """Every check with its reason, what it found and which targets it touches."""
    columns = (
        Column(words("quality.check_code")),
        Column(words("quality.check")),
        Column(words("quality.why")),
        Column(words("quality.suite")),
        Column(words("quality.severity")),
        Column(words("quality.result")),
        Column(words("quality.in_quarter"), "count"),
        Column(words("quality.found"), "count"),
        Column(words("quality.looked_at"), "count"),
        Column(words("quality.targets")),
    )
    rows = tuple(
        (
            check.check_code,
            words.of(check, "name"),
            words.of(check, "why"),
            quality.names.suite(check.suite),
            words.status(check.severity),
            words("quality.passed" if check.is_success else "quality.not_passed"),
            quality.quarter_counts.get(check.check_code, 0),
            check.unexpected_count,
            check.element_count,
            " ".join(quality.targets.get(check.check_code, ())),
        )
        for check in quality.checks
    )
    return Sheet(words("quality.checks"), columns, rows)


def failures_sheet(quality: Quality, words: Words) -> Sheet:
    """The rows that broke a rule."""
    names = quality.names
    checks = quality.results_by_code
    columns = (
        Column(words("quality.check")),
        Column(words("quality.severity")),
        Column(words("sheet.unit_code")),
        Column(words("quality.unit")),
        Column(words("quality.reporter")),
        Column(words("quality.period")),
        Column(words("quality.about")),
        Column(words("quality.value"), "amount"),
        Column(words("quality.limit"), "amount"),
    )
    rows = tuple(
        (
            words.of(checks[row.check_code], "name"),
            words.status(checks[row.check_code].severity),
            row.unit_code,
            names.unit(row.unit_code),
            names.unit(row.reporter_code),
            row.period_code,
            names.label(row.category_code) or None,
            row.value,
            row.limit,
        )
        for row in quality.shown_failures
    )
    return Sheet(words("quality.failures"), columns, rows)


def asked_sheet(quality: Quality, words: Words) -> Sheet:
    """Whom to ask back."""
    columns = (
        Column(words("sheet.unit_code")),
        Column(words("quality.unit")),
        Column(words("quality.in_quarter"), "count"),
        Column(words("quality.all_quarters"), "count"),
    )
    rows = tuple(
        (one.reporter_code, quality.names.unit(one.reporter_code), one.quarter_count, one.total_count)
        for one in quality.findings_by_reporter
    )
    return Sheet(words("quality.asked"), columns, rows)


def runs_sheet(runs: Sequence[Run], words: Words) -> Sheet:
    """What the checks of each kept build found."""
    columns = (
        Column(words("files.version")),
        Column(words("quality.run"), "moment"),
        Column(words.status("critical"), "count"),
        Column(words.status("warning"), "count"),
        Column(words.status("info"), "count"),
        Column(words("quality.checks"), "count"),
    )
    rows = tuple(
        (run.run_version, run.run_at, run.critical_count, run.warning_count, run.info_count, run.check_count)
        for run in runs
    )
    return Sheet(words("quality.trend"), columns, rows)
