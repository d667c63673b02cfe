"""What matters in the work contents of the plan, found by fixed rules: what is overdue and where, what is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.analysis.progress_summary import CodeCount
from app.core.status import WITHOUT_REPORT
from app.records.tasks import TaskState

NAMED = 2
UNDONE = ("not_started", "under_way")
REPORTED = (*UNDONE, "done")


@dataclass(frozen=True, slots=True)
class Workload:
    """Work contents in counts; one item is one work content of one unit. `worst` are the
    tasks with most overdue items."""

    item_count: int
    done_count: int
    overdue_count: int
    overdue_unit_count: int
    absent_unit_count: int
    worst: tuple[CodeCount, ...]


def task_state(item: TaskState) -> str:
    """The state of an item in the status vocabulary, which tells what is overdue from what is in time."""
    return f"{item.status}_overdue" if item.is_overdue and item.status in UNDONE else item.status


def workload(items: Iterable[TaskState]) -> Workload:
    """The state of the work contents in one quarter."""
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


def chosen(
    items: Iterable[TaskState], task: str | None, unit: str | None, status: str | None, order: Sequence[str]
) -> list[TaskState]:
    """The items that an address asks for; the overdue ones where it asks for nothing.

    Overdue ones come first, the least done before the others, then units in `order`.
    """
    wanted = status or (None if task or unit else "overdue")
    chosen_items = [
        item
        for item in items
        if task in (None, item.task_code) and unit in (None, item.unit_code) and _has(item, wanted)
    ]
    rank = {code: index for index, code in enumerate(order)}
    return sorted(chosen_items, key=lambda item: (*_urgency(item), item.task_code, rank.get(item.unit_code, len(rank))))


def _has(item: TaskState, status: str | None) -> bool:
    if status is None:
        return True
    if status == "overdue":
        return bool(item.is_overdue)
    return item.status in WITHOUT_REPORT if status == "absent" else item.status == status


def _urgency(item: TaskState) -> tuple[bool, bool, float]:
    is_done = item.status == "done"
    return not item.is_overdue, is_done, 0.0 if is_done else item.percent_done or 0.0
