"""Rows of marts for programs: filtered, ordered and paged over what the caller may see.

Filters, order, pages and counts see the released part of a mart only (`sql_views.view`): withheld rows are not there,
protected cells are empty. So no sequence of requests reveals more than the whole released part does.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, cast

from cachetools import LRUCache

from app.core import access, mart_access
from app.core.access import Right, Viewer
from app.core.csv_manner import Manner
from app.core.reader import Reader
from app.queries import marts, sql_views
from app.queries.copies import csv_copy, named, parquet_copy
from app.queries.statements import among
from app.records.mart_rows import Comparison, Condition, Order, RowPage, Selection
from app.records.marts import Mart, MartColumn
from warehouse.intake import detect_full_spare_disk
from warehouse.publish.attached import Attached, Cursor
from warehouse.publish.engines import Published
from warehouse.storage.literals import quoted

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

# Columns that identify rows, in the order in which rows are returned: large marts are stored by period.
KEYS = (
    *("period_code", "year", "plan_code", "form_code", "dimension_code", "target_code", "task_code", "measure_code"),
    *("breakdown_code", "category_code", "submission_id", "reporter_code", "reporter_valid_from", "row_unit_code"),
    *("row_unit_valid_from", "unit_level", "unit_code", "unit_valid_from", "valid_from", "valid_to", "period_window"),
    *("source_period_code", "term", "ancestor_code", "ancestor_valid_from", "peer_rank", "kind", "is_sensitive"),
    *("check_code", "link", "node", "run_version"),
)
# Columns that name a unit; rows of a viewer of some units are about these only.
UNIT_COLUMNS = ("unit_code", "reporter_code", "row_unit_code")
# The places of the rows of recent selections, at most, together.
CACHED_ROWS = 4_000_000
# Larger pages are sorted again: their places would be a statement of megabytes.
MOST_LISTED = 10_000


class _Instance(Attached):
    """A published version with the disclosed ranges beside it, and the places of the rows of recent selections."""

    def __init__(self, published: Published) -> None:
        super().__init__(published)
        self.places: LRUCache[tuple[object, ...], np.ndarray[Any, Any]] = LRUCache(CACHED_ROWS, getsizeof=len)
        self._is_disclosed = False

    def cursor_of(self, viewer: Viewer) -> Cursor:
        """Return a connection for one query of a viewer."""
        if not viewer.may(Right.SMALL_COUNTS):
            with self.lock:
                if not self._is_disclosed:
                    self._disclose(viewer)
                    self._is_disclosed = True
        return self.cursor()

    def _disclose(self, viewer: Viewer) -> None:
        """Create the tables of ranges, which are the same for all viewers without the right to small counts."""
        cursor = self.cursor()
        cursor.execute(f"create schema if not exists {sql_views.SCHEMA}")
        for name, columns in sql_views.disclosed_ranges(Reader(_of_all(viewer), self.published)).items():
            numbers = sql_views.RANGES[name].numbers
            types = ", ".join(f"{one}: '{'double' if one in numbers else 'varchar'}'" for one in columns)
            # Through a file: DuckDB and PyArrow import pandas (94 MB) to read lists of this process.
            with (
                detect_full_spare_disk(),
                NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as file,
            ):
                csv.writer(file).writerows(zip(*columns.values(), strict=True))
                file.flush()
                dialect = "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = ''"
                read = f"read_csv({quoted(file.name)}, {dialect}, columns = {{{types}}})"
                table = f"{sql_views.SCHEMA}.{name}"
                cursor.execute(f"create or replace table {table} as select * from {read}")


# The published version, and one that is still being read.
@lru_cache(maxsize=2)
def _instance(warehouse: Published) -> _Instance:
    return _Instance(warehouse)


def offered(reader: Reader) -> list[Mart]:
    """Return the marts of which the viewer may see any part, by name."""
    return [mart for mart in marts.marts(reader) if mart_access.may_take(reader.viewer, mart.table_name)]


def columns(reader: Reader, mart: str) -> list[MartColumn]:
    """Return the columns of a mart's released part; the ends of ranges last."""
    return sql_views.view_columns(reader, mart)


