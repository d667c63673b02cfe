"""The exploring pages beside a blank Streamlit app with the same Plotly chart: a cold visit, another choice; memory per
session, and twenty who explore at once.

A page without a chart is compared with a blank app that has the pivot's.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from tests.bench import figures
from tests.bench.browser import Traffic, click, go, load, ready, side_by_side, visitor
from tests.bench.data import APP, Bench
from tests.bench.figures import Figure, Limit, Spread, Unit
from tests.bench.load import Load
from tests.bench.pages import PERIODS
from tests.bench.processes import StreamlitServer
from tests.bench.viewer import Session
from tests.bench.visits import KILOBYTE

GROUP = "explore"
CHOICE = '[data-testid="stSelectbox"] >> nth={} >> input'
# The list begins with the newest period and opens at the chosen one.
NEXT_OPTION = '[role="option"][aria-selected="true"] + [role="option"]'
PLOT = ".js-plotly-plot .main-svg"
CHART = """() => {
    const { data, layout: { template, ...layout } } = document.querySelector(".js-plotly-plot");
    return JSON.stringify({ data, layout }, (_, value) => ArrayBuffer.isView(value) ? Array.from(value) : value);
}"""
EXPLORERS, MINUTE_S, EVERY_S, SEED = 20, 60, 4.0, 2026
Samples = defaultdict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Explored:
    """An exploring page: its address, the place of the choice that is changed to the next one in its list, and the page
    with the chart of its yardstick."""

    address: str
    choice: int
    chart: str


PAGES = {
    "progress": Explored("/explore/?lang=vi", 0, "pivot"),
    "pivot": Explored("/explore/pivot?picture=bar&lang=vi", 4, "pivot"),
    "relations": Explored("/explore/relations?lang=vi", 3, "relations"),
    "tables": Explored("/explore/tables?mart=fct_target_progress&lang=vi", 1, "pivot"),
}


def measure(bench: Bench) -> list[Figure]:
    """Start both apps, visit them in turn, and compare; then count sessions' memory, and let twenty explore."""
    return [*_in_browsers(bench), *_memory(bench), *_exploring(bench)]


def _in_browsers(bench: Bench) -> Iterator[Figure]:
    times: Samples = defaultdict(list)
    with side_by_side(bench) as (browser, app, blank):
        charts = {page.chart for page in PAGES.values()}
        for name in charts:
            _keep_chart(browser, app.url + PAGES[name].address, bench.blank_script().with_name(f"{name}.json"))
            _count_bytes(browser, f"{blank.url}/?lang=vi&chart={name}&period={PERIODS[0]}", f"blank {name}", times)
        for name, page in PAGES.items():
            _count_bytes(browser, app.url + page.address, name, times)
        for period in PERIODS[-bench.samples(5, 2) :]:
            for name in charts:
                address = f"{blank.url}/?lang=vi&chart={name}&period={period}"
                _visit(browser, address, f"blank {name}", partial(_rerun, name), times)
            for name, page in PAGES.items():
                _visit(browser, app.url + page.address, name, partial(_change, page.choice), times)
    for name, page in PAGES.items():
        yield _figure(name, page, "cold, bytes received", "kB", times)
        yield _figure(name, page, "cold, rendered", "ms", times, figures.EXPLORE_COLD)
        yield _figure(name, page, "another choice, rendered", "ms", times)
        own, least = (times[f"{one}: another choice, rendered"] for one in (name, f"blank {page.chart}"))
        above = Spread.of([Spread.of(own).median - Spread.of(least).median])
        yield Figure(GROUP, f"{name}: another choice, above the blank", "ms", above, limit=figures.EXPLORE_CHANGE)


def _figure(name: str, page: Explored, what: str, unit: Unit, times: Samples, limit: Limit | None = None) -> Figure:
    own, least = Spread.of(times[f"{name}: {what}"]), Spread.of(times[f"blank {page.chart}: {what}"])
    return Figure(GROUP, f"{name}: {what}", unit, own, least, "blank with a chart", limit)


def _keep_chart(browser: Browser, address: str, file: Path) -> None:
    """Write a page's chart as the browser has it, without its theme, which the blank app has too."""
    with visitor(browser) as context:
        page = context.new_page()
        load(page, address)
        page.wait_for_selector(PLOT)
        file.write_text(json.dumps(json.loads(page.evaluate(CHART))), encoding="utf-8")


