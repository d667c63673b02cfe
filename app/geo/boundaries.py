"""Operator's own map: read once, projected and simplified into panels.

Problems with the file are logged once; pages then show the tile map only, and `doctor` names what is wrong.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from app.geo.polygon_paths import Panel, panels
from warehouse.plan.boundaries import NoUnitError, UnusableMapError, read
from warehouse.settings import Settings

log = logging.getLogger(__name__)


def configured(codes: tuple[str, ...], *, is_optional: bool = False) -> tuple[Panel, ...]:
    """Return the panels of the configured map for these units; empty without the setting or with an unusable file.

    With `is_optional`, a file without any of the units is not logged as a problem: communes are optional.
    """
    path = Settings.from_env().geojson
    if path is None:
        return ()
    try:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
    except OSError:
        stamp = (0, 0)
    return _drawn(path, stamp, codes, is_optional)


# The city's map before and after the reform, and the map of every area.
@lru_cache(maxsize=48)
def _drawn(path: Path, _stamp: tuple[int, int], codes: tuple[str, ...], is_optional: bool) -> tuple[Panel, ...]:
    try:
        return panels(read(path, frozenset(codes)))
    except UnusableMapError as problem:
        if not (is_optional and isinstance(problem, NoUnitError)):
            log.warning("KPI_GEOJSON %s: %s; pages show the tile map only, doctor states why", path, problem)
        return ()
