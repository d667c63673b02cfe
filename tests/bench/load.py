"""Many at once: the server's memory and CPU by visit, twenty viewers who act for a minute, twenty who open the review
in the same moment, a hundred who open the same page within a minute; beside a blank app under the same.

The viewers have no browsers: twenty Chromium pages on two cores would measure Chromium. What is measured is the time
from a request to the last of its answers, on a loopback socket, with the viewers' own work on the same machine.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import h11
from websockets.exceptions import WebSocketException

from tests.bench import figures
from tests.bench.browser import chromium, requests_of_a_visit
from tests.bench.data import APP, Bench
from tests.bench.fetcher import AnswerError
from tests.bench.figures import Figure, Spread
from tests.bench.pages import NEW, PERIODS, RENDERED
from tests.bench.processes import StreamlitServer
from tests.bench.viewer import ANSWER_TIMEOUT_S, BlankViewer, PageViewer, Viewer

GROUP = "load"
VIEWERS = 20
VISITORS = 100
MINUTE_S = 60
ACTION_EVERY_S = 2.0
# Of the actions at a district; about one action in thirty.
WRITING_SHARE = 0.1
SEED = 2021
DISTRICTS = ("760", "769", "770", "777", "783", "784", "787")
TARGETS = tuple(f"T{number:02d}" for number in range(1, 19))
LATEST = "period=2025Q2&window=ytd&lang=vi"
# The pages whose visits' CPU is measured, with what their address carries.
COLD_PAGES = {
    "overview": ("", ""),
    "district": ("district", "unit=760&"),
    "target": ("target", "target=T02&"),
    "review": ("review", ""),
}
# What the first user sees: all three kinds of pages.
TOUR = (("", LATEST), ("district", f"unit=760&{LATEST}"), ("target", f"target=T14&{LATEST}"))
FAILURES = (AnswerError, OSError, TimeoutError, WebSocketException, h11.ProtocolError)
# A new viewer of a server.
Arrive = Callable[[], Viewer]


@dataclass(frozen=True)
class Action:
    """What one viewer does at a moment of the measurement: goes to an address, or writes there."""

    at_s: float
    page: str
    query: str
    is_writing: bool = False


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

    async def time(self, answer: Awaitable[float]) -> bool:
        """Add an answer's time, or why there was none; return whether there was one."""
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                self.times_ms.append(await answer)
        except FAILURES as error:
            self.errors.append(f"{type(error).__name__}: {error}")
            return False
        return True


def measure(bench: Bench) -> list[Figure]:
    """Each on fresh servers, the app's and the blank's."""
    sites = _Sites(bench)
    return [
        *_memory(bench, sites),
        *_server_cpu(sites),
        *_acting(bench, sites),
        *_meeting_room(sites),
        *_opening(bench, sites),
    ]


