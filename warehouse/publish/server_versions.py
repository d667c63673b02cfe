"""Versions in a PostgreSQL database: each in schemas of its own, readers use the views of schema `marts`.

A version `v` has one schema for each layer (`v_raw` … `v_marts`); its manifest is a row of `versions.manifest`, written
in the transaction that gives the schemas their names. The views of `marts` show the published version; one transaction
switches all of them.
"""

import hashlib
import json
import random
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

from psycopg import errors, sql

from warehouse.errors import ServerError
from warehouse.publish.server import Connection, check_database, connected, end_leftovers, lock_builds, name, one
from warehouse.publish.server_tables import columns_of_server, describe, tables_of_server
from warehouse.publish.versions import NO_MANIFEST, NO_WAREHOUSE, OTHER_CONTENT, Manifest, manifest_from

RAW, MARTS = "raw", "marts"
LAYERS = (RAW, "reference", "staging", "intermediate", MARTS)
# Prefix of the schemas of the version that is being built.
BUILDING = "building"
# Columns by which pages select rows: without an index, each query would read the whole table.
INDEXED = ("period_code", "unit_code", "target_code", "reporter_code", "row_unit_code")
LEAST_INDEXED_ROWS = 1_000
# A switch waits so long for a view in use, takes everything back and tries again: readers do not queue up behind it,
# and the server does not end one of them as a deadlock, which it looks for after a second.
LOCK_WAIT_MS, SWITCH_S = 300, 60
_MANIFESTS = "versions.manifest"
_CREATE = """
    create schema if not exists versions;
    create schema if not exists marts;
    create table if not exists versions.manifest (version text primary key, content jsonb not null);
    comment on table versions.manifest is 'One row per complete version, with what it was made from.'
"""


def schema_of(version: str, layer: str) -> str:
    """Return the schema of a layer of a version."""
    return f"{version}_{layer}"


@contextmanager
def building(url: str) -> Iterator[dict[str, str] | None]:
    """Hold the server's lock of builds during the block; give its holder instead if it is held.

    The first time, the tables for versions are created; what a killed build left is removed. Raises ServerError.
    """
    with connected(url, autocommit=True) as connection:
        holder = lock_builds(connection)
        if holder is None:
            check_database(connection)
            end_leftovers(connection)
            connection.execute(_CREATE)
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
    if not _exists(connection, "marts.publication"):
        return None
    version: str = one(connection, "select version from marts.publication")[0]
    return version


def damage(url: str, version: str) -> str | None:
    """Return the fault of a version, one of NO_MANIFEST, NO_WAREHOUSE, OTHER_CONTENT; None if it is as it was built."""
    with connected(url) as connection:
        return _damage(connection, version)


def create_schemas(connection: Connection) -> None:
    """Create the schemas of a version to be built."""
    for layer in LAYERS:
        connection.execute(sql.SQL("create schema {}").format(name(schema_of(BUILDING, layer))))


def complete(connection: Connection, manifest: Manifest) -> None:
    """Give the schemas being built their version's name and record its manifest: in the caller's transaction."""
    schema = schema_of(BUILDING, MARTS)
    (size,) = one(
        connection,
        "select coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint from pg_class "
        "inner join pg_namespace on relnamespace = pg_namespace.oid where nspname like %s and relkind in ('r', 'm')",
        f"{BUILDING}\\_%",
    )
    completed = replace(manifest, warehouse_bytes=size, warehouse_sha256=_digest(connection, schema))
    for layer in LAYERS:
        statement = sql.SQL("alter schema {} rename to {}")
        connection.execute(statement.format(name(schema_of(BUILDING, layer)), name(schema_of(manifest.version, layer))))
    connection.execute(
        "insert into versions.manifest values (%s, %s)", [manifest.version, json.dumps(asdict(completed))]
    )


def create_indexes(connection: Connection) -> None:
    """Index the marts being built by the columns that pages select by, and have the planner know their rows."""
    schema = schema_of(BUILDING, MARTS)
    for table in tables_of_server(connection, schema):
        relation = name(schema, table.name)
        if table.is_view:
            continue
        (count,) = one(connection, sql.SQL("select count(*) from {}").format(relation).as_string(connection))
        for column in columns_of_server(connection, schema, table.name) if count >= LEAST_INDEXED_ROWS else ():
            if column.name in INDEXED:
                connection.execute(sql.SQL("create index on {} ({})").format(relation, name(column.name)))


