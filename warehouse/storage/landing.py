"""The landing zone: accepted originals, immutable, named by content, never half-written after a crash."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from warehouse.storage.disk import detect_full_disk, digest_of, sync

# By actual file kind; the first kind also gives the expected path of a file that has not landed.
SUFFIXES = {
    "xlsx": ".xlsx",
    "xlsm": ".xlsm",
    "xls": ".xls",
    "ods": ".ods",
    "csv": ".zip",
    "parquet": ".parquet",
}
READ_ONLY = 0o444
_PENDING_PREFIX = ".pending-"


def content_hash(data: bytes) -> str:
    """Return the name under which `data` lands: its SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def landed_path(landing_dir: Path, sha256: str) -> Path:
    """Return the path of the original with this hash, of any file kind; the path it would have if it had not landed."""
    expected = _place(landing_dir, sha256, next(iter(SUFFIXES)))
    if expected.exists():
        return expected
    return next((path for kind in SUFFIXES if (path := _place(landing_dir, sha256, kind)).exists()), expected)


@detect_full_disk()
def land(landing_dir: Path, data: bytes, kind: str = "xlsx") -> Path:
    """Write `data` durably and return its path; the same content twice is one file. `kind` is as in `formats.Book`.

    When this returns, the file survives a power cut. A crash before leaves at most a pending file that is never read.
    Raises DiskFullError, OSError.
    """
    sha256 = content_hash(data)
    if verify(landing_dir, sha256):
        return landed_path(landing_dir, sha256)
    path = _place(landing_dir, sha256, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, pending = tempfile.mkstemp(prefix=_PENDING_PREFIX, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), READ_ONLY)
            os.fsync(file.fileno())
        os.replace(pending, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(pending)
        raise
    # The names must be on disk too: the file's in its folder, and the folder's in the landing zone.
    for folder in (path.parent, landing_dir):
        sync(folder)
    return path


def originals(landing_dir: Path) -> list[Path]:
    """Return every landed file, whether or not the registry has it."""
    return sorted(path for path in landing_dir.glob("*/*") if not path.name.startswith(_PENDING_PREFIX))


def verify(landing_dir: Path, sha256: str) -> bool:
    """Return whether the landed original exists and its content matches its hash."""
    path = landed_path(landing_dir, sha256)
    return path.is_file() and digest_of(path) == sha256


def _place(landing_dir: Path, sha256: str, kind: str) -> Path:
    return landing_dir / sha256[:2] / f"{sha256}{SUFFIXES[kind]}"
