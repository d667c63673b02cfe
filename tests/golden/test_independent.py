"""The second calculation itself, on a few reports that a person can add up: no mart takes part here."""

from datetime import date
from fractions import Fraction

import pytest

from tests.golden.binomial import LIMIT_95, LIMIT_998, at_least, at_most, counts_inside, is_high, is_low
from tests.golden.independent import SESSIONS, Calculator
from tests.golden.judgement import Judge, before
from tests.golden.workbooks import REFORM, REJECTED, Cells, Sent, Unit, read_successors, read_units

UNITS, SUCCESSORS = read_units(), read_successors()
LONG_AFTER = date(2026, 11, 25)
AREA = "747"  # of five communes
OFFICERS = ("officers_trained", "officers_total")
Reports = dict[tuple[str, str], Cells | str]


def unit_of(code: str, begun: date = REFORM) -> Unit:
    """Return the unit that has a code since a day."""
    return next(unit for unit in UNITS if (unit.code, unit.valid_from) == (code, begun))


CITY = unit_of("79", date(2021, 1, 1))
DISTRICT = unit_of("760", date(2021, 1, 1))
COMMUNES = [unit for unit in UNITS if unit.parent == AREA and unit.level == "ward"]
ALL_COMMUNES = [unit for unit in UNITS if unit.level == "ward" and unit.valid_from == REFORM]
A, B, C, D, E = COMMUNES


def cells(unit: Unit, measures: tuple[str, ...], *numbers: int) -> Cells:
    """Return what a unit filled in of itself."""
    return {(unit.code, measure): number for measure, number in zip(measures, numbers, strict=True)}


def trained(unit: Unit, *quarters: tuple[str, int, int]) -> Reports:
    """Return reports of officers trained, of all officers, by quarter."""
    return {(unit.code, period): cells(unit, OFFICERS, done, of) for period, done, of in quarters}


def answers(measure: str, unit: Unit, *quarters: tuple[str, int]) -> Reports:
    """Return reports of one number, by quarter."""
    return {(unit.code, period): cells(unit, (measure,), number) for period, number in quarters}


def judge(reports: Reports, as_of: date = LONG_AFTER) -> Judge:
    """Return a judge over reports as they stood on a day."""
    versions = {key: 1 for key, sent in reports.items() if sent != REJECTED}
    return Judge(Calculator(Sent(dict(reports), versions), UNITS, SUCCESSORS, as_of))


def all_in(period: str, count: int | None = None) -> Reports:
    """Return reports of the first communes that hold nothing but a note of another sheet."""
    return {(unit.code, period): cells(unit, ("member_count",), 3) for unit in ALL_COMMUNES[:count]}


def all_in_but(period: str, *units: Unit) -> Reports:
    """Return reports without a number of any target of all communes but some."""
    return {key: sent for key, sent in all_in(period).items() if key[0] not in {unit.code for unit in units}}


# Periods


@pytest.mark.parametrize(
    ("as_of", "reports", "state"),
    [
        (date(2026, 6, 30), 0, "future"),
        (date(2026, 7, 1), 168, "running"),
        (date(2026, 9, 30), 168, "running"),
        (date(2026, 10, 1), 168, "receiving"),
        (date(2026, 10, 15), 168, "receiving"),
        (date(2026, 10, 16), 84, "receiving"),  # of 169: the city's agencies report too
        (date(2026, 10, 16), 85, "under_review"),
    ],
)
def test_a_quarter_is_future_running_receiving_and_then_under_review(as_of: date, reports: int, state: str) -> None:
    assert judge(all_in("2026Q3", reports), as_of).calculator.period_state("2026Q3") == state


def test_a_quarter_before_the_one_under_review_is_past_however_few_reported() -> None:
    calculator = judge(all_in("2026Q3")).calculator
    assert [calculator.period_state(period) for period in ("2021Q1", "2026Q2", "2026Q3", "2026Q4", "2027Q1")] == [
        "past", "past", "under_review", "running", "future",
    ]  # fmt: skip


