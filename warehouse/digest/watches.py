"""Saved views whose changes are reported in a person's digest."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, insert, select

from warehouse import clock
from warehouse.db.connection import write
from warehouse.db.digest_tables import digest_watch


@dataclass(frozen=True, slots=True)
class Watch:
    """A view that a person watches, its rows when they began as a key, and when that was."""

    view_id: int
    state_key: str
    watched_at: datetime


class Watches:
    """The watched views in a registry. Persons are compared without case, as in the file of roles."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, person: str) -> list[Watch]:
        """Return the views that a person watches, by number."""
        query = select(digest_watch).where(digest_watch.c.person == person.casefold())
        with self._engine.connect() as connection:
            rows = list(connection.execute(query.order_by(digest_watch.c.watch_id)))
        last = {row.view_id: row for row in rows}
        return [Watch(number, row.state_key, row.watched_at) for number, row in sorted(last.items()) if row.is_on]

    def begin(self, person: str, view_id: int, state_key: str) -> None:
        """Have changes of a view reported to a person, from the rows that it has now."""
        self._add(person, view_id, state_key, is_on=True)

    def end(self, person: str, view_id: int) -> None:
        """Report no more changes of a view to a person."""
        self._add(person, view_id, "", is_on=False)

    def _add(self, person: str, view_id: int, state_key: str, *, is_on: bool) -> None:
        row = {"person": person.casefold(), "view_id": view_id, "is_on": is_on, "state_key": state_key}
        row |= {"watched_at": clock.now()}
        write(self._engine, lambda connection: connection.execute(insert(digest_watch).values(row)))
