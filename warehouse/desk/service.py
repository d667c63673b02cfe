"""The desk itself: actions, reviews held, notes."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, select

from warehouse import clock
from warehouse.db.desk_tables import note, review
from warehouse.db.rows import record
from warehouse.desk import fields, store
from warehouse.desk.actions import Actions
from warehouse.desk.fields import DeskProblem, DeskRefusal, Fields
from warehouse.desk.records import Note, Review
from warehouse.settings import Settings


class Desk(Actions):
    """Reads and writes what people decide: actions (see there for how writes behave), reviews held, notes.

    `runs_dir` holds the published versions that a review may be held on.
    """

    def __init__(self, url: str, runs_dir: Path | None = None) -> None:
        super().__init__(url)
        self._runs_dir = runs_dir

    @classmethod
    def open(cls, settings: Settings | None = None) -> "Desk":
        """The desk behind `KPI_OPS_URL`, one per process and URL. Raises RegistryBusyError."""
        chosen = settings or Settings.from_env()
        is_embedded = chosen.warehouse_url.startswith("duckdb")
        return _desk(chosen.ops_url, chosen.runs_dir if is_embedded else None)

    def hold_review(
        self,
        period_code: str,
        window: str,
        version: str,
        as_of_date: date,
        by: str,
        *,
        at: datetime | None = None,
        token: str | None = None,
    ) -> Review:
        """Note that a review was held on a published version's figures; that version is kept from now on."""
        form = Fields()
        same = {
            "period_code": form.period("period_code", period_code),
            "period_window": form.choice("window", window, fields.WINDOWS),
            "version": version,
        }
        row = same | {"as_of_date": as_of_date, "held_at": at or clock.now(), "held_by": form.writer("by", by)}
        if self._runs_dir and not (self._runs_dir / version).is_dir():
            form.refuse("version", "not_kept", version=version)
        form.done()

        def work(connection: Connection) -> Review:
            if made := store.made_before(connection, review, token):
                return record(Review, made)
            if held := connection.execute(select(review).filter_by(**same)).first():
                raise DeskRefusal(DeskProblem("version", "already_held", {"review_id": held.review_id}))
            return record(Review, store.add(connection, review, row | {"token": token}))

        return self._write(work)

    def reviews(self) -> list[Review]:
        """Every review held, newest first."""
        query = select(review).order_by(review.c.held_at.desc(), review.c.review_id.desc())
        with self.engine.connect() as connection:
            return [record(Review, row) for row in connection.execute(query)]

    def review(self, review_id: int) -> Review:
        """One review. Raises LookupError."""
        with self.engine.connect() as connection:
            row = connection.execute(select(review).where(review.c.review_id == review_id)).first()
        if row is None:
            raise LookupError(f"review {review_id}")
        return record(Review, row)

    def add_note(
        self,
        unit_code: str,
        period_code: str,
        text: str,
        by: str,
        *,
        target_code: str | None = None,
        at: datetime | None = None,
        token: str | None = None,
    ) -> Note:
        """Write a note on a unit, or on one of its targets, in a quarter."""
        form = Fields()
        row: dict[str, object] = {
            "unit_code": form.unit("unit_code", unit_code),
            "target_code": form.target("target_code", target_code),
            "period_code": form.period("period_code", period_code),
            "text": form.text("text", text, fields.MAX_TEXT),
            "written_by": form.writer("by", by),
        }
        if not unit_code:
            form.refuse("unit_code", "required")
        form.done()
        row |= {"written_at": at or clock.now(), "token": token}

        def work(connection: Connection) -> Note:
            made = store.made_before(connection, note, token)
            return record(Note, made or store.add(connection, note, row))

        return self._write(work)

    def notes(self, unit_code: str, target_code: str | None = None) -> list[Note]:
        """Notes on a unit, newest first; only those on one target if asked."""
        query = select(note).where(note.c.unit_code == unit_code)
        if target_code:
            query = query.where(note.c.target_code == target_code)
        query = query.order_by(note.c.written_at.desc(), note.c.note_id.desc())
        with self.engine.connect() as connection:
            return [record(Note, row) for row in connection.execute(query)]


@lru_cache(maxsize=8)
def _desk(url: str, runs_dir: Path | None) -> Desk:
    return Desk(url, runs_dir)
