"""Viewer and published version of a query."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.access import Viewer
from warehouse.publish.engines import Published


@dataclass(frozen=True, slots=True)
class Reader:
    """Viewer and published version, so that no query runs without access rules."""

    viewer: Viewer
    warehouse: Published
