"""Correlation of pairs of numbers, with what chance explains of it, and the pairs that are unlike the others.

SciPy is imported when a coefficient is computed: it takes most of a second, which other pages need not wait for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist, fmean, linear_regression
from typing import Any

# By the order of the values (Spearman), or by the values themselves (Pearson).
RANK, LINEAR = "rank", "linear"
METHODS = (RANK, LINEAR)
# Four pairs are in the same order by chance once in twelve times, either way.
FEWEST_PAIRS = 5
# 9! = 362,880 ways to pair are computed in half a second.
MOST_EXACT = 9
MOST_UNLIKE = 5
CLEAR_P = 0.05
UNLIKE_RESIDUAL = 2.0
# What rounding leaves of a coefficient of 1.
ROUNDING = 1e-12
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Correlation:
    """Coefficient of `count` pairs, from -1 to 1.

    `low` and `high` are the ends of its 95 % interval, None for a coefficient of exactly 1 or -1, which has none. For
    few pairs, `exact_p` is the share of all ways to pair the same values that give a coefficient as far from what
    chance gives, counted twice for the two directions; else None.
    """

    coefficient: float
    count: int
    low: float | None
    high: float | None
    exact_p: float | None

    @property
    def is_clear(self) -> bool:
        """Return whether it is more than chance: by the exact share where there is one, else by the interval."""
        if self.exact_p is not None:
            return self.exact_p <= CLEAR_P
        return self.low is None or self.high is None or not self.low <= 0.0 <= self.high


def obstacle(x: Sequence[float], y: Sequence[float]) -> str | None:
    """Return why pairs have no coefficient: `few`, or `constant_x` or `constant_y` where all values are equal."""
    if len(x) < FEWEST_PAIRS:
        return "few"
    if len(set(x)) == 1:
        return "constant_x"
    return "constant_y" if len(set(y)) == 1 else None


@lru_cache(maxsize=64)
def correlation(x: tuple[float, ...], y: tuple[float, ...], method: str) -> Correlation:
    """Return the correlation of pairs that have no `obstacle`; equal values share the mean of their ranks.

    The interval is Fisher's: normal after the transformation atanh, with variance 1/(n - 3) for values (R. A. Fisher,
    "On the probable error of a coefficient of correlation", Metron 1, 1921) and (1 + r²/2)/(n - 3) for ranks (D. G.
    Bonett, T. A. Wright, "Sample size requirements for estimating Pearson, Kendall and Spearman correlations",
    Psychometrika 65, 2000). Up to `MOST_EXACT` pairs there is also the exact permutation test (E. J. G. Pitman,
    "Significance tests which may be applied to samples from any populations II", Supplement to the Journal of the Royal
    Statistical Society 4, 1937). Raises ValueError for pairs with an obstacle.
    """
    reason = obstacle(x, y)
    if reason:
        raise ValueError(f"no correlation: {reason}")
    first, second = (_ranks(x), _ranks(y)) if method == RANK else (x, y)
    from scipy import stats  # noqa: PLC0415 - loaded on demand

    coefficient = float(stats.pearsonr(first, second).statistic)
    count = len(x)
    exact_p = _exact_p(first, second) if count <= MOST_EXACT else None
    if abs(coefficient) > 1.0 - ROUNDING:
        return Correlation(math.copysign(1.0, coefficient), count, None, None, exact_p)
    variance = (1.0 + coefficient**2 / 2.0 if method == RANK else 1.0) / (count - 3)
    middle, reach = math.atanh(coefficient), _Z * math.sqrt(variance)
    return Correlation(coefficient, count, math.tanh(middle - reach), math.tanh(middle + reach), exact_p)


def unlike(x: Sequence[float], y: Sequence[float], method: str) -> list[int]:
    """Return the places of the pairs that are unlike the others, the most unlike first, at most `MOST_UNLIKE`.

    By rank, those whose two ranks differ by at least half the number of pairs; where the relation is negative the
    second rank counts from the other end. By value, those whose internally studentized residual from the least-squares
    line exceeds `UNLIKE_RESIDUAL` (R. D. Cook, S. Weisberg, "Residuals and Influence in Regression", 1982, 2.2). None
    for pairs with an obstacle.
    """
    if obstacle(x, y):
        return []
    distances = _rank_distances(x, y) if method == RANK else _residuals(x, y)
    least = len(x) / 2 if method == RANK else UNLIKE_RESIDUAL
    places = [place for place, distance in enumerate(distances) if distance >= least]
    return sorted(places, key=lambda place: -distances[place])[:MOST_UNLIKE]


def line(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """Return slope and intercept of the least-squares line."""
    slope, intercept = linear_regression(x, y)
    return slope, intercept


def _rank_distances(x: Sequence[float], y: Sequence[float]) -> list[float]:
    first, second = _ranks(x), _ranks(y)
    if line(first, second)[0] < 0:
        second = [len(y) + 1 - rank for rank in second]
    return [abs(one - other) for one, other in zip(first, second, strict=True)]


def _residuals(x: Sequence[float], y: Sequence[float]) -> list[float]:
    """Return the absolute studentized residuals; zero where every pair is on the line, or one pair alone decides it."""
    slope, intercept = line(x, y)
    raw = [b - intercept - slope * a for a, b in zip(x, y, strict=True)]
    mean = fmean(x)
    spread = sum((a - mean) ** 2 for a in x)
    scale = math.sqrt(sum(one**2 for one in raw) / (len(x) - 2))
    free = [1.0 - 1.0 / len(x) - (a - mean) ** 2 / spread for a in x]
    if scale <= ROUNDING * max(map(abs, y)):
        return [0.0] * len(x)
    return [
        abs(one) / (scale * math.sqrt(share)) if share > ROUNDING else 0.0 for one, share in zip(raw, free, strict=True)
    ]


def _ranks(values: Sequence[float]) -> list[float]:
    from scipy import stats  # noqa: PLC0415 - loaded on demand

    return [float(rank) for rank in stats.rankdata(values)]


def _exact_p(x: Sequence[float], y: Sequence[float]) -> float:
    import numpy as np  # noqa: PLC0415 - loaded on demand
    from scipy import stats  # noqa: PLC0415 - loaded on demand

    fixed = np.asarray(y, dtype=float)

    # Over all ways to pair the same values, the coefficient is in the order of this sum.
    def products(paired: Any, axis: int) -> Any:
        return (paired * fixed).sum(axis=axis)

    test = stats.permutation_test(
        (np.asarray(x, dtype=float),), products, permutation_type="pairings", n_resamples=np.inf, vectorized=True
    )
    return float(test.pvalue)
