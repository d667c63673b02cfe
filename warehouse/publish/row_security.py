"""Row security of PostgreSQL: which rows of the marts a connection gets, whatever its statement leaves out.

Two kinds of rows are guarded: those of a unit, and those that count people (decision 12). A version's tables have
policies for the app, which names its viewer's rights at the beginning of each transaction. The views of schema `marts`
have the same condition for tools, whose rights are rows of `versions.reader`. Dimensions hold no figures and are open.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from psycopg import sql

from warehouse.publish.row_scope import (
    ALL,
    EMPTIED,
    FACTS,
    OWN_COLUMNS,
    PEOPLE,
    PEOPLE_SETTING,
    SEPARATOR,
    UNIT_COLUMNS,
    UNITS_SETTING,
    Counting,
)
from warehouse.publish.server import Connection, name, one
from warehouse.publish.server_tables import columns_of_server, tables_of_server

# How a row of each kind of mart states that it counts no people: the column, and the condition.
_OPEN: Mapping[Counting, tuple[str, str]] = {
    Counting.TARGET: (
        "target_code",
        "target_code not in (select target_code from {schema}.dim_target where is_sensitive)",
    ),
    Counting.MEASURE: (
        "measure_code",
        "measure_code not in (select measure_code from {schema}.dim_measure where is_sensitive)",
    ),
    Counting.ROW: ("is_sensitive", "not is_sensitive"),
}
_READERS = "versions.reader"
_CREATE_READERS = """
    create table versions.reader (
        role_name text primary key, units text[] not null default '{}', people_units text[] not null default '{}'
    );
    comment on table versions.reader is 'One row per role that reads the views of marts: the units of which it gets '
        'figures, and those of which it gets counts of people. {*} is every unit; a role without a row gets none.';
    create view versions.own_rows as
    select
        case when own.is_owner then '{*}' else coalesce(r.units, '{}') end as units,
        case when own.is_owner then '{*}' else coalesce(r.people_units, '{}') end as people_units
    from (
        select session_user::text as role_name, pg_has_role(session_user, nspowner, 'member') as is_owner
        from pg_namespace where nspname = 'versions'
    ) as own left join versions.reader as r on own.role_name = r.role_name;
    comment on view versions.own_rows is 'One row: what the role of this session gets of the views of marts.';
    insert into versions.reader (role_name, units, people_units)
    select distinct pg_get_userbyid(grantee)::text, array['*'], array['*']
    from pg_namespace, aclexplode(nspacl)
    where nspname = 'marts' and privilege_type = 'USAGE' and grantee not in (0, nspowner)
        and not has_schema_privilege(grantee, 'versions', 'usage');
"""


@dataclass(frozen=True)
class _Rights:
    """SQL of the units that a session may read and of those whose people it may read, as arrays."""

    units: sql.Composable
    people_units: sql.Composable


_OF_VIEWER = _Rights(
    *(
        sql.SQL("string_to_array(current_setting({}, true), {})").format(sql.Literal(setting), sql.Literal(SEPARATOR))
        for setting in (UNITS_SETTING, PEOPLE_SETTING)
    )
)
_OF_ROLE = _Rights(
    sql.SQL("(select units from versions.own_rows)"), sql.SQL("(select people_units from versions.own_rows)")
)


def create_readers(connection: Connection) -> None:
    """Create the table of rights of tools' roles, once. Roles that read the views until now continue to read all."""
    if one(connection, "select to_regclass(%s)", _READERS)[0] is None:
        connection.execute(_CREATE_READERS)


def secure(connection: Connection, schema: str) -> None:
    """Have every reader of a version's facts but their owner get the rows of the rights that it named.

    Without any it gets none. Every fact must be a table: the server guards rows of no views.
    """
    for table in tables_of_server(connection, schema):
        if not table.name.startswith(FACTS):
            continue
        condition = _condition(connection, schema, table.name, _OF_VIEWER)
        relation = name(schema, table.name)
        connection.execute(sql.SQL("alter table {} enable row level security").format(relation))
        connection.execute(sql.SQL("create policy viewer on {} for select using ({})").format(relation, condition))


def view_condition(connection: Connection, schema: str, table: str) -> sql.Composable:
    """Return the condition of a version's rows of a mart for the role that reads the view of it."""
    return _condition(connection, schema, table, _OF_ROLE) if table.startswith(FACTS) else sql.SQL("true")


def view_cell(table: str, column: str) -> sql.Composable:
    """Return a column of a view of `marts`, empty where the role that reads it may not see counts of people."""
    if column not in EMPTIED.get(table, ()):
        return name(column)
    return sql.SQL("case when {} then {} end").format(_every(_OF_ROLE.people_units), name(column))


def _condition(connection: Connection, schema: str, table: str, rights: _Rights) -> sql.Composable:
    columns = {column.name for column in columns_of_server(connection, schema, table)}
    parts = [_people(schema, table, columns, rights)]
    if unit := next((column for column in UNIT_COLUMNS if column in columns), None):
        parts.append(sql.SQL("({} or {})").format(_every(rights.units), _among(unit, rights.units)))
    return sql.SQL(" and ").join(parts)


def _people(schema: str, table: str, columns: Collection[str], rights: _Rights) -> sql.Composable:
    """Return the condition of rows that count no people, or those of a unit whose people may be read."""
    if PEOPLE.get(table) == ():
        return sql.SQL("true")
    kinds = [_OPEN[kind] for kind in PEOPLE.get(table, ())]
    # A version of another release may lack a column: then none of its rows is known to count no people.
    is_known = bool(kinds) and all(column in columns for column, _ in kinds)
    opened: list[sql.Composable] = (
        [sql.SQL(text).format(schema=name(schema)) for _, text in kinds] if is_known else [sql.SQL("false")]
    )
    own = [_among(column, rights.people_units) for column in OWN_COLUMNS if column in columns]
    ways = [_every(rights.people_units), sql.SQL("({})").format(sql.SQL(" and ").join(opened)), *own]
    return sql.SQL("({})").format(sql.SQL(" or ").join(ways))


def _every(units: sql.Composable) -> sql.Composable:
    # In a SELECT of its own an expression without columns is computed once, not for each row.
    # The cast keeps a SELECT from being taken for a list of rows.
    return sql.SQL("(select {} = any(({})::text[]))").format(sql.Literal(ALL), units)


def _among(column: str, units: sql.Composable) -> sql.Composable:
    return sql.SQL("{} = any((select {})::text[])").format(name(column), units)
