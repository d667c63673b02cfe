"""How long a change or a switch takes in an open page, each beside the least that it can take in the same run.

The floor of a page is a blank app's rerun and the browser's layout of the same HTML, put into a bare page with the
same style sheet.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page

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


@dataclass
class Samples:
    """Both sides' samples under each name, and by page how long its finished HTML takes to be put on the screen."""

    app: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    blank: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    layout: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def timed(self, name: str, title: str, limit: Limit | None, blank: str, page: str) -> Figure:
        """The line of the table for one name, against the blank's samples named `blank` and a page's layout."""
        rerun, layout = statistics.median(self.blank[blank]), statistics.median(self.layout[page])
        floor = f"floor: blank {rerun:.0f} + layout {layout:.0f}"
        return Figure(GROUP, title, "ms", Spread.of(self.app[name]), Spread.of([rerun + layout]), floor, limit)

    def beside_blank(self, name: str, title: str, limit: Limit, blank: str = "") -> Figure:
        """The line for one name, against the blank's samples of the same name, or of `blank`."""
        unit: figures.Unit = "CPU s" if name.startswith("server") else "ms"
        measured, baseline = Spread.of(self.app[name]), Spread.of(self.blank[blank or name])
        return Figure(GROUP, title, unit, measured, baseline, limit=limit)


@dataclass(frozen=True)
class Step:
    """One change of the address: what is clicked in the app, and where that leads."""

    selector: str = ""
    period: str = PERIODS[-1]
    window: str = "ytd"
    lang: str = "vi"

    def href(self, page: str = "") -> str:
        """The address, on either app."""
        return f"/{page}?{urlencode({'period': self.period, 'window': self.window, 'lang': self.lang})}"


def measure(bench: Bench) -> list[Figure]:
    """Start both apps, act in them in turn, and compare."""
    with side_by_side(bench) as (browser, app, blank):
        run = _Run(browser, app, blank)
        run.changes(batches=bench.samples(7, 1))
        run.switches(rounds=bench.samples(9, 2))
        run.first_targets(sessions=bench.samples(3, 1))
        run.other_pages(changes=bench.samples(9, 2))
        run.slides(turns=bench.samples(15, 5))
        run.layouts(rounds=bench.samples(5, 2))
    return _figures(run.samples)


def _figures(samples: Samples) -> list[Figure]:
    change, cpu = figures.CHANGE, figures.SERVER_CPU_PER_RERUN
    new, old = "never drawn before", "drawn before"
    lines = [
        # name of the samples, title, limit, name of the blank's samples, the page that is drawn
        ("change fresh", f"overview, period or filter, {new}", change, "change fresh", OVERVIEW),
        ("change again", f"overview, period or filter, {old}", change, "change again", OVERVIEW),
        *((f"{page} change", f"{page}, period, {new}", change, "change fresh", page) for page in CHANGED_PAGES),
        ("to district", f"overview → district, {new}", change, "to district", "district"),
        ("back from district", "district → overview", change, "back from district", OVERVIEW),
        ("first target", "overview → target, first in the session", figures.FIRST_TARGET, "to district", "target"),
        ("to target", f"overview → target, {new}", change, "to district", "target"),
        ("back from target", "target → overview", change, "back from district", OVERVIEW),
    ]
    return [
        *(samples.timed(*line) for line in lines),
        samples.beside_blank("slide turn", "review: next slide", figures.SLIDE, "to district"),
        samples.beside_blank("server fresh", f"server, change on the overview, {new}", cpu),
        samples.beside_blank("server again", f"server, change on the overview, {old}", cpu),
    ]


