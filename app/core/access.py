"""Access rules. Everything is denied unless a right allows it; every query applies these rules.

Sensitive measures count few people, so that a figure may identify a person (`disclosure.py` lists the columns,
`small_counts.py` defines how their counts are disclosed). For a viewer without `Right.SMALL_COUNTS`:

* ward figures of sensitive targets are hidden, including zeros, with status `suppressed`: nearly all of them are small;
* any other figure is computed from the disclosed bands of its counts and shown approximately. It keeps its status if
  the status is the same over the whole range, else it is `suppressed`. Everything that would reveal more is removed:
  interval, rank, funnel, change, pace;
* breakdowns of sensitive measures are shown for the city only, computed in the same way;
* cells of reports, their corrections and check results are hidden for sensitive measures, including large counts and
  zeros;
* findings, notes and reasons about another unit's workbooks are hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from app.core.disclosure import COLUMNS, OF_OTHERS, SUPPRESSED
from app.core.grouping import group_by
from app.core.levels import is_base, is_top
from app.core.small_counts import Approximate, Disclosed, Ratio, Span, Subject, total
from app.records import Progress, Revision, Standing, Submission, Target
from app.records.origin import Check
from app.records.quality import Outlier
from app.records.reporters import ReporterPeriod, ReporterState
from app.records.review import ShownFigure
from app.records.target import BreakdownPart, Recalculated
from app.records.ward import ReportedCell
from warehouse.desk import Question, QuestionEvent
from warehouse.intake import AuditEvent, CellChange, Received

Record = TypeVar("Record")
Figure = TypeVar("Figure", Progress, Standing, ShownFigure)
Asked = TypeVar("Asked", Question, QuestionEvent)
Counted = TypeVar("Counted", Revision, Outlier)
Refused = TypeVar("Refused", ReporterPeriod, ReporterState, Submission)
# The column that names the unit of a record.
_UNIT_COLUMNS = ("unit_code", "reporter_code")
# The value of a removed column, where that is not None.
_REMOVED: Mapping[str, object] = {"status": SUPPRESSED, "is_small_base": False, "is_calling": False}


class AccessDeniedError(PermissionError):
    """The viewer lacks the right that a request needs; `about` names the unit if the address does not."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class Right(StrEnum):
    """Right of a viewer."""

    # Read figures, of the units in `Viewer.readable_units`.
    READ = "read"
    SMALL_COUNTS = "small_counts"
    # Ask offices about figures.
    ASK = "ask"
    # Submit a report and answer questions, decide on a report, follow up (actions, calls, notes, reviews), see check
    # results.
    SUBMIT = "submit"
    DECIDE = "decide"
    FOLLOW_UP = "follow_up"
    QUALITY = "quality"
    # See the roles of users; see the access trail.
    PEOPLE = "people"
    TRAIL = "trail"


# The additional rights of a viewer in `Viewer.own_units`.
OWN_RIGHTS = frozenset({Right.SMALL_COUNTS, Right.SUBMIT})


@dataclass(frozen=True, slots=True)
class Viewer:
    """User with the rights of their roles. Without rights they see nothing.

    `rights` apply everywhere, `OWN_RIGHTS` in `own_units` too; `home_unit` is the own unit for which they are
    responsible. `readable_units` are the units whose figures they may read, None for all. Viewers with the same rights
    are equal and are served the same cached pages, so the fields that identify a user (`name`, `person`, `session`)
    must not appear in a page. `roles` decide which saved views are shown; a page that names those adds them to the key
    by which it is cached.
    """

    name: str = field(default="nobody", compare=False)
    rights: frozenset[Right] = field(default_factory=frozenset)
    own_units: frozenset[str] = frozenset()
    home_unit: str = ""
    readable_units: frozenset[str] | None = None
    is_signed_in: bool = False
    person: str = field(default="", compare=False)
    session: str = field(default="", compare=False)
    roles: frozenset[str] = field(default=frozenset(), compare=False)
    # Codes of the programmes in which they have a role; None for all.
    programmes: frozenset[str] | None = None

    def may(self, right: Right, unit: str | None = None) -> bool:
        """Return whether this viewer has a right, everywhere or at least in a unit."""
        return right in self.rights or (unit in self.own_units and right in OWN_RIGHTS)

    def may_somewhere(self, right: Right) -> bool:
        """Return whether this viewer has a right everywhere or in any unit."""
        return right in self.rights or (bool(self.own_units) and right in OWN_RIGHTS)

    def may_read(self, unit: str | None) -> bool:
        """Return whether this viewer may read the figures of a unit."""
        return Right.READ in self.rights and (self.readable_units is None or unit in self.readable_units)

    def sees_programme(self, code: str) -> bool:
        """Return whether this viewer has a role in a programme."""
        return self.programmes is None or code in self.programmes

    @property
    def signature(self) -> str:
        """Return the author's name recorded with what they write.

        Empty without sign-in, where users type their name.
        """
        return self.name if self.is_signed_in else ""


