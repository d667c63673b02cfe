"""Selection of what matters in the work contents by fixed rules: overdue items by unit, and completed items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from app.analysis.progress_summary import CodeCount
from app.core.status import SILENT, WITHOUT_REPORT
from app.records.tasks import TaskState

NAMED = 2
UNDONE = ("not_started", "under_way")
REPORTED = (*UNDONE, "done")


@dataclass(frozen=True, slots=True)
class Workload:
    """Work contents in counts.

    An item is one work content of one unit. `worst` are the tasks with most overdue items.
    """

    item_count: int
    done_count: int
    overdue_count: int
    overdue_unit_count: int
    absent_unit_count: int
    worst: tuple[CodeCount, ...]


def task_state(item: TaskState) -> str:
    """Return the state of an item in the status vocabulary, which distinguishes overdue items."""
    return f"{item.status}_overdue" if item.is_overdue and item.status in UNDONE else item.status


def workload(items: Iterable[TaskState]) -> Workload:
    """Return the counts of the work contents in one quarter."""
    items = list(items)
    overdue = [item for item in items if item.is_overdue]
    most = Counter(item.task_code for item in overdue).most_common(NAMED)
    return Workload(
        item_count=sum(item.status in REPORTED for item in items),
        done_count=sum(item.status == "done" for item in items),
        overdue_count=len(overdue),
        overdue_unit_count=len({item.unit_code for item in overdue}),
        absent_unit_count=len({item.unit_code for item in items if item.status in WITHOUT_REPORT}),
        worst=tuple(CodeCount(code, count) for code, count in most),
    )


@dataclass(frozen=True, slots=True)
class TaskTally:
    """Counts of one work content in several units.

    The numbers of units that reported it, are overdue, have done it, have no counting report, and of the latter those
    due.
    """

    reported_count: int
    overdue_count: int
    done_count: int
    absent_count: int
    due_count: int

    @property
    def state(self) -> str:
        """Return the combined state: some overdue, all done, no report, none due, none concerned."""
        if self.overdue_count:
            return "under_way_overdue"
        if not self.reported_count:
            return "not_reported" if self.due_count else "not_due" if self.absent_count else "not_applicable"
        return "done" if self.done_count == self.reported_count else "under_way"


def tally(items: Iterable[TaskState]) -> TaskTally:
    """Return the counts of items of several units."""
    items = list(items)
    return TaskTally(
        reported_count=sum(item.status in REPORTED for item in items),
        overdue_count=sum(bool(item.is_overdue) for item in items),
        done_count=sum(item.status == "done" for item in items),
        absent_count=sum(item.status in WITHOUT_REPORT for item in items),
        due_count=sum(item.status in SILENT for item in items),
    )


def narrowed(items: Iterable[TaskState], task: str | None, units: Collection[str] | None) -> list[TaskState]:
    """Return the items of a task and of `units`; all where both are None."""
    return [item for item in items if task in (None, item.task_code) and (units is None or item.unit_code in units)]


def chosen(
    items: Iterable[TaskState],
    task: str | None,
    units: Collection[str] | None,
    status: str | None,
    order: Sequence[str],
    sort: str | None = None,
) -> list[TaskState]:
    """Return the items of a task, of `units`, of a status.

    None selects all; without any filter, the overdue items are returned. Overdue items come first, then by share done,
    lowest first, then units in `order`. A `sort` by task, unit, percent or due quarter takes precedence.
    """
    wanted = status or (None if task or units is not None else "overdue")
    chosen_items = [item for item in narrowed(items, task, units) if _has(item, wanted)]
    rank = {code: index for index, code in enumerate(order)}

    def key(item: TaskState) -> tuple[object, ...]:
        unit_rank = rank.get(item.unit_code, len(rank))
        first: dict[str | None, tuple[object, ...]] = {
            "task": (item.task_code,),
            "unit": (unit_rank,),
            "percent": (item.percent_done is None, item.percent_done or 0.0),
            "due": (item.due_period_code is None, item.due_period_code or ""),
        }
        return (*first.get(sort, ()), *_urgency(item), item.task_code, unit_rank)

    return sorted(chosen_items, key=key)


def _has(item: TaskState, status: str | None) -> bool:
    if status is None:
        return True
    if status == "overdue":
        return bool(item.is_overdue)
    return item.status in WITHOUT_REPORT if status == "absent" else item.status == status


def _urgency(item: TaskState) -> tuple[bool, bool, float]:
    is_done = item.status == "done"
    return not item.is_overdue, is_done, 0.0 if is_done else item.percent_done or 0.0
