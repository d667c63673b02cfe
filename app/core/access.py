"""Who may see what. Nothing is allowed unless a right says so; every query passes through here.

Sensitive measures count people so few that a figure may point at one of them (`disclosure.py` says which columns,
`small_counts.py` what is told of their counts). For a viewer without `Right.SMALL_COUNTS`:

* ward figures of sensitive targets are hidden, zeros too, with status `suppressed`: nearly all of them are small;
* any other figure is put together from what is told of the counts it is made of, and stands there approximately, with
  the status that it has wherever between its ends it lies, `suppressed` where that is more than one, and without all
  that tells more: interval, rank, funnel, change, pace;
* breakdowns of sensitive measures are shown for the city only, put together in the same way;
* cells of reports, what corrections changed in them and what checks found there are hidden for sensitive measures,
  large counts and zeros too;
* of another unit's workbooks no finding, note or reason is told at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from app.core.disclosure import COLUMNS, SUPPRESSED
from app.core.grouping import group_by
from app.core.small_counts import Approximate, Ratio, Span, Subject, Told, total
from app.records import Progress, Revision, Standing, Submission, Target
from app.records.origin import Check
from app.records.reporters import ReporterPeriod, ReporterState
from app.records.review import ShownFigure
from app.records.target import BreakdownPart, Recalculated
from app.records.ward import ReportedCell
from warehouse.intake import AuditEvent, CellChange, Received

Fact = TypeVar("Fact")
Figure = TypeVar("Figure", Progress, Standing, ShownFigure)
Refused = TypeVar("Refused", ReporterPeriod, ReporterState, Submission)
# The column that says of whom a fact tells.
_UNIT_COLUMNS = ("unit_code", "reporter_code")
# What stands in a column that was taken out, where that is not None.
_TAKEN: Mapping[str, object] = {"status": SUPPRESSED, "is_small_base": False, "is_calling": False}


class AccessDeniedError(PermissionError):
    """The viewer lacks the right that a question needs; `about` names the unit where the address does not."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class Right(StrEnum):
    """What a viewer may be allowed."""

    # To read figures; of which units, `Viewer.readable_units` says.
    READ = "read"
    SMALL_COUNTS = "small_counts"
    # To send a report, decide on one, follow up (actions, calls, notes, reviews), see what checks found.
    SUBMIT = "submit"
    DECIDE = "decide"
    FOLLOW_UP = "follow_up"
    QUALITY = "quality"
    # To see who may do what; who did what.
    PEOPLE = "people"
    TRAIL = "trail"


# What somebody who has `Viewer.own_units` may do there beyond what they may do everywhere.
OWN_RIGHTS = frozenset({Right.SMALL_COUNTS, Right.SUBMIT})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody looking at the app. Without rights they see nothing at all.

    `rights` hold everywhere, `OWN_RIGHTS` in `own_units` too; `home_unit` is the one of these that they answer for.
    `readable_units` are the units whose figures they may read, None for all. Two who may do the same are equal, and are
    given the same pages: what tells one from the other (`name`, `person`, `session`) must not stand in a page.
    """

    name: str = field(default="nobody", compare=False)
    rights: frozenset[Right] = field(default_factory=frozenset)
    own_units: frozenset[str] = frozenset()
    home_unit: str = ""
    readable_units: frozenset[str] | None = None
    is_signed_in: bool = False
    person: str = field(default="", compare=False)
    session: str = field(default="", compare=False)

    def may(self, right: Right, unit: str | None = None) -> bool:
        """Whether this viewer has a right, everywhere or at least in a unit."""
        return right in self.rights or (unit in self.own_units and right in OWN_RIGHTS)

    def may_somewhere(self, right: Right) -> bool:
        """Whether this viewer has a right everywhere or in any unit."""
        return right in self.rights or (bool(self.own_units) and right in OWN_RIGHTS)

    def may_read(self, unit: str | None) -> bool:
        """Whether this viewer may read the figures of a unit."""
        return Right.READ in self.rights and (self.readable_units is None or unit in self.readable_units)

    @property
    def signature(self) -> str:
        """What stands under whatever they write; empty where nobody signs in, and people type who they are."""
        return self.name if self.is_signed_in else ""


# Without sign-in, whoever reaches the loopback address is this viewer.
BUILT_IN_VIEWER = Viewer("built-in", frozenset(Right))


def require(viewer: Viewer, right: Right, unit: str | None = None) -> None:
    """Raise `AccessDeniedError` unless the viewer has the right, everywhere or at least in a unit."""
    if not viewer.may(right, unit):
        raise AccessDeniedError(f"{viewer.name} lacks the right {right.value}")


def require_everywhere(viewer: Viewer) -> None:
    """Raise `AccessDeniedError` unless the viewer may read the figures of every unit."""
    require(viewer, Right.READ)
    if viewer.readable_units is not None:
        raise AccessDeniedError(f"{viewer.name} may read some units only")


def may_fill(viewer: Viewer, unit: str | None) -> bool:
    """Whether a viewer may fill in a unit's report on a page, or have a file of it checked, marked or sent.

    What others typed holds small counts, and what the rules say of a file depends on the accepted ones.
    """
    return viewer.may(Right.SUBMIT, unit) and viewer.may(Right.SMALL_COUNTS, unit)


def require_fill(viewer: Viewer, unit: str | None) -> None:
    """Raise `AccessDeniedError` unless the viewer may fill in a unit's report, or have a file of it checked."""
    if not may_fill(viewer, unit):
        raise AccessDeniedError(f"{viewer.name} may not see or send the report of {unit}", about=unit or "")


