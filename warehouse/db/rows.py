"""Rows of the database as records, and the counter of writes by which readers detect changes."""

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, func, select, update

from warehouse.db.desk_tables import desk_clock

Record = TypeVar("Record")
# Any number that other programs' advisory locks are unlikely to have.
_CHAIN_LOCK = 0x4B5050
_TICKS = select(desk_clock.c.ticks)


def ticks(connection: Connection) -> str:
    """Return the number of writes to the registry and the desk."""
    return str(connection.scalar(_TICKS))


def tick(connection: Connection) -> None:
    """Count a write. Every writer calls this first, and waits here for a concurrent writer to end."""
    connection.execute(update(desk_clock).values(ticks=desk_clock.c.ticks + 1))


def take_turn(connection: Connection) -> None:
    """Wait for a concurrent writer of the access trail to end.

    Every event names the one before it, so that of two writers who read the same one would have to begin again. SQLite
    has one writer at a time.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))


def record(kind: type[Record], row: Row[Any]) -> Record:
    """Convert a row to a record with the same or fewer fields."""
    return kind(**{item.name: row._mapping[item.name] for item in fields(kind)})  # type: ignore[arg-type]
