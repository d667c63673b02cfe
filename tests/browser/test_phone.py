"""On a phone: one button for the pages, calls first, a list in the place of the grid, short pages with jumps."""

import re

import pytest
from playwright.sync_api import expect
from visits import Visit

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 360, 800


@pytest.fixture
def phone(visit: Visit) -> Visit:
    """A visitor with a phone."""
    visit.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return visit


def test_one_button_leads_to_every_page(phone: Visit) -> None:
    phone.open("/?lang=vi")
    pages = phone.page.locator("header nav a:not(.settings a)")
    shown = pages.locator("visible=true")
    expect(shown).to_have_count(0)
    phone.page.get_by_role("button", name="Trang").click()
    expect(shown).to_have_count(13)
    shown.filter(has_text="Báo cáo").first.click()
    expect(phone.page).to_have_url(re.compile(r"/reports"))
    expect(shown).to_have_count(0)


def test_the_button_and_its_pages_work_by_keyboard_alone(phone: Visit) -> None:
    phone.open("/?lang=en")
    phone.page.get_by_role("button", name="Pages").focus()
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("header nav a").first).to_be_visible()
    phone.page.keyboard.press("Escape")
    expect(phone.page.locator("header nav a").first).to_be_hidden()
    expect(phone.page.get_by_role("button", name="Pages")).to_be_focused()


@pytest.mark.parametrize(
    "path",
    [
        *("/actions?new=1&unit=776&target=T09&period=2025Q2", "/actions?action=1&period=2025Q2", "/calls", "/submit"),
        *("/report?unit=26740&period=2026Q4", "/reports?period=2026Q3", "/?period=2025Q2", "/compare?units=760,776"),
    ],
)
def test_no_field_has_letters_so_small_that_a_phone_magnifies_the_page_around_it(phone: Visit, path: str) -> None:
    phone.open(f"{path}{'&' if '?' in path else '?'}lang=vi")
    fields = phone.page.locator("#content :is(input:not([type=checkbox], [type=radio]), textarea, select)")
    sizes = fields.evaluate_all("fields => fields.map((field) => parseFloat(getComputedStyle(field).fontSize))")
    assert sizes
    assert min(sizes) >= 16


