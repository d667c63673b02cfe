"""Correlation against published examples, and against what is counted by hand."""

import math

import pytest

from app.analysis.correlation import LINEAR, MOST_UNLIKE, RANK, correlation, line, obstacle, unlike

# F. J. Anscombe, "Graphs in Statistical Analysis", The American Statistician 27 (1973): r = 0.816 in all four.
ANSCOMBE_X = (10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0)
ANSCOMBE_1 = (8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)
ANSCOMBE_3 = (7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73)
ANSCOMBE_4_X = (8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 19.0, 8.0, 8.0, 8.0)
ANSCOMBE_4 = (6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.5, 5.56, 7.91, 6.89)
# Neighbours swapped: six squared rank differences of 1, so 1 - 6 * 6 / (6 * 35) = 29/35.
SIX, SWAPPED = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), (2.0, 1.0, 4.0, 3.0, 6.0, 5.0)


def test_pearson_s_coefficient_and_interval_are_those_that_r_gives_for_anscombe_s_quartet() -> None:
    # cor.test(anscombe$x1, anscombe$y1): 0.8164205, 95 percent confidence interval 0.4243912 0.9506933.
    found = correlation(ANSCOMBE_X, ANSCOMBE_1, LINEAR)
    assert found.coefficient == pytest.approx(0.8164205, abs=5e-8)
    assert (found.low, found.high) == pytest.approx((0.4243912, 0.9506933), abs=5e-8)
    assert (found.count, found.exact_p, found.is_clear) == (11, None, True)


def test_a_coefficient_is_more_than_chance_where_its_interval_is_on_one_side_of_zero() -> None:
    fallen = correlation(ANSCOMBE_X, tuple(-one for one in ANSCOMBE_1), LINEAR)
    assert (fallen.high, fallen.is_clear) == (pytest.approx(-0.4243912, abs=5e-8), True)
    for order in (1, -1):
        scattered = correlation(ANSCOMBE_X, tuple(order * one for one in ANSCOMBE_4), LINEAR)
        assert (scattered.exact_p, scattered.is_clear) == (None, False)


def test_spearman_s_coefficient_and_exact_p_are_those_of_the_formula_and_the_published_table() -> None:
    found = correlation(SIX, SWAPPED, RANK)
    assert found.coefficient == pytest.approx(29 / 35)
    # J. H. Zar, "Biostatistical Analysis", table of critical values for n = 6: 0.829 at a two-sided 0.058.
    assert found.exact_p == pytest.approx(42 / 720)
    assert not found.is_clear


def test_the_interval_of_ranks_is_wider_by_bonett_and_wright_s_variance() -> None:
    # atanh(29/35) = ln(32/3)/2 = 1.183562; its deviation sqrt((1 + (29/35)²/2)/3) = 0.669145; 1.959964 of them.
    found = correlation(SIX, SWAPPED, RANK)
    middle, reach = math.log(32 / 3) / 2, 1.959964 * 0.669145
    assert (found.low, found.high) == pytest.approx((math.tanh(middle - reach), math.tanh(middle + reach)), abs=1e-5)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    # Ranks 1, 2.5, 2.5, 4, 5 and 1, 3, 2, 4.5, 4.5: products of the deviations add up to 9, squares to 9.5 each.
    assert correlation((1, 2, 2, 3, 4), (10, 30, 20, 40, 40), RANK).coefficient == pytest.approx(9 / 9.5)


def test_ranks_do_not_depend_on_the_scale() -> None:
    stretched = tuple(math.exp(one) for one in SWAPPED)
    assert correlation(SIX, stretched, RANK) == correlation(SIX, SWAPPED, RANK)


@pytest.mark.parametrize("method", [RANK, LINEAR])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_coefficient_of_one_has_no_interval_and_is_clear_from_five_pairs_on(method: str, sign: int) -> None:
    found = correlation((1, 2, 3, 4, 5), tuple(sign * one / 3 for one in (1, 2, 3, 4, 5)), method)
    assert (found.coefficient, found.low, found.high) == (sign, None, None)
    # One of 120 orders is as far out on either side.
    assert found.exact_p == pytest.approx(2 / 120)
    assert found.is_clear


def test_four_of_five_in_order_may_be_chance() -> None:
    # The same table, n = 5: 0.900 at a two-sided 0.083.
    found = correlation((1, 2, 3, 4, 5), (1, 2, 3, 5, 4), RANK)
    assert found.coefficient == pytest.approx(0.9)
    assert found.exact_p == pytest.approx(10 / 120)
    assert not found.is_clear


def test_what_cannot_be_correlated_is_named() -> None:
    assert obstacle((1, 2, 3, 4), (1, 2, 3, 4)) == "few"
    assert obstacle((7, 7, 7, 7, 7), (1, 2, 3, 4, 5)) == "constant_x"
    assert obstacle((1, 2, 3, 4, 5), (7, 7, 7, 7, 7)) == "constant_y"
    assert obstacle((1, 2, 3, 4, 5), (1, 1, 1, 1, 2)) is None
    with pytest.raises(ValueError, match="constant_x"):
        correlation((7, 7, 7, 7, 7), (1, 2, 3, 4, 5), RANK)
    assert unlike((7, 7, 7, 7, 7), (1, 2, 3, 4, 5), LINEAR) == []


def test_the_pair_off_the_line_is_unlike_the_others() -> None:
    # The third pair of Anscombe's third set; the other ten are on a line.
    assert unlike(ANSCOMBE_X, ANSCOMBE_3, LINEAR) == [2]
    slope, intercept = line(ANSCOMBE_X, ANSCOMBE_3)
    assert (slope, intercept) == pytest.approx((0.5, 3.0), abs=0.003)


@pytest.mark.parametrize(("third", "named"), [(7.1, []), (7.0, [2])])
def test_a_pair_is_unlike_the_others_from_two_studentized_residuals_on(third: float, named: list[int]) -> None:
    # Of the line's residuals, by their standard error with nine degrees of freedom, it has 1.977 and 2.014.
    assert unlike(ANSCOMBE_X, (*ANSCOMBE_1[:2], third, *ANSCOMBE_1[3:]), LINEAR) == named


def test_a_pair_that_alone_decides_the_line_is_not_named_for_it() -> None:
    assert 7 not in unlike(ANSCOMBE_4_X, ANSCOMBE_4, LINEAR)


def test_pairs_on_a_line_are_all_alike() -> None:
    assert unlike(SIX, SIX, LINEAR) == unlike(SIX, SIX, RANK) == []


def test_ranks_half_the_pairs_apart_are_unlike_and_the_farthest_comes_first() -> None:
    # Ranks 1 to 8: the first is 7 away, the last but one 4, the others at most 3.
    assert unlike((1, 2, 3, 4, 5, 6, 7, 8), (8, 1, 2, 4, 5, 6, 3, 7), RANK) == [0, 6]


def test_where_the_relation_is_negative_the_second_rank_counts_from_the_end() -> None:
    assert unlike((1, 2, 3, 4, 5, 6), (6, 5, 4, 3, 2, 1), RANK) == []
    assert unlike((1, 2, 3, 4, 5, 6, 7, 8), (8, 7, 6, 5, 1, 3, 2, 4), RANK) == []
    assert unlike((1, 2, 3, 4, 5, 6, 7, 8), (8, 7, 6, 1, 5, 3, 2, 4), RANK) == [3]


def test_no_more_are_named_than_can_be_read() -> None:
    x = tuple(float(number) for number in range(100))
    assert len(unlike(x, (*x[10:], *x[:10]), RANK)) == MOST_UNLIKE
