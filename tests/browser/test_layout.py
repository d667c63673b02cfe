"""No text is cut, none lies over another, nothing needs sideways scrolling: on a phone, on a tablet, on a laptop,
magnified twice, on a projector, in both languages, on every page."""

from collections.abc import Iterator

import pytest
from meetings import slides
from places import DECKS, PLACES, Place
from playwright.sync_api import CDPSession, expect
from visits import Visit

pytestmark = pytest.mark.browser
# Width, height, device pixels to a pixel of the page: a laptop's screen at 200 % has half the room, twice as fine.
SIZES = {
    "phone": (360, 740, 3),
    "laptop": (1280, 720, 1),
    "laptop at 200 %": (640, 360, 2),
    "tablet": (1024, 768, 2),
    "projector": (1920, 1080, 1),
}

# Texts whose box is smaller than what it holds. Boxes meant to scroll are left out, and so is what only screen
# readers read.
CUT = """() => [...document.querySelectorAll('.kpi *')].filter((box) => {
    if (box.closest('.sr, .skip, svg, select') || !box.childElementCount && !box.textContent.trim()) return false;
    const style = getComputedStyle(box);
    if (style.overflowX === 'visible' || style.overflowX === 'auto' || style.clipPath !== 'none') return false;
    return box.scrollWidth > box.clientWidth + 1;
}).map((box) => 'cut: ' + box.className + ': ' + box.textContent.slice(0, 40))"""

# Text that leaves its own cell, tile or chip sideways, and lines of text that lie over other lines. What a scrolling
# box keeps out of sight is left out, and so is what sticks to its edge above the rest.
OVER = """() => {
    const found = [], lines = [], known = new Map();
    const around = (element) => {
        if (!element || element === document.body) return { box: null, sticks: false };
        if (known.has(element)) return known.get(element);
        const style = getComputedStyle(element), above = around(element.parentElement);
        const clips = style.overflowX !== 'visible' || style.overflowY !== 'visible' || style.clipPath !== 'none';
        const own = { box: above.box, sticks: above.sticks || style.position === 'sticky' };
        if (clips) {
            const box = element.getBoundingClientRect(), more = above.box || box;
            own.box = { left: Math.max(box.left, more.left), right: Math.min(box.right, more.right),
                top: Math.max(box.top, more.top), bottom: Math.min(box.bottom, more.bottom) };
            if (style.clipPath !== 'none') own.box = { left: 0, right: 0, top: 0, bottom: 0 };
        }
        known.set(element, own);
        return own;
    };
    const main = document.querySelector('[data-testid=stMain]');
    known.set(main, { box: null, sticks: false });
    const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode, own = node.parentElement, text = node.textContent.trim().slice(0, 40);
        if (!text || !own.closest('.kpi') || own.closest('.sr, .skip, select, svg, textarea')) continue;
        if (!own.checkVisibility({ visibilityProperty: true })) continue;
        if (parseFloat(getComputedStyle(own).fontSize) === 0) continue;
        const range = document.createRange(), place = around(own);
        range.selectNodeContents(node);
        const holder = own.closest('.tile, td, th, .chip, .ranking li > a, .profile li > a, .multiples a, .tilemap a,'
            + ' .bar, .scale, .legend, .menu > div, .menu > ul, button, .toggle');
        const outer = holder?.getBoundingClientRect();
        for (const box of range.getClientRects()) {
            const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2, seen = place.box;
            if (box.width < 1) continue;
            if (seen && (x < seen.left || x > seen.right || y < seen.top || y > seen.bottom)) continue;
            const isOut = outer?.width && (box.left < outer.left - 1.5 || box.right > outer.right + 1.5);
            if (isOut) found.push(`out of ${holder.className || holder.tagName}: ${text}`);
            if (!place.sticks) lines.push([text, box]);
        }
    }
    lines.sort((one, other) => one[1].top - other[1].top);
    lines.forEach(([text, box], place) => {
        for (let next = place + 1; next < lines.length && lines[next][1].top < box.bottom; next += 1) {
            const [other, more] = lines[next];
            const across = Math.min(box.right, more.right) - Math.max(box.left, more.left);
            const down = Math.min(box.bottom, more.bottom) - more.top;
            if (across > 1.5 && down > 0.3 * Math.min(box.height, more.height)) found.push(`over: ${text} | ${other}`);
        }
    });
    return [...new Set(found)];
}"""
SIDEWAYS = """() => document.querySelector('[data-testid=stMain]').scrollWidth > innerWidth ? ['sideways'] : []"""


