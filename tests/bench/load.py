"""Many at once: memory by the session, twenty viewers who act for a minute, twenty who open the review in one moment,
a hundred who open the same page within a minute; beside a blank app under the same.

The viewers have no browsers: twenty Chromium pages on two cores would measure Chromium. What is measured is the time
from a request to the last of its answers, on a loopback socket, with the viewers' own work on the same machine.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import h11
from websockets.exceptions import WebSocketException

from tests.bench import figures
from tests.bench.browser import chromium, requests_of_a_visit
from tests.bench.data import APP, Bench
from tests.bench.fetcher import AnswerError
from tests.bench.figures import Figure, Spread
from tests.bench.pages import PERIODS
from tests.bench.processes import StreamlitServer
from tests.bench.viewer import ANSWER_TIMEOUT_S, Site, Viewer

GROUP = "load"
VIEWERS = 20
PEOPLE = (20, 100)
FURTHER_SESSIONS = 10
MINUTE_S = 60
ACTION_EVERY_S = 2.0
SEED = 2021
DISTRICTS = ("760", "769", "770", "777", "783", "784", "787")
TARGETS = tuple(f"T{number:02d}" for number in range(1, 19))
LATEST = "period=2025Q2&window=ytd&lang=vi"
# What every session of the memory measurement sees: all three kinds of pages, the same for all.
TOUR = (("", LATEST), ("district", f"unit=760&{LATEST}"), ("target", f"target=T14&{LATEST}"))
FAILURES = (AnswerError, OSError, TimeoutError, WebSocketException, h11.ProtocolError)
Action = tuple[float, str, str]


@dataclass
class Load:
    """What the viewers of one server met, and what they cost it."""

    times_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory_mb: float = 0.0
    cpu_s: float = 0.0

    def percentile(self, share: float) -> Spread:
        """The time that `share` of all answers did not exceed, in ms."""
        ordered = sorted(self.times_ms)
        return Spread.of([ordered[min(int(len(ordered) * share), len(ordered) - 1)]])

    async def time(self, asked: Awaitable[float]) -> bool:
        """Take in an answer's time, or why there was none; return whether there was one."""
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                self.times_ms.append(await asked)
        except FAILURES as error:
            self.errors.append(f"{type(error).__name__}: {error}")
            return False
        return True


def measure(bench: Bench) -> list[Figure]:
    """Each on fresh servers, the app's and the blank's."""
    sites = _Sites(bench)
    rows = _memory(bench, sites) + _viewers(bench, sites) + _meeting_room(sites)
    for number in PEOPLE:
        rows += _people(bench, sites, number)
    return rows


