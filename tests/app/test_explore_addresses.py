"""Addresses below `/explore`: what is no exploring page is answered by the app, in its reader's language."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.core.i18n import words_in
from app.web.explore_shell import SpokenShell
from app.web.language_in_force import LanguageInForce


async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
    """What Streamlit would be passed."""
    pytest.fail(f"passed on: {scope['path']}")


@pytest.fixture
def browser(published_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A browser of the published sample's exploring pages."""
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))
    return TestClient(LanguageInForce(SpokenShell(streamlit)), "http://localhost", follow_redirects=False)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_page_that_does_not_exist_is_reported_in_the_language_of_its_address(browser: TestClient, lang: str) -> None:
    answer = browser.get(f"/explore/nope?lang={lang}")
    assert answer.status_code == 404
    assert words_in(lang)("message.unknown_page", value="explore/nope", name="page") in answer.text


def test_the_first_page_is_found_under_its_name_too_with_what_was_chosen(browser: TestClient) -> None:
    answer = browser.get("/explore/progress?lang=en&period=2026Q3")
    assert answer.headers["location"] == "http://localhost/explore/?lang=en&period=2026Q3"
    assert browser.get("/explore/pivot?lang=en").status_code == 200
