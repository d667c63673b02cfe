"""Submission: a report lands as a whole or is refused as a whole, with every reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from warehouse import clock
from warehouse.forms.formats import read_bounded
from warehouse.forms.problems import Problem
from warehouse.forms.reading.reader import Reading
from warehouse.forms.sandbox.sandboxed_reader import Reader
from warehouse.intake.file_names import clean_file_name
from warehouse.intake.records import KNOWN, IntakeRefusal
from warehouse.intake.written_texts import clean_writer
from warehouse.registry.events import ACCEPTED, RECEIVED, REJECTED
from warehouse.registry.records import Arrival, Submission
from warehouse.registry.store import Registry
from warehouse.storage.landing import content_hash, land


@dataclass(frozen=True)
class Delivery:
    """A file as it arrived: content, hash, cleaned name, sender, time of receipt and of landing."""

    data: bytes
    sha256: str
    file_name: str
    by: str
    received_at: datetime
    landed_at: datetime

    @classmethod
    def of(cls, data: bytes, file_name: str, by: str, received_at: datetime | None = None) -> "Delivery":
        """Return a file that is received now, unless `received_at` gives the time when the office received it.

        Raises IntakeRefusal for an author that may not be stored and for a time of receipt in the future.
        """
        now = clock.now()
        received = clock.to_office_time(received_at) if received_at else now
        if received > now:
            raise IntakeRefusal("received_future", {"moment": received.isoformat(sep=" ")})
        return cls(data, content_hash(data), clean_file_name(file_name), clean_writer(by), received, now)

    @property
    def received_on(self) -> date:
        """Return the day of receipt."""
        return self.received_at.date()

    def arrival(self, reading: Reading) -> Arrival:
        """Return the registry's data of the report: its cover and how it arrived."""
        return Arrival(
            reporter_code=reading.reporter.unit_code if reading.reporter else None,
            reporter_valid_from=reading.reporter.valid_from if reading.reporter else None,
            period_code=reading.period.period_code if reading.period else None,
            received_at=self.received_at,
            landed_at=self.landed_at,
            submitted_by=self.by,
            sha256=self.sha256,
            file_name=self.file_name,
            is_sample=reading.is_sample,
        )


@dataclass(frozen=True)
class SubmissionResult:
    """The outcome of a report: accepted | received (waits) | known (arrived before) | rejected, and its row."""

    outcome: str
    submission: Submission
    problems: tuple[Problem, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Return whether the content is in the landing zone."""
        return self.outcome != REJECTED

    @property
    def version(self) -> int | None:
        """Return the report's version for its unit and quarter; None if it was refused."""
        return self.submission.version


class SubmissionService:
    """Lands reports in one landing zone and registry."""

    def __init__(self, landing_dir: Path, registry: Registry, reader: Reader) -> None:
        self._landing_dir = landing_dir
        self._registry = registry
        self._reader = reader

    def accept(self, path: Path, *, by: str, received_at: datetime | None = None) -> SubmissionResult:
        """Check a workbook without its history and land it as accepted, or refuse it and store only the reasons.

        For reports that a build checks right afterwards (the sample): only `Intake.submit` requires confirmations of
        unusual values and contradictions to the reporter's history. Content that arrived before keeps its state. Raises
        OSError if the file cannot be read, IntakeRefusal, RegistryBusyError, DiskFullError.
        """
        (result,) = self.accept_each([(path, received_at)], by=by)
        return result

    def accept_each(self, files: Iterable[tuple[Path, datetime | None]], *, by: str) -> Iterator[SubmissionResult]:
        """Accept workbooks one after another, like `accept`; each is read while the one before it lands."""
        with ThreadPoolExecutor(max_workers=1) as ahead:
            landing: Callable[[], SubmissionResult] | None = None
            for path, received_at in files:
                delivery = Delivery.of(read_bounded(path), path.name, by, received_at)
                reading = ahead.submit(self._read_unless_known, delivery)
                if landing:
                    yield landing()
                landing = partial(self._land, delivery, reading)
            if landing:
                yield landing()

    def _read_unless_known(self, delivery: Delivery) -> Reading | Submission:
        known = self._registry.find_landed(delivery.sha256)
        return known or self._reader.read(delivery.data, delivery.received_on)

    def _land(self, delivery: Delivery, reading: Future[Reading | Submission]) -> SubmissionResult:
        known_or_reading = reading.result()
        return (
            SubmissionResult(KNOWN, known_or_reading)
            if isinstance(known_or_reading, Submission)
            else self.take(delivery, known_or_reading)
        )

    def take(
        self,
        delivery: Delivery,
        reading: Reading,
        *,
        waits: bool = False,
        is_history: bool = False,
        note: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> SubmissionResult:
        """Land a report that was read, or refuse it for the reading's problems and store only these.

        It counts at once unless it `waits` for the department; one that `is_history` is never judged as late. The
        sender's `note` and the `facts` of its assessment are stored in its first event. Raises RegistryBusyError,
        DiskFullError, OSError.
        """
        arrival = delivery.arrival(reading)
        if reading.problems:
            row, _ = self._registry.reject(arrival, reading.problems)
            return SubmissionResult(REJECTED, row, reading.problems)
        # The file first: a file without a row is harmless, a row without a file is not.
        land(self._landing_dir, delivery.data, reading.kind)
        row, is_new = self._registry.accept(arrival, waits=waits, is_history=is_history, note=note, facts=facts)
        if not is_new:
            return SubmissionResult(KNOWN, row)
        return SubmissionResult(RECEIVED if waits else ACCEPTED, row)
