"""Opening a page, cold and again, over three lines: when it is drawn, when it takes part in the session, what it costs.

`local` is the loopback itself, with nothing between browser and server. The two slow lines are emulated (`line.py`).
All pages and a blank Streamlit app take turns over the same line. The servers have drawn every page before: what is
measured is the way to the screen. Bytes do not depend on the line and are counted in visits of their own, because
counting slows what is timed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext

from tests.bench import figures
from tests.bench.browser import Processor, Traffic, live, load, side_by_side, visitor
from tests.bench.data import Bench
from tests.bench.figures import LOCAL, Figure, Limit, Spread, Unit, VisitLimits
from tests.bench.line import KINDS, Kind, over
from tests.bench.processes import StreamlitServer

GROUP = "visits"
KILOBYTE = 1000
BLANK = "blank"
PAGES = {
    "overview": "/",
    "district": "/district?unit=760",
    "target": "/target?target=T02",
    "compare": "/compare?units=760,769",
    "review": "/review",
}
WITH_FIGURES = {"target", "compare"}
UNITS: dict[str, Unit] = {"bytes received": "kB", "browser CPU": "CPU s", "server CPU": "CPU s"}


def measure(bench: Bench) -> list[Figure]:
    """Start both apps, open every page of the one and the other in turn over each line, and compare."""
    with side_by_side(bench) as (browser, app, blank):
        visits = _Visits(browser, app, blank)
        visits.first()
        visits.count_bytes()
        visits.rounds(None, bench.samples(5, 2))
        for kind in KINDS:
            visits.rounds(kind, bench.samples(3, 1))
    return visits.figures()


class _Visits:
    """One browser before two servers. Samples are kept by line, page (or blank) and what was measured."""

    def __init__(self, browser: Browser, app: StreamlitServer, blank: StreamlitServer) -> None:
        self._browser, self._app, self._blank = browser, app, blank
        self._processor = Processor(browser)
        self._samples: dict[tuple[str, str, str], list[float]] = defaultdict(list)

    def first(self) -> None:
        """What the first visitor after a start waits for; the blank goes first and warms the browser."""
        for name, url in self._addresses(self._blank.url, self._app.url).items():
            if name in (BLANK, "overview"):
                with visitor(self._browser) as context:
                    self._keep(LOCAL, name, "first drawn", load(context.new_page(), url))

    def count_bytes(self) -> None:
        """What each page's cold visit receives."""
        for name, url in self._addresses(self._blank.url, self._app.url).items():
            with visitor(self._browser) as context:
                page = context.new_page()
                traffic = Traffic(page)
                load(page, url)
                live(page)
                page.wait_for_load_state("networkidle")
                self._keep(LOCAL, name, "bytes received", traffic.received / KILOBYTE)

    def rounds(self, kind: Kind | None, rounds: int) -> None:
        """Every page and the blank, cold and again, so many times; without a kind of line, over none."""
        line = kind.name if kind else LOCAL
        with _near_end(kind, self._blank) as blank, _near_end(kind, self._app) as app:
            for _ in range(rounds):
                for name, url in self._addresses(blank, app).items():
                    with visitor(self._browser) as context:
                        self._visit(context, line, name, url)

    def figures(self) -> list[Figure]:
        """The table's lines: by line, then by page."""
        rows = [self._figure(LOCAL, "overview", "first drawn", None, "first after the server's start, drawn")]
        for page in PAGES:
            rows.append(self._figure(LOCAL, page, "bytes received", figures.TRANSFERRED, "cold, bytes received"))
        for line, limits in figures.VISITS.items():
            for page in PAGES:
                rows += self._figures_of(line, page, limits)
        return rows

    def _figures_of(self, line: str, page: str, limits: VisitLimits) -> Iterator[Figure]:
        drawn = limits.drawn_with_figures if page in WITH_FIGURES else limits.drawn
        yield self._figure(line, page, "drawn", drawn, "cold, drawn")
        yield self._figure(line, page, "live", limits.live, "cold, live")
        yield self._figure(line, page, "browser CPU", None, "cold, browser CPU")
        if line == LOCAL:
            yield self._figure(line, page, "server CPU", figures.SERVER_CPU_PER_VISIT, "cold, server CPU")
        yield self._figure(line, page, "second drawn", limits.second, "second visit, drawn")

    def _figure(self, line: str, page: str, what: str, limit: Limit | None, title: str) -> Figure:
        measured, baseline = (Spread.of(self._samples[line, name, what]) for name in (page, BLANK))
        return Figure(GROUP, f"{line}: {page}, {title}", UNITS.get(what, "ms"), measured, baseline, limit=limit)

    def _visit(self, context: BrowserContext, line: str, name: str, url: str) -> None:
        server = self._blank if name == BLANK else self._app
        page, server_before = context.new_page(), server.cpu_s()
        self._processor.begin()
        self._keep(line, name, "drawn", load(page, url))
        self._keep(line, name, "live", live(page))
        page.wait_for_load_state("networkidle")
        self._keep(line, name, "browser CPU", self._processor.since_s())
        self._keep(line, name, "server CPU", server.cpu_s() - server_before)
        page.close()
        again = context.new_page()
        self._keep(line, name, "second drawn", load(again, url))
        live(again)

    def _keep(self, line: str, name: str, what: str, value: float) -> None:
        self._samples[line, name, what].append(value)

    @staticmethod
    def _addresses(blank: str, app: str) -> Mapping[str, str]:
        return {BLANK: blank + "/", **{name: app + path for name, path in PAGES.items()}}


@contextmanager
def _near_end(kind: Kind | None, server: StreamlitServer) -> Iterator[str]:
    """The address under which a browser at the near end of a line finds a server."""
    if kind is None:
        yield server.url
        return
    with over(kind, server.port) as url:
        yield url
