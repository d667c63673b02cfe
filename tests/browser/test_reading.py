"""Reading: nothing leaves the host, cells explain themselves by pointer and by keyboard, errors are friendly."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from visits import Visit, answer_of

from tests.planned import TARGET_COUNT

pytestmark = pytest.mark.browser
PATHS = [
    "/",
    "/target?target=T14",
    "/district?unit=769",
    "/ward?unit=26734&period=2021Q4",
    "/origin",
    "/methodology",
    "/actions?action=1",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_request_leaves_the_host(visit: Visit, path: str) -> None:
    visit.open(path)
    visit.page.wait_for_load_state("networkidle")
    host = urlsplit(visit.address).netloc
    local = ("data", "blob", "about")
    assert [url for url in visit.requests if urlsplit(url).scheme not in local and urlsplit(url).netloc != host] == []


def test_words_are_set_in_the_self_hosted_font_as_soon_as_the_browser_has_it(visit: Visit) -> None:
    faces = "[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family + font.weight)"
    visit.open_in_own_letters("/")
    wanted = {"Be Vietnam Pro400", "Be Vietnam Pro600", "Be Vietnam Pro700", "Figures400 700"}
    assert wanted <= set(visit.page.evaluate(faces))


def test_the_target_page_draws_the_city_s_trend(visit: Visit) -> None:
    visit.open("/target?target=T14&lang=en")
    expect(visit.page.locator("figure.trend .plot .line")).to_have_count(1)


def test_pointing_at_a_cell_explains_it(visit: Visit) -> None:
    visit.open("/?lang=en&period=2021Q4")
    cell = visit.page.locator("table.grid td a.met").first
    cell.hover()
    tip = visit.page.locator(".kpi-tip")
    expect(tip).to_be_visible()
    assert tip.locator("b").inner_text() == (cell.get_attribute("aria-label") or "").split("\n")[0]
    visit.page.keyboard.press("Escape")
    visit.page.mouse.move(2, 2)
    expect(tip).to_be_hidden()


def test_every_cell_of_the_grid_is_reached_by_keyboard_with_a_label_that_explains_it(visit: Visit) -> None:
    visit.open("/?lang=en&period=2021Q4&followed=shown")
    cells = visit.page.locator("table.grid td a.c")
    count = cells.count()
    assert count == TARGET_COUNT * 23
    assert visit.page.locator("table.grid td a.c[tabindex='0']").count() == 1
    visit.page.evaluate(COLLECT)
    cells.first.focus()
    for row in range(TARGET_COUNT):
        for _ in range(22):
            visit.page.keyboard.press("ArrowLeft" if row % 2 else "ArrowRight")
        visit.page.keyboard.press("ArrowDown")
    seen = visit.page.evaluate("[...window.labels]")
    assert len(seen) == count
    assert all(label and "\n" in label for label in seen)


def test_the_keyboard_shows_the_same_explanation_as_the_pointer(visit: Visit) -> None:
    visit.open("/?lang=en&period=2021Q4")
    visit.page.locator("table.grid td a.c").first.focus()
    visit.page.keyboard.press("ArrowRight")
    expect(visit.page.locator(".kpi-tip")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/?period=2030Q9&lang=en", "There is no period"),
        ("/target?target=T99&lang=en", "There is no target"),
        ("/district?unit=999&lang=vi", "Không có đơn vị"),
        ("/ward?unit=999&lang=vi", "Không có đơn vị"),
        ("/district?unit=R79&period=2025Q3&lang=vi", "có ở trang khác"),
    ],
)
def test_an_address_that_leads_nowhere_gives_a_friendly_page(visit: Visit, path: str, text: str) -> None:
    visit.open(path)
    expect(visit.page.locator("#content")).to_contain_text(text)
    visit.page.locator("nav a").first.click()
    expect(visit.page.locator("#content .bullet").first).to_be_visible()
    assert visit.page.locator("[data-testid='stException']").count() == 0


def test_a_reader_of_the_district_page_sees_what_a_correction_changed(visit: Visit) -> None:
    visit.open("/?period=2025Q1&lang=en")
    units = [code for code in visit.page.evaluate(CODES) if code]
    for code in units:
        path = f"/district?unit={code}&period=2025Q1&lang=en"
        if "version 2 replaces 1" in answer_of(visit.page.request, visit.address + path).content:
            visit.open(path)
            expect(visit.page.locator("#revisions summary").first).to_contain_text("version 2 replaces 1")
            expect(visit.page.locator(".revisions tbody tr").first).to_be_attached()
            return
    pytest.fail("no district of the sample was corrected")


# The labels of whatever is reached from now on.
COLLECT = """() => {
    window.labels = new Set();
    document.addEventListener('focusin', ({ target }) => window.labels.add(target.getAttribute('aria-label')));
}"""
CODES = """[...document.querySelectorAll('table.grid thead th a')]
    .map((link) => new URL(link.href).searchParams.get('unit'))"""
