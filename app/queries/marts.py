"""SQL for downloads of marts: the list of marts, and whole tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.core import access
from app.core.access import Right
from app.core.csv_manner import Manner
from app.core.mart_access import Kept, Release, may_take, release
from app.core.reader import Reader
from app.queries.copies import csv_copy, named, parquet_copy
from app.queries.fetch import fetch, quoted_statement, row_scope
from app.queries.statements import among
from app.records.marts import Mart, MartColumn
from warehouse.publish.catalog import columns_query, tables_query
from warehouse.publish.duckdb_rows import Run, rows_in_duckdb
from warehouse.publish.engines import Published
from warehouse.publish.row_scope import EVERY_ROW

# The column of a source with the place of its row in the warehouse.
ROW = "stored_row"


def marts(reader: Reader) -> list[Mart]:
    """Return every published table, by name."""
    access.require(reader.viewer, Right.READ)
    return list(_marts(reader.warehouse))


def offered(reader: Reader) -> list[Mart]:
    """Return the published tables of which the viewer may download any part, by name."""
    return [mart for mart in marts(reader) if may_take(reader.viewer, mart.table_name)]


@lru_cache(maxsize=4)
def _marts(warehouse: Published) -> tuple[Mart, ...]:
    # Counting the rows of a view computes it, so the result is cached for each version.
    sql = f"""
        select t.table_name, t.comment, count(*) as column_count,
            bool_or(c.column_name = 'period_code') as has_periods
        from ({tables_query(warehouse)}) as t
        inner join ({columns_query(warehouse)}) as c on c.table_name = t.table_name
        group by t.table_name, t.comment order by t.table_name
    """
    # Of all rows: the page of downloads states how large a table is.
    with warehouse.reading(EVERY_ROW) as connection:
        result = connection.execute(text(sql)).all()
        return tuple(
            Mart(
                row.table_name,
                " ".join((row.comment or "").split()),
                connection.execute(text(f"select count(*) from marts.{row.table_name}")).scalar_one(),
                row.column_count,
                row.has_periods,
            )
            for row in result
        )


def columns(reader: Reader, table: str) -> list[MartColumn]:
    """Return the columns of a mart in their order; empty for an unknown table."""
    sql = f"""
        select f.column_name, f.data_type, coalesce(f.comment, '') as comment
        from ({columns_query(reader.warehouse)}) as f where f.table_name = :table order by f.column_index
    """
    return fetch(reader, MartColumn, sql, table=table)


def rows(reader: Reader, table: str, period: str | None) -> list[tuple[Any, ...]]:
    """Return the downloadable rows of a mart; only those of a quarter if `period` is given. `table` must be a mart."""
    where = " where f.period_code = :period" if period else ""
    parameters = {"period": period} if period else {}
    statement = quoted_statement(f"select * from ({_source(reader, table)}) as f{where}", parameters)
    with reader.warehouse.reading(row_scope(reader.viewer)) as connection:
        result = connection.execution_options(stream_results=True).execute(statement)
        return [tuple(row) for row in result]


def source(reader: Reader, table: str, *, numbered: bool = False) -> str:
    """Return the SELECT with the part of a mart that the viewer may download; `numbered` adds `ROW`, the place of each
    row in the warehouse. Raises `AccessDeniedError`."""
    return _source(reader, table, [f"rowid as {ROW}"] if numbered else [])


def is_stored(reader: Reader, table: str) -> bool:
    """Return whether a mart is stored; a view is computed by each query, and its rows have no place."""
    return not reader.warehouse.is_embedded or table in _stored(reader.warehouse)


@lru_cache(maxsize=4)
def _stored(warehouse: Published) -> frozenset[str]:
    with warehouse.engine.connect() as connection:
        names = connection.execute(text("select table_name from duckdb_tables() where schema_name = 'marts'"))
        return frozenset(names.scalars())


def write_csv(reader: Reader, table: str, labels: Mapping[str, str], manner: Manner, out: Path) -> None:
    """Write the downloadable part of a mart as CSV without a byte-order mark.

    DuckDB writes the file: half a million rows in a third of a second. `labels` are columns with the same value in
    every row.
    """
    with _in_duckdb(reader, table) as (run, rows):
        run(csv_copy(rows, columns(reader, table), labels, manner, out))


def write_parquet(reader: Reader, table: str, metadata: Mapping[str, str], out: Path) -> None:
    """Write the downloadable part of a mart as Parquet, with `metadata` in its schema."""
    with _in_duckdb(reader, table) as (run, rows):
        run(parquet_copy(rows, metadata, out))


def _in_duckdb(reader: Reader, table: str) -> AbstractContextManager[tuple[Run, str]]:
    kinds = {column.column_name: column.data_type for column in columns(reader, table)}
    return rows_in_duckdb(reader.warehouse, _source(reader, table), kinds, row_scope(reader.viewer))


def _source(reader: Reader, table: str, added: Sequence[str] = ()) -> str:
    access.require_everywhere(reader.viewer)
    released = release(reader.viewer, table)
    mart_columns = columns(reader, table)
    cells = ", ".join([*(_cell(column, released) for column in mart_columns), *added])
    # Only columns that are known to be open are released.
    kept = {
        Kept.ALL: "",
        Kept.OTHER_TARGETS: _other("dim_target", "target_code"),
        Kept.OTHER_MEASURES: _other("dim_measure", "measure_code"),
        Kept.OTHER_ROWS: "not is_sensitive",
    }
    conditions = [kept[released.kept]] if kept[released.kept] else []
    own = released.own_column
    if conditions and reader.viewer.own_units and any(column.column_name == own for column in mart_columns):
        conditions.append(among(own, sorted(reader.viewer.own_units)))
    where = f" where {' or '.join(conditions)}" if conditions else ""
    return f"select {cells} from marts.{table}{where}"


def _other(table: str, code: str) -> str:
    return f"{code} in (select {code} from marts.{table} where not is_sensitive)"


def _cell(column: MartColumn, released: Release) -> str:
    name = named(column)
    if column.column_name in released.emptied_of_people:
        return f"case when not is_sensitive then {name} end as {name}"
    if column.column_name not in released.emptied:
        return name
    kind = "double precision" if column.data_type == "DOUBLE" else column.data_type
    return f"cast(null as {kind}) as {name}"
