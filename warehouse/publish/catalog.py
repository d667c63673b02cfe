"""The catalog of a version's marts: tables with descriptions, and columns with DuckDB's names of their types."""

from warehouse.publish.engines import Published

_DUCKDB_TABLES = """
    select table_name, comment from duckdb_tables() where schema_name = 'marts'
    union all
    select view_name, comment from duckdb_views() where schema_name = 'marts'
"""
_DUCKDB_COLUMNS = """
    select table_name, column_name, column_index, data_type, comment
    from duckdb_columns() where schema_name = 'marts'
"""
_SERVER_TABLES = """
    select c.relname::text as table_name, obj_description(c.oid, 'pg_class') as comment
    from pg_class as c inner join pg_namespace as n on c.relnamespace = n.oid
    where n.nspname = '{schema}' and c.relkind in ('r', 'v')
"""
_SERVER_COLUMNS = """
    select c.relname::text as table_name, a.attname::text as column_name, a.attnum::integer as column_index,
        case format_type(a.atttypid, null)
            when 'text' then 'VARCHAR' when 'character varying' then 'VARCHAR' when 'double precision' then 'DOUBLE'
            when 'timestamp without time zone' then 'TIMESTAMP' else upper(format_type(a.atttypid, null))
        end as data_type,
        col_description(c.oid, a.attnum) as comment
    from pg_attribute as a
    inner join pg_class as c on a.attrelid = c.oid
    inner join pg_namespace as n on c.relnamespace = n.oid
    where n.nspname = '{schema}' and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
"""


def tables_query(version: Published) -> str:
    """Return the SELECT of a version's marts: table_name, comment."""
    return _DUCKDB_TABLES if version.is_embedded else _SERVER_TABLES.format(schema=version.schema)


def columns_query(version: Published) -> str:
    """Return the SELECT of their columns: table_name, column_name, column_index, data_type (VARCHAR …), comment."""
    return _DUCKDB_COLUMNS if version.is_embedded else _SERVER_COLUMNS.format(schema=version.schema)