def test_the_note_on_the_plan_opens_within_the_screen_of_a_laptop_at_four_hundred_percent(phone: Visit) -> None:
    phone.page.set_viewport_size({"width": 320, "height": HEIGHT})
    phone.open("/district?unit=777&period=2026Q3&lang=vi")
    phone.page.locator(".stamp .rule summary").click()
    expect(phone.page.locator(".stamp .rule > div")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 320


def test_whom_to_call_stands_before_every_other_line_and_above_the_fold(phone: Visit) -> None:
    phone.open("/?lang=vi&period=2025Q2")
    calls = phone.page.locator("#calls").bounding_box()
    assert calls is not None
    assert calls["y"] + calls["height"] < HEIGHT
    tops = phone.page.locator(".brief dl > div").evaluate_all("lines => lines.map((one) => one.offsetTop)")
    assert min(tops) == phone.page.locator("#calls").evaluate("line => line.offsetTop")


@pytest.mark.parametrize("path", ["/", "/search?q=binh", "/target?target=T14", "/reports", "/district?unit=26734"])
def test_the_first_sentence_is_in_the_first_150_pixels_below_a_bar_of_one_row_that_tells_of_no_keys(
    phone: Visit, path: str
) -> None:
    phone.open(f"{path}{'&' if '?' in path else '?'}lang=vi")
    bar, heading = phone.page.locator("header.bar").bounding_box(), phone.page.locator("#content h1").first
    line = heading.evaluate("heading => parseFloat(getComputedStyle(heading).lineHeight)")
    box = heading.bounding_box()
    assert bar is not None
    assert box is not None
    assert bar["height"] <= 44
    assert box["y"] + line <= 150
    assert "Ctrl" not in phone.page.locator("header.bar").inner_html().replace("Control+K", "")
    if path in ("/", "/search?q=binh"):
        expect(phone.page.locator(".help")).to_be_hidden()


def test_the_menu_of_a_phone_has_the_choices_that_its_bar_has_no_room_for(phone: Visit) -> None:
    phone.open("/?lang=vi&period=2025Q2")
    phone.page.get_by_role("button", name="Trang").click()
    phone.page.locator(".settings a", has_text="English").click()
    expect(phone.page).to_have_url(re.compile("lang=en"))
    phone.page.get_by_role("button", name="Pages").click()
    phone.page.locator(".settings button").click()
    assert phone.page.evaluate("document.documentElement.dataset.theme") == "contrast"
    phone.page.keyboard.press("Escape")
    field = phone.page.locator("#q")
    field.click()
    box = field.bounding_box()
    assert box is not None
    assert box["width"] > 300


def test_districts_are_a_list_with_bars_in_the_place_of_the_grid(phone: Visit) -> None:
    phone.open("/?lang=vi&period=2025Q2")
    expect(phone.page.locator("table.grid")).to_be_hidden()
    units = phone.page.locator(".unit-bars li")
    expect(units).to_have_count(1 + 22)
    one = units.filter(has_text="Bình Chánh")
    assert re.search(r"\d+ rất chậm|\d+ chờ bản sửa", one.inner_text())
    box = one.bounding_box()
    assert box is not None
    assert box["height"] >= 36
    one.get_by_role("link").click()
    expect(phone.page).to_have_url(re.compile(r"/district\?unit=785"))


def test_the_list_counts_what_the_grid_shows(phone: Visit) -> None:
    phone.open("/?lang=vi&period=2025Q2")
    column = """column => [...document.querySelectorAll('table.grid tbody tr')]
        .filter((row) => row.querySelectorAll('td')[column].querySelector('.far_behind')).length"""
    for number in (0, 5, 13):
        said = phone.page.locator(".unit-bars li").nth(number).inner_text()
        found = re.search(r"(\d+) rất chậm", said)
        assert int(found[1] if found else 0) == phone.page.evaluate(column, number)


@pytest.mark.parametrize(
    "path", ["/district?unit=769&period=2026Q3", "/ward?unit=26740&period=2026Q3", "/target?target=T09&period=2026Q3"]
)
def test_a_long_page_is_short_until_a_part_is_asked_for(phone: Visit, path: str) -> None:
    phone.open(f"{path}&lang=vi")
    shut = phone.page.locator("#content .folded:not([open])")
    assert shut.count() >= 4
    assert phone.page.evaluate("document.documentElement.scrollHeight") < 3.5 * HEIGHT
    way = phone.page.locator(".jumps [data-folds]").last
    goal = way.get_attribute("href") or ""
    way.click()
    part = phone.page.locator(f"{goal} > .folded")
    expect(part).to_have_attribute("open", "")
    top = phone.page.locator(goal).evaluate("part => part.getBoundingClientRect().top")
    assert 0 <= top < HEIGHT


def test_the_files_of_every_part_are_listed_within_the_screen(phone: Visit) -> None:
    phone.open("/target?target=T09&period=2026Q3&lang=en")
    phone.page.locator("#content").evaluate(
        "page => page.querySelectorAll('details').forEach((part) => { part.open = true; })"
    )
    lists = phone.page.locator("#content .tools > ul")
    assert lists.count() > 4
    ends = "lists => lists.map((list) => list.getBoundingClientRect()).flatMap(({ left, right }) => [left, right])"
    assert all(0 <= end <= WIDTH for end in lists.evaluate_all(ends))


def test_every_cell_of_a_stacked_table_stands_beside_its_heading(phone: Visit) -> None:
    phone.open("/target?target=T09&period=2025Q2&lang=vi")
    phone.page.locator(".jumps a", has_text="Số liệu").click()
    cell = phone.page.locator("table.figures tbody tr").first.locator("td").nth(2)
    told = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert told == '"Giá trị %"'