def page(reader: Reader, selection: Selection, limit: int, offset: int) -> RowPage:
    """Return at most `limit` rows of a selection from `offset` on, as JSON objects. Raises `AccessDeniedError`."""
    cursor = _cursor(reader)
    listed = [
        f"""strftime("{one.column_name}", '%Y-%m-%dT%H:%M:%S') as "{one.column_name}\""""
        if one.data_type == "TIMESTAMP"
        else f'"{one.column_name}"'
        for one in chosen(reader, selection)
    ]
    ordered, count = _page(reader, selection, limit, offset)
    rows = cursor.execute(f"select cast(to_json(t) as varchar) from (select {', '.join(listed)} from ({ordered})) as t")
    return RowPage(tuple(text for (text,) in rows.fetchall()), count)


def first_rows(reader: Reader, selection: Selection, limit: int) -> tuple[list[tuple[Any, ...]], int]:
    """Return at most `limit` rows of a selection, in order, and how many it has. Raises `AccessDeniedError`."""
    ordered, count = _page(reader, selection, limit, 0)
    return _cursor(reader).execute(_listed(reader, selection, ordered)).fetchall(), count


def write_csv(
    reader: Reader,
    selection: Selection,
    limit: int,
    offset: int,
    *,
    labels: dict[str, str],
    manner: Manner,
    out: Path,
) -> int:
    """Write a page of a selection as CSV without a byte-order mark; `labels` are columns with one value in all rows.

    Return how many rows the selection has.
    """
    ordered, count = _page(reader, selection, limit, offset)
    _cursor(reader).execute(csv_copy(f"({ordered})", chosen(reader, selection), labels, manner, out))
    return count


def write_parquet(
    reader: Reader, selection: Selection, limit: int, offset: int, *, metadata: dict[str, str], out: Path
) -> int:
    """Write a page of a selection as Parquet with `metadata` in its schema; return how many rows the selection has."""
    ordered, count = _page(reader, selection, limit, offset)
    _cursor(reader).execute(parquet_copy(f"({_listed(reader, selection, ordered)})", metadata, out))
    return count


def arrow(reader: Reader, selection: Selection, limit: int, offset: int, metadata: dict[str, str]) -> tuple[bytes, int]:
    """Return a page of a selection as an Arrow stream with `metadata` in its schema, and the count of the selection."""
    import pyarrow as pa  # noqa: PLC0415 - the app starts without it

    ordered, count = _page(reader, selection, limit, offset)
    batches = _cursor(reader).execute(_listed(reader, selection, ordered)).to_arrow_reader()
    schema = batches.schema.with_metadata(metadata)
    stream = BytesIO()
    with pa.ipc.new_stream(stream, schema) as writer:
        for batch in batches:
            columns = [_without_leftovers(column) for column in batch.columns]
            writer.write_batch(pa.record_batch(columns, schema=schema))
    return stream.getvalue(), count


def _without_leftovers(column: pa.Array) -> pa.Array:
    """Return a column with zeros in its empty cells.

    DuckDB leaves there what its memory held before, which may be a count that the viewer may not see.
    """
    import pyarrow as pa  # noqa: PLC0415 - as above

    if not column.null_count or not pa.types.is_primitive(column.type):
        return column
    (zero,) = pa.Array.from_buffers(column.type, 1, [None, pa.py_buffer(bytes(8))])
    known, filled = column.is_valid().buffers()[1], column.fill_null(zero).buffers()[1]
    return pa.Array.from_buffers(column.type, len(column), [known, filled])


def values(reader: Reader, selection: Selection) -> list[tuple[Any, ...]]:
    """Return all rows of a selection, with its columns. Raises `AccessDeniedError`."""
    source = _released(reader, selection.mart)
    statement = f"select {', '.join(map(named, chosen(reader, selection)))} from ({source}){_where(selection)}"
    return _cursor(reader).execute(f"{statement} order by {_ordered(reader, selection)}").fetchall()


def chosen(reader: Reader, selection: Selection) -> list[MartColumn]:
    """Return the columns of a selection, in the mart's order."""
    known = columns(reader, selection.mart)
    return [one for one in known if one.column_name in selection.columns] if selection.columns else known


