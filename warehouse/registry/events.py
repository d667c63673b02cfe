"""Events of reports: written with the change that they record, and read as each report's current state."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, insert, select

from warehouse.db.audit_tables import audit_event
from warehouse.db.registry_tables import submission
from warehouse.registry.records import Submission

RECEIVED, ACCEPTED, RETURNED, REJECTED = "received", "accepted", "returned", "rejected"
REFUSED, LOCKED, UNLOCKED, BUILD_REQUESTED = "refused", "locked", "unlocked", "build_requested"
# A report of past years that was imported in bulk.
HISTORY = "history"
KINDS = (RECEIVED, ACCEPTED, RETURNED, REFUSED, HISTORY, LOCKED, UNLOCKED, BUILD_REQUESTED)
# The kinds that set a report's state to the state of the same name.
DECIDING = (RECEIVED, ACCEPTED, RETURNED)


def add_event(connection: Connection, kind: str, by: str, at: datetime, **about: Any) -> None:
    """Record an event in the transaction that makes the change.

    `about` are submission_id, reporter_code, period_code, before, after, reason, as far as they apply.
    """
    row = {"event_at": at, "event_by": by, "kind": kind, "before": {}, "after": {}} | about
    connection.execute(insert(audit_event).values(row | {"reason": row.get("reason") or None}))


@cache
def select_submissions() -> Select[Any]:
    """Select rows as Submission whose `verdict` is the current state: accepted, received (waiting), or rejected.

    A returned report is rejected: it arrived and was refused. Without events (an older registry) it is the verdict on
    arrival. Events are looked up by submission, so that one submission costs the same however many there are.
    """
    own = audit_event.c.submission_id == submission.c.submission_id
    state = case((audit_event.c.kind == RETURNED, REJECTED), else_=audit_event.c.kind)
    newest = select(state).where(own, audit_event.c.kind.in_(DECIDING)).order_by(audit_event.c.event_id.desc()).limit(1)
    decided = newest.correlate(submission).scalar_subquery()
    is_history = select(audit_event.c.event_id).where(own, audit_event.c.kind == HISTORY).correlate(submission).exists()
    computed: dict[str, ColumnElement[Any]] = {
        "verdict": func.coalesce(decided, submission.c.verdict).label("verdict"),
        "is_history": is_history.label("is_history"),
    }
    names = Submission.__dataclass_fields__
    return select(*(computed[name] if name in computed else submission.c[name] for name in names))
