"""Files that must survive: on disk before they are spoken of, known by their digest; a full disk is told as such."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# No space left, a quota used up, a file as large as the process may write.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BLOCK = 1 << 20


class DiskFullError(RuntimeError):
    """There is no room to write; what was being written is not there."""


@contextmanager
def noticing_full() -> Iterator[None]:
    """Raise DiskFullError in place of an OSError that says that there is no room."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(error.strerror) from error
        raise


def sync(path: Path) -> None:
    """Return when a file's content, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(source: Path, goal: Path) -> str:
    """Copy a file durably to a place where there is none, its folders made; return the SHA-256 of what was copied.

    Raises FileExistsError, OSError.
    """
    goal.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as reader, goal.open("xb") as writer:
        while block := reader.read(_BLOCK):
            digest.update(block)
            writer.write(block)
        writer.flush()
        os.fchmod(writer.fileno(), source.stat().st_mode & 0o777)
        os.fsync(writer.fileno())
    return digest.hexdigest()


def sync_folders(root: Path) -> None:
    """Return when the names in a folder and in all the folders in it survive a power cut."""
    for folder, _, _ in os.walk(root):
        sync(Path(folder))
