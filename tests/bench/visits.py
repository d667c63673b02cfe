"""Opening a page, cold and again, over three lines: when it is rendered, when it responds, how many bytes it takes.

`local` is the loopback itself, with nothing between browser and server. The two slow lines are emulated (`line.py`).
All pages and a blank Streamlit app take turns over the same line. The server has rendered every page before. Bytes do
not depend on the line and are counted in visits of their own, because counting slows what is timed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext

from tests.bench import figures
from tests.bench.browser import Processor, Traffic, load, ready, side_by_side, visitor
from tests.bench.data import Bench
from tests.bench.figures import COLD_VISIT, LOCAL, SECOND_VISIT, Figure, Limit, Spread, Unit
from tests.bench.line import KINDS, Kind, over
from tests.bench.processes import StreamlitServer

GROUP = "visits"
KILOBYTE = 1000
BLANK = "blank"
COMMUNES = "overview of communes"
PAGES = {
    "overview": "/",
    "district": "/district?unit=760",
    "target": "/target?target=T02",
    "review": "/review",
    COMMUNES: "/?level=ward",
}
UNITS: dict[str, Unit] = {"bytes received": "kB", "page received": "kB", "browser CPU": "CPU s"}


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
        self._responses: dict[str, int] = {}

    def first(self) -> None:
        """What the first visitor after a start waits for; the blank goes first and warms the browser."""
        for name, url in self._addresses(self._blank.url, self._app.url).items():
            if name in (BLANK, "overview"):
                with visitor(self._browser) as context:
                    self._keep(LOCAL, name, "first rendered", load(context.new_page(), url))

    def count_bytes(self) -> None:
        """What each page's cold visit receives."""
        for name, url in self._addresses(self._blank.url, self._app.url).items():
            with visitor(self._browser) as context:
                page = context.new_page()
                traffic = Traffic(page)
                load(page, url)
                ready(page)
                page.wait_for_load_state("networkidle")
                self._keep(LOCAL, name, "bytes received", traffic.received / KILOBYTE)
                self._keep(LOCAL, name, "page received", traffic.first / KILOBYTE)
                self._responses[name] = traffic.responses

    def rounds(self, kind: Kind | None, rounds: int) -> None:
        """Every page and the blank, cold and again, so many times; without a kind of line, over none."""
        line = kind.name if kind else LOCAL
        with _near_end(kind, self._blank) as blank, _near_end(kind, self._app) as app:
            for _ in range(rounds):
                for name, url in self._addresses(blank, app).items():
                    with visitor(self._browser) as context:
                        self._visit(context, line, name, url)

    def figures(self) -> list[Figure]:
        """Return the table's lines: by line, then by page."""
        rows = [self._figure(LOCAL, "overview", "first rendered", "first after the server's start, rendered")]
        for page in PAGES:
            limit = figures.OVERVIEW_BYTES if page == "overview" else None
            note = f"{self._responses[page]} responses, blank {self._responses[BLANK]}"
            rows.append(self._figure(LOCAL, page, "bytes received", "cold, bytes received", limit, note))
        rows.append(self._figure(LOCAL, COMMUNES, "page received", "the page alone", figures.COMMUNES_BYTES))
        for line in COLD_VISIT:
            for page in PAGES:
                rows += self._figures_of(line, page)
        return rows

    def _figures_of(self, line: str, page: str) -> Iterator[Figure]:
        limit = figures.COMMUNES_VISIT if (line, page) == (LOCAL, COMMUNES) else COLD_VISIT[line]
        yield self._figure(line, page, "rendered", "cold, rendered", limit)
        yield self._figure(line, page, "ready", "cold, responds")
        yield self._figure(line, page, "browser CPU", "cold, browser CPU")
        yield self._figure(line, page, "second rendered", "second visit, rendered", SECOND_VISIT.get(line))

    def _figure(
        self, line: str, page: str, what: str, title: str, limit: Limit | None = None, note: str = ""
    ) -> Figure:
        measured, baseline = (Spread.of(self._samples[line, name, what]) for name in (page, BLANK))
        unit = UNITS.get(what, "ms")
        return Figure(GROUP, f"{line}: {page}, {title}", unit, measured, baseline, limit=limit, note=note)

    def _visit(self, context: BrowserContext, line: str, name: str, url: str) -> None:
        page = context.new_page()
        self._processor.begin()
        self._keep(line, name, "rendered", load(page, url))
        self._keep(line, name, "ready", ready(page))
        page.wait_for_load_state("networkidle")
        self._keep(line, name, "browser CPU", self._processor.since_s())
        page.close()
        again = context.new_page()
        self._keep(line, name, "second rendered", load(again, url))
        ready(again)

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
