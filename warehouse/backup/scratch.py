"""Folders of commands that are removed with the command, also where another one has to do it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.pipeline.lock import acquire, is_held

_LOCK = "in-use"


@contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Give a new folder in `parent` for the block, beside those of commands that run at the same time.

    What killed commands left under the same prefix is removed, by their locks: in containers, processes have the same
    number again and again, but no lock outlives its process.
    """
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob(f"{prefix}*"):
        if not is_held(left / _LOCK):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    lock = acquire(folder / _LOCK, "")
    try:
        yield folder
    finally:
        if lock:
            lock.release()
        shutil.rmtree(folder, ignore_errors=True)
