"""The views of the SQL page: every published table as its viewer may see it.

In rows of other units that count few people, protected columns are empty. A count or ratio of `RANGES` has two columns
more in every row, the ends of the range that pages disclose of it (decision 22), equal where it is exact. A query can
therefore not take a range for a number: sums of the column leave it out, sums of the ends have a range themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from app.core import access
from app.core.access import Right, Viewer
from app.core.disclosure import COLUMNS, OF_OTHERS, SUPPRESSED
from app.core.mart_access import release
from app.core.reader import Reader
from app.core.small_counts import Approximate
from app.queries import marts, progress, target
from app.queries.fetch import quoted_statement
from app.queries.statements import among
from app.records.marts import MartColumn
from app.records.review import ShownFigure
from warehouse.plan.levels import levels
from warehouse.publish.engines import Published
from warehouse.publish.row_scope import EVERY_ROW

# The columns of a table by name.
Table = dict[str, list[str | float | None]]
LOW, HIGH = "low", "high"
# The schema of the disclosed ranges, which a statement of `views` joins.
SCHEMA = "memory.disclosed"
_UNCLEARED = Viewer("uncleared", frozenset({Right.READ}))
_PEOPLE = "f.target_code in (select target_code from marts.dim_target where is_sensitive)"
_STATES = ("status", "late_certainty")


@dataclass(frozen=True, slots=True)
class _Ranges:
    """A table whose rows of people have ranges: its key, its counts and ratios, the condition of a row of people."""

    key: tuple[str, ...]
    counts: tuple[str, ...]
    condition: str
    states: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the columns of a table of disclosed ranges that are texts."""
        return (*self.key, *self.states)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the columns of a table of disclosed ranges that are numbers."""
        return tuple(f"{name}_{end}" for name in self.counts for end in (LOW, HIGH))


_CELL = ("unit_code", "period_code", "period_window")
RANGES: Mapping[str, _Ranges] = {
    "fct_target_progress": _Ranges(
        ("target_code", *_CELL), ("numerator", "denominator", "value_pct"), _PEOPLE, _STATES
    ),
    "fct_breakdown": _Ranges(
        ("target_code", "breakdown_code", "category_code", *_CELL),
        ("value_count", "total_count", "share_pct"),
        f"(f.is_sensitive or {_PEOPLE})",
    ),
}


def views(reader: Reader) -> dict[str, str]:
    """Return the SELECT of each view that the viewer may query, by its name.

    Those of `RANGES` join a table of the same name in `SCHEMA`, whose rows are `disclosed_ranges`. Raises
    `AccessDeniedError` for a viewer who may not read every unit.
    """
    return {mart.table_name: view(reader, mart.table_name) for mart in marts.offered(reader)}


def view(reader: Reader, name: str, *, numbered: bool = False) -> str:
    """Return the SELECT of one view; `numbered` as in `marts.source`. Raises `AccessDeniedError`."""
    access.require_everywhere(reader.viewer)
    if name not in RANGES:
        return marts.source(reader, name, numbered=numbered)
    release(reader.viewer, name)
    return _with_ranges(reader, name, [f"f.rowid as {marts.ROW}"] if numbered else [])


def view_columns(reader: Reader, name: str) -> list[MartColumn]:
    """Return the columns of a view in their order: those of the table, then the ends of its ranges."""
    columns = marts.columns(reader, name)
    added = RANGES[name].numbers if name in RANGES else ()
    return [*columns, *(MartColumn(one, "DOUBLE", "") for one in added)]


def range_of(name: str, column: str) -> tuple[str, str] | None:
    """Return the column of a view that another one is an end of, and which end (`LOW`, `HIGH`); None for no end."""
    counted, _, end = column.rpartition("_")
    return (counted, end) if name in RANGES and column in RANGES[name].numbers else None


def is_emptied(reader: Reader, name: str, column: str) -> bool:
    """Return whether a column of a view is empty in rows of people."""
    if reader.viewer.may(Right.SMALL_COUNTS) or name not in RANGES:
        return False
    return column in COLUMNS[name].protected and column not in RANGES[name].states


def disclosed_ranges(reader: Reader) -> dict[str, Table]:
    """Return the columns of each table in `SCHEMA` by name: the ends of every range above the smallest units."""
    access.require_everywhere(reader.viewer)
    if reader.viewer.may(Right.SMALL_COUNTS):
        return {}
    return {"fct_target_progress": _figures(reader.warehouse), "fct_breakdown": _parts(reader.warehouse)}


def _with_ranges(reader: Reader, name: str, added: Sequence[str] = ()) -> str:
    ranges = RANGES[name]
    columns = [column.column_name for column in marts.columns(reader, name)]
    if reader.viewer.may(Right.SMALL_COUNTS):
        ends = "".join(f", f.{one} as {one}_{end}" for one in ranges.counts for end in (LOW, HIGH))
        number = "".join(f", {one}" for one in added)
        return f"select {', '.join(f'f.{one}' for one in columns)}{ends}{number} from marts.{name} as f"
    own = among("f.unit_code", sorted(reader.viewer.own_units))
    is_other = f" and not {own}" if reader.viewer.own_units else ""
    cells = ", ".join(f"{_cell(name, one)} as {one}" for one in columns)
    ends = ", ".join(
        f"case when f.is_protected then d.{one}_{end} else f.{one} end as {one}_{end}"
        for one in ranges.counts
        for end in (LOW, HIGH)
    )
    same = " and ".join(f"f.{one} = d.{one}" for one in ranges.key)
    # A row that is not protected has its own numbers, whatever it joins.
    every = ", ".join(["f.*", *added])
    return f"""
        select {cells}, {ends}{f", f.{marts.ROW}" if added else ""}
        from (
            select f.*, f.is_of_people{is_other} as is_protected
            from (select {every}, coalesce({ranges.condition}, true) as is_of_people from marts.{name} as f) as f
        ) as f
        left join {SCHEMA}.{name} as d on {same}
    """


def _cell(table: str, name: str) -> str:
    """Return the SQL of a column. One that is not known to be open is empty in rows of people."""
    if name in COLUMNS[table].open:
        return f"f.{name}"
    if name in OF_OTHERS:
        return f"case when f.is_of_people then null else f.{name} end"
    hidden = "null"
    if name in RANGES[table].states:
        hidden = f"d.{name}"
    if name == "status":
        # A row without a count states why; the rest of the smallest units is hidden.
        hidden = f"coalesce(d.status, case when f.numerator is null then f.status else '{SUPPRESSED}' end)"
    return f"case when f.is_protected then {hidden} else f.{name} end"


@lru_cache(maxsize=2)
def _figures(warehouse: Published) -> Table:
    names = [item.name for item in fields(ShownFigure)]
    sql = f"""
        select {", ".join(f"f.{name}" for name in names)} from marts.fct_target_progress as f
        where {_PEOPLE} and f.unit_level <> :base and f.numerator is not null
        order by f.target_code, f.unit_code, f.period_code, f.period_window
    """
    with warehouse.reading(EVERY_ROW) as connection:
        found = connection.execute(quoted_statement(sql, {"base": levels().base}))
        rows = [ShownFigure(**dict(row._mapping)) for row in found]
    shown = access.protect(_UNCLEARED, rows, progress.disclosed(warehouse))
    return _table("fct_target_progress", [{name: getattr(row, name) for name in names} for row in shown])


@lru_cache(maxsize=2)
def _parts(warehouse: Published) -> Table:
    ranges = RANGES["fct_breakdown"]
    rows = [
        {
            **{name: getattr(part, name) for name in (*ranges.key[:3], *ranges.counts)},
            **dict(zip(_CELL, cell, strict=True)),
        }
        for cell, parts in target.disclosed_breakdowns(warehouse, _UNCLEARED).items()
        for part in parts
    ]
    return _table("fct_breakdown", rows)


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    ranges = RANGES[name]
    table: Table = {one: [row[one] for row in rows] for one in ranges.texts}
    for one in ranges.counts:
        table |= {f"{one}_{end}": [_end_of(row[one], end) for row in rows] for end in (LOW, HIGH)}
    return table


def _end_of(value: float | None, end: str) -> float | None:
    return getattr(value, end) if isinstance(value, Approximate) else value
