"""What stands where on a screen: the overview above the fold, its bar in one line, districts as rows on a phone."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from boxes import measured
from playwright.sync_api import Browser, expect
from visits import Visit

from app.figures.grid.html import area_grid
from app.figures.grid.spec import UnitGrid, UnitGroup, UnitLine
from app.figures.matrix import MatrixCell, MatrixColumn, MatrixRow
from tests.chromium import executable

pytestmark = pytest.mark.browser


def test_the_grid_needs_no_sideways_scrolling_at_1280(visit: Visit) -> None:
    visit.open("/?lang=vi")
    assert (
        visit.page.evaluate(
            "(() => { const b = document.querySelector('.scroll'); return b.scrollWidth - b.clientWidth })()"
        )
        <= 0
    )


def test_no_heading_and_no_row_of_a_target_is_split_between_two_columns(visit: Visit) -> None:
    visit.open("/?period=2025Q2&lang=vi")
    parts = visit.page.locator(".bullets :is(h2, summary, .bullet, .c)")
    assert parts.evaluate_all("all => all.filter((part) => part.getClientRects().length > 1).length") == 0


# A sign in a font of the device has another width on each, and the browser takes a millisecond to find it.
SIGNS = re.compile("[\u2190-\u2bff]")


@pytest.mark.parametrize("page", ["", "target?target=T09", "reports"])
def test_signs_are_in_the_fonts_of_the_project(visit: Visit, page: str) -> None:
    visit.open_in_own_letters(f"/{page}{'&' if '?' in page else '?'}period=2025Q2&lang=vi")
    client = visit.page.context.new_cdp_session(visit.page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    with_signs = _with_signs(client.send("DOM.getDocument", {"depth": -1})["root"])
    fonts = [font for node in with_signs for font in client.send("CSS.getPlatformFontsForNode", node)["fonts"]]
    assert fonts
    assert {font["familyName"] for font in fonts if not font["isCustomFont"]} == set()


def _with_signs(node: dict[str, Any]) -> Iterator[dict[str, int]]:
    """Yield elements whose own text has signs, and those whose signs a style adds."""
    children = node.get("children", [])
    texts = [child["nodeValue"] for child in children if child["nodeName"] == "#text"]
    if node["nodeName"] == "SUMMARY" or any(map(SIGNS.search, texts)):
        yield {"nodeId": node["nodeId"]}
    for child in children:
        yield from _with_signs(child)


AMOUNTS = tuple(MatrixColumn(f"A{number}", "Số vụ xử lý", "Số vụ đã xử lý") for number in range(40))
FIGURES = ("15.381/40.000", "82,2", "100")


@pytest.mark.parametrize("width", [1024, 1280, 1920])
def test_the_figures_of_forty_targets_are_not_cut(visit: Visit, width: int) -> None:
    def line(code: str) -> UnitLine:
        cells = (
            MatrixCell(code, column.key, "far_behind", FIGURES[number % 3], "chậm", is_provisional=True)
            for number, column in enumerate(AMOUNTS)
        )
        return UnitLine(MatrixRow(code, code, code, tuple(cells)), None)

    head = UnitLine(MatrixRow("ward", "Phường", "Phường", ()), None)
    grid = UnitGrid(AMOUNTS, line("01"), (UnitGroup(head, (line("00004"),), False),))
    html = area_grid(grid, lambda page, **parameters: "/", lambda parameter, code: "", "ward", "communes")
    visit.page.set_viewport_size({"width": width, "height": 720})
    visit.open("/?period=2026Q3&lang=vi")
    visit.page.locator("#grid").evaluate("(grid, html) => { grid.outerHTML = html; }", str(html))
    assert visit.page.locator("#grid .c").count() == 80
    assert measured(visit) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_unit_with_a_very_long_name_is_compared_without_sideways_scrolling(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 720})
    visit.open("/compare?units=760,769&period=2021Q4&lang=vi")
    visit.page.evaluate(
        "() => document.querySelectorAll('.picker li, .sides thead th:has(.mk)').forEach((name) => {"
        " name.append(' – mở rộng, sáp nhập từ các phường cũ theo Nghị quyết của Ủy ban Thường vụ Quốc hội'); })"
    )
    assert (
        visit.page.evaluate(
            "[document.documentElement, ...document.querySelectorAll('#content .scroll')]"
            ".filter((box) => box.scrollWidth > box.clientWidth + 1).length"
        )
        == 0
    )


def bottom_of_row(visit: Visit, number: int) -> float:
    """Where a row of the grid ends, in pixels from the top of the screen."""
    box = visit.page.locator("table.grid tbody tr th").nth(number).bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_on_a_laptop_the_sentence_every_target_and_the_first_rows_of_the_grid_stand_above_the_fold(
    visit: Visit, lang: str
) -> None:
    visit.open(f"/?period=2025Q2&lang={lang}")
    last = visit.page.locator(".bullets summary").bounding_box()
    assert last is not None
    assert last["y"] + last["height"] < 500
    assert bottom_of_row(visit, 4) < 720


# WCAG 1.4.12, set as extensions of browsers do.
OWN_SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; }
        * { word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""


@pytest.mark.parametrize("path", ["/?period=2025Q2", "/district?unit=769&period=2021Q4"])
def test_a_reader_s_own_spacing_cuts_no_name_and_no_figure(visit: Visit, path: str) -> None:
    visit.open(f"{path}&lang=vi")
    visit.page.evaluate(OWN_SPACING)
    # Names above columns may reach into the space beside them.
    assert [line for line in measured(visit) if line.startswith(("cut", "over", "out of TD"))] == []


def test_lines_of_pictures_take_the_reader_s_own_colours(visit: Visit) -> None:
    visit.page.emulate_media(forced_colors="active", color_scheme="dark")
    visit.open("/target?target=T09&period=2025Q2&lang=vi")
    strokes = visit.page.locator(".track .th, .track .ci, .trend .line.main").evaluate_all(
        "all => [...new Set(all.map((line) => getComputedStyle(line).stroke))]"
    )
    assert strokes == [visit.page.locator("h1").evaluate("title => getComputedStyle(title).color")]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "part"), [("/?period=2026Q3", ".toggle a[aria-current]"), ("/reports?period=2026Q3", ".lengths b")]
)
def test_what_is_chosen_and_bars_are_seen_in_the_reader_s_own_colours(
    visit: Visit, colours: Any, path: str, part: str
) -> None:
    visit.page.emulate_media(forced_colors="active", color_scheme=colours)
    visit.open(f"{path}&lang=vi")
    ground = "part => getComputedStyle(part).backgroundColor"
    assert visit.page.locator(part).first.evaluate(ground) != visit.page.locator("#content h1").evaluate(
        "title => { title.style.background = 'Canvas'; return getComputedStyle(title).backgroundColor; }"
    )


def test_the_whole_overview_fits_a_projector(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 1920, "height": 1080})
    visit.open("/?period=2025Q2&lang=vi")
    assert bottom_of_row(visit, visit.page.locator("table.grid tbody tr th").count() - 1) < 1080


def test_half_of_the_areas_fit_a_projector_and_all_neighbours_when_the_old_city_is_folded(
    visit: Visit,
) -> None:
    visit.page.set_viewport_size({"width": 1920, "height": 1080})
    visit.open("/?period=2026Q3&lang=vi")
    # The city, its first region and 19 of its 22 areas, each row as high as a finger needs.
    assert bottom_of_row(visit, 20) < 1080
    visit.page.locator("#turn-R79").click()
    expect(visit.page.locator("#turn-R79")).to_have_attribute("aria-expanded", "false")
    rows = visit.page.locator("table.grid tbody tr th").count()
    assert rows == 1 + 3 + 16
    assert bottom_of_row(visit, rows - 1) < 1080


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_bar_with_all_pages_is_one_line_on_a_laptop(visit: Visit, lang: str) -> None:
    visit.open(f"/?lang={lang}")
    for width in (1280, 1366):
        visit.page.set_viewport_size({"width": width, "height": 720})
        bar = visit.page.locator("header.bar").bounding_box()
        assert bar is not None
        assert bar["height"] < 48
        stamp = visit.page.locator(".stamp").first.bounding_box()
        assert stamp is not None
        assert stamp["y"] + stamp["height"] < 90


def test_the_bar_is_one_line_on_a_laptop_where_reports_are_monthly_too(visit: Visit) -> None:
    visit.open("/?lang=vi")
    visit.page.set_viewport_size({"width": 1280, "height": 720})
    visit.page.evaluate(
        "() => {"
        " document.querySelectorAll('.bar .period option').forEach((one) => { one.textContent = 'Tháng 12/2026'; });"
        " document.querySelectorAll('.bar .toggle a').forEach((one) => {"
        "   one.textContent = one.textContent.replace('Quý', 'Tháng'); }); }"
    )
    bar = visit.page.locator("header.bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 48


def test_a_form_uses_the_width_of_a_large_screen(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 1920, "height": 1080})
    visit.open("/actions?new=1&unit=776&target=T09&period=2025Q2&lang=vi")
    form = visit.page.locator("form[data-send='open-action']")
    assert form.evaluate("form => form.offsetWidth / form.parentElement.offsetWidth") > 0.95


def test_between_a_phone_and_a_laptop_the_grid_shows_districts_as_rows(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 760, "height": 740})
    visit.open("/?lang=vi&period=2025Q2")
    first, second = (visit.page.locator("table.grid thead th a").nth(place).bounding_box() for place in (0, 1))
    assert first is not None
    assert second is not None
    assert second["y"] > first["y"]
    assert abs(second["x"] - first["x"]) < 1
    assert visit.page.evaluate("document.querySelector('.scroll').scrollWidth <= innerWidth")


def test_on_a_phone_few_targets_keep_their_grid_with_figures_beside_each_district_s_name(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.open("/?lang=vi&period=2025Q2&group=4")
    grid = visit.page.locator("table.grid")
    expect(grid.locator("tbody tr")).to_have_count(3)
    cell, name = grid.locator("tbody tr").nth(2).locator("td a").nth(1), grid.locator("thead th a").first
    assert cell.inner_text().strip().endswith("41,8")
    one, other = cell.bounding_box(), name.bounding_box()
    assert one is not None
    assert other is not None
    assert one["y"] <= other["y"] + other["height"] / 2 <= one["y"] + one["height"]
    assert one["width"] >= 24


def test_on_a_phone_a_ward_s_courses_stand_under_its_targets_without_sideways_scrolling(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.open("/ward?unit=26803&period=2025Q1&lang=vi")
    table = visit.page.locator("table.measures")
    assert table.evaluate("table => table.parentElement.scrollWidth <= table.parentElement.clientWidth")
    for name in ("tbody .spark", "tbody .chip"):
        for number in range(table.locator(name).count()):
            box = table.locator(name).nth(number).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
    course, name_of_target = table.locator("tbody .spark").first.bounding_box(), table.locator("tbody th").first
    above = name_of_target.bounding_box()
    assert course is not None
    assert above is not None
    assert course["width"] > 180
    assert course["y"] > above["y"] + above["height"]


FARTHEST_TEXT = """part => {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), range = document.createRange();
    let farthest = 0;
    while (walker.nextNode()) {
        const node = walker.currentNode, holder = node.parentElement;
        if (!node.textContent.trim() || !holder.checkVisibility() || holder.closest('.hint, .tools')) continue;
        range.selectNodeContents(node);
        farthest = Math.max(farthest, range.getBoundingClientRect().right);
    }
    return farthest;
}"""


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/changes?period=2025Q2", "#through-0"),
        ("/ledger?target=T09&unit=769&period=2025Q2", ".ledger"),
        ("/reports?show=all&period=2026Q3", ".calendar"),
        ("/report?unit=26740&period=2026Q4", "#form-B1"),
        ("/search?q=tan&period=2026Q3", ".hits"),
    ],
)
def test_what_there_is_to_read_reaches_far_across_a_projector(visit: Visit, path: str, part: str) -> None:
    visit.page.set_viewport_size({"width": 1920, "height": 1080})
    visit.open(f"{path}&lang=vi")
    assert visit.page.locator(part).first.evaluate(FARTHEST_TEXT) > 0.8 * 1920


# The setting of browsers for letters, whose usual size is 16.
TWICE = "--blink-settings=defaultFontSize=32"


@pytest.mark.parametrize(
    "path",
    ["/?period=2025Q2", "/?open=760,785&period=2026Q3", "/target?target=T09&period=2026Q3", "/tasks?period=2026Q3"],
)
def test_letters_of_twice_the_size_cut_and_cover_nothing(browser: Browser, app_address: str, path: str) -> None:
    arguments = ["--no-sandbox", "--disable-gpu", TWICE]
    with closing(browser.browser_type.launch(executable_path=executable(), args=arguments)) as large:
        visit = Visit(large.new_page(viewport={"width": 1280, "height": 720}), app_address)
        visit.open(f"{path}&lang=vi")
        size = visit.page.locator("#content").evaluate("content => parseFloat(getComputedStyle(content).fontSize)")
        assert size >= 26
        assert measured(visit) == []


# How far letters with all their marks reach over what shows them.
HIDDEN_MARKS = """name => {
    const range = document.createRange(), box = name.getBoundingClientRect();
    range.selectNodeContents(name);
    const letters = range.getBoundingClientRect();
    return Math.max(0, box.left - letters.left, letters.right - box.right);
}"""


def test_names_above_columns_keep_the_marks_of_their_letters(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 1024, "height": 768})
    visit.open("/?period=2026Q3&lang=vi")
    names = visit.page.locator("table.areas thead th:not(.late) > a")
    assert names.count() > 10
    for name in names.all():
        assert name.evaluate(HIDDEN_MARKS) < 0.5, name.inner_text()
