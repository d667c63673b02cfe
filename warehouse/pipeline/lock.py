"""File locks that the kernel releases when their holder ends, even when it is killed: one build runs, one waits."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warehouse import clock


class BuildLockedError(RuntimeError):
    """Another process holds the lock; `holder` as in `read_holder`."""

    def __init__(self, holder: dict[str, str]) -> None:
        super().__init__(json.dumps(holder, ensure_ascii=False))
        self.holder = holder


@contextmanager
def build_lock(path: Path, by: str) -> Iterator[None]:
    """Hold the lock file `path` during the block, with `by` as the holder's name.

    Raises BuildLockedError when another process holds it. A killed holder leaves the file but not the lock.
    """
    lock = acquire(path, by)
    if lock is None:
        raise BuildLockedError(read_holder(path))
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True)
class HeldLock:
    """A lock that is held while its file descriptors are open in this process or in one that inherited them."""

    lock: int
    marker: int

    def release(self) -> None:
        """Close the descriptors; a process that inherited them keeps the lock."""
        os.close(self.lock)
        os.close(self.marker)


def acquire(path: Path, by: str) -> HeldLock | None:
    """Acquire the lock file `path` without waiting, with `by` as the holder's name; None when it is held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = _open(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    holder = {
        "by": by,
        "process": str(os.getpid()),
        "host": socket.gethostname(),
        "since": clock.now().isoformat(sep=" "),
    }
    os.ftruncate(lock, 0)
    os.pwrite(lock, json.dumps(holder).encode(), 0)
    # Whether the lock is held is tested on the marker: testing the lock itself would keep others from acquiring it.
    marker = _open(_marker(path))
    fcntl.flock(marker, fcntl.LOCK_EX)
    return HeldLock(lock, marker)


def is_held(path: Path) -> bool:
    """Return whether a process holds the lock file `path`, without interfering with others."""
    return _marker(path).is_file() and not _lock_marker(path, fcntl.LOCK_SH | fcntl.LOCK_NB)


def wait_until_free(path: Path) -> None:
    """Wait until no process holds the lock file `path`; another process may acquire it first."""
    if _marker(path).is_file():
        _lock_marker(path, fcntl.LOCK_SH)


@contextmanager
def presence(path: Path) -> Iterator[None]:
    """Register this process as present at the file `path` during the block; any number of processes may be."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_present(path: Path) -> bool:
    """Return whether any process is present at the file `path`."""
    if not path.is_file():
        return False
    descriptor = _open_existing(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def read_holder(path: Path) -> dict[str, str]:
    """Return the last holder of the lock file `path`: by, process, host, since; {} when unknown."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError):
        # The holder has acquired the lock but has not written its entry yet.
        return {}


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _open_existing(path: Path) -> int:
    """Open a lock file as far as a read-only folder allows, which is enough to lock it."""
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _marker(path: Path) -> Path:
    return path.with_name(f"{path.name}.held")


def _lock_marker(path: Path, operation: int) -> bool:
    """Lock the marker and release it again; False when that would block."""
    marker = _open_existing(_marker(path))
    try:
        fcntl.flock(marker, operation)
    except BlockingIOError:
        return False
    finally:
        os.close(marker)
    return True
