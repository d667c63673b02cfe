"""Locks that the kernel lets go when their holder dies, however it dies: one build at a time, one that waits."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warehouse import clock


class BuildLocked(RuntimeError):  # noqa: N818
    """Another build holds the lock; `holder` says who, since when and where."""

    def __init__(self, holder: dict[str, str]) -> None:
        super().__init__(json.dumps(holder, ensure_ascii=False))
        self.holder = holder


@contextmanager
def build_lock(path: Path, by: str) -> Iterator[None]:
    """Hold the lock file `path` for the length of the block, noting who holds it.

    Raises BuildLocked when another process has it. A killed holder leaves the file but not the lock.
    """
    hold = take(path, by)
    if hold is None:
        raise BuildLocked(read_holder(path))
    try:
        yield
    finally:
        hold.release()


@dataclass(frozen=True)
class Hold:
    """A lock that is held: as long as its descriptors are open, in this process or in one that they were given to."""

    lock: int
    mark: int

    def release(self) -> None:
        """Let go; a process that was given the descriptors holds on."""
        os.close(self.lock)
        os.close(self.mark)


def take(path: Path, by: str) -> Hold | None:
    """Take the lock file `path` at once, noting who holds it; None when another process has it."""
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
    # Who only looks whether the lock is held looks at the mark: a look at the lock itself would keep others from it.
    mark = _open(_mark(path))
    fcntl.flock(mark, fcntl.LOCK_EX)
    return Hold(lock, mark)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock file `path`; looking disturbs nobody."""
    return _mark(path).is_file() and not _look(path, fcntl.LOCK_SH | fcntl.LOCK_NB)


def wait_until_free(path: Path) -> None:
    """Return when nobody holds the lock file `path`; another may be faster in taking it."""
    if _mark(path).is_file():
        _look(path, fcntl.LOCK_SH)


@contextmanager
def presence(path: Path) -> Iterator[None]:
    """Be counted at the file `path` for the length of the block; any number of processes may be."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_anyone_present(path: Path) -> bool:
    """Whether some process counts at the file `path`."""
    if not path.is_file():
        return False
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def read_holder(path: Path) -> dict[str, str]:
    """Who wrote their name into the lock file `path` last: by, process, host, since."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError):
        # The holder has the lock but has not written its name yet.
        return {}


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}.held")


def _look(path: Path, how: int) -> bool:
    mark = _open(_mark(path))
    try:
        fcntl.flock(mark, how)
    except BlockingIOError:
        return False
    finally:
        os.close(mark)
    return True
