"""Moving about: links keep the session, Back works, every state is in the address."""

import re

import pytest
from playwright.sync_api import expect
from visits import Visit

from tests.planned import TARGET_COUNT

pytestmark = pytest.mark.browser
SESSION = "window.__visited = (window.__visited || 0) + 1"


def stays(visit: Visit) -> bool:
    """Whether the tab was never loaded anew since it was marked."""
    return visit.page.evaluate("window.__visited") == 1


def test_a_cell_opens_its_district_in_the_same_session_and_back_returns(visit: Visit) -> None:
    visit.open("/?period=2021Q4&window=ytd&followed=shown&lang=vi")
    visit.page.evaluate(SESSION)
    before = visit.page.evaluate("history.length")
    visit.page.locator("table.grid tbody tr:nth-child(14) td:nth-child(4) a").click()
    expect(visit.page).to_have_url(re.compile(r"/district\?unit=\d+&target=T14&period=2021Q4&window=ytd&lang=vi"))
    expect(visit.page.locator(".profile .marked")).to_have_count(1)
    assert visit.page.evaluate("history.length") == before + 1
    visit.page.go_back()
    expect(visit.page.locator("table.grid tbody tr")).to_have_count(TARGET_COUNT)
    assert stays(visit)


def test_a_page_looks_like_itself_where_the_rules_of_all_pages_cannot_be_loaded(visit: Visit) -> None:
    visit.page.route("**/assets/page.css*", lambda route: route.abort())
    visit.open("/?period=2021Q4&lang=vi")
    visit.page.locator("table.grid thead th a").first.click()
    row = visit.page.locator(".profile li > a").first
    expect(row).to_have_css("display", "grid")
    visit.page.unroute("**/assets/page.css*")
    visit.page.go_back()
    expect(visit.page.locator("#needed")).to_have_count(0)
    expect(visit.page.locator("table.grid td > .c").first).to_have_css("display", "block")


def test_the_rows_of_the_grid_lead_to_targets_and_its_columns_to_districts(visit: Visit) -> None:
    visit.open("/?period=2025Q2&followed=shown&lang=en")
    visit.page.locator("table.grid tbody th a").nth(13).click()
    expect(visit.page).to_have_url(re.compile(r"/target\?target=T14"))
    expect(visit.page.locator(".ranking li")).to_have_count(22)
    visit.page.go_back()
    visit.page.locator("table.grid thead th a").first.click()
    expect(visit.page).to_have_url(re.compile(r"/district\?unit=760"))


def test_period_window_and_language_change_in_place(visit: Visit) -> None:
    visit.open("/target?target=T14&period=2021Q4")
    visit.page.evaluate(SESSION)
    visit.page.locator("#period").select_option(label="Quý II/2022")
    expect(visit.page).to_have_url(re.compile(r"target=T14&period=2022Q2&window=ytd"))
    visit.page.locator("#window-quarter").click()
    expect(visit.page).to_have_url(re.compile(r"target=T14&period=2022Q2&window=quarter"))
    visit.page.locator("#lang-en").click()
    expect(visit.page.locator("nav")).to_contain_text("Overview")
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    assert stays(visit)


@pytest.mark.parametrize(
    "path",
    [
        "/?period=2022Q2&window=quarter&lang=en",
        "/target?target=T09&period=2022Q2&window=quarter&lang=en",
        "/district?unit=764&period=2022Q2&window=quarter&lang=en",
        "/ward?unit=26734&period=2022Q2&window=quarter&lang=en",
    ],
)
def test_every_state_survives_a_reload(visit: Visit, path: str) -> None:
    visit.open(path)
    title = visit.title()
    visit.page.reload()
    visit.drawn()
    assert visit.title() == title
    assert visit.page.url == visit.address + path
    expect(visit.page.locator("#period option:checked")).to_have_text("Q2 2022")
    expect(visit.page.locator("#window-quarter")).to_have_attribute("aria-current", "true")


def test_a_click_with_ctrl_opens_the_deep_link_in_its_own_tab(visit: Visit) -> None:
    visit.open("/?period=2025Q2&lang=en")
    with visit.page.context.expect_page() as opened:
        visit.page.locator("table.grid thead th a").first.click(modifiers=["Control"])
    opened.value.wait_for_selector("#content h1")
    assert "/district?unit=760" in opened.value.url


def test_clicking_fast_never_blanks_the_page(visit: Visit) -> None:
    visit.open("/?period=2025Q2&lang=en")
    rows = visit.page.locator("table.grid tbody tr")
    # The targets that are judged: the others are folded.
    count = rows.count()
    assert count > 1
    for _ in range(8):
        for place in (1, 2, 0):
            visit.page.locator("nav a").nth(place).click(no_wait_after=True)
    expect(rows).to_have_count(count)
    for turn in range(12):
        visit.page.locator("#window-quarter" if turn % 2 else "#window-ytd").click(no_wait_after=True)
        visit.page.locator("#earlier").click(no_wait_after=True)
    expect(rows).to_have_count(count)
    assert visit.page.locator("[data-testid='stException']").count() == 0


def test_two_filters_chosen_at_once_both_hold(visit: Visit) -> None:
    visit.open("/?lang=en&period=2025Q2")
    # In one turn of the browser: the page cannot be drawn in between.
    visit.page.evaluate(
        """() => {
            const group = document.querySelector('#group'), option = group.options[4];
            group.value = option.value;
            group.dispatchEvent(new Event('change', { bubbles: true }));
            document.querySelector('#status-far_behind').click();
        }"""
    )
    expect(visit.page).to_have_url(re.compile(r"status=far_behind&.*group=4|group=4&.*status=far_behind"))
    expect(visit.page.locator("table.grid tbody tr")).to_have_count(2)
    expect(visit.page.locator("#status-far_behind")).to_have_attribute("aria-current", "true")
    expect(visit.page.locator("#group option:checked")).to_have_text("Training")


def test_a_filter_taken_away_is_gone_even_when_another_is_chosen_at_once(visit: Visit) -> None:
    visit.open("/?lang=en&period=2025Q2&status=far_behind&followed=shown")
    visit.page.evaluate(
        """() => {
            document.querySelector('#status-far_behind').click();
            const sort = document.querySelector('#sort');
            sort.value = sort.options[2].value;
            sort.dispatchEvent(new Event('change', { bubbles: true }));
        }"""
    )
    expect(visit.page).to_have_url(re.compile("sort=behind"))
    expect(visit.page.locator("table.grid tbody tr")).to_have_count(TARGET_COUNT)
    assert "status=" not in visit.page.url


def test_focus_stays_on_the_control_that_was_used(visit: Visit) -> None:
    visit.open("/?lang=en&period=2021Q4")
    visit.page.locator("#earlier").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile("period=2021Q3"))
    expect(visit.page.locator("#earlier")).to_be_focused()