# The viewer of the loopback address when the app runs without sign-in.
BUILT_IN_VIEWER = Viewer("built-in", frozenset(Right))


def outside(viewer: Viewer) -> Viewer:
    """Return the viewer by whose rights a message to them is composed: without the right to small counts, also of their
    own units, because a message leaves the system."""
    return replace(viewer, rights=viewer.rights - {Right.SMALL_COUNTS}, own_units=frozenset(), home_unit="")


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
    """Return whether a viewer may fill in a unit's report on a page, or have its file checked, marked or submitted.

    Drafts contain small counts, and check results of a file depend on the accepted reports.
    """
    return viewer.may(Right.SUBMIT, unit) and viewer.may(Right.SMALL_COUNTS, unit)


def require_fill(viewer: Viewer, unit: str | None) -> None:
    """Raise `AccessDeniedError` unless the viewer may fill in a unit's report, or have a file of it checked."""
    if not may_fill(viewer, unit):
        raise AccessDeniedError(f"{viewer.name} may not see or send the report of {unit}", about=unit or "")


def readable(viewer: Viewer, records: Sequence[Record]) -> list[Record]:
    """Return the records of units that the viewer may read, and the records that name no unit."""
    if viewer.readable_units is None or not records:
        return list(records)
    column = next((name for name in _UNIT_COLUMNS if hasattr(records[0], name)), None)
    if column is None:
        return list(records)
    return [record for record in records if viewer.may_read(getattr(record, column))]


def protect(viewer: Viewer, rows: list[Figure], disclosed: Disclosed) -> list[Figure]:
    """Return the rows as this viewer may see them: sensitive rows show the disclosed bands of their counts."""
    if viewer.may(Right.SMALL_COUNTS):
        return rows
    return [_disclosed(viewer, row, disclosed) if row.target_code in disclosed.targets else row for row in rows]


def protect_recalculated(viewer: Viewer, rows: list[Recalculated]) -> list[Recalculated]:
    """Return recalculated history.

    Rows of sensitive targets lose their counts unless the viewer may see small counts.
    """
    if viewer.may(Right.SMALL_COUNTS):
        return rows
    own = COLUMNS["fct_target_recalculated"].protected
    return [
        without(row, own) if row.is_sensitive and not viewer.may(Right.SMALL_COUNTS, row.unit_code) else row
        for row in rows
    ]


def hides_parts(viewer: Viewer, target: Target, unit: str | None = None) -> bool:
    """Return whether the contributions of units and reports to a unit's target are hidden from a viewer.

    Counts of people in wards are small.
    """
    return target.is_sensitive and not viewer.may(Right.SMALL_COUNTS, unit)


def protect_questions(viewer: Viewer, texts: Sequence[Asked], target: Target | None, unit: str) -> list[Asked]:
    """Return questions on one figure, or their steps, as this viewer may see them.

    Where the figure's parts are hidden, or its target is not known any more, a text whose writer could see them is
    None: it may state them.
    """
    if viewer.may(Right.SMALL_COUNTS, unit) or (target is not None and not target.is_sensitive):
        return list(texts)
    return [replace(item, text=None) if item.may_state_counts else item for item in texts]


