"""A real browser that tells, by its own clock, when a page is all drawn."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests.bench.processes import BenchError
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
    """Open an address; ms from the start of the navigation until all is drawn."""
    page.goto(url, wait_until="commit")
    return _ask(page, "bench.loaded")


def click(page: Page, selector: str) -> float:
    """Click; ms until the new address is all drawn."""
    return _ask(page, "bench.click(argument)", selector)


def go(page: Page, href: str) -> float:
    """What a click on a link to `href` does; ms until it is all drawn."""
    return _ask(page, "bench.go(argument)", href)


def _ask(page: Page, question: str, argument: str | None = None) -> float:
    try:
        return float(page.evaluate(f"(argument) => {question}", argument))
    except Error as error:
        raise BenchError(f"{page.url}: {question} {argument or ''}: {error.message}") from error


class Traffic:
    """Counts the bytes that a page receives: responses as they come over the wire, and what web sockets carry."""

    def __init__(self, page: Page) -> None:
        self.received = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._response)
        session.on("Network.webSocketFrameReceived", self._frame)

    def _response(self, event: dict) -> None:
        self.received += int(event["encodedDataLength"])

    def _frame(self, event: dict) -> None:
        payload = event["response"]["payloadData"]
        is_text = event["response"]["opcode"] == 1
        self.received += len(payload.encode()) if is_text else len(base64.b64decode(payload))
