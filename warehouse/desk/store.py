"""Rows of the desk's tables to records and back."""

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
    """Insert a row and give it back with its number."""
    key = connection.execute(insert(table).values(values)).inserted_primary_key
    number = next(iter(table.primary_key))
    return connection.execute(select(table).where(number == key[0])).one()  # type: ignore[index]


def made_before(connection: Connection, table: Table, token: str | None) -> Row[Any] | None:
    """The row that an earlier call with this token made."""
    if token is None:
        return None
    return connection.execute(select(table).where(table.c.token == token)).first()


def event_values(action_id: int, at: datetime | None, by: str, kind: str, **more: Any) -> dict[str, Any]:
    """The row of an event; `more` are before, after, text, evidence, token."""
    row = {"action_id": action_id, "at": at or clock.now(), "by": by, "kind": kind}
    return row | {"before": {}, "after": {}, "text": None, "evidence": None, "token": None} | more


def history(connection: Connection, action_id: int) -> tuple[Action, list[ActionEvent]]:
    """An action as it was opened, and its events. Raises LookupError."""
    row = connection.execute(select(action).where(action.c.action_id == action_id)).first()
    if row is None:
        raise LookupError(f"action {action_id}")
    query = select(action_event).where(action_event.c.action_id == action_id).order_by(action_event.c.event_id)
    return _as_opened(row), [record(ActionEvent, one) for one in connection.execute(query)]


def all_actions(connection: Connection) -> dict[int, Action]:
    """Every action as it stands, by number."""
    events: defaultdict[int, list[ActionEvent]] = defaultdict(list)
    for row in connection.execute(select(action_event).order_by(action_event.c.event_id)):
        events[row.action_id].append(record(ActionEvent, row))
    opened = [_as_opened(row) for row in connection.execute(select(action).order_by(action.c.action_id))]
    return {one.action_id: current_state(one, events[one.action_id]) for one in opened}


def _as_opened(row: Row[Any]) -> Action:
    values = {name: value for name, value in row._mapping.items() if name != "token"}
    return Action(**values, moved_at=row.opened_at, moved_by=row.opened_by, unit_day=row.due_date)