class _Sites:
    """Starts the app and the blank, and knows what a browser's first visit asks of them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.scripts = (APP, bench.blank_script())
        with chromium() as browser:
            self._files = {}
            for script in self.scripts:
                with StreamlitServer(script, bench.env) as server:
                    self._files[script] = requests_of_a_visit(browser, f"{server.url}/?{LATEST}")

    @contextmanager
    def serving(self, script: Path) -> Iterator[tuple[StreamlitServer, Site]]:
        """A fresh server, for the length of a `with` block."""
        with StreamlitServer(script, self._bench.env) as server:
            yield server, Site(server.url, self._files[script], script == APP)

    def both(self, act: Callable[[StreamlitServer, Site], Awaitable[Load]]) -> list[Load]:
        """What came of the same acts at the app and at the blank, both warm."""
        loads = []
        for script in self.scripts:
            with self.serving(script) as (server, site):
                loads.append(asyncio.run(_warmly(server, site, act)))
        return loads


async def _warmly(server: StreamlitServer, site: Site, act: Callable[[StreamlitServer, Site], Awaitable[Load]]) -> Load:
    async with Viewer(site) as first:
        await _tour(first)
    before = server.cpu_s()
    load = await act(server, site)
    load.cpu_s = server.cpu_s() - before
    return load


def _memory(bench: Bench, sites: _Sites) -> list[Figure]:
    first: dict[Path, list[float]] = {script: [] for script in sites.scripts}
    further: dict[Path, list[float]] = {script: [] for script in sites.scripts}
    for _ in range(bench.samples(5, 1)):
        for script in sites.scripts:
            with sites.serving(script) as (server, site):
                one, each = asyncio.run(_sessions(server, site))
            first[script].append(one)
            further[script].append(each)
    (app, blank), (more_app, more_blank) = map(_spreads, (first, further))
    limit, each_limit = figures.FIRST_USER_MEMORY, figures.FURTHER_SESSION_MEMORY
    return [
        Figure(GROUP, "memory, first user on all three pages", "MB", app, blank, limit=limit),
        Figure(GROUP, "memory, each further session", "MB", more_app, more_blank, limit=each_limit),
    ]


def _spreads(samples: dict[Path, list[float]]) -> list[Spread]:
    return [Spread.of(values) for values in samples.values()]


async def _sessions(server: StreamlitServer, site: Site) -> tuple[float, float]:
    """Resident memory with one viewer, and what each of ten more adds (MB); all stay until the end."""
    async with AsyncExitStack() as stack:
        await _tour(await stack.enter_async_context(Viewer(site)))
        one = server.resident_mb()
        for _ in range(FURTHER_SESSIONS):
            await _tour(await stack.enter_async_context(Viewer(site)))
        return one, (server.resident_mb() - one) / FURTHER_SESSIONS


async def _tour(viewer: Viewer) -> None:
    first, *others = TOUR
    await viewer.open(*first)
    for page, query in others:
        await viewer.look(page, query)


def _viewers(bench: Bench, sites: _Sites) -> list[Figure]:
    """Twenty act, each in a session of their own."""
    seconds = bench.samples(MINUTE_S, 10)
    app, blank = sites.both(lambda server, site: _act(server, site, seconds))
    what, middle, high = f"{VIEWERS} viewers for {seconds} s", 0.5, 0.95
    note = f"{len(app.times_ms)} actions"
    limit = figures.ACTIONS_P95
    return [
        Figure(GROUP, f"{what}, median", "ms", app.percentile(middle), blank.percentile(middle)),
        Figure(GROUP, f"{what}, p95", "ms", app.percentile(high), blank.percentile(high), limit=limit, note=note),
        _errors(what, app),
        _memory_after(what, app, blank),
    ]


def _people(bench: Bench, sites: _Sites, number: int) -> list[Figure]:
    """So many open the same page within a minute, everything that a browser asks for included."""
    seconds = bench.samples(MINUTE_S, 12)
    number = number * seconds // MINUTE_S
    app, blank = sites.both(lambda server, site: _come(server, site, number, seconds))
    what, high = f"{number} open the overview within {seconds} s", 0.95
    drawn, cpu = figures.OPENING_P95, figures.SERVER_CPU_PER_VISIT
    each, blank_each = Spread.of([app.cpu_s / number]), Spread.of([blank.cpu_s / number])
    return [
        Figure(GROUP, f"{what}, drawn, p95", "ms", app.percentile(high), blank.percentile(high), limit=drawn),
        _errors(what, app),
        Figure(GROUP, f"{what}, server CPU each", "CPU s", each, blank_each, limit=cpu),
        _memory_after(what, app, blank, figures.CROWD_MEMORY),
    ]


def _errors(what: str, load: Load) -> Figure:
    count = Spread.of([float(len(load.errors))])
    return Figure(GROUP, f"{what}, errors", "errors", count, limit=figures.NO_ERROR, note="; ".join(load.errors[:3]))


def _memory_after(what: str, app: Load, blank: Load, limit: figures.Limit | None = None) -> Figure:
    used, blank_used = Spread.of([app.memory_mb]), Spread.of([blank.memory_mb])
    return Figure(GROUP, f"{what}, memory then", "MB", used, blank_used, limit=limit)


def _meeting_room(sites: _Sites) -> list[Figure]:
    """Twenty people turn to the review in the same moment, on a server that has drawn it once."""
    app, blank = (Spread.of(load.times_ms) for load in sites.both(_turn_at_once))
    return [Figure(GROUP, f"{VIEWERS} open the review at once", "ms", app, blank)]


async def _turn_at_once(_: StreamlitServer, site: Site) -> Load:
    async with AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(Viewer(site)) for _ in range(VIEWERS + 1)]
        for viewer in viewers:
            await viewer.connect()
        await viewers.pop().look("review", LATEST)
        return Load(list(await asyncio.gather(*(viewer.look("review", LATEST) for viewer in viewers))))


async def _come(server: StreamlitServer, site: Site, number: int, seconds: int) -> Load:
    """People come at any moment and stay; memory is what the server holds when all are there."""
    chance, load = random.Random(SEED), Load()  # noqa: S311
    async with AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(Viewer(site)) for _ in range(number)]

        async def open_at(moment_s: float, viewer: Viewer) -> None:
            await asyncio.sleep(moment_s)
            await load.time(viewer.open("", LATEST))

        await asyncio.gather(*(open_at(chance.uniform(0, seconds), viewer) for viewer in viewers))
        load.memory_mb = server.resident_mb()
    return load


async def _act(server: StreamlitServer, site: Site, seconds: int) -> Load:
    load = Load()
    viewers = (_view(site, _actions(random.Random(SEED + n), seconds), load) for n in range(VIEWERS))  # noqa: S311
    await asyncio.gather(*viewers)
    load.memory_mb = server.resident_mb()
    return load


def _actions(chance: random.Random, seconds: int) -> list[Action]:
    """When one viewer asks for what: mostly another quarter, now and then another page. The same for both apps."""
    actions, at = [], chance.uniform(0, ACTION_EVERY_S)
    page = own = ""
    while at < seconds:
        if chance.random() < 0.4:
            page = chance.choice(("", "district", "target"))
            own = {"district": f"unit={chance.choice(DISTRICTS)}&", "target": f"target={chance.choice(TARGETS)}&"}.get(
                page, ""
            )
        window = chance.choice(("ytd", "ytd", "quarter"))
        actions.append((at, page, f"{own}period={chance.choice(PERIODS)}&window={window}&lang=vi"))
        at += chance.expovariate(1 / ACTION_EVERY_S)
    return actions


async def _view(site: Site, actions: Iterable[Action], load: Load) -> None:
    """One viewer. Who still waits for an answer asks late, as people do."""
    clock = asyncio.get_running_loop().time
    began = clock()
    async with Viewer(site) as viewer:
        await viewer.connect()
        for at, page, query in actions:
            await asyncio.sleep(max(0.0, began + at - clock()))
            if not await load.time(viewer.look(page, query)):
                return
