"""Figures as they were shown at the last review, read from the version that it froze."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.core.grouping import by_cell
from app.core.reader import Reader
from app.queries import progress
from app.queries.ask import OtherLayoutError
from app.records import Progress
from warehouse.desk import Desk, Review
from warehouse.publish.engines import kept

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A review and what it showed, by (target, unit)."""

    review: Review
    figures: Mapping[tuple[str, str], Progress]


def last_shown(reader: Reader, desk: Desk, level: str, period: str, window: str) -> Shown | None:
    """What the last review until `period` showed of a level; None without one, or when its version is gone.

    A review of this very quarter that was held on this very version showed what is shown now: the one before counts.
    """
    now = (period, reader.warehouse.version)
    reviews = [one for one in desk.reviews() if one.period_code <= period and (one.period_code, one.version) != now]
    if not reviews:
        return None
    held = kept(reviews[0].version)
    if held is None:
        return None
    try:
        return Shown(reviews[0], _figures(Reader(reader.viewer, held), level, reviews[0].period_code, window))
    except OtherLayoutError:
        # A version held years ago may lack a column that came later: the page goes on without it.
        log.warning("version %s cannot be compared with", held.version)
        return None


# What was frozen never changes.
@lru_cache(maxsize=8)
def _figures(held: Reader, level: str, period: str, window: str) -> Mapping[tuple[str, str], Progress]:
    rows = progress.level_progress(held, level, period, window)
    return by_cell(rows)
