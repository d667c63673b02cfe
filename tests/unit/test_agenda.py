"""What deserves a meeting's time, in which order, and what the chair's keys do with it."""

import datetime as dt
from dataclasses import replace

import pytest

from app.analysis.action_state import ActionStates
from app.analysis.agenda import MOST_TOPICS, STEPS, Topic, after_step, arranged_topics, proposed_topics
from app.analysis.due_day import promise_day
from app.records import Progress
from tests.app.facts import progress, target
from warehouse.desk import CANCELLED, DONE, OPEN, SUPPORT, Action, Agenda

PERIOD_END, TODAY = dt.date(2026, 9, 30), dt.date(2026, 11, 29)
TARGETS = {
    "T05": target(target_code="T05", display_order=5),
    "T07": target(target_code="T07", display_order=7),
    "T16": target(target_code="T16", display_order=16, is_sensitive=True),
}


def late(unit: str, code: str = "T05", since: str = "2026Q1", **changes: object) -> Progress:
    """A figure that gives a reason to call."""
    values = {"status": "far_behind", "late_certainty": "certain", "is_calling": True, "period_code": "2026Q3"}
    return progress(unit_code=unit, target_code=code, late_since_period_code=since, **(values | changes))


def well(unit: str, code: str = "T05") -> Progress:
    return progress(unit_code=unit, target_code=code, period_code="2026Q3")


def promise(unit: str, code: str = "T05", **changes: object) -> Action:
    """A promise of July, due at the end of August."""
    day = dt.datetime(2026, 7, 22, 9)
    made = Action(1, None, "2026Q2", "Việc", unit, code, "UBND", dt.date(2026, 8, 31), day, "Sở", day, "Sở", OPEN)
    return replace(made, **changes)  # type: ignore[arg-type]


def topics(rows: list[Progress], *actions: Action) -> list[Topic]:
    return proposed_topics(rows, TARGETS, actions, ActionStates(TODAY), PERIOD_END)


def units(topic: Topic) -> list[str]:
    return [concern.row.unit_code for concern in topic.concerns]


def test_targets_about_people_come_first_then_those_that_concern_more_of_the_units() -> None:
    rows = [late("1", "T07"), well("2", "T07"), late("1"), late("2"), well("3"), late("1", "T16"), well("2", "T16")]
    rows += [well("3", "T16"), late("9", "T99")]
    # 1 of 3, 2 of 3, 1 of 2; T99 is not of the plan.
    assert [topic.code for topic in topics(rows)] == ["T16", "T05", "T07"]
    assert topics([well("1"), late("2", is_calling=False)]) == []


def test_of_a_topic_overdue_promises_come_first_then_the_longest_late_and_never_the_largest_count() -> None:
    rows = [late("1", since="2026Q3", missing_to_path_count=90), late("2", since="2025Q4"), late("3", since="2026Q2")]
    assert units(topics(rows)[0]) == ["2", "3", "1"]
    (topic,) = topics(rows, promise("1"))
    assert units(topic) == ["1", "2", "3"]
    assert topic.concerns[0].promise == promise("1")
    assert topic.judged_count == 3


@pytest.mark.parametrize(
    ("said", "is_topic"),
    [
        ({}, True),
        ({"due_date": dt.date(2026, 12, 31)}, False),
        ({"status": DONE, "closed_at": dt.datetime(2026, 10, 5)}, False),
        ({"status": DONE, "closed_at": dt.datetime(2026, 8, 5)}, True),
        ({"due_date": dt.date(2026, 12, 31), "status": CANCELLED}, True),
        ({"due_date": dt.date(2026, 12, 31), "target_code": "T07"}, True),
        # What the city promised does not bind the unit.
        ({"due_date": dt.date(2026, 12, 31), "origin": SUPPORT}, True),
    ],
)
def test_a_unit_whose_promise_has_time_or_was_just_kept_is_left_in_peace(
    said: dict[str, object], is_topic: bool
) -> None:
    assert bool(topics([late("1")], promise("1", **said))) is is_topic


def test_the_chairs_order_holds_and_what_the_chair_has_not_seen_follows() -> None:
    proposed = topics([late("1", "T16"), late("1"), late("2"), late("1", "T07"), well("2", "T07")])
    agenda = Agenda(3, "2026Q3", "ytd", ("T07", "T99"), ("T05",), dt.datetime(2026, 11, 29), "Chủ trì")
    arranged = arranged_topics(proposed, agenda)
    assert [topic.code for topic in arranged.kept] == ["T07", "T16"]
    assert [topic.code for topic in arranged.dropped] == ["T05"]
    assert arranged.minutes == 7
    assert arranged_topics((), agenda).minutes == 0
    many = [Topic(target(target_code=f"T{number}"), (), 1) for number in range(10, 18)]
    assert len(arranged_topics(many, None).shown) == MOST_TOPICS


def test_a_step_moves_drops_or_brings_back_one_topic() -> None:
    order, out = ("A", "B", "C"), ("D",)
    assert after_step(order, out, "earlier", "B") == (("B", "A", "C"), ("D",))
    assert after_step(order, out, "later", "B") == (("A", "C", "B"), ("D",))
    assert after_step(order, out, "earlier", "A") == after_step(order, out, "later", "C") == (order, out)
    assert after_step(order, out, "drop", "B") == (("A", "C"), ("D", "B"))
    assert after_step(order, out, "restore", "D") == (("A", "B", "C", "D"), ())
    for step, code in (("sideways", "A"), *((step, "Z") for step in STEPS)):
        with pytest.raises(ValueError, match=r"sideways|list"):
            after_step(order, out, step, code)


def test_a_promise_is_suggested_for_the_fifth_working_day() -> None:
    # Monday to Monday; Friday and Sunday to Friday.
    assert promise_day(dt.date(2026, 11, 30)) == dt.date(2026, 12, 7)
    assert promise_day(dt.date(2026, 11, 27)) == promise_day(dt.date(2026, 11, 29)) == dt.date(2026, 12, 4)
