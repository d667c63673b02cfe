"""A real browser that reports, by its own clock, when a page is rendered."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests.bench.data import APP, Bench
from tests.bench.processes import BenchError, StreamlitServer
from tests.chromium import executable

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--metrics-recording-only",
)
SCREEN = {"width": 1280, "height": 720}
PROBE = Path(__file__).with_name("probe.js")
# How much of an argument an error message shows.
SHOWN = 80
BARE = "/bare"
BARE_COPY = """() => {
    const bare = document.documentElement.cloneNode(false), sheets = 'style, link[rel="stylesheet"][href*="/assets/"]';
    const head = bare.appendChild(document.createElement("head"));
    document.querySelectorAll(sheets).forEach((sheet) => head.append(sheet.cloneNode(true)));
    bare.appendChild(document.createElement("body")).innerHTML = '<div id="page" class="kpi"></div>';
    return "<!doctype html>" + bare.outerHTML;
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, or Playwright's own where there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def side_by_side(bench: Bench) -> Iterator[tuple[Browser, StreamlitServer, StreamlitServer]]:
    """A browser, the app, and a blank app beside it."""
    with (
        StreamlitServer(APP, bench.env) as app,
        StreamlitServer(bench.blank_script(), bench.env) as blank,
        chromium() as browser,
    ):
        yield browser, app, blank


@contextmanager
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody with an empty cache, whose pages carry the probe."""
    context = browser.new_context(viewport=SCREEN, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")  # type: ignore[arg-type]
    # In a function of its own: the probe's names must not meet the page's.
    context.add_init_script(f"(() => {{\n{PROBE.read_text(encoding='utf-8')}\n}})();")
    try:
        yield context
    finally:
        context.close()


def load(page: Page, url: str) -> float:
    """Open an address; return the ms from the start of the navigation until it is rendered."""
    page.goto(url, wait_until="commit")
    return _ask(page, "bench.rendered")


def ready(page: Page) -> float:
    """Return the ms from the start of the navigation until the page responds to its reader."""
    return _ask(page, "bench.ready")


def click(page: Page, selector: str) -> float:
    """Click; return the ms until the new address is rendered."""
    return _ask(page, "bench.click(argument)", selector)


def go(page: Page, href: str) -> float:
    """Change the address of a blank page; return the ms until it is rendered."""
    return _ask(page, "bench.go(argument)", href)


def turn(page: Page, key: str) -> float:
    """Press a key; return the ms until the next slide is painted."""
    return _ask(page, "bench.turn(argument)", key)


def put(page: Page, html: str) -> float:
    """Put finished HTML on a bare page; return the ms until it is painted."""
    return _ask(page, "bench.put(argument)", html)


def strip(page: Page) -> None:
    """Keep of a page only its origin and its style sheet: an empty `#page` to put HTML into."""
    body = page.evaluate(BARE_COPY)
    page.route(f"**{BARE}", lambda route: route.fulfill(content_type="text/html", body=body))
    page.goto(urljoin(page.url, BARE), wait_until="load")


def content(page: Page) -> str:
    """Return the HTML of a reading page."""
    return str(page.evaluate("document.getElementById('page').innerHTML"))


def _ask(page: Page, question: str, argument: str | None = None) -> float:
    try:
        return float(page.evaluate(f"(argument) => {question}", argument))
    except Error as error:
        raise BenchError(f"{page.url}: {question} {(argument or '')[:SHOWN]}: {error.message}") from error


class Processor:
    """CPU time of a browser's processes. What a process used that has ended is not known any more."""

    def __init__(self, browser: Browser) -> None:
        self._session = browser.new_browser_cdp_session()
        self._before = self._used_s()

    def begin(self) -> None:
        """Count from here."""
        self._before = self._used_s()

    def since_s(self) -> float:
        """CPU seconds since `begin`, of all processes that there are now."""
        return sum(used - self._before.get(process, 0.0) for process, used in self._used_s().items())

    def _used_s(self) -> dict[int, float]:
        answer = self._session.send("SystemInfo.getProcessInfo")
        return {process["id"]: process["cpuTime"] for process in answer["processInfo"]}


def requests_of_a_visit(browser: Browser, url: str) -> list[str]:
    """Return what a browser with an empty cache requests after the document, in that order, until it is idle."""
    requests: list[str] = []
    with visitor(browser) as context:
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        load(page, url)
        ready(page)
        page.wait_for_load_state("networkidle")
    server = urljoin(url, "/").rstrip("/")
    return [address.removeprefix(server) for address in requests[1:] if address.startswith(server)]


class Traffic:
    """Counts the responses that a page receives and their bytes on the wire, with those of Streamlit's websocket, and
    the bytes of the first response, the document."""

    def __init__(self, page: Page) -> None:
        self.received = self.responses = self.first = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._response)
        session.on("Network.webSocketFrameReceived", self._frame)

    def _response(self, event: dict[str, Any]) -> None:
        self.responses += 1
        size = int(event["encodedDataLength"])
        self.received += size
        self.first = self.first or size

    def _frame(self, event: dict[str, Any]) -> None:
        payload = event["response"]["payloadData"]
        is_text = event["response"]["opcode"] == 1
        self.received += len(payload.encode()) if is_text else len(base64.b64decode(payload))
