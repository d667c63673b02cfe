"""Engines on the published warehouse: read-only, one per published version, never on an unfinished build."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DBAPIError, NoResultFound

from warehouse.db.server_options import SERIALIZATION_FAILURE, refusal, session_options, state_of
from warehouse.publish.row_scope import NO_ROWS, RowScope
from warehouse.publish.version_name import is_version_code
from warehouse.publish.versions import WAREHOUSE_FILE, complete_versions, damage, folders, served_version
from warehouse.settings import Settings, duckdb_address
from warehouse.storage.duckdb_connection import quiet

# Tables are named with the schema `marts`, outside of texts; on a server, it is replaced by the schema of a version.
_MARTS = re.compile(r"('(?:[^']|'')*')|\bmarts\.")
_SCHEMA = "kpi_schema"
_CONNECT_TIMEOUT_S = 10
# The server's codes for a table and for a schema that do not exist.
_NO_TABLE = ("42P01", "3F000")


class NothingPublished(RuntimeError):  # noqa: N818
    """No version has been published yet, or the published version `damaged` is damaged and there is none before it.

    With `stored`, that version is the newest that is stored, and the link that names the published one is missing.
    With `is_unreachable`, the server that holds the figures does not answer or refuses, or the file that the setting
    names is missing, so nothing is known of them.
    """

    def __init__(self, message: str, damaged: str = "", stored: str = "", *, is_unreachable: bool = False) -> None:
        super().__init__(message)
        self.damaged = damaged
        self.stored = stored
        self.is_unreachable = is_unreachable

    @property
    def kind(self) -> str:
        """Return why: unreachable | damaged | unlinked | empty."""
        if self.is_unreachable:
            return "unreachable"
        return "damaged" if self.damaged else "unlinked" if self.stored else "empty"


@dataclass(frozen=True)
class Published:
    """A version for readers with a read-only engine; `damaged` names the published version if this is an older one.

    `schema` holds the version's marts; statements name it `marts` wherever it is.
    """

    version: str
    engine: Engine
    damaged: str = ""
    schema: str = "marts"

    @property
    def is_embedded(self) -> bool:
        """Return whether the version is a DuckDB file."""
        return self.engine.dialect.name == "duckdb"

    @contextmanager
    def reading(self, scope: RowScope) -> Iterator[Connection]:
        """Connect for a block that may read the rows of a scope. On a server, its database keeps to that."""
        with self.engine.connect() as connection:
            if scope != NO_ROWS and not self.is_embedded:
                driver: Any = connection.connection.driver_connection
                # Until the transaction ends, at the latest when the connection returns to its pool. Several statements
                # in one message cannot be prepared.
                driver.execute(f"begin; {scope.settings}", prepare=False)
            yield connection


def published(settings: Settings | None = None) -> Published:
    """Return the currently published version of `KPI_WAREHOUSE_URL`. Raises NothingPublished when there is none.

    If it is damaged, return the last intact version before it. The link of an embedded warehouse is resolved at each
    call and the engine is cached per resolved path: a page that began on the old version finishes on it, and the next
    request uses the new version. A server's views name the published version, which is then read in its own schemas.
    """
    chosen = settings or Settings.from_env()
    url = make_url(chosen.warehouse_url)
    if not chosen.is_embedded:
        return _server_version(url)
    warehouse = Path(url.database or "")
    if warehouse.parent == chosen.published_link:
        served = served_version(chosen.published_link)
        if served.folder is None:
            complete = [] if served.damaged else complete_versions(chosen.runs_dir)
            newest = complete[0].version if complete else ""
            raise NothingPublished(f"nothing is published at {url.database}", served.damaged, newest)
        return _duckdb_version(served.folder / WAREHOUSE_FILE, served.damaged)
    if not warehouse.is_file():
        raise NothingPublished(f"there is no file {warehouse}", is_unreachable=True)
    return _duckdb_version(warehouse.resolve())


def kept(version: str, settings: Settings | None = None) -> Published | None:
    """Return an older version that is still stored intact, read-only; None without.

    Versions on which a review was held are kept permanently.
    """
    chosen = settings or Settings.from_env()
    if not is_version_code(version):
        return None
    if not chosen.is_embedded:
        return _kept_on_server(make_url(chosen.warehouse_url), version)
    folder = (chosen.runs_dir / version).resolve()
    return _duckdb_version(folder / WAREHOUSE_FILE) if damage(folder) is None else None


def unpublished(warehouse: Path) -> Published:
    """Return a warehouse that is not a version, such as a preview, read-only; its folder's name is its version."""
    return _duckdb_version(warehouse.resolve())


@contextmanager
def opened_once(warehouse: Path) -> Iterator[Published]:
    """Open a warehouse that is removed after the block, read-only."""
    opened = _open_duckdb(warehouse.resolve())
    try:
        yield opened
    finally:
        opened.engine.dispose()


