"""Many writers of one registry at once, from several processes: what they were told, and whether all of it is there.

Every writer does what departments and units do, through the functions behind the app's forms: reports land, the
department decides on them (several on the same ones), notes, actions with comments, calls, and events of the trail.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from warehouse import clock
from warehouse.db.access_tables import access_event
from warehouse.db.audit_tables import audit_event
from warehouse.db.connection import RegistryBusyError, open_database
from warehouse.db.desk_tables import action, action_event, call_made, desk_clock, note
from warehouse.db.registry_tables import submission
from warehouse.desk import REACHED, CallDraft, Desk, Draft
from warehouse.forms.reading.reader import Reading
from warehouse.forms.sandbox.sandboxed_reader import Reader
from warehouse.intake import IntakeRefusal
from warehouse.intake.decisions import Decisions
from warehouse.intake.submission import Delivery, SubmissionService
from warehouse.people import AccessKind, AccessTrail
from warehouse.people.trail_heads import BEGINNING
from warehouse.reference import load_reference
from warehouse.registry.events import DECIDING
from warehouse.registry.store import Registry
from warehouse.settings import Settings
from warehouse.storage.landing import content_hash, verify

# Reports are of any unit in these years, everything else is about one unit's quarter.
PERIODS = tuple(f"{year}Q{quarter}" for year in range(2021, 2025) for quarter in range(1, 5))
PERIOD = "2024Q2"
KINDS = ("submitted", "decided", "noted", "opened", "commented", "called", "trail")
SHARES = (25, 25, 15, 10, 10, 5, 10)
# Of them, how many decide on reports of every writer, where all but one come too late.
SHARED = 0.3


@dataclass(frozen=True)
class Load:
    """How many write, and how long: each `writes` times, or until `seconds` have passed."""

    writers: int = 20
    processes: int = 4
    writes: int = 0
    seconds: float = 0.0


@dataclass
class Acknowledged:
    """What writers were told: texts of written things by kind, the time of each write in ms, how often one met a busy
    registry and was repeated, how often a decision came too late, and errors of any other kind."""

    written: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    times_ms: list[float] = field(default_factory=list)
    busy_count: int = 0
    late_count: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, other: Acknowledged) -> None:
        """Add what other writers were told."""
        for kind, texts in other.written.items():
            self.written[kind] += texts
        self.times_ms += other.times_ms
        self.busy_count += other.busy_count
        self.late_count += other.late_count
        self.errors += other.errors

    def percentile_ms(self, share: float) -> float:
        """The time that `share` of all writes did not exceed."""
        ordered = sorted(self.times_ms)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def write_at_once(url: str, landing_dir: Path, load: Load, seed: int = 28) -> Acknowledged:
    """Have all writers write to the registry at `url`, and return what they were told."""
    open_database(url).dispose()
    numbers = [range(first, load.writers, load.processes) for first in range(load.processes)]
    write, told = partial(_write_in_process, url, landing_dir, load, seed), Acknowledged()
    with ProcessPoolExecutor(load.processes, multiprocessing.get_context("spawn")) as pool:
        for part in pool.map(write, numbers):
            told.add(part)
    return told


def _write_in_process(url: str, landing_dir: Path, load: Load, seed: int, numbers: Sequence[int]) -> Acknowledged:
    place, told = _Place(url, landing_dir), Acknowledged()
    with ThreadPoolExecutor(len(numbers)) as pool:
        for part in pool.map(lambda number: _Writer(place, number, seed).write(load), numbers):
            told.add(part)
    return told


class _Place:
    """The services of one process of the app."""

    def __init__(self, url: str, landing_dir: Path) -> None:
        settings = Settings.from_env({"KPI_DATA_DIR": str(landing_dir.parent), "KPI_OPS_URL": url})
        self.reference = load_reference()
        self.registry = Registry(url)
        self.submissions = SubmissionService(landing_dir, self.registry, Reader(self.reference))
        self.decisions = Decisions(settings, self.registry, self.reference)
        self.desk = Desk(url)
        self.trail = AccessTrail(self.registry.engine)


class _Writer:
    """One person who writes without pause."""

    def __init__(self, place: _Place, number: int, seed: int) -> None:
        self._place, self._number, self._count = place, number, 0
        self._draws = random.Random(f"{seed} {number}")  # noqa: S311 - repeatable choices
        self._told = Acknowledged()
        self._reports: list[int] = []
        self._actions: list[int] = []

    def write(self, load: Load) -> Acknowledged:
        """Write until the load's end."""
        end = time.monotonic() + load.seconds
        while self._count < load.writes or time.monotonic() < end:
            self._count += 1
            (kind,) = self._draws.choices(KINDS, SHARES)
            began = time.perf_counter()
            try:
                self._repeated(kind)
            except IntakeRefusal:
                self._told.late_count += 1
            except Exception as error:  # noqa: BLE001 - every error is the result
                self._told.errors.append(f"{kind}: {type(error).__name__}: {error}"[:300])
            self._told.times_ms.append((time.perf_counter() - began) * 1000)
        return self._told

    def _repeated(self, kind: str) -> None:
        """Write once, again where the registry is busy, as its users are asked to."""
        work: Callable[[str], str | None] = getattr(self, f"_{kind}")
        text = f"{self._number}-{self._count}"
        while True:
            try:
                written = work(text)
            except RegistryBusyError:
                self._told.busy_count += 1
                continue
            if written:
                self._told.written[kind].append(written)
            return

    def _submitted(self, text: str) -> str:
        reference, period = self._place.reference, self._draws.choice(PERIODS)
        unit = self._draws.choice(reference.reporters(period))
        delivery = Delivery.of(text.encode(), f"{text}.xlsx", text)
        reading = Reading(unit, reference.periods[period])
        result = self._place.submissions.take(delivery, reading, waits=True)
        self._reports.append(result.submission.submission_id)
        return text

    def _decided(self, text: str) -> str | None:
        if not self._reports:
            return None
        number = 1 if self._draws.random() < SHARED else self._draws.choice(self._reports)
        decide = self._draws.choice((self._place.decisions.accept, self._place.decisions.give_back))
        decide(number, "Sở", text)
        return text

    def _noted(self, text: str) -> str:
        return self._place.desk.add_note("760", PERIOD, text, "Lan", token=text).text

    def _opened(self, text: str) -> str:
        draft = Draft(text, "Sở Y tế", clock.now().date() + timedelta(days=30), PERIOD, "760")
        self._actions.append(self._place.desk.open_action(draft, "Lan", token=text).action_id)
        return text

    def _commented(self, text: str) -> str | None:
        if not self._actions:
            return None
        self._place.desk.comment(self._draws.choice(self._actions), "Lan", text, token=text)
        return text

    def _called(self, text: str) -> str:
        self._place.desk.record_call(CallDraft("760", PERIOD, "ytd", REACHED), text, token=text)
        return text

    def _trail(self, text: str) -> str:
        self._place.trail.record(AccessKind.DOWNLOADED, text, about={"file": text})
        return text


