"""Spec of the tiles: one per target under its status, worst first, with its figure and its series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.grouping import group_by
from app.core.i18n import Words
from app.core.status import WORST_FIRST
from app.figures.sparkline.spec import Sparkline, sparkline_of
from app.records import Progress, Target
from app.ui.figure_text import explain


@dataclass(frozen=True, slots=True)
class TargetTile:
    """Target: its figure, its full description, its series."""

    target: Target
    row: Progress
    label: str
    line: Sparkline


def target_tiles_of(
    targets: Sequence[Target],
    current: Mapping[str, Progress],
    series: Mapping[str, Sequence[Progress]],
    place: str,
    words: Words,
) -> dict[str, list[TargetTile]]:
    """Return the tiles of the unit called `place` by the name of a status, worst first.

    `current` are its figures and `series` its rows (oldest first) by target.
    """

    def tile(target: Target, row: Progress) -> TargetTile:
        sparkline = sparkline_of(series.get(target.target_code, ()), row.shown_status)
        return TargetTile(target, row, explain(row, target, place, words), sparkline)

    tiles = [tile(target, current[target.target_code]) for target in targets if target.target_code in current]
    ordered = sorted(tiles, key=lambda tile: WORST_FIRST.index(tile.row.shown_status))
    return group_by(ordered, lambda tile: _group(tile.row, words))


def _group(row: Progress, words: Words) -> str:
    """Return the heading of a tile: its status, or that values are not judged yet."""
    return words("so_far.title") if row.is_so_far else words.status(row.shown_status)