class _Sites:
    """Starts the app and the blank, and knows what a browser's first visit requests of them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._viewers: dict[Path, type[Viewer]] = {APP: PageViewer, bench.blank_script(): BlankViewer}
        self._files = {}
        with chromium() as browser:
            for script in self._viewers:
                with StreamlitServer(script, bench.env) as server:
                    self._files[script] = requests_of_a_visit(browser, f"{server.url}/?{LATEST}")

    @property
    def scripts(self) -> list[Path]:
        """The app's and the blank's."""
        return list(self._viewers)

    @contextmanager
    def serving(self, script: Path) -> Iterator[tuple[StreamlitServer, Arrive]]:
        """A fresh server, for the length of a `with` block."""
        with StreamlitServer(script, self._bench.env) as server:
            yield server, partial(self._viewers[script], server.url, self._files[script])

    def both(self, act: Callable[[StreamlitServer, Arrive], Awaitable[Load]]) -> list[Load]:
        """What came of the same acts at the app and at the blank, both warm."""
        loads = []
        for script in self.scripts:
            with self.serving(script) as (server, arrive):
                loads.append(asyncio.run(_warmly(server, arrive, act)))
        return loads


async def _warmly(
    server: StreamlitServer, arrive: Arrive, act: Callable[[StreamlitServer, Arrive], Awaitable[Load]]
) -> Load:
    await tour(arrive)
    before = server.cpu_s()
    load = await act(server, arrive)
    load.cpu_s = server.cpu_s() - before
    return load


async def tour(arrive: Arrive) -> None:
    """Open what the first user of a server sees."""
    async with arrive() as viewer:
        first, *others = TOUR
        await viewer.open(*first)
        for page, query in others:
            await viewer.look(page, query)


def _memory(bench: Bench, sites: _Sites) -> list[Figure]:
    """Resident memory after one user."""
    samples: dict[Path, list[float]] = {script: [] for script in sites.scripts}
    for _ in range(bench.samples(5, 2)):
        for script, kept in samples.items():
            with sites.serving(script) as (server, arrive):
                asyncio.run(tour(arrive))
                kept.append(server.resident_mb())
    app, blank = map(Spread.of, samples.values())
    return [Figure(GROUP, "memory, first user on all three pages", "MB", app, blank, limit=figures.MEMORY)]


def _server_cpu(sites: _Sites) -> list[Figure]:
    """The server's CPU for a cold visit, everything that a browser requests included. Its clock is too coarse for one:
    the mean of a visit to each quarter, by viewers one after another."""
    app, blank = sites.scripts
    with sites.serving(blank) as (server, arrive):
        asyncio.run(_visits_cpu(server, arrive, ""))
        baseline = asyncio.run(_visits_cpu(server, arrive, ""))
    rows = []
    with sites.serving(app) as (server, arrive):
        for name, (page, own) in COLD_PAGES.items():
            asyncio.run(_visit(arrive, page, f"{own}{LATEST}"))
            for state, limit in ((NEW, figures.SERVER_CPU_NEW), (RENDERED, figures.SERVER_CPU_RENDERED)):
                cpu = asyncio.run(_visits_cpu(server, arrive, page, own))
                rows.append(Figure(GROUP, f"{name}, cold, server CPU, {state}", "CPU s", cpu, baseline, limit=limit))
    return rows


async def _visits_cpu(server: StreamlitServer, arrive: Arrive, page: str, own: str = "") -> Spread:
    before = server.cpu_s()
    for period in PERIODS:
        await _visit(arrive, page, f"{own}period={period}&window=quarter&lang=vi")
    return Spread.of([(server.cpu_s() - before) / len(PERIODS)])


async def _visit(arrive: Arrive, page: str, query: str) -> None:
    async with arrive() as viewer:
        await viewer.open(page, query)


def _acting(bench: Bench, sites: _Sites) -> list[Figure]:
    """Twenty act, each on a page of their own."""
    seconds = bench.samples(MINUTE_S, 10)
    app, blank = sites.both(partial(_act, seconds=seconds))
    what, middle, high = f"{VIEWERS} viewers for {seconds} s", 0.5, 0.95
    forms = sum(action.is_writing for planned in _everything(seconds) for action in planned)
    note = f"{len(app.times_ms)} actions, {forms} of them forms"
    limit = figures.ACTIONS_P95
    return [
        Figure(GROUP, f"{what}, median", "ms", app.percentile(middle), blank.percentile(middle)),
        Figure(GROUP, f"{what}, p95", "ms", app.percentile(high), blank.percentile(high), limit=limit, note=note),
        errors_of(GROUP, what, app),
        _memory_after(what, app, blank),
    ]


def _opening(bench: Bench, sites: _Sites) -> list[Figure]:
    """A hundred open the same page within a minute, everything that a browser requests included."""
    seconds = bench.samples(MINUTE_S, 12)
    number = VISITORS * seconds // MINUTE_S
    app, blank = sites.both(partial(_come, number=number, seconds=seconds))
    what, high = f"{number} open the overview within {seconds} s", 0.95
    return [
        Figure(GROUP, f"{what}, p95", "ms", app.percentile(high), blank.percentile(high), limit=figures.OPENING_P95),
        errors_of(GROUP, what, app),
        Figure(
            GROUP,
            f"{what}, server CPU each",
            "CPU s",
            Spread.of([app.cpu_s / number]),
            Spread.of([blank.cpu_s / number]),
        ),
        _memory_after(what, app, blank, figures.MEMORY),
    ]


def errors_of(group: str, what: str, load: Load) -> Figure:
    """How many answers failed or were wrong, with the first of them."""
    count = Spread.of([float(len(load.errors))])
    return Figure(group, f"{what}, errors", "errors", count, limit=figures.NO_ERROR, note="; ".join(load.errors[:3]))


def _memory_after(what: str, app: Load, blank: Load, limit: figures.Limit | None = None) -> Figure:
    used, blank_used = Spread.of([app.memory_mb]), Spread.of([blank.memory_mb])
    return Figure(GROUP, f"{what}, memory then", "MB", used, blank_used, limit=limit)


def _meeting_room(sites: _Sites) -> list[Figure]:
    """Twenty people turn to the review in the same moment, on a server that has rendered it once."""
    app, blank = (Spread.of(load.times_ms) for load in sites.both(_turn_at_once))
    return [Figure(GROUP, f"{VIEWERS} open the review at once", "ms", app, blank)]


async def _turn_at_once(_: StreamlitServer, arrive: Arrive) -> Load:
    async with AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(arrive()) for _ in range(VIEWERS + 1)]
        for viewer in viewers:
            await viewer.connect()
        await viewers.pop().look("review", LATEST)
        return Load(list(await asyncio.gather(*(viewer.look("review", LATEST) for viewer in viewers))))


async def _come(server: StreamlitServer, arrive: Arrive, number: int, seconds: int) -> Load:
    """People come at any moment and stay; memory is what the server holds when all are there."""
    chance, load = random.Random(SEED), Load()  # noqa: S311
    async with AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(arrive()) for _ in range(number)]

        async def open_at(moment_s: float, viewer: Viewer) -> None:
            await asyncio.sleep(moment_s)
            await load.time(viewer.open("", LATEST))

        await asyncio.gather(*(open_at(chance.uniform(0, seconds), viewer) for viewer in viewers))
        load.memory_mb = server.resident_mb()
    return load


async def _act(server: StreamlitServer, arrive: Arrive, seconds: int) -> Load:
    load = await people_act(lambda _: arrive(), _everything(seconds))
    load.memory_mb = server.resident_mb()
    return load


async def people_act(arrive: Callable[[int], Viewer], plans: Sequence[Sequence[Action]]) -> Load:
    """Viewers, who arrive by number, each do what is planned for them; return what they met."""
    load = Load()
    await asyncio.gather(*(_view(partial(arrive, number), plan, load) for number, plan in enumerate(plans)))
    return load


def _everything(seconds: int) -> list[list[Action]]:
    """The actions of every viewer, the same for both apps."""
    return [actions(random.Random(SEED + number), seconds) for number in range(VIEWERS)]  # noqa: S311


def actions(chance: random.Random, seconds: int, every_s: float = ACTION_EVERY_S) -> list[Action]:
    """When one viewer does what, every so many seconds on average: mostly another quarter, now and then another page,
    rarely a note on a district."""
    planned, at = [], chance.uniform(0, every_s)
    page = own = ""
    while at < seconds:
        if chance.random() < 0.4:
            page = chance.choice(("", "district", "target"))
            own = {"district": f"unit={chance.choice(DISTRICTS)}&", "target": f"target={chance.choice(TARGETS)}&"}.get(
                page, ""
            )
        window = chance.choice(("ytd", "ytd", "quarter"))
        query = f"{own}period={chance.choice(PERIODS)}&window={window}&lang=vi"
        planned.append(Action(at, page, query, page == "district" and chance.random() < WRITING_SHARE))
        at += chance.expovariate(1 / every_s)
    return planned


async def _view(arrive: Arrive, planned: Iterable[Action], load: Load) -> None:
    """One viewer. Who still waits for an answer acts late, as people do."""
    clock = asyncio.get_running_loop().time
    began = clock()
    async with arrive() as viewer:
        await viewer.connect()
        for action in planned:
            await asyncio.sleep(max(0.0, began + action.at_s - clock()))
            act = viewer.write if action.is_writing else viewer.look
            if not await load.time(act(action.page, action.query)):
                return
