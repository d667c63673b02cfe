"""SQL for check results of the published version and of earlier builds."""

from __future__ import annotations

import json
from typing import Any

from app.core import access
from app.core.grouping import group_by
from app.core.reader import Reader
from app.queries import plan, registry
from app.queries.fetch import fetch
from app.records import Unit
from app.records.quality import CheckResult, CheckRun, CheckTarget, Failure, Label, Outlier, Rates, Run

# The rule of the question about such a number at submission.
OUTLIER = "outlier"


def results(reader: Reader) -> list[CheckResult]:
    """Return every check of the published version: checks with findings first, most severe first."""
    sql = """
        select c.check_code, c.suite, c.table_name, c.column_name, c.severity, c.name_vi, c.name_en, c.why_vi, c.why_en,
            r.is_success, r.unexpected_count, r.element_count, r.failing_units
        from marts.dim_check as c
        inner join marts.fct_quality_result as r on c.check_code = r.check_code
        inner join marts.publication as p on r.run_version = p.version
        order by r.is_success, case c.severity when 'critical' then 0 when 'warning' then 1 else 2 end, c.check_code
    """
    access.require_every_finding(reader.viewer)
    return fetch(reader, CheckResult, sql)


def failures(reader: Reader, found: list[CheckResult]) -> list[Failure]:
    """Return the failing rows of checks, newest quarter first. Raises `AccessDeniedError`."""
    access.require_every_finding(reader.viewer)
    rows = [_failure(check.check_code, row) for check in found for row in json.loads(check.failing_units or "[]")]
    return sorted(rows, key=lambda failure: failure.period_code, reverse=True)


def outliers(reader: Reader, period: str) -> list[Outlier]:
    """Return the outliers of a period, as visible to the viewer, the farthest first."""
    sql = """
        select {columns} from (
            select outlier.*, measure.is_sensitive from marts.fct_outlier as outlier
            inner join marts.dim_measure as measure on outlier.measure_code = measure.measure_code
        ) as f
        where f.period_code = :period
        order by f.distance desc, f.unit_code, f.measure_code, f.category_code
    """
    return access.protect_counts(reader.viewer, fetch(reader, Outlier, sql, period=period))


def outlier_answers(reader: Reader) -> dict[int, str]:
    """Return the notes with which senders answered such questions, by submission, as visible to the viewer."""
    return {
        received.submission.submission_id: received.note
        for received in registry.every_submission(reader)
        if received.note and any(question.rule_code == OUTLIER for question in received.questions)
    }


def check_targets(reader: Reader) -> list[CheckTarget]:
    """Return the targets that each check applies to, in the plan's order."""
    sql = "select {columns} from marts.dim_check_target as f order by f.check_code, f.target_code"
    return fetch(reader, CheckTarget, sql)


def runs(reader: Reader) -> list[Run]:
    """Return the builds with stored check results, published or not, newest first. Raises `AccessDeniedError`."""
    access.require_every_finding(reader.viewer)
    sql = """
        select run_version, run_at, count(*) as check_count,
            count(*) filter (where severity = 'critical' and not is_success) as critical_count,
            count(*) filter (where severity = 'warning' and not is_success) as warning_count,
            count(*) filter (where severity = 'info' and not is_success) as info_count
        from marts.fct_quality_result group by run_version, run_at order by run_at desc
    """
    return fetch(reader, Run, sql)


def check_runs(reader: Reader, check: str) -> list[CheckRun]:
    """Return the result of one check in each stored build, oldest first. Raises `AccessDeniedError`."""
    access.require_every_finding(reader.viewer)
    sql = "select {columns} from marts.fct_quality_result as f where f.check_code = :check order by f.run_at"
    return fetch(reader, CheckRun, sql, check=check)


def rates(reader: Reader, until: str) -> list[Rates]:
    """Return the rates of reporting in every quarter up to `until`, newest first."""
    sql = "select {columns} from marts.dim_period as f where f.period_code <= :until order by f.period_code desc"
    return fetch(reader, Rates, sql, until=until)


def labels(reader: Reader) -> dict[str, Label]:
    """Return the names of measures, categories, tasks and targets, by code."""
    sql = """
        select category_code as code, name_vi, name_en from marts.dim_category
        union all select measure_code, name_vi, name_en from marts.dim_measure
        union all select task_code, name_vi, name_en from marts.dim_task
    """
    by_code = {label.code: label for label in fetch(reader, Label, sql)}
    for code, target in plan.named_targets(reader).items():
        by_code[code] = Label(code, target.short_name_vi, target.short_name_en)
    return by_code


def units(reader: Reader) -> dict[str, list[Unit]]:
    """Return every unit with all its validities, by code."""
    validities = fetch(reader, Unit, "select {columns} from marts.dim_unit as f order by f.valid_from")
    return group_by(validities, lambda unit: unit.unit_code)


def sensitive_codes(reader: Reader) -> frozenset[str]:
    """Return the codes of targets and measures whose small counts must be protected."""
    sql = """
        select distinct target_code as code, '' as name_vi, '' as name_en from marts.dim_target where is_sensitive
        union all select measure_code, '', '' from marts.dim_measure where is_sensitive
    """
    return frozenset(label.code for label in fetch(reader, Label, sql))


def _failure(check_code: str, row: dict[str, Any]) -> Failure:
    unit = row["unit_code"]
    return Failure(
        check_code, unit, row.get("reporter_code") or unit, row["period_code"], row.get("value"), row.get("limit"),
        row.get("category_code"),
    )  # fmt: skip
