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

    cpu: dict[str, list[float]] = defaultdict(list)
    wall: dict[str, list[float]] = defaultdict(list)
    with running_server() as server:
        url = server.setting(server.create_database("bench"))
        bench.warehouse("move", "--to", url)
        there = replace(bench, more={"KPI_WAREHOUSE_URL": url, "KPI_OPS_URL": url})
        for _ in range(bench.samples(2, 1)):
            _add(cpu, wall, "DuckDB", bench.warehouse("build", "--full-refresh"), 0.0)
            with _server_cpu(server, cpu["server"]):
                cost = there.warehouse("build", "--full-refresh")
            _add(cpu, wall, "PostgreSQL", cost, cpu["server"].pop())
        for number in range(1, bench.samples(5, 2) + 1):
            submit_a_correction(there, number)
            with _server_cpu(server, cpu["server"]), _until_published(there, wall["published"]):
                cost = there.warehouse("build", "--json")
            models = result_of(cost)["models"]
            _add(cpu, wall, f"one report, {models}", cost, cpu["server"].pop())
    return _figures(cpu, wall)


def _add(cpu: dict[str, list[float]], wall: dict[str, list[float]], name: str, cost: Cost, server_s: float) -> None:
    cpu[name].append(cost.cpu_s + server_s)
    wall[name].append(cost.wall_s * 1000)


@contextmanager
def _server_cpu(server: Server, costs: list[float]) -> Iterator[None]:
    before = server.cpu_s()
    yield
    costs.append(server.cpu_s() - before)


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


def _figures(cpu: dict[str, list[float]], wall: dict[str, list[float]]) -> list[Figure]:
    full, embedded = Spread.of(cpu["PostgreSQL"]), Spread.of(cpu["DuckDB"])
    reports = [name for name in cpu if name.startswith("one report")]
    return [
        Figure(GROUP, "full build", "CPU s", full, embedded, "DuckDB's", figures.SERVER_BUILD),
        Figure(GROUP, "full build, time", "ms", Spread.of(wall["PostgreSQL"]), Spread.of(wall["DuckDB"]), "DuckDB's"),
        *(
            Figure(GROUP, f"{name}, with the copy ahead", "CPU s", Spread.of(cpu[name]), full, "full build",
                   figures.ONE_REPORT_BUILD)
            for name in reports
        ),
        Figure(GROUP, "one report, until readers have it", "ms", Spread.of(wall["published"]),
               limit=figures.ONE_REPORT_TIME),
    ]  # fmt: skip
