"""The tiles: one a target under its group, with value, limits, course, status and change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.grouping import group_by
from app.core.i18n import Words
from app.core.status import sign_of
from app.figures.sparkline.spec import Sparkline, sparkline_of
from app.records import Progress, Target
from app.ui.figure_text import change_sign, explain, threshold_text, value_text


@dataclass(frozen=True, slots=True)
class TargetTile:
    """One target: `value_text` is its value, or a dash; `path_text` its milestone where it has one.

    `is_spare` says that the threshold gives way where there is no room.
    """

    target_code: str
    name: str
    label: str
    status: str
    status_word: str
    sign: str
    has_value: bool
    value_text: str
    threshold_text: str
    path_text: str
    is_spare: bool
    is_provisional: bool
    change_text: str
    line: Sparkline


@dataclass(frozen=True, slots=True)
class TileGroup:
    """The tiles of a group of targets."""

    name: str
    tiles: tuple[TargetTile, ...]


@dataclass(frozen=True, slots=True)
class TargetTiles:
    """The groups in the plan's order."""

    title: str
    groups: tuple[TileGroup, ...]


def target_tiles_of(
    targets: Sequence[Target],
    current: Mapping[str, Progress],
    courses: Mapping[str, Sequence[Progress]],
    place: str,
    words: Words,
) -> TargetTiles:
    """The tiles of the unit called `place`: its figures and their courses (oldest first) by target."""
    groups = []
    for name, members in group_by(targets, lambda target: words.of(target, "group_name")).items():
        tiles = tuple(
            _tile(current[target.target_code], target, courses.get(target.target_code, ()), place, words)
            for target in members
            if target.target_code in current
        )
        groups.append(TileGroup(name, tiles))
    return TargetTiles(words("tiles.title"), tuple(groups))


def _tile(row: Progress, target: Target, course: Sequence[Progress], place: str, words: Words) -> TargetTile:
    has_path = row.path_pct is not None and row.value_pct is not None
    return TargetTile(
        target_code=target.target_code,
        name=words.of(target, "short_name"),
        label=explain(row, target, place, words),
        status=row.status,
        status_word=words.status(row.status),
        sign=sign_of(row.status),
        has_value=row.value_pct is not None,
        value_text=value_text(row, words),
        threshold_text=threshold_text(target, words),
        path_text=words("tiles.path", path=words.percent(row.path_pct)) if has_path else "",
        # Beside a long word for an absence there is no room for a threshold on a laptop.
        is_spare=target.threshold_pct is None or row.value_pct is None,
        is_provisional=row.is_provisional,
        change_text=change_sign(row, words),
        line=sparkline_of(course, row.status),
    )
