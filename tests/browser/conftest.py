"""A real Streamlit server on the published sample, and a real browser before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from visits import ELSEWHERE, Visit, running_app

from tests.chromium import executable
from tests.conftest import copy_data_dir, copy_for_writing

DESKTOP = {"width": 1280, "height": 720}


@pytest.fixture(scope="session", autouse=True)
def engine(pytestconfig: pytest.Config) -> Iterator[None]:
    """Where apps keep figures and registry: in their data folder, or with `--on-postgres` in a server."""
    if not pytestconfig.getoption("on_postgres"):
        yield
        return
    # Needs packages of its own.
    from tests.postgres.journeys import installations

    with installations() as settings_of:
        ELSEWHERE.append(settings_of)
        yield
        ELSEWHERE.remove(settings_of)


@pytest.fixture(scope="session")
def app_address(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The running app on a copy of the published sample: visitors write there."""
    own = tmp_path_factory.mktemp("visited") / "data"
    copy_data_dir(published_data_dir, own, "landing", "sample", "cache")
    with running_app(own) as address:
        yield address


@pytest.fixture(scope="module")
def desk_address(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a copy of the sample that the tests of one file may write to."""
    with running_app(copy_for_writing(published_data_dir, tmp_path_factory.mktemp("desk") / "data")) as address:
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
        names = "--host-resolver-rules=MAP *.test 127.0.0.1"
        # A visitor's tab takes over the process of the one before: a new one reads fonts, styles and scripts anew.
        arguments = ["--no-sandbox", "--disable-gpu", "--renderer-process-limit=1", names]
        opened = playwright.chromium.launch(executable_path=executable(), args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def frequented(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that keeps the app's script and style from one visitor to the next, as an office's computer does."""
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    # While a tab is open, the browser keeps the process of its pages.
    context.new_page()
    yield context
    context.close()


@pytest.fixture
def visit(frequented: BrowserContext, app_address: str) -> Iterator[Visit]:
    """A fresh visitor at a desktop."""
    with _visit(frequented, app_address) as visitor:
        yield visitor


@pytest.fixture
def laptop(browser: Browser) -> Iterator[Page]:
    """A tab on a laptop."""
    with browser.new_context(viewport={"width": 1280, "height": 720}) as context:
        yield context.new_page()


@pytest.fixture
def early_visit(frequented: BrowserContext, empty_app_address: str) -> Iterator[Visit]:
    """A visitor before anything was published."""
    with _visit(frequented, empty_app_address) as visitor:
        yield visitor


@contextmanager
def _visit(context: BrowserContext, address: str) -> Iterator[Visit]:
    kept = context.pages
    visitor = Visit(context.new_page(), address)

    def remember(request: Request) -> None:
        visitor.requests.append(request.url)

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            visitor.breaches.append(message.text)

    visitor.page.on("request", remember)
    visitor.page.on("console", listen)
    yield visitor
    # The next visitor is somebody else, of whom the browser remembers nothing.
    storage = {"origin": address, "storageTypes": "cookies,local_storage"}
    context.new_cdp_session(visitor.page).send("Storage.clearDataForOrigin", storage)
    for page in context.pages:
        if page not in kept:
            page.close()
    # Whatever a test looks at, the policy must have let it work.
    assert visitor.breaches == []


@pytest.fixture(scope="session")
def roamer(browser: Browser, app_address: str) -> Iterator[Visit]:
    """Somebody who goes from page to page in one session: for tests that look at every page and change nothing."""
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    with _visit(context, app_address) as visitor:
        # None of the places: whichever is gone to first draws something else.
        visitor.open_in_own_letters("/?period=2021Q1")
        yield visitor
    context.close()
