"""What builds on PostgreSQL cost, where it is installed: in full beside DuckDB, one report until readers have it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from threading import Event, Thread
from typing import TYPE_CHECKING

from tests.bench import figures
from tests.bench.builds import result_of, submit_a_correction
from tests.bench.data import Bench
from tests.bench.figures import Figure, Spread
from tests.bench.processes import Cost
from warehouse.publish.engines import published

if TYPE_CHECKING:
    from tests.postgres.server import Server

GROUP = "server"
POLL_S = 0.02


def measure(bench: Bench) -> list[Figure]:
    """Full builds on both engines, then rounds of corrections; nothing without PostgreSQL."""
    if find_spec("psycopg") is None:
        return []
    from tests.postgres.server import running_server

    costs: dict[str, list[Cost]] = defaultdict(list)
    published_ms: list[float] = []
    with running_server() as server:
        url = server.setting(server.create_database("bench"))
        bench.warehouse("move", "--to", url)
        there = replace(bench, more={"KPI_WAREHOUSE_URL": url, "KPI_OPS_URL": url})
        for _ in range(bench.samples(2, 1)):
            costs["DuckDB"].append(bench.warehouse("build", "--full-refresh"))
            costs["PostgreSQL"].append(_build_there(there, server, "--full-refresh"))
        for number in range(1, bench.samples(5, 2) + 1):
            submit_a_correction(there, number)
            with _until_published(there, published_ms):
                cost = _build_there(there, server, "--json")
            costs[f"one report, {result_of(cost)['models']}"].append(cost)
    return _figures(costs, published_ms)


def _build_there(there: Bench, server: Server, option: str) -> Cost:
    """Build on the server and return what it cost, with the server's CPU time."""
    before = server.cpu_s()
    cost = there.warehouse("build", option)
    return replace(cost, cpu_s=cost.cpu_s + server.cpu_s() - before)


@contextmanager
def _until_published(bench: Bench, times_ms: list[float]) -> Iterator[None]:
    """Add the time from now until readers have another version; the command ends later."""
    settings = bench.settings
    before, started, ended = published(settings).version, time.perf_counter(), Event()

    def watch() -> None:
        while published(settings).version == before and not ended.wait(POLL_S):
            pass
        times_ms.append((time.perf_counter() - started) * 1000)

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _figures(costs: dict[str, list[Cost]], published_ms: list[float]) -> list[Figure]:
    cpu = {name: Spread.of([cost.cpu_s for cost in runs]) for name, runs in costs.items()}
    wall = {name: Spread.of([cost.wall_s * 1000 for cost in runs]) for name, runs in costs.items()}
    full = cpu["PostgreSQL"]
    limit = figures.ONE_REPORT_BUILD
    return [
        Figure(GROUP, "full build", "CPU s", full, cpu["DuckDB"], "DuckDB's", figures.SERVER_BUILD),
        Figure(GROUP, "full build, time", "ms", wall["PostgreSQL"], wall["DuckDB"], "DuckDB's"),
        *(
            Figure(GROUP, f"{name}, with the copy ahead", "CPU s", spread, full, "full build", limit)
            for name, spread in cpu.items()
            if name.startswith("one report")
        ),
        Figure(
            *(GROUP, "one report, until readers have it", "ms", Spread.of(published_ms)), limit=figures.ONE_REPORT_TIME
        ),
    ]
