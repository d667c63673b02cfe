"""What the browser shows and when: loads, changes and page switches, each beside a blank app in the same run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page

from tests.bench import figures
from tests.bench.browser import Traffic, chromium, click, go, load, visitor
from tests.bench.data import Bench
from tests.bench.figures import Figure, Limit, Spread
from tests.bench.processes import PROJECT, StreamlitServer

GROUP = "browser"
APP = PROJECT / "app" / "main.py"
KILOBYTE = 1000
# Pages whose quarter is changed, with what their address carries besides; those of one piece are drawn at once.
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
PERIODS = [f"{year}Q{quarter}" for year in range(2021, 2026) for quarter in range(1, 5)][:18]
BATCH = 10


@dataclass
class Samples:
    """Both sides' samples under each name."""

    app: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    blank: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def figure(self, name: str, title: str, limit: Limit | None, blank: str = "") -> Figure:
        """The line of the table for one name, against the blank's samples of the same name, or of `blank`."""
        unit = {"transferred": "kB", "server": "CPU s"}.get(name.partition(" ")[0], "ms")
        baseline = self.blank.get(blank or name)
        spread = Spread.of(baseline) if baseline else None
        return Figure(GROUP, title, unit, Spread.of(self.app[name]), spread, limit=limit)  # type: ignore[arg-type]


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
    """Start both apps, visit them in turn, and compare."""
    with (
        StreamlitServer(APP, bench.env) as app,
        StreamlitServer(bench.blank_script(), bench.env) as blank,
        chromium() as browser,
    ):
        run = _Run(browser, app, blank)
        run.first_load()
        for _ in range(bench.samples(7, 2)):
            run.loads(run.samples.app, app.url)
            run.loads(run.samples.blank, blank.url)
        run.changes(batches=bench.samples(7, 1))
        run.switches(rounds=bench.samples(9, 2))
        run.other_pages(changes=bench.samples(9, 2))
        run.slides(loads=bench.samples(5, 1))
    return _figures(run.samples)


def _figures(samples: Samples) -> list[Figure]:
    change, elsewhere = figures.CHANGE_ON_OVERVIEW, figures.CHANGE_ELSEWHERE
    switch, to_figure = figures.SWITCH_WITHOUT_FIGURE, figures.SWITCH_WITH_FIGURE
    cpu = figures.SERVER_CPU_PER_RERUN
    new, old = "never drawn before", "drawn before"
    lines: list[tuple[str, str, Limit | None, str]] = [
        # name of the samples, title, limit, name of the blank's samples where it differs
        ("cold", "overview, cold load", figures.COLD_LOAD, ""),
        ("second", "overview, second visit", figures.SECOND_VISIT, ""),
        ("transferred", "overview, cold: bytes received", figures.TRANSFERRED, ""),
        ("first", "overview, first load after the server's start", None, ""),
        ("change fresh", f"overview, period or filter, {new}", change, ""),
        ("change again", f"overview, period or filter, {old}", change, ""),
        *((f"{page} change", f"{page}, period, {new}", elsewhere, "change fresh") for page in CHANGED_PAGES),
        ("review, second visit", "review: loaded again", figures.SECOND_VISIT, "second"),
        ("slide turn", "review: next slide", switch, "to district"),
        ("to district", f"overview → district, {new}", switch, ""),
        ("back from district", "district → overview", switch, ""),
        ("to target, first", "overview → target, first in the session (Plotly loads)", to_figure, "to district"),
        ("to target", f"overview → target, {new}", to_figure, "to district"),
        ("back from target", "target → overview", switch, "back from district"),
        ("server fresh", f"server, rerun of the overview, {new}", cpu, ""),
        ("server again", f"server, rerun of the overview, {old}", cpu, ""),
    ]
    return [samples.figure(*line) for line in lines]


class _Run:
    """Both apps in one browser. Each method adds samples of one kind."""

    def __init__(self, browser: Browser, app: StreamlitServer, blank: StreamlitServer) -> None:
        self.browser, self.app, self.blank = browser, app, blank
        self.samples = Samples()

    def first_load(self) -> None:
        """What the first visitor after a start waits for; the blank goes first and warms the browser."""
        for kept, server in ((self.samples.blank, self.blank), (self.samples.app, self.app)):
            with visitor(self.browser) as context:
                kept["first"].append(load(context.new_page(), server.url))

    def loads(self, kept: dict[str, list[float]], url: str) -> None:
        """With an empty cache, and again. Bytes are counted in a visit of their own: counting slows what is timed."""
        with visitor(self.browser) as context:
            page = context.new_page()
            kept["cold"].append(load(page, url))
            page.wait_for_load_state("networkidle")
            page.close()
            kept["second"].append(load(context.new_page(), url))
        with visitor(self.browser) as context:
            page = context.new_page()
            traffic = Traffic(page)
            load(page, url)
            page.wait_for_load_state("networkidle")
            kept["transferred"].append(traffic.received / KILOBYTE)

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
                name = "to target" if number > 1 else "to target, first"
                kept[name].append(click(page, f".grid tbody tr:nth-child({number}) th a"))
                kept["back from target"].append(click(page, ".brand"))

    def other_pages(self, changes: int) -> None:
        """Quarter after quarter on every other page."""
        start = Step(period=PERIODS[-1], window="quarter")
        for name, own in CHANGED_PAGES.items():
            with visitor(self.browser) as context:
                page = context.new_page()
                load(page, f"{self.app.url}{start.href(name)}{own}")
                self.samples.app[f"{name} change"] += [click(page, "#earlier") for _ in range(changes)]

    def slides(self, loads: int) -> None:
        """The review: loaded again, then turned slide by slide."""
        url = f"{self.app.url}{Step().href('review')}"
        with visitor(self.browser) as context:
            load(context.new_page(), url)
            for _ in range(loads):
                page = context.new_page()
                self.samples.app["review, second visit"].append(load(page, url))
                self.samples.app["slide turn"] += [page.evaluate("bench.turn('ArrowRight')") for _ in range(5)]
                page.close()

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
    for turn, window, lang, periods in (
        ("", "ytd", "vi", there),
        ("#window-quarter", "quarter", "vi", back),
        ("#lang-en", "quarter", "en", there),
        ("#window-ytd", "ytd", "en", back),
    ):
        if turn:
            yield Step(turn, PERIODS[0] if periods is back else PERIODS[-1], window, lang)
        for period in periods:
            yield Step("#earlier" if periods is there else "#later", period, window, lang)


def _back_to_the_start(page: Page) -> None:
    """So that a walk can be walked again."""
    for wanted in ("#lang-vi", "#window-ytd"):
        if page.locator(f"{wanted}[aria-current]").count() == 0:
            click(page, wanted)
    while f"period={PERIODS[-1]}" not in page.url:
        click(page, "a#later")
