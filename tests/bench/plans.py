"""How long the check of a plan pack takes: of a province of 126 communes, and of the project's own seeds."""

from __future__ import annotations

from tests.bench import figures
from tests.bench.data import Bench
from tests.bench.figures import Figure, Spread

GROUP = "plan"


def measure(bench: Bench) -> list[Figure]:
    """Write a workbook, then check it and the project's seeds some times."""
    workbook = str(bench.scratch / "ha-noi.xlsx")
    bench.warehouse("plan", "new", "--province", "Hà Nội", "--out", workbook)
    rounds = bench.samples(10, 2)
    checked = {"plan check, 126 communes": [workbook], "plan check, own seeds": []}
    costs = {name: [bench.warehouse("plan", "check", *path) for _ in range(rounds)] for name, path in checked.items()}
    return [
        Figure(GROUP, name, "ms", Spread.of([cost.wall_s * 1000 for cost in runs]), limit=figures.PLAN_CHECK)
        for name, runs in costs.items()
    ]
