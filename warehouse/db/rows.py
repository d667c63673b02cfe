"""Rows of the database as records, and the count of writes by which readers see that something changed."""

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select, update

from warehouse.db.desk_tables import desk_clock

Record = TypeVar("Record")
_TICKS = select(desk_clock.c.ticks)


def ticks(connection: Connection) -> str:
    """How often the registry or the desk was written to."""
    return str(connection.scalar(_TICKS))


def tick(connection: Connection) -> None:
    """Count a write. Every writer does so first: it waits here for a rival to end."""
    connection.execute(update(desk_clock).values(ticks=desk_clock.c.ticks + 1))


def record(kind: type[Record], row: Row[Any]) -> Record:
    """A row as a record that has fewer or the same fields."""
    return kind(**{one.name: row._mapping[one.name] for one in fields(kind)})  # type: ignore[arg-type]
