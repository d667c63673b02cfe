"""The marts that a caller may see, with their columns and definitions."""

from __future__ import annotations

from collections.abc import Mapping

from app.api.errors import NOT_FOUND, ApiError
from app.api.parameters import JSON_TYPES
from app.core import mart_access
from app.core.reader import Reader
from app.core.url_state import in_plan
from app.queries import mart_rows, sql_views
from app.records.marts import Mart, MartColumn
from app.ui import mart_descriptions

# Shorter addresses of the marts with definitions and states of reports.
COLLECTIONS: Mapping[str, str] = {
    "plans": "dim_plan",
    "targets": "dim_target",
    "target-periods": "dim_target_period",
    "units": "dim_unit",
    "periods": "dim_period",
    "measures": "dim_measure",
    "tasks": "dim_task",
    "report-states": "fct_reporter_period",
}


def offered(reader: Reader) -> list[Mart]:
    """Return the marts that the caller may see, facts first."""
    return mart_descriptions.in_order(mart_rows.offered(reader))


def mart_named(reader: Reader, name: str) -> Mart:
    """Return a mart that the caller may see. Raises ApiError for any other name, `AccessDeniedError`."""
    found = next((mart for mart in mart_rows.offered(reader) if mart.table_name == name), None)
    if found is None:
        raise ApiError("unknown_mart", NOT_FOUND, mart=name)
    return found


def mart_list(reader: Reader) -> dict[str, object]:
    """Return every mart that the caller may see: name, title, grain, columns, whether rows are withheld."""
    return {"version": reader.warehouse.version, "data": [_brief(reader, mart) for mart in offered(reader)]}


def described(reader: Reader, mart: Mart) -> dict[str, object]:
    """Return a mart with each column: type, unit and meaning, and `range_of` for the end of a range."""
    listed = [_described_column(mart, column) for column in mart_rows.columns(reader, mart.table_name)]
    return {"version": reader.warehouse.version, **_brief(reader, mart), "columns": listed}


def _brief(reader: Reader, mart: Mart) -> dict[str, object]:
    name = mart.table_name
    return {
        "name": name,
        "title": mart_descriptions.title(mart),
        "grain": mart_descriptions.grain(mart),
        "is_whole": mart_access.release(reader.viewer, name).is_whole and reader.viewer.readable_units is None,
        "rows": in_plan(f"/api/v1/marts/{name}/rows"),
    }


def _described_column(mart: Mart, column: MartColumn) -> dict[str, object]:
    end = sql_views.range_of(mart.table_name, column.column_name)
    return {
        "name": column.column_name,
        **JSON_TYPES[column.data_type],
        "unit": mart_descriptions.unit(column),
        "meaning": mart_descriptions.view_meaning(mart.table_name, column),
        "range_of": end[0] if end else None,
    }
