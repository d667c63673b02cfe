"""The registry's database: opening it, making its tables, and writing so that rivals lose nothing."""

import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from warehouse import audit_tables, desk_tables  # noqa: F401 - their tables belong to the same metadata
from warehouse.registry_tables import metadata

BUSY_TIMEOUT_S = 30
# Two writers at the same moment settle in one or two tries; more means something else is wrong.
MAX_TRIES = 8
Result = TypeVar("Result")


class RegistryBusyError(RuntimeError):
    """Concurrent writers kept colliding; nothing was recorded and the call may be repeated."""


def open_database(url: str) -> Engine:
    """An engine on the registry's database whose tables exist. Raises RegistryBusyError."""
    engine = _make_engine(url)
    _create_tables(engine)
    return engine


def writing(engine: Engine) -> Any:
    """A transaction that may write, as a context manager: it commits at the end or leaves nothing."""
    return engine.execution_options(kpi_writes=True).begin()


def write(engine: Engine, work: Callable[[Connection], Result]) -> Result:
    """Do `work` in one writing transaction, again from the start when a rival was faster. Raises RegistryBusyError."""
    since = time.monotonic()
    for attempt in range(MAX_TRIES):
        try:
            with writing(engine) as connection:
                return work(connection)
        except (IntegrityError, OperationalError) as error:
            pause_or_give_up(attempt, error, since)
    raise RegistryBusyError


def pause_or_give_up(attempt: int, error: Exception, since: float | None = None) -> None:
    """Wait a little before the next try. Raises RegistryBusyError after the last, or when one has waited long enough.

    `since` is when the first try began, on the monotonic clock: each try may itself have waited for a locked database.
    """
    is_late = since is not None and time.monotonic() - since >= BUSY_TIMEOUT_S
    if is_late or attempt == MAX_TRIES - 1:
        raise RegistryBusyError(type(error).__name__) from error
    time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))  # noqa: S311 - spreads the retries of rivals


def _create_tables(engine: Engine) -> None:
    """Make what is missing; where two open an empty registry at once, the later one finds everything there."""
    if set(metadata.tables) <= set(inspect(engine).get_table_names()):
        return
    for attempt in range(MAX_TRIES):
        try:
            with writing(engine) as connection:
                metadata.create_all(connection)
            return
        except (OperationalError, ProgrammingError) as error:
            pause_or_give_up(attempt, error)


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
