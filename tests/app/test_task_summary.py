"""What is said of the work contents: what is overdue stands first, what is missing is not done."""

from typing import Any

import pytest
from facts import unit

from app.analysis import task_summary
from app.core.i18n import in_language, words_in
from app.core.status import OF_TASKS
from app.core.url_state import State
from app.figures.task_timeline.spec import timeline_story
from app.pages.shared.reporting import ReporterTasks, tasks_section
from app.records.tasks import Task, TaskCount, TaskState

EN = words_in("en")


def item(task: str = "N01", unit: str = "760", status: str = "under_way", **changes: Any) -> TaskState:
    """One work content of one unit, under way and in time."""
    values: dict[str, Any] = {
        "percent_done": 50.0,
        "evidence_reference": None,
        "note": None,
        "due_period_code": "2021Q4",
        "is_overdue": False,
    }
    return TaskState(task, unit, status, **(values | changes))


ITEMS = [
    item("N01", "760", "done", percent_done=100.0),
    item("N01", "761", is_overdue=True, percent_done=60.0),
    item("N02", "760", "not_started", is_overdue=True, percent_done=0.0),
    item("N02", "761", "not_applicable", percent_done=None),
    item("N02", "785", "rejected", percent_done=None, is_overdue=None),
]


def test_the_counts_leave_out_what_does_not_apply_and_what_was_not_reported() -> None:
    found = task_summary.workload(ITEMS)
    assert (found.item_count, found.done_count) == (3, 1)
    assert (found.overdue_count, found.overdue_unit_count, found.absent_unit_count) == (2, 2, 1)


def test_without_a_filter_only_what_is_overdue_is_listed_the_least_done_first() -> None:
    shown = task_summary.chosen(ITEMS, None, None, None, ["760", "761"])
    assert [(one.task_code, one.unit_code) for one in shown] == [("N02", "760"), ("N01", "761")]


def test_an_opened_work_content_lists_every_unit_overdue_first_and_done_last() -> None:
    shown = task_summary.chosen(ITEMS, "N01", None, None, ["760", "761"])
    assert [one.unit_code for one in shown] == ["761", "760"]


@pytest.mark.parametrize(
    ("status", "count"), [("overdue", 2), ("done", 1), ("not_applicable", 1), ("absent", 1), ("under_way", 1)]
)
def test_a_status_narrows_the_list(status: str, count: int) -> None:
    assert len(task_summary.chosen(ITEMS, None, None, status, [])) == count


@pytest.mark.parametrize(
    ("status", "is_overdue", "state"),
    [
        ("done", False, "done"),
        ("under_way", False, "under_way"),
        ("under_way", True, "under_way_overdue"),
        ("not_started", True, "not_started_overdue"),
        ("not_started", False, "not_started"),
        ("rejected", None, "rejected"),
    ],
)
def test_what_is_overdue_is_a_state_of_its_own(status: str, is_overdue: bool | None, state: str) -> None:
    assert task_summary.task_state(item(status=status, is_overdue=is_overdue)) == state
    assert state in OF_TASKS


def test_the_course_says_how_many_were_done_when_due_and_now() -> None:
    task = Task("N01", 1, "district", "2021Q4", None, None, "việc", "work", None, None)
    counts = [TaskCount("N01", "2021Q4", 22, 3), TaskCount("N01", "2025Q2", 21, 20)]
    with in_language(EN.lang):
        told = timeline_story(task, counts)
    assert "Due by the end of Q4 2021" in told
    assert "When due: 3 of 22 units were done" in told
    assert "Q2 2025: 20 of 21 units are done" in told


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (None, [("N02", "760"), ("N01", "761")]),
        ("task", [("N01", "761"), ("N02", "760")]),
        ("unit", [("N02", "760"), ("N01", "761")]),
        ("percent", [("N02", "760"), ("N01", "761")]),
    ],
)
def test_an_order_that_is_asked_for_goes_before_urgency(sort: str | None, order: list[tuple[str, str]]) -> None:
    shown = task_summary.chosen(ITEMS, None, None, None, ["760", "761"], sort)
    assert [(one.task_code, one.unit_code) for one in shown] == order


def test_what_is_not_known_comes_last_in_an_order_by_how_much_is_done() -> None:
    shown = task_summary.chosen(ITEMS, "N02", None, None, ["760", "761", "785"], "percent")
    assert [one.percent_done for one in shown] == [0.0, None, None]


@pytest.mark.parametrize(
    ("items", "state"),
    [
        (ITEMS[:2], "under_way_overdue"),
        ([item(status="done"), item(status="not_applicable")], "done"),
        ([item(status="done"), item(status="under_way")], "under_way"),
        ([item(status="rejected", is_overdue=None), item(status="not_applicable")], "not_reported"),
        ([item(status="not_applicable")], "not_applicable"),
    ],
)
def test_an_area_is_done_when_all_that_reported_are_and_overdue_when_one_is(items: list[TaskState], state: str) -> None:
    assert task_summary.tally(items).state == state


def test_a_unit_without_work_contents_has_a_sentence_in_place_of_the_table() -> None:
    with in_language(EN.lang):
        section = tasks_section(State("district", "2026Q3", "ytd", "en"), unit(), ReporterTasks({}, ()))
    assert EN("tasks.none_here") in section
    assert "<table" not in section
