"""What if: somebody assumes that units had done it, sends the page on, and nobody takes it for a figure."""

import re

import pytest
from playwright.sync_api import expect
from visits import Visit

pytestmark = pytest.mark.browser
TARGET = "/target?target=T09&period=2026Q3&lang=en"
OUTCOME = "#what-if .outcome"


def test_units_are_assumed_by_keyboard_and_the_address_carries_it(visit: Visit) -> None:
    visit.open(TARGET)
    page = visit.page
    figure = page.locator(".target-head .big").inner_text()
    page.get_by_role("link", name="What if some units did it?").press("Enter")
    expect(page.locator("#what-if")).to_be_focused()
    offered = page.locator("#what-if .matches a").first
    code = (offered.get_attribute("id") or "").removeprefix("assume-")
    offered.press("Enter")
    expect(page).to_have_url(re.compile(rf"assume={code}&"))
    expect(page.locator(OUTCOME)).to_contain_text("What if")
    choice = page.locator(f"#assume-{code}")
    expect(choice).to_be_focused()
    marked = page.locator(OUTCOME).inner_text()
    choice.select_option(label="at 100%")
    expect(page).to_have_url(re.compile(rf"assume={code}\.100&"))
    expect(page.locator(OUTCOME)).not_to_have_text(marked, use_inner_text=True)
    then = page.locator(OUTCOME).inner_text()
    assert figure not in then
    # The figure itself stays what it is.
    assert page.locator(".target-head .big").inner_text() == figure
    page.reload()
    expect(page.locator(OUTCOME)).to_be_visible()
    assert page.locator(OUTCOME).inner_text() == then


def test_a_commune_is_found_by_typing_and_everything_assumed_is_put_away_at_once(visit: Visit) -> None:
    visit.open(TARGET + "&assume=760")
    page = visit.page
    page.locator("#find-assumed").fill("vung tau")
    page.keyboard.press("Enter")
    page.locator("#what-if .matches").first.get_by_role("link", name="Vung Tau Ward").click()
    expect(page).to_have_url(re.compile(r"assume=760,\d{5}&"))
    expect(page.locator("#what-if .assumed li")).to_have_count(2)
    page.get_by_role("link", name="Assume nothing").click()
    expect(page.locator(OUTCOME)).to_have_count(0)
    assert "assume=" not in page.url


def test_nobody_takes_it_for_a_figure_on_screen_and_no_paper_has_it(visit: Visit) -> None:
    visit.open(TARGET + "&assume=760.100")
    outcome = visit.page.locator(OUTCOME)
    assert outcome.evaluate("(one) => getComputedStyle(one).borderStyle") == "dashed"
    assert "gradient" in outcome.evaluate("(one) => getComputedStyle(one).backgroundImage")
    expect(visit.page.locator("#what-if .chip, #what-if .met, #what-if .behind")).to_have_count(0)
    visit.page.emulate_media(media="print")
    expect(visit.page.locator("#what-if")).to_be_hidden()


def test_another_target_is_looked_at_without_what_was_assumed_of_the_one_before(visit: Visit) -> None:
    visit.open(TARGET + "&assume=760.100")
    option = visit.page.locator("#target option", has_text="T10").get_attribute("value") or ""
    assert "assume" not in option