def test_a_commune_is_judged_by_its_own_report_before_the_due_date_and_the_area_once_half_is_known() -> None:
    reports = {**trained(A, ("2026Q3", 3, 4)), **trained(B, ("2026Q3", 4, 4))}
    early = judge(reports, date(2026, 10, 10))
    assert early.figure(("T09", A, "2026Q3", "ytd")).status == "on_track"
    assert early.figure(("T09", C, "2026Q3", "ytd")).status == "not_due"
    area = early.figure(("T09", unit_of(AREA), "2026Q3", "ytd"))
    assert (area.is_judged, area.status, area.value) == (False, "not_due", Fraction(700, 8))
    assert (area.counted_units, area.current_units) == (5, 2)

    reports |= trained(C, ("2026Q3", 4, 4))
    area = judge(reports, date(2026, 10, 10)).figure(("T09", unit_of(AREA), "2026Q3", "ytd"))
    assert (area.is_judged, area.status, area.current_units) == (True, "on_track", 3)


def test_after_the_due_date_an_area_of_which_too_little_is_known_is_not_reported_but_a_carried_commune_is_judged() -> (
    None
):
    reports = {**trained(A, ("2026Q2", 2, 4)), **trained(B, ("2026Q2", 2, 4), ("2026Q3", 2, 4))}
    late = judge(reports, date(2026, 10, 20))
    commune = late.figure(("T09", A, "2026Q3", "ytd"))
    assert (commune.is_judged, commune.status, commune.reason) == (True, "on_track", "carried")
    area = late.figure(("T09", unit_of(AREA), "2026Q3", "ytd"))
    assert (area.is_judged, area.status, area.value) == (False, "not_reported", Fraction(600, 8))


def test_a_row_that_is_not_judged_keeps_its_value_and_bounds_and_nothing_that_judges() -> None:
    key = ("T09", A, "2026Q4", "ytd")
    columns = judge(trained(A, ("2026Q3", 1, 4))).columns(key)
    figure = judge(trained(A, ("2026Q3", 1, 4))).figure(key)
    assert (figure.status, figure.value, figure.low, figure.high) == ("not_due", 25, 25, 100)
    kept = {"is_judged", "common_path_pct", "counted_unit_count", "current_unit_count", "source_versions", "is_calling"}
    assert not [name for name, value in columns.items() if name not in kept and value is not None]
    assert columns["is_calling"] is False


def test_a_refused_report_is_named_before_the_due_date_too_and_of_the_one_that_sent_it() -> None:
    early = judge({(A.code, "2026Q3"): REJECTED}, date(2026, 10, 2))
    assert early.figure(("T09", A, "2026Q3", "quarter")).status == "rejected"
    assert early.figure(("T09", B, "2026Q3", "quarter")).status == "not_due"
    assert early.figure(("T09", unit_of(AREA), "2026Q3", "quarter")).status == "not_due"


def test_nothing_is_carried_into_a_quarter_that_has_not_begun() -> None:
    early = judge(trained(A, ("2026Q2", 4, 4)), date(2026, 7, 20))
    assert early.figure(("T09", A, "2026Q3", "ytd")).value == 100
    assert early.figure(("T09", A, "2026Q4", "ytd")).value is None


# Paths and bounds


def test_an_area_is_held_to_the_mean_of_its_communes_own_paths_weighted_by_their_denominators() -> None:
    # A owes 75 %, B, silent since June, still 50 %: (75 x 4 + 50 x 6) / 10 = 60 %, and 6 of 10 stand on it.
    reports = {**trained(A, ("2026Q3", 3, 4)), **trained(B, ("2026Q2", 3, 6))}
    for unit in (C, D, E):
        reports |= trained(unit, ("2026Q3", 0, 0))
    figure = judge({**reports, **all_in_but("2026Q3", *COMMUNES)}).figure(("T09", unit_of(AREA), "2026Q3", "ytd"))
    assert (figure.numerator, figure.denominator) == (6, 10)
    assert (figure.path, figure.common_path, figure.status) == (60, 75, "on_track")
    # At worst 6 of 10, at best 3 + 6: what is missing could still bring it to the common path, and would not undo it.
    assert (figure.low, figure.high, figure.is_settled) == (60, 90, False)


