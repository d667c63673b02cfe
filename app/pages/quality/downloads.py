"""The tables of the quality page as raw values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.analysis.quality_summary import Asked
from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.pages.quality.tables import Names, suite_name
from app.records.quality import CheckResult, Failure, Run


def checks_sheet(
    checks: Sequence[CheckResult], quarter: Mapping[str, int], targets: Mapping[str, Sequence[str]], words: Words
) -> Sheet:
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
            suite_name(check.suite, words),
            words.status(check.severity),
            words("quality.passed" if check.is_success else "quality.not_passed"),
            quarter.get(check.check_code, 0),
            check.unexpected_count,
            check.element_count,
            " ".join(targets.get(check.check_code, ())),
        )
        for check in checks
    )
    return Sheet(words("quality.checks"), columns, rows)


def failures_sheet(failures: Sequence[Failure], checks: Mapping[str, CheckResult], names: Names, words: Words) -> Sheet:
    """Every row that broke a rule."""
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
        for row in failures
    )
    return Sheet(words("quality.failures"), columns, rows)


def asked_sheet(asked: Sequence[Asked], names: Names, words: Words) -> Sheet:
    """Whom to ask back."""
    columns = (
        Column(words("sheet.unit_code")),
        Column(words("quality.unit")),
        Column(words("quality.in_quarter"), "count"),
        Column(words("quality.all_quarters"), "count"),
    )
    rows = tuple(
        (one.reporter_code, names.unit(one.reporter_code), one.quarter_count, one.whole_count) for one in asked
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
