"""Exact one-sided binomial tails: SciPy's where they are far from the limit, whole fractions where they are near."""

from fractions import Fraction
from functools import cache
from math import comb, isnan

from scipy.special import bdtr, bdtrik

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
    probability = float(bdtr(count, trials, float(share)))
    if abs(probability - float(limit)) > NEAR:
        return probability <= float(limit)
    return at_most(count, trials, share) <= limit


def is_high(count: int, trials: int, share: Fraction, limit: Fraction) -> bool:
    """Return whether so many are rarer than the limit allows: P(X >= count) <= limit."""
    return is_low(trials - count, trials, 1 - share, limit)


@cache
def counts_inside(trials: int, share: Fraction, limit: Fraction) -> tuple[int, int]:
    """Return the smallest and the largest count that lie outside on neither side."""
    return _least_inside(trials, share, limit), trials - _least_inside(trials, 1 - share, limit)


def _least_inside(trials: int, share: Fraction, limit: Fraction) -> int:
    near = float(bdtrik(float(limit), trials, float(share)))
    low = 0 if isnan(near) else max(int(near) - 1, 0)
    while is_low(low, trials, share, limit):
        low += 1
    return low