def hides_failure(viewer: Viewer, row: Mapping[str, Any], sensitive: frozenset[str]) -> bool:
    """Return whether a viewer may not know that a row broke a rule.

    It may count so few people that it identifies one. `sensitive` are the codes of targets and measures that count
    people.
    """
    if viewer.may(Right.SMALL_COUNTS, row.get("unit_code")):
        return False
    return bool(row.get("is_sensitive")) or row.get("category_code") in sensitive


def hides_findings(viewer: Viewer, reporter: str | None) -> bool:
    """Return whether check findings on a reporter's workbooks, and texts about them, are hidden from a viewer.

    This includes findings that are not about people: a note, a reason or a refusal without its finding would reveal
    that there is one.
    """
    return not viewer.may(Right.SMALL_COUNTS, reporter)


def protect_received(viewer: Viewer, received: Sequence[Received]) -> Sequence[Received]:
    """Return received workbooks as this viewer may see them.

    Where findings are hidden, their count, notes and reasons are removed too.
    """
    if viewer.may(Right.SMALL_COUNTS):
        return received
    return [
        _without_findings(item) if hides_findings(viewer, item.submission.reporter_code) else item for item in received
    ]


def _without_findings(item: Received) -> Received:
    row = item.submission
    counted = replace(row, problem_count=None) if row.problem_count else row
    return replace(item, submission=counted, note=None, reason=None, questions=())


