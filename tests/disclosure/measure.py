"""Prints what each method protects and what it costs, for decision 22: `python -m tests.disclosure.measure`."""

from __future__ import annotations

from statistics import mean

from app.records import Progress
from tests.disclosure import rivals
from tests.disclosure.attack import place_of
from tests.disclosure.audit import Method, exposed_in
from tests.disclosure.cities import City, protected, random_city

# The attacker takes minutes to choose the secondary cells of a dozen cities.
METHODS: tuple[tuple[str, Method, int], ...] = (
    ("bands", protected, 200),
    ("each rounded to five", rivals.each_rounded, 200),
    ("small units and the next smallest", rivals.small_units, 200),
    ("small figures alone", rivals.small_ones, 200),
    ("secondary cells by the attacker", rivals.secondary_cells, 12),
)
VERSIONS = 5


def main() -> None:
    """Measure every method on the same cities."""
    for name, method, cities in METHODS:
        print(
            f"{name:36}", *(_protected(method, cities, versions) for versions in (1, VERSIONS)), _cost(method, cities)
        )


def _protected(method: Method, cities: int, versions: int) -> str:
    found = [exposed_in(random_city(seed, versions), method) for seed in range(cities)]
    told, counts = sum(len(one) for one, _ in found), sum(count for _, count in found)
    return f"{versions} version(s): {counts - told} of {counts} protected"


def _cost(method: Method, cities: int) -> str:
    """Figures without a value; mean error of one, in points; statuses told; figures that are shown in one version and
    hidden in another although they stayed what they were."""
    pairs = [pair for seed in range(cities) for pair in _pairs(random_city(seed), method)]
    lost = mean(shown is None for _, shown, _ in pairs)
    error = mean(abs(shown - true) for true, shown, _ in pairs if shown is not None)
    told = mean(is_told for _, _, is_told in pairs)
    turned = sum(_turned(random_city(seed, VERSIONS), method) for seed in range(cities))
    return f"· {100 * lost:.1f}% hidden · error {error:.2f} · {100 * told:.1f}% statuses · {turned} turned"


def _pairs(city: City, method: Method) -> list[tuple[float, float | None, bool]]:
    """The value of every figure, as it is and as it is shown, and whether its status is told."""
    true = city.rows(0)
    shown = {place_of(row): row for row in method(true)}
    figures = [(row, shown[place_of(row)]) for row in true]
    return [
        (row.value_pct, one.value_pct, one.status == row.status) for row, one in figures if row.value_pct is not None
    ]


def _turned(city: City, method: Method) -> int:
    seen: dict[object, bool] = {}
    versions = [(row, shown) for version in range(VERSIONS) for row, shown in _both(city.rows(version), method)]
    return sum(
        seen.setdefault((*place_of(row), row.source_versions), shown.value_pct is None) != (shown.value_pct is None)
        for row, shown in versions
    )


def _both(true: list[Progress], method: Method) -> list[tuple[Progress, Progress]]:
    return list(zip(true, method(true), strict=True))


if __name__ == "__main__":
    main()