def readable(viewer: Viewer, facts: Sequence[Fact]) -> list[Fact]:
    """The facts that tell of units which the viewer may read; those that tell of none stay."""
    if viewer.readable_units is None or not facts:
        return list(facts)
    told = next((name for name in _UNIT_COLUMNS if hasattr(facts[0], name)), None)
    return [fact for fact in facts if viewer.may_read(getattr(fact, told))] if told else list(facts)


def protect(viewer: Viewer, rows: list[Figure], told: Told) -> list[Figure]:
    """The rows as this viewer may see them: the same rows, with what is told of their counts."""
    if viewer.may(Right.SMALL_COUNTS):
        return rows
    return [
        _protected(row, told)
        if row.target_code in told.targets and not viewer.may(Right.SMALL_COUNTS, row.unit_code)
        else row
        for row in rows
    ]


def protect_recalculated(viewer: Viewer, rows: list[Recalculated]) -> list[Recalculated]:
    """Recalculated history; of sensitive targets without its counts, as any figure of a ward, unless the viewer may see
    them."""
    if viewer.may(Right.SMALL_COUNTS):
        return rows
    own = COLUMNS["fct_target_recalculated"].protected
    return [
        without(row, own) if row.is_sensitive and not viewer.may(Right.SMALL_COUNTS, row.unit_code) else row
        for row in rows
    ]


def hides_parts(viewer: Viewer, target: Target, unit: str | None = None) -> bool:
    """Whether a viewer may not see what single units and reports add to a target of a unit: wards' people-counts are
    small."""
    return target.is_sensitive and not viewer.may(Right.SMALL_COUNTS, unit)


def hides_failure(viewer: Viewer, row: Mapping[str, Any], sensitive: frozenset[str]) -> bool:
    """Whether a viewer may not know that a row broke a rule: it is about people so few that it may point at one.

    `sensitive` are the targets and measures that count them.
    """
    if viewer.may(Right.SMALL_COUNTS, row.get("unit_code")):
        return False
    return bool(row.get("is_sensitive")) or row.get("category_code") in sensitive


def hides_findings(viewer: Viewer, reporter: str | None) -> bool:
    """Whether a viewer may not know what was found in a reporter's workbooks, nor what was written about that.

    All of it, not the findings on people alone: a note, a reason or a refusal without the finding that it answers would
    say that there is one.
    """
    return not viewer.may(Right.SMALL_COUNTS, reporter)


def protect_received(viewer: Viewer, came: Sequence[Received]) -> Sequence[Received]:
    """What came in, without findings, their count, notes and reasons where the viewer may not know them."""
    if viewer.may(Right.SMALL_COUNTS):
        return came
    return [_without_findings(one) if hides_findings(viewer, one.submission.reporter_code) else one for one in came]


def _without_findings(one: Received) -> Received:
    row = one.submission
    counted = replace(row, problem_count=None) if row.problem_count else row
    return replace(one, submission=counted, note=None, reason=None, questions=())


