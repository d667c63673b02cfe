"""Opening, creating and checking the registry's database, and writing with retries on conflict."""

import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, Table, create_engine, event, inspect, make_url, update
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, ProgrammingError

from warehouse.db import (  # noqa: F401 - their tables belong to the same metadata
    access_tables,
    audit_tables,
    desk_tables,
    digest_tables,
    draft_tables,
    seen_tables,
    token_tables,
)
from warehouse.db.append_only import missing_triggers
from warehouse.db.reads import watch
from warehouse.db.registry_tables import metadata
from warehouse.db.schema_version import HEAD, REVISIONS, create_schema, schema_version
from warehouse.db.server_options import DISK_FULL, LOCK_NOT_AVAILABLE, READ_ONLY, refusal, session_options, state_of
from warehouse.db.torn_pages import refuse_torn
from warehouse.db.turns import Turns, TurnTimeoutError
from warehouse.errors import (
    RegistryDamagedError,
    RegistryNewerError,
    RegistryNotWritableError,
    RegistryOutdatedError,
    RegistryServerFullError,
    RegistryUnreachableError,
)
from warehouse.storage.disk import NOT_WRITABLE, DiskFullError

BUSY_TIMEOUT_S = 30
# Of a database server.
CONNECT_TIMEOUT_S = 10
# How long a monitor waits for other writers.
PROBE_WAIT_S = 2
# Two simultaneous writers settle in one or two tries; more indicates another problem.
MAX_TRIES = 8
# Tables that every schema has, from the first on.
FIRST_TABLES = frozenset({"submission", "submission_problem", "quality_result", "build_run"})
# Less than the space SQLite needs beside its file to open it.
LEAST_ROOM = 1 << 16
# The bits of SQLite's error codes that hold the primary code.
_PRIMARY = 0xFF
# PostgreSQL's code where a role may use no schema, so that the registry can be neither found nor created.
_NO_SCHEMA = "3F000"
Result = TypeVar("Result")


class RegistryBusyError(RuntimeError):
    """Concurrent writers kept colliding; nothing was recorded, and the call may be repeated."""


def open_database(url: str) -> Engine:
    """Return an engine on the registry's database, with all tables and append-only triggers in place.

    An empty database gets them; an older registry is only changed by `migration.migrate`. Raises RegistryDamagedError,
    RegistryOutdatedError, RegistryNewerError, RegistryNotWritableError, RegistryUnreachableError, RegistryBusyError,
    DiskFullError.
    """
    engine = connect(url)
    watch(engine)
    try:
        with explained(engine):
            _create_tables(engine)
            with engine.connect() as connection:
                version = schema_version(connection)
                refuse_newer(version)
                missing = missing_parts(connection)
    except DatabaseError as error:
        if engine.dialect.name == "sqlite":
            raise
        raise RegistryUnreachableError(" ".join(str(getattr(error, "orig", error)).split())) from error
    except (RegistryNewerError, RegistryUnreachableError):
        engine.dispose()
        raise
    if missing or version != HEAD:
        engine.dispose()
        raise RegistryDamagedError(missing) if missing else RegistryOutdatedError(version or "")
    return engine


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Convert errors of a SQLite file that a full disk, damage or missing rights explain.

    Raises DiskFullError, RegistryDamagedError, RegistryNotWritableError.
    """
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        if engine.dialect.name == "sqlite":
            if is_full(error, Path(engine.url.database or "").parent):
                raise DiskFullError(str(error)) from error
            if _is_no_database(error):
                raise RegistryDamagedError([], str(engine.url.database)) from error
            if cannot_write(error):
                raise RegistryNotWritableError(type(error).__name__) from error
        raise


def connect(url: str) -> Engine:
    """Return an engine on the registry's database as it is.

    Raises RegistryDamagedError for a torn file, RegistryNotWritableError for one in a folder of another account,
    RegistryUnreachableError where the server's packages are missing.
    """
    try:
        refuse_torn(url, BUSY_TIMEOUT_S)
        return _make_engine(url)
    except OSError as error:
        if error.errno in NOT_WRITABLE:
            raise RegistryNotWritableError(str(error)) from error
        raise
    except ModuleNotFoundError as error:
        raise RegistryUnreachableError(str(error)) from error


def refuse_newer(version: str | None) -> None:
    """Raise RegistryNewerError for a schema version that this program does not know."""
    if version and version not in REVISIONS:
        raise RegistryNewerError(version)


def missing_parts(connection: Connection) -> list[str]:
    """Return what the registry lacks of its own schema: tables, columns as `table.column`, and append-only triggers.

    A schema older than this program's has the first tables and the triggers of the tables that it has.
    """
    present = present_tables(connection)
    names = {table.name for table in present}
    if schema_version(connection) != HEAD:
        return [*sorted(FIRST_TABLES - names), *missing_triggers(connection, present)]
    inspector = inspect(connection)
    missing = [table.name for table in metadata.sorted_tables if table.name not in names]
    for table in present:
        columns = {column["name"] for column in inspector.get_columns(table.name)}
        missing += [f"{table.name}.{column.name}" for column in table.columns if column.name not in columns]
    return [*missing, *missing_triggers(connection, present)]


def present_tables(connection: Connection) -> list[Table]:
    """Return the tables that exist in the registry; a backup of an older version may lack some that opening creates."""
    names = set(inspect(connection).get_table_names())
    return [table for table in metadata.sorted_tables if table.name in names]


def recheck_pages(url: str) -> None:
    """Raise RegistryDamagedError if a page of the registry's file is torn, without relying on an earlier check."""
    refuse_torn(url, BUSY_TIMEOUT_S, force=True)


