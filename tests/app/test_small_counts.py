"""What is told of counts of people: bands of five, and totals put together from what is told of their parts."""

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest
from facts import absent, progress

from app.core import access
from app.core.access import Right, Viewer
from app.core.disclosure import SUPPRESSED
from app.core.i18n import words_in
from app.core.sheet import Field, sheet_of
from app.core.small_counts import (
    Approximate,
    Disclosed,
    Ratio,
    SensitiveCount,
    Span,
    band,
    disclosed,
    disclosed_parts,
    disclosed_targets,
    is_final,
)

MARGINS = {("T16", "2021Q2"): 15.0}


def count(
    unit: str,
    *parts: float,
    period: str = "2021Q1",
    parent: str | None = "79",
    window: str = "quarter",
    final: bool = True,
) -> SensitiveCount:
    """What a unit counts of T16."""
    return SensitiveCount(("T16",), unit, parent, period, window, parts, final)


def told_of(*counts: SensitiveCount, continued: dict[str, str] | None = None) -> dict[tuple[str, str, str], list[Span]]:
    """What is told of some counts, by unit, period and window."""
    return {place[1:]: list(spans) for place, spans in disclosed_parts(counts, continued or {}).items()}


@pytest.mark.parametrize(
    ("people", "low", "high"), [(0, 0, 0), (1, 1, 4), (4, 1, 4), (5, 5, 9), (9, 5, 9), (10, 10, 14), (328, 325, 329)]
)
def test_a_count_is_told_as_its_band_of_five_and_zero_as_zero(people: int, low: int, high: int) -> None:
    assert band(people) == Span(low, high)


@pytest.mark.parametrize(("lang", "few", "about"), [("vi", "dưới 5", "~7"), ("en", "under 5", "~7")])
def test_a_small_count_is_said_in_words_and_any_other_one_as_approximate(lang: str, few: str, about: str) -> None:
    assert [words_in(lang).number(band(people).shown) for people in (0, 3, 6)] == ["0", few, about]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copied_figure_lies_between_the_same_ends(copied: Callable[[Approximate], Approximate]) -> None:
    figure = copied(Approximate(40.0, 60.0, 45.5))
    assert type(figure) is Approximate
    assert (figure.low, figure, figure.high) == (40.0, 45.5, 60.0)


def test_an_approximate_figure_is_disclosed_without_decimals_and_an_exact_one_with_them() -> None:
    assert [disclosed(figure) for figure in (Approximate(83.3, 96.0, 89.8), 89.8)] == [90.0, 89.8]


def test_a_ratio_is_that_of_the_middles_and_lies_between_its_ends() -> None:
    value = Ratio(band(20), band(3)).value_pct
    assert isinstance(value, Approximate)
    # 22 of 24.5 people; at least 20 of 24, at most 24 of 25.
    assert (round(value, 1), round(value.low, 1), value.high) == (89.8, 83.3, 96.0)
    assert words_in("vi").percent(value) == "~90"


def test_nobody_left_over_is_all_and_nobody_reached_is_none_however_many_they_are() -> None:
    assert Ratio(band(3), band(0)).value_pct == 100
    assert Ratio(band(0), band(3)).value_pct == 0
    assert Ratio(band(0), band(0)).value_pct is None


def test_a_total_is_put_together_from_what_is_told_of_its_parts() -> None:
    found = told_of(count("760", 2), count("761", 12), count("79", 14, parent=None))
    assert found["79", "2021Q1", "quarter"] == [Span(11, 18)]


def test_a_year_to_date_sums_up_its_quarters_and_those_of_the_unit_it_goes_on_as() -> None:
    before = [count("760", 20), count("79", 20, parent=None)]
    since = [count("761", 3, period="2021Q2", parent="R79"), count("R79", 3, period="2021Q2")]
    city = count("79", 3, period="2021Q2", parent=None)
    region = count("R79", 23, period="2021Q2", window="ytd")
    found = told_of(*before, *since, city, region, continued={"R79": "79"})
    assert found["R79", "2021Q2", "ytd"] == [Span(21, 28)]


def test_nothing_is_told_of_a_figure_that_is_not_the_sum_of_what_lies_under_it() -> None:
    found = told_of(count("760", 2), count("761", 12), count("79", 15, parent=None))
    assert ("79", "2021Q1", "quarter") not in found


def test_a_total_of_many_has_a_band_of_its_own_unless_it_lies_near_what_its_parts_allow() -> None:
    def total_of(*people: int, final: bool = True) -> Span:
        units = [count(f"u{number}", one, final=final) for number, one in enumerate(people)]
        return told_of(*units, count("79", sum(people), parent=None))["79", "2021Q1", "quarter"][0]

    assert total_of(*[12] * 10) == Span(120, 124)
    assert total_of(*[10] * 10) == Span(100, 114)
    assert total_of(*[14] * 10) == Span(130, 140)
    assert total_of(*[12] * 5) == Span(50, 70)
    assert total_of(*[12] * 10, final=False) == Span(100, 140)
    # The fewest that leave room: of 80 to 112 a quarter is 8; 88 and 104 are in the first and last band.
    assert total_of(*[12] * 8) == Span(95, 99)
    assert total_of(*[11] * 7, 12) == Span(80, 89), "89 is the last number of the first band"
    assert total_of(*[12] * 4, *[13] * 4) == Span(100, 112), "100 is the first number of the last band"