def protect_events(viewer: Viewer, events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """What happened, under the same rule; of a report only its version is left. What is said of a quarter stays."""
    return [
        replace(event, before={}, after=_version_in(event), reason=None)
        if event.submission_id and hides_findings(viewer, event.reporter_code)
        else event
        for event in events
    ]


def _version_in(event: AuditEvent) -> dict[str, Any]:
    return {name: value for name, value in event.after.items() if name == "version"}


def protect_problem_counts(viewer: Viewer, facts: list[Refused], reporter: str | None = None) -> list[Refused]:
    """What became of reports, without for how many errors one was refused; `reporter` is theirs where they do not say.
    That the department sent one back, which is no error, stays."""
    if viewer.may(Right.SMALL_COUNTS):
        return facts
    return [
        replace(fact, problem_count=None)
        if fact.problem_count and hides_findings(viewer, getattr(fact, "reporter_code", reporter))
        else fact
        for fact in facts
    ]


def protect_checks(viewer: Viewer, checks: list[Check], of_people: AbstractSet[str]) -> list[Check]:
    """The checks of a target; what those found that tell `of_people` is for whoever may see small counts everywhere."""
    if viewer.may(Right.SMALL_COUNTS):
        return checks
    return [
        replace(check, is_success=None, unexpected_count=None) if check.check_code in of_people else check
        for check in checks
    ]


def require_every_finding(viewer: Viewer) -> None:
    """Raise `AccessDeniedError` unless the viewer may see what checks found in every unit's reports."""
    require(viewer, Right.QUALITY)
    require(viewer, Right.SMALL_COUNTS)


def protect_revisions(viewer: Viewer, rows: list[Revision]) -> list[Revision]:
    """Changed cells without those of sensitive measures, unless the viewer may see small counts."""
    return [row for row in rows if not row.is_sensitive or viewer.may(Right.SMALL_COUNTS, row.unit_code)]


def protect_changes(viewer: Viewer, changes: Sequence[CellChange], reporter: str | None = None) -> Sequence[CellChange]:
    """Cells in which two versions of a reporter's report differ, under the same rule."""
    if viewer.may(Right.SMALL_COUNTS, reporter):
        return changes
    return [change for change in changes if not change.is_sensitive]


def left_out(viewer: Viewer, sensitive: frozenset[str], unit: str | None = None) -> frozenset[str]:
    """Of the sensitive columns those whose last values an empty form of a unit does not show this viewer beside."""
    return frozenset() if viewer.may(Right.SMALL_COUNTS, unit) else sensitive


def protect_cells(viewer: Viewer, cells: list[ReportedCell], unit: str | None = None) -> list[ReportedCell]:
    """A ward's reported cells; those of sensitive measures without their numbers, unless the viewer may see them.

    All of them, zeros and large ones too: which ones are hidden would say which are small.
    """
    if viewer.may(Right.SMALL_COUNTS, unit):
        return cells
    return [replace(cell, value=None, is_hidden=True) if cell.is_sensitive else cell for cell in cells]


def protect_breakdown(viewer: Viewer, parts: list[BreakdownPart], told: Mapping[Subject, Span]) -> list[BreakdownPart]:
    """The breakdowns of a unit's figure as this viewer may see them, with what is told of each category."""
    if viewer.may(Right.SMALL_COUNTS):
        return parts
    groups = group_by(parts, lambda part: part.breakdown_code)
    return [_part(part, groups[part.breakdown_code], told) if part.is_sensitive else part for part in parts]


def _part(part: BreakdownPart, parts: Sequence[BreakdownPart], told: Mapping[Subject, Span]) -> BreakdownPart:
    hidden = without(part, COLUMNS["fct_breakdown"].protected)
    counted = {one.category_code: told.get((one.target_code, one.breakdown_code, one.category_code)) for one in parts}
    own = counted.pop(part.category_code)
    if own is None or part.unit_level != "city":
        return replace(hidden, is_hidden=part.value_count is not None)
    share = Ratio(own, total(span for span in counted.values() if span))
    return replace(hidden, value_count=own.shown, total_count=share.whole.shown, share_pct=share.value_pct)


def _protected(row: Figure, told: Told) -> Figure:
    hidden = _taken_of(type(row), COLUMNS["fct_target_progress"].protected)  # type: ignore[arg-type]
    ratio = told.ratio(row.target_code, row.unit_code, row.period_code, row.period_window)
    if row.numerator is None:
        return replace(row, **{**hidden, "status": row.status})
    if ratio is None or row.unit_level == "ward":
        return replace(row, **hidden)
    value = ratio.value_pct
    status = row.status if _has_one_status(row, value, told) else SUPPRESSED
    seen: dict[str, Any] = {
        "numerator": ratio.reached.shown,
        "denominator": ratio.whole.shown,
        "value_pct": value,
        "status": status,
    }
    if status != SUPPRESSED and _is_never_chance(row):
        seen["late_certainty"] = row.late_certainty
    return replace(row, **{**hidden, **seen})


def _is_never_chance(row: Figure) -> bool:
    """Whether the line lies at 100 %, where a shortfall is never chance: who reported then decides what is certain, and
    that says nothing of a count."""
    return row.path_pct is None and row.threshold_pct is not None and row.threshold_pct >= 100


def _has_one_status(row: Figure, value: float | None, told: Told) -> bool:
    """Whether a figure has the same status wherever between its ends it lies: none of the lines runs through there."""
    if row.threshold_pct is None or not isinstance(value, Approximate):
        return True
    margin = told.margins[row.target_code, row.period_code]
    asked = row.threshold_pct if row.path_pct is None else row.path_pct
    lines = (row.threshold_pct, asked, asked - margin, asked + margin)
    return not any(value.low <= line <= value.high for line in lines)


def without(row: Fact, columns: AbstractSet[str]) -> Fact:
    """A record of a mart's row without what stands in some columns; a status says that it was taken out."""
    taken = _taken_of(type(row), frozenset(columns))  # type: ignore[arg-type]
    return replace(row, **taken) if taken else row  # type: ignore[type-var]


# Asked for with every row.
@cache
def _taken_of(fact: type[Any], columns: frozenset[str]) -> dict[str, Any]:
    """What stands in the columns of a record that are taken out."""
    return {item.name: _TAKEN.get(item.name) for item in fields(fact) if item.name in columns}
