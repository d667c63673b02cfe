"""Record the version of each page that a signed-in user last viewed, and when."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, Engine, delete, insert, select

from warehouse import clock
from warehouse.db.connection import open_database, write
from warehouse.db.rows import record
from warehouse.db.seen_tables import seen_page
from warehouse.settings import Settings

# Number of pages kept per user, newest first.
MOST_SEEN = 300


@dataclass(frozen=True, slots=True)
class Seen:
    """A version of a page, and when (office time) the user last viewed it."""

    version: str
    seen_at: datetime


def note_seen(settings: Settings, person: str, page: str, version: str) -> Seen | None:
    """Record that a user views a version of a page; return their previous view of it, None for the first.

    Raises RegistryError, RegistryBusyError, DiskFullError.
    """

    def work(connection: Connection) -> Seen | None:
        own = (seen_page.c.person == person, seen_page.c.page == page)
        before = connection.execute(select(seen_page.c.version, seen_page.c.seen_at).where(*own)).one_or_none()
        connection.execute(delete(seen_page).where(*own))
        row = {"person": person, "page": page, "version": version, "seen_at": clock.now()}
        connection.execute(insert(seen_page).values(row))
        newest = select(seen_page.c.page).where(seen_page.c.person == person).order_by(seen_page.c.seen_at.desc())
        kept = newest.limit(MOST_SEEN).scalar_subquery()
        connection.execute(delete(seen_page).where(seen_page.c.person == person, seen_page.c.page.not_in(kept)))
        return record(Seen, before) if before else None

    return write(_engine(settings.ops_url), work)


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    return open_database(url)
