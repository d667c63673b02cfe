"""What changed since a reader was last here, as somebody sees it who comes back to a page after a publication."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from visits import publish, running_app

pytestmark = pytest.mark.browser
QUARTER = "period=2025Q1&lang=en"
LINE = "aside.since"


@pytest.fixture
def seen_version(desk_data_dir: Path) -> str:
    """The version that the reader saw first, which the sample's review froze; the newer one is published afterwards."""
    newest = (desk_data_dir / "published").resolve().name
    return next(run.name for run in sorted((desk_data_dir / "runs").iterdir()) if run.name != newest)


@contextmanager
def reader(browser: Browser) -> Iterator[Page]:
    """A browser of somebody's own, with what it asked the server for `/since`."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


def read(page: Page, address: str) -> None:
    """Open a page and wait until it stands."""
    page.goto(address)
    page.wait_for_function("() => document.getElementById('page').hasAttribute('data-begun')")


def test_who_comes_back_sees_what_changed_by_which_report_and_puts_it_away(
    browser: Browser, desk_data_dir: Path, seen_version: str
) -> None:
    newest = (desk_data_dir / "published").resolve().name
    publish(desk_data_dir, seen_version)
    with running_app(desk_data_dir) as address, reader(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/since?" in request.url else None)
        read(page, f"{address}/district?unit=769&{QUARTER}")
        read(page, f"{address}/district?unit=769&{QUARTER}")
        expect(page.locator(LINE)).to_have_count(0)
        assert asked == []

        publish(desk_data_dir, newest)
        read(page, f"{address}/district?unit=760&{QUARTER}")
        expect(page.locator(LINE)).to_have_count(0)
        assert asked == []

        read(page, f"{address}/district?unit=769&{QUARTER}")
        line = page.locator(LINE)
        expect(line.locator("summary")).to_have_text(
            re.compile(r"Since you were last here \(\d\d/\d\d, \d\d:\d\d\): \d+ figures on this page changed")
        )
        line.locator("summary").press("Enter")
        expect(line.get_by_role("link", name=re.compile("a correction by Thu Duc"))).to_be_visible()
        expect(line.locator("li", has_text="66.7% maybe behind → 100% met")).to_be_visible()
        assert len(asked) == 1
        assert f"version={seen_version}" in asked[0]

        # A reload in the same visit tells it again; put away it is gone for good.
        read(page, f"{address}/district?unit=769&{QUARTER}")
        expect(page.locator(LINE)).to_be_visible()
        page.locator(LINE).get_by_role("button").press("Enter")
        expect(page.locator(LINE)).to_have_count(0)
        expect(page.locator(".revised")).to_have_count(0)
        read(page, f"{address}/district?unit=769&{QUARTER}")
        expect(page.locator(LINE)).to_have_count(0)
        assert len(asked) == 2


def test_the_figures_that_changed_are_marked_where_they_stand_and_say_what_they_were(
    browser: Browser, desk_data_dir: Path, seen_version: str
) -> None:
    newest = (desk_data_dir / "published").resolve().name
    publish(desk_data_dir, seen_version)
    with running_app(desk_data_dir) as address, reader(browser) as page:
        for path in ("/?", "/target?target=T14&"):
            read(page, f"{address}{path}{QUARTER}")
        publish(desk_data_dir, newest)
        read(page, f"{address}/?{QUARTER}")
        cell = page.locator("a.revised[href*='unit=769'][href*='target=T14']").first
        expect(cell).to_be_visible()
        assert "When last here: 66.7% maybe behind" in (cell.get_attribute("aria-label") or "")
        expect(page.locator("a.revised[href^='/target?target=T14']").first).to_be_visible()
        expect(page.locator("a.revised[href*='unit=760']")).to_have_count(0)
        # In the session too, without a new document.
        page.locator("a.revised[href^='/target?target=T14']").first.click()
        expect(page.locator(LINE)).to_be_visible()
        expect(page.locator(".target-head .big.revised")).to_be_visible()
        page.emulate_media(media="print")
        expect(page.locator(LINE)).to_be_hidden()


def test_a_version_that_is_no_longer_kept_is_told_plainly(browser: Browser, app_address: str) -> None:
    with reader(browser) as page:
        read(page, f"{app_address}/?{QUARTER}")
        page.evaluate(
            """() => localStorage.setItem('kpi-seen', localStorage.getItem('kpi-seen')
                .replace(/"version":"[^"]*"/, '"version":"20200101T000000"'))"""
        )
        read(page, f"{app_address}/?{QUARTER}")
        expect(page.locator(LINE)).to_contain_text("no longer kept")