def publish(url: str, version: str) -> None:
    """Switch the views of `marts` to `version`, all in one transaction. Raises ServerError.

    A statement that runs meanwhile, and one that begins meanwhile, reads one version in all its tables.
    """
    began = time.monotonic()
    while True:
        try:
            with connected(url) as connection:
                connection.execute(f"set local lock_timeout = {LOCK_WAIT_MS}")
                _switch(connection, schema_of(version, MARTS))
                return
        except ServerError as error:
            is_in_use = isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected)
            if not is_in_use:
                raise
            if time.monotonic() - began > SWITCH_S:
                raise ServerError("server_busy", seconds=SWITCH_S) from error
        time.sleep(random.uniform(0.02, 0.2))  # noqa: S311 - spreads the tries


def remove_old(url: str, keep: int, held: Collection[str]) -> None:
    """Remove versions beyond the number kept, except those `held` and the published one.

    A version that is being read is left for the next time. Call only while holding the lock of builds.
    """
    with connected(url, autocommit=True) as connection:
        published = published_version(connection)
        others = [kept.version for kept in _manifests(connection) if kept.version not in held]
        connection.execute(f"set lock_timeout = {LOCK_WAIT_MS}")
        for version in others[keep:]:
            if version == published:
                continue
            try:
                with connection.transaction():
                    remove(connection, version)
            except (errors.LockNotAvailable, errors.DeadlockDetected):
                continue


def remove(connection: Connection, version: str) -> None:
    """Remove a version that is not published."""
    connection.execute("delete from versions.manifest where version = %s", [version])
    _drop(connection, version)


def drop_unfinished(connection: Connection) -> None:
    """Remove the schemas of a build that did not finish."""
    _drop(connection, BUILDING)


def _manifests(connection: Connection) -> list[Manifest]:
    if not _exists(connection, _MANIFESTS):
        return []
    rows = connection.execute("select version, content from versions.manifest order by version desc").fetchall()
    manifests = (manifest_from(content, version) for version, content in rows)
    return [manifest for manifest in manifests if manifest]


def _exists(connection: Connection, relation: str) -> bool:
    return one(connection, "select to_regclass(%s)", relation)[0] is not None


def _damage(connection: Connection, version: str) -> str | None:
    manifest = next((kept for kept in _manifests(connection) if kept.version == version), None)
    if manifest is None:
        return NO_MANIFEST
    schema = schema_of(version, MARTS)
    if not tables_of_server(connection, schema):
        return NO_WAREHOUSE
    return None if _digest(connection, schema) == manifest.warehouse_sha256 else OTHER_CONTENT


def _digest(connection: Connection, schema: str) -> str:
    """Return a digest of all rows of a schema's tables, independent of their order, and of the text of its views."""
    connection.execute("set local datestyle = 'ISO'; set local extra_float_digits = 1; set local timezone = 'UTC'")
    lines = []
    for table in tables_of_server(connection, schema):
        columns = [(column.name, column.kind) for column in columns_of_server(connection, schema, table.name)]
        rows: tuple[object, ...] = ()
        if not table.is_view:
            query = sql.SQL("select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {} as t")
            rows = one(connection, query.format(name(schema, table.name)).as_string(connection))
        lines.append(json.dumps([table.name, columns, rows]))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _switch(connection: Connection, schema: str) -> None:
    tables = {table.name: table for table in tables_of_server(connection, schema)}
    for view in tables_of_server(connection, MARTS):
        if view.name not in tables:
            connection.execute(sql.SQL("drop view {}").format(name(MARTS, view.name)))
    for table in tables.values():
        columns = columns_of_server(connection, schema, table.name)
        if _exists(connection, name(MARTS, table.name).as_string(connection)):
            before = _exact_types(connection, MARTS, table.name)
            # A view can be replaced by one with more columns, at its end.
            if _exact_types(connection, schema, table.name)[: len(before)] != before:
                connection.execute(sql.SQL("drop view {}").format(name(MARTS, table.name)))
        connection.execute(
            sql.SQL("create or replace view {} as select * from {}").format(
                name(MARTS, table.name), name(schema, table.name)
            )
        )
        describe(connection, "view", (MARTS, table.name), table.comment, columns)


def _exact_types(connection: Connection, schema: str, table: str) -> list[tuple[str, str]]:
    """Return names and types, with their lengths, of the columns of a table or view."""
    query = (
        "select attname, format_type(atttypid, atttypmod) from pg_attribute "
        "where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum"
    )
    return connection.execute(query, [name(schema, table).as_string(connection)]).fetchall()


def _drop(connection: Connection, version: str) -> None:
    for layer in LAYERS:
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(name(schema_of(version, layer))))
