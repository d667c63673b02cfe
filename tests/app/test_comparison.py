"""What may be said of districts side by side: differences of published points, chance left aside."""

from itertools import pairwise, product

import pytest
from facts import absent, progress, target, unit
from scipy.stats import fisher_exact

from app.analysis import comparison
from app.analysis.change import is_clear
from app.core.i18n import words_in
from app.figures.comparison.html import draw_comparison
from app.figures.comparison.spec import Side, difference_text, targets_compared
from app.figures.line.html import series_chart
from app.figures.line.spec import apart, line_spec, series_text
from app.figures.series import Series
from app.records import Progress
from tests.golden.test_wilson import bound

pytestmark = pytest.mark.language("en")

EN = words_in("en")


def test_a_difference_is_that_of_the_published_points() -> None:
    found = comparison.difference(progress(value_pct=72.5), progress(value_pct=60.0))
    assert found is not None
    assert found.points == 12.5


def test_a_difference_whose_own_interval_holds_zero_may_be_chance_and_says_so() -> None:
    # 20 points less the root of 15² + 15² is below zero; less that of 11² + 10² it is not, although 69 is less than 70.
    low = progress(value_pct=80.0, ci_low_pct=65.0, ci_high_pct=92.0)
    high = progress(value_pct=60.0, ci_low_pct=45.0, ci_high_pct=75.0)
    found = comparison.difference(low, high)
    assert found is not None
    assert found.may_be_chance
    assert difference_text(found) == "≈ +20.0"
    near = comparison.difference(
        progress(value_pct=80.0, ci_low_pct=69.0, ci_high_pct=88.0),
        progress(value_pct=60.0, ci_low_pct=50.0, ci_high_pct=70.0),
    )
    assert difference_text(near) == "+20.0"


def ratio(numerator: int, denominator: int) -> Progress:
    """A ratio of counts with its Wilson interval."""
    low, high = (bound(str(numerator), str(denominator), side) for side in ("lower", "upper"))
    assert low is not None
    assert high is not None
    return progress(
        numerator=float(numerator),
        denominator=float(denominator),
        value_pct=100 * numerator / denominator,
        ci_low_pct=100 * low,
        ci_high_pct=100 * high,
        is_small_base=denominator < 10,
    )


def counts(numerator: int, denominator: int) -> Progress:
    return progress(numerator=float(numerator), denominator=float(denominator))


def test_small_numbers_differ_by_more_than_chance_only_where_the_exact_test_agrees() -> None:
    assert is_clear(ratio(1, 1), ratio(0, 3))
    assert not comparison.is_beyond_chance(ratio(1, 1), ratio(0, 3))
    assert comparison.is_beyond_chance(ratio(9, 9), ratio(0, 9))
    # Between two of ten and more the interval alone decides, as for a change between quarters.
    assert comparison.is_beyond_chance(ratio(12, 20), ratio(5, 20))


