"""A file on its way to a reader."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A whole file: the name it is saved under, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


class UnknownPartError(LookupError):
    """The page has no table or chart of that name."""
