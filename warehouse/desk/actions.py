"""Actions: opened, changed, commented, closed; every step is stored as an event."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Table, select

from warehouse import clock
from warehouse.db.connection import open_database, write
from warehouse.db.desk_tables import action, action_event, review
from warehouse.db.reads import logged
from warehouse.db.rows import record, tick, ticks
from warehouse.desk import fields, records, store
from warehouse.desk.fields import DeskProblem, DeskRefusal, Fields
from warehouse.desk.records import Action, ActionEvent, Draft, Handover, current_state, to_json

Result = TypeVar("Result")
Made = TypeVar("Made")


class Opening(NamedTuple):
    """A new action: its row, and the values that its first event records."""

    row: Mapping[str, Any]
    after: Mapping[str, Any]


class Actions:
    """Actions of the desk, at a SQLAlchemy URL.

    Writes are dated `at`, by default now. A write with a `token` that was used before returns the earlier result.
    Writes raise DeskRefusal with every problem of the form, LookupError for an unknown action, or RegistryBusyError;
    then nothing was written.
    """

    def __init__(self, url: str) -> None:
        self.engine = open_database(url)
        # Actions by number, cached by stamp: a page reads several times what seldom changes.
        self._book: tuple[str, dict[int, Action]] = ("", {})

    def stamp(self) -> str:
        """Return a stamp that changes with every write of any process; use it as a cache key."""
        with self.engine.connect() as connection:
            return ticks(connection)

    def open_action(self, draft: Draft, by: str, *, at: datetime | None = None, token: str | None = None) -> Action:
        """Open an action."""
        form = Fields()
        moment = at or clock.now()
        opening = self._opening(form, draft, by, moment)
        form.done()

        def work(connection: Connection) -> int:
            if made := store.made_before(connection, action, token):
                return int(made.action_id)
            return self._add_opening(connection, opening, token)

        return self.action(self._write(work))

    def change_action(
        self,
        action_id: int,
        by: str,
        changes: Mapping[str, Any],
        *,
        seen: int | None = None,
    ) -> Action:
        """Change what, owner, due_date, unit_code or target_code, as far as they differ from the current values.

        `seen` is the `last_event_id` that the writer saw: a field that they changed and another user changed since is
        refused (`changed_meanwhile`); a field that they left unchanged keeps the other user's value.
        """

        def work(connection: Connection) -> None:
            opened, events = store.history(connection, action_id)
            now = current_state(opened, events)
            then = current_state(opened, [event for event in events if seen is None or event.event_id <= seen])
            form = Fields()
            writer = form.writer("by", by)
            wanted = form.changes(changes, now.opened_at.date())
            new = {
                name: value for name, value in wanted.items() if value not in (getattr(then, name), getattr(now, name))
            }
            for name in new:
                if getattr(then, name) != getattr(now, name):
                    form.refuse(name, "changed_meanwhile", by=now.moved_by)
            form.done()
            if new:
                before = {name: to_json(getattr(now, name)) for name in new}
                after = {name: to_json(value) for name, value in new.items()}
                happened = store.event_values(action_id, None, writer, records.CHANGED, before=before, after=after)
                store.add(connection, action_event, happened)

        self._write(work)
        return self.action(action_id)

    def move(
        self,
        action_id: int,
        by: str,
        to: Handover,
        *,
        seen: int | None = None,
        token: str | None = None,
    ) -> Action:
        """Hand an unfinished action over to another unit, its office and a new due day.

        Refused if the action was given to another unit after the event `seen` (`changed_meanwhile`).
        """
        moment = clock.now()
        form = Fields()
        writer = form.writer("by", by)
        new: dict[str, Any] = {
            "unit_code": form.code("unit_code", to.unit_code, is_required=True),
            "owner": form.line("owner", to.owner, fields.MAX_OWNER),
            "due_date": form.due("due_date", to.due_date, moment.date()),
        }
        form.done()

        def work(connection: Connection) -> None:
            if store.made_before(connection, action_event, token):
                return
            opened, events = store.history(connection, action_id)
            now = current_state(opened, events)
            if not now.is_unfinished:
                raise DeskRefusal(DeskProblem("status", "not_moved", {"status": now.status}))
            if seen is not None and any("unit_code" in event.after for event in events if event.event_id > seen):
                raise DeskRefusal(DeskProblem("unit_code", "changed_meanwhile", {"by": now.moved_by}))
            # The unit is recorded even if its code is the same: codes are reused.
            changed = [name for name in new if name == "unit_code" or new[name] != getattr(now, name)]
            before = {name: to_json(getattr(now, name)) for name in changed}
            after = {name: to_json(new[name]) for name in changed}
            happened = store.event_values(
                action_id, moment, writer, records.MOVED, before=before, after=after, token=token
            )
            store.add(connection, action_event, happened)

        self._write(work)
        return self.action(action_id)

    def comment(
        self, action_id: int, by: str, text: str, *, at: datetime | None = None, token: str | None = None
    ) -> Action:
        """Add a comment to an action, in any status."""
        return self._add_comment(records.COMMENTED, action_id, by, text, at, token)

    def start(
        self, action_id: int, by: str, text: str = "", *, at: datetime | None = None, token: str | None = None
    ) -> Action:
        """Record that work on an open action has begun."""
        return self._add_comment(records.STARTED, action_id, by, text, at, token)

    def reopen(self, action_id: int, by: str, text: str, *, token: str | None = None) -> Action:
        """Reopen a done or cancelled action; `text` gives the reason."""
        return self._add_comment(records.REOPENED, action_id, by, text, None, token)

    def cancel(
        self, action_id: int, by: str, text: str, *, at: datetime | None = None, token: str | None = None
    ) -> Action:
        """Cancel an unfinished action; `text` gives the reason."""
        return self._add_comment(records.CANCELLING, action_id, by, text, at, token)

    def close(
        self,
        action_id: int,
        by: str,
        evidence: str,
        text: str = "",
        *,
        at: datetime | None = None,
        token: str | None = None,
    ) -> Action:
        """Close an action as done; `evidence` is a document's number, date or place."""
        form = Fields()
        writer, document = form.writer("by", by), form.line("evidence", evidence, fields.MAX_EVIDENCE)
        comment = form.text("text", text, fields.MAX_TEXT, is_required=False) or None
        form.done()
        happened = store.event_values(
            action_id, at, writer, records.CLOSED, text=comment, evidence=document, token=token
        )
        return self._happen(happened)

    @logged
    def action(self, action_id: int) -> Action:
        """Return an action in its current state. Raises LookupError."""
        result = self._actions().get(action_id)
        if result is None:
            raise LookupError(f"action {action_id}")
        return result

    @logged
    def actions(
        self,
        *,
        status: Collection[str] = (),
        unit: str | None = None,
        target: str | None = None,
        review_id: int | None = None,
    ) -> list[Action]:
        """Return actions in their current state, by due day: all, or those that meet every condition given."""
        wanted = {"unit_code": unit, "target_code": target, "review_id": review_id}
        query = {name: value for name, value in wanted.items() if value is not None}
        matches = [
            item
            for item in self._actions().values()
            if (not status or item.status in status)
            and all(getattr(item, name) == value for name, value in query.items())
        ]
        return sorted(matches, key=lambda item: (item.due_date, item.action_id))

    @logged
    def history(self, action_id: int) -> list[ActionEvent]:
        """Return an action's events, oldest first. Raises LookupError."""
        with self.engine.connect() as connection:
            return store.history(connection, action_id)[1]

    def _actions(self) -> dict[int, Action]:
        with self.engine.connect() as connection:
            stamp = ticks(connection)
            known, book = self._book
            if stamp != known:
                book = store.all_actions(connection)
                self._book = (stamp, book)
        return book

    def _opening(
        self, form: Fields, draft: Draft, by: str, moment: datetime, what: str = "what", due: str = "due_date"
    ) -> Opening:
        """Return the rows of a new action; `what` and `due` name its fields where a form has those of several."""
        values = {
            "what": form.line(what, draft.what, fields.MAX_WHAT),
            "owner": form.line("owner", draft.owner, fields.MAX_OWNER),
            "due_date": form.due(due, draft.due_date, moment.date()),
            "unit_code": form.code("unit_code", draft.unit_code),
            "target_code": form.code("target_code", draft.target_code),
        }
        origin = {"origin": form.choice("origin", draft.origin, records.ORIGINS)} if draft.origin else {}
        row = values | {"period_code": form.period("period_code", draft.period_code), "review_id": draft.review_id}
        row |= {"opened_at": moment, "opened_by": form.writer("by", by)}
        return Opening(row, {name: to_json(value) for name, value in values.items()} | origin)

    def _add_opening(self, connection: Connection, opening: Opening, token: str | None = None) -> int:
        """Add a new action with its first event, and return its number."""
        row = opening.row
        query = select(review.c.review_id).where(review.c.review_id == row["review_id"])
        if row["review_id"] is not None and connection.scalar(query) is None:
            raise DeskRefusal(DeskProblem("review_id", "unknown"))
        key = int(store.add(connection, action, {**row, "token": token}).action_id)
        happened = store.event_values(key, row["opened_at"], row["opened_by"], records.OPENED, after=opening.after)
        store.add(connection, action_event, happened)
        return key

    def _add_comment(
        self, kind: str, action_id: int, by: str, text: str, at: datetime | None, token: str | None
    ) -> Action:
        form = Fields()
        writer = form.writer("by", by)
        comment = form.text("text", text, fields.MAX_TEXT, is_required=kind != records.STARTED)
        form.done()
        return self._happen(store.event_values(action_id, at, writer, kind, text=comment or None, token=token))

    def _happen(self, happened: Mapping[str, Any]) -> Action:
        """Add an event to an action if its status allows it."""
        action_id, kind = happened["action_id"], happened["kind"]

        def work(connection: Connection) -> None:
            if store.made_before(connection, action_event, happened["token"]):
                return
            status = current_state(*store.history(connection, action_id)).status
            if kind in records.STEPS and status not in records.STEPS[kind][1]:
                raise DeskRefusal(DeskProblem("status", f"not_{kind}", {"status": status}))
            store.add(connection, action_event, happened)

        self._write(work)
        return self.action(action_id)

    def _add_once(self, kind: type[Made], table: Table, values: Mapping[str, Any], token: str | None) -> Made:
        """Add a row and return its record, or the record that an earlier call with this token added."""

        def work(connection: Connection) -> Made:
            made = store.made_before(connection, table, token)
            return record(kind, made or store.add(connection, table, {**values, "token": token}))

        return self._write(work)

    def _write(self, work: Callable[[Connection], Result]) -> Result:
        def counted(connection: Connection) -> Result:
            tick(connection)
            return work(connection)

        return write(self.engine, counted)
