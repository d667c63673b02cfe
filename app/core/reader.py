"""The reader that every query is given: who asks, and of which published version."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import Viewer
from warehouse.publish.engines import Published


@dataclass(frozen=True, slots=True)
class Reader:
    """A viewer before one published version: rights and figures always come together."""

    viewer: Viewer
    warehouse: Published
