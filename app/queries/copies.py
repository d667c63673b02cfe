"""DuckDB's COPY statements for rows of marts as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from app.core.csv_manner import Manner
from app.records.marts import MartColumn
from warehouse.publish.csv_injection import defused_in_sql
from warehouse.storage.literals import quoted


def named(column: MartColumn) -> str:
    """Return a column's name as SQL."""
    return f'"{column.column_name}"'


def csv_copy(rows: str, columns: Iterable[MartColumn], labels: Mapping[str, str], manner: Manner, out: Path) -> str:
    """Return DuckDB's COPY of a relation's columns to a CSV file without a byte-order mark.

    Texts that a spreadsheet would take for formulas are kept from it. `labels` are columns with one value in all rows.
    """
    written = {
        "VARCHAR": defused_in_sql("{0}"),
        "DOUBLE": "{0}" if manner.decimal == "." else f"replace(cast({{0}} as varchar), '.', {quoted(manner.decimal)})",
    }
    cells = [f"{written.get(column.data_type, '{0}').format(named(column))} as {named(column)}" for column in columns]
    beside = [f"{quoted(value)} as {name}" for name, value in labels.items()]
    options = f"format csv, header true, delimiter '{manner.separator}'"
    return f"copy (select {', '.join([*cells, *beside])} from {rows}) to {quoted(str(out))} ({options})"


def parquet_copy(rows: str, metadata: Mapping[str, str], out: Path) -> str:
    """Return DuckDB's COPY of a relation to a Parquet file with `metadata` in its schema."""
    pairs = ", ".join(f"{name}: {quoted(value)}" for name, value in metadata.items())
    options = f"format parquet, compression zstd, kv_metadata {{{pairs}}}"
    return f"copy (select * from {rows}) to {quoted(str(out))} ({options})"
