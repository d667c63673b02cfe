"""How far the access trail went when somebody noted it, and whether it still holds what it held then.

The chain of hashes shows what was changed, put in or taken out of its middle. That its end, or all of it, was taken
away shows only against a head that was noted elsewhere: in the manifests of builds and backups.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from warehouse.db.access_tables import access_event
from warehouse.people.access_trail import BEGINNING, head


@dataclass(frozen=True, slots=True)
class TrailHead:
    """The end of the trail at some moment: how many events it had, and the hash of the last."""

    rows: int
    hash: str


def trail_head(connection: Connection) -> TrailHead:
    """The end of the trail now."""
    last = head(connection)
    return TrailHead(_rows_up_to(connection, last), last)


def holds(connection: Connection, noted: TrailHead) -> bool:
    """Whether the trail still has every event that it had when its head was noted; it may have grown."""
    return _rows_up_to(connection, noted.hash) == noted.rows


def head_to_note(connection: Connection, earlier: Iterable[TrailHead]) -> TrailHead:
    """The head that a new manifest notes: the trail's end, but the longest of the `earlier` ones that does not hold.

    Otherwise a few builds after events were taken off the end no manifest would know of them any longer.
    """
    lost = [noted for noted in earlier if not holds(connection, noted)]
    return max(lost, key=lambda noted: noted.rows) if lost else trail_head(connection)


def lost_at_end(connection: Connection) -> int:
    """How many events the database numbered after the last one that is there; 0 for one that cannot tell.

    SQLite remembers the highest number that it gave out, and gives none out for what it does not keep.
    """
    if connection.dialect.name != "sqlite":
        return 0
    given = connection.scalar(text("select seq from sqlite_sequence where name = :name"), {"name": access_event.name})
    return int(given or 0) - (connection.scalar(select(func.max(access_event.c.event_id))) or 0)


def _rows_up_to(connection: Connection, hash_: str) -> int:
    """How many events there are up to the one with this hash; -1 without it."""
    if hash_ == BEGINNING:
        return 0
    last = select(func.max(access_event.c.event_id)).where(access_event.c.hash == hash_).scalar_subquery()
    count = connection.scalar(select(func.count()).where(access_event.c.event_id <= last))
    return count or -1
