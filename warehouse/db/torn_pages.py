"""Check for torn pages in the registry's SQLite file, before anything is written to it.

Uses a separate read-only connection: opening the file for writing would already move pages of the write-ahead log into
it. A process checks each state of the file once; a build always checks, since a failing disk changes no modification
time.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from warehouse.errors import RegistryDamagedError

_SOUND = "ok"
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
# The bits of SQLite's error codes that hold the primary code.
_PRIMARY = 0xFF
State = tuple[int, int, int]
_checked: dict[Path, tuple[State, str]] = {}


def refuse_torn(url: str, timeout_s: float, *, force: bool = False) -> None:
    """Raise RegistryDamagedError if the registry's file is damaged; `force` ignores an earlier check.

    Databases on a server check their pages themselves.
    """
    parsed = make_url(url)
    path = Path(parsed.database or "")
    if parsed.get_backend_name() != "sqlite" or not path.is_file():
        return
    stat = path.stat()
    state = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    before, result = _checked.get(path, ((0, 0, 0), ""))
    if force or before != state:
        result = _quick_check(path, timeout_s)
        _checked[path] = (state, result)
    if result != _SOUND:
        raise RegistryDamagedError([], str(path))


def _quick_check(path: Path, timeout_s: float) -> str:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=timeout_s)) as connection:
            return str(connection.execute("pragma quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & _PRIMARY in _DAMAGED:
            return str(error)
        # Opening the file for writing meets any other read error too and reports it.
        return _SOUND
