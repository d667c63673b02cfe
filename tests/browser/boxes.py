"""Whether text is cut, small, lies over other text, needs sideways scrolling or stands beside its heading's column, on
screens of every size."""

from collections.abc import Iterable, Iterator

from playwright.sync_api import CDPSession
from visits import Visit

# Width, height, device pixels to a pixel of the page: a laptop's screen at 200 % has half the room, twice as fine.
SIZES = {
    "phone": (360, 740, 3),
    "laptop": (1280, 720, 1),
    "laptop at 200 %": (640, 360, 2),
    "tablet": (1024, 768, 2),
    "projector": (1920, 1080, 1),
}
# English words are mostly shorter than Vietnamese ones: where they fit the narrowest screen, they fit.
SIZES_IN = {"vi": (*SIZES,), "en": ("phone",)}
# Below 641 pixels style sheets know one layout: where a further state of a page fits a phone, it fits the wider laptop
# at 200 %.
SIZES_OF_MORE_STATES = tuple(name for name in SIZES if name != "laptop at 200 %")
# Slides are shown on a laptop and a projector, whose screens have one shape, or flow down a phone.
SIZES_OF_SLIDES = {"vi": ("phone", "laptop", "projector"), "en": ("laptop",)}
SIZES_OF_MORE_SLIDES = ("phone", "projector")

# Texts whose box is smaller than what it holds. Boxes meant to scroll are left out, and so is what only screen
# readers read.
CUT = """() => [...document.querySelectorAll('.kpi *')].filter((box) => {
    if (box.scrollWidth <= box.clientWidth + 1) return false;
    if (box.closest('.sr, .skip, svg, select') || !box.childElementCount && !box.textContent.trim()) return false;
    const style = getComputedStyle(box);
    return style.overflowX !== 'visible' && style.overflowX !== 'auto' && style.clipPath === 'none';
}).map((box) => 'cut: ' + box.className + ': ' + box.textContent.slice(0, 40))"""

# Text that leaves its own cell, tile or chip sideways, and lines of text that lie over other lines. What a scrolling
# box keeps out of sight is left out, and so is what sticks to its edge, or to that of the screen, above the rest.
OVER = """() => {
    const found = [], lines = [], known = new Map();
    const around = (element) => {
        if (!element || element === document.body) return { box: null, sticks: false };
        if (known.has(element)) return known.get(element);
        const style = getComputedStyle(element), above = around(element.parentElement);
        const clips = style.overflowX !== 'visible' || style.overflowY !== 'visible' || style.clipPath !== 'none';
        const floats = style.position === 'sticky' || style.position === 'fixed' && !element.matches('.deck');
        const own = { box: above.box, sticks: above.sticks || floats };
        if (clips) {
            const box = element.getBoundingClientRect(), more = above.box || box;
            own.box = { left: Math.max(box.left, more.left), right: Math.min(box.right, more.right),
                top: Math.max(box.top, more.top), bottom: Math.min(box.bottom, more.bottom) };
            if (style.clipPath !== 'none') own.box = { left: 0, right: 0, top: 0, bottom: 0 };
        }
        known.set(element, own);
        return own;
    };
    const main = document.getElementById('page');
    known.set(main, { box: null, sticks: false });
    const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode, own = node.parentElement, text = node.textContent.trim().slice(0, 40);
        if (!text || !own.checkVisibility({ visibilityProperty: true })) continue;
        if (!own.closest('.kpi') || own.closest('.sr, .skip, select, svg, textarea')) continue;
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
# Text smaller than 12 pixels of the page, in pictures as they are scaled.
SMALL = """() => {
    const found = new Set(), walk = document.createTreeWalker(document.getElementById('page'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const own = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim().slice(0, 40);
        if (!text || !own.checkVisibility({ visibilityProperty: true }) || own.closest('.sr, .skip, select')) continue;
        const scaled = own.closest('svg') ? own.getScreenCTM() : { a: 1, b: 0 };
        const size = parseFloat(getComputedStyle(own).fontSize) * Math.hypot(scaled.a, scaled.b);
        if (size > 0 && size < 11.9) found.add(`small, ${size.toFixed(1)} pixels: ${text}`);
    }
    return [...found];
}"""
# Headings of a table that do not stand above their own columns.
ASTRAY = """() => [...document.querySelectorAll('.kpi table')].flatMap((table) => {
    const heads = table.tHead?.rows[0], first = table.tBodies[0]?.rows[0];
    if (!first || !heads || !table.checkVisibility() || heads.cells.length !== first.cells.length) return [];
    if ([heads, first].some((row) => getComputedStyle(row).display !== 'table-row')) return [];
    return [...heads.cells].filter((head, place) => {
        const [above, below] = [head, first.cells[place]].map((cell) => cell.getBoundingClientRect());
        return Math.abs(above.left - below.left) > 1.5 || Math.abs(above.right - below.right) > 1.5;
    }).map((head) => `astray: ${table.className}: ${head.textContent.trim().slice(0, 40)}`);
})"""
# Where the page is wider than the screen: the first boxes that make it so.
SIDEWAYS = """() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.querySelectorAll('.kpi *')].filter((box) =>
        box.checkVisibility() && box.getBoundingClientRect().right > innerWidth + 1);
    return ['sideways', ...wide.slice(0, 3).map((box) => `${box.tagName} ${box.innerText?.slice(0, 40)}`)];
}"""
# All of these, asked at once.
MEASURED = f"() => [{', '.join(f'...({check})()' for check in (CUT, SMALL, OVER, ASTRAY, SIDEWAYS))}]"
# Where it is wider, and tables that are read by moving them sideways, once everything that can be opened is open.
OPENED = """() => {
    const shut = [...document.querySelectorAll('#content details:not([open])')];
    shut.forEach((one) => { one.open = true; });
    const wide = [document.documentElement, ...document.querySelectorAll('#content .scroll')].filter((box) =>
        box.checkVisibility() && box.scrollWidth > box.clientWidth + 1);
    const found = wide.map((box) => `sideways when opened: ${box.className} ${box.textContent.trim().slice(0, 40)}`);
    shut.forEach((one) => { one.open = false; });
    return found;
}"""


def at_sizes(visitor: Visit, screen: CDPSession, names: Iterable[str]) -> Iterator[str]:
    """Give the screen each of the sizes of these names; yield its name."""
    for name in names:
        width, height, scale = SIZES[name]
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        screen.send("Emulation.setDeviceMetricsOverride", metrics)
        visitor.page.wait_for_function(f"() => innerWidth === {width}")
        yield name
    screen.send("Emulation.clearDeviceMetricsOverride")


def measured(visitor: Visit) -> list[str]:
    """What is cut, small, over another text, astray or needs sideways scrolling on the page as it is."""
    # Letters of what was put in or opened just now come last.
    visitor.page.evaluate("() => document.fonts.ready.then(() => true)")
    return list(visitor.page.evaluate(MEASURED))


def measured_opened(visitor: Visit) -> list[str]:
    """What needs sideways scrolling on the page once all its parts are opened; they are shut again."""
    return list(visitor.page.evaluate(OPENED))