def stored_versions(settings: Settings | None = None) -> list[str]:
    """Return the names of the versions on disk, newest first; empty for a warehouse on a server."""
    chosen = settings or Settings.from_env()
    if not chosen.is_embedded:
        return []
    return sorted((folder.name for folder in folders(chosen.runs_dir)), reverse=True)


# The published version, its predecessor for pages still open, and versions of reviews being viewed.
@lru_cache(maxsize=8)
def _duckdb_version(warehouse: Path, damaged: str = "") -> Published:
    return _open_duckdb(warehouse, damaged)


def _open_duckdb(warehouse: Path, damaged: str = "") -> Published:
    # A version never changes, so no transaction is needed: starting and ending one takes a tenth of a query's time, as
    # does an attempt to end one that was not started.
    engine = create_engine(
        duckdb_address(warehouse),
        connect_args={"read_only": True},
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
    )
    engine.dialect.do_rollback = _leave  # type: ignore[method-assign]
    event.listen(engine, "connect", _limit_resources)
    return Published(warehouse.parent.name, engine, damaged)


def _leave(dbapi_connection: object) -> None:
    """Do nothing when a block ends that read without a transaction."""


def _limit_resources(connection: DBAPIConnection, _: object) -> None:
    """Limit threads and memory of a connection.

    A page's queries take milliseconds: distributing them among threads cost a tenth of the work, and many run at once.
    Memory is released at once: otherwise, exporting a mart leaves 150 MB allocated.
    """
    cursor = quiet(connection.cursor())
    cursor.execute("set threads = 1")
    cursor.execute("set allocator_bulk_deallocation_flush_threshold = '1MB'")


def _server_version(url: URL) -> Published:
    try:
        with _server_engine(url).connect() as connection:
            version: str = connection.execute(text("select version from marts.publication")).scalar_one()
    except (DBAPIError, NoResultFound, ModuleNotFoundError) as error:
        is_empty = isinstance(error, NoResultFound) or state_of(error) in _NO_TABLE
        message = f"{url.render_as_string()}: {error.__class__.__name__}"
        raise NothingPublished(message, is_unreachable=not is_empty) from error
    return _version_on_server(url, version)


def _kept_on_server(url: URL, version: str) -> Published | None:
    query = text("select true from versions.manifest where version = :version")
    try:
        with _server_engine(url).connect() as connection:
            is_kept = connection.execute(query, {"version": version}).scalar()
    except DBAPIError:
        return None
    return _version_on_server(url, version) if is_kept else None


@lru_cache(maxsize=8)
def _version_on_server(url: URL, version: str) -> Published:
    schema = f"{version}_marts"
    # Versions share the connections of their server.
    return Published(version, _server_engine(url).execution_options(**{_SCHEMA: schema}), schema=schema)


@lru_cache(maxsize=3)
def _server_engine(url: URL) -> Engine:
    if url.get_backend_name() != "postgresql":
        return create_engine(url, pool_pre_ping=True)
    # Pages' statements take milliseconds, less than compiling them; what a page reads never changes.
    # The driver takes no server for "read-write" in a session that only reads: that server is the primary.
    if url.query.get("target_session_attrs") == "read-write":
        url = url.update_query_dict({"target_session_attrs": "primary"})
    own = session_options(url, jit="off", default_transaction_read_only="on")
    options = {"options": own, "connect_timeout": _CONNECT_TIMEOUT_S}
    engine = create_engine(url, pool_pre_ping=True, isolation_level="AUTOCOMMIT", connect_args=options)
    event.listen(engine, "handle_error", _named)
    event.listen(engine, "before_cursor_execute", _in_schema, retval=True)
    event.listen(engine, "connect", _numbers_as_floats)
    return engine


def _named(context: ExceptionContext) -> NothingPublished | None:
    """Return the error of figures whose server went away or refuses, whenever it does; None for other errors."""
    # A standby ends what reads rows that its primary server removes.
    message = "" if context.is_pre_ping else refusal(context.sqlalchemy_exception, SERIALIZATION_FAILURE)
    if not message or context.engine is None:
        return None
    return NothingPublished(f"{context.engine.url.render_as_string()}: {message}", is_unreachable=True)


def in_schema(statement: str, schema: str) -> str:
    """Return a statement that reads its marts in `schema`; texts in it stay as they are."""
    return _MARTS.sub(lambda match: match[1] or f'"{schema}".', statement)


def _in_schema(
    connection: Connection, _cursor: object, statement: str, parameters: object, _context: object, _many: bool
) -> tuple[str, object]:
    """Return a statement that reads the version of its engine, whatever is published meanwhile."""
    schema = connection.get_execution_options().get(_SCHEMA)
    return (in_schema(statement, schema) if schema else statement), parameters


def _numbers_as_floats(connection: Any, _: object) -> None:
    """Have shares that the server computes as decimals arrive as floats, as DuckDB's do."""
    from psycopg.types.numeric import FloatLoader  # noqa: PLC0415 - installed only where there is a server

    connection.adapters.register_loader("numeric", FloatLoader)
