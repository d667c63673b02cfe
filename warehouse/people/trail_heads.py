"""Stored heads of the access trail, and whether the trail still contains all events up to them.

The hash chain shows events that were changed, inserted or removed in the middle. Removal of the end, or of all events,
shows only against a head stored elsewhere: in the manifests of builds and backups.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from warehouse.db.access_tables import access_event
from warehouse.people.access_trail import BEGINNING, head


@dataclass(frozen=True, slots=True)
class TrailHead:
    """The end of the trail at some moment: the number of events and the hash of the last."""

    rows: int
    hash: str


def trail_head(connection: Connection) -> TrailHead:
    """Return the current end of the trail."""
    last = head(connection)
    return TrailHead(_rows_up_to(connection, last), last)


def holds(connection: Connection, noted: TrailHead) -> bool:
    """Return whether the trail still has every event up to a stored head; it may have grown."""
    return _rows_up_to(connection, noted.hash) == noted.rows


def head_to_note(connection: Connection, earlier: Iterable[TrailHead]) -> TrailHead:
    """Return the head that a new manifest stores: the trail's end, or the longest of `earlier` that no longer holds.

    Otherwise, a few builds after events were removed from the end, no manifest would show the loss.
    """
    lost = [noted for noted in earlier if not holds(connection, noted)]
    return max(lost, key=lambda noted: noted.rows) if lost else trail_head(connection)


def lost_at_end(connection: Connection) -> int:
    """Return how many events the database numbered after the last that exists; 0 if the database cannot tell.

    SQLite keeps the highest number that it assigned, and assigns none to rows that it does not store.
    """
    if connection.dialect.name != "sqlite":
        return 0
    last_number = connection.scalar(
        text("select seq from sqlite_sequence where name = :name"), {"name": access_event.name}
    )
    return int(last_number or 0) - (connection.scalar(select(func.max(access_event.c.event_id))) or 0)


def _rows_up_to(connection: Connection, hash_: str) -> int:
    """Return the number of events up to the event with this hash; -1 without it."""
    if hash_ == BEGINNING:
        return 0
    last = select(func.max(access_event.c.event_id)).where(access_event.c.hash == hash_).scalar_subquery()
    count = connection.scalar(select(func.count()).where(access_event.c.event_id <= last))
    return count or -1
