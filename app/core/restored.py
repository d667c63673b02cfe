"""Whether the data folder was restored from a backup since a page was rendered."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from warehouse.settings import Settings

MARK_BYTES = 8


def restored_mark(settings: Settings) -> str:
    """Return what distinguishes the restored data folder from the one before; empty for one that was never restored.

    Numbers of actions, reports and drafts continue from the backup's: on a page from before they may mean others.
    """
    return _mark(settings.restored_file)


@lru_cache
def _mark(file: Path) -> str:
    # The app is stopped while its data is restored: what was read holds for the process.
    if not file.is_file():
        return ""
    content = file.read_bytes() + str(file.stat().st_mtime_ns).encode()
    return hashlib.blake2b(content, digest_size=MARK_BYTES).hexdigest()
