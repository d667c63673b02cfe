"""Durable writes, content digests and detection of a full disk."""

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# No space left, quota exhausted, or the file is as large as the process may write.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# A disk that is mounted read-only, or rights that are missing.
NOT_WRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
# PostgreSQL's hint where a page was written in part.
_POSTGRES_FULL = "Check free disk space"
# Python's message where it can write in none of the folders for temporary files.
_NO_FOLDER = "No usable temporary directory"
_BLOCK = 1 << 20


class DiskFullError(RuntimeError):
    """There is no space left on the disk; the file was not written."""


class SpareDiskFullError(DiskFullError):
    """There is no space left on the disk of temporary files; nothing else was to be written."""


@contextmanager
def detect_full_disk() -> Iterator[None]:
    """Convert an OSError that reports a full disk to DiskFullError."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(error.strerror) from error
        raise


@contextmanager
def detect_full_spare_disk() -> Iterator[None]:
    """Convert an error of a temporary file for which there is no space to SpareDiskFullError."""
    try:
        yield
    except Exception as error:
        if _NO_FOLDER in str(error) or is_out_of_space(error):
            raise SpareDiskFullError(str(error)) from error
        raise


def is_out_of_space(error: BaseException) -> bool:
    """Return whether an error is that of a full disk; DuckDB and dbt report it in words of their own only."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return isinstance(error, DiskFullError) or reports_full_disk(str(error))


def reports_full_disk(message: str) -> bool:
    """Return whether the message of another program is that of a full disk."""
    return any(sign in message for sign in (os.strerror(errno.ENOSPC), _POSTGRES_FULL))


def reports_own_full_disk(message: str) -> bool:
    """Return whether the message of a program of this machine is that of its full disk, not that of a server's."""
    return f"[Errno {errno.ENOSPC}]" in message


def sync(path: Path) -> None:
    """Flush a file's content, or the names in a folder, to disk, so that they survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(source: Path, goal: Path) -> str:
    """Copy a file durably to a path that does not exist, creating folders; return the SHA-256 of the content.

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


def write_whole(path: Path, content: bytes) -> None:
    """Write a file as a whole: one that cannot be written leaves what was there. Raises OSError."""
    # A link stays one.
    goal = path.resolve()
    if goal.exists() and not goal.is_file():
        # As /dev/stdout.
        goal.write_bytes(content)
        return
    partial = goal.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(goal)
    finally:
        partial.unlink(missing_ok=True)


def sync_folders(root: Path) -> None:
    """Flush the names in a folder and in all its subfolders to disk, so that they survive a power cut."""
    for folder, _, _ in os.walk(root):
        sync(Path(folder))
