"""What an administrator waits for: `doctor`, backups, an upgrade, the digests of every office, many reports at once."""

from __future__ import annotations

import csv
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.bench import figures
from tests.bench.data import APP, Bench
from tests.bench.figures import Figure, Limit, Spread
from tests.bench.processes import BenchError, Cost, StreamlitServer
from tests.conftest import copy_for_writing
from tests.mailboxes import MailServer, listening
from tests.older_installations import made_older
from tests.servers import free_port
from warehouse.commands.conventions import EXIT_FAILED, EXIT_REJECTED
from warehouse.digest import Recipients, grant_of
from warehouse.people import AccessTrail, load_roles
from warehouse.reference import load_reference
from warehouse.settings import Settings

GROUP = "operation"
LANGUAGES = ("vi", "en")
SENDER = {"KPI_APP_URL": "https://kpi.example.vn", "KPI_MAIL_FROM": "kpi@so.example.vn"}
OFFICES = 168
POLL_S = 0.02


def measure(bench: Bench) -> list[Figure]:
    """Each command on a copy of the data, so that none finds what another left."""
    return [*_watching(bench), *_digests(bench), *_upgrade(bench), *_submissions(bench)]


def _watching(bench: Bench) -> Iterator[Figure]:
    rounds = bench.samples(5, 1)
    doctor = [bench.warehouse("doctor", allowed=(0, EXIT_FAILED)) for _ in range(rounds)]
    goal = bench.scratch / "backups"
    first = [bench.warehouse("backup", "--to", str(goal))]
    next_ones = [bench.warehouse("backup", "--to", str(goal)) for _ in range(rounds)]
    drills = [bench.warehouse("backup", "--drill", "--to", str(goal)) for _ in range(bench.samples(3, 1))]
    yield from _figures("doctor", doctor, figures.DOCTOR)
    yield from _figures("first backup", first, figures.FIRST_BACKUP)
    yield from _figures("next backup, nothing new", next_ones, figures.NEXT_BACKUP)
    yield from _figures("trial of restoring", drills)


def _digests(bench: Bench) -> Iterator[Figure]:
    offices = _elsewhere(bench, "digests")
    _add_offices(offices.settings)
    server = MailServer(bench.scratch / "mailbox", free_port())
    with listening(server):
        sent = offices.warehouse("digest", "send", **SENDER, KPI_MAIL_SERVER=server.setting)
    note = f"{len(server.mails())} mails to {OFFICES + 2} recipients, the mail server in the process that measures"
    yield from _figures("digests of all offices", [sent], figures.DIGESTS, note)


def _add_offices(settings: Settings) -> None:
    """Give every commune an officer, and the city a leader and a department, who all get digests."""
    units = load_reference().units
    communes = sorted(unit.unit_code for unit in units if unit.unit_level == "ward" and unit.valid_to is None)
    grants = [("leader", ""), ("department", ""), *(("unit_officer", code) for code in communes[:OFFICES])]
    people = [(f"{role}{unit}@so.example.vn", role, unit) for role, unit in grants]
    with settings.roles_file.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("person", "name", "role", "unit_code", "valid_from", "valid_to"))
        lines.writerows((person, "", role, unit, "2020-01-01", "") for person, role, unit in people)
    recipients, roles = Recipients(AccessTrail.open(settings)), load_roles(settings.roles_file)
    for number, (person, _, _) in enumerate(people):
        recipients.add(grant_of(roles, person, None, ""), LANGUAGES[number % 2], person, "bench")


@dataclass
class _Watch:
    """When the registry was migrated and when the new version was published, by the clock."""

    registry: Path
    link: Path
    before: str = ""
    migrated: float = 0.0
    published: float = 0.0
    ended: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Look until the end."""
        while not self.ended.wait(POLL_S):
            if not self.migrated and self._has_number():
                self.migrated = time.perf_counter()
            if not self.published and os.readlink(self.link) != self.before:
                self.published = time.perf_counter()

    def _has_number(self) -> bool:
        with closing(sqlite3.connect(f"file:{self.registry}?mode=ro", uri=True)) as connection:
            query = "select count(*) from sqlite_master where name = 'alembic_version'"
            return bool(connection.execute(query).fetchone()[0])


@contextmanager
def _watched(data_dir: Path) -> Iterator[_Watch]:
    watch = _Watch(data_dir / "registry.sqlite", data_dir / "published")
    watch.before = os.readlink(watch.link)
    thread = threading.Thread(target=watch.look)
    thread.start()
    try:
        yield watch
    finally:
        watch.ended.set()
        thread.join()


def _upgrade(bench: Bench) -> Iterator[Figure]:
    older = _elsewhere(bench, "older", "landing", "cache")
    made_older(older.data_dir)
    with _watched(older.data_dir) as watch:
        upgraded = older.warehouse("upgrade")
    if not watch.migrated or not watch.published:
        raise BenchError("the upgrade neither migrated nor published")
    switched = max(watch.published - watch.migrated, 0.0)
    began = time.perf_counter()
    with StreamlitServer(APP, older.env):
        started = time.perf_counter() - began
    unreadable = Spread.of([(switched + started) * 1000])
    note = f"{switched:.1f} s from migration to publication, {started:.1f} s until the new program answers"
    yield from _figures("upgrade", [upgraded], figures.UPGRADE)
    yield Figure(GROUP, "upgrade, pages unreadable", "ms", unreadable, limit=figures.UNREADABLE, note=note)


def _submissions(bench: Bench) -> Iterator[Figure]:
    """The sample's workbooks into empty installations: those of its newest period, then of all periods."""
    folder = bench.scratch / "workbooks"
    replace(bench, data_dir=bench.scratch / "from").warehouse("sample", "--out", str(folder))
    *_, newest = sorted(path for path in folder.iterdir() if path.is_dir())
    for name, path, limit in (("newest", newest, figures.SUBMIT_QUARTER), ("all", folder, None)):
        empty = replace(bench, data_dir=bench.scratch / f"submitted-{name}")
        count = sum(1 for _ in path.rglob("*.xlsx"))
        sent = empty.warehouse("submit", str(path), "--note", "bench", allowed=(0, EXIT_REJECTED))
        each = Spread.of([sent.wall_s * 1000 / count])
        peak = f"{count} reports, at most {sent.peak_mb:.0f} MB"
        yield from _figures(f"submit of {name} reports", [sent], limit, peak)
        yield Figure(GROUP, f"submit of {name} reports, each", "ms", each, limit=figures.SUBMIT_EACH)


def _elsewhere(bench: Bench, name: str, *more: str) -> Bench:
    """The same on a copy of its registry and versions, and of the folders that `more` names."""
    return replace(bench, data_dir=copy_for_writing(bench.data_dir, bench.scratch / name, *more))


def _figures(name: str, costs: Sequence[Cost], limit: Limit | None = None, note: str = "") -> list[Figure]:
    """Time and CPU time of a command."""
    wall = Spread.of([cost.wall_s * 1000 for cost in costs])
    cpu = Spread.of([cost.cpu_s for cost in costs])
    return [
        Figure(GROUP, f"{name}, time", "ms", wall, limit=limit, note=note),
        Figure(GROUP, name, "CPU s", cpu),
    ]