def test_at_the_year_s_end_nobody_is_on_track_below_the_threshold_on_an_earlier_path() -> None:
    def reading(done: int) -> tuple[object, ...]:
        figure = judge({**trained(A, ("2025Q3", done, 20)), **all_in("2026Q3")}).figure(("T09", A, "2025Q4", "ytd"))
        return figure.status, figure.path, figure.reason

    assert reading(10) == ("far_behind", 100, "carried")  # on the path of the first of two quarters
    assert reading(9) == ("behind", 50, "carried")  # late on its own path: it stays there
    assert reading(20) == ("met", 50, "carried")


def test_a_carried_yes_is_unknown_today_but_a_session_that_was_held_stays_held() -> None:
    reports = {
        **answers("integrated_poverty", A, ("2026Q2", 1)),
        **answers(SESSIONS[0], B, ("2026Q2", 5)),
        **all_in_but("2026Q3", A, B),
    }
    found = judge(reports)
    answer = found.figure(("T05", A, "2026Q3", "ytd"))
    assert (answer.value, answer.low, answer.high, answer.status) == (100, 0, 100, "on_track")
    session = found.figure(("T02", B, "2026Q3", "ytd"))
    assert (session.value, session.low, session.high, session.status) == (100, 100, 100, "met")


def test_quarters_without_a_report_are_with_or_without_an_inspection() -> None:
    reports = {**answers("inspections", A, ("2026Q1", 4), ("2026Q3", 2)), **all_in_but("2026Q3", A)}
    figure = judge(reports).figure(("T11", A, "2026Q3", "ytd"))
    assert (figure.numerator, figure.denominator, figure.status) == (2, 2, "on_track")
    assert (figure.low, figure.high) == (Fraction(200, 3), 100)
    area = judge(reports).figure(("T11", unit_of(AREA), "2026Q3", "ytd"))
    assert (area.low, area.high) == (Fraction(200, 15), 100)


# Certainty and chance


def test_a_late_row_is_certain_when_the_best_that_is_missing_would_leave_it_late() -> None:
    reports = {
        **trained(A, ("2026Q3", 1, 40)), **trained(B, ("2026Q3", 2, 40)), **trained(C, ("2026Q3", 1, 40)),
        **trained(D, ("2026Q3", 2, 40)), **trained(E, ("2026Q2", 0, 40)), **all_in_but("2026Q3", *COMMUNES),
    }  # fmt: skip
    found = judge(reports)
    area = ("T09", unit_of(AREA), "2026Q3", "ytd")
    assert found.figure(area).high == Fraction(100 * 46, 200)
    assert found.is_certainly_late(area) is True
    alone = ("T09", E, "2026Q3", "ytd")
    assert (found.figure(alone).status, found.figure(alone).high) == ("far_behind", 100)
    assert found.is_certainly_late(alone) is False


@pytest.mark.parametrize(("sent", "is_certain"), [(2, False), (3, True)])
def test_without_bounds_a_late_row_is_certain_when_half_of_its_units_are_known_from_this_quarter(
    sent: int, is_certain: bool
) -> None:
    measures = ("violations_handled", "violations_detected")
    reports: Reports = {(unit.code, "2026Q2"): cells(unit, measures, 0, 30) for unit in COMMUNES}
    reports |= {(unit.code, "2026Q3"): cells(unit, measures, 0, 30) for unit in COMMUNES[:sent]}
    found = judge({**reports, **all_in_but("2026Q3", *COMMUNES)})
    key = ("T14", unit_of(AREA), "2026Q3", "ytd")
    assert (found.figure(key).low, found.figure(key).status) == (None, "far_behind")
    assert found.is_certainly_late(key) is is_certain


@pytest.mark.parametrize(
    ("done", "of", "is_chance"),
    [
        (0, 3, False),  # 0.25^3 = 1.6 %
        (0, 2, True),  # 0.25^2 = 6.3 %
        (1, 4, True),  # 0.25^4 + 4 x 0.75 x 0.25^3 = 5.1 %
        (1, 5, False),  # 0.25^5 + 5 x 0.75 x 0.25^4 = 1.6 %
        (6, 8, True),  # on the path: P(X >= 6) = 68 %
        (12, 13, True),  # 0.75^13 + 13 x 0.25 x 0.75^12 = 12.7 %
        (18, 19, True),  # 0.75^19 + 19 x 0.25 x 0.75^18 = 3.1 %
        (19, 20, False),  # 0.75^20 + 20 x 0.25 x 0.75^19 = 2.4 %
        (7, 7, False),
        (8, 8, False),
        (9, 9, False),
    ],
)
def test_a_status_may_be_chance_by_the_exact_tail_at_the_line_and_n_of_n_never(
    done: int, of: int, is_chance: bool
) -> None:
    found = judge({**trained(A, ("2026Q3", done, of)), **all_in_but("2026Q3", A)})
    assert found.may_be_chance(("T09", A, "2026Q3", "ytd")) is is_chance


