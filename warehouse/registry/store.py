"""Store of submissions, reasons of refusals, results of checks, and builds."""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from warehouse import clock
from warehouse.db.connection import MAX_TRIES, RegistryBusyError, open_database, pause_or_give_up, writing
from warehouse.db.desk_tables import review
from warehouse.db.registry_tables import build_run, quality_result, submission, submission_problem
from warehouse.db.rows import tick
from warehouse.forms.problems import Problem
from warehouse.registry.events import ACCEPTED, HISTORY, RECEIVED, REFUSED, REJECTED, add_event, select_submissions
from warehouse.registry.records import MOST_INTEGER, Arrival, BuildRun, QualityResult, Submission


class Registry:
    """Reads and writes the registry at a SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self.engine = open_database(url)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def accept(
        self,
        arrival: Arrival,
        *,
        waits: bool = False,
        is_history: bool = False,
        note: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> tuple[Submission, bool]:
        """Record a report without faults as the unit's next version for the quarter; `waits` means it needs acceptance.

        Returns its row and whether it is new: content that landed before keeps its row and its state. The sender's
        `note` and other `facts` are stored in its first event; `is_history` in an event of its own. Raises
        RegistryBusyError.
        """
        state, since = RECEIVED if waits else ACCEPTED, time.monotonic()
        for attempt in range(MAX_TRIES):
            existing = self.find_landed(arrival.sha256)
            if existing:
                return existing, False
            try:
                with self._writing() as connection:
                    tick(connection)
                    version = self._next_version(connection, arrival)
                    row = asdict(arrival) | {
                        "version": version,
                        "verdict": state,
                        "problem_count": 0,
                        "accepted_sha256": arrival.sha256,
                    }
                    key = connection.execute(insert(submission).values(row)).inserted_primary_key
                    happened = {"state": state, "version": version} | dict(facts or {})
                    self._record(connection, state, arrival, submission_id=key[0], after=happened, reason=note)
                    if is_history:
                        self._record(connection, HISTORY, arrival, submission_id=key[0])
                return self.submission(key[0]), True
            except (IntegrityError, OperationalError) as error:
                pause_or_give_up(attempt, error, since)
        raise RegistryBusyError(arrival.file_name)

    def reject(self, arrival: Arrival, problems: Sequence[Problem]) -> tuple[Submission, bool]:
        """Record a refusal with its reasons; the same content refused for the same reasons keeps its row."""
        digest, since = _digest(problems), time.monotonic()
        for attempt in range(MAX_TRIES):
            with self.engine.connect() as connection:
                same = (submission.c.sha256 == arrival.sha256) & (submission.c.problem_digest == digest)
                existing = connection.execute(select_submissions().where(same)).first()
            if existing:
                return Submission(**existing._mapping), False
            try:
                with self._writing() as connection:
                    tick(connection)
                    row = asdict(arrival) | {
                        "verdict": REJECTED,
                        "problem_count": len(problems),
                        "problem_digest": digest,
                    }
                    key = connection.execute(insert(submission).values(row)).inserted_primary_key[0]
                    connection.execute(insert(submission_problem), _problem_rows(key, problems))
                    happened = {"state": REJECTED, "problem_count": len(problems)}
                    self._record(connection, REFUSED, arrival, submission_id=key, after=happened)
                return self.submission(key), True
            except (IntegrityError, OperationalError) as error:
                pause_or_give_up(attempt, error, since)
        raise RegistryBusyError(arrival.file_name)

    def submission(self, submission_id: int) -> Submission:
        """Return a submission with its current verdict. Raises LookupError if there is none."""
        row = None
        # Databases refuse a number that is too large for the column.
        if submission_id <= MOST_INTEGER:
            with self.engine.connect() as connection:
                query = select_submissions().where(submission.c.submission_id == submission_id)
                row = connection.execute(query).first()
        if row is None:
            raise LookupError(f"submission {submission_id}")
        return Submission(**row._mapping)

    def find_landed(self, sha256: str) -> Submission | None:
        """Return the landed report with this content, regardless of decisions on it."""
        with self.engine.connect() as connection:
            row = connection.execute(select_submissions().where(submission.c.accepted_sha256 == sha256)).first()
        return Submission(**row._mapping) if row else None

    def submissions(self, verdict: str | None = None) -> list[Submission]:
        """Return decided rows in order of arrival at the registry, optionally of one verdict: accepted or rejected.

        A report that the department returned is rejected; waiting reports are left out.
        """
        return [
            row for row in self.received() if row.verdict == verdict or (verdict is None and row.verdict != RECEIVED)
        ]

    @property
    def is_empty(self) -> bool:
        """Return whether no report ever arrived."""
        with self.engine.connect() as connection:
            return connection.execute(select(submission.c.submission_id).limit(1)).first() is None

    def received(self) -> list[Submission]:
        """Return every row in order of arrival at the registry, including waiting rows with verdict received."""
        with self.engine.connect() as connection:
            rows = connection.execute(select_submissions().order_by(submission.c.submission_id)).all()
        return [Submission(**row._mapping) for row in rows]

    def accepted_versions(self, reporter_code: str, period_code: str) -> list[Submission]:
        """Return the accepted reports of a reporter's code and quarter, the counting version first."""
        query = (
            select_submissions()
            .where(submission.c.reporter_code == reporter_code, submission.c.period_code == period_code)
            .order_by(submission.c.reporter_valid_from.desc(), submission.c.version.desc())
        )
        with self.engine.connect() as connection:
            existing = [Submission(**row._mapping) for row in connection.execute(query)]
        return [row for row in existing if row.verdict == ACCEPTED]

    def latest_accepted(self, reporter_code: str, period_code: str) -> Submission | None:
        """Return the counting version for a reporter's code and quarter."""
        return next(iter(self.accepted_versions(reporter_code, period_code)), None)

    def problems(self, submission_id: int) -> list[Problem]:
        """Return the reasons why a submission was refused."""
        table = submission_problem
        query = select(table).where(table.c.submission_id == submission_id).order_by(table.c.problem_number)
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Problem(row.rule_code, row.sheet_name, row.cell, row.cell_value, row.params) for row in rows]

    def _next_version(self, connection: Connection, arrival: Arrival) -> int:
        newest = connection.execute(
            select(func.max(submission.c.version)).where(
                submission.c.reporter_code == arrival.reporter_code,
                submission.c.reporter_valid_from == arrival.reporter_valid_from,
                submission.c.period_code == arrival.period_code,
            )
        ).scalar()
        return (newest or 0) + 1

    def add_quality_results(self, results: Iterable[QualityResult]) -> None:
        """Store the results of a build's checks, replacing earlier results of the same version."""
        rows = [asdict(result) | {"check_number": number} for number, result in enumerate(results, start=1)]
        if not rows:
            return
        with self._writing() as connection:
            versions = {row["run_version"] for row in rows}
            connection.execute(quality_result.delete().where(quality_result.c.run_version.in_(versions)))
            connection.execute(insert(quality_result), rows)

    def quality_results(self, versions: Sequence[str] | None = None) -> list[QualityResult]:
        """Return results in order of build and check, optionally of some versions."""
        table = quality_result
        query = select(*(table.c[name] for name in QualityResult.__dataclass_fields__))
        query = query.order_by(table.c.run_at, table.c.run_version, table.c.check_number)
        if versions is not None:
            query = query.where(table.c.run_version.in_(versions))
        with self.engine.connect() as connection:
            return [QualityResult(**row._mapping) for row in connection.execute(query)]

    def start_build(self, version: str, started_at: datetime, as_of_date: date) -> None:
        """Record the start of a build."""
        row = {"version": version, "started_at": started_at, "as_of_date": as_of_date, "step_timings": {}}
        with self._writing() as connection:
            connection.execute(insert(build_run).values(row))

    def finish_build(
        self,
        version: str,
        finished_at: datetime,
        outcome: str,
        step_timings: Mapping[str, float],
        message: str | None = None,
    ) -> None:
        """Record the end of a build; timings are seconds by step name."""
        values = {
            "finished_at": finished_at,
            "outcome": outcome,
            "step_timings": dict(step_timings),
            "message": message,
        }
        with self._writing() as connection:
            connection.execute(update(build_run).where(build_run.c.version == version).values(values))

    def builds(self, limit: int | None = None) -> list[BuildRun]:
        """Return builds, newest first: one of a moment that is still to come ran while the clock was ahead, before."""
        began, version = build_run.c.started_at, build_run.c.version
        query = select(build_run).order_by((began <= clock.now()).desc(), began.desc(), version.desc()).limit(limit)
        with self.engine.connect() as connection:
            return [BuildRun(**row._mapping) for row in connection.execute(query)]

    def held_versions(self) -> frozenset[str]:
        """Return the published versions that held reviews used; they are kept permanently."""
        with self.engine.connect() as connection:
            return frozenset(connection.scalars(select(review.c.version)))

    def _record(self, connection: Connection, kind: str, arrival: Arrival, **about: Any) -> None:
        about |= {"reporter_code": arrival.reporter_code, "period_code": arrival.period_code}
        add_event(connection, kind, arrival.submitted_by, arrival.landed_at, **about)

    def _writing(self) -> Any:
        return writing(self.engine)


def _digest(problems: Sequence[Problem]) -> str:
    """Return one hash for a list of reasons, independent of their wording."""
    lines = sorted(f"{problem.rule_code}|{problem.sheet}|{problem.cell}" for problem in problems)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _problem_rows(submission_id: int, problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [
        {
            "submission_id": submission_id,
            "problem_number": number,
            "rule_code": problem.rule_code,
            "sheet_name": problem.sheet,
            "cell": problem.cell,
            "cell_value": problem.value,
            "params": problem.params,
        }
        for number, problem in enumerate((problem.kept() for problem in problems), start=1)
    ]


__all__ = [
    "ACCEPTED",
    "REJECTED",
    "Arrival",
    "BuildRun",
    "QualityResult",
    "Registry",
    "RegistryBusyError",
    "Submission",
]
