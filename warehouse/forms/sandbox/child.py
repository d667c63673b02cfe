"""The process in which uploaded files are read; `sandboxed_reader` starts it. It ends with its parent."""

import importlib
import io
import pickle
import resource
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Any

# Loaded before the limits are set, so that the limits apply to what a file takes.
from warehouse.forms.reading import reader  # noqa: F401

_DIGEST_LENGTH = 64
# A child that has kept this share of a file's memory limit is replaced by a fresh process.
_MAX_KEPT = 1 / 3


class _Unpickler(pickle.Unpickler):
    """Resolves references that were sent before."""

    references: dict[str, Any] = {}  # noqa: RUF012 - one process, one store

    def persistent_load(self, digest: Any) -> Any:
        return self.references[digest]


def main(line: Connection, extra_bytes: int, cpu_s: int, wall_clock_s: int) -> None:
    """Say that it has started, and answer requests, each within these limits, until the parent hangs up or this process
    has grown."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    line.send_bytes(b"")
    base: int | None = None
    while True:
        try:
            message = line.recv_bytes()
        except EOFError:
            return
        kind, content = message[:1], message[1:]
        if kind == b"R":
            digest, blob = content[:_DIGEST_LENGTH].decode(), content[_DIGEST_LENGTH:]
            _Unpickler.references[digest] = pickle.loads(blob)  # noqa: S301 - from the parent
            continue
        base = base or _limit_memory(extra_bytes)
        line.send_bytes(_answer(content, cpu_s, wall_clock_s))
        del message, content
        if _address_space() > base + extra_bytes * _MAX_KEPT:
            return


def _answer(request: bytes, cpu_s: int, wall_clock_s: int) -> bytes:
    # The system ends this process when an alarm fires, even inside a native parser, or without a parent.
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    signal.setitimer(signal.ITIMER_REAL, wall_clock_s)
    try:
        module, name, args = _Unpickler(io.BytesIO(request)).load()
        function = getattr(importlib.import_module(module), name)
        return b"A" + pickle.dumps(function(*args), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return b"M"
    except Exception as error:  # noqa: BLE001 - the parent logs it and refuses the file
        frames = traceback.extract_tb(error.__traceback__)
        places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
        return b"E" + f"{type(error).__name__} in {places}".encode()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit_memory(extra_bytes: int) -> int:
    base = _address_space()
    if sys.platform == "linux":
        limit = base + extra_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return base


def _address_space() -> int:
    """Return the bytes of address space in use; 0 if the system does not report them."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    handle, *limits = map(int, sys.argv[1:])
    main(Connection(handle), *limits)
