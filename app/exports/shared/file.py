"""Downloadable files."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from warehouse.intake import SpareDiskFullError, detect_full_spare_disk, remove_of_ended

SPARE = "plan-progress-"
_SPARE_FILE = re.compile(rf"{SPARE}(\d+)-.*")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class File:
    """File: the name it is saved under, its media type, its bytes.

    A large file is an open file without a name, which is removed when it is closed, even if the app ends. A file that a
    page itself fetches is not a download.
    """

    name: str
    media_type: str
    content: bytes | BinaryIO
    is_download: bool = True


class UnknownPartError(LookupError):
    """The page has no table, chart or figure of that name."""


@contextmanager
def spare_path(extension: str) -> Iterator[Path]:
    """Create a temporary file for a large download; its name is removed at the end of the block.

    Raises SpareDiskFullError.
    """
    prefix = f"{SPARE}{os.getpid()}-"
    with detect_full_spare_disk():
        with tempfile.NamedTemporaryFile(prefix=prefix, suffix=f".{extension}", delete=False) as made:
            path = Path(made.name)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def remove_spare_files() -> None:
    """Remove temporary files left by processes that were killed."""
    try:
        with detect_full_spare_disk():
            folder = Path(tempfile.gettempdir())
    except SpareDiskFullError as error:
        # Pages need no temporary files, so the app starts without them.
        log.warning("there is no room for temporary files: %s", error)
        return
    remove_of_ended(folder, _SPARE_FILE)
