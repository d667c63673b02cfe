"""Connections to the PostgreSQL server that holds the figures: their errors by cause, and the lock of builds.

Needs the packages of `requirements-postgres.txt`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg import errors, sql
from psycopg.pq import Conninfo
from sqlalchemy import make_url

from warehouse.clock import to_office_time
from warehouse.db.server_options import session_options
from warehouse.errors import ServerError
from warehouse.storage.disk import reports_full_disk

LEAST_VERSION = 15
CONNECT_TIMEOUT_S = 10
# Name of builds' own sessions on the server, by which a later build ends those that a killed one left.
BUILD_SESSION = "kpi-build"
# The planner takes joins on several columns to find one row where they find thousands, and then joins row by row, or
# merges by one of the columns and compares the others: minutes in place of seconds. By the same mistake it sorts
# millions of rows to sum them by groups, which hashing does in a third of the time. Compiling such statements takes
# longer than running them, and parallel workers compute common parts once each: the two models that dbt computes at a
# time keep two cores busy.
PLANNER = {
    "enable_nestloop": "off", "enable_mergejoin": "off", "enable_sort": "off", "jit": "off",
    "max_parallel_workers_per_gather": "0", "work_mem": "128MB",
}  # fmt: skip
# Limits that the server may set to sessions of pages and tools end neither a build's long statements, nor the session
# that holds its lock meanwhile.
_NO_LIMITS = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "idle_session_timeout": "0"}
# Statistics from 6,000 rows of a table, not 30,000, take a fifth of the time: joins by hashing need sizes alone.
_STATISTICS = {"default_statistics_target": "20"}
# Whether a session has the options that it was opened with: those between it and the server may leave them out.
_OWN = {"kpi.has_options": "on"}
# Any number that other programs' advisory locks are unlikely to have.
_LOCK = 0x4B5049
# By code point, capital letters come before small letters, and letters without marks before letters with marks.
_DATABASE = """
    select current_setting('server_version_num')::integer / 10000, datname,
        pg_encoding_to_char(encoding) = 'UTF8' and 'Z' < 'a' and 'z' < 'á',
        coalesce(current_setting('kpi.has_options', true), '') = 'on'
    from pg_database where datname = current_database()
"""
_HOLDER = """
    select coalesce(usename, '?'), pid::text, coalesce(host(client_addr), '?'), backend_start
    from pg_locks inner join pg_stat_activity using (pid)
    where locktype = 'advisory' and classid = 0 and objid = %s and granted
"""
_LOST = ("server closed the connection", "terminating connection", "connection already closed", "connection is lost")

Connection: TypeAlias = "psycopg.Connection[Any]"


@contextmanager
def connected(url: str, *, autocommit: bool = False, session: str = "kpi") -> Iterator[Connection]:
    """Connect to the database for a block, which is one transaction unless `autocommit`.

    Raises ServerError with the cause, also for errors of the server within the block.
    """
    own = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": session}
    options = session_options(make_url(url), **_NO_LIMITS, **_STATISTICS, **_OWN)
    # Without an encoding, databases in another one may be read, so that they are refused by their name.
    arguments: dict[str, Any] = own | _arguments(url) | {"options": options, "client_encoding": "UTF8"}
    try:
        connection = psycopg.connect(autocommit=autocommit, **arguments)
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        # As PgBouncer refuses options that it would have to leave out.
        if "unsupported startup parameter" in str(error):
            raise ServerError("server_pooled") from error
        raise ServerError("server_unreachable", address=address(url), error=_line(error)) from error
    try:
        with connection:
            yield connection
    except psycopg.Error as error:
        raise named(error, url) from error


def address(url: str) -> str:
    """Return the address of a database without its password."""
    return make_url(url).render_as_string()


def named(error: psycopg.Error, url: str) -> ServerError:
    """Return the error of the server by its cause."""
    line, parsed = _line(error), make_url(url)
    if isinstance(error, errors.InsufficientPrivilege):
        return ServerError("server_rights", user=parsed.username or "?", database=parsed.database or "?", error=line)
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return ServerError("server_read_only", error=line)
    if isinstance(error, errors.DiskFull):
        return ServerError("server_disk_full", error=line)
    if isinstance(error, errors.DependentObjectsStillExist):
        return ServerError("server_dependents", error=line)
    if _is_lost(line) or isinstance(error, errors.AdminShutdown | errors.CrashShutdown | errors.IdleSessionTimeout):
        return ServerError("server_lost", error=line)
    return ServerError("server_error", error=line)


def raise_if_unusable(message: str) -> None:
    """Raise ServerError if a message of the server or its driver means a connection that ended, or a full disk."""
    if _is_lost(message):
        raise ServerError("server_lost", error=" ".join(message.split()))
    if reports_full_disk(message):
        raise ServerError("server_disk_full", error=" ".join(message.split()))


def _is_lost(message: str) -> bool:
    return any(sign in message for sign in _LOST)


def check_database(connection: Connection) -> None:
    """Raise ServerError if models would fail in this database or, by another order of text, make other figures.

    A pooler that gives each transaction another session of the server would keep neither the lock of builds nor what a
    session sets.
    """
    (version, database, is_by_code_point, has_options), *_ = connection.execute(_DATABASE).fetchall()
    if not has_options:
        raise ServerError("server_pooled")
    if version < LEAST_VERSION:
        raise ServerError("server_too_old", version=version, least=LEAST_VERSION)
    if not is_by_code_point:
        raise ServerError("database_order", database=database)


def lock_builds(connection: Connection) -> dict[str, str] | None:
    """Acquire the lock of builds until the connection ends; return its holder (by, process, host, since) if it is held.

    A builder on another machine does not see the lock file of this one.
    """
    (is_free,) = one(connection, "select pg_try_advisory_lock(%s)", _LOCK)
    if is_free:
        return None
    by, process, host, began = connection.execute(_HOLDER, [_LOCK]).fetchone() or ("?", "?", "?", None)
    since = to_office_time(began).isoformat(sep=" ", timespec="seconds") if began else "?"
    return {"by": by, "process": process, "host": host, "since": since}


def end_leftovers(connection: Connection) -> None:
    """End the sessions that a killed build left on the server. Call only while holding the lock of builds."""
    connection.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
        "where application_name = %s and datname = current_database() and pid <> pg_backend_pid()",
        [BUILD_SESSION],
    )


def environment(url: str) -> dict[str, str]:
    """Return libpq's variables for a database, for a process that is started to build in it. Raises ServerError."""
    names = {option.keyword.decode(): option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
    variables = {names[name]: str(value) for name, value in _arguments(url).items() if name in names}
    if "," in variables.get("PGHOST", ""):
        # dbt takes one server: of those to choose from, the one that takes changes now.
        with connected(url) as connection:
            variables |= {"PGHOST": connection.info.host, "PGPORT": str(connection.info.port)}
    return variables | {"PGOPTIONS": session_options(make_url(url), **_NO_LIMITS, **_STATISTICS, **PLANNER)}


def one(connection: Connection, query: str, *values: object) -> tuple[Any, ...]:
    """Return the only row of a query."""
    row = connection.execute(query.encode(), values).fetchone()
    return tuple(row or ())


def name(*parts: str) -> sql.Identifier:
    """Return a name, such as schema and table, quoted."""
    return sql.Identifier(*parts)


def _arguments(url: str) -> dict[str, Any]:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    _, arguments = parsed.get_dialect()().create_connect_args(parsed)
    return dict(arguments)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
