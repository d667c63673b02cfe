"""Spec of the bullet rows: one per target under its status, worst first, all on one scale of 0 to 100 points.

They are divided into two columns here, not by the browser: it lays out columns of equal height several times, which was
a tenth of the time until the overview is rendered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.grouping import group_by
from app.core.i18n import words
from app.core.status import WORST_FIRST
from app.figures.scale import FULL_PCT, Scale
from app.figures.sparkline.spec import Sparkline, sparkline_of
from app.records import Progress, Target
from app.ui.figure_text import explain, parts_text

SCALE = Scale(FULL_PCT)


@dataclass(frozen=True, slots=True)
class Bullet:
    """Target: its figure, its parts (`543/635`), its full description, its series.

    `before_pct` is its value a quarter before, None where the two must not be compared.
    """

    target: Target
    row: Progress
    label: str
    line: Sparkline
    parts: str
    before_pct: float | None


@dataclass(frozen=True, slots=True)
class BulletGroup:
    """Bullets with the same status, or whose values are not judged yet.

    Targets without a threshold are folded where others are judged.
    """

    name: str
    status: str
    bullets: tuple[Bullet, ...]
    is_folded: bool


@dataclass(frozen=True, slots=True)
class BulletPart:
    """Bullets of a group in one column; without heading if the group began in the column before."""

    group: BulletGroup
    bullets: tuple[Bullet, ...]
    has_heading: bool


def bullet_groups(
    targets: Sequence[Target],
    current: Mapping[str, Progress],
    series: Mapping[str, Sequence[Progress]],
    place: str,
) -> tuple[BulletGroup, ...]:
    """Return the bullets of the unit called `place` by status, worst first.

    `current` are its figures and `series` its rows (oldest first) by target.
    """

    def bullet(target: Target, row: Progress) -> Bullet:
        rows = series.get(target.target_code, ())
        return Bullet(
            target=target,
            row=row,
            label=explain(row, target, place),
            line=sparkline_of(rows, row.shown_status),
            parts="" if row.value_pct is None else parts_text(row),
            before_pct=_before(row, rows),
        )

    bullets = [bullet(target, current[target.target_code]) for target in targets if target.target_code in current]
    bullets.sort(key=lambda bullet: WORST_FIRST.index(bullet.row.shown_status))
    groups = group_by(bullets, lambda bullet: (_group(bullet), _is_followed(bullet)))
    return tuple(
        BulletGroup(name, members[0].row.shown_status, tuple(members), is_followed and len(members) < len(bullets))
        for (name, is_followed), members in groups.items()
    )


def two_columns(groups: Sequence[BulletGroup]) -> tuple[tuple[BulletPart, ...], tuple[BulletPart, ...]]:
    """Return the groups in two columns of as many lines, the first with one more where they cannot be equal.

    A heading is a line, and is followed by a bullet of its group in the same column; a folded group is a single line.
    """
    lines = [line for group in groups for line in _lines(group)]
    ends = [count for count, line in enumerate(lines, 1) if line.bullets]
    end = min(ends, key=lambda count: (abs(2 * count - len(lines)), -count), default=0)
    return _parts(lines[:end]), _parts(lines[end:])


def _lines(group: BulletGroup) -> list[BulletPart]:
    if group.is_folded:
        return [BulletPart(group, group.bullets, has_heading=True)]
    bullets = [BulletPart(group, (bullet,), has_heading=False) for bullet in group.bullets]
    return [BulletPart(group, (), has_heading=True), *bullets]


def _parts(lines: Sequence[BulletPart]) -> tuple[BulletPart, ...]:
    """Return the lines of each group as one part."""
    by_group = group_by(lines, lambda line: (line.group.name, line.group.is_folded))
    return tuple(map(_joined, by_group.values()))


def _joined(lines: Sequence[BulletPart]) -> BulletPart:
    bullets = tuple(bullet for line in lines for bullet in line.bullets)
    return BulletPart(lines[0].group, bullets, any(line.has_heading for line in lines))


def _is_followed(bullet: Bullet) -> bool:
    return bullet.target.threshold_pct is None


def _before(row: Progress, rows: Sequence[Progress]) -> float | None:
    """Return the value of the quarter before, if the change since then is stated."""
    earlier = [other for other in rows if other.period_code < row.period_code]
    return earlier[-1].value_pct if earlier and row.change_prev_quarter_pct is not None else None


def _group(bullet: Bullet) -> str:
    """Return the heading of a bullet: its status, or that values are not judged yet."""
    row = bullet.row
    if _is_followed(bullet) and (row.is_so_far or row.status == "not_due"):
        return words.status("monitor")
    return words("so_far.title") if row.is_so_far else words.status(row.shown_status)
