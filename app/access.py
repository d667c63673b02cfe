"""Who may see what. Nothing is allowed unless a right says so; every query passes through here.

Sensitive targets (people who want support) have counts so small that a figure may point at a person.
A viewer without `Right.SMALL_COUNTS` gets status `suppressed` in their place, chosen so that nothing
hidden can be worked out from what is shown:

* ward figures of sensitive targets are always hidden (siblings and the district's total would give them away);
* a district with a small count in any quarter or window of a year is hidden for that whole year
  (quarters could be subtracted from year-to-date figures);
* where that hides exactly one district, the next smallest is hidden too (the city's total would give it away);
* breakdowns of sensitive targets are shown for the city only; a category that is small in any quarter of a year is
  hidden for that year, and with it the breakdown's total and shares (the rest would give it away).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from app.facts import Progress, Revision, Target
from app.facts.target import BreakdownPart
from app.facts.ward import ReportedCell
from warehouse.intake.records import CellChange

# Equal to the seed setting `small_count_threshold`; a test holds the two together.
SMALL_COUNT = 5
# Forms whose cells are people-counts; a test holds them to the measures of sensitive targets.
SENSITIVE_FORMS = frozenset({"B7"})

HiddenUnit = tuple[str, str, str]
HiddenCategory = tuple[str, str, str, str]


class AccessDeniedError(PermissionError):
    """The viewer lacks the right that a question needs."""


class Right(StrEnum):
    """What a viewer may be allowed."""

    READ = "read"
    SMALL_COUNTS = "small_counts"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody looking at the app. Without rights they see nothing at all."""

    name: str = "nobody"
    rights: frozenset[Right] = field(default_factory=frozenset)

    def may(self, right: Right) -> bool:
        """Whether this viewer has a right."""
        return right in self.rights


# Until sign-in comes, whoever reaches the loopback address is this viewer.
BUILT_IN_VIEWER = Viewer("built-in", frozenset(Right))


@dataclass(frozen=True, slots=True)
class SensitiveCount:
    """The least counts of one sensitive target in one district and year (`least` over periods and windows,
    of the count and of what is left over; zero is not small, it points at nobody)."""

    target_code: str
    unit_code: str
    parent_code: str | None
    year: str
    least: float | None
    size: float | None


def require(viewer: Viewer, right: Right) -> None:
    """Raise `AccessDeniedError` unless the viewer has the right."""
    if not viewer.may(right):
        raise AccessDeniedError(f"{viewer.name} lacks the right {right.value}")


def hidden_units(counts: Iterable[SensitiveCount]) -> frozenset[HiddenUnit]:
    """The (target, unit, year) triples that a viewer without `SMALL_COUNTS` must not see."""
    siblings: dict[tuple[str, str | None, str], list[SensitiveCount]] = defaultdict(list)
    for count in counts:
        if count.size is not None:
            siblings[count.target_code, count.parent_code, count.year].append(count)
    hidden: set[HiddenUnit] = set()
    for group in siblings.values():
        small = [count for count in group if count.least is not None and count.least < SMALL_COUNT]
        if len(small) == 1:
            rest = [count for count in group if count is not small[0]]
            small += sorted(rest, key=lambda count: count.size or 0)[:1]
        hidden |= {(count.target_code, count.unit_code, count.year) for count in small}
    return frozenset(hidden)


def protect(
    viewer: Viewer, rows: list[Progress], sensitive_targets: frozenset[str], hidden: frozenset[HiddenUnit]
) -> list[Progress]:
    """The rows as this viewer may see them: same rows, small sensitive counts replaced by `suppressed`."""
    if viewer.may(Right.SMALL_COUNTS):
        return rows
    return [
        _suppressed(row) if row.target_code in sensitive_targets and _is_hidden(row, hidden) else row for row in rows
    ]


def hides_parts(viewer: Viewer, target: Target) -> bool:
    """Whether a viewer may not see what single units and reports add to a target: wards' people-counts are small."""
    return target.is_sensitive and not viewer.may(Right.SMALL_COUNTS)


