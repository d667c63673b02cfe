"""Versions in a PostgreSQL database: each in schemas of its own, readers use the views of schema `marts`.

A version `v` has one schema for each layer (`v_raw` … `v_marts`); its manifest is a row of `versions.manifest`, written
in the transaction that gives the schemas their names. Each view of `marts` has the rows of the version that the one row
of `versions.published` names, so changing that row switches all of them at once, and a statement or a transaction that
reads one snapshot reads one version. The views are redefined for a version beforehand, one by one: a transaction that
redefined all of them would lock views in another order than a reader, and the server would end one of both.
"""

import hashlib
import json
import random
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace

from psycopg import errors, sql

from warehouse.errors import ServerError
from warehouse.publish.row_scope import EMPTIED
from warehouse.publish.row_security import create_readers, secure, view_cell, view_condition
from warehouse.publish.server import Connection, check_database, connected, end_leftovers, lock_builds, name, one
from warehouse.publish.server_tables import (
    Column,
    Table,
    columns_of_server,
    describe,
    names_of_columns,
    tables_of_server,
)
from warehouse.publish.version_name import by_age
from warehouse.publish.versions import NO_MANIFEST, NO_WAREHOUSE, OTHER_CONTENT, Manifest, manifest_from

RAW, INTERMEDIATE, MARTS = "raw", "intermediate", "marts"
LAYERS = (RAW, "reference", "staging", INTERMEDIATE, MARTS)
# Prefix of the schemas of the version that is being built.
BUILDING = "building"
# Schema of that prefix for what an increment needs beside the models.
WORK = "work"
# Columns by which pages select rows: without an index, each query would read the whole table.
INDEXED = ("period_code", "unit_code", "target_code", "reporter_code", "row_unit_code")
LEAST_INDEXED_ROWS = 1_000
# A view in use is waited for so long, then tried again: readers do not queue up behind who waits.
LOCK_WAIT_MS, SWITCH_S = 500, 60
_MANIFESTS = "versions.manifest"
# Names and types of columns.
Kinds = list[tuple[str, str]]
# Number and sum of digests of the rows of each table of marts, by its name.
RowDigests = Mapping[str, tuple[int, int]]
_WHOLE_ROW, _ONCE = sql.SQL("t"), sql.SQL("1")
_CREATE = """
    create schema if not exists versions;
    create schema if not exists marts;
    create table if not exists versions.manifest (version text primary key, content jsonb not null);
    comment on table versions.manifest is 'One row per complete version, with what it was made from.';
    alter table versions.manifest add column if not exists rows jsonb;
    create table if not exists versions.published (
        is_only boolean primary key default true check (is_only), version text not null, previous text
    );
    comment on table versions.published is 'One row: the version that the views of marts show, and the one before it.';
"""
_PUBLISHED = "versions.published"


def schema_of(version: str, layer: str) -> str:
    """Return the schema of a layer of a version."""
    return f"{version}_{layer}"


@contextmanager
def building(url: str) -> Iterator[dict[str, str] | None]:
    """Hold the server's lock of builds during the block; give its holder instead if it is held.

    The first time, the tables for versions are created; what a killed build left is removed. Raises ServerError.
    """
    with connected(url, autocommit=True) as connection:
        check_database(connection)
        holder = lock_builds(connection)
        if holder is None:
            end_leftovers(connection)
            connection.execute(_CREATE)
            create_readers(connection)
            drop_unfinished(connection)
        yield holder


def versions(url: str) -> list[Manifest]:
    """Return the complete versions on the server, newest first. Raises ServerError."""
    with connected(url) as connection:
        return _manifests(connection)


def current(url: str) -> Manifest | None:
    """Return the manifest of the published version; None without. Raises ServerError."""
    with connected(url) as connection:
        published = published_version(connection)
        return next((kept for kept in _manifests(connection) if kept.version == published), None)


def published_version(connection: Connection) -> str | None:
    """Return the version that the views of `marts` show; None without."""
    return next(iter(_shown(connection)), None)


def damage(url: str, version: str) -> str | None:
    """Return the fault of a version, one of NO_MANIFEST, NO_WAREHOUSE, OTHER_CONTENT; None if it is as it was built."""
    with connected(url) as connection:
        return _damage(connection, version)


def create_schemas(connection: Connection, version: str, prefix: str = BUILDING) -> None:
    """Create the schemas of a prefix, by default those to be built, and note the version that they are for."""
    for layer in LAYERS:
        connection.execute(sql.SQL("create schema {}").format(name(schema_of(prefix, layer))))
    note_version(connection, prefix, version)