def _of_all(viewer: Viewer) -> Viewer:
    """Return a viewer with the same rights who may read of all units; their rows are chosen afterwards."""
    return replace(viewer, readable_units=None)


def _cursor(reader: Reader) -> Cursor:
    return _instance(reader.warehouse).cursor_of(reader.viewer)


def _listed(reader: Reader, selection: Selection, ordered: str) -> str:
    return f"select {', '.join(map(named, chosen(reader, selection)))} from ({ordered})"


def _page(reader: Reader, selection: Selection, limit: int, offset: int) -> tuple[str, int]:
    """Return a SELECT of all columns of a page, in order, and the number of rows of the selection."""
    order = _ordered(reader, selection)
    if limit > MOST_LISTED or not marts.is_stored(reader, selection.mart):
        source = f"select * from ({_released(reader, selection.mart)}){_where(selection)}"
        ((count,),) = _cursor(reader).execute(f"select count(*) from ({source})").fetchall()
        return f"{source} order by {order} limit {limit} offset {offset}", count
    places = _places(reader, selection)
    source = _released(reader, selection.mart, numbered=True)
    on_page = places[offset : offset + limit]
    if not len(on_page):
        return f"select * from ({source}) where false", len(places)
    # The bounds let the warehouse skip what it stores elsewhere.
    bounds = f"{marts.ROW} between {on_page.min()} and {on_page.max()}"
    listed = ", ".join(map(str, on_page))
    chosen_rows = f"select * from ({source}) where {bounds} and {marts.ROW} in ({listed})"
    return f"{chosen_rows} order by {order} limit {len(on_page)}", len(places)


def _places(reader: Reader, selection: Selection) -> np.ndarray[Any, Any]:
    """Return where the rows of a selection are stored, in their order; kept, so that a walk over pages sorts once."""
    instance = _instance(reader.warehouse)
    key = (reader.viewer, selection.mart, selection.conditions, selection.order)
    with instance.lock:
        known = instance.places.get(key)
    if known is not None:
        return known
    source = _released(reader, selection.mart, numbered=True)
    order = _ordered(reader, selection)
    statement = f"select {marts.ROW} from ({source}){_where(selection)} order by {order}"
    places = cast("np.ndarray[Any, Any]", _cursor(reader).execute(statement).fetchnumpy()[marts.ROW])
    if len(places) <= CACHED_ROWS:
        with instance.lock:
            instance.places[key] = places
    return places


def _released(reader: Reader, mart: str, *, numbered: bool = False) -> str:
    """Return the SELECT of the part of a mart that the viewer may see: of some units only, rows about these."""
    viewer = reader.viewer
    source = sql_views.view(replace(reader, viewer=_of_all(viewer)), mart, numbered=numbered)
    if viewer.readable_units is None:
        return source
    access.require(viewer, Right.READ)
    names = {one.column_name for one in columns(reader, mart)}
    conditions = [among(name, sorted(viewer.readable_units)) for name in UNIT_COLUMNS if name in names]
    return f"select * from ({source}) where {' and '.join(conditions)}" if conditions else source


def _where(selection: Selection) -> str:
    return f" where {' and '.join(map(_condition, selection.conditions))}" if selection.conditions else ""


def _condition(condition: Condition) -> str:
    column = f'"{condition.column}"'
    if condition.comparison in (Comparison.NULL, Comparison.FILLED):
        return f"{column} {condition.comparison.value}"
    if condition.comparison is Comparison.IN:
        return f"{column} in ({', '.join(condition.literals)})"
    return f"{column} {condition.comparison.value} {condition.literals[0]}"


def _ordered(reader: Reader, selection: Selection) -> str:
    """Return the complete order of a selection: the requested columns, then those that identify a row."""
    names = {one.column_name for one in columns(reader, selection.mart)}
    keys = [name for name in KEYS if name in names] or sorted(names)
    return ", ".join(map(_direction, [*selection.order, *(Order(name) for name in keys)]))


def _direction(order: Order) -> str:
    return f'"{order.column}" {"desc" if order.is_descending else "asc"} nulls last'
