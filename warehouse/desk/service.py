"""The desk: actions, calls, questions, saved views, reviews with topics and minutes, notes."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from warehouse import clock
from warehouse.db.desk_tables import agenda, minutes, note, review
from warehouse.db.reads import logged
from warehouse.db.rows import record
from warehouse.desk import fields, store
from warehouse.desk.fields import DeskProblem, DeskRefusal, Fields
from warehouse.desk.records import Agenda, AgendaDraft, Minutes, Note, Review, ReviewDraft
from warehouse.desk.views import Views
from warehouse.settings import Settings


class Desk(Views):
    """Reads and writes actions, calls, questions, saved views, reviews with minutes, and notes, as Actions do.

    `runs_dir` holds the published versions on which a review may be held.
    """

    def __init__(self, url: str, runs_dir: Path | None = None) -> None:
        super().__init__(url)
        self._runs_dir = runs_dir

    @classmethod
    def open(cls, settings: Settings | None = None) -> "Desk":
        """Return the desk of `KPI_OPS_URL`, one per process and URL. Raises RegistryBusyError."""
        chosen = settings or Settings.from_env()
        return _desk(chosen.ops_url, chosen.runs_dir if chosen.is_embedded else None)

    def hold_review(
        self, draft: ReviewDraft, by: str, *, at: datetime | None = None, token: str | None = None
    ) -> Review:
        """Record that a review was held on a published version's figures, with its minutes, and keep that version."""
        form = Fields()
        same = {
            "period_code": form.period("period_code", draft.period_code),
            "period_window": form.choice("window", draft.window, fields.WINDOWS),
            "version": draft.version,
        }
        moment = at or clock.now()
        minutes_row = _minutes_row(form, draft.present, draft.discussed, by, moment)
        row = same | {"as_of_date": draft.as_of_date, "held_at": moment, "held_by": minutes_row["written_by"]}
        if self._runs_dir and not (self._runs_dir / draft.version).is_dir():
            form.refuse("version", "not_kept", version=draft.version)
        form.done()

        def work(connection: Connection) -> Review:
            if made := store.made_before(connection, review, token):
                return record(Review, made)
            if held := connection.execute(select(review).filter_by(**same)).first():
                raise DeskRefusal(DeskProblem("version", "already_held", {"review_id": held.review_id}))
            made = store.add(connection, review, row | {"token": token})
            store.add(connection, minutes, minutes_row | {"review_id": made.review_id})
            return record(Review, made)

        return self._write(work)

    def arrange_topics(self, draft: AgendaDraft, by: str, *, seen: int | None) -> Agenda:
        """Record the order of a meeting's topics and those left out; earlier orders stay stored.

        `seen` is the number of the newest order that the writer saw, None before the first: refused if there is a newer
        one (`changed_meanwhile`) with another order.
        """
        form = Fields()
        about = {
            "period_code": form.period("period_code", draft.period_code),
            "period_window": form.choice("window", draft.period_window, fields.WINDOWS),
        }
        listed = {
            name: [code for code in codes if form.code("topics", code)]
            for name, codes in (("topics", draft.topics), ("dropped", draft.dropped))
        }
        row = {**about, **listed, "written_at": clock.now(), "written_by": form.writer("by", by)}
        form.done()

        def work(connection: Connection) -> Agenda:
            query = select(agenda).filter_by(**about).order_by(agenda.c.agenda_id.desc())
            newest = connection.execute(query).first()
            if newest and {"topics": newest.topics, "dropped": newest.dropped} == listed:
                return _agenda(newest)
            if newest and newest.agenda_id != seen:
                raise DeskRefusal(DeskProblem("version", "changed_meanwhile", {"by": newest.written_by}))
            return _agenda(store.add(connection, agenda, row))

        return self._write(work)

    @logged
    def agendas(self, period: str, window: str) -> list[Agenda]:
        """Return every order of topics recorded for a period and window, newest first."""
        query = select(agenda).filter_by(period_code=period, period_window=window).order_by(agenda.c.agenda_id.desc())
        with self.engine.connect() as connection:
            return [_agenda(row) for row in connection.execute(query)]

    @logged
    def reviews(self) -> list[Review]:
        """Return every review, newest first."""
        query = select(review).order_by(review.c.held_at.desc(), review.c.review_id.desc())
        with self.engine.connect() as connection:
            return [record(Review, row) for row in connection.execute(query)]

    @logged
    def review(self, review_id: int) -> Review:
        """Return a review. Raises LookupError."""
        with self.engine.connect() as connection:
            row = connection.execute(select(review).where(review.c.review_id == review_id)).first()
        if row is None:
            raise LookupError(f"review {review_id}")
        return record(Review, row)

    def write_minutes(
        self, review_id: int, by: str, present: str, discussed: str, *, seen: int | None = None
    ) -> Minutes:
        """Replace a review's minutes; earlier minutes stay stored, and the same are not stored twice. Raises
        LookupError.

        `seen` is the number of the minutes that the writer saw; refused if they are not the newest
        (`changed_meanwhile`).
        """
        self.review(review_id)
        form = Fields()
        row = _minutes_row(form, present, discussed, by, clock.now()) | {"review_id": review_id}
        form.done()
        same = ("review_id", "present", "discussed", "written_by")

        def work(connection: Connection) -> Minutes:
            newest = connection.execute(_minutes_of(review_id)).first()
            if newest and all(getattr(newest, name) == row[name] for name in same):
                return record(Minutes, newest)
            if newest and seen is not None and newest.minutes_id != seen:
                raise DeskRefusal(DeskProblem("review_id", "changed_meanwhile", {"by": newest.written_by}))
            return record(Minutes, store.add(connection, minutes, row))

        return self._write(work)

    @logged
    def minutes(self, review_id: int) -> Minutes | None:
        """Return a review's minutes; None for a review held before minutes were stored."""
        with self.engine.connect() as connection:
            row = connection.execute(_minutes_of(review_id)).first()
        return record(Minutes, row) if row else None

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
        """Add a note on a unit, or on one of its targets, in a quarter."""
        form = Fields()
        row: dict[str, object] = {
            "unit_code": form.code("unit_code", unit_code, is_required=True),
            "target_code": form.code("target_code", target_code),
            "period_code": form.period("period_code", period_code),
            "text": form.text("text", text, fields.MAX_TEXT),
            "written_by": form.writer("by", by),
        }
        form.done()
        return self._add_once(Note, note, row | {"written_at": at or clock.now()}, token)

    @logged
    def notes(self, unit_code: str, target_code: str | None = None) -> list[Note]:
        """Return notes on a unit, newest first, optionally only those on one target."""
        query = select(note).where(note.c.unit_code == unit_code)
        if target_code:
            query = query.where(note.c.target_code == target_code)
        query = query.order_by(note.c.written_at.desc(), note.c.note_id.desc())
        with self.engine.connect() as connection:
            return [record(Note, row) for row in connection.execute(query)]


def _agenda(row: Row[Any]) -> Agenda:
    values = row._mapping
    return Agenda(**{**values, "topics": tuple(values["topics"]), "dropped": tuple(values["dropped"])})


def _minutes_of(review_id: int) -> Select[Any]:
    """Return the query for a review's minutes, newest first."""
    return select(minutes).where(minutes.c.review_id == review_id).order_by(minutes.c.minutes_id.desc())


def _minutes_row(form: Fields, present: str, discussed: str, by: str, at: datetime) -> dict[str, object]:
    return {
        "present": form.text("present", present, fields.MAX_TEXT, is_required=False),
        "discussed": form.text("discussed", discussed, fields.MAX_TEXT, is_required=False),
        "written_at": at,
        "written_by": form.writer("by", by),
    }


@lru_cache(maxsize=8)
def _desk(url: str, runs_dir: Path | None) -> Desk:
    return Desk(url, runs_dir)
