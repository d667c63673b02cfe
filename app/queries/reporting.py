"""SQL for received workbooks, and for changes by corrections."""

from __future__ import annotations

from app.core import access
from app.core.reader import Reader
from app.queries.fetch import fetch
from app.records import Revision, Submission


def submissions(reader: Reader, unit: str, period: str) -> list[Submission]:
    """Return every workbook that a reporter sent for a period, in the order received."""
    sql = """
        select {columns} from marts.fct_submission as f
        where f.reporter_code = :unit and f.period_code = :period order by f.received_at
    """
    workbooks = fetch(reader, Submission, sql, unit=unit, period=period)
    return access.protect_problem_counts(reader.viewer, workbooks, unit)


def revisions(reader: Reader, *reporters: str) -> list[Revision]:
    """Return every cell that later versions of some reporters changed, newest period first."""
    sql = """
        select f.period_code, f.version, f.form_code, f.unit_code, u.name_vi as unit_name_vi, u.name_en as unit_name_en,
            f.category_code, f.measure_code, m.name_vi as measure_vi, m.name_en as measure_en,
            f.old_value, f.new_value, f.old_answer, f.new_answer, m.is_sensitive,
            f.reporter_code, r.name_vi as reporter_name_vi, r.name_en as reporter_name_en, f.received_at
        from marts.fct_revision as f
        inner join marts.dim_unit as r on f.reporter_code = r.unit_code and f.reporter_valid_from = r.valid_from
        left join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
        inner join marts.dim_measure as m on f.measure_code = m.measure_code and f.form_code = m.form_code
        where f.reporter_code in :reporters
        order by f.period_code desc, f.reporter_code, f.version desc, f.form_code, f.unit_code, f.measure_code
    """
    return access.protect_counts(reader.viewer, fetch(reader, Revision, sql, reporters=reporters))