def test_tails_worked_by_hand_are_found_again() -> None:
    half = Fraction(1, 2)
    assert at_most(1, 4, Fraction(3, 4)) == Fraction(13, 256)
    assert at_least(3, 4, half) == Fraction(5, 16)
    assert counts_inside(6, half, LIMIT_95) == (1, 5)  # 1/64 = 1.6 % at either end
    assert counts_inside(5, half, LIMIT_95) == (0, 5)  # 1/32 = 3.1 %
    assert counts_inside(10, half, LIMIT_998) == (1, 9)  # 1/1024 = 0.098 %; 11/1024 = 1.07 %
    assert counts_inside(4, Fraction(1), LIMIT_95) == (4, 4)
    assert counts_inside(4, Fraction(0), LIMIT_95) == (0, 0)


def test_a_tail_that_is_exactly_the_limit_is_outside_in_spite_of_floating_point() -> None:
    assert 1 - 39 / 40 > 1 / 40
    assert is_low(0, 1, Fraction(39, 40), LIMIT_95)
    assert is_high(1, 1, Fraction(1, 40), LIMIT_95)


def test_a_shortfall_at_a_line_of_one_hundred_percent_is_never_chance() -> None:
    reports: Reports = {(A.code, "2026Q3"): cells(A, ("people_supported", "people_wanting_support"), 29, 30)}
    found = judge({**reports, **all_in_but("2026Q3", A)})
    key = ("T16", A, "2026Q3", "quarter")
    assert (found.figure(key).status, found.may_be_chance(key)) == ("behind", False)


def test_nobody_has_a_rank_or_a_place_in_the_funnel_before_the_city_is_judged() -> None:
    reports: Reports = {}
    for unit in ALL_COMMUNES[:83]:
        reports |= trained(unit, ("2026Q3", 3, 4))
    key = ("T09", ALL_COMMUNES[0], "2026Q3", "ytd")
    early = judge(reports, date(2026, 10, 20))
    assert (early.figure(key).status, early.rank(key), early.funnel(key)) == ("on_track", (None, None), None)
    judged = judge({**reports, **trained(ALL_COMMUNES[83], ("2026Q3", 3, 4))}, date(2026, 10, 20))
    assert judged.rank(key) == (1, 84)
    assert judged.funnel(key) is not None


# Comparisons


@pytest.mark.parametrize(
    ("target", "unit", "then", "now", "window", "difference"),
    [
        ("T14", DISTRICT, "2021Q3", "2021Q4", "quarter", "disruption"),
        ("T14", DISTRICT, "2021Q2", "2021Q3", "quarter", "disruption"),
        ("T14", DISTRICT, "2021Q4", "2022Q1", "ytd", None),
        ("T14", CITY, "2025Q2", "2025Q3", "quarter", "boundary"),
        ("T02", CITY, "2024Q4", "2025Q1", "quarter", "boundary"),
        ("T07", CITY, "2025Q2", "2026Q2", "ytd", "boundary"),
        ("T11", CITY, "2025Q2", "2026Q2", "ytd", "level"),
        ("T18", CITY, "2025Q2", "2025Q3", "quarter", "level"),
        ("T18", DISTRICT, "2023Q4", "2024Q1", "ytd", "method"),
        ("T18", DISTRICT, "2023Q1", "2024Q1", "ytd", "method"),
        ("T18", DISTRICT, "2024Q1", "2024Q2", "ytd", None),
        ("T02", DISTRICT, "2023Q4", "2024Q1", "ytd", "quarters"),
        ("T02", DISTRICT, "2024Q1", "2024Q2", "ytd", None),
        ("T02", DISTRICT, "2023Q2", "2024Q2", "ytd", None),
        ("T08", DISTRICT, "2024Q2", "2025Q2", "ytd", None),  # that it ended in July changes nothing that it owed
        ("T02", A, "2025Q3", "2026Q3", "ytd", "quarters"),
        ("T02", A, "2025Q4", "2026Q1", "quarter", "threshold"),
        ("T12", A, "2025Q4", "2026Q1", "quarter", None),  # only followed: there is no path
        ("T14", unit_of("R79"), "2025Q3", "2026Q3", "ytd", "units"),
        ("T14", unit_of("R79"), "2025Q3", "2025Q4", "ytd", None),
        ("T14", unit_of("R74"), "2025Q3", "2026Q3", "ytd", None),
        ("T14", A, "2025Q3", "2026Q3", "ytd", None),
        ("T05", CITY, "2025Q4", "2026Q1", "ytd", None),  # another plan is no difference
    ],
)
def test_figures_are_comparable_or_the_first_difference_is_named(
    target: str, unit: Unit, then: str, now: str, window: str, difference: str | None
) -> None:
    assert judge({}).difference(target, unit, then, now, window) == difference


