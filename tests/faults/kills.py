"""SIGKILLs at random moments of operations, and what is left each time.

Half of the kills come by the clock, at a random share of the time that the operation takes; the other half at a random
change of a file or database. What one kill leaves is where the next one begins; every few kills the command is run to
its end, and must bring what it would have brought without any.
"""

import json
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread

import psutil

from tests.faults.doomed import Doom, doomed_app, doomed_command
from tests.faults.province import (
    REGISTRY,
    Before,
    Templates,
    copy,
    half_restored,
    half_visible,
    is_restored,
    lost,
    unfit_backups,
)
from tests.older_installations import figures
from tests.older_registries import contents
from tests.pipeline.commands import environment, run
from tests.pipeline.forked import start_forked
from tests.plan_pack import PROVINCE
from tests.servers import free_port

# Every so many kills the command is run to its end.
TO_THE_END_EACH = 4
START_TIMEOUT_S, ENDING_S, POLL_S = 120, 20, 0.02
OWN = {"X-Report": "902_2023H2.xlsx", "X-By": "Huyen", "X-Note": "thieu%20cot", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Outcome:
    """What became of kills or other faults: how many there were, what was lost, shown in half, left running and not
    mended by running the command again; and what the administrator is told."""

    name: str
    count: int = 0
    lost: list[str] = field(default_factory=list)
    half_visible: list[str] = field(default_factory=list)
    left_running: list[str] = field(default_factory=list)
    not_repaired: list[str] = field(default_factory=list)
    messages: Counter[str] = field(default_factory=Counter)

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, shown in half, left running or in need of a hand."""
        return not (self.lost or self.half_visible or self.left_running or self.not_repaired)


@dataclass
class Attempt:
    """An operation under way: its process, the number of changes made before it, whether its end was acknowledged."""

    process: BaseProcess
    changes_before: int
    is_acknowledged: Callable[[], bool]


@dataclass(frozen=True)
class Operation:
    """A command on a copy of a template, in the folder `data` of a scratch folder; `arguments` are those of a try.

    `goal` is the data folder that the command works on, `alters_figures` whether it publishes others, `is_once` whether
    it is rightly refused where its result is there. `look` yields what else is shown in half, `has_happened` whether
    the operation's result is there.
    """

    name: str
    template: Path
    arguments: Callable[[Path], tuple[str, ...]]
    has_happened: Callable[[Path], bool]
    goal: str = "data"
    alters_figures: bool = False
    is_once: bool = False
    look: Callable[[Path], Iterator[str]] = lambda _: iter(())
    check: tuple[str, ...] = ("status", "--json")

    def prepare(self, scratch: Path) -> None:
        """Bring the scratch folder into the state before the operation."""
        for folder in scratch.iterdir():
            shutil.rmtree(folder)
        copy(self.template, scratch / "data")

    def begin(self, scratch: Path, doom: Path, output: Path, change: int) -> Attempt:
        """Start a try that dies at a change; 0 for one that is not to die by itself."""
        Doom(doom).set(change)
        words, settings = self.arguments(scratch), environment(scratch / self.goal, **PROVINCE)
        process = start_forked(doomed_command, str(doom), *words, environment=settings, output=output)
        return Attempt(process, 0, lambda: process.exitcode == 0)

    def finish(self, scratch: Path) -> str:
        """Run the command to its end; return what went wrong."""
        finished = run(scratch / self.goal, *self.arguments(scratch), **PROVINCE)
        return "" if finished.returncode == 0 else (finished.stderr.strip() or f"exit code {finished.returncode}")


class Upload(Operation):
    """A report that a browser sends to the app, which is killed."""

    def begin(self, scratch: Path, doom: Path, output: Path, change: int) -> Attempt:
        """Start the app, and then the upload."""
        port, shared = free_port(), Doom(doom)
        settings = environment(scratch / self.goal, **PROVINCE) | {"KPI_DRAW_AHEAD": "no"}
        process = start_forked(doomed_app, str(doom), str(port), environment=settings, output=output)
        _wait_until_open(process, port, output)
        answers: list[str] = []
        content = Path(self.arguments(scratch)[0]).read_bytes()
        before = shared.changes
        shared.set(before + change if change else 0)
        Thread(target=_send, args=(port, content, answers), daemon=True).start()
        return Attempt(process, before, lambda: answers == ["landed"])

    def finish(self, scratch: Path) -> str:
        """Send the report to an app that is not killed, or hear that it is there already."""
        with tempfile.TemporaryDirectory() as folder:
            attempt = self.begin(scratch, Path(folder) / "doom", Path(folder), 0)
            until = time.monotonic() + START_TIMEOUT_S
            while not self.has_happened(scratch) and time.monotonic() < until:
                time.sleep(POLL_S)
            _kill(attempt.process)
        return "" if self.has_happened(scratch) else "the report was not taken"


def operations(templates: Templates) -> list[Operation]:
    """The operations on a data folder."""
    published, waiting = templates.published, templates.waiting
    submit = ("submit", str(templates.form), "--note", "chưa đủ cột")
    restored = Before.of(published)
    (number,) = {row[0] for row in contents(templates.undecided / REGISTRY)["submission"]} - {
        row[0] for row in restored.rows["submission"]
    }

    def has_report(scratch: Path) -> bool:
        return len(contents(scratch / "data" / REGISTRY)["submission"]) > len(restored.rows["submission"])

    def is_decided(kind: str) -> Callable[[Path], bool]:
        return lambda scratch: any(kind in row for row in contents(scratch / "data" / REGISTRY)["audit_event"])

    def is_built(scratch: Path) -> bool:
        return (scratch / "data" / "published").resolve().name > (waiting / "published").resolve().name

    def is_upgraded(scratch: Path) -> bool:
        return "alembic_version" in contents(scratch / "data" / REGISTRY)

    def backups_of(scratch: Path) -> Iterator[str]:
        return unfit_backups(scratch / "store")

    tries = count()

    def upgrade(scratch: Path) -> tuple[str, ...]:
        return "upgrade", "--backup-to", str(scratch / f"kept-{next(tries)}")

    plan = ("upgrade", "--check", "--json")
    return [
        Operation("submit", published, lambda _: submit, has_report),
        Upload("upload", published, lambda _: submit[1:2], has_report),
        Operation(
            "accept", templates.undecided, lambda _: ("accept", str(number)), is_decided("accepted"), is_once=True
        ),
        Operation(
            "return", templates.undecided, lambda _: ("return", str(number), "--reason", "sai"),
            is_decided("returned"), is_once=True,
        ),
        Operation("build", waiting, lambda _: ("build",), is_built, alters_figures=True),
        Operation("build in full", waiting, lambda _: ("build", "--full-refresh"), is_built, alters_figures=True),
        Operation(
            "backup", published, lambda scratch: ("backup", "--to", str(scratch / "store")),
            lambda scratch: any((scratch / "store").glob("2*/backup.json")), look=backups_of,
        ),
        Operation(
            "restore", published, lambda _: ("restore", "--from", str(templates.store)),
            lambda scratch: is_restored(scratch / "restored"), goal="restored", is_once=True,
            look=lambda scratch: half_restored(scratch / "restored", restored),
        ),
        Operation("upgrade", templates.older, upgrade, is_upgraded, check=plan),
        Operation("migrate", templates.older_registry, upgrade, is_upgraded, check=plan),
    ]  # fmt: skip


def strike(operation: Operation, kills: int, draws: random.Random, scratch: Path) -> Outcome:
    """Kill an operation some times, and say what became of it."""
    outcome = Outcome(f"kill: {operation.name}")
    operation.prepare(scratch)
    before = Before.of(scratch / "data")
    seconds, changes = _measure(operation, scratch)
    if operation.alters_figures:
        before = replace(before, figures=[*before.figures, figures(scratch / "data")])
    operation.prepare(scratch)
    misses = 0
    while outcome.count < kills and misses < 3 * kills:
        was_killed = _strike_once(operation, scratch, outcome, draws, seconds, changes)
        outcome.count += was_killed
        misses += not was_killed
        _judge(operation, scratch, before, outcome)
        is_over = operation.is_once and operation.has_happened(scratch)
        if not was_killed or is_over or outcome.count % TO_THE_END_EACH == 0:
            if not operation.has_happened(scratch):
                outcome.not_repaired += filter(None, [operation.finish(scratch)])
                _judge(operation, scratch, before, outcome)
            if not operation.has_happened(scratch):
                outcome.not_repaired.append("the result is not there")
            operation.prepare(scratch)
    return outcome


def _measure(operation: Operation, scratch: Path) -> tuple[float, int]:
    """Run the operation once; return the seconds that it takes and the changes that it makes."""
    with tempfile.TemporaryDirectory() as folder:
        doom = Path(folder) / "doom"
        attempt = operation.begin(scratch, doom, Path(folder), 0)
        began = time.monotonic()
        while not attempt.is_acknowledged():
            attempt.process.join(POLL_S)
            if not attempt.process.is_alive() and attempt.process.exitcode:
                raise RuntimeError(f"{operation.name}: {(Path(folder) / 'err').read_text('utf-8')}")
        seconds, changes = time.monotonic() - began, Doom(doom).changes - attempt.changes_before
        _kill(attempt.process)
    return seconds, changes


def _strike_once(
    operation: Operation, scratch: Path, outcome: Outcome, draws: random.Random, seconds: float, changes: int
) -> bool:
    """Try the operation and kill it; return whether the kill came before its end was acknowledged."""
    is_by_clock = draws.random() < 0.5
    change = 0 if is_by_clock else draws.randint(1, changes)
    limit = draws.uniform(0, seconds) if is_by_clock else max(10 * seconds, START_TIMEOUT_S)
    with tempfile.TemporaryDirectory() as folder:
        attempt = operation.begin(scratch, Path(folder) / "doom", Path(folder), change)
        until, children = time.monotonic() + limit, set[psutil.Process]()
        while attempt.process.is_alive() and not attempt.is_acknowledged() and time.monotonic() < until:
            with suppress(psutil.NoSuchProcess):
                children |= set(psutil.Process(attempt.process.pid).children(recursive=True))
            attempt.process.join(min(POLL_S, max(until - time.monotonic(), 0)))
        is_done = attempt.is_acknowledged()
        _kill(attempt.process)
        if attempt.process.exitcode not in (0, -signal.SIGKILL):
            outcome.not_repaired.append((Path(folder) / "err").read_text("utf-8").strip())
    _, running = psutil.wait_procs(children, timeout=ENDING_S)
    for process in running:
        outcome.left_running.append(" ".join(process.cmdline()))
        process.kill()
    if is_done and not operation.has_happened(scratch):
        outcome.lost.append("what was acknowledged")
    return not is_done


def _judge(operation: Operation, scratch: Path, before: Before, outcome: Outcome) -> None:
    outcome.lost += lost(scratch / "data", before)
    outcome.half_visible += [*half_visible(scratch / "data", before), *operation.look(scratch)]
    goal = scratch / operation.goal
    if not (goal / REGISTRY).exists() and not (goal / "landing").exists():
        # A restore that was killed before it wrote anything: commands say that there is no installation.
        return
    told = run(goal, *operation.check, **PROVINCE)
    if told.returncode or "Traceback" in told.stderr:
        outcome.not_repaired.append(f"{operation.check[0]}: {told.stderr.strip()}")
        return
    facts = json.loads(told.stdout)
    outcome.messages.update(
        condition["text"] for condition in facts.get("conditions", ()) if not condition["code"].startswith("backup")
    )


def _kill(process: BaseProcess) -> None:
    if process.is_alive() and process.pid:
        os.kill(process.pid, signal.SIGKILL)
    process.join()


def _wait_until_open(process: BaseProcess, port: int, output: Path) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while process.is_alive() and time.monotonic() < until:
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT_S)) as connection:
            connection.request("GET", "/health/live")
            connection.getresponse().read()
            return
        time.sleep(POLL_S)
    raise RuntimeError(f"the app did not start: {(output / 'err').read_text('utf-8')}")


def _send(port: int, content: bytes, answers: list[str]) -> None:
    """Send a report, and keep the state that the app answers; nothing if it ends before."""
    with (
        suppress(OSError, HTTPException, ValueError),
        closing(HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT_S)) as connection,
    ):
        connection.request("POST", "/intake/submit?lang=en", content, OWN)
        answers.append(json.loads(connection.getresponse().read())["state"])
