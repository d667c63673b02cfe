"""Increments on a PostgreSQL server: a copy of the published version is brought up to date there.

What checks need of a version, its raw tables and marts, is also in a DuckDB file of this machine: the *mirror*,
with dbt's manifest beside it. After a version without a mirror here, every row is computed.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from uuid import uuid4

import duckdb
from psycopg import sql

from warehouse.pipeline.compiled_sql import (
    Node,
    layer_of,
    nodes_of_type,
    parents_first,
    read_nodes,
    relation_name,
)
from warehouse.pipeline.dbt_runner import MANIFEST
from warehouse.pipeline.increment import Increment, Incremented, NotSureError, refreshed
from warehouse.pipeline.raw import RawChange
from warehouse.pipeline.server_database import ServerDatabase
from warehouse.publish.server import BUILD_SESSION, Connection, connected, name, raise_if_unusable
from warehouse.publish.server_copies import copy_ahead, take_copy
from warehouse.publish.server_tables import (
    Column,
    describe,
    rows_from_server,
    rows_to_server,
    tables_of_file,
    tables_of_server,
)
from warehouse.publish.server_versions import (
    BUILDING,
    LAYERS,
    MARTS,
    RAW,
    WORK,
    RowDigests,
    building,
    changed_digest,
    note_version,
    row_digests,
    schema_of,
)
from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.settings import Settings
from warehouse.storage.duckdb_connection import quiet

# Models that do not depend on each other are computed at the same time.
SESSION_COUNT = 4
# Raw tables that are not the rows of a report's form.
_OF_THE_BUILD = ("submissions", "build_context")


def keep_mirror(settings: Settings, folder: Path) -> None:
    """Keep the folder of a build as the mirror of its version."""
    settings.mirrors_dir.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, settings.version_folder(folder.name))


def remove_other_mirrors(settings: Settings, version: str) -> None:
    """Remove the mirrors of other versions than that which was published."""
    for other in settings.mirrors_dir.iterdir():
        if other.name != version:
            shutil.rmtree(other, ignore_errors=True)


def prepare_next(settings: Settings, version: str) -> None:
    """Copy a version for the next build, unless that has begun. Raises ServerError, and then that build copies it."""
    with building(settings.warehouse_url) as holder:
        if holder is None:
            nodes = read_nodes(settings.version_folder(version))
            copy_ahead(settings.warehouse_url, version, _stored(nodes))


@contextmanager
def computing(
    url: str, folder: Path, previous: Path, version: str, changed: RawChange
) -> Iterator[Callable[[], tuple[Incremented, RowDigests]]]:
    """Bring a copy of `version` up to date in the schemas to be built, while the block judges the raw tables.

    The mirror in `folder` is a copy of that in `previous`, with the raw tables that the version is to have; `changed`
    are the reports concerned. The block gets a function that waits for the models, brings the marts of the mirror up to
    date, and returns their outcome, and the digests of the marts' rows. Until it is called, the mirror may be read.
    Raises NotSureError, as the function does, and ServerError.
    """
    (folder / MANIFEST).parent.mkdir(exist_ok=True)
    shutil.copyfile(previous / MANIFEST, folder / MANIFEST)
    nodes = read_nodes(folder)
    with connected(url, session=BUILD_SESSION, autocommit=True) as server:
        require_its_name(server, nodes)
        if missing := _stored(nodes) - _tables(server, version):
            # A version that was moved to the server has raw tables and marts alone.
            raise NotSureError(", ".join(sorted(f"{layer}.{table}" for layer, table in missing)))
        with server.transaction(), quiet(duckdb.connect(str(folder / WAREHOUSE_FILE), read_only=True)) as mirror:
            take_copy(server, version, _stored(nodes))
            note_version(server, BUILDING, folder.name)
            _create_views(server, nodes)
            _send_raw(mirror, server, BUILDING, changed, folder)
        work = schema_of(BUILDING, WORK)
        server.execute(sql.SQL("create schema {}").format(name(work)))
        digests = row_digests(server, version)
        with _sessions(url) as sessions, ThreadPoolExecutor(1) as pool:
            computed = _Computed(nodes)
            running = pool.submit(computed.outcome, ServerDatabase(sessions, work), changed)

            def finish() -> tuple[Incremented, RowDigests]:
                known = _update_mirror(server, folder, computed.changed_marts(), digests)
                outcome = running.result()
                for failure in outcome.failures:
                    raise_if_unusable(failure.message)
                server.execute(sql.SQL("drop schema {} cascade").format(name(work)))
                # Marts about the build are written for each version.
                marts = {table for layer, table in _stored(nodes) if layer == MARTS}
                return outcome, {mart: known[mart] for mart in marts & known.keys()}

            yield finish


class _Computed:
    """The models of an increment: one thread computes them, and another may take the marts that changed meanwhile."""

    def __init__(self, nodes: dict[str, Node]) -> None:
        self._nodes = nodes
        self._marts: SimpleQueue[tuple[str, str] | None] = SimpleQueue()

    def outcome(self, database: ServerDatabase, changed: RawChange) -> Incremented:
        """Bring the models up to date, and judge what changed. Raises NotSureError."""
        return self.compute(database, changed).outcome()

    def compute(self, database: ServerDatabase, changed: RawChange, *, begun_only: bool = False) -> Increment:
        """Bring the models up to date. Raises NotSureError."""
        try:
            return refreshed(database, self._nodes, changed, self._add, begun_only=begun_only)
        finally:
            self._marts.put(None)

    def _add(self, node: Node, rows: str) -> None:
        if layer_of(node) == MARTS:
            self._marts.put((node["alias"], rows))

    def changed_marts(self) -> Iterator[tuple[str, str]]:
        """Return each mart that changed as soon as it did, with the work table of its rows that differ."""
        return iter(self._marts.get, None)


def _update_mirror(
    server: Connection, folder: Path, changed: Iterable[tuple[str, str]], digests: RowDigests
) -> RowDigests:
    """Bring the marts of the mirror in `folder` up to date; return `digests` of the rows that they then have."""
    known = dict(digests)
    with quiet(duckdb.connect(str(folder / WAREHOUSE_FILE))) as mirror:
        # The disk is waited for once, not for each statement.
        mirror.begin()
        for mart, rows in changed:
            if mart in known:
                known[mart] = changed_digest(server, known[mart], sql.SQL(rows))
            _change_rows(server, rows, mirror, mart, folder)
        mirror.commit()
    return known


def run_preview(
    url: str, folder: Path, source: Path, wanted: Callable[[Mapping[str, Node]], dict[str, Node]], changed: RawChange
) -> None:
    """Change the marts of the mirror in `folder` as an increment would change those of its version.

    The version's own tables are changed and never committed: readers see nothing of it. `folder` has a copy of the
    mirror in `source`, which is named as the version, with the raw tables of the preview; `wanted` chooses the nodes
    to compute. Raises NotSureError, and ServerError.
    """
    version, work, nodes = source.name, f"preview_{uuid4().hex}", read_nodes(source)
    computed = _Computed(wanted(_in_schemas_of(version, nodes)))
    with connected(url) as server, quiet(duckdb.connect(str(folder / WAREHOUSE_FILE))) as mirror:
        require_its_name(server, nodes)
        server.execute(sql.SQL("create schema {}").format(name(work)))
        _send_raw(mirror, server, version, changed, folder)
        computed.compute(ServerDatabase([server], work), changed, begun_only=True)
        for mart, rows in computed.changed_marts():
            _change_rows(server, rows, mirror, mart, folder)
        server.rollback()


@contextmanager
def _sessions(url: str) -> Iterator[list[Connection]]:
    """Open the connections of an increment."""
    with ExitStack() as opened:
        yield [
            opened.enter_context(connected(url, session=BUILD_SESSION, autocommit=True)) for _ in range(SESSION_COUNT)
        ]


def require_its_name(server: Connection, nodes: dict[str, Node]) -> None:
    """Raise NotSureError if the SQL of nodes was compiled for a database of another name, as before it was renamed."""
    compiled_for = {node["database"] for node in nodes_of_type(nodes, "model")} - {server.info.dbname}
    if compiled_for:
        raise NotSureError(", ".join(sorted(compiled_for)))


def _in_schemas_of(version: str, nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Return nodes that were compiled for the schemas to be built, for those of a version."""
    text = json.dumps(nodes)
    for layer in LAYERS:
        text = text.replace(schema_of(BUILDING, layer), schema_of(version, layer))
    renamed: dict[str, Node] = json.loads(text)
    return renamed