def test_a_change_over_another_path_is_stated_and_the_earlier_status_is_not() -> None:
    reports = {**trained(A, ("2025Q4", 1, 4), ("2026Q1", 2, 4)), **all_in_but("2026Q3", A)}
    columns = judge(reports).columns(("T09", A, "2026Q1", "quarter"))
    assert (columns["change_prev_quarter_pct"], columns["change_reason"]) == (25, None)
    assert columns["change_difference"] == "threshold"
    assert columns["prev_quarter_status"] is columns["clear_move"] is None


def test_a_late_run_begins_anew_where_no_change_may_be_stated_and_outlasts_silence() -> None:
    measures = ("violations_handled", "violations_detected")

    def since(window: str, **quarters: int) -> str | None:
        reports: Reports = {(A.code, period): cells(A, measures, done, 10) for period, done in quarters.items()}
        return judge({**reports, **all_in_but("2026Q3", A)}).late_since(("T14", A, "2026Q3", window))

    assert since("quarter", **{"2025Q4": 1, "2026Q1": 1, "2026Q3": 1}) == "2025Q4"
    assert since("quarter", **{"2025Q4": 1, "2026Q1": 9, "2026Q3": 1}) == "2026Q3"
    coverage = judge({**trained(A, ("2025Q4", 0, 4), ("2026Q1", 0, 4), ("2026Q3", 0, 4)), **all_in_but("2026Q3", A)})
    assert coverage.late_since(("T09", A, "2026Q3", "ytd")) == "2026Q1"
    assert coverage.late_since(("T09", A, "2026Q3", "quarter")) == "2026Q1"
    assert coverage.late_since(("T09", A, "2025Q4", "quarter")) == "2025Q4"


def test_a_move_is_clear_when_neither_chance_nor_what_is_missing_explains_it() -> None:
    measures = ("violations_handled", "violations_detected")

    def moved(then: tuple[int, int], now: tuple[int, int]) -> str | None:
        reports: Reports = {
            (A.code, "2026Q2"): cells(A, measures, *then),
            (A.code, "2026Q3"): cells(A, measures, *now),
        }
        return judge({**reports, **all_in_but("2026Q3", A)}).clear_move(("T14", A, "2026Q3", "quarter"))

    assert moved((95, 100), (50, 100)) == "down"
    assert moved((50, 100), (95, 100)) == "up"
    assert moved((81, 100), (79, 100)) is None  # chance
    assert moved((50, 100), (81, 100)) is None  # clearly up, but not clearly across
    assert moved((1, 2), (2, 2)) is None  # it was not certain
    assert moved((50, 100), (40, 100)) is None  # late before and after


# Models, gaps, pace


def models(unit: Unit, december: int, june: int, september: int | None = None) -> Reports:
    """Return reports of models operating at the end of last year, in June and, if given, in September."""
    quarters = [("2025Q4", december), ("2026Q2", june)]
    quarters += [] if september is None else [("2026Q3", september)]
    return answers("models_operating", unit, *quarters)