@pytest.mark.parametrize(
    ("people", "is_by_category"), [([7] * 8, True), ([7] * 7, False), ([2] * 10, False), ([2] * 11, True)]
)
def test_people_are_told_by_category_only_where_bands_of_their_units_leave_room(
    people: list[int], is_by_category: bool
) -> None:
    # A count of 5 to 9 can be one of five numbers, 4 apart at most; one of 1 to 4 is 3 apart. 32 are asked of a total.
    units = [count(f"u{number}", one, 1) for number, one in enumerate(people)]
    told = disclosed_targets(frozenset({"T16"}), [*units, count("79", sum(people), len(people), parent=None)], {}, {})
    assert ((("T16",), "79", "2021Q1", "quarter") in told.roomy) == is_by_category


def test_a_count_is_final_until_it_is_corrected_and_while_no_report_is_awaited() -> None:
    assert is_final(None, "760 2021Q1 v1")
    assert is_final("silent_wards", "760 2021Q1 v1")
    assert not is_final(None, "26734 2025Q3 v1; 26737 2025Q3 v2")
    assert not is_final("not_reported", "26734 2025Q3 v1")


def told(reached: Span, rest: Span) -> Disclosed:
    """What is told of one district's figure."""
    return Disclosed(frozenset({"T16"}), {(("T16",), "769", "2021Q2", "ytd"): (reached, rest)}, MARGINS)


def rate(reached: float, left: float, status: str) -> object:
    """A district's figure of T16, a rate against 100 %."""
    whole = reached + left
    return progress(
        target_code="T16",
        kind="rate",
        path_pct=None,
        status=status,
        numerator=reached,
        denominator=whole,
        value_pct=100 * reached / whole,
        is_calling=True,
        late_since_period_code="2021Q1",
    )


@pytest.mark.parametrize(
    ("reached", "left", "true", "status"),
    [
        (12, 0, "met", "met"),
        (3, 0, "met", "met"),
        (5, 30, "far_behind", "far_behind"),
        (97, 10, "behind", "behind"),
        # 20 of 23: 83 to 96 % may be far behind, and may be just behind.
        (20, 3, "behind", SUPPRESSED),
    ],
)
def test_a_status_is_told_where_every_count_in_the_bands_has_it(
    uncleared: Viewer, reached: float, left: float, true: str, status: str
) -> None:
    (seen,) = access.protect(uncleared, [rate(reached, left, true)], told(band(reached), band(left)))  # type: ignore[list-item]
    assert seen.status == status
    assert isinstance(seen.numerator, Approximate)
    assert (seen.ci_low_pct, seen.rank, seen.gap_pct, seen.is_calling, seen.late_since_period_code) == (
        None, None, None, False, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reached", "left", "threshold", "told_certainty"),
    [
        (5, 30, 100, "waiting"),
        # Below 100 % a shortfall may be chance, which depends on the counts.
        (5, 30, 90, None),
        # Whether it is late is not told either.
        (20, 3, 100, None),
    ],
)
def test_why_a_late_figure_is_not_certain_is_told_where_it_tells_nothing_of_a_count(
    uncleared: Viewer, reached: float, left: float, threshold: float, told_certainty: str | None
) -> None:
    row = replace(rate(reached, left, "far_behind"), threshold_pct=threshold, late_certainty="waiting")  # type: ignore[type-var]
    (seen,) = access.protect(uncleared, [row], told(band(reached), band(left)))
    assert seen.late_certainty == told_certainty


def test_an_officer_sees_their_own_count_and_no_rank_that_tells_of_others() -> None:
    officer = Viewer("officer", frozenset({Right.READ}), own_units=frozenset({"769"}))
    (seen,) = access.protect(officer, [rate(12, 2, "far_behind")], told(band(12), band(2)))  # type: ignore[list-item]
    assert (seen.numerator, seen.denominator, seen.rank, seen.rank_of) == (12, 14, None, None)


def test_an_absence_and_a_quarter_without_cases_stay_what_they_are(uncleared: Viewer) -> None:
    rows = [
        absent("not_reported", target_code="T16"),
        absent("no_cases", target_code="T16", numerator=0.0, denominator=0.0),
    ]
    seen = access.protect(uncleared, rows, told(band(0), band(0)))
    assert [(row.status, row.value_pct) for row in seen] == [("not_reported", None), ("no_cases", None)]


def test_a_file_writes_an_approximate_figure_out_so_that_nobody_takes_it_for_the_number() -> None:
    fields = (
        Field("figures.numerator", lambda one: one.reached.shown, "count"),
        Field("figures.value", lambda one: one.value_pct, "percent"),
    )
    sheet = sheet_of("", fields, [Ratio(band(2), band(30)), Ratio(band(0), band(30))])
    assert sheet.rows == (("dưới 5", "~7"), (0.0, 0.0))
