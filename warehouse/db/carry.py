"""The registry of one database in another: every row of every table, in one transaction, or nothing."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Integer, Table, delete, func, insert, select, text

from warehouse.db.connection import connect, explained, open_database, writing
from warehouse.db.desk_tables import desk_clock
from warehouse.db.registry_tables import metadata

_BATCH_ROWS = 1_000


class GoalTakenError(RuntimeError):
    """The goal's registry has rows already; nothing was written."""


class SourceChangedError(RuntimeError):
    """Rows were written to the source meanwhile, in `tables`; nothing was written to the goal."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(*tables)
        self.tables = tables


def carry_registry(source_url: str, goal_url: str) -> dict[str, int]:
    """Copy a registry, as it is at one moment, into the empty or new registry at `goal_url`; return rows by table.

    Raises GoalTakenError, SourceChangedError, DiskFullError, and RegistryError for either database.
    """
    open_database(source_url).dispose()
    source, goal = connect(source_url), open_database(goal_url)
    try:
        with explained(goal), writing(goal) as connection:
            if has_rows(connection):
                raise GoalTakenError
            connection.execute(delete(desk_clock))
            with _one_moment(source) as before:
                for table in metadata.sorted_tables:
                    _copy(before, connection, table)
            _continue_numbers(connection)
            there = contents(connection)
            # Read again: what was written since the copy began would be lost with the source.
            with _one_moment(source) as after:
                here = contents(after)
            changed = [name for name in here if here[name] != there[name]]
            if changed:
                raise SourceChangedError(changed)
            return {name: count for name, (count, _) in there.items()}
    finally:
        source.dispose()
        goal.dispose()


def has_rows(connection: Connection) -> bool:
    """Return whether a registry has rows but those that it is created with."""
    tables = (table for table in metadata.sorted_tables if table is not desk_clock)
    return any(connection.execute(select(table).limit(1)).first() is not None for table in tables)


def contents(connection: Connection) -> dict[str, tuple[int, str]]:
    """Return the number of rows and a digest of them, independent of their order and of the engine, by table."""
    return {table.name: _contents(connection, table) for table in metadata.sorted_tables}


def _contents(connection: Connection, table: Table) -> tuple[int, str]:
    lines = sorted(hashlib.sha256(repr(tuple(row)).encode()).digest() for row in connection.execute(select(table)))
    return len(lines), hashlib.sha256(b"".join(lines)).hexdigest()


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose statements all read the same state, whatever others write."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def _copy(source: Connection, goal: Connection, table: Table) -> None:
    keys = [column.key for column in table.columns]
    result = source.execution_options(yield_per=_BATCH_ROWS).execute(select(table))
    for batch in result.partitions():
        goal.execute(insert(table), [dict(zip(keys, row, strict=True)) for row in batch])


def _continue_numbers(connection: Connection) -> None:
    """Have a server number later rows after those that were copied with their numbers; SQLite does so automatically."""
    if connection.dialect.name == "sqlite":
        return
    for table in metadata.sorted_tables:
        (key, *more) = table.primary_key.columns
        if more or not isinstance(key.type, Integer) or key.autoincrement is False:
            continue
        last = connection.scalar(select(func.max(key)))
        if last:
            sequence = text("select setval(pg_get_serial_sequence(:table, :key), :last)")
            connection.execute(sequence, {"table": f'"{table.name}"', "key": key.name, "last": last})
