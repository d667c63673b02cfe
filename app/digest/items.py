"""What has to be acted on in a version, as the pages show it: one item each, with a key that names it over versions.

Every fact is that of the page where it is read, by the same queries and rights; nothing is computed here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from app.analysis import report_state, reporting
from app.analysis.action_state import action_states
from app.analysis.lateness import is_certainly_late
from app.analysis.owed import owed_by_unit
from app.core.access import Right, Viewer, outside
from app.core.disclosure import SUPPRESSED
from app.core.page_context import Context
from app.core.permissions import may_open
from app.core.role_rights import viewer_of_grants
from app.queries import progress, registry, reporters, tasks
from app.queries.review import changed_figures, last_shown
from app.records import Progress
from app.records.reporters import ReporterPeriod
from app.records.review import ChangedFigure, ShownFigure
from app.records.tasks import TaskState
from warehouse.desk import Action
from warehouse.people import Grant, top_unit, units_under

RETURNED, MISSING, WAITING = "returned", "missing", "waiting"
LATE, MOVED, OVERDUE, DUE, TASK = "late", "moved", "overdue", "due", "task"
# In the order of a digest: what only the recipient can end comes first.
KINDS = (RETURNED, MISSING, WAITING, OVERDUE, DUE, LATE, MOVED, TASK)
# States of reports, and the kinds of items they are.
_OWED = {"rejected": RETURNED, "missing": MISSING, "waiting": WAITING}
# The page on which each kind is read, which decides to whom it is reported.
PAGES = {
    **dict.fromkeys((RETURNED, MISSING, WAITING), "reports"),
    **dict.fromkeys((OVERDUE, DUE), "actions"),
    LATE: "target",
    MOVED: "changes",
    TASK: "tasks",
}
# An action is due soon for so many days before its day.
DUE_SOON = dt.timedelta(days=7)
_WINDOW = "ytd"
Fact = Progress | ChangedFigure | ReporterPeriod | Action | TaskState


@dataclass(frozen=True, slots=True)
class Item:
    """Something to act on: its kind, the unit that it concerns (the top one where it names none), and the fact itself.

    The `key` is the same as long as it is the same occurrence: a figure that is late since the same period, a report
    that was returned, an action with its day.
    """

    key: str
    kind: str
    unit_code: str
    fact: Fact

    @property
    def cell(self) -> tuple[str, str]:
        """Return target and unit of a figure; no target for any other fact."""
        row = self.fact.now if isinstance(self.fact, ChangedFigure) else self.fact
        return (row.target_code if isinstance(row, Progress | ShownFigure) else "", self.unit_code)


def viewer_of(grant: Grant) -> Viewer:
    """Return the viewer by whose rights a digest is composed: those of the role without the one to small counts."""
    return outside(viewer_of_grants((grant,), grant.person, grant.name))


def units_of(grant: Grant) -> frozenset[str] | None:
    """Return the units whose items are reported to a role; None for all."""
    return units_under(grant.unit_code) if grant.unit_code else None


def items_of(every: Iterable[Item], units: Collection[str] | None) -> list[Item]:
    """Return the items of some units, or of all, in the order of a digest."""
    seen = [item for item in every if units is None or item.unit_code in units]
    late = {item.cell for item in seen if item.kind == LATE}
    # A figure that is late since the review is named once.
    named = [item for item in seen if item.kind != MOVED or item.cell not in late]
    return sorted(named, key=lambda item: KINDS.index(item.kind))


def every_item(context: Context) -> list[Item]:
    """Return the items that a viewer may read on the pages of the quarter that opens them."""
    viewer = context.viewer
    found = [
        *_late(context),
        *(_moved(context) if may_open(viewer, PAGES[MOVED]) else ()),
        *(_reports(context) if may_open(viewer, PAGES[MISSING]) else ()),
        *(_actions(context) if may_open(viewer, PAGES[DUE]) else ()),
        *(_tasks(context) if may_open(viewer, PAGES[TASK]) else ()),
    ]
    return [item for item in found if item.kind != WAITING or viewer.may(Right.DECIDE)]


def _late(context: Context) -> Iterator[Item]:
    """Yield the figures that are certainly late: of units that report, of the top unit, and for who reads an area of
    that too; for all others an area only repeats its communes."""
    reader, period = context.reader, context.period.period_code
    rows = [
        *progress.city_trend(reader, _WINDOW, period, period),
        *progress.reporter_progress(reader, period, _WINDOW),
    ]
    if context.has_areas and context.viewer.readable_units is not None:
        rows += progress.level_progress(reader, context.middle_level, period, _WINDOW)
    for row in rows:
        if is_certainly_late(row):
            key = f"{LATE} {row.target_code} {row.unit_code} {row.late_since_period_code or period}"
            yield Item(key, LATE, row.unit_code, row)


def _moved(context: Context) -> Iterator[Item]:
    """Yield the figures with another status than the last review was shown."""
    period, version = context.period.period_code, context.warehouse.version
    review = last_shown(context.desk.reviews(), period, _WINDOW, version)
    for change in (changed_figures(context.reader, review) or ()) if review else ():
        row = change.now
        if change.is_moved and SUPPRESSED not in (change.then.status, row.status):
            key = f"{MOVED} {review.review_id if review else 0} {row.target_code} {row.unit_code} {row.status}"
            yield Item(key, MOVED, row.unit_code, change)


def _reports(context: Context) -> Iterator[Item]:
    """Yield the reports that are owed, of any quarter, and those that wait for the department."""
    every = reporters.calendar(context.reader, context.periods[0].period_code, context.periods[-1].period_code)
    registered = report_state.by_reporter_quarter(registry.every_submission(context.reader))
    for unit in owed_by_unit(reporting.as_of_now(every, registered), ()):
        for row in unit.reports:
            known = registered.get((row.reporter_code, row.period_code))
            # A report that is returned again is another one.
            number = known.newest.submission.submission_id if known and row.state != "missing" else ""
            kind = _OWED[row.state]
            yield Item(f"{kind} {row.reporter_code} {row.period_code} {number}".strip(), kind, row.reporter_code, row)


def _actions(context: Context) -> Iterator[Item]:
    """Yield the actions that are overdue, and those that soon will be."""
    day = context.publication.as_of_date
    actions = context.desk.actions()
    states = action_states(context.reader, actions, day)
    for action in actions:
        is_due = action.is_unfinished and day <= action.due_date <= day + DUE_SOON
        kind = OVERDUE if states.is_overdue(action) else DUE if is_due and not states.is_without_unit(action) else ""
        if kind:
            key = f"{kind} {action.action_id} {action.due_date}"
            yield Item(key, kind, action.unit_code or top_unit(), action)


def _tasks(context: Context) -> Iterator[Item]:
    """Yield the work contents of the plan that are overdue."""
    for row in tasks.states(context.reader, context.period.period_code):
        if row.is_overdue:
            yield Item(f"{TASK} {row.task_code} {row.unit_code} {row.due_period_code}", TASK, row.unit_code, row)
