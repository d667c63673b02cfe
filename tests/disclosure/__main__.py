"""`python -m tests.disclosure [--sequences 110] [--pivots 1000] [--cities 160]`: attacks on small counts."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from app.core.access import BUILT_IN_VIEWER
from app.core.reader import Reader
from tests.app.pivots import unlike_figures, unlike_sums
from tests.bench.data import prepare
from tests.bench.processes import PROJECT
from tests.bench.report import machine
from tests.disclosure.audit import exposed_in
from tests.disclosure.campaigns import api_requests_apart, bridges_apart, pivots_apart, readers, rows_in_reach
from tests.disclosure.cities import protected, random_city
from tests.disclosure.twins import twins
from warehouse.publish.engines import Published, published

RESULTS = PROJECT / "disclosure-results.json"
SEQUENCES, PIVOTS, CITIES = 110, 1000, 160
# A city of five versions is as much work as five cities of one.
VERSIONS = 5
ROLES = ("leader", "officer", "area_reader")
# What tells too much or is wrong, and how much was tried.
Outcome = tuple[Sequence[object], int]


def main() -> int:
    """Exit code 1 where an answer told what it should not, or was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.disclosure", description=__doc__)
    parser.add_argument("--sequences", type=int, default=SEQUENCES, help="random sequences of questions of each role")
    parser.add_argument("--pivots", type=int, default=PIVOTS, help="random pivots of targets, and of forms")
    parser.add_argument("--cities", type=int, default=CITIES, help="random cities, of one version and of several")
    options = parser.parse_args()
    about, outcomes = machine(), []
    with tempfile.TemporaryDirectory(prefix="disclosure-") as folder:
        warehouse = published(prepare(Path(folder), is_quick=False).settings)
        for name, attack in _attacks(warehouse, Path(folder), options):
            began = time.process_time()
            found, tried = attack()
            outcomes.append({"name": name, "tried": tried, "found": [repr(one) for one in found]})
            spent = time.process_time() - began
            print(f"{name:48} {tried:6} tried  {len(found)} found  {spent:6.0f} CPU s", flush=True)
            print("".join(f"    ✗ {one!r}\n" for one in found), end="", flush=True)
    content = {"machine": about, "outcomes": outcomes}
    RESULTS.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if any(one["found"] or not one["tried"] for one in outcomes) else 0


def _attacks(
    warehouse: Published, folder: Path, options: argparse.Namespace
) -> Iterator[tuple[str, Callable[[], Outcome]]]:
    """Every attack by its name; `tried` counts what had an answer."""
    cities = twins(Path(str(warehouse.engine.url.database)), folder / "twins")
    for role in ROLES:
        yield f"twins: sequences of pivots, {role}", partial(pivots_apart, cities, role, options.sequences)
        yield f"twins: sequences of API requests, {role}", partial(api_requests_apart, cities, role, options.sequences)
        yield f"twins: bridges, {role}", partial(bridges_apart, cities, role, options.sequences)
    for role in ("leader", "officer"):
        yield f"twins: rows in reach of SQL, {role}", partial(_views_apart, cities, role)
    for versions in (1, VERSIONS):
        count = options.cities // versions
        yield f"random cities of {versions} version(s), attacked", partial(_exposed, count, versions)
    reader = Reader(BUILT_IN_VIEWER, warehouse)
    yield "pivots of targets against published figures", partial(unlike_figures, reader, options.pivots)
    yield "pivots of forms against sums of reports", partial(unlike_sums, reader, options.pivots)


def _views_apart(cities: tuple[Published, Published], role: str) -> Outcome:
    one, other = map(rows_in_reach, readers(cities, role))
    return [name for name in one if one[name] != other[name]], len(one)


def _exposed(count: int, versions: int) -> Outcome:
    found, small = [], 0
    for seed in range(count):
        told, counts = exposed_in(random_city(seed, versions), protected)
        found += [(seed, one) for one in told]
        small += counts
    return found, small


if __name__ == "__main__":
    sys.exit(main())