@pytest.fixture(scope="module")
def screen(roamer: Visit) -> CDPSession:
    """The screen of the one who goes about."""
    return roamer.page.context.new_cdp_session(roamer.page)


def at_every_size(visitor: Visit, screen: CDPSession) -> Iterator[str]:
    """Give the screen each of the sizes; yields its name."""
    for name, (width, height, scale) in SIZES.items():
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        screen.send("Emulation.setDeviceMetricsOverride", metrics)
        visitor.page.wait_for_function(f"() => innerWidth === {width}")
        yield name
    screen.send("Emulation.clearDeviceMetricsOverride")


def measured(visitor: Visit) -> list[str]:
    """What is cut, lies over another text or needs sideways scrolling on the page as it stands."""
    return [line for check in (CUT, OVER, SIDEWAYS) for line in visitor.page.evaluate(check)]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_no_text_is_cut_or_overlaps(roamer: Visit, screen: CDPSession, place: Place, lang: str) -> None:
    roamer.go_to(place, lang)
    found = {size: measured(roamer) for size in at_every_size(roamer, screen)}
    assert found == {name: [] for name in SIZES}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.name)
def test_no_text_of_any_slide_is_cut_or_overlaps(roamer: Visit, screen: CDPSession, deck: Place, lang: str) -> None:
    roamer.go_to(deck, lang)
    found = {
        (size, slide): lines
        for size in at_every_size(roamer, screen)
        for slide in slides(roamer.page)
        if (lines := measured(roamer))
    }
    assert found == {}


def test_the_grid_needs_no_sideways_scrolling_at_1280(visit: Visit) -> None:
    visit.open("/?lang=vi")
    assert (
        visit.page.evaluate(
            "(() => { const b = document.querySelector('.scroll'); return b.scrollWidth - b.clientWidth })()"
        )
        <= 0
    )


def bottom_of_row(visit: Visit, number: int) -> float:
    """Where a row of the grid ends, in pixels from the top of the screen."""
    box = visit.page.locator("table.grid tbody tr th").nth(number).bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_on_a_laptop_sentence_tiles_and_the_whole_grid_stand_above_the_fold(visit: Visit, lang: str) -> None:
    visit.open(f"/?lang={lang}")
    assert bottom_of_row(visit, 9) < 720
    visit.page.get_by_role("button", name="Đã hiểu" if lang == "vi" else "Got it").click()
    assert bottom_of_row(visit, 17) <= 720


def test_the_whole_overview_fits_a_projector(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 1920, "height": 1080})
    visit.open("/?lang=vi")
    assert bottom_of_row(visit, 17) < 1080


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_bar_with_all_pages_is_one_line_on_a_laptop(visit: Visit, lang: str) -> None:
    visit.open(f"/?lang={lang}")
    bar = visit.page.locator("header.bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 48
    stamp = visit.page.locator(".stamp").first.bounding_box()
    assert stamp is not None
    assert stamp["y"] + stamp["height"] < 90


def test_on_a_phone_the_grid_shows_districts_as_rows_without_sideways_scrolling(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.open("/?lang=vi&period=2025Q2")
    grid = visit.page.locator("table.grid")
    first, second = (grid.locator("thead th a").nth(place).bounding_box() for place in (0, 1))
    assert first is not None
    assert second is not None
    assert second["y"] > first["y"]
    assert abs(second["x"] - first["x"]) < 1
    assert visit.page.evaluate("document.querySelector('.scroll').scrollWidth <= innerWidth")
    # One group of targets: room for figures, in a row with the district's name.
    visit.page.locator("#group").select_option(label="Tập huấn")
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