def protect_events(viewer: Viewer, events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """Return events under the same rule: hidden events about a report keep only its version.

    Events about a quarter are unchanged.
    """
    return [
        replace(event, before={}, after=_version_in(event), reason=None)
        if event.submission_id and hides_findings(viewer, event.reporter_code)
        else event
        for event in events
    ]


def _version_in(event: AuditEvent) -> dict[str, Any]:
    return {name: value for name, value in event.after.items() if name == "version"}


def protect_problem_counts(viewer: Viewer, records: list[Refused], reporter: str | None = None) -> list[Refused]:
    """Return records without the number of errors where it is hidden.

    `reporter` applies to records without a reporter code. Zero errors, meaning that the department returned the report,
    stays visible.
    """
    if viewer.may(Right.SMALL_COUNTS):
        return records
    return [
        replace(record, problem_count=None)
        if record.problem_count and hides_findings(viewer, getattr(record, "reporter_code", reporter))
        else record
        for record in records
    ]


def protect_checks(viewer: Viewer, checks: list[Check], of_people: AbstractSet[str]) -> list[Check]:
    """Return the checks of a target.

    Results of checks on people (`of_people`) need the right to small counts everywhere.
    """
    if viewer.may(Right.SMALL_COUNTS):
        return checks
    return [
        replace(check, is_success=None, unexpected_count=None) if check.check_code in of_people else check
        for check in checks
    ]


def require_every_finding(viewer: Viewer) -> None:
    """Raise `AccessDeniedError` unless the viewer may see the check results of all units' reports."""
    require(viewer, Right.QUALITY)
    require(viewer, Right.SMALL_COUNTS)


def protect_counts(viewer: Viewer, rows: list[Counted]) -> list[Counted]:
    """Return changed cells or outliers without those of sensitive measures, unless the viewer may see small counts.

    That a count is an outlier bounds it.
    """
    return [row for row in rows if not row.is_sensitive or viewer.may(Right.SMALL_COUNTS, row.unit_code)]


def protect_changes(viewer: Viewer, changes: Sequence[CellChange], reporter: str | None = None) -> Sequence[CellChange]:
    """Return the cells in which two versions of a reporter's report differ, under the same rule."""
    if viewer.may(Right.SMALL_COUNTS, reporter):
        return changes
    return [change for change in changes if not change.is_sensitive]


def left_out(viewer: Viewer, sensitive: frozenset[str], unit: str | None = None) -> frozenset[str]:
    """Return the sensitive columns whose last values are left out of a unit's empty form for this viewer."""
    return frozenset() if viewer.may(Right.SMALL_COUNTS, unit) else sensitive


def protect_cells(viewer: Viewer, cells: list[ReportedCell], unit: str | None = None) -> list[ReportedCell]:
    """Return a ward's reported cells.

    Those of sensitive measures have no numbers unless the viewer may see small counts. This includes zeros and large
    counts: hiding only some cells would reveal which are small.
    """
    if viewer.may(Right.SMALL_COUNTS, unit):
        return cells
    return [replace(cell, value=None, is_hidden=True) if cell.is_sensitive else cell for cell in cells]


def protect_breakdown(
    viewer: Viewer, parts: list[BreakdownPart], disclosed: Mapping[Subject, Span]
) -> list[BreakdownPart]:
    """Return the breakdowns of a unit's figure, with `disclosed` bands where the viewer may not see small counts."""
    if viewer.may(Right.SMALL_COUNTS):
        return parts
    groups = group_by(parts, lambda part: part.breakdown_code)
    return [_part(part, groups[part.breakdown_code], disclosed) if part.is_sensitive else part for part in parts]


def _part(part: BreakdownPart, parts: Sequence[BreakdownPart], disclosed: Mapping[Subject, Span]) -> BreakdownPart:
    hidden = without(part, COLUMNS["fct_breakdown"].protected)
    counted = {
        item.category_code: disclosed.get((item.target_code, item.breakdown_code, item.category_code)) for item in parts
    }
    own = counted.pop(part.category_code)
    if own is None or not is_top(part.unit_level):
        return replace(hidden, is_hidden=part.value_count is not None)
    share = Ratio(own, total(span for span in counted.values() if span))
    return replace(hidden, value_count=own.shown, total_count=share.whole.shown, share_pct=share.value_pct)


def _disclosed(viewer: Viewer, row: Figure, disclosed: Disclosed) -> Figure:
    if viewer.may(Right.SMALL_COUNTS, row.unit_code):
        return without(row, OF_OTHERS)
    return _protected(row, disclosed)


def _protected(row: Figure, disclosed: Disclosed) -> Figure:
    hidden = _removed_of(type(row), COLUMNS["fct_target_progress"].protected)  # type: ignore[arg-type]
    ratio = disclosed.ratio(row.target_code, row.unit_code, row.period_code, row.period_window)
    if row.numerator is None:
        return replace(row, **{**hidden, "status": row.status})
    if ratio is None or is_base(row.unit_level):
        return replace(row, **hidden)
    value = ratio.value_pct
    status = row.status if _has_one_status(row, value, disclosed) else SUPPRESSED
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
    """Return whether the threshold is 100 %, where a shortfall is never chance.

    Certainty then depends on which units reported, which reveals nothing about a count.
    """
    return row.path_pct is None and row.threshold_pct is not None and row.threshold_pct >= 100


def _has_one_status(row: Figure, value: float | None, disclosed: Disclosed) -> bool:
    """Return whether a figure has the same status over its whole range: no threshold or path lies inside it."""
    if row.threshold_pct is None or not isinstance(value, Approximate):
        return True
    margin = disclosed.margins[row.target_code, row.period_code]
    required = row.threshold_pct if row.path_pct is None else row.path_pct
    lines = (row.threshold_pct, required, required - margin, required + margin)
    return not any(value.low <= line <= value.high for line in lines)


def without(row: Record, columns: AbstractSet[str]) -> Record:
    """Return a copy of a record without the values of some columns; a removed status becomes `suppressed`."""
    removed = _removed_of(type(row), frozenset(columns))  # type: ignore[arg-type]
    return replace(row, **removed) if removed else row  # type: ignore[type-var]


# Called for every row.
@cache
def _removed_of(record: type[Any], columns: frozenset[str]) -> dict[str, Any]:
    """Return the replacement values for the removed columns of a record type."""
    return {item.name: _REMOVED.get(item.name) for item in fields(record) if item.name in columns}
