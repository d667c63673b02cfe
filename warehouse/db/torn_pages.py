"""Proof that no page of the registry's SQLite file is torn, before anything is written on it.

Only reading, by a connection of its own: opening the file for writing would already move pages of the write-ahead log
into it. A process checks each state of the file once; a build checks it anew, since a disk that fails changes no time.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from warehouse.errors import RegistryDamagedError

_SOUND = "ok"
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
# The part of SQLite's numbers for errors that names the kind.
_PRIMARY = 0xFF
State = tuple[int, int, int]
_checked: dict[Path, tuple[State, str]] = {}


def refuse_torn(url: str, timeout_s: float, *, anew: bool = False) -> None:
    """Raise RegistryDamagedError where the registry's file is damaged; `anew` where a check made before is not enough.

    A database on a server sees to its pages itself.
    """
    parsed = make_url(url)
    path = Path(parsed.database or "")
    if parsed.get_backend_name() != "sqlite" or not path.is_file():
        return
    seen = path.stat()
    state = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
    before, told = _checked.get(path, ((0, 0, 0), ""))
    if anew or before != state:
        told = _quick_check(path, timeout_s)
        _checked[path] = (state, told)
    if told != _SOUND:
        raise RegistryDamagedError([], str(path))


def _quick_check(path: Path, timeout_s: float) -> str:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=timeout_s)) as connection:
            return str(connection.execute("pragma quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & _PRIMARY in _DAMAGED:
            return str(error)
        # What else keeps it from being read, opening it for writing meets as well and has words for.
        return _SOUND
