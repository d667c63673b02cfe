"""Random numbers that are the same for the same key on every machine."""

import math
import random

# Beyond this the normal approximation is as good and much faster.
_EXACT_LIMIT = 60


def dice(*key: object) -> random.Random:
    """Return a generator that depends on its key alone, so that additional numbers here change nothing elsewhere."""
    return random.Random("|".join(str(part) for part in key))  # noqa: S311 - a sample, not a secret


def poisson(rng: random.Random, mean: float) -> int:
    """Return a count of rare events with the given mean."""
    if mean <= 0:
        return 0
    if mean > _EXACT_LIMIT:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def binomial(rng: random.Random, trials: int, chance: float) -> int:
    """Return how many of `trials` succeed, each with `chance`."""
    chance = min(1.0, max(0.0, chance))
    if trials > _EXACT_LIMIT:
        spread = math.sqrt(trials * chance * (1 - chance))
        return min(trials, max(0, round(rng.gauss(trials * chance, spread))))
    return sum(rng.random() < chance for _ in range(trials))


def clip(value: float, low: float, high: float) -> float:
    """Return `value`, limited to the bounds."""
    return min(high, max(low, value))
