"""A file on its way to a reader."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class File:
    """A whole file: the name it is saved under, its media type, its bytes.

    A large one stands in a file of its own instead, which is removed once it was sent. What a page itself fetches is
    no download.
    """

    name: str
    media_type: str
    content: bytes | Path
    is_download: bool = True


class UnknownPartError(LookupError):
    """The page has no table, chart or figure of that name."""


@contextmanager
def spare_path(extension: str) -> Iterator[Path]:
    """An empty file of our own to write a large download into; it is gone again if the writing fails."""
    with tempfile.NamedTemporaryFile(prefix="plan-progress-", suffix=f".{extension}", delete=False) as made:
        path = Path(made.name)
    try:
        yield path
    except BaseException:
        path.unlink(missing_ok=True)
        raise
