"""`python -m tests.bench [--only GROUP] [--quick]`: measure all groups of figures, or one."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import report
from tests.bench.data import Bench, prepare
from tests.bench.figures import Figure
from tests.bench.processes import PROJECT, BenchError

RESULTS = PROJECT / "bench-results.json"


def _build(bench: Bench) -> list[Figure]:
    from tests.bench import builds

    return builds.measure(bench)


def _plan(bench: Bench) -> list[Figure]:
    from tests.bench import plans

    return plans.measure(bench)


def _browser(bench: Bench) -> list[Figure]:
    from tests.bench import pages

    return pages.measure(bench)


def _visits(bench: Bench) -> list[Figure]:
    from tests.bench import visits

    return visits.measure(bench)


def _explore(bench: Bench) -> list[Figure]:
    from tests.bench import explore

    return explore.measure(bench)


def _load(bench: Bench) -> list[Figure]:
    from tests.bench import load

    return load.measure(bench)


def _api(bench: Bench) -> list[Figure]:
    from tests.bench import api

    return api.measure(bench)


def _operation(bench: Bench) -> list[Figure]:
    from tests.bench import operation

    return operation.measure(bench)


def _writers(bench: Bench) -> list[Figure]:
    from tests.bench import writers

    return writers.measure(bench)


def _server(bench: Bench) -> list[Figure]:
    from tests.bench import servers

    return servers.measure(bench)


def _site(bench: Bench) -> list[Figure]:
    from tests.bench import site

    return site.measure(bench)


GROUPS: dict[str, Callable[[Bench], list[Figure]]] = {
    "build": _build,
    "plan": _plan,
    "visits": _visits,
    "browser": _browser,
    "explore": _explore,
    "load": _load,
    "api": _api,
    "operation": _operation,
    "writers": _writers,
    "server": _server,
    "site": _site,
}


def main() -> int:
    """Measure, print, write. Exit code 1 only when something could not be measured at all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=list(GROUPS), help="one group of figures")
    parser.add_argument("--quick", action="store_true", help="few samples: to see that it works, not to quote")
    options = parser.parse_args()
    about, failed = report.machine() | {"is_quick": options.quick}, 0
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        try:
            _say("preparing the data")
            bench = prepare(Path(scratch), options.quick)
            for group in [options.only] if options.only else list(GROUPS):
                _say(f"measuring: {group}")
                figures += GROUPS[group](bench)
        except BenchError as error:
            _say(str(error))
            failed = 1
    report.write_json(RESULTS, about, figures)
    print(report.table(figures))
    return failed


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
