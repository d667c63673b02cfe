"""Where the access trail has no room, what has to be on it is not done, and its person reads why."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.explore import registry
from app.web import guard, oidc, session_cookie, sign_in, sign_in_routes
from tests.app.explored import open_at, unopened
from tests.conftest import copy_for_writing
from tests.full_disk import without_room
from warehouse.desk import DiskFullError, RegistryBusyError, RegistryNotWritableError
from warehouse.people import AccessKind, AccessTrail, break_glass
from warehouse.settings import Settings

SAY = words_in("vi")
FILE = {"content-disposition": "attachment; filename=a.csv"}


async def whole(_: Request) -> Response:
    """A file that is sent at once."""
    return Response(b"a", headers=FILE)


async def in_parts(_: Request) -> Response:
    """A file that is sent while it is read."""
    return StreamingResponse(iter([b"a"]), headers=FILE)


async def read_only(_: Request) -> Response:
    """What a read-only disk keeps from the trail."""
    raise RegistryNotWritableError("OperationalError")


async def kept_waiting(_: Request) -> Response:
    """What another program's write keeps from the trail."""
    raise RegistryBusyError


@pytest.fixture
def trail(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[AccessTrail]:
    """The trail of an app that people sign in to."""
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KPI_AUTH", "oidc")
    monkeypatch.delenv("KPI_OPS_URL", raising=False)
    monkeypatch.setattr(oidc, "secrets", lambda: {"cookie_secret": "a secret of the tests"})
    cached = (sign_in.settings, sign_in.sessions, oidc.provider)
    for function in cached:
        function.cache_clear()
    opened = sign_in.trail()
    yield opened
    opened.engine.dispose()
    for function in cached:
        function.cache_clear()


@pytest.fixture
def browser(trail: AccessTrail) -> Iterator[TestClient]:
    """The browser of somebody who has signed in with a code of the command line."""
    files = [
        Route("/whole", whole),
        Route("/parts", in_parts),
        Route("/busy", kept_waiting),
        Route("/read-only", read_only),
    ]
    app = Starlette(
        routes=[*files, *sign_in_routes.ROUTES],
        middleware=guard.middleware(sign_in.settings()),
        exception_handlers={Exception: guard.failed},
    )
    with TestClient(app, "http://localhost", raise_server_exceptions=False, follow_redirects=False) as client:
        code = break_glass.issue(trail, "An", "SSO ngừng")
        assert client.get("/sign-in/once", params={"code": code}).status_code == 303
        yield client


def fill(trail: AccessTrail) -> None:
    """Write to the trail until it has no room, at last for the shortest row."""
    for text in ("x" * 500, ""):
        with suppress(DiskFullError):
            for number in range(1000):
                trail.record(AccessKind.DOWNLOADED, "An", about={"what": f"{number}{text}"})


def test_on_a_full_disk_files_and_sign_ins_name_it_and_signing_out_ends_at_least_this_browser_s_session(
    trail: AccessTrail, browser: TestClient
) -> None:
    assert browser.get("/whole").content == b"a"
    session = browser.cookies[session_cookie.NAME]
    code = break_glass.issue(trail, "An", "SSO ngừng")
    with without_room(trail.engine):
        fill(trail)
        for address in ("/whole", "/parts", f"/sign-in/once?code={code}"):
            answer = browser.get(address)
            assert (answer.status_code, answer.text) == (507, SAY("guard.full")), address
        left = browser.get("/sign-out")
        assert (left.status_code, left.text) == (503, SAY("sign_in.ended_here"))
        assert session_cookie.NAME not in browser.cookies
    browser.cookies.set(session_cookie.NAME, session)
    assert browser.get("/whole").content == b"a", "it could not be ended elsewhere"
    assert browser.get("/sign-out").status_code == 303
    browser.cookies.set(session_cookie.NAME, session)
    assert browser.get("/whole").status_code == 401
    assert browser.get("/sign-in/once", params={"code": code}).headers["location"] == "/"


def test_an_exploring_page_shows_no_row_that_cannot_be_put_on_the_trail_and_says_why(
    published_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(copy_for_writing(published_data_dir, tmp_path / "data")))
    monkeypatch.setattr(sign_in, "viewer_of", lambda _: replace(BUILT_IN_VIEWER, is_signed_in=True))
    monkeypatch.setattr(registry, "PAGES", {"tables": registry.PAGES["tables"]})
    trail = AccessTrail.open(Settings.from_env())
    with without_room(trail.engine):
        fill(trail)
        refused = open_at(unopened(), {"mart": ["dim_unit"]})
        assert [one.value for one in refused.error] == [SAY("guard.full")]
        assert not refused.dataframe
    assert open_at(unopened(), {"mart": ["dim_unit"]}).dataframe


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_read_only_disk_is_named_and_nobody_asked_to_try_again(browser: TestClient, lang: str) -> None:
    answer = browser.get(f"/read-only?lang={lang}")
    assert (answer.status_code, answer.text) == (500, words_in(lang)("guard.not_writable"))
    assert "retry-after" not in answer.headers


def test_while_another_program_writes_one_is_asked_to_try_again(browser: TestClient) -> None:
    answer = browser.get("/busy?lang=en")
    assert (answer.status_code, answer.text) == (503, words_in("en")("guard.busy"))
    assert answer.headers["retry-after"]
