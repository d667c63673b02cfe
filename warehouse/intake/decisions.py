"""Decisions of the department: reports accepted or returned, quarters closed; every step is stored as an event."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection

from warehouse import clock
from warehouse.db.connection import write
from warehouse.db.rows import tick
from warehouse.intake import store
from warehouse.intake.records import IntakeRefusal, Lock, Received
from warehouse.intake.written_texts import clean_text, clean_writer
from warehouse.reference import Reference
from warehouse.registry.events import ACCEPTED, BUILD_REQUESTED, LOCKED, REJECTED, RETURNED, UNLOCKED, add_event
from warehouse.registry.store import Registry
from warehouse.settings import Settings

Result = TypeVar("Result")


class Decisions:
    """Decides on reports of one registry.

    Every method raises IntakeRefusal for what is not allowed, LookupError for an unknown submission, or
    RegistryBusyError; then nothing was written. A decision that its own writer sends again, as a form whose answer was
    lost, is not written again and not refused.
    """

    def __init__(self, settings: Settings, registry: Registry, reference: Reference) -> None:
        self._settings = settings
        self._registry = registry
        self._reference = reference

    def accept(self, submission_id: int, by: str, note: str = "", *, seen: str | None = None) -> Received:
        """Accept a report. In a closed quarter this needs a note, unless its sender gave one.

        `seen` is the state that the decider saw: if another user decided since, the decision is refused.
        """
        return self._decide(ACCEPTED, submission_id, by, note, seen)

    def give_back(self, submission_id: int, by: str, reason: str, *, seen: str | None = None) -> Received:
        """Return a report to its sender with a reason; the accepted version before it counts again."""
        return self._decide(RETURNED, submission_id, by, reason, seen)

    def lock(self, period_code: str, by: str, reason: str = "") -> Lock:
        """Close a quarter whose reports were due: later reports need a reason."""
        period = self._reference.periods.get(period_code)
        if period is None:
            raise IntakeRefusal("period_unknown", {"period": period_code}, "period")
        if period.due_date >= self._settings.as_of(clock.now().date()):
            raise IntakeRefusal("not_due", {"period": period_code, "due": f"{period.due_date:%d/%m/%Y}"}, "period")
        return self._lock(LOCKED, period_code, by, reason)[period_code]

    def unlock(self, period_code: str, by: str, reason: str) -> None:
        """Open a closed quarter again, with a reason."""
        self._lock(UNLOCKED, period_code, by, reason)

    def note_build_request(self, by: str) -> None:
        """Record that a user requested a build."""
        self._write(lambda connection: add_event(connection, BUILD_REQUESTED, by, clock.now()))

    def _decide(self, kind: str, submission_id: int, by: str, text: str, seen: str | None) -> Received:
        writer = clean_writer(by)
        note = clean_text("reason" if kind == RETURNED else "note", text, is_required=kind == RETURNED)

        def work(connection: Connection) -> Received:
            received = store.current_submission(connection, submission_id)
            row = received.submission
            is_done = seen is not None and received.state == kind
            if is_done and _is_repeated(connection, kind, writer, note, submission_id=submission_id):
                return received
            _refuse_decision(received, kind, seen)
            if kind == ACCEPTED and not (note or received.note) and row.period_code in store.locks(connection):
                raise IntakeRefusal("locked", {"period": row.period_code}, "note")
            keys = {"reporter_code": row.reporter_code, "period_code": row.period_code}
            states = {report.submission.version: report.state for report in store.received(connection, **keys)}
            before = {"state": received.state, "counting_version": _counting(states)}
            after = {"state": kind, "counting_version": _counting(states | {row.version: kind})}
            about = keys | {"submission_id": submission_id, "reason": note}
            add_event(connection, kind, writer, clock.now(), before=before, after=after, **about)
            return store.current_submission(connection, submission_id)

        return self._write(work)

    def _lock(self, kind: str, period_code: str, by: str, reason: str) -> dict[str, Lock]:
        writer = clean_writer(by)
        reason_text = clean_text("reason", reason, is_required=kind == UNLOCKED)

        def work(connection: Connection) -> dict[str, Lock]:
            locks = store.locks(connection)
            is_locked = period_code in locks
            is_done = is_locked == (kind == LOCKED)
            if is_done and _is_repeated(connection, kind, writer, reason_text, period_code=period_code):
                return locks
            if is_done:
                raise IntakeRefusal("locked_already" if is_locked else "not_locked", {"period": period_code}, "period")
            states = {"before": {"is_locked": is_locked}, "after": {"is_locked": not is_locked}}
            add_event(connection, kind, writer, clock.now(), period_code=period_code, reason=reason_text, **states)
            return store.locks(connection)

        return self._write(work)

    def _write(self, work: Callable[[Connection], Result]) -> Result:
        def counted(connection: Connection) -> Result:
            tick(connection)
            return work(connection)

        return write(self._registry.engine, counted)


def _is_repeated(connection: Connection, kind: str, by: str, reason: str, **about: Any) -> bool:
    """Return whether the newest decision of a kind about a report or quarter has the same writer and reason."""
    newest = store.events(connection, 1, kind=kind, **about)
    return any((event.event_by, event.reason or "") == (by, reason or "") for event in newest)


def _refuse_decision(received: Received, kind: str, seen: str | None) -> None:
    params = {"id": received.submission.submission_id, "state": received.state, "by": received.decided_by or "?"}
    if received.state == REJECTED:
        raise IntakeRefusal("was_refused", params)
    if received.state == kind:
        raise IntakeRefusal("decided_already", params)
    if seen is not None and received.state != seen:
        raise IntakeRefusal("changed_meanwhile", params)


def _counting(states: Mapping[int | None, str]) -> int | None:
    """Return the version that counts: the newest accepted version."""
    return max((version for version, state in states.items() if version and state == ACCEPTED), default=None)
