"""SQL for reporters and the state of each report, by quarter."""

from __future__ import annotations

from app.core import access
from app.core.reader import Reader
from app.queries.fetch import fetch
from app.records import Unit
from app.records.reporters import Punctuality, ReporterPeriod, ReporterState

# A reporter's quarter, with its newest refused or returned workbook where none counts, and the arrival of its first
# version. What awaits acceptance is known only to the registry.
REPORTS = """(
    select p.*, s.first_at as sent_at, s.problem_count, cast(null as timestamp) as waits_since
    from marts.fct_reporter_period as p
    left join (
        select *, row_number() over (
            partition by reporter_code, reporter_valid_from, period_code order by submission_id desc
        ) as newest_first,
        coalesce(min(case when version is not null then received_at end) over (
            partition by reporter_code, reporter_valid_from, period_code
        ), received_at) as first_at
        from marts.fct_submission where verdict = 'rejected'
    ) as s
        on p.reporter_code = s.reporter_code and p.reporter_valid_from = s.reporter_valid_from
        and p.period_code = s.period_code and p.version is null and s.newest_first = 1
) as f"""


def calendar(reader: Reader, first: str, last: str) -> list[ReporterPeriod]:
    """Return the state of every expected workbook from the quarter `first` to the quarter `last`."""
    sql = f"""
        select {{columns}} from {REPORTS}
        where f.period_code between :first and :last order by f.reporter_code, f.period_code
    """
    return access.protect_problem_counts(reader.viewer, fetch(reader, ReporterPeriod, sql, first=first, last=last))


def reports(reader: Reader, unit: str) -> list[ReporterPeriod]:
    """Return the state of a reporter's workbooks, one row per quarter, newest first."""
    sql = f"select {{columns}} from {REPORTS} where f.reporter_code = :unit order by f.period_code desc"
    return access.protect_problem_counts(reader.viewer, fetch(reader, ReporterPeriod, sql, unit=unit))


def reporter_states(reader: Reader, period: str) -> list[ReporterState]:
    """Return the state of every expected workbook of a quarter, by the reporter's code."""
    sql = f"""
        select f.reporter_code, u.name_vi, u.name_en, u.short_name_vi, u.short_name_en, f.state, f.due_date,
            f.days_late, f.is_corrected, f.version, f.sent_at, f.problem_count, f.waits_since
        from {REPORTS}
        inner join marts.dim_unit as u on f.reporter_code = u.unit_code and f.reporter_valid_from = u.valid_from
        where f.period_code = :period order by f.reporter_code
    """
    return access.protect_problem_counts(reader.viewer, fetch(reader, ReporterState, sql, period=period))


def units(reader: Reader) -> dict[str, Unit]:
    """Return every unit that ever had to report, by code, in its newest validity."""
    sql = """
        select {columns} from marts.dim_unit as f
        where exists (
            select 1 from marts.fct_reporter_period as r
            where r.reporter_code = f.unit_code and r.reporter_valid_from = f.valid_from
        )
        order by f.valid_from
    """
    return {unit.unit_code: unit for unit in fetch(reader, Unit, sql)}


def punctuality(reader: Reader, until: str) -> dict[str, Punctuality]:
    """Return the counts of due reports up to and including a quarter, by reporter.

    The punctuality of history is unknown.
    """
    sql = """
        with due as (
            select reporter_code, count(*) as due_count,
                count(*) filter (where state in ('on_time', 'late')) as received_count,
                count(*) filter (where state = 'on_time') as on_time_count,
                count(*) filter (where is_corrected) as corrected_count,
                cast(sum(rejected_count) as bigint) as rejected_count
            from marts.fct_reporter_period
            where is_due and state <> 'history' and period_code <= :until group by reporter_code
        )
        select due.*, 100.0 * on_time_count / due_count as on_time_share_pct from due
    """
    return {row.reporter_code: row for row in fetch(reader, Punctuality, sql, until=until)}