class _Run:
    """Both apps in one browser. Each method adds samples of one kind."""

    def __init__(self, browser: Browser, app: StreamlitServer, blank: StreamlitServer) -> None:
        self.browser, self.app, self.blank = browser, app, blank
        self.samples = Samples()

    def changes(self, batches: int) -> None:
        """Batches on the app and the blank in turn: every address for the first time, then all of them again."""
        steps = list(islice(_walk(), batches * BATCH))
        with visitor(self.browser) as here, visitor(self.browser) as there:
            page, other = self._open(here, there, PERIODS[-1])
            for name in ("fresh", "again"):
                for first in range(0, len(steps), BATCH):
                    batch = steps[first : first + BATCH]
                    clicks = [partial(click, page, step.selector) for step in batch]
                    changes = [partial(go, other, step.href()) for step in batch]
                    _batch(self.app, name, self.samples.app, clicks)
                    _batch(self.blank, name, self.samples.blank, changes)
                _back_to_the_start(page)

    def switches(self, rounds: int) -> None:
        """From the grid to a district and back, to a target and back: each round another one."""
        start, kept, kept_blank = Step(period=PERIODS[-3]), self.samples.app, self.samples.blank
        with visitor(self.browser) as here, visitor(self.browser) as there:
            page, other = self._open(here, there, start.period)
            for number in range(1, rounds + 1):
                kept["to district"].append(click(page, f".grid thead th:nth-child({number + 2}) a"))
                kept["back from district"].append(click(page, ".brand"))
                kept_blank["to district"].append(go(other, start.href("second")))
                kept_blank["back from district"].append(go(other, start.href()))
                to_target = click(page, _target(number))
                if number > 1:
                    kept["to target"].append(to_target)
                kept["back from target"].append(click(page, ".brand"))

    def first_targets(self, sessions: int) -> None:
        """From the grid to a target, once a session: each session to another one."""
        for number in range(1, sessions + 1):
            with visitor(self.browser) as context:
                page = context.new_page()
                load(page, self.app.url + Step(period=PERIODS[-4]).href())
                self.samples.app["first target"].append(click(page, _target(number)))

    def other_pages(self, changes: int) -> None:
        """Quarter after quarter on every other page."""
        start = Step(period=PERIODS[-1], window="quarter")
        for name, own in CHANGED_PAGES.items():
            with visitor(self.browser) as context:
                page = context.new_page()
                load(page, f"{self.app.url}{start.href(name)}{own}")
                self.samples.app[f"{name} change"] += [click(page, "#earlier") for _ in range(changes)]

    def slides(self, turns: int) -> None:
        """The review, turned slide by slide."""
        with visitor(self.browser) as context:
            page = context.new_page()
            load(page, f"{self.app.url}{Step().href('review')}")
            self.samples.app["slide turn"] += [turn(page, "ArrowRight") for _ in range(turns)]

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
                self.samples.layout[name] += [put(page, html) for _ in range(rounds) for html in contents]

    def _open(self, here: BrowserContext, there: BrowserContext, period: str) -> tuple[Page, Page]:
        page, other = here.new_page(), there.new_page()
        load(page, self.app.url + Step(period=period).href())
        load(other, self.blank.url + Step(period=period).href())
        return page, other


def _batch(
    server: StreamlitServer, name: str, kept: dict[str, list[float]], actions: Sequence[Callable[[], float]]
) -> None:
    """Each change's time, and the server's CPU for each on average: its clock is too coarse for one."""
    before = server.cpu_s()
    times = [action() for action in actions]
    kept[f"change {name}"] += times
    kept[f"server {name}"].append((server.cpu_s() - before) / len(times))


def _walk() -> Iterator[Step]:
    """Through all quarters, windows and languages, each address once, always one click on."""
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


def _target(number: int) -> str:
    return f".grid tbody tr:nth-child({number}) th a"


def _back_to_the_start(page: Page) -> None:
    """So that a walk can be walked again."""
    for wanted in ("#lang-vi", "#window-ytd"):
        if page.locator(f"{wanted}[aria-current]").count() == 0:
            click(page, wanted)
    while f"period={PERIODS[-1]}" not in page.url:
        click(page, "a#later")
