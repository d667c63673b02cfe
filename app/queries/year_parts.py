"""SQL for the part of the year that a year-to-date figure covers, where its units began within the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.reader import Reader
from app.queries.fetch import fetch, fetch_across_units
from app.records import Cell
from app.records.target import YearPart


@dataclass(frozen=True, slots=True)
class _Began:
    """Day within a year on which any unit began; visible to all viewers."""

    valid_from: dt.date


_BEGAN = """
    select {columns} from marts.dim_unit as f
    cross join (
        select min(y.start_date) as year_start, max(p.end_date) as period_end
        from marts.dim_period as y inner join marts.dim_period as p on y.year = p.year and p.period_code = :period
    ) as within
    where f.is_authority and f.valid_from > within.year_start and f.valid_from <= within.period_end
    limit 1
"""
# The counted units, and former units whose sums a row contains; the city itself reports in every year.
_PARTS = """
    select f.target_code, f.row_unit_code as unit_code,
        max(case when not f.has_ended then f.unit_valid_from end) as began_on,
        count(distinct case when f.has_ended then f.reporter_code end) as ended_reporter_count,
        max(case when f.has_ended then r.unit_level end) as ended_level,
        cast(sum(case when not f.has_ended and u.past_kind = 'elsewhere' then 1 else 0 end) as integer)
            as uncovered_count
    from marts.fct_target_contribution as f
    inner join marts.dim_unit as u on f.unit_code = u.unit_code and f.unit_valid_from = u.valid_from
    cross join (
        select min(y.start_date) as year_start
        from marts.dim_period as y inner join marts.dim_period as p on y.year = p.year and p.period_code = :period
    ) as within
    left join marts.dim_unit as r
        on f.reporter_code = r.unit_code and r.valid_from <= f.unit_valid_from
        and coalesce(r.valid_to, date '9999-12-31') > f.unit_valid_from
    where f.period_code = :period and f.period_window = 'ytd' and u.is_authority and f.parent_code is not null
    group by f.target_code, f.row_unit_code
    having min(case when f.has_ended or f.unit_valid_from > within.year_start then 1 else 0 end) = 1
        and max(case when f.has_ended then 0 else 1 end) = 1
"""


def year_parts(reader: Reader, period: str, window: str) -> Mapping[Cell, YearPart]:
    """Return the part of the year by target and unit.

    Empty for a single quarter, and for a year in which no reporting unit began.
    """
    if window != "ytd" or not fetch(reader, _Began, _BEGAN, period=period):
        return {}
    parts = fetch_across_units(reader, YearPart, _PARTS, period=period)
    return {Cell(part.target_code, part.unit_code): part for part in parts}