def note_version(connection: Connection, prefix: str, version: str | None) -> None:
    """Note of which version the schemas of a prefix are a copy, or what they are to become.

    A restart of the server ends the lock of builds, and another builder may then make schemas to be built of its own.
    """
    schema = name(schema_of(prefix, RAW))
    connection.execute(sql.SQL("comment on schema {} is {}").format(schema, sql.Literal(version)))


def noted_version(connection: Connection, prefix: str) -> str | None:
    """Return the version that is noted of the schemas of a prefix; None without them."""
    version: str | None
    query = "select obj_description(to_regnamespace(%s), 'pg_namespace')"
    (version,) = one(connection, query, schema_of(prefix, RAW))
    return version


def rename_schemas(connection: Connection, before: str, after: str) -> None:
    """Give the schemas of a prefix another one, such as the name of their version."""
    for layer in LAYERS:
        statement = sql.SQL("alter schema {} rename to {}")
        connection.execute(statement.format(name(schema_of(before, layer)), name(schema_of(after, layer))))


def drop_schemas(connection: Connection, prefix: str) -> None:
    """Remove the schemas of a prefix, as far as they exist, with all that is in them."""
    for layer in LAYERS:
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(name(schema_of(prefix, layer))))


def complete(connection: Connection, manifest: Manifest, known: RowDigests) -> None:
    """Give the schemas being built their version's name and record its manifest: in the caller's transaction.

    Rows of tables are read for the version's digest, unless theirs are known. Raises ServerError if the schemas are
    another builder's.
    """
    if noted_version(connection, BUILDING) != manifest.version:
        raise ServerError("build_replaced")
    schema = schema_of(BUILDING, MARTS)
    (size,) = one(
        connection,
        "select coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint from pg_class "
        "inner join pg_namespace on relnamespace = pg_namespace.oid where nspname like %s and relkind in ('r', 'm')",
        f"{BUILDING}\\_%",
    )
    digests = _row_digests(connection, schema, known)
    completed = replace(manifest, warehouse_bytes=size, warehouse_sha256=_digest(connection, schema, digests))
    note_version(connection, BUILDING, None)
    rename_schemas(connection, BUILDING, manifest.version)
    connection.execute(
        "insert into versions.manifest (version, content, rows) values (%s, %s, %s)",
        [manifest.version, json.dumps(asdict(completed)), json.dumps(digests)],
    )
    secure(connection, schema_of(manifest.version, MARTS))
    _grant(connection, schema_of(manifest.version, MARTS))


def prepare_for_reading(connection: Connection) -> None:
    """Index the marts being built by the columns that pages select by."""
    schema = schema_of(BUILDING, MARTS)
    for table in tables_of_server(connection, schema):
        if not table.is_view:
            index_table(connection, schema, table.name)


def index_table(connection: Connection, schema: str, table: str) -> None:
    """Index a mart by the columns that pages select by, unless it is small or has its indexes."""
    relation = name(schema, table)
    if one(connection, "select 1 from pg_indexes where schemaname = %s and tablename = %s limit 1", schema, table):
        return
    (count,) = one(connection, sql.SQL("select count(*) from {}").format(relation).as_string(connection))
    for column in columns_of_server(connection, schema, table) if count >= LEAST_INDEXED_ROWS else ():
        if column.name in INDEXED:
            connection.execute(sql.SQL("create index on {} ({})").format(relation, name(column.name)))


def publish(url: str, version: str) -> None:
    """Have the views of `marts` show `version` from one moment on. Raises ServerError.

    A statement that runs meanwhile, and one that begins meanwhile, reads one version in all its tables; a transaction
    with isolation level repeatable read keeps to its version until two more have been published.
    """
    with connected(url, autocommit=True) as connection:
        create_readers(connection)
        before = published_version(connection)
        _define_views(connection, [version, *([before] if before and before != version else [])])
        with connection.transaction():
            connection.execute(
                "insert into versions.published (version) values (%s) on conflict (is_only) "
                "do update set version = excluded.version, previous = published.version "
                "where published.version <> excluded.version",
                [version],
            )
        tables = {table.name for table in tables_of_server(connection, schema_of(version, MARTS))}
        for view in tables_of_server(connection, MARTS):
            if view.name not in tables:
                connection.execute(sql.SQL("drop view {}").format(name(MARTS, view.name)))


