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


def test_since_a_review_a_new_year_s_coverage_is_not_called_a_fall() -> None:
    before = progress(period_code="2021Q4", status="met")
    assert findings.step_since(progress(period_code="2022Q1", status="behind"), before) == 0
    assert findings.step_since(progress(period_code="2022Q1", status="behind", kind="rate"), before) < 0
    assert findings.step_since(progress(period_code="2022Q1", status="behind", period_window="quarter"), before) < 0
    assert findings.step_since(progress(status="met"), None) == 0


def test_the_targets_with_most_moves_are_named_first() -> None:
    rows = [progress(target_code=code, unit_code=unit) for code, unit in (("T1", "1"), ("T2", "1"), ("T2", "2"))]
    found = findings.moves(rows, lambda row: -1)
    assert (found.worse_count, found.most_worse, found.better_count) == (3, (("T2", 2), ("T1", 1)), 0)


PERIODS = ["2021Q1", "2021Q2", "2021Q3", "2021Q4"]


def test_a_call_says_for_how_many_quarters_its_longest_target_was_far_behind() -> None:
    history = [progress(target_code="T1", status="far_behind", period_code=period) for period in PERIODS[2:]]
    history += [progress(target_code="T2", status="far_behind", period_code=period) for period in ("2021Q1", "2021Q4")]
    found = findings.lasting(findings.Call("769", False, 2), history, PERIODS)
    assert (found.quarter_count, found.since, found.target_code) == (2, "2021Q3", "T1")


def test_a_silent_district_counts_the_quarters_in_which_all_of_it_was_silent() -> None:
    history = [absent("rejected", target_code=code, period_code=PERIODS[3]) for code in ("T1", "T2")]
    history += [absent("not_reported", target_code=code, period_code=PERIODS[2]) for code in ("T1", "T2")]
    history += [absent("not_reported", target_code="T1", period_code=PERIODS[1])]
    found = findings.lasting(findings.Call("769", True, 0), history, PERIODS)
    assert (found.quarter_count, found.since) == (2, "2021Q3")


def test_the_range_of_districts_needs_two_of_them() -> None:
    assert findings.ranges([progress(value_pct=50.0)])["T09"].low is None
    spread = findings.ranges([progress(value_pct=value) for value in (0.0, 50.0, 100.0)])["T09"]
    assert (spread.low, spread.quarter, spread.three_quarters, spread.high) == (0.0, 25.0, 75.0, 100.0)
