"""The search as people use it who do not leave the keyboard."""

import re

import pytest
from playwright.sync_api import expect
from visits import Visit

pytestmark = pytest.mark.browser


def test_ctrl_k_a_name_and_enter_twice_arrive_at_the_unit_and_back_returns(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2026Q3&lang=vi")
    visit.page.evaluate("window.__visited = 1")
    visit.page.keyboard.press("Control+k")
    expect(visit.page.locator("#q")).to_be_focused()
    visit.page.keyboard.type("q1")
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile(r"/search\?.*q=q1"))
    first = visit.page.locator(".hits a").first
    expect(first).to_have_text("Khu vực Quận 1 (cũ)")
    expect(first).to_be_focused()
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile(r"/district\?unit=760&period=2026Q3&window=ytd&lang=vi"))
    expect(visit.page.locator("#q")).to_have_value("")
    visit.page.go_back()
    expect(visit.page.locator("#q")).to_have_value("q1")
    assert visit.page.evaluate("window.__visited") == 1


def test_ctrl_k_selects_what_was_sought_and_escape_leads_back_to_where_one_was(visit: Visit) -> None:
    visit.open("/search?q=ben+nghe&period=2026Q3&lang=en")
    link = visit.page.locator(".hits a").first
    link.focus()
    visit.page.keyboard.press("Control+k")
    visit.page.keyboard.type("thu duc")
    expect(visit.page.locator("#q")).to_have_value("thu duc")
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("#q")).to_have_value("ben nghe")
    expect(link).to_be_focused()


def test_without_scripts_the_field_still_finds(visit: Visit) -> None:
    context = visit.page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    page = context.new_page()
    page.goto(f"{visit.address}/?period=2025Q2&lang=en")
    page.locator("#q").fill("ben nghe")
    page.locator("#q").press("Enter")
    page.locator(".hits a").first.click()
    expect(page).to_have_url(re.compile(r"/ward\?unit=26740&period=2025Q2&window=ytd&lang=en"))
    context.close()