def remove_old(url: str, keep: int, held: Collection[str]) -> None:
    """Remove versions beyond the number kept, except those `held`, the published one and the one published before it.

    A version that is being read is left for the next time. Call only while holding the lock of builds.
    """
    with connected(url, autocommit=True) as connection:
        shown = _shown(connection)
        others = [kept.version for kept in _manifests(connection) if kept.version not in held]
        leaving = [version for version in others[keep:] if version not in shown]
        if not leaving:
            return
        # A publication that was interrupted left views that name its version, too.
        _define_views(connection, shown)
        connection.execute(f"set lock_timeout = {LOCK_WAIT_MS}")
        for version in leaving:
            try:
                with connection.transaction():
                    remove(connection, version)
            except (errors.LockNotAvailable, errors.DeadlockDetected):
                continue


def remove(connection: Connection, version: str) -> None:
    """Remove a version that is not published."""
    connection.execute("delete from versions.manifest where version = %s", [version])
    drop_schemas(connection, version)


def drop_unfinished(connection: Connection) -> None:
    """Remove the schemas of a build that did not finish."""
    drop_schemas(connection, BUILDING)
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(name(schema_of(BUILDING, WORK))))


def _manifests(connection: Connection) -> list[Manifest]:
    if not _exists(connection, _MANIFESTS):
        return []
    rows = connection.execute("select version, content from versions.manifest").fetchall()
    manifests = [manifest for version, content in rows if (manifest := manifest_from(content, version))]
    return sorted(manifests, key=lambda manifest: by_age(manifest.version), reverse=True)


def _exists(connection: Connection, relation: str) -> bool:
    return one(connection, "select to_regclass(%s)", relation)[0] is not None


def _damage(connection: Connection, version: str) -> str | None:
    manifest = next((kept for kept in _manifests(connection) if kept.version == version), None)
    if manifest is None:
        return NO_MANIFEST
    schema = schema_of(version, MARTS)
    if not tables_of_server(connection, schema):
        return NO_WAREHOUSE
    found = _digest(connection, schema, _row_digests(connection, schema, {}))
    return None if found == manifest.warehouse_sha256 else OTHER_CONTENT


def row_digests(connection: Connection, version: str) -> RowDigests:
    """Return the digests of a version's rows as they were computed when it was built; empty before they were kept."""
    (kept,) = one(connection, "select coalesce(rows, '{}') from versions.manifest where version = %s", version)
    return {table: (count, total) for table, (count, total) in kept.items()}


def changed_digest(connection: Connection, before: tuple[int, int], relation: sql.Composable) -> tuple[int, int]:
    """Return the digest of a table's rows after a change.

    `relation` has the columns of the table, and then `surplus`: 1 for rows that it has since, -1 for rows that it had.
    """
    *columns, surplus = names_of_columns(connection, relation.as_string(connection))
    row = sql.SQL("row({})").format(sql.SQL(", ").join(map(name, columns)))
    count, total = _rows_digest(connection, relation, row, sql.SQL("{}::numeric").format(name(surplus)))
    return before[0] + count, before[1] + total


def _rows_digest(
    connection: Connection,
    relation: sql.Composable,
    row: sql.Composable = _WHOLE_ROW,
    factor: sql.Composable = _ONCE,
) -> tuple[int, int]:
    """Return number and sum of digests of a relation's rows, whatever their order."""
    # A role that may not read every row gets an error, not the digest of those that it may.
    connection.execute("set row_security = off")
    query = sql.SQL(
        "select coalesce(sum({factor}), 0)::bigint, coalesce(sum({factor} * hashtextextended({row}::text, 0)), 0) "
        "from {relation} as t"
    ).format(factor=factor, row=row, relation=relation)
    count, total = one(connection, query.as_string(connection))
    return count, int(total)


def _row_digests(connection: Connection, schema: str, known: RowDigests) -> RowDigests:
    return {
        table.name: known.get(table.name) or _rows_digest(connection, name(schema, table.name))
        for table in tables_of_server(connection, schema)
        if not table.is_view
    }


