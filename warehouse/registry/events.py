"""Events of reports: written with the change that they record, and read as each report's current state."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, case, func, insert, select

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


def last_decisions() -> Subquery:
    """Select the newest deciding event of each submission that has any."""
    newest = (
        select(func.max(audit_event.c.event_id).label("event_id"))
        .where(audit_event.c.kind.in_(DECIDING), audit_event.c.submission_id.is_not(None))
        .group_by(audit_event.c.submission_id)
        .subquery("newest")
    )
    # Joined instead of filtered with IN: SQLite scans such a list for every submission.
    return select(audit_event).join(newest, newest.c.event_id == audit_event.c.event_id).subquery("decision")


def state_of(decision: Subquery) -> ColumnElement[str]:
    """Return a submission's state: the last decision; without events (an older registry) its verdict on arrival."""
    return func.coalesce(decision.c.kind, submission.c.verdict)


@cache
def select_submissions() -> Select[Any]:
    """Select rows as Submission whose `verdict` is the current state: accepted, received (waiting), or rejected.

    A returned report is rejected: it arrived and was refused.
    """
    decision = last_decisions()
    state = state_of(decision)
    verdict = case((state == RETURNED, REJECTED), else_=state).label("verdict")
    histories = select(audit_event.c.submission_id).where(audit_event.c.kind == HISTORY)
    is_history = submission.c.submission_id.in_(histories).label("is_history")
    computed: dict[str, ColumnElement[Any]] = {"verdict": verdict, "is_history": is_history}
    columns = [computed[name] if name in computed else submission.c[name] for name in Submission.__dataclass_fields__]
    joined = submission.outerjoin(decision, decision.c.submission_id == submission.c.submission_id)
    return select(*columns).select_from(joined)
