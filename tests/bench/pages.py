"""How long a move takes in an open page, beside the least that it can take in the same run.

The floor of a page is a blank app's rerun and the browser's layout of the same HTML, put into a bare page with the
same style sheet. Every move is measured twice: to pages that the server has never rendered, and again by a visitor
whose browser has seen none of them. Pages are fetched when they are clicked, never ahead.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlencode

from playwright.sync_api import Browser

from tests.bench import figures
from tests.bench.browser import click, content, go, load, put, side_by_side, strip, turn, visitor
from tests.bench.data import Bench
from tests.bench.figures import Figure, Limit, Spread
from tests.bench.processes import StreamlitServer

GROUP = "browser"
# Pages whose quarter is changed besides the overview's, with what their address carries.
CHANGED_PAGES = {
    "district": "&unit=760",
    "target": "&target=T01",
    "ward": "&unit=26734",
    "compare": "&units=760,769",
    "tasks": "",
    "actions": "",
    "quality": "",
    "reports": "",
    "submit": "",
    "methodology": "&target=T09",
    "origin": "&target=T09&unit=769",
}
OVERVIEW = ""
PERIODS = [f"{year}Q{quarter}" for year in range(2021, 2026) for quarter in range(1, 5)][:18]
BATCH = 10
# The two rounds of every move, with their goals.
NEW, RENDERED = "never rendered", "rendered before"
LIMITS = {NEW: figures.MOVE_NEW, RENDERED: figures.MOVE_RENDERED}
Samples = defaultdict[str, list[float]]


def _samples() -> Samples:
    return defaultdict(list)


@dataclass
class Times:
    """Samples in ms: of moves by their title, of the blank's reruns and page switches, of each page's layout."""

    moves: Samples = field(default_factory=_samples)
    blank: Samples = field(default_factory=_samples)
    layout: Samples = field(default_factory=_samples)

    def figure(self, title: str, limit: Limit, blank: str, page: str) -> Figure:
        """Return the figure of a kind of move to a page, against its floor."""
        rerun, layout = statistics.median(self.blank[blank]), statistics.median(self.layout[page])
        floor = f"floor: blank {rerun:.0f} + layout {layout:.0f}"
        return Figure(GROUP, title, "ms", Spread.of(self.moves[title]), Spread.of([rerun + layout]), floor, limit)


@dataclass(frozen=True)
class Step:
    """A move: the link that is clicked in the app, and the address that it leads to."""

    selector: str = ""
    period: str = PERIODS[-1]
    window: str = "ytd"
    lang: str = "vi"

    def href(self, page: str = "") -> str:
        """Return the address, on either app."""
        return f"/{page}?{urlencode({'period': self.period, 'window': self.window, 'lang': self.lang})}"


def measure(bench: Bench) -> list[Figure]:
    """Start both apps, act in them in turn, and compare."""
    with side_by_side(bench) as (browser, app, blank):
        run = _Run(browser, app, blank)
        for state in LIMITS:
            run.overview(state, batches=bench.samples(7, 1))
            run.switches(state, rounds=bench.samples(9, 2))
            run.other_pages(state, changes=bench.samples(9, 3))
        run.slides(turns=bench.samples(15, 5))
        run.layouts(rounds=bench.samples(5, 2))
    return _figures(run.times)


def _figures(times: Times) -> list[Figure]:
    rows = []
    for state, limit in LIMITS.items():
        rows.append(times.figure(f"overview, period or filter, {state}", limit, "rerun", OVERVIEW))
        rows += [times.figure(f"{page}, period, {state}", limit, "rerun", page) for page in CHANGED_PAGES]
        rows += [times.figure(f"overview → {page}, {state}", limit, "switch", page) for page in ("district", "target")]
    rows += [
        times.figure(f"{page} → overview", figures.MOVE_RENDERED, "switch", OVERVIEW) for page in ("district", "target")
    ]
    slide, switch = Spread.of(times.moves["slide"]), Spread.of(times.blank["switch"])
    return [*rows, Figure(GROUP, "review: next slide", "ms", slide, switch, limit=figures.SLIDE)]


class _Run:
    """Both apps in one browser. Each method adds samples of one kind, as a visitor with an empty cache."""

    def __init__(self, browser: Browser, app: StreamlitServer, blank: StreamlitServer) -> None:
        self.browser, self.app, self.blank = browser, app, blank
        self.times = Times()

    def overview(self, state: str, batches: int) -> None:
        """Change quarters, windows and languages, in batches on the app and the blank in turn."""
        with visitor(self.browser) as here, visitor(self.browser) as there:
            page, other = here.new_page(), there.new_page()
            load(page, self.app.url + Step().href())
            load(other, self.blank.url + Step().href())
            steps = _walk()
            for _ in range(batches):
                batch = list(islice(steps, BATCH))
                self.times.moves[f"overview, period or filter, {state}"] += [
                    click(page, step.selector) for step in batch
                ]
                self.times.blank["rerun"] += [go(other, step.href()) for step in batch]

    def switches(self, state: str, rounds: int) -> None:
        """From the grid to a district and back, to a target and back: each round another one."""
        start, moves = Step(period=PERIODS[-3]), self.times.moves
        with visitor(self.browser) as here, visitor(self.browser) as there:
            page, other = here.new_page(), there.new_page()
            load(page, self.app.url + start.href())
            load(other, self.blank.url + start.href())
            for number in range(1, rounds + 1):
                goals = {
                    "district": f".grid thead th:nth-child({number + 2}) a",
                    "target": f".grid tbody tr:nth-child({number}) th a",
                }
                for goal, link in goals.items():
                    moves[f"overview → {goal}, {state}"].append(click(page, link))
                    moves[f"{goal} → overview"].append(click(page, ".brand"))
                    self.times.blank["switch"] += [go(other, start.href("second")), go(other, start.href())]

    def other_pages(self, state: str, changes: int) -> None:
        """Quarter after quarter on every other page."""
        start = Step(window="quarter")
        for name, own in CHANGED_PAGES.items():
            with visitor(self.browser) as context:
                page = context.new_page()
                load(page, f"{self.app.url}{start.href(name)}{own}")
                self.times.moves[f"{name}, period, {state}"] += [click(page, "#earlier") for _ in range(changes)]

    def slides(self, turns: int) -> None:
        """The review, turned slide by slide."""
        with visitor(self.browser) as context:
            page = context.new_page()
            load(page, f"{self.app.url}{Step().href('review')}")
            self.times.moves["slide"] += [turn(page, "ArrowRight") for _ in range(turns)]

    def layouts(self, rounds: int) -> None:
        """Two neighbouring quarters of every page as finished HTML, put in each other's place."""
        for name, own in {OVERVIEW: "", **CHANGED_PAGES}.items():
            with visitor(self.browser) as context:
                page, contents = context.new_page(), []
                for period in PERIODS[-3:-1]:
                    load(page, f"{self.app.url}{Step(period=period, window='quarter').href(name)}{own}")
                    contents.append(content(page))
                strip(page)
                put(page, contents[-1])
                self.times.layout[name] += [put(page, html) for _ in range(rounds) for html in contents]


def _walk() -> Iterator[Step]:
    """Yield moves through all quarters, windows and languages, each address once, always one click on."""
    there, back = PERIODS[-2::-1], PERIODS[1:]
    for way, window, lang, periods in (
        ("", "ytd", "vi", there),
        ("#window-quarter", "quarter", "vi", back),
        ("#lang-en", "quarter", "en", there),
        ("#window-ytd", "ytd", "en", back),
    ):
        if way:
            yield Step(way, PERIODS[0] if periods is back else PERIODS[-1], window, lang)
        for period in periods:
            yield Step("#earlier" if periods is there else "#later", period, window, lang)
