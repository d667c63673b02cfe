"""A real Streamlit server on the published sample, and a real browser before it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("KPI_CHROMIUM", "/usr/bin/chromium")
START_TIMEOUT_S = 60.0
DESKTOP = {"width": 1280, "height": 720}


@contextmanager
def running_app(data_dir: Path) -> Iterator[str]:
    """The app, started as a user would, on a free port of the loopback address; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.port", str(port)]
    environment = os.environ | {"KPI_DATA_DIR": str(data_dir)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(server, port)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_healthy(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if _is_healthy(port):
            return
        with suppress(subprocess.TimeoutExpired):
            raise RuntimeError(f"the app stopped with code {server.wait(timeout=0.1)}")
    raise RuntimeError("the app did not start in time")


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="session")
def app_address(published_data_dir: Path) -> Iterator[str]:
    """The running app on the published sample."""
    with running_app(published_data_dir) as address:
        yield address


@pytest.fixture(scope="session")
def empty_app_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The running app before anything was published."""
    with running_app(tmp_path_factory.mktemp("empty")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        executable = CHROMIUM if Path(CHROMIUM).exists() else None
        opened = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield opened
        opened.close()


@dataclass
class Visit:
    """One visitor: a tab, the app's address, and every address that the tab asked for."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open an address and wait until it is drawn."""
        self.page.goto(self.address + path)
        self.drawn()

    def drawn(self) -> None:
        """Wait until the page has its content and, if it has a figure, the figure."""
        self.page.wait_for_selector("#content h1")

    def title(self) -> str:
        """The page's main heading."""
        return self.page.locator("#content h1").inner_text()


@pytest.fixture
def visit(browser: Browser, app_address: str) -> Iterator[Visit]:
    """A fresh visitor at a desktop."""
    yield from _visit(browser, app_address)


@pytest.fixture
def early_visit(browser: Browser, empty_app_address: str) -> Iterator[Visit]:
    """A visitor before anything was published."""
    yield from _visit(browser, empty_app_address)


def _visit(browser: Browser, address: str) -> Iterator[Visit]:
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    visitor = Visit(context.new_page(), address)

    def remember(request: Request) -> None:
        visitor.requests.append(request.url)

    visitor.page.on("request", remember)
    yield visitor
    context.close()
