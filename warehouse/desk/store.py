"""Conversion between rows of the desk's tables and records."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select

from warehouse import clock
from warehouse.db.desk_tables import action, action_event
from warehouse.db.rows import record
from warehouse.desk.records import Action, ActionEvent, current_state


def add(connection: Connection, table: Table, values: Mapping[str, Any]) -> Row[Any]:
    """Insert a row and return it with its number."""
    key = connection.execute(insert(table).values(values)).inserted_primary_key
    number = next(iter(table.primary_key))
    return connection.execute(select(table).where(number == key[0])).one()  # type: ignore[index]


def made_before(connection: Connection, table: Table, token: str | None) -> Row[Any] | None:
    """Return the row that an earlier call with this token added."""
    if token is None:
        return None
    return connection.execute(select(table).where(table.c.token == token)).first()


def event_values(action_id: int, at: datetime | None, by: str, kind: str, **more: Any) -> dict[str, Any]:
    """Return the row of an event; `more` are before, after, text, evidence, token."""
    row = {"action_id": action_id, "at": at or clock.now(), "by": by, "kind": kind}
    return row | {"before": {}, "after": {}, "text": None, "evidence": None, "token": None} | more


def history(connection: Connection, action_id: int) -> tuple[Action, list[ActionEvent]]:
    """Return an action as it was opened, and its events. Raises LookupError."""
    row = connection.execute(select(action).where(action.c.action_id == action_id)).first()
    if row is None:
        raise LookupError(f"action {action_id}")
    query = select(action_event).where(action_event.c.action_id == action_id).order_by(action_event.c.event_id)
    return _as_opened(row), [record(ActionEvent, row) for row in connection.execute(query)]


def all_actions(connection: Connection) -> dict[int, Action]:
    """Return every action in its current state, by number."""
    events: defaultdict[int, list[ActionEvent]] = defaultdict(list)
    for row in connection.execute(select(action_event).order_by(action_event.c.event_id)):
        events[row.action_id].append(record(ActionEvent, row))
    opened = [_as_opened(row) for row in connection.execute(select(action).order_by(action.c.action_id))]
    return {row.action_id: current_state(row, events[row.action_id]) for row in opened}


def _as_opened(row: Row[Any]) -> Action:
    values = {name: value for name, value in row._mapping.items() if name != "token"}
    return Action(**values, moved_at=row.opened_at, moved_by=row.opened_by, unit_day=row.due_date)
