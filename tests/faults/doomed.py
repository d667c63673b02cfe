"""Processes that kill themselves at a change of a file or database; run in forks.

A change is a call that makes, opens for writing, renames, links or removes a file, starts a process, or a statement
that writes to a database, or its commit. The file `Doom` counts them while they happen and names the one that does not
happen any more.
"""

import mmap
import os
import signal
import struct
import sys
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from warehouse.cli import main

_NUMBERS = struct.Struct("<qq")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = frozenset(
    f"os.{name}" for name in ("rename", "link", "symlink", "mkdir", "rmdir", "remove", "truncate", "chmod")
) | {"subprocess.Popen"}
_READING = ("select", "pragma", "with", "begin")


class Doom:
    """A file that two processes share: the number of changes so far, and that of the change that kills (0: none)."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_NUMBERS.pack(0, 0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _NUMBERS.size)

    @property
    def changes(self) -> int:
        """Number of changes so far."""
        made: int = _NUMBERS.unpack(self._shared[:])[0]
        return made

    def set(self, dies_at: int) -> None:
        """Choose the change at which the process dies."""
        self._shared[8:] = struct.pack("<q", dies_at)

    def watch(self) -> None:
        """Count the changes of this process from now on, and die at the chosen one."""
        numbers = count(1)

        def change() -> None:
            number = next(numbers)
            self._shared[:8] = struct.pack("<q", number)
            if number == struct.unpack("<q", self._shared[8:])[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        def hear(name: str, arguments: tuple[Any, ...]) -> None:
            if name in _CHANGES or (name == "open" and _is_writing(*arguments)):
                change()

        def execute(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.lstrip().lower().startswith(_READING):
                change()

        sys.addaudithook(hear)
        event.listen(Engine, "before_cursor_execute", execute)
        event.listen(Engine, "commit", lambda _: change())


def _is_writing(path: object, _mode: object, flags: object) -> bool:
    is_own = not isinstance(path, int) and b"__pycache__" not in os.fsencode(str(path))
    return is_own and isinstance(flags, int) and bool(flags & _WRITING)


def doomed_command(doom: str, *arguments: str) -> int:
    """Run `python -m warehouse …`, and die where the file `doom` says; return the exit code."""
    Doom(Path(doom)).watch()
    return main(arguments)


def doomed_app(doom: str, port: str) -> None:
    """Serve the app at a port, and die where the file `doom` says."""
    from streamlit.web.cli import main as streamlit

    Doom(Path(doom)).watch()
    streamlit(["run", "app/main.py", "--server.port", port], standalone_mode=False)