def probe_writing(url: str) -> None:
    """Begin to write to the registry and take it back, waiting at most `PROBE_WAIT_S` for other writers.

    Raises RegistryBusyError, RegistryNotWritableError, RegistryUnreachableError, DiskFullError.
    """
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite"
    if is_file:
        options = {"timeout": PROBE_WAIT_S}
        engine = create_engine(parsed, connect_args=options, poolclass=NullPool, hide_parameters=True)
    else:
        engine = _server_engine(parsed, PROBE_WAIT_S, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.execute(update(desk_tables.desk_clock).values(ticks=desk_tables.desk_clock.c.ticks))
            connection.rollback()
    except DatabaseError as error:
        if is_full(error):
            raise DiskFullError(str(error)) from error
        if is_busy(error):
            raise RegistryBusyError(type(error).__name__) from error
        raise RegistryNotWritableError(type(error).__name__) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection for a write transaction, which commits at the end or writes nothing.

    Raises RegistryBusyError where another writer of this process does not end.
    """
    with ExitStack() as stack:
        if engine.dialect.name == "sqlite":
            try:
                stack.enter_context(_turns(str(engine.url.database)).turn(BUSY_TIMEOUT_S))
            except TurnTimeoutError as error:
                raise RegistryBusyError(type(error).__name__) from error
        yield stack.enter_context(engine.execution_options(kpi_writes=True).begin())


@cache
def _turns(_database: str) -> Turns:
    return Turns()


def write(engine: Engine, work: Callable[[Connection], Result]) -> Result:
    """Run `work` in one write transaction; retry from the start on a conflict with another writer.

    Raises RegistryBusyError, RegistryNotWritableError, DiskFullError.
    """
    since = time.monotonic()
    for attempt in range(MAX_TRIES):
        try:
            with writing(engine) as connection:
                return work(connection)
        except (IntegrityError, OperationalError) as error:
            pause_or_give_up(attempt, error, since)
    raise RegistryBusyError


def pause_or_give_up(attempt: int, error: Exception, since: float | None = None) -> None:
    """Wait before the next try, or raise.

    Raises RegistryBusyError after the last try or after BUSY_TIMEOUT_S, and DiskFullError or RegistryNotWritableError
    at once: nothing was written then, and retrying does not help. `since` is when the first try began, on the monotonic
    clock: each try may itself have waited for a locked database.
    """
    if is_full(error):
        raise DiskFullError(str(error)) from error
    if cannot_write(error):
        raise RegistryNotWritableError(type(error).__name__) from error
    is_late = since is not None and time.monotonic() - since >= BUSY_TIMEOUT_S
    if is_late or attempt == MAX_TRIES - 1:
        raise RegistryBusyError(type(error).__name__) from error
    time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))  # noqa: S311 - spreads the retries of rivals


def _create_tables(engine: Engine) -> None:
    """Create the tables of an empty registry; when two processes open it at once, the later finds them created."""
    with engine.connect() as connection:
        if schema_version(connection) is not None:
            return
    for attempt in range(MAX_TRIES):
        try:
            with writing(engine) as connection:
                if schema_version(connection) is None:
                    create_schema(connection)
            return
        except (IntegrityError, OperationalError, ProgrammingError) as error:
            if attempt == MAX_TRIES - 1 and "already exists" in str(error):
                return
            pause_or_give_up(attempt, error)


def is_full(error: Exception, *folders: Path) -> bool:
    """Return whether SQLite failed because the disk is full: by its error code, or by the free space of `folders`."""
    code = _code(error)
    if code is None or code == sqlite3.SQLITE_FULL:
        return code is not None
    has_failed = code & _PRIMARY in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
    return has_failed and any(shutil.disk_usage(folder).free < LEAST_ROOM for folder in folders)


def cannot_write(error: Exception) -> bool:
    """Return whether SQLite failed because it may not write to the file or beside it, where it does not say more."""
    code = _code(error)
    return code is not None and code & _PRIMARY in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def is_busy(error: BaseException) -> bool:
    """Return whether a database failed because of another connection's lock."""
    if isinstance(error, RegistryBusyError):
        return True
    code = _code(error)
    return state_of(error) == LOCK_NOT_AVAILABLE or (code is not None and code & _PRIMARY == sqlite3.SQLITE_BUSY)


def _is_no_database(error: Exception) -> bool:
    """Return whether the file is not a SQLite database, or is corrupt."""
    return _code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _code(error: BaseException) -> int | None:
    """Return SQLite's error code; None for another database's error."""
    cause = error.orig if isinstance(error, DatabaseError) else error
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    return code


def _make_engine(url: str) -> Engine:
    # Parameters are hidden, so that errors do not carry user input into a log.
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _server_engine(parsed, BUSY_TIMEOUT_S, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_S}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's implicit transactions start too late to be immediate; they are started explicitly instead.
        connection.isolation_level = None
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous = FULL")
        # Each commit also goes to the main file as far as readers allow, so that a copy of it alone lacks little.
        connection.execute("PRAGMA wal_autocheckpoint = 1")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer locks at once: reading first and upgrading later fails under contention.
        writes = connection.get_execution_options().get("kpi_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _server_engine(url: URL, wait_s: int, **options: Any) -> Engine:
    """Return an engine on a server's registry that waits at most `wait_s` seconds for other writers.

    Its errors are those of the registry where the server went away, is full or refuses.
    """
    # Commands compare originals and another registry while they read this one.
    own = session_options(url, lock_timeout=f"{wait_s}s", idle_in_transaction_session_timeout="0")
    arguments = {"connect_timeout": CONNECT_TIMEOUT_S, "options": own}
    engine = create_engine(url, hide_parameters=True, connect_args=arguments, **options)
    event.listen(engine, "handle_error", _named)
    return engine


def _named(context: ExceptionContext) -> Exception | None:
    """Return the registry's error for an error of its server; None for other errors."""
    error = context.sqlalchemy_exception
    # The former primary server of a failover takes no changes any more: the next connection may reach the new one.
    context.is_disconnect = context.is_disconnect or state_of(error) == READ_ONLY
    if context.is_pre_ping:
        return None
    text = refusal(error, _NO_SCHEMA)
    kind = RegistryServerFullError if state_of(error) == DISK_FULL else RegistryUnreachableError
    return kind(text) if text else None


def _use_write_ahead_log(connection: Any) -> None:
    """Switch a SQLite file to its write-ahead log, retrying, because the switch does not wait for a concurrent one."""
    for attempt in range(MAX_TRIES):
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if attempt == MAX_TRIES - 1 and not is_busy(error):
                raise
            pause_or_give_up(attempt, error)
