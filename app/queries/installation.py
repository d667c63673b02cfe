"""Condition of the installation, for those who watch the quality of its data."""

from __future__ import annotations

from app.core import access
from app.core.access import Right
from app.core.reader import Reader
from warehouse.desk import logged
from warehouse.health.checks import check_disk
from warehouse.health.conditions import Condition
from warehouse.health.report import read_counts, standing_conditions
from warehouse.settings import Settings


@logged
def conditions(reader: Reader) -> tuple[Condition, ...]:
    """Return what needs attention in builds, backups and on the disk. Raises `AccessDeniedError`."""
    access.require(reader.viewer, Right.QUALITY)
    settings = Settings.from_env()
    return (*check_disk(settings), *standing_conditions(settings, read_counts(settings)))
