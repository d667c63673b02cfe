"""Several processes of the app behind nginx: twenty, a hundred and five hundred people who act for a minute; one
process that is killed meanwhile; a version that is published.

People act as in `load.py`, each from an address of their own, by which nginx keeps them to a process.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from ipaddress import IPv4Address

from tests.bench import figures
from tests.bench.data import APP, Bench
from tests.bench.figures import Figure, Spread
from tests.bench.load import LATEST, MINUTE_S, SEED, Action, Load, actions, errors_of, people_act, tour
from tests.bench.processes import StreamlitServer
from tests.bench.viewer import PageViewer
from tests.nginx import PROGRAM, UNENCRYPTED, running_nginx
from warehouse.publish.publication import publish

GROUP = "site"
PROCESSES = 2
# People, and how long one of them reads before the next action, on average.
CROWDS = {20: 2.0, 100: 10.0, 500: 10.0}
KILLED_AMONG = 100
FIRST_ADDRESS = IPv4Address("127.1.0.1")


@dataclass(frozen=True)
class Site:
    """The processes, and the address at which nginx answers for them."""

    servers: Sequence[StreamlitServer]
    url: str

    def cpu_s(self) -> float:
        """CPU seconds of all processes so far."""
        return sum(server.cpu_s() for server in self.servers)

    def resident_mb(self) -> float:
        """Resident memory of all processes."""
        return sum(server.resident_mb() for server in self.servers)


def measure(bench: Bench) -> list[Figure]:
    """Each crowd on fresh processes."""
    if not PROGRAM.exists():
        return []
    return [
        *(figure for people, every_s in CROWDS.items() for figure in _crowd(bench, people, every_s)),
        *_killed(bench),
        _new_version(bench),
    ]


@contextmanager
def _site(bench: Bench) -> Iterator[Site]:
    with ExitStack() as stack:
        servers = [stack.enter_context(StreamlitServer(APP, bench.env)) for _ in range(PROCESSES)]
        folder = bench.scratch / "nginx"
        folder.mkdir(exist_ok=True)
        for server in servers:
            asyncio.run(tour(partial(PageViewer, server.url, ())))
        apps = [f"127.0.0.1:{server.port}" for server in servers]
        port = stack.enter_context(running_nginx(folder, apps, UNENCRYPTED))
        yield Site(servers, f"http://127.0.0.1:{port}")


def _plans(people: int, every_s: float, seconds: int) -> list[list[Action]]:
    return [actions(random.Random(SEED + number), seconds, every_s) for number in range(people)]  # noqa: S311


def _person(site: Site, number: int) -> PageViewer:
    return PageViewer(site.url, (), str(FIRST_ADDRESS + number))


def _crowd(bench: Bench, people: int, every_s: float) -> list[Figure]:
    seconds = bench.samples(MINUTE_S, 10)
    with _site(bench) as site:
        before = site.cpu_s()
        load = asyncio.run(people_act(partial(_person, site), _plans(people, every_s, seconds)))
        cpu_s, memory_mb = site.cpu_s() - before, site.resident_mb()
    what = f"{people} people for {seconds} s, an action in {every_s:.0f} s each"
    return [
        Figure(GROUP, f"{what}, median", "ms", load.percentile(0.5), note=f"{len(load.times_ms)} actions"),
        Figure(GROUP, f"{what}, p95", "ms", load.percentile(0.95)),
        errors_of(GROUP, what, load),
        Figure(GROUP, f"{what}, servers' CPU a person", "CPU s", Spread.of([cpu_s / people])),
        Figure(GROUP, f"{what}, {PROCESSES} processes' memory", "MB", Spread.of([memory_mb])),
    ]


def _killed(bench: Bench) -> list[Figure]:
    seconds = bench.samples(MINUTE_S, 10)
    with _site(bench) as site:
        load = asyncio.run(_act_while_one_ends(site, seconds))
    what = f"one of {PROCESSES} processes killed among {KILLED_AMONG} people"
    return [Figure(GROUP, f"{what}, p95", "ms", load.percentile(0.95)), errors_of(GROUP, what, load)]


async def _act_while_one_ends(site: Site, seconds: int) -> Load:
    async def kill() -> None:
        await asyncio.sleep(seconds / 2)
        site.servers[0].kill()

    plans = _plans(KILLED_AMONG, CROWDS[KILLED_AMONG], seconds)
    load, _ = await asyncio.gather(people_act(partial(_person, site), plans), kill())
    return load


def _new_version(bench: Bench) -> Figure:
    """From the switch until every process answers with the version."""
    settings = bench.settings
    newest = settings.published_link.resolve()
    other = next(folder.name for folder in sorted(newest.parent.iterdir()) if folder != newest)
    with _site(bench) as site:
        try:
            began = time.perf_counter()
            publish(settings, other)
            while any(_version(server.port) != other for server in site.servers):
                pass
            passed_ms = (time.perf_counter() - began) * 1000
        finally:
            publish(settings, newest.name)
    return Figure(
        GROUP, f"a version is on all {PROCESSES} processes", "ms", Spread.of([passed_ms]), limit=figures.NEW_VERSION
    )


def _version(port: int) -> str:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", f"/?{LATEST}")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return text.partition("data-version='")[2].partition("'")[0]
