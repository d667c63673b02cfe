"""Spec of the bullet rows: one per target under its status, worst first, all on one scale of 0 to 100 points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.grouping import group_by
from app.core.i18n import Words
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


def bullet_groups(
    targets: Sequence[Target],
    current: Mapping[str, Progress],
    series: Mapping[str, Sequence[Progress]],
    place: str,
    words: Words,
) -> tuple[BulletGroup, ...]:
    """Return the bullets of the unit called `place` by status, worst first.

    `current` are its figures and `series` its rows (oldest first) by target.
    """

    def bullet(target: Target, row: Progress) -> Bullet:
        rows = series.get(target.target_code, ())
        return Bullet(
            target=target,
            row=row,
            label=explain(row, target, place, words),
            line=sparkline_of(rows, row.shown_status),
            parts="" if row.value_pct is None else parts_text(row, words),
            before_pct=_before(row, rows),
        )

    bullets = [bullet(target, current[target.target_code]) for target in targets if target.target_code in current]
    bullets.sort(key=lambda bullet: WORST_FIRST.index(bullet.row.shown_status))
    groups = group_by(bullets, lambda bullet: (_group(bullet, words), _is_followed(bullet)))
    return tuple(
        BulletGroup(name, members[0].row.shown_status, tuple(members), is_followed and len(members) < len(bullets))
        for (name, is_followed), members in groups.items()
    )


def _is_followed(bullet: Bullet) -> bool:
    return bullet.target.threshold_pct is None


def _before(row: Progress, rows: Sequence[Progress]) -> float | None:
    """Return the value of the quarter before, if the change since then is stated."""
    earlier = [other for other in rows if other.period_code < row.period_code]
    return earlier[-1].value_pct if earlier and row.change_prev_quarter_pct is not None else None


def _group(bullet: Bullet, words: Words) -> str:
    """Return the heading of a bullet: its status, or that values are not judged yet."""
    row = bullet.row
    if _is_followed(bullet) and (row.is_so_far or row.status == "not_due"):
        return words.status("monitor")
    return words("so_far.title") if row.is_so_far else words.status(row.shown_status)
