"""Questions on figures: sent, answered, repeated, closed; every step is stored as an event."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from warehouse import clock
from warehouse.db.desk_tables import question, question_event
from warehouse.db.reads import logged
from warehouse.db.rows import record, ticks
from warehouse.desk import fields, store
from warehouse.desk.calls import Calls
from warehouse.desk.fields import DeskProblem, DeskRefusal, Fields
from warehouse.desk.question_records import (
    CORRECTED,
    ENDED,
    QUESTION_STEPS,
    Question,
    QuestionDraft,
    QuestionEvent,
    QuestionStep,
    question_now,
)


class Questions(Calls):
    """Questions of the desk; writes behave like those of actions."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        # Questions by number, cached by stamp like actions.
        self._asked: tuple[str, dict[int, Question]] = ("", {})

    def ask(self, draft: QuestionDraft, by: str, *, at: datetime | None = None, token: str | None = None) -> Question:
        """Ask an office about a figure."""
        form = Fields()
        row: dict[str, Any] = {
            "unit_code": form.code("unit_code", draft.unit_code, is_required=True),
            "target_code": form.code("target_code", draft.target_code, is_required=True),
            "period_code": form.period("period_code", draft.period_code),
            "period_window": form.choice("window", draft.period_window, fields.WINDOWS),
            "version": form.version("version", draft.version),
            "figure": dict(draft.figure),
            "office_code": form.code("office_code", draft.office_code, is_required=True),
            "text": form.text("text", draft.text, fields.MAX_TEXT),
            "may_state_counts": draft.may_state_counts,
            "asker": draft.asker,
            "asked_by": form.writer("by", by),
        }
        form.done()

        def work(connection: Connection) -> int:
            made = store.made_before(connection, question, token)
            row_made = made or store.add(connection, question, row | {"asked_at": at or clock.now(), "token": token})
            return int(row_made.question_id)

        return self.question(self._write(work))

    def step_question(
        self,
        question_id: int,
        kind: str,
        step: QuestionStep,
        by: str,
        *,
        token: str | None = None,
    ) -> Question:
        """Answer, ask again or close (`kind` is one of `QUESTION_STEPS`). Raises LookupError for an unknown question.

        Refused if its state does not allow the step (`question_<state>`), or if it has another step than the writer
        saw (`question_moved`). A corrected report and a closing need no words.
        """
        form = Fields()
        writer = form.writer("by", by)
        text = form.text("text", step.text, fields.MAX_TEXT, is_required=kind not in (CORRECTED, ENDED))
        form.done()
        row = {
            "question_id": question_id,
            "at": clock.now(),
            "by": writer,
            "kind": kind,
            "text": text,
            "may_state_counts": step.may_state_counts,
            "submission_id": step.submission_id,
            "token": token,
        }

        def work(connection: Connection) -> None:
            if store.made_before(connection, question_event, token):
                return
            now = question_now(*_history(connection, question_id))
            if now.last_event_id != step.seen:
                raise DeskRefusal(DeskProblem("question_id", "question_moved", {"by": now.moved_by}))
            if now.state not in QUESTION_STEPS[kind][1]:
                raise DeskRefusal(DeskProblem("question_id", f"question_{now.state}"))
            store.add(connection, question_event, row)

        self._write(work)
        return self.question(question_id)

    @logged
    def question(self, question_id: int) -> Question:
        """Return a question in its current state. Raises LookupError."""
        result = self._questions().get(question_id)
        if result is None:
            raise LookupError(f"question {question_id}")
        return result

    @logged
    def questions(self) -> list[Question]:
        """Return every question in its current state, the one that waits longest first."""
        return sorted(self._questions().values(), key=lambda asked: (asked.moved_at, asked.question_id))

    @logged
    def question_history(self, question_id: int) -> list[QuestionEvent]:
        """Return the steps of a question, oldest first. Raises LookupError."""
        with self.engine.connect() as connection:
            return _history(connection, question_id)[1]

    def _questions(self) -> dict[int, Question]:
        with self.engine.connect() as connection:
            stamp = ticks(connection)
            known, asked = self._asked
            if stamp != known:
                asked = _all_questions(connection)
                self._asked = (stamp, asked)
        return asked


def _history(connection: Connection, question_id: int) -> tuple[Question, list[QuestionEvent]]:
    row = connection.execute(select(question).where(question.c.question_id == question_id)).first()
    if row is None:
        raise LookupError(f"question {question_id}")
    query = select(question_event).where(question_event.c.question_id == question_id)
    events = connection.execute(query.order_by(question_event.c.event_id))
    return _as_asked(row), [record(QuestionEvent, event) for event in events]


def _all_questions(connection: Connection) -> dict[int, Question]:
    events: defaultdict[int, list[QuestionEvent]] = defaultdict(list)
    for row in connection.execute(select(question_event).order_by(question_event.c.event_id)):
        events[row.question_id].append(record(QuestionEvent, row))
    asked = [_as_asked(row) for row in connection.execute(select(question).order_by(question.c.question_id))]
    return {one.question_id: question_now(one, events[one.question_id]) for one in asked}


def _as_asked(row: Row[Any]) -> Question:
    values = {column.key: row._mapping[column] for column in question.columns if column.key != "token"}
    return Question(**values, moved_at=row.asked_at, moved_by=row.asked_by)
