"""The comparison of a mart that two engines computed: exact, but for the last digits of shares and distances."""

from collections.abc import Mapping

import duckdb

# Differences of the engines' arithmetic in the last digits: shares and distances, whose terms are added in any order.
TOLERANCE = 1e-9
TOLERANT_SUFFIXES = ("_pct", "distance")


def types_of(connection: duckdb.DuckDBPyConnection, table: str, database: str = "warehouse") -> dict[str, str]:
    """Return the types of a mart's columns by name, in their order, in an attached database."""
    query = (
        "select column_name, data_type from duckdb_columns() where database_name = ? "
        "and schema_name = 'marts' and table_name = ? order by column_index"
    )
    return dict(connection.execute(query, [database, table]).fetchall())


def differing_rows(
    connection: duckdb.DuckDBPyConnection, table: str, types: Mapping[str, str], theirs: str, engine: str
) -> list[str]:
    """Return at most 5 rows of a mart that have no equal in `theirs`, or are there only, which `engine` computed.

    The mart is that of the attached database `warehouse`, with columns of these types. Rows are equal if their tolerant
    columns are close and all others are identical. Equal rows are counted.
    """
    tolerant = [name for name, kind in types.items() if kind == "DOUBLE" and name.endswith(TOLERANT_SUFFIXES)]
    exact = [name for name in types if name not in tolerant]
    place = f"row_number() over (partition by {_list(exact)} order by {_list(tolerant) or '1'}) as place"
    same = " and ".join(f'ours."{name}" is not distinct from theirs."{name}"' for name in [*exact, "place"])
    close = "".join(
        f' and (ours."{name}" is null) = (theirs."{name}" is null) and coalesce(abs(ours."{name}" - theirs."{name}") '
        f'<= {TOLERANCE} * greatest(1, abs(ours."{name}")), true)'
        for name in tolerant
    )
    query = f"""
        with ours as (select *, {place} from warehouse.marts."{table}"),
        theirs as (select *, {place} from {theirs})
        select 'DuckDB', * from ours where not exists (from theirs where {same}{close})
        union all
        select '{engine}', * from theirs where not exists (from ours where {same}{close})
        limit 5
    """
    return [f"{name} only: {row}" for name, *row in connection.execute(query).fetchall()]


def _list(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
