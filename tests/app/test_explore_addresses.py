"""Addresses below `/explore`: what is no exploring page is answered by the app, in its reader's language."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.testclient import TestClient

from app.core.i18n import words_in
from app.web.explore_shell import SpokenShell
from app.web.guard import EXPLORE_HEADERS, HEADERS, GuardedAnswers
from app.web.language_in_force import LanguageInForce
from app.web.page_routes import page


@pytest.fixture
def browser(published_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A browser of the published sample's exploring pages."""
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    middleware = [Middleware(kind) for kind in (LanguageInForce, GuardedAnswers, SpokenShell)]
    app = Starlette(routes=[Route("/{name:page}", page)], middleware=middleware)
    return TestClient(app, "http://localhost", follow_redirects=False)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_page_that_does_not_exist_is_reported_in_the_language_of_its_address(browser: TestClient, lang: str) -> None:
    answer = browser.get(f"/explore/nope?lang={lang}")
    assert answer.status_code == 404
    assert words_in(lang)("message.unknown_page", value="explore/nope", name="page") in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"], "its script may run"


@pytest.mark.parametrize("path", ["", "/", "/pivot", "/static/js/a.js", "/_stcore/stream", "/favicon.png"])
def test_addresses_of_streamlit_are_left_to_it(browser: TestClient, path: str) -> None:
    answer = browser.get(f"/explore{path}")
    assert words_in("vi")("message.unknown_text") not in answer.text
    assert answer.headers["content-security-policy"] == EXPLORE_HEADERS["Content-Security-Policy"]


def test_the_first_page_is_found_under_its_name_too_with_what_was_chosen(browser: TestClient) -> None:
    answer = browser.get("/explore/progress?lang=en&period=2026Q3")
    assert answer.headers["location"] == "http://localhost/explore/?lang=en&period=2026Q3"
    assert browser.get("/explore/pivot?lang=en").status_code == 200