def test_models_change_by_as_many_as_the_communes_known_at_both_ends_have_more() -> None:
    reports = models(A, 2, 2, 3) | models(B, 2, 1) | models(C, 1, 1, 0) | models(D, 0, 0, 0) | models(E, 0, 1, 1)
    found = judge({**reports, **all_in_but("2026Q3", *COMMUNES)})
    alone = found.columns(("T18", unit_of(AREA), "2026Q3", "quarter"))
    assert (alone["change_prev_quarter_count"], alone["change_prev_quarter_pct"]) == (0, 0)  # +1 - 1, B silent
    assert alone["change_is_clear"] is None
    assert (alone["counted_unit_count"], alone["current_unit_count"]) == (5, 4)
    year = found.change(("T18", unit_of(AREA), "2026Q3", "quarter"), 4)
    assert year.difference == "method"


def test_a_quarter_that_fell_short_cannot_be_caught_up_and_the_latest_tells_who_waits() -> None:
    people = ("people_supported", "people_wanting_support")
    reports: Reports = {(A.code, "2026Q1"): cells(A, people, 8, 10), (A.code, "2026Q3"): cells(A, people, 5, 12)}
    found = judge({**reports, **all_in_but("2026Q3", A)})
    year = found.columns(("T16", A, "2026Q3", "ytd"))
    assert (year["missing_to_threshold_count"], year["gap_reason"], year["waiting_count"]) == (None, "out_of_reach", 7)
    quarter = found.columns(("T16", A, "2026Q3", "quarter"))
    assert (quarter["missing_to_threshold_count"], quarter["gap_reason"], quarter["waiting_count"]) == (7, None, None)


def test_a_projection_leaves_out_the_year_of_the_lockdown_and_ends_at_one_hundred() -> None:
    reports: Reports = {}
    for year, last in ((2021, 9), (2022, 5), (2023, 6), (2024, 3)):
        reports |= trained(DISTRICT, (f"{year}Q1", 1, 10), (f"{year}Q4", last, 10))
    found = judge({**reports, **trained(DISTRICT, ("2025Q1", 6, 10)), **all_in("2026Q3")})
    assert found.projection(("T08", DISTRICT, "2025Q1", "ytd")) == (90, 100)  # + 3 of 10 and + 6 of 10
    assert found.projection(("T08", DISTRICT, "2023Q1", "ytd")) is None  # one year is none


# Calls


def test_a_yes_or_no_calls_when_it_was_no_in_this_report_and_in_the_one_before_silence() -> None:
    def is_calling(*quarters: tuple[str, int]) -> bool:
        reports = {**answers("integrated_poverty", A, *quarters), **all_in_but("2026Q3", A)}
        return judge(reports).is_calling(("T05", A, "2026Q3", "ytd"))

    assert is_calling(("2026Q1", 0), ("2026Q3", 0))
    assert not is_calling(("2026Q1", 1), ("2026Q3", 0))
    assert not is_calling(("2026Q3", 0))
    assert not is_calling(("2026Q1", 0), ("2026Q2", 0))  # silent: it has a call of its own


def test_a_ratio_calls_when_it_lies_below_the_city_s_exact_limit() -> None:
    reports: Reports = {}
    for unit in ALL_COMMUNES:
        reports |= trained(unit, ("2026Q3", 6, 10))
    late = ("T09", A, "2026Q3", "ytd")
    assert not judge({**reports, **trained(A, ("2026Q3", 3, 10))}).is_calling(late)  # P(X <= 3) = 5.6 % at 60 %
    assert judge({**reports, **trained(A, ("2026Q3", 2, 10))}).is_calling(late)  # 1.2 %
    assert not judge({**reports, **trained(A, ("2026Q3", 2, 10))}, date(2026, 10, 15)).is_calling(late)  # not due


def test_a_blank_form_is_a_call_of_its_own_and_the_list_of_tasks_is_none() -> None:
    found = judge(all_in("2026Q3"))
    assert found.blank_forms(A, "2026Q3") == "B1|B2|B4|B5|B6|B7"
    assert found.is_to_call([], A, "2026Q3", "ytd")
    assert found.blank_forms(A, "2026Q2") is None
    assert found.is_to_call([], A, "2026Q2", "ytd"), "silence calls"
    assert not found.is_to_call([], A, "2026Q4", "ytd"), "nobody is called before the due date"


def test_quarters_are_counted_back_over_new_year() -> None:
    assert [before("2026Q1", quarters) for quarters in (1, 4, -1)] == ["2025Q4", "2025Q1", "2026Q2"]
