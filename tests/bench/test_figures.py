"""The benchmark judges a figure by its own rule: a multiple of the baseline, or the value itself."""

import pytest

from tests.bench.figures import Figure, Limit, Spread


def figure(samples: list[float], baseline: list[float] | None, limit: Limit | None) -> Figure:
    """A figure with these samples."""
    return Figure("g", "n", "ms", Spread.of(samples), Spread.of(baseline) if baseline else None, limit=limit)


def test_a_ratio_exactly_at_the_limit_is_met() -> None:
    assert figure([15.0, 9.0, 30.0], [10.0], Limit(1.5)).is_met is True
    assert figure([15.1], [10.0], Limit(1.5)).is_met is False


def test_an_absolute_limit_needs_no_baseline() -> None:
    assert figure([2.0], None, Limit(2.0, is_ratio=False)).is_met is True
    assert figure([2.1], [100.0], Limit(2.0, is_ratio=False)).is_met is False


def test_nothing_is_claimed_without_a_limit_or_a_baseline_above_zero() -> None:
    assert figure([1.0], [1.0], None).is_met is None
    assert figure([1.0], [0.0], Limit(2.0)).is_met is None


def test_a_spread_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no samples"):
        Spread.of([])
