"""Queries on the intake's tables: submissions with their state, closed quarters, events."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from warehouse.db.audit_tables import audit_event
from warehouse.db.registry_tables import submission
from warehouse.db.rows import record
from warehouse.forms.problems import Problem
from warehouse.intake.records import AuditEvent, Lock, Received
from warehouse.registry.events import DECIDING, LOCKED, RETURNED, UNLOCKED, select_submissions
from warehouse.registry.records import MOST_INTEGER, Submission

# Present in the event with which a report landed.
_VERSION, _QUESTIONS = "version", "questions"


def received(connection: Connection, **filters: Any) -> list[Received]:
    """Return submissions in their current state, newest first; `filters` are values by column, None is ignored."""
    conditions = [submission.c[name] == value for name, value in filters.items() if value is not None]
    query = select_submissions().where(*conditions).order_by(submission.c.submission_id.desc())
    rows = [Submission(**row) for row in connection.execute(query).mappings()]
    deciding = audit_event.c.kind.in_(DECIDING) & audit_event.c.submission_id.in_(
        select(submission.c.submission_id).where(*conditions)
    )
    decided: defaultdict[int, list[RowMapping]] = defaultdict(list)
    for event in connection.execute(select(audit_event).where(deciding).order_by(audit_event.c.event_id)).mappings():
        decided[event["submission_id"]].append(event)
    return [_received(row, decided[row.submission_id]) for row in rows]


def current_submission(connection: Connection, submission_id: int) -> Received:
    """Return a submission. Raises LookupError."""
    # Databases refuse a number that is too large for the column.
    matches = received(connection, submission_id=submission_id) if submission_id <= MOST_INTEGER else []
    if not matches:
        raise LookupError(f"submission {submission_id}")
    return matches[0]


def locks(connection: Connection) -> dict[str, Lock]:
    """Return the closed quarters by code."""
    newest = (
        select(func.max(audit_event.c.event_id))
        .where(audit_event.c.kind.in_((LOCKED, UNLOCKED)))
        .group_by(audit_event.c.period_code)
    )
    rows = connection.execute(select(audit_event).where(audit_event.c.event_id.in_(newest))).all()
    return {
        row.period_code: Lock(row.period_code, row.event_at, row.event_by, row.reason or "")
        for row in rows
        if row.kind == LOCKED
    }


def events(connection: Connection, limit: int | None, **filters: Any) -> list[AuditEvent]:
    """Return events, newest first; `filters` are values by column, None is ignored."""
    conditions = [audit_event.c[name] == value for name, value in filters.items() if value is not None]
    query = select(audit_event).where(*conditions).order_by(audit_event.c.event_id.desc()).limit(limit)
    return [record(AuditEvent, row) for row in connection.execute(query)]


def _received(row: Submission, decided: list[RowMapping]) -> Received:
    """Combine a row with its deciding events; in an older registry it may lack its landing or have none at all."""
    if not decided:
        return Received(row, row.verdict, None, None, None)
    first, last = decided[0], decided[-1]
    has_landing = _VERSION in first["after"] and first["kind"] != RETURNED
    return Received(
        row,
        last["kind"],
        last["event_at"],
        last["event_by"],
        None if has_landing and last is first else last["reason"],
        first["reason"] if has_landing else None,
        tuple(Problem(**question) for question in first["after"].get(_QUESTIONS, ())) if has_landing else (),
    )
