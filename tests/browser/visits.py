"""The app as a process, and somebody visiting it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

from places import Place
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 60.0
WIDTHS = (360, 1920, 1280)

# Which rendering of the page is shown, whether the next one is complete, and whether the page's script has run.
DRAWING = "document.getElementById('page').dataset.key"
SETTLED = "!document.getElementById('page').ariaBusy"
LIVE = "() => document.getElementById('page')?.hasAttribute('data-begun')"
# A letter is as wide whatever stands behind the font, if it is the font's own.
OWN_LETTERS = """() => {
    const width = (family, text) => {
        const probe = document.createElement('span');
        probe.style.cssText = `position: absolute; font: 400 40px ${family}`;
        probe.textContent = text;
        document.body.append(probe);
        const measured = probe.getBoundingClientRect().width;
        probe.remove();
        return measured;
    };
    return [['Figures', '▼81,2'], ['Be Vietnam Pro', 'miƯỡ']].every(
        ([font, text]) => width(`'${font}', monospace`, text) === width(`'${font}', serif`, text));
}"""
TRIES_FOR_LETTERS = 10
# All that a reader sees, opens or hears.
SAID = """() => {
    const said = [document.title, document.getElementById('page').textContent];
    for (const one of document.querySelectorAll('#page *'))
        for (const name of ['title', 'aria-label', 'placeholder', 'alt', 'data-away', 'data-ready'])
            if (one.hasAttribute(name)) said.push(one.getAttribute(name));
    return said.join('\\n');
}"""
GO = """path => {
    history.pushState({}, '', path);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
}"""


@contextmanager
def running_app(
    data_dir: Path, port: int | None = None, log: int | IO[bytes] = subprocess.DEVNULL, **settings: str
) -> Iterator[str]:
    """The app, started as a user would, on a free port of the loopback address; yields its address. What it says goes
    to `log`."""
    with running_server(data_dir, port, log, **settings) as (_, address):
        yield address


@contextmanager
def running_server(
    data_dir: Path, port: int | None = None, log: int | IO[bytes] = subprocess.DEVNULL, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The same with its process."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.port", str(port)]
    environment = os.environ | {"KPI_DATA_DIR": str(data_dir), "KPI_DRAW_AHEAD": "no"} | settings
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_until(server, partial(_is_healthy, port))
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def publish(data_dir: Path, version: str) -> None:
    """Swap the published version, as a build does at its end."""
    link = data_dir / "published"
    beside = data_dir / "published.next"
    beside.symlink_to(f"runs/{version}")
    beside.replace(link)


def free_port() -> int:
    """A port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(server: subprocess.Popen[bytes], port: int) -> None:
    """Return when a server takes connections at a port of the loopback address. Raises RuntimeError where it does not
    in time, or has ended."""
    _wait_until(server, partial(_is_open, port))


def _wait_until(server: subprocess.Popen[bytes], is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if is_there():
            return
        with suppress(subprocess.TimeoutExpired):
            raise RuntimeError(f"the server stopped with code {server.wait(timeout=0.1)}")
    raise RuntimeError("the server did not start in time")


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def widths_that_scroll(page: Page) -> list[int]:
    """The widths of a phone, a laptop and a large screen at which the page as it is needs sideways scrolling."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 720})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(width)
    return found


@dataclass
class Visit:
    """One visitor: a tab, the app's address, every address that the tab asked for, and what its browser said against
    the content security policy."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open an address and wait until the page's script has run."""
        self.page.goto(self.address + path)
        self.drawn()
        self.page.wait_for_function(LIVE)

    def open_in_own_letters(self, path: str) -> None:
        """The same as whoever has been here before sees it: a first visit, or a busy machine, may get other letters."""
        for _ in range(TRIES_FOR_LETTERS):
            self.open(path)
            if self.page.evaluate(OWN_LETTERS):
                return
        raise RuntimeError("the page never took its own letters")

    def move(self, path: str) -> None:
        """Go to an address within the session, as a link of the page does, and wait until all of it is drawn."""
        self.page.wait_for_function(f"() => {SETTLED}")
        before = self.page.evaluate(DRAWING)
        if self.page.url == self.address + path:
            return
        self.page.evaluate(GO, path)
        self.page.wait_for_function(f"before => ({DRAWING}) !== before && ({SETTLED})", arg=before)

    def go_to(self, place: Place, lang: str) -> None:
        """Go to one of the app's places and wait for everything it has."""
        self.move(place.address(lang))
        for selector in (place.heading, *place.waits_for):
            self.page.wait_for_selector(selector)
        self.page.evaluate("() => document.fonts.ready.then(() => true)")

    def drawn(self) -> None:
        """Wait until the page has its content and, if it has a figure, the figure."""
        self.page.wait_for_selector("#content h1")

    def title(self) -> str:
        """The page's main heading."""
        return self.page.locator("#content h1").inner_text()
