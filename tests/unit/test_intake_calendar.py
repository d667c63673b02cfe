"""The state of every expected report of a quarter, by the registry: in time, late, missing, waiting, of the past."""

from datetime import date, datetime, time, timedelta

import pytest

from warehouse.intake.calendar import calendar, would_be_late
from warehouse.intake.records import Received
from warehouse.reference import Reference
from warehouse.registry.store import Submission

QUARTER, DUE = "2021Q4", date(2022, 1, 15)
DAY_AFTER, MUCH_LATER = DUE + timedelta(days=1), DUE + timedelta(days=200)
Sent = tuple[str, int | None, date]


def received(*sent: Sent, is_history: bool = False) -> list[Received]:
    """The reports of Quận 1 for the quarter, newest first as in the registry; the oldest may be of past years."""
    reports = []
    for number, (state, version, day) in enumerate(sent, start=1):
        at = datetime.combine(day, time(9))
        about = (number, "760", date(2021, 1, 1), QUARTER, version, state, at, at, "Phòng", "0", "a", False, 0)
        submission = Submission(*about, is_history=is_history and number == 1)
        reports.append(Received(submission, state, None, None, None))
    return reports[::-1]


@pytest.mark.parametrize(
    ("sent", "is_history", "today", "state", "days_late", "is_overdue"),
    [
        ([], False, DUE, "not_due", 0, False),
        ([], False, DAY_AFTER, "missing", 1, True),
        ([("accepted", 1, DUE)], False, MUCH_LATER, "on_time", 0, False),
        ([("accepted", 1, DAY_AFTER)], False, MUCH_LATER, "late", 1, False),
        ([("accepted", 1, MUCH_LATER)], True, MUCH_LATER, "history", 0, False),
        ([("received", 1, DAY_AFTER)], False, MUCH_LATER, "waiting", 1, False),
        ([("returned", 1, DUE)], False, DUE, "returned", 0, False),
        ([("returned", 1, DUE)], False, DAY_AFTER, "returned", 1, True),
        ([("rejected", None, DUE)], False, DAY_AFTER, "rejected", 1, True),
        ([("accepted", 1, DUE), ("accepted", 2, MUCH_LATER)], False, MUCH_LATER, "on_time", 0, False),
        ([("returned", 1, DUE), ("accepted", 2, MUCH_LATER)], False, MUCH_LATER, "on_time", 0, False),
        ([("rejected", None, DUE), ("accepted", 1, DAY_AFTER)], False, MUCH_LATER, "late", 1, False),
    ],
)  # fmt: skip
def test_a_report_is_on_time_on_its_due_day_by_the_day_of_its_first_version_and_overdue_only_while_none_is_there(
    reference: Reference, sent: list[Sent], is_history: bool, today: date, state: str, days_late: int, is_overdue: bool
) -> None:
    expected = calendar(reference, QUARTER, received(*sent, is_history=is_history), today)
    (row,) = (row for row in expected if row.reporter.unit_code == "760")
    assert (row.state, row.days_late, row.is_overdue) == (state, days_late, is_overdue)


def test_a_report_is_corrected_when_a_second_version_was_accepted(reference: Reference) -> None:
    def is_corrected(*states: str) -> bool:
        sent = [(state, version, DUE) for version, state in enumerate(states, start=1)]
        rows = calendar(reference, QUARTER, received(*sent), MUCH_LATER)
        return next(row.is_corrected for row in rows if row.reporter.unit_code == "760")

    assert [is_corrected("accepted"), is_corrected("accepted", "received"), is_corrected("accepted", "accepted")] == [
        *(False, False, True)
    ]


@pytest.mark.parametrize(
    ("sent", "is_history", "day", "is_late"),
    [
        ([], False, DUE, False),
        ([], False, DAY_AFTER, True),
        ([("accepted", 1, DUE)], False, MUCH_LATER, False),
        ([("returned", 1, DUE)], False, MUCH_LATER, False),
        ([("rejected", None, DUE)], False, MUCH_LATER, True),
        ([("accepted", 1, MUCH_LATER)], True, MUCH_LATER, False),
        ([("accepted", 1, MUCH_LATER), ("accepted", 2, MUCH_LATER)], True, MUCH_LATER, False),
    ],
)
def test_a_sender_is_warned_of_lateness_only_where_no_version_came_in_time(
    sent: list[Sent], is_history: bool, day: date, is_late: bool
) -> None:
    assert would_be_late(received(*sent, is_history=is_history), DUE, day) == is_late
