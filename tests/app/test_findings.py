"""The sentences are right about the figures."""

from facts import absent, progress

from app import findings


def district(code: str, *statuses: str) -> list:
    return [
        absent(status, unit_code=code, target_code=f"T{place:02}")
        if status == "not_reported"
        else progress(unit_code=code, target_code=f"T{place:02}", status=status)
        for place, status in enumerate(statuses, start=1)
    ]


def test_a_district_does_well_when_half_of_its_judged_targets_are_met_or_on_track() -> None:
    rows = district("1", "met", "behind", "monitor") + district("2", "on_track", "behind", "far_behind")
    found = findings.overview([], rows)
    assert (found.good_district_count, found.district_count) == (1, 2)


def test_a_silent_district_is_called_before_one_that_is_far_behind() -> None:
    rows = district("1", "far_behind", "far_behind") + district("2", "not_reported", "not_reported")
    calls = findings.overview([], rows).calls
    found = [(call.unit_code, call.is_silent, call.far_behind_count) for call in calls]
    assert found == [("2", True, 0), ("1", False, 2)]


def test_only_three_districts_are_named_and_the_rest_counted() -> None:
    rows = [row for code in "12345" for row in district(code, "far_behind")]
    found = findings.overview([], rows)
    assert (len(found.calls), found.further_call_count) == (3, 2)


def test_a_fall_counts_as_worse_and_a_restart_of_the_year_does_not() -> None:
    fell = progress(status="behind", prev_quarter_status="met", change_prev_quarter_pct=-10.0)
    restarted = progress(status="behind", prev_quarter_status="met", change_prev_quarter_pct=None)
    assert findings.step(fell) < 0
    assert findings.step(restarted) == 0
    assert findings.overview([], [fell, restarted]).worse_count == 1


def test_the_range_of_districts_needs_two_of_them() -> None:
    assert findings.ranges([progress(value_pct=50.0)])["T09"].low is None
    spread = findings.ranges([progress(value_pct=value) for value in (0.0, 50.0, 100.0)])["T09"]
    assert (spread.low, spread.quarter, spread.three_quarters, spread.high) == (0.0, 25.0, 75.0, 100.0)
