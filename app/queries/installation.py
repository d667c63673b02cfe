"""Condition of the installation, for those who watch the quality of its data."""

from __future__ import annotations

from functools import lru_cache

from app.core import access
from app.core.access import Right
from app.core.reader import Reader
from warehouse.desk import Desk, logged
from warehouse.health.checks import check_disk
from warehouse.health.conditions import Condition
from warehouse.health.report import Counts, read_counts, standing_conditions
from warehouse.publish.engines import Published
from warehouse.settings import Settings


@logged
def conditions(reader: Reader) -> tuple[Condition, ...]:
    """Return what needs attention in builds, backups and on the disk. Raises `AccessDeniedError`."""
    access.require(reader.viewer, Right.QUALITY)
    settings = Settings.from_env()
    desk = Desk.open()
    counts = _counts(reader.warehouse, desk, desk.stamp())
    return (*check_disk(settings), *standing_conditions(settings, counts))


# Read for every visit of the page; the reports that wait change only with a write or with the version.
@lru_cache(maxsize=4)
def _counts(_warehouse: Published, _desk: Desk, _stamp: str) -> Counts | None:
    return read_counts(Settings.from_env())
