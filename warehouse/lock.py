"""One build at a time: an advisory lock that the kernel lets go when its holder dies, however it dies."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
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
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildLocked(_read_holder(descriptor)) from error
        holder = {
            "by": by,
            "process": str(os.getpid()),
            "host": socket.gethostname(),
            "since": clock.now().isoformat(sep=" "),
        }
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _read_holder(descriptor: int) -> dict[str, str]:
    text = os.pread(descriptor, 4096, 0).decode(errors="replace")
    try:
        return dict(json.loads(text))
    except json.JSONDecodeError:
        # The holder has the lock but has not written its name yet.
        return {}
