"""What waiting reports would change: figures before and after, and cells beside those of the period before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log

from app.core.disclosure import SUPPRESSED
from app.core.reader import Reader
from app.core.small_counts import Approximate
from app.core.url_state import DEFAULT_WINDOW
from app.queries import plan, preview, progress
from app.records import Progress, Target
from app.records.ward import ReportedCell
from warehouse.intake import Assessment


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure as published and as it would be."""

    before: Progress
    after: Progress

    @property
    def is_moved(self) -> bool:
        """Return whether the status would be another one, as far as both are shown."""
        shown = self.before.shown_status, self.after.shown_status
        return shown[0] != shown[1] and SUPPRESSED not in shown

    @property
    def is_ranked_otherwise(self) -> bool:
        """Return whether the rank would be another one."""
        return self.before.rank != self.after.rank

    @property
    def has_other_bounds(self) -> bool:
        """Return whether the range in which the figure will lie would be another one."""
        before, after = self.before, self.after
        return (before.bound_low_pct, before.bound_high_pct) != (after.bound_low_pct, after.bound_high_pct)


def figure_changes(before: Iterable[Progress], after: Iterable[Progress]) -> list[FigureChange]:
    """Return the figures of equal target and unit that differ, those with another status first.

    Approximate figures differ where their ranges do not overlap, as between any two versions.
    """
    known = {(row.target_code, row.unit_code): row for row in before}
    pairs = [
        FigureChange(old, row) for row in after if (old := known.get((row.target_code, row.unit_code))) is not None
    ]
    changed = [pair for pair in pairs if _has_other_value(pair) or pair.is_moved or pair.has_other_bounds]
    return sorted(changed, key=lambda pair: not pair.is_moved)


def _has_other_value(pair: FigureChange) -> bool:
    numbers = (pair.before.numerator, pair.after.numerator), (pair.before.denominator, pair.after.denominator)
    return any(_differ(old, new) for old, new in numbers)


def _differ(old: float | None, new: float | None) -> bool:
    if isinstance(old, Approximate) and isinstance(new, Approximate):
        return old.high < new.low or new.high < old.low
    return old != new


@dataclass(frozen=True, slots=True)
class DraftPreview:
    """What a report that was checked, and not submitted, would change of its own unit's figures of the year to date.

    `is_ready` is False where the figures could not be computed.
    """

    is_ready: bool = False
    changes: Sequence[FigureChange] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)


def preview_draft(reader: Reader, data: bytes, checked: Assessment) -> DraftPreview:
    """Return what a checked report would change of its unit if it were accepted; nothing is stored.

    Only of the unit itself, whose counts its sender has, and without ranks on targets that count people: by trying out
    numbers one could find where the band of a larger unit ends, or what other units have, and so what they counted.
    Raises `AccessDeniedError` like `queries.preview.draft_preview`.
    """
    if checked.reporter is None or checked.period is None:
        return DraftPreview()
    unit, period = checked.reporter.unit_code, checked.period.period_code
    with preview.draft_preview(reader, data, checked) as after:
        if after is None:
            return DraftPreview()
        targets = {target.target_code: target for target in plan.targets(reader, period)}
        rows = [progress.unit_progress(one, unit, period, DEFAULT_WINDOW) for one in (reader, after)]
        return DraftPreview(True, figure_changes(*(without_ranks_of_people(each, targets) for each in rows)), targets)


def without_ranks_of_people(rows: Iterable[Progress], targets: Mapping[str, Target]) -> list[Progress]:
    """Return the rows, those of targets that count people without a rank."""
    return [replace(row, rank=None, rank_of=None) if targets[row.target_code].is_sensitive else row for row in rows]


@dataclass(frozen=True, slots=True)
class CellJump:
    """Cell of a report beside the same cell of the period before; `before` is None where that had no report."""

    cell: ReportedCell
    before: ReportedCell | None

    @property
    def difference(self) -> float | None:
        """Return the difference of the two numbers; None for answers, and where one of the numbers is missing."""
        now, before = self.cell.value, self.before.value if self.before else None
        return None if self.cell.answer or now is None or before is None else now - before

    @property
    def size(self) -> float:
        """Return how far apart the two are: the logarithm of their ratio; of answers 1 where they differ."""
        before = self.before
        if before is None or (before.value is None and before.answer is None):
            return 0.0
        if self.cell.answer or before.answer:
            return float(self.cell.answer != before.answer)
        return abs(log(((self.cell.value or 0.0) + 1.0) / ((before.value or 0.0) + 1.0)))


def cell_jumps(now: Sequence[ReportedCell], before: Sequence[ReportedCell]) -> list[CellJump]:
    """Return the visible cells of a report beside those of the period before, the largest jump first."""
    known = {(cell.form_code, cell.measure_code, cell.category_code): cell for cell in before}
    jumps = [
        CellJump(cell, known.get((cell.form_code, cell.measure_code, cell.category_code)))
        for cell in now
        if cell.value is not None or cell.answer
    ]
    return sorted(jumps, key=lambda jump: -jump.size)
