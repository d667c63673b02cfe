"""The registry's database: opening it, making and proving its tables, and writing so that rivals lose nothing."""

import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, make_url
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, ProgrammingError

from warehouse.db import access_tables, audit_tables, desk_tables, seen_tables  # noqa: F401 - their tables belong to the same metadata
from warehouse.db.append_only import missing_triggers
from warehouse.db.draft_tables import MADE_WHEN_MISSING
from warehouse.db.registry_tables import metadata
from warehouse.db.torn_pages import refuse_torn
from warehouse.errors import RegistryDamagedError
from warehouse.storage.disk import DiskFullError

BUSY_TIMEOUT_S = 30
# Two writers at the same moment settle in one or two tries; more means something else is wrong.
MAX_TRIES = 8
# Less than SQLite needs beside its file to open it.
LEAST_ROOM = 1 << 16
# The part of SQLite's numbers for errors that names the kind.
_PRIMARY = 0xFF
Result = TypeVar("Result")


class RegistryBusyError(RuntimeError):
    """Concurrent writers kept colliding; nothing was recorded and the call may be repeated."""


def open_database(url: str) -> Engine:
    """An engine on the registry's database whose tables exist and refuse changes as they should.

    Raises RegistryDamagedError, RegistryBusyError, DiskFullError.
    """
    refuse_torn(url, BUSY_TIMEOUT_S)
    engine = _make_engine(url)
    try:
        _create_tables(engine)
        with engine.connect() as connection:
            missing = missing_parts(connection)
    except (DatabaseError, sqlite3.DatabaseError) as error:
        if is_full(error, Path(engine.url.database or "").parent):
            raise DiskFullError(str(error)) from error
        if _is_no_database(error):
            raise RegistryDamagedError([], str(engine.url.database)) from error
        raise
    if missing:
        engine.dispose()
        raise RegistryDamagedError(missing)
    return engine


def missing_parts(connection: Connection) -> list[str]:
    """What the registry lacks: tables, columns as `table.column`, and the triggers that refuse changes."""
    inspector = inspect(connection)
    present = present_tables(connection)
    missing = [
        table.name for table in metadata.sorted_tables if table not in present and MADE_WHEN_MISSING not in table.info
    ]
    for table in present:
        columns = {column["name"] for column in inspector.get_columns(table.name)}
        missing += [f"{table.name}.{column.name}" for column in table.columns if column.name not in columns]
    return [*missing, *missing_triggers(connection, present)]


def present_tables(connection: Connection) -> list[Table]:
    """Our tables that the registry has: the backup of an older version may lack one that opening it would make."""
    names = set(inspect(connection).get_table_names())
    return [table for table in metadata.sorted_tables if table.name in names]


def check_anew(url: str) -> None:
    """Raise RegistryDamagedError where a page of the registry's file is torn, however lately it was checked."""
    refuse_torn(url, BUSY_TIMEOUT_S, anew=True)


def writing(engine: Engine) -> Any:
    """A transaction that may write, as a context manager: it commits at the end or leaves nothing."""
    return engine.execution_options(kpi_writes=True).begin()


def write(engine: Engine, work: Callable[[Connection], Result]) -> Result:
    """Do `work` in one writing transaction, again from the start when a rival was faster.

    Raises RegistryBusyError, DiskFullError.
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
    """Wait a little before the next try. Raises RegistryBusyError after the last, or when one has waited long enough,
    and DiskFullError at once when there is no room: nothing was written then, and trying again would not help.

    `since` is when the first try began, on the monotonic clock: each try may itself have waited for a locked database.
    """
    if is_full(error):
        raise DiskFullError(str(error)) from error
    is_late = since is not None and time.monotonic() - since >= BUSY_TIMEOUT_S
    if is_late or attempt == MAX_TRIES - 1:
        raise RegistryBusyError(type(error).__name__) from error
    time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))  # noqa: S311 - spreads the retries of rivals


def _create_tables(engine: Engine) -> None:
    """Make what is missing; where two open an empty registry at once, the later one finds everything there.

    Where a table is gone whose triggers on others are still there, it is not made anew.
    """
    if set(metadata.tables) <= set(inspect(engine).get_table_names()):
        return
    for attempt in range(MAX_TRIES):
        try:
            with writing(engine) as connection:
                metadata.create_all(connection)
            return
        except (OperationalError, ProgrammingError) as error:
            if attempt == MAX_TRIES - 1 and "already exists" in str(error):
                return
            pause_or_give_up(attempt, error)


def is_full(error: Exception, *folders: Path) -> bool:
    """Whether SQLite failed for want of room: it says so, or could not work in one of `folders`, which has none."""
    code = _code(error)
    if code is None or code == sqlite3.SQLITE_FULL:
        return code is not None
    has_failed = code & _PRIMARY in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
    return has_failed and any(shutil.disk_usage(folder).free < LEAST_ROOM for folder in folders)


def _is_no_database(error: Exception) -> bool:
    """Whether the file is something else than a SQLite database, or a torn one."""
    return _code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _code(error: Exception) -> int | None:
    """SQLite's own number for what went wrong; None for another database's error."""
    cause = error.orig if isinstance(error, DatabaseError) else error
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    return code


def _make_engine(url: str) -> Engine:
    # Errors must not carry what somebody wrote into a log.
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_S}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own transactions begin too late to be immediate; we begin them ourselves.
        connection.isolation_level = None
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous = FULL")
        # Every commit also goes to the main file as far as readers allow, so that a copy of it alone lacks little.
        connection.execute("PRAGMA wal_autocheckpoint = 1")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once: reading first and upgrading later fails under contention.
        writes = connection.get_execution_options().get("kpi_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_write_ahead_log(connection: Any) -> None:
    """Switch a SQLite file to its write-ahead log. The switch does not wait for a rival who switches, so try again."""
    for attempt in range(MAX_TRIES):
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            pause_or_give_up(attempt, error)