def _stored(nodes: dict[str, Node]) -> set[tuple[str, str]]:
    """Return layer and name of the tables that dbt makes of seeds and models."""
    kept = (*nodes_of_type(nodes, "seed"), *nodes_of_type(nodes, "model"))
    return {(layer_of(node), node["alias"]) for node in kept if node["config"]["materialized"] != "view"}


def _tables(server: Connection, version: str) -> set[tuple[str, str]]:
    return {(layer, table.name) for layer in LAYERS for table in tables_of_server(server, schema_of(version, layer))}


def _create_views(server: Connection, nodes: dict[str, Node]) -> None:
    for node in parents_first(nodes):
        if node["config"]["materialized"] != "view":
            continue
        server.execute(f"create view {relation_name(node)} as {node['compiled_code']}".encode())
        if layer_of(node) == MARTS:
            columns = [Column(column["name"], "", column["description"]) for column in node["columns"].values()]
            describe(server, "view", (node["schema"], node["alias"]), node["description"], columns)


def _send_raw(
    mirror: duckdb.DuckDBPyConnection, server: Connection, prefix: str, changed: RawChange, work_dir: Path
) -> None:
    """Bring the raw tables of the schemas of a prefix up to date with those of a mirror."""
    schema = schema_of(prefix, RAW)
    added = ", ".join(map(str, changed.added)) or "null"
    for table in tables_of_file(mirror, RAW):
        relation, query = name(schema, table.name), f'select * from raw."{table.name}"'
        if table.name in _OF_THE_BUILD:
            # Of a version that is read, truncating would lock the table.
            server.execute(sql.SQL("delete from {}").format(relation))
        else:
            removed = sql.SQL("delete from {} where submission_id = any(%s)").format(relation)
            server.execute(removed, [list(changed.removed)])
            query += f" where submission_id in ({added})"
        rows_to_server(mirror, query, server, relation, work_dir)


def _change_rows(server: Connection, rows: str, mirror: duckdb.DuckDBPyConnection, mart: str, work_dir: Path) -> None:
    """Replace the rows of a mirror's mart that differ on the server; `rows` is the work table of both there."""
    columns = [row[:2] for row in mirror.execute(f"describe marts.{mart}").fetchall()]
    names = ", ".join(f'"{column}"' for column, _ in columns)
    kinds = [Column(column, kind, None) for column, kind in [*columns, ("surplus", "INTEGER")]]
    changed = "main.changed_rows"
    rows_from_server(server, f"select {names}, surplus::integer from {rows}", kinds, mirror, changed, work_dir)
    same = " and ".join(f'mart."{column}" is not distinct from changed."{column}"' for column, _ in columns)
    mirror.execute(f"delete from marts.{mart} as mart using {changed} as changed where surplus < 0 and {same}")
    mirror.execute(f"insert into marts.{mart} select {names} from {changed} where surplus > 0")
    mirror.execute(f"drop table {changed}")
