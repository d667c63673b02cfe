"""SQL for who reported what and when, and for what corrections changed."""

from __future__ import annotations

from app.core import access
from app.core.reader import Reader
from app.queries.ask import ask
from app.records import Report, Revision, Submission
from app.records.reporters import ReporterState


def reports(reader: Reader, unit: str) -> list[Report]:
    """What became of a reporter's workbook, one row a quarter, newest first.

    A workbook is one submission of many forms: its state is that of the forms that came, late if any was;
    forms that did not come are counted beside it.
    """
    sql = """
        select f.period_code, f.due_date, f.received_at, f.state, f.version, f.days_late, f.is_corrected,
            case when f.received_form_count > 0 then f.missing_form_count else 0 end as missing_form_count
        from marts.fct_reporter_period as f
        where f.reporter_code = :unit
        order by f.period_code desc
    """
    return ask(reader, Report, sql, unit=unit)


def reporter_states(reader: Reader, period: str) -> list[ReporterState]:
    """What became of every expected workbook of a quarter, by the reporter's code."""
    sql = """
        select f.reporter_code, u.name_vi, u.name_en, u.short_name_vi, u.short_name_en, f.state, f.days_late,
            f.is_corrected
        from marts.fct_reporter_period as f
        inner join marts.dim_unit as u on f.reporter_code = u.unit_code and f.reporter_valid_from = u.valid_from
        where f.period_code = :period order by f.reporter_code
    """
    return ask(reader, ReporterState, sql, period=period)


def submissions(reader: Reader, unit: str, period: str) -> list[Submission]:
    """Every workbook a reporter sent for a period, in the order received."""
    sql = """
        select {columns} from marts.fct_submission as f
        where f.reporter_code = :unit and f.period_code = :period order by f.received_at
    """
    return ask(reader, Submission, sql, unit=unit, period=period)


def revisions(reader: Reader, reporter: str) -> list[Revision]:
    """Every cell that a reporter's later versions changed, newest period first."""
    sql = """
        select f.period_code, f.version, f.form_code, f.unit_code, u.name_vi as unit_name_vi, u.name_en as unit_name_en,
            f.category_code, f.measure_code, m.name_vi as measure_vi, m.name_en as measure_en,
            f.old_value, f.new_value, f.old_answer, f.new_answer, m.is_sensitive
        from marts.fct_revision as f
        left join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
        inner join marts.dim_measure as m on f.measure_code = m.measure_code and f.form_code = m.form_code
        where f.reporter_code = :reporter
        order by f.period_code desc, f.version desc, f.form_code, f.unit_code, f.measure_code
    """
    return access.protect_revisions(reader.viewer, ask(reader, Revision, sql, reporter=reporter))