def test_the_exact_test_is_that_of_scipy() -> None:
    for trials, others in product((1, 2, 3, 5, 8, 9), (1, 3, 9, 12, 40, 1219)):
        for hits, misses in product(range(trials + 1), {0, 1, others // 3, others // 2, others}):
            own = comparison.fisher_p(counts(hits, trials), counts(misses, others))
            expected = fisher_exact([[hits, trials - hits], [misses, others - misses]]).pvalue
            assert own == pytest.approx(expected, rel=1e-9), (hits, trials, misses, others)


def test_whole_counts_have_no_interval_and_their_differences_are_real() -> None:
    whole = {"ci_low_pct": None, "ci_high_pct": None}
    found = comparison.difference(progress(value_pct=100.0, **whole), progress(value_pct=0.0, **whole))
    assert found is not None
    assert not found.may_be_chance


def test_what_is_missing_differs_from_nothing() -> None:
    assert comparison.difference(absent("not_reported"), progress()) is None
    assert difference_text(None) == ""


def test_the_widest_difference_leaves_chance_aside() -> None:
    wide = {"ci_low_pct": 0.0, "ci_high_pct": 100.0}
    narrow = {"ci_low_pct": None, "ci_high_pct": None}
    rows = [
        progress(target_code="T09", unit_code="760", value_pct=90.0, **wide),
        progress(target_code="T09", unit_code="769", value_pct=10.0, **wide),
        progress(target_code="T05", unit_code="760", value_pct=80.0, **narrow),
        progress(target_code="T05", unit_code="769", value_pct=95.0, **narrow),
        absent("rejected", target_code="T05", unit_code="785"),
    ]
    found = comparison.widest(rows)
    assert found is not None
    assert (found.target_code, found.high.unit_code, found.low.unit_code, found.points) == ("T05", "769", "760", 15.0)
    assert comparison.widest(rows[:2]) is None


def test_between_yes_and_no_there_are_always_100_points_so_ratios_lead() -> None:
    whole = {"target_code": "T05", "ci_low_pct": None, "ci_high_pct": None}
    yes, no = progress(unit_code="760", value_pct=100.0, **whole), progress(unit_code="769", value_pct=0.0, **whole)
    high = progress(unit_code="760", value_pct=60.0, ci_low_pct=55.0, ci_high_pct=65.0)
    low = progress(unit_code="769", value_pct=40.0, ci_low_pct=35.0, ci_high_pct=45.0)
    found = comparison.widest([yes, no, high, low])
    assert found is not None
    assert (found.target_code, found.points, found.is_ratio) == ("T09", 20.0, True)
    alone = comparison.widest([yes, no])
    assert alone is not None
    assert not alone.is_ratio
    beside = comparison.widest_whole([yes, no, high, low])
    assert beside == alone
    assert comparison.widest_whole([high, low]) is None


def test_a_small_unit_at_the_end_does_not_hide_a_clear_difference_of_two_others() -> None:
    # 2 of 2 is 100 % with an interval from 34 on: it differs clearly from nobody; 80 and 30 differ.
    tiny = progress(unit_code="1", value_pct=100.0, ci_low_pct=34.0, ci_high_pct=100.0)
    high = progress(unit_code="2", value_pct=80.0, ci_low_pct=70.0, ci_high_pct=87.0)
    low = progress(unit_code="3", value_pct=40.0, ci_low_pct=31.0, ci_high_pct=50.0)
    found = comparison.widest([tiny, high, low])
    assert found is not None
    assert (found.high.unit_code, found.low.unit_code, found.points) == ("2", "3", 40.0)


def test_without_a_choice_the_first_the_middle_and_the_last_are_shown() -> None:
    units = [unit(str(code)) for code in range(1, 6)]
    statuses = {"1": "far_behind", "2": "met", "3": "behind", "4": "met", "5": "met"}
    rows = [progress(unit_code=code, status=status) for code, status in statuses.items()]
    rows += [progress(unit_code=code, status="behind", target_code="T01") for code in ("4", "5")]
    chosen = [one.unit_code for one in comparison.three_apart(units, rows)]
    assert chosen[0] == "2"
    assert chosen[1] in ("4", "5")
    assert chosen[2] in ("1", "3")


def test_units_without_figures_are_not_called_alike() -> None:
    rows = [
        progress(unit_code="1"),
        progress(unit_code="2", value_pct=None),
        progress(unit_code="2", target_code="T01"),
    ]
    assert not comparison.is_comparable(rows)
    assert comparison.is_comparable([*rows, progress(unit_code="3")])


def side(code: str, mark: str, **changes: object) -> Side:
    """A district's column with one figure."""
    return Side(code, "district", f"District {code}", code, mark, {"T09": progress(unit_code=code, **changes)})


def test_the_table_says_value_interval_and_difference_in_words() -> None:
    sides = [side("760", "1", value_pct=60.0), side("769", "2", value_pct=20.0, ci_low_pct=15.0, ci_high_pct=25.0)]
    html = draw_comparison(targets_compared([target()], sides, {}), lambda row: f"/district?unit={row.unit_code}", str)
    assert "interval 15–25" in html
    assert "−40.0" in html
    assert "95% interval: 15 to 25%." in html
    assert "/district?unit=769" in html


def test_a_course_breaks_each_january_and_where_nothing_was_reported() -> None:
    codes = ["2021Q3", "2021Q4", "2022Q1", "2022Q2", "2022Q3"]
    rows = [progress(period_code=code, value_pct=50.0) for code in codes[:4]]
    rows += [absent("not_reported", period_code="2022Q3")]
    course = Series("A", "A", rows, "1")
    html = series_chart(line_spec([course], codes, target()), lambda row: row.period_code)
    line = html.split("class='line s1' d='")[1].split("'")[0]
    assert line.count("M") == 2
    assert html.count("class='pt s1'") == 4
    assert series_text(course).endswith("1 quarter without a figure.")


@pytest.mark.parametrize(("common", "label"), [(50.0, "Milestone 50"), (75.0, "Own milestone 50")])
def test_a_milestone_that_only_this_unit_has_is_called_its_own(common: float, label: str) -> None:
    row = progress(period_code="2021Q2", value_pct=60.0, path_pct=50.0, common_path_pct=common)
    limit = line_spec([Series("A", "A", [row])], ["2021Q2"], target()).path_limit
    assert limit is not None
    assert limit.label.startswith(label)


def test_names_at_the_end_of_courses_never_lie_over_each_other() -> None:
    heights = apart([40.0, 41.0, 99.0, 100.0], 10.0, 100.0)
    assert all(later - earlier >= 10.0 for earlier, later in pairwise(heights))
    assert heights[-1] <= 100.0
