"""The sandboxed reader: uploads are read in a process with limited memory and time, and without secrets.

One child is reused between files, so a file takes only milliseconds more. Whatever a file does to it, the next file
gets a fresh child, and this process only receives that the file was refused.
"""

import atexit
import io
import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import is_dataclass, replace
from datetime import date
from hashlib import sha256
from multiprocessing import Pipe
from threading import Lock, Timer
from typing import Any

from warehouse.forms.formats.book import UnreadableFileError, refuse
from warehouse.forms.reading.reader import Reading, read_report
from warehouse.reference import Reference
from warehouse.settings import PROJECT_ROOT, Settings

# Limits of one file: memory beyond that of the waiting child, CPU time (s), and time in all (s), most of which it may
# wait on a busy machine.
EXTRA_MEMORY_BYTES = 500_000_000
CPU_S = 8
WALL_CLOCK_S = 60
# The child stops itself; this is for a child that no longer can.
_GRACE_S = 1
# Time for a child to start (s), which is no part of a file's: on a busy machine it takes longer than a file may.
_START_S = 60
_MAX_ANSWER_BYTES = 100_000_000
_CHILD = "warehouse.forms.sandbox.child"
_PASSED_ON = ("PATH", "LANG", "TZ", "SYSTEMROOT")
# Exit codes for exhausted time or memory: the child's own alarms, the system's killer, a failed native allocation.
_LIMIT_EXITS = {-signal.SIGALRM, -signal.SIGPROF, -signal.SIGKILL, -signal.SIGABRT}
_DATES = {"date", "datetime", "time", "timedelta"}
# Exceptions raised by building an answer that is damaged or refers to anything else.
_BAD_ANSWERS = (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError)
log = logging.getLogger(__name__)


class Reader:
    """Reads files against one set of seeds, in the child process of the plan in force; several threads may share it."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        # Without the look-ups made so far: other threads may be adding to them.
        self._blob = pickle.dumps(replace(reference, levels=replace(reference.levels)))
        self._digest = sha256(self._blob).hexdigest()
        self._plan = str(Settings.from_env().plan_dir or "")

    def read(self, data: bytes, received_on: date) -> Reading:
        """Run `read_report` in the child; a file beyond the limits is a reading with that problem. Never raises."""
        try:
            reading: Reading = self.call(read_report, data, self.reference, received_on)
        except UnreadableFileError as error:
            return Reading(problems=(error.problem,), kind="")
        return reading

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call any function of a module of this project in the child; arguments and result are copied.

        The reader's own reference costs nothing as an argument. The result may hold plain values, dates and this
        project's dataclasses. Raises UnreadableFileError: file_too_heavy when it takes too much memory or time,
        file_not_workbook when it breaks down.
        """
        request = io.BytesIO()
        pickler = _RequestPickler(request, self.reference, self._digest)
        pickler.dump((function.__module__, function.__qualname__, args))
        with _lock:
            answer = _request(self._plan, self._digest, self._blob, request.getvalue())
            try:
                return _AnswerUnpickler(io.BytesIO(answer)).load()
            except _BAD_ANSWERS as error:
                log.exception("the reading process gave an answer that is not taken")
                _drop()
                raise refuse("file_not_workbook") from error


class _RequestPickler(pickle.Pickler):
    """Writes the reference as its digest only: the child has it."""

    def __init__(self, file: io.BytesIO, reference: Reference, digest: str) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._reference, self._digest = reference, digest

    def persistent_id(self, value: object) -> str | None:
        return self._digest if value is self._reference else None


class _AnswerUnpickler(pickle.Unpickler):
    """Builds nothing but dataclasses of this project and dates, whatever a compromised child may send."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in _DATES:
            return super().find_class(module, name)
        if module.startswith("warehouse.") and "." not in name:
            kind = super().find_class(module, name)
            if isinstance(kind, type) and is_dataclass(kind):
                return kind
        raise pickle.UnpicklingError(f"{module}.{name}")


class _Child:
    """The process and the connection to it."""

    def __init__(self, plan: str) -> None:
        self.line, far_end = Pipe()
        self.owner = os.getpid()
        self.known: set[str] = set()
        self._has_started = False
        # No secrets of this process; not in its group, so that Ctrl-C is handled by the parent.
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        if plan:
            environment["KPI_PLAN_DIR"] = plan
        with far_end:
            self.process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", _CHILD, *map(str, (far_end.fileno(), EXTRA_MEMORY_BYTES, CPU_S, WALL_CLOCK_S))],
                cwd=PROJECT_ROOT,
                env=environment,
                pass_fds=[far_end.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def wait_for_start(self) -> None:
        """Wait until the process has loaded what it reads files with. Raises EOFError or OSError if it ends first."""
        if not self._has_started:
            if not self.line.poll(_START_S):
                self.process.kill()
            self.line.recv_bytes(0)
            self._has_started = True

    def end(self) -> int:
        """Kill the process unless it has ended, and return its exit code."""
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
        self.line.close()
        return self.process.returncode or 0


_lock = Lock()
# By plan pack: texts of forms are in its words.
_children: dict[str, _Child] = {}


def _request(plan: str, digest: str, blob: bytes, request: bytes) -> bytes:
    """Return the child's answer to a request. Raises UnreadableFileError."""
    answer = _try(plan, digest, blob, request)
    if answer is None:
        # The child had ended before it read the request, so the file is not at fault: retry with a fresh child.
        answer = _try(plan, digest, blob, request)
    if answer is None:
        raise refuse("file_not_workbook")
    return _verdict(answer)


def _try(plan: str, digest: str, blob: bytes, request: bytes) -> bytes | None:
    """Return the answer of the running child or of a fresh one; None if it ended of its own accord."""
    child = _children.get(plan)
    if child is None or child.owner != os.getpid() or child.process.poll() is not None:
        _drop(plan)
        child = _children[plan] = _Child(plan)
    timer = Timer(WALL_CLOCK_S + _GRACE_S, child.process.kill)
    try:
        child.wait_for_start()
        timer.start()
        if digest not in child.known:
            child.line.send_bytes(b"R" + digest.encode() + blob)
            child.known.add(digest)
        child.line.send_bytes(b"C" + request)
        return child.line.recv_bytes(_MAX_ANSWER_BYTES)
    except (EOFError, OSError) as error:
        ended = _wait_for_end(child)
        _drop(plan)
        if ended == 0:
            return None
        raise refuse("file_too_heavy" if ended in _LIMIT_EXITS else "file_not_workbook") from error
    finally:
        timer.cancel()


def _verdict(answer: bytes) -> bytes:
    """Return the result in a child's answer. Raises UnreadableFileError."""
    kind, content = answer[:1], answer[1:]
    if kind == b"M":
        _drop()
        raise refuse("file_too_heavy")
    if kind == b"E":
        # Names of files and functions only: a message might quote a cell.
        log.error("reading a file failed at %s", content.decode(errors="replace"))
        raise refuse("file_not_workbook")
    return content


def _wait_for_end(child: _Child) -> int:
    with suppress(subprocess.TimeoutExpired):
        return child.process.wait(timeout=1)
    return -signal.SIGKILL


def _drop(*plans: str) -> None:
    """End the children of some plan packs, by default all of them."""
    for plan in plans or tuple(_children):
        if child := _children.pop(plan, None):
            child.end()


atexit.register(_drop)
