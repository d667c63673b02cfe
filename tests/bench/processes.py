"""Running a program and knowing what it cost; starting a Streamlit server and watching it."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import IO

import psutil

from tests.servers import free_port

PROJECT = Path(__file__).parents[2]
MEGABYTE = 1 << 20
MEMORY_EVERY_S = 0.05
START_TIMEOUT_S = 60
# As deploy/systemd/plan-progress.service has it.
AS_INSTALLED = {"MALLOC_ARENA_MAX": "1"}


class BenchError(RuntimeError):
    """Something measured did not run; the message ends with what it printed."""


@dataclass(frozen=True)
class Cost:
    """What a program cost: CPU seconds of it and all its children, wall seconds, peak resident memory (MB) of all."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    output: str


def run_measured(command: Sequence[str], cwd: Path, env: Mapping[str, str], allowed: Collection[int] = (0,)) -> Cost:
    """Run a program to its end. Nothing else may be started meanwhile: children's CPU is counted together.

    Memory is sampled, and shared pages count in every process, so the peak is a little high rather than low.
    Raises BenchError when it ends with another exit code than `allowed` ones.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        cpu_before, started, peak = _children_cpu_s(), time.perf_counter(), 0
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=output, stderr=subprocess.STDOUT)
        while True:
            try:
                process.wait(timeout=MEMORY_EVERY_S)
                break
            except subprocess.TimeoutExpired:
                peak = max(peak, resident_bytes(process.pid))
        cost_s, wall_s = _children_cpu_s() - cpu_before, time.perf_counter() - started
        output.seek(0)
        text = output.read()
    if process.returncode not in allowed:
        raise BenchError(f"{' '.join(command)}: exit code {process.returncode}\n{text[-3000:]}")
    return Cost(cost_s, wall_s, peak / MEGABYTE, text)


def resident_bytes(pid: int) -> int:
    """Resident memory of a process and its descendants; those that end meanwhile count nothing."""
    total = 0
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in family:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def _children_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class StreamlitServer:
    """A Streamlit app under the project's own configuration, on a free port, for the length of a `with` block."""

    def __init__(self, script: Path, env: Mapping[str, str]) -> None:
        self._script, self._env = script, env
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._ready = threading.Event()
        self._last_lines: deque[str] = deque(maxlen=40)

    def __enter__(self) -> StreamlitServer:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(self._script), f"--server.port={self.port}"],
            cwd=PROJECT, env={**self._env, **AS_INSTALLED}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        if not self._ready.wait(START_TIMEOUT_S) or self._process.poll() is not None:
            self._process.kill()
            raise BenchError(f"{self._script.name} did not start\n{self.log}")
        self._wait_for_an_answer()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """End the server at once."""
        self._process.kill()
        self._process.wait()

    @property
    def log(self) -> str:
        """The last lines that the server printed."""
        return "".join(self._last_lines)

    def cpu_s(self) -> float:
        """CPU seconds that the server has used so far."""
        times = psutil.Process(self._process.pid).cpu_times()
        return times.user + times.system

    def resident_mb(self) -> float:
        """Resident memory of the server now."""
        return resident_bytes(self._process.pid) / MEGABYTE

    def _wait_for_an_answer(self) -> None:
        """The address is printed, and connections are taken, before the app's start has ended: those connections would
        be answered later than others as long as they are kept."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=START_TIMEOUT_S)
        connection.request("GET", "/health/live")
        connection.getresponse().read()
        connection.close()

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            self._last_lines.append(line)
            if "URL:" in line:
                self._ready.set()
        self._ready.set()
