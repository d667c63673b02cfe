"""The rows of an exploring page as a statement that its user can run and change on the SQL page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.core.levels import tier_of
from app.records import UNSURE
from warehouse.storage.literals import quoted

_COLUMNS = """select p.unit_code, u.name_vi as unit_name, p.target_code, p.numerator, p.denominator, p.value_pct,
    p.value_pct_low, p.value_pct_high, p.status, p.late_certainty, p.path_pct, p.threshold_pct
from fct_target_progress as p
inner join dim_period as d on p.period_code = d.period_code
inner join dim_unit as u on p.unit_code = u.unit_code and p.unit_valid_from = u.valid_from
inner join dim_target as t on p.plan_code = t.plan_code and p.target_code = t.target_code"""
# Units that existed at the end of the period.
_EXISTING = "u.valid_from <= d.end_date and (u.valid_to is null or u.valid_to > d.end_date)"
_LATE = ", ".join(f"'{status}'" for status in UNSURE)
_IS_UNSURE = f"(p.status in ({_LATE}) and coalesce(p.late_certainty, '') <> 'certain')"
_FILTERS = {
    "area": "u.parent_code",
    "type": "u.unit_type",
    "group": "cast(t.group_code as varchar)",
    "target": "p.target_code",
    "status": f"p.status || case when {_IS_UNSURE} then '_unsure' else '' end",
}
_CERTAIN = f"p.is_judged and not {_IS_UNSURE} and coalesce(p.is_status_settled, true)"


def progress_statement(
    period: str, window: str, level: str, chosen: Mapping[str, Sequence[str]], is_certain: bool
) -> str:
    """Return the SELECT of a level's figures in a period and window that filters keep.

    `chosen` are the kept codes by filter: area, type, group, target, status; of a filter without any all.
    """
    conditions = [
        among("p.period_code", (period,)),
        among("p.period_window", (window,)),
        among("p.unit_level", tier_of(level)),
        _EXISTING,
        *(among(_FILTERS[name], codes) for name, codes in chosen.items() if codes),
        *([_CERTAIN] if is_certain else []),
    ]
    return "\n".join([_COLUMNS, "where " + "\n    and ".join(conditions), "order by p.unit_code, t.display_order"])


def table_statement(table: str, period: str | None) -> str:
    """Return the SELECT of a table's rows, of a period if there is one."""
    lines = ["select *", "from " + table]
    return "\n".join([*lines, "where " + among("period_code", (period,))] if period else lines)


def among(column: str, codes: Iterable[str]) -> str:
    """Return the condition that a column has one of some values."""
    listed = ", ".join(map(quoted, codes))
    return f"{column} in ({listed})"
