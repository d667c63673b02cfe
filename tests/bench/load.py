"""Many at once: memory by the session, and twenty viewers who act for a minute, beside a blank app under the same.

The viewers have no browsers: twenty Chromium pages on two cores would measure Chromium. What is measured is the time
from a request to the last message of the page, on a loopback socket, with the viewers' own work on the same machine.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from websockets.exceptions import WebSocketException

from tests.bench import figures
from tests.bench.data import APP, Bench
from tests.bench.figures import Figure, Spread
from tests.bench.pages import PERIODS
from tests.bench.processes import StreamlitServer
from tests.bench.viewer import ANSWER_TIMEOUT_S, Viewer, ViewerError

GROUP = "load"
VIEWERS = 20
FURTHER_SESSIONS = 10
ACTION_EVERY_S = 2.0
SEED = 2021
DISTRICTS = ("760", "769", "770", "777", "783", "784", "787")
TARGETS = tuple(f"T{number:02d}" for number in range(1, 19))
# What every session of the memory measurement sees: all three kinds of pages, the same for all.
TOUR = (
    ("", "period=2025Q2&window=ytd&lang=vi"),
    ("district", "unit=760&period=2025Q2&window=ytd&lang=vi"),
    ("target", "target=T14&period=2025Q2&window=ytd&lang=vi"),
)
REVIEW = "period=2025Q2&window=ytd&lang=vi"
Action = tuple[float, str, str]


@dataclass
class Load:
    """What the viewers of one server met."""

    times_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory_mb: float = 0.0

    def percentile(self, share: float) -> float:
        """The time that `share` of all answers did not exceed, in ms."""
        ordered = sorted(self.times_ms)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def measure(bench: Bench) -> list[Figure]:
    """Memory first, on fresh servers; then the load, on fresh servers again."""
    return _memory(bench) + _twenty_viewers(bench) + _meeting_room(bench)


def _memory(bench: Bench) -> list[Figure]:
    first: dict[Path, list[float]] = {APP: [], bench.blank_script(): []}
    further: dict[Path, list[float]] = {script: [] for script in first}
    for _ in range(bench.samples(5, 1)):
        for script in (APP, bench.blank_script()):
            with StreamlitServer(script, bench.env) as server:
                one, each = asyncio.run(_sessions(server, script == APP))
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


async def _sessions(server: StreamlitServer, is_app: bool) -> tuple[float, float]:
    """Resident memory with one viewer, and what each of ten more adds (MB); all stay until the end."""
    async with AsyncExitStack() as stack:
        await _tour(await stack.enter_async_context(Viewer(server.url)), is_app)
        one = server.resident_mb()
        for _ in range(FURTHER_SESSIONS):
            await _tour(await stack.enter_async_context(Viewer(server.url)), is_app)
        return one, (server.resident_mb() - one) / FURTHER_SESSIONS


async def _tour(viewer: Viewer, is_app: bool) -> None:
    for page, query in TOUR:
        await viewer.look(_page(page, is_app), query)


def _page(page: str, is_app: bool) -> str:
    return page if is_app or not page else "second"


def _twenty_viewers(bench: Bench) -> list[Figure]:
    seconds = bench.samples(60, 10)
    loads = []
    for script in (APP, bench.blank_script()):
        with StreamlitServer(script, bench.env) as server:
            loads.append(asyncio.run(_act(server, seconds, script == APP)))
    app, blank = loads
    note = f"{len(app.times_ms)} actions, {len(app.errors)} errors" + "".join(f"; {text}" for text in app.errors[:3])
    rows = [(f"{VIEWERS} viewers for {seconds} s, {label}", share) for label, share in (("median", 0.5), ("p95", 0.95))]
    (median, p95) = [
        Figure(
            GROUP, title, "ms", Spread.of([app.percentile(share)]), Spread.of([blank.percentile(share)]),
            limit=figures.TWENTY_VIEWERS_P95 if share > 0.5 else None, note=note if share > 0.5 else "",
        )
        for title, share in rows
    ]  # fmt: skip
    memory = Figure(GROUP, "memory after them", "MB", Spread.of([app.memory_mb]), Spread.of([blank.memory_mb]))
    return [median, p95, memory]


def _meeting_room(bench: Bench) -> list[Figure]:
    """Twenty people open the review in the same moment, on a server that has drawn it once."""
    times: dict[Path, list[float]] = {}
    for script in (APP, bench.blank_script()):
        with StreamlitServer(script, bench.env) as server:
            times[script] = asyncio.run(_open_at_once(server, _page("review", script == APP)))
    app, blank = (Spread.of(times[script]) for script in (APP, bench.blank_script()))
    return [Figure(GROUP, f"{VIEWERS} open the review at once", "ms", app, blank)]


async def _open_at_once(server: StreamlitServer, page: str) -> list[float]:
    async with AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(Viewer(server.url)) for _ in range(VIEWERS + 1)]
        await viewers.pop().look(page, REVIEW)
        return list(await asyncio.gather(*(viewer.look(page, REVIEW) for viewer in viewers)))


async def _act(server: StreamlitServer, seconds: int, is_app: bool) -> Load:
    async with Viewer(server.url) as first:
        await _tour(first, is_app)
    load = Load()
    viewers = (_view(server, _actions(random.Random(SEED + n), seconds), is_app, load) for n in range(VIEWERS))  # noqa: S311
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


async def _view(server: StreamlitServer, actions: Iterable[Action], is_app: bool, load: Load) -> None:
    """One viewer. Who still waits for an answer asks late, as people do."""
    clock = asyncio.get_running_loop().time
    began = clock()
    async with Viewer(server.url) as viewer:
        for at, page, query in actions:
            await asyncio.sleep(max(0.0, began + at - clock()))
            try:
                async with asyncio.timeout(ANSWER_TIMEOUT_S):
                    load.times_ms.append(await viewer.look(_page(page, is_app), query))
            except (ViewerError, WebSocketException, TimeoutError) as error:
                load.errors.append(f"{type(error).__name__}: {error}")
                if not isinstance(error, ViewerError):
                    return
