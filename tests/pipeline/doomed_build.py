"""Builds that are interrupted at exact moments, which no clock outside could hit (the middle of a rename).

`doomed_build` kills itself with SIGKILL at one moment. `python -m tests.pipeline.doomed_build COPIES [on-spark]` passes
through all of `MOMENTS` in one build: at each it copies its data folder into COPIES, as a kill at that moment would
leave it, and it kills itself at the last one.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

import psutil

from warehouse.pipeline.pipeline import Progress, build
from warehouse.settings import Settings

Moment = tuple[str, str]

# Step and moment: the step's `begin`, `part` or `end`; one of Python's audit events (`os.rename`, `import module`),
# just before it happens; or `log …`, a text in dbt's log while dbt runs.
MOMENTS: tuple[Moment, ...] = (
    ("plan", "begin"),
    ("plan", "os.mkdir"),
    ("plan", "end"),
    ("raw", "begin"),
    ("raw", "part"),
    ("raw", "end"),
    ("raw_checks", "begin"),
    ("raw_checks", "import great_expectations"),
    ("raw_checks", "end"),
    ("dbt", "begin"),
    ("dbt", "subprocess.Popen"),
    ("dbt", "log START seed file"),
    ("dbt", "log OK created sql table model"),
    ("dbt", "log START test"),
    ("dbt", "end"),
    ("mart_checks", "end"),
    ("finish", "os.rename"),
    ("publish", "os.symlink"),
    ("publish", "os.rename"),
    ("publish", "end"),
)
LOG = "log "
DBT_STARTS: Moment = ("dbt", "subprocess.Popen")
ON_SPARK = "on-spark"
POLL_S = 0.01


class Moments(Progress):
    """Call `reach` at each moment of a build, and ignore the events that `reach` itself causes."""

    def __init__(self, reach: Callable[[Moment], None]) -> None:
        self._reach = reach
        self._step = ""
        self._is_reaching = False
        sys.addaudithook(self._hear)

    def begin(self, step: str) -> None:
        """Reach the beginning of a step."""
        self._step = step
        self.arrive("begin")

    def part(self, done: int, total: int) -> None:
        """Reach the end of a part of a step."""
        self.arrive("part")

    def end(self, step: str, seconds: float) -> None:
        """Reach the end of a step."""
        self.arrive("end")
        self._step = ""

    def arrive(self, moment: str) -> None:
        """Reach a moment of the current step."""
        if self._step and not self._is_reaching:
            self._is_reaching = True
            self._reach((self._step, moment))
            self._is_reaching = False

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        self.arrive(f"import {arguments[0]}" if event == "import" else event)


def doomed_build(step: str, moment: str, *, full_refresh: bool = True) -> None:
    """Build, and die at the moment; return if the moment never comes."""
    settings = Settings.from_env()

    def reach(reached: Moment) -> None:
        if reached == (step, moment):
            _die()
        if reached == DBT_STARTS and moment.startswith(LOG):
            _start_following(settings.runs_dir, moments, [moment])

    moments = Moments(reach)
    build(settings, by="doomed", full_refresh=full_refresh, progress=moments)


def doomed_increment(step: str, moment: str) -> None:
    """Build what changed, and die at the moment; return if the moment never comes."""
    doomed_build(step, moment, full_refresh=False)


def build_before_a_power_cut() -> None:
    """Build, and empty the version's files that were not flushed to the disk, as a power cut may leave them."""
    settings = Settings.from_env()
    flushed: set[tuple[int, int]] = set()

    def flush(handle: int) -> None:
        status = os.fstat(handle)
        flushed.add((status.st_dev, status.st_ino))

    with patch("os.fsync", flush):
        result = build(settings, by="powerless")
    for path in (settings.runs_dir / result.version).rglob("*"):
        status = path.stat()
        if path.is_file() and (status.st_dev, status.st_ino) not in flushed:
            path.write_bytes(b"")


def copying_build(copies: Path, *, on_spark: bool = False) -> None:
    """Build; copy the data folder to `copy_at` of each moment, and die at the last one. Return if one never comes."""
    settings = Settings.from_env()
    left = list(MOMENTS)

    def reach(reached: Moment) -> None:
        if reached not in left:
            return
        left.remove(reached)
        if not left:
            _die()
        shutil.copytree(settings.data_dir, copy_at(copies, reached), symlinks=True)
        if reached == DBT_STARTS:
            _start_following(settings.runs_dir, moments, [moment for _, moment in MOMENTS if moment.startswith(LOG)])

    moments = Moments(reach)
    build(settings, by="copying", full_refresh=True, on_spark=on_spark, progress=moments)


def copy_at(copies: Path, moment: Moment) -> Path:
    """Return the folder of the copy that is made at a moment."""
    return copies / str(MOMENTS.index(moment))


def _start_following(runs_dir: Path, moments: Moments, awaited: list[str]) -> None:
    Thread(target=_follow_dbt, args=(runs_dir, moments, awaited), daemon=True).start()


def _follow_dbt(runs_dir: Path, moments: Moments, awaited: list[str]) -> None:
    """Stop dbt whenever its log has reached the text of a moment, and have it go on after that moment."""
    log = max(runs_dir.iterdir()) / "dbt" / "dbt.log"
    while not log.is_file():
        time.sleep(POLL_S)
    with log.open(encoding="utf-8") as lines:
        for moment in awaited:
            while moment.removeprefix(LOG) not in (line := lines.readline()):
                if not line:
                    time.sleep(POLL_S)
            # On Spark, dbt has it do the work.
            working = psutil.Process().children(recursive=True)
            for process in working:
                process.suspend()
            moments.arrive(moment)
            for process in working:
                process.resume()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    copying_build(Path(sys.argv[1]), on_spark=ON_SPARK in sys.argv[2:])
