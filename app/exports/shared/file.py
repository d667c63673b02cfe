"""A file on its way to a reader."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from warehouse.intake import remove_of_ended

SPARE = "plan-progress-"
_SPARE_FILE = re.compile(rf"{SPARE}(\d+)-.*")


@dataclass(frozen=True, slots=True)
class File:
    """A whole file: the name it is saved under, its media type, its bytes.

    A large one is an open file instead, which has no name any more: it is gone when it is closed, whatever becomes of
    the app. What a page itself fetches is no download.
    """

    name: str
    media_type: str
    content: bytes | BinaryIO
    is_download: bool = True


class UnknownPartError(LookupError):
    """The page has no table, chart or figure of that name."""


@contextmanager
def spare_path(extension: str) -> Iterator[Path]:
    """An empty file of our own to write a large download into; its name is gone at the end of the block."""
    prefix = f"{SPARE}{os.getpid()}-"
    with tempfile.NamedTemporaryFile(prefix=prefix, suffix=f".{extension}", delete=False) as made:
        path = Path(made.name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def remove_spare_files() -> None:
    """Remove what processes that were killed left of downloads that they were making."""
    remove_of_ended(Path(tempfile.gettempdir()), _SPARE_FILE)
