"""Each step of a delivery is recorded once, pauses between attempts grow, and only what was delivered is reported."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from warehouse.digest import DELAYED, DELIVERED, HANDING, Deliveries, Delivery, Recipients, TakenError, count_deliveries
from warehouse.digest.deliveries import LONGEST_PAUSE, Step
from warehouse.people import AccessTrail, Grant, Role
from warehouse.settings import Settings

AT = datetime(2026, 11, 29, 8)


def test_the_pause_doubles_with_each_delay_and_is_four_hours_at_most() -> None:
    pauses = []
    for count in range(1, 12):
        steps = tuple(Step(number, AT, DELAYED, "451") for number in range(1, count + 1))
        due = Delivery(1, "v", steps, {}).due_at
        assert due
        pauses.append(due - AT)
    assert pauses[0] == timedelta(minutes=5)
    assert pauses[-1] == LONGEST_PAUSE
    assert all(later in (2 * before, LONGEST_PAUSE) for before, later in pairwise(pauses))


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        (AT, False),
        (AT + timedelta(minutes=4, seconds=59), False),
        (AT + timedelta(minutes=5), True),
        (AT - timedelta(hours=1), False),
        (AT - timedelta(days=400), True),
    ],
)
def test_a_delay_of_before_the_clock_was_set_back_does_not_wait_for_that_day(
    now: datetime, is_due: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.clock.now", lambda: now)
    assert Delivery(1, "v", (Step(1, AT, DELAYED, "451"),), {}).is_due(at_once=False) == is_due


def test_of_two_processes_one_hands_a_message_over_and_what_was_not_delivered_is_not_reported(tmp_path: Path) -> None:
    settings = Settings.from_env({"KPI_DATA_DIR": str(tmp_path)}, tmp_path / "none")
    trail = AccessTrail.open(settings)
    recipient = Recipients(trail).add(Grant("p@so.vn", Role.LEADER), "vi", "p@so.vn", "Sở").recipient_id
    one, other = (Deliveries(trail.engine, "v1") for _ in range(2))
    begun = one.hand(one.of(recipient), ["late T09"])
    with pytest.raises(TakenError):
        other.hand(other.of(recipient), ["late T09"])
    # As if it had ended here.
    assert not Deliveries(trail.engine, "v1").of(recipient).is_due(at_once=True)
    following = Deliveries(trail.engine, "v2").of(recipient)
    assert (following.is_due(at_once=False), following.is_waiting, following.reported) == (True, True, {})
    one.end(begun, DELIVERED, ["late T09"])
    assert Deliveries(trail.engine, "v2").of(recipient).reported.keys() == {"late T09"}
    counts = count_deliveries(trail.engine)
    assert (counts.recipients, counts.mail_recipients, counts.unknown, counts.delayed_since) == (1, 1, 0, None)
    assert begun.state == HANDING
