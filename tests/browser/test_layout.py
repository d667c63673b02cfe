"""No text is cut, none lies over another, at a phone's, a laptop's and a projector's size, in both languages."""

import pytest
from visits import Visit

pytestmark = pytest.mark.browser
SIZES = [(360, 740), (1280, 720), (1920, 1080)]
PATHS = [
    "/?period=2021Q4",
    "/target?target=T09&period=2021Q4",
    "/district?unit=769&period=2021Q4",
    "/ward?period=2021Q4",
    "/actions?period=2025Q2",
    "/actions?action=1",
    "/actions?new=1&unit=776&target=T09",
]

# Texts whose box is smaller than what it holds. Boxes meant to scroll are left out, and so is what only screen
# readers read.
CUT = """() => [...document.querySelectorAll('.kpi *')].filter((box) => {
    if (box.closest('.sr, .skip, svg, select') || !box.childElementCount && !box.textContent.trim()) return false;
    const style = getComputedStyle(box);
    if (style.overflowX === 'visible' || style.overflowX === 'auto') return false;
    return box.scrollWidth > box.clientWidth + 1;
}).map((box) => box.className + ': ' + box.textContent.slice(0, 40))"""

# Text that leaves its own cell, tile or chip sideways or lies over another text of the same parent.
OVER = """() => {
    const found = [];
    const boxOf = (node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getBoundingClientRect();
    };
    for (const holder of document.querySelectorAll('.kpi .tile, .kpi td, .kpi th, .kpi .chip, .kpi .ranking li > a,'
        + ' .kpi .profile li > a, .kpi .multiples a, .kpi .tilemap a, .kpi .bar, .kpi .scale, .kpi .legend')) {
        const outer = holder.getBoundingClientRect();
        if (!outer.width) continue;
        const texts = [];
        const walk = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
            const node = walk.currentNode;
            if (!node.textContent.trim() || node.parentElement.closest('.sr, select, svg')) continue;
            if (!node.parentElement.checkVisibility()) continue;
            texts.push([node.textContent.trim(), boxOf(node)]);
        }
        texts.forEach(([text, box], place) => {
            if (box.left < outer.left - 1.5 || box.right > outer.right + 1.5) found.push('out: ' + text);
            for (const [other, next] of texts.slice(place + 1)) {
                const across = Math.min(box.right, next.right) - Math.max(box.left, next.left);
                const down = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
                if (across > 1.5 && down > 4) found.push('over: ' + text + ' | ' + other);
            }
        });
    }
    return found;
}"""
SIDEWAYS = "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_text_is_cut_or_overlaps(visit: Visit, size: tuple[int, int], path: str, lang: str) -> None:
    visit.page.set_viewport_size({"width": size[0], "height": size[1]})
    visit.open(f"{path}&lang={lang}")
    if path.startswith("/target"):
        visit.page.wait_for_selector(".js-plotly-plot .main-svg")
        visit.page.wait_for_selector("table.figures")
    visit.page.evaluate("document.fonts.ready")
    assert visit.page.evaluate(CUT) == []
    assert visit.page.evaluate(OVER) == []
    assert visit.page.evaluate(SIDEWAYS) <= 0


def test_the_grid_needs_no_sideways_scrolling_at_1280(visit: Visit) -> None:
    visit.open("/?lang=vi")
    assert (
        visit.page.evaluate(
            "(() => { const b = document.querySelector('.scroll'); return b.scrollWidth - b.clientWidth })()"
        )
        <= 0
    )


def test_sentence_tiles_and_the_start_of_the_grid_stand_above_the_fold_of_a_laptop(visit: Visit) -> None:
    visit.open("/?lang=vi")
    bottom = visit.page.locator("table.grid tbody tr").nth(9).bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] < 720


def test_the_whole_overview_fits_a_projector(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 1920, "height": 1080})
    visit.open("/?lang=vi")
    bottom = visit.page.locator("table.grid tbody tr").last.bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] < 1080