def hides_failure(viewer: Viewer, row: Mapping[str, Any], table: str, sensitive: frozenset[str]) -> bool:
    """Whether a viewer may not know that a row broke a rule: it is about people who want support.

    `sensitive` are the targets, measures and tables that count them.
    """
    if viewer.may(Right.SMALL_COUNTS):
        return False
    return bool(row.get("is_sensitive")) or table in sensitive or row.get("category_code") in sensitive


def protect_revisions(viewer: Viewer, rows: list[Revision]) -> list[Revision]:
    """Changed cells without those of people-count forms, unless the viewer may see small counts."""
    if viewer.may(Right.SMALL_COUNTS):
        return rows
    return [row for row in rows if row.form_code not in SENSITIVE_FORMS]


def protect_changes(viewer: Viewer, changes: Sequence[CellChange]) -> Sequence[CellChange]:
    """Cells in which two versions of a report differ, under the same rule."""
    if viewer.may(Right.SMALL_COUNTS):
        return changes
    return [change for change in changes if change.form_code not in SENSITIVE_FORMS]


def protect_cells(viewer: Viewer, cells: list[ReportedCell]) -> list[ReportedCell]:
    """A ward's reported cells; those of people-count forms without their numbers, unless the viewer may see them.

    All of them, zeros and large ones too: which ones are hidden would say which are small.
    """
    if viewer.may(Right.SMALL_COUNTS):
        return cells
    return [replace(cell, value=None, is_hidden=True) if cell.form_code in SENSITIVE_FORMS else cell for cell in cells]


def protect_breakdown(
    viewer: Viewer, parts: list[BreakdownPart], small: frozenset[HiddenCategory]
) -> list[BreakdownPart]:
    """A breakdown as this viewer may see it; `small` are (target, breakdown, category, year) of the city."""
    if viewer.may(Right.SMALL_COUNTS):
        return parts
    hidden = [part for part in parts if part.is_sensitive and _is_hidden_part(part, small)]
    broken = {(part.target_code, part.breakdown_code, part.period_code) for part in hidden}
    return [
        _without_counts(part, part in hidden)
        if (part.target_code, part.breakdown_code, part.period_code) in broken
        else part
        for part in parts
    ]


def _is_hidden_part(part: BreakdownPart, small: frozenset[HiddenCategory]) -> bool:
    key = (part.target_code, part.breakdown_code, part.category_code, part.period_code[:4])
    return part.unit_level != "city" or key in small


def _without_counts(part: BreakdownPart, is_hidden: bool) -> BreakdownPart:
    if not is_hidden:
        return replace(part, total_count=None, share_pct=None)
    return replace(
        part,
        is_hidden=part.value_count is not None,
        value_count=None,
        total_count=None,
        share_pct=None,
        base_count=None,
        rate_pct=None,
    )


def _is_hidden(row: Progress, hidden: frozenset[HiddenUnit]) -> bool:
    if row.unit_level == "city":
        return _is_small(row.numerator, row.denominator)
    if row.unit_level != "district":
        return True
    return (row.target_code, row.unit_code, row.period_code[:4]) in hidden or _is_small(row.numerator, row.denominator)


def _is_small(numerator: float | None, denominator: float | None) -> bool:
    if numerator is None or denominator is None:
        return False
    return any(0 < part < SMALL_COUNT for part in (numerator, denominator, denominator - numerator))


def _suppressed(row: Progress) -> Progress:
    if row.value_pct is None and row.status != "no_cases":
        return row
    return replace(
        row,
        status="suppressed",
        prev_quarter_status=None,
        numerator=None,
        denominator=None,
        value_pct=None,
        gap_pct=None,
        path_gap_pct=None,
        change_prev_quarter_pct=None,
        change_prev_year_pct=None,
        rank=None,
        ci_low_pct=None,
        ci_high_pct=None,
        is_small_base=False,
        bound_low_pct=None,
        bound_high_pct=None,
        is_status_settled=None,
    )