def _digest(connection: Connection, schema: str, rows: RowDigests) -> str:
    """Return a digest of all rows of a schema's tables, independent of their order, and of the text of its views."""
    lines = []
    for table in tables_of_server(connection, schema):
        columns = [(column.name, column.kind) for column in columns_of_server(connection, schema, table.name)]
        counted = () if table.is_view else (rows[table.name][0], str(rows[table.name][1]))
        lines.append(json.dumps([table.name, columns, counted]))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _shown(connection: Connection) -> list[str]:
    """Return the versions that views name: the published one first, then the one before it, as far as they exist."""
    if not _exists(connection, _PUBLISHED):
        return []
    row = connection.execute("select version, previous from versions.published").fetchone() or ()
    stored = {manifest.version for manifest in _manifests(connection)}
    return [version for version in row if version in stored]


def _define_views(connection: Connection, shown: list[str]) -> None:
    """Define each view of `marts` for the marts of the first version: it has the rows of the published one of `shown`.

    Raises ServerError if a view stays in use.
    """
    if not shown:
        return
    schemas = [schema_of(version, MARTS) for version in shown]
    present = {schema: {table.name for table in tables_of_server(connection, schema)} for schema in schemas}
    for table in tables_of_server(connection, schemas[0]):
        columns = columns_of_server(connection, schemas[0], table.name)
        kinds = _exact_types(connection, schemas[0], table.name)
        branches = [
            _branch(connection, kinds, version, table.name)
            for version, schema in zip(shown, schemas, strict=True)
            if table.name in present[schema]
        ]
        _define_view(connection, table, columns, kinds, branches)


def _branch(connection: Connection, kinds: Kinds, version: str, table: str) -> sql.Composed:
    """Return the SELECT of a version's rows of a mart, as long as it is published, with columns of these types.

    A column that the version lacks is empty. Each role gets the rows of its rights.
    """
    schema = schema_of(version, MARTS)
    own = dict(_exact_types(connection, schema, table))
    cells = [
        name(column)
        if own.get(column) == kind and column not in EMPTIED.get(table, ())
        else sql.SQL("{}::{} as {}").format(
            view_cell(table, column) if column in own else sql.NULL, sql.SQL(kind), name(column)
        )
        for column, kind in kinds
    ]
    return sql.SQL("select {} from {} where (select version from versions.published) = {} and {}").format(
        sql.SQL(", ").join(cells), name(schema, table), sql.Literal(version), view_condition(connection, schema, table)
    )


def _define_view(
    connection: Connection, table: Table, columns: Sequence[Column], kinds: Kinds, branches: Sequence[sql.Composed]
) -> None:
    """Create a view of `marts` or define it again, alone in its transaction."""
    relation, query = name(MARTS, table.name), sql.SQL(" union all ").join(branches)
    began = time.monotonic()
    while True:
        try:
            with connection.transaction():
                connection.execute(f"set local lock_timeout = {LOCK_WAIT_MS}")
                before = _exact_types(connection, MARTS, table.name)
                # A view can be replaced by one with more columns, at its end.
                if kinds[: len(before)] != before:
                    connection.execute(sql.SQL("drop view {}").format(relation))
                # A condition of a reader's own sees no row that the view leaves out.
                statement = sql.SQL("create or replace view {} with (security_barrier) as {}")
                connection.execute(statement.format(relation, query))
                describe(connection, "view", (MARTS, table.name), table.comment, columns)
            return
        except (errors.LockNotAvailable, errors.DeadlockDetected) as error:
            if time.monotonic() - began > SWITCH_S:
                raise ServerError("server_busy", seconds=SWITCH_S) from error
        time.sleep(random.uniform(0.02, 0.2))  # noqa: S311 - spreads the tries


def _grant(connection: Connection, schema: str) -> None:
    """Let those who may use the schema `versions` read the marts of a version."""
    query = (
        "select distinct grantee::regrole::text from pg_namespace, aclexplode(nspacl) "
        "where nspname = 'versions' and privilege_type = 'USAGE' and grantee not in (0, nspowner)"
    )
    for (role,) in connection.execute(query).fetchall():
        # The name of a role comes from the server, quoted.
        reader = sql.SQL(role)
        connection.execute(sql.SQL("grant usage on schema {} to {}").format(name(schema), reader))
        connection.execute(sql.SQL("grant select on all tables in schema {} to {}").format(name(schema), reader))


def _exact_types(connection: Connection, schema: str, table: str) -> Kinds:
    """Return names and types, with their lengths, of the columns of a table or view; none without it."""
    query = (
        "select attname, format_type(atttypid, atttypmod) from pg_attribute "
        "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum"
    )
    found: Kinds = connection.execute(query, [name(schema, table).as_string(connection)]).fetchall()
    return found
