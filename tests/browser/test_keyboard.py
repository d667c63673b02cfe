"""Without a mouse: skip links, and one stop of Tab for each table or list of many links."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect
from visits import Visit

pytestmark = pytest.mark.browser
MOST_STOPS = 60
# Whether what has the focus is on the screen, and nothing is in front of it.
SEEN = """() => {
    const focused = document.activeElement, { left, top, width, height } = focused.getBoundingClientRect();
    const shown = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 12));
    return width > 1 && height > 1 && (focused.contains(shown) || Boolean(shown?.contains(focused)));
}"""
# Sides of the frame around what has the focus that no box cuts off.
FRAMED = """() => {
    const focused = document.activeElement, box = focused.getBoundingClientRect(), style = getComputedStyle(focused);
    const out = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
    const sides = new Set(style.outlineStyle === 'none' ? [] : ['left', 'top', 'right', 'bottom']);
    for (let around = focused.parentElement; around; around = around.parentElement) {
        if (getComputedStyle(around).overflowX === 'visible') continue;
        const edge = around.getBoundingClientRect();
        if (box.left - out < edge.left) sides.delete('left');
        if (box.top - out < edge.top) sides.delete('top');
        if (box.right + out > edge.right) sides.delete('right');
        if (box.bottom + out > edge.bottom) sides.delete('bottom');
    }
    return [...sides];
}"""
IN_ITS_MENU = "document.activeElement.closest('details.menu')?.open ?? false"


def test_the_first_links_lead_to_content_calls_grid_and_search(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2025Q2")
    goals = []
    for _ in range(6):
        visit.page.keyboard.press("Tab")
        goals.append(visit.page.evaluate("document.activeElement.getAttribute('href')"))
    assert goals == ["#content", "#calls", "#bullets", "#units", "#grid", "#q"]
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#q")).to_be_focused()


def test_a_skip_link_and_one_tab_lead_into_the_grid(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2025Q2")
    visit.page.locator("a.skip[href='#grid']").focus()
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    expect(visit.page.locator("table.grid tbody td a.c").first).to_be_focused()


@pytest.mark.parametrize("path", ["/?period=2026Q3", "/?period=2025Q2", "/target?target=T14&period=2025Q2"])
def test_a_page_is_walked_through_with_tab_in_a_minute(visit: Visit, path: str) -> None:
    visit.open(f"{path}&lang=vi")
    for count in range(MOST_STOPS):
        visit.page.keyboard.press("Tab")
        if count and visit.page.evaluate("document.activeElement === document.body"):
            return
        assert visit.page.evaluate(SEEN)
        assert len(visit.page.evaluate(FRAMED)) > 1, visit.page.evaluate("document.activeElement.outerHTML")
    pytest.fail(f"more than {MOST_STOPS} stops")


def test_arrows_lead_from_the_cells_to_the_headings_and_back(visit: Visit) -> None:
    visit.open("/?lang=en&period=2025Q2")
    grid = visit.page.locator("table.grid")
    grid.locator("tbody td a.c").nth(1).focus()
    visit.page.keyboard.press("ArrowUp")
    expect(grid.locator("thead th a").first).to_be_focused()
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Home")
    expect(grid.locator("tbody th a").first).to_be_focused()
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile(r"/target\?target=T01"))


def test_tab_comes_back_to_the_cell_where_one_was(visit: Visit) -> None:
    visit.open("/?lang=en&period=2026Q3")
    cells = visit.page.locator("table.grid tbody td a.c")
    cells.first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        visit.page.keyboard.press(key)
    name = visit.page.evaluate("document.activeElement.getAttribute('aria-label')")
    visit.page.keyboard.press("Shift+Tab")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.getAttribute('aria-label')") == name


@pytest.mark.parametrize("place", [".bullets", ".ranking ol"])
def test_a_list_of_many_links_is_one_stop_with_arrows_inside(visit: Visit, place: str) -> None:
    visit.open("/?period=2025Q2&lang=en" if place == ".bullets" else "/target?target=T14&period=2025Q2&lang=en")
    links = visit.page.locator(f"{place} a:visible")
    links.first.focus()
    visit.page.keyboard.press("ArrowRight")
    expect(links.nth(1)).to_be_focused()
    visit.page.keyboard.press("End")
    expect(links.last).to_be_focused()
    visit.page.keyboard.press("Tab")
    assert not visit.page.evaluate(f"document.activeElement.matches('{place} a')")


def test_no_stop_of_the_report_form_is_behind_its_buttons(visit: Visit) -> None:
    visit.open("/report?unit=26740&period=2026Q4&lang=vi")
    visit.page.locator("form.report nav.parts a").last.focus()
    for _ in range(MOST_STOPS):
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate(SEEN), visit.page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("place", ["header.bar .more", "#ranking .tools"])
def test_escape_leads_from_an_open_menu_to_its_button(visit: Visit, place: str) -> None:
    visit.open("/target?target=T14&period=2025Q2&lang=vi")
    menu = visit.page.locator(place).first
    menu.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate(IN_ITS_MENU)
    visit.page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_a_menu_that_tab_leaves_covers_nothing_that_follows(visit: Visit) -> None:
    visit.open("/tasks?period=2026Q3&lang=vi")
    menu = visit.page.locator(".tools").first
    menu.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    for _ in range(MOST_STOPS):
        visit.page.keyboard.press("Tab")
        if not visit.page.evaluate(IN_ITS_MENU):
            break
    expect(menu).not_to_have_attribute("open", "")


def test_escape_hides_what_explains_the_cell_under_the_pointer(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2025Q2")
    visit.page.locator("table.grid tbody td a.c").first.hover()
    expect(visit.page.locator(".kpi-tip")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator(".kpi-tip")).to_be_hidden()


@pytest.mark.parametrize("path", ["/target?period=2026Q3", "/actions?new=1&unit=776&period=2025Q2"])
def test_tab_goes_down_the_screen_where_a_narrow_one_shows_parts_in_another_order(visit: Visit, path: str) -> None:
    visit.page.set_viewport_size({"width": 640, "height": 900})
    visit.open(f"{path}&target=T09&lang=vi")
    visit.page.locator(".stamp summary").last.focus()
    inside = "document.activeElement.closest('main > .head, main > .split') !== null"
    tops: list[float] = []
    while len(tops) < 14:
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate(inside):
            tops.append(visit.page.evaluate("document.activeElement.getBoundingClientRect().top + scrollY"))
    # What stands in one line is not equally high.
    assert all(later > earlier - 20 for earlier, later in pairwise(tops)), tops
