"""Exact one-sided binomial tails: SciPy's where they are far from the limit, whole fractions where they are near."""

from fractions import Fraction
from functools import cache
from math import comb

from scipy.stats import binom

LIMIT_95, LIMIT_998 = Fraction(1, 40), Fraction(1, 1000)
NEAR = 1e-9  # more than SciPy's own error, so that no comparison hangs on floating point


def at_most(count: int, trials: int, share: Fraction) -> Fraction:
    """Return P(X <= count), exactly."""
    return sum(
        (comb(trials, number) * share**number * (1 - share) ** (trials - number) for number in range(count + 1)),
        Fraction(0),
    )


def at_least(count: int, trials: int, share: Fraction) -> Fraction:
    """Return P(X >= count), exactly."""
    return at_most(trials - count, trials, 1 - share)


@cache
def is_low(count: int, trials: int, share: Fraction, limit: Fraction) -> bool:
    """Return whether so few are rarer than the limit allows: P(X <= count) <= limit."""
    probability = float(binom.cdf(count, trials, float(share)))
    if abs(probability - float(limit)) > NEAR:
        return probability <= float(limit)
    return at_most(count, trials, share) <= limit


@cache
def is_high(count: int, trials: int, share: Fraction, limit: Fraction) -> bool:
    """Return whether so many are rarer than the limit allows: P(X >= count) <= limit."""
    probability = float(binom.sf(count - 1, trials, float(share)))
    if abs(probability - float(limit)) > NEAR:
        return probability <= float(limit)
    return at_least(count, trials, share) <= limit


@cache
def counts_inside(trials: int, share: Fraction, limit: Fraction) -> tuple[int, int]:
    """Return the smallest and the largest count that lie outside on neither side."""
    low = max(int(binom.ppf(float(limit), trials, float(share))) - 1, 0)
    while is_low(low, trials, share, limit):
        low += 1
    high = min(int(binom.isf(float(limit), trials, float(share))) + 1, trials)
    while is_high(high, trials, share, limit):
        high -= 1
    return low, high