def _memory(bench: Bench) -> Iterator[Figure]:
    """Resident memory of the server for each of twenty open sessions, beyond what one has brought into memory."""
    for name, page in PAGES.items():
        with StreamlitServer(APP, bench.env) as server:
            grown = asyncio.run(_open_sessions(server, page.address))
        yield Figure(GROUP, f"{name}: memory of a session", "MB", Spread.of([grown]), limit=figures.EXPLORE_MEMORY)


async def _open_sessions(server: StreamlitServer, address: str) -> float:
    path, _, query = address.removeprefix("/explore/").removeprefix("/explore").partition("?")
    async with AsyncExitStack() as stack:
        first, *others = [
            await stack.enter_async_context(Session(server.url, "/explore")) for _ in range(EXPLORERS + 1)
        ]
        await first.run(path, query)
        before = server.resident_mb()
        for session in others:
            await session.run(path, query)
        return (server.resident_mb() - before) / len(others)


def _exploring(bench: Bench) -> list[Figure]:
    """Twenty change choices of the pages, each every few seconds, over the pages' own protocol."""
    seconds = bench.samples(MINUTE_S, 12)
    with StreamlitServer(APP, bench.env) as server:
        done = asyncio.run(_explore(server, seconds))
    each = Spread.of([done.cpu_s / max(1, len(done.times_ms))])
    what = f"{EXPLORERS} explore for {seconds} s"
    count = Spread.of([float(len(done.errors))])
    note = "; ".join(done.errors[:3])
    return [
        Figure(GROUP, f"{what}, median", "ms", done.percentile(0.5), note=f"{len(done.times_ms)} choices"),
        Figure(GROUP, f"{what}, p95", "ms", done.percentile(0.95), limit=figures.EXPLORE_P95),
        Figure(GROUP, f"{what}, server CPU each", "CPU s", each),
        Figure(GROUP, f"{what}, errors", "errors", count, limit=figures.NO_ERROR, note=note),
    ]


async def _explore(server: StreamlitServer, seconds: int) -> Load:
    done = Load()
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(Session(server.url, "/explore")) for _ in range(EXPLORERS)]
        # A server that has just started has not imported what draws charts.
        for path in ("", "pivot", "relations", "tables"):
            await sessions[0].run(path, "picture=bar&lang=vi")
        explorers, before = enumerate(sessions), server.cpu_s()
        await asyncio.gather(*(_choose(session, random.Random(SEED + n), seconds, done) for n, session in explorers))  # noqa: S311
        done.cpu_s = server.cpu_s() - before
    return done


async def _choose(session: Session, chance: random.Random, seconds: int, done: Load) -> None:
    clock = asyncio.get_running_loop().time
    began, at = clock(), chance.uniform(0, EVERY_S)
    path = chance.choice(("", "pivot", "relations"))
    while at < seconds:
        await asyncio.sleep(max(0.0, began + at - clock()))
        choices = {
            "period": chance.choice(PERIODS),
            "until": chance.choice(PERIODS[-8:]),
            "level": chance.choice(("district", "ward")),
            "rows": chance.choice(("unit_district", "unit_ward", "category")),
            "picture": chance.choice(("bar", "heat", "table")),
            "window": chance.choice(("ytd", "quarter")),
            "lang": "vi",
        }
        if not await done.time(session.timed(path, urlencode(choices))):
            return
        at += chance.expovariate(1 / EVERY_S)


def _count_bytes(browser: Browser, address: str, name: str, times: Samples) -> None:
    with visitor(browser) as context:
        page = context.new_page()
        traffic = Traffic(page)
        load(page, address)
        ready(page)
        page.wait_for_load_state("networkidle")
        times[f"{name}: cold, bytes received"].append(traffic.received / KILOBYTE)


def _visit(browser: Browser, address: str, name: str, change: Callable[[Page], float], times: Samples) -> None:
    with visitor(browser) as context:
        page = context.new_page()
        times[f"{name}: cold, rendered"].append(load(page, address))
        times[f"{name}: another choice, rendered"].append(change(page))


def _change(choice: int, page: Page) -> float:
    """Choose the next one of a list; the time that the list takes to open is the reader's."""
    page.click(CHOICE.format(choice))
    page.wait_for_selector(NEXT_OPTION)
    return click(page, NEXT_OPTION)


def _rerun(chart: str, page: Page) -> float:
    return go(page, f"/?{urlencode({'lang': 'vi', 'chart': chart, 'period': PERIODS[0]})}")
