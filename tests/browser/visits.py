"""The app as a process, and somebody visiting it."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from multiprocessing.process import BaseProcess
from pathlib import Path

from lxml.html import document_fromstring
from places import Place
from playwright.sync_api import APIRequestContext, Page
from sqlalchemy import Engine, text

from tests.pipeline.forked import preload, start_forked
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S, MOMENT_S = 60.0, 0.1
RUN_APP = ("run", "app/main.py", "--server.port")
WIDTHS = (360, 1920, 1280)

# Which rendering of the page is shown, whether the next one is complete, and whether the page's script has run.
DRAWING = "document.getElementById('page').dataset.key"
SETTLED = "!document.getElementById('page').ariaBusy"
# Rows below the first screen are laid out after the first frame.
WHOLE = "!document.querySelector('tr[hidden]')"
STYLED = f"() => {WHOLE} && [...document.querySelectorAll('link[rel=stylesheet], style')].every((sheet) => sheet.sheet)"
LIVE = f"() => {WHOLE} && document.getElementById('page')?.hasAttribute('data-begun')"
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
# What of an element a reader opens or hears besides its text.
HEARD = ("title", "aria-label", "placeholder", "alt", "data-away", "data-ready")
# What the app's command imports before it serves, and at its first pages and files.
preload(
    *("streamlit.web.cli", "streamlit.starlette", "streamlit.web.server.starlette", "uvicorn", "uvicorn.lifespan.on"),
    *("streamlit.web.server.starlette.starlette_agent_routes", "uvicorn.loops.auto", "uvicorn.protocols.http.auto"),
    *("uvicorn.protocols.websockets.auto", "anyio._backends._asyncio", "duckdb_sqlalchemy"),
    *("app.explore.registry", "app.web.act_routes", "app.web.api_routes", "app.web.digest_routes"),
    *("app.web.export_routes", "app.web.guard", "app.web.page_routes", "app.web.prerendering", "app.web.shutdown"),
    *("app.web.sign_in_routes", "app.web.since_routes", "app.web.systemd", "app.web.upload_routes"),
    *("app.exports.docx.write", "app.exports.pptx.write", "tests.app_prepared"),
)
# Where apps keep figures and registry if not in their data folder: functions of that folder return the settings.
ELSEWHERE: list[Callable[[Path], dict[str, str]]] = []
GO = """path => {
    history.pushState({}, '', path);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
}"""


@contextmanager
def running_app(data_dir: Path, port: int | None = None, log: Path | None = None, **settings: str) -> Iterator[str]:
    """The app on a free port of the loopback address; yields its address. What it says goes to files in a folder
    `log`."""
    with running_fork(data_dir, port, log, **settings) as (_, address):
        yield address


@contextmanager
def running_fork(
    data_dir: Path, port: int | None = None, log: Path | None = None, **settings: str
) -> Iterator[tuple[BaseProcess, str]]:
    """The same with its process, a fork of one that has made the imports, which take most of a start.

    Without `log`, no request may end in an error that the app did not expect.
    """
    port = port or free_port()
    with tempfile.TemporaryDirectory() as folder:
        output = log or Path(folder)
        server = start_forked(serve, str(port), environment=_environment(data_dir, settings), output=output)
        try:
            _wait_until(partial(_code_of_fork, server), partial(_is_healthy, port))
            yield server, f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.join(timeout=20)
            assert server.exitcode is not None, "the app did not end in time"
        if log is None:
            assert not (errors := _errors_in(output)), "\n".join(errors)


def _errors_in(output: Path) -> list[str]:
    """The traces of errors in what an app printed."""
    lines = [line for file in output.iterdir() for line in file.read_text(encoding="utf-8").splitlines()]
    return [str(json.loads(line)["trace"]) for line in lines if line.startswith("{") and '"trace"' in line]


def serve(port: str) -> None:
    """Run the app in this process, as its command does."""
    from streamlit.web.cli import main as streamlit

    streamlit([*RUN_APP, port], standalone_mode=False)


@contextmanager
def running_server(data_dir: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The app, started by its command as a user would; yields its process and its address."""
    port = free_port()
    command, nowhere = [sys.executable, "-m", "streamlit", *RUN_APP, str(port)], subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=ROOT, env=_environment(data_dir, {}), stdout=nowhere, stderr=nowhere)
    try:
        _wait_until(partial(_code_of_command, server), partial(_is_healthy, port))
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _environment(data_dir: Path, settings: dict[str, str]) -> dict[str, str]:
    environment = os.environ | {"KPI_DATA_DIR": str(data_dir), "KPI_DRAW_AHEAD": "no"}
    for settings_of in ELSEWHERE:
        environment |= settings_of(data_dir)
    return environment | settings


def publish(data_dir: Path, version: str) -> None:
    """Swap the published version, as a build does at its end."""
    link = data_dir / "published"
    beside = data_dir / "published.next"
    beside.symlink_to(f"runs/{version}")
    beside.replace(link)


def mart_rows(engine: Engine, sql: str) -> list[tuple[object, ...]]:
    """The rows of a query of the marts."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def wait_until_open(server: subprocess.Popen[bytes], port: int) -> None:
    """Return when a server takes connections at a port of the loopback address. Raises RuntimeError where it does not
    in time, or has ended."""
    _wait_until(partial(_code_of_command, server), partial(_is_open, port))


def _wait_until(code_within_moments: Callable[[], int | None], is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if is_there():
            return
        if (code := code_within_moments()) is not None:
            raise RuntimeError(f"the server stopped with code {code}")
    raise RuntimeError("the server did not start in time")


def _code_of_command(server: subprocess.Popen[bytes]) -> int | None:
    with suppress(subprocess.TimeoutExpired):
        server.wait(timeout=MOMENT_S)
    return server.returncode


def _code_of_fork(server: BaseProcess) -> int | None:
    server.join(timeout=MOMENT_S)
    return server.exitcode


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


@dataclass(frozen=True)
class Answer:
    """A page as it arrives: the status, the text of its content, and all that a reader sees, opens or hears."""

    status: int
    content: str
    said: str


def answer_of(request: APIRequestContext, address: str) -> Answer:
    """Take a page as a browser does, without drawing it: most of the work where only its words count."""
    answered = request.get(address, headers={"accept": "text/html"})
    tree = document_fromstring(answered.text())
    page, content = tree.get_element_by_id("page"), tree.get_element_by_id("content")
    heard = page.xpath(" | ".join(f".//@{name}" for name in HEARD))
    return Answer(
        answered.status, content.text_content(), "\n".join([tree.findtext(".//title"), page.text_content(), *heard])
    )


def pages_that_scroll(page: Page, addresses: Iterable[str]) -> dict[str, list[int]]:
    """The pages that need sideways scrolling, each with the widths at which it does."""
    found = {}
    for address in addresses:
        page.goto(address)
        if too_wide := _widths_that_scroll(page):
            found[address] = too_wide
    return found


def _widths_that_scroll(page: Page) -> list[int]:
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
        """Wait until the page has its content and its style sheets: it is in the document before they are."""
        self.page.wait_for_selector("#content h1")
        self.page.wait_for_function(STYLED)

    def title(self) -> str:
        """The page's main heading."""
        return self.page.locator("#content h1").inner_text()
