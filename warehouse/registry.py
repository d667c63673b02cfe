"""The registry: what was submitted, why it was refused, what the checks found and which builds ran."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from warehouse.database import MAX_TRIES, RegistryBusyError, open_database, pause_or_give_up, writing
from warehouse.desk_tables import review
from warehouse.forms.problems import Problem
from warehouse.registry_rows import Arrival, BuildRun, QualityResult, Submission
from warehouse.registry_tables import build_run, quality_result, submission, submission_problem

ACCEPTED = "accepted"
REJECTED = "rejected"

_COLUMNS = [submission.c[name] for name in Submission.__dataclass_fields__]


class Registry:
    """Reads and writes the registry behind one SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self.engine = open_database(url)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def accept(self, arrival: Arrival) -> tuple[Submission, bool]:
        """Record an accepted report as the unit's next version for the quarter.

        Returns its row and whether it is new: content accepted before keeps its row. Raises RegistryBusyError.
        """
        for attempt in range(MAX_TRIES):
            found = self.find_accepted(arrival.sha256)
            if found:
                return found, False
            try:
                with self._writing() as connection:
                    version = self._next_version(connection, arrival)
                    row = asdict(arrival) | {
                        "version": version,
                        "verdict": ACCEPTED,
                        "problem_count": 0,
                        "accepted_sha256": arrival.sha256,
                    }
                    key = connection.execute(insert(submission).values(row)).inserted_primary_key
                return self.submission(key[0]), True
            except (IntegrityError, OperationalError) as error:
                pause_or_give_up(attempt, error)
        raise RegistryBusyError(arrival.file_name)

    def reject(self, arrival: Arrival, problems: Sequence[Problem]) -> tuple[Submission, bool]:
        """Record a refusal with its reasons; the same content refused for the same reasons keeps its row."""
        digest = _digest(problems)
        for attempt in range(MAX_TRIES):
            with self.engine.connect() as connection:
                same = (submission.c.sha256 == arrival.sha256) & (submission.c.problem_digest == digest)
                found = connection.execute(select(*_COLUMNS).where(same)).first()
            if found:
                return Submission(**found._mapping), False
            try:
                with self._writing() as connection:
                    row = asdict(arrival) | {
                        "verdict": REJECTED,
                        "problem_count": len(problems),
                        "problem_digest": digest,
                    }
                    key = connection.execute(insert(submission).values(row)).inserted_primary_key[0]
                    connection.execute(insert(submission_problem), _problem_rows(key, problems))
                return self.submission(key), True
            except (IntegrityError, OperationalError) as error:
                pause_or_give_up(attempt, error)
        raise RegistryBusyError(arrival.file_name)

    def submission(self, submission_id: int) -> Submission:
        """One row. Raises LookupError when there is none."""
        with self.engine.connect() as connection:
            row = connection.execute(select(*_COLUMNS).where(submission.c.submission_id == submission_id)).first()
        if row is None:
            raise LookupError(f"submission {submission_id}")
        return Submission(**row._mapping)

    def find_accepted(self, sha256: str) -> Submission | None:
        """The accepted report with that content, if any."""
        with self.engine.connect() as connection:
            row = connection.execute(select(*_COLUMNS).where(submission.c.accepted_sha256 == sha256)).first()
        return Submission(**row._mapping) if row else None

    def submissions(self, verdict: str | None = None) -> list[Submission]:
        """Every row in order of arrival at the registry, of one verdict if asked."""
        query = select(*_COLUMNS).order_by(submission.c.submission_id)
        if verdict:
            query = query.where(submission.c.verdict == verdict)
        with self.engine.connect() as connection:
            return [Submission(**row._mapping) for row in connection.execute(query)]

    def latest_accepted(self, reporter_code: str, period_code: str) -> Submission | None:
        """The version that counts for a reporter's code and quarter."""
        query = (
            select(*_COLUMNS)
            .where(submission.c.reporter_code == reporter_code, submission.c.period_code == period_code)
            .where(submission.c.verdict == ACCEPTED)
            .order_by(submission.c.reporter_valid_from.desc(), submission.c.version.desc())
        )
        with self.engine.connect() as connection:
            row = connection.execute(query).first()
        return Submission(**row._mapping) if row else None

    def problems(self, submission_id: int) -> list[Problem]:
        """Why a submission was refused."""
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
        """Keep the results of a build's checks; repeating a version replaces what it had."""
        rows = [asdict(result) | {"check_number": number} for number, result in enumerate(results, start=1)]
        if not rows:
            return
        with self._writing() as connection:
            versions = {row["run_version"] for row in rows}
            connection.execute(quality_result.delete().where(quality_result.c.run_version.in_(versions)))
            connection.execute(insert(quality_result), rows)

    def quality_results(self, versions: Sequence[str] | None = None) -> list[QualityResult]:
        """Results in order of build and check, of some versions if asked."""
        table = quality_result
        query = select(*(table.c[name] for name in QualityResult.__dataclass_fields__))
        query = query.order_by(table.c.run_at, table.c.run_version, table.c.check_number)
        if versions is not None:
            query = query.where(table.c.run_version.in_(versions))
        with self.engine.connect() as connection:
            return [QualityResult(**row._mapping) for row in connection.execute(query)]

    def start_build(self, version: str, started_at: datetime, as_of_date: date) -> None:
        """Note that a build has begun."""
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
        """Note how a build ended; timings are seconds by step name."""
        values = {
            "finished_at": finished_at,
            "outcome": outcome,
            "step_timings": dict(step_timings),
            "message": message,
        }
        with self._writing() as connection:
            connection.execute(update(build_run).where(build_run.c.version == version).values(values))

    def builds(self, limit: int | None = None) -> list[BuildRun]:
        """Builds, newest first."""
        query = select(build_run).order_by(build_run.c.started_at.desc(), build_run.c.version.desc()).limit(limit)
        with self.engine.connect() as connection:
            return [BuildRun(**row._mapping) for row in connection.execute(query)]

    def held_versions(self) -> frozenset[str]:
        """The published versions that held reviews used: they are kept for good."""
        with self.engine.connect() as connection:
            return frozenset(connection.scalars(select(review.c.version)))

    def _writing(self) -> Any:
        return writing(self.engine)


def _digest(problems: Sequence[Problem]) -> str:
    """One hash for a list of reasons, whatever words they are told in."""
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
        for number, problem in enumerate(problems, start=1)
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