def wrong(url: str, landing_dir: Path, told: Acknowledged) -> Iterator[str]:
    """Yield what the registry lacks of what was acknowledged, has beyond it, or has in another order."""
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            yield from _lost_or_twice(connection, told)
            yield from _unlike_versions(connection)
            yield from _broken_histories(connection)
            yield from _broken_chain(connection)
            for text in told.written["submitted"]:
                if not verify(landing_dir, content_hash(text.encode())):
                    yield f"original {text}"
        yield from _lost_ticks(engine, told)
    finally:
        engine.dispose()


def _lost_or_twice(connection: Connection, told: Acknowledged) -> Iterator[str]:
    decided = audit_event.c.reason.is_not(None)
    stored = {
        "submitted": select(submission.c.submitted_by),
        "decided": select(audit_event.c.reason).where(decided),
        "noted": select(note.c.text),
        "opened": select(action.c.what),
        "commented": select(action_event.c.text).where(action_event.c.text.is_not(None)),
        "called": select(call_made.c.called_by),
        "trail": select(access_event.c.person),
    }
    for kind, query in stored.items():
        expected, found = Counter(told.written[kind]), Counter(connection.scalars(query))
        yield from (f"{kind}: {text} lost" for text in expected - found)
        yield from (f"{kind}: {text} not acknowledged or twice" for text in found - expected)


def _unlike_versions(connection: Connection) -> Iterator[str]:
    """Yield the reports of a unit's quarter whose versions are not 1, 2, 3 … in the order of their numbers."""
    columns = (submission.c.reporter_code, submission.c.reporter_valid_from, submission.c.period_code)
    rows = connection.execute(select(*columns, submission.c.version).order_by(submission.c.submission_id))
    versions = defaultdict(list)
    for *report, version in rows:
        versions[tuple(report)].append(version)
    for report, found in versions.items():
        if found != list(range(1, len(found) + 1)):
            yield f"versions of {report}: {found[:20]} …"


def _broken_histories(connection: Connection) -> Iterator[str]:
    """Yield the reports whose events do not follow from one another: each begins in the state in which the one before
    it ended."""
    state: dict[int, str] = {}
    deciding = select(audit_event).where(audit_event.c.kind.in_(DECIDING)).order_by(audit_event.c.event_id)
    for row in connection.execute(deciding).mappings():
        number, before = row["submission_id"], row["before"].get("state")
        if before != state.get(number):
            yield f"report {number}: {row['kind']} on {before} after {state.get(number)}"
        state[number] = row["kind"]
    for number in connection.scalars(select(submission.c.submission_id)):
        if number not in state:
            yield f"report {number} without an event"


def _broken_chain(connection: Connection) -> Iterator[str]:
    """Yield the first event of the trail that does not follow from the one before it, or is dated before it."""
    previous, at = BEGINNING, None
    for row in connection.execute(select(access_event).order_by(access_event.c.event_id)):
        if row.previous_hash != previous or (at and row.event_at < at):
            yield f"trail: event {row.event_id} out of order"
            return
        previous, at = row.hash, row.event_at


def _lost_ticks(engine: Engine, told: Acknowledged) -> Iterator[str]:
    """Yield that fewer writes were counted than were acknowledged: pages would not notice the others."""
    counted = sum(len(texts) for kind, texts in told.written.items() if kind != "trail")
    with engine.connect() as connection:
        ticks = connection.scalar(select(desk_clock.c.ticks)) or 0
    if ticks < counted:
        yield f"{counted} writes, {ticks} counted"
