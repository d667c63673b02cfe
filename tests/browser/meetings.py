"""What a room sees of a slide: sizes of letters, contrasts, colours on a washed-out wall."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page

SHOWN = ".deck .slide:not([hidden])"
LAB_EPSILON, LAB_KAPPA = 216 / 24389, 24389 / 27
WHITE = (0.95047, 1.0, 1.08883)

# Every text of the slide that is shown: its words, letter size, colour, and the first solid ground behind it.
TEXTS = """() => {
    const texts = [], slide = document.querySelector('.deck .slide:not([hidden])');
    const walk = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode, box = node.parentElement;
        if (!node.textContent.trim() || box.closest('.sr, option') || !box.checkVisibility()) continue;
        let ground = box;
        while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
        texts.push({
            text: node.textContent.trim().slice(0, 40),
            size: parseFloat(getComputedStyle(box).fontSize),
            ink: getComputedStyle(box).color,
            ground: ground ? getComputedStyle(ground).backgroundColor : 'rgb(255, 255, 255)',
        });
    }
    return texts;
}"""
# Text that leaves the slide's body, boxes that hold more than they show, and lines of text that lie over other lines.
_SPILLED = """() => {
    const slide = document.querySelector('.deck .slide:not([hidden])'), found = [], lines = [];
    const bottom = slide.querySelector('footer').getBoundingClientRect().top + 1;
    const edges = slide.getBoundingClientRect();
    const walk = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode;
        if (!node.textContent.trim() || node.parentElement.closest('.sr, option')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const box = range.getBoundingClientRect();
        if (!box.width) continue;
        for (const line of range.getClientRects()) if (line.width > 1) lines.push([node.textContent.trim(), line]);
        const inFooter = node.parentElement.closest('footer');
        if (box.right > edges.right + 1 || box.left < edges.left - 1) found.push('side: ' + node.textContent.trim());
        if (!inFooter && box.bottom > bottom + 3) found.push('low: ' + node.textContent.trim());
        const cell = node.parentElement.closest('td, th, .state, .nm, .vl, .why, li');
        if (cell && box.right > cell.getBoundingClientRect().right + 2) found.push('cell: ' + node.textContent.trim());
    }
    lines.forEach(([text, box], place) => lines.slice(place + 1).forEach(([other, more]) => {
        const across = Math.min(box.right, more.right) - Math.max(box.left, more.left);
        const down = Math.min(box.bottom, more.bottom) - Math.max(box.top, more.top);
        if (across > 1.5 && down > 0.3 * Math.min(box.height, more.height)) found.push(`over: ${text} | ${other}`);
    }));
    return found;
}"""


def count(page: Page) -> int:
    """How many slides there are."""
    return int(page.locator(".deck").get_attribute("data-count") or 0)


def spilled(page: Page) -> list[str]:
    """Texts that leave the slide that is shown, or the box that they stand in, or lie over others, drawn in its own
    letters: looking for them is what has the browser fetch those."""
    page.evaluate(_SPILLED)
    page.evaluate("() => document.fonts.ready.then(() => true)")
    return list(page.evaluate(_SPILLED))


def slides(page: Page) -> Iterator[str]:
    """Show every slide of the open deck, one after the other; yields its number and title."""
    page.keyboard.press("Home")
    for number in range(1, count(page) + 1):
        yield f"{number}. {title(page)}"
        page.keyboard.press("ArrowRight")


def title(page: Page) -> str:
    """The title of the slide that is shown."""
    return page.locator(f"{SHOWN} h1").inner_text()


def contrast(ink: tuple[float, ...], ground: tuple[float, ...]) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def parse(colour: str) -> tuple[float, ...]:
    """`rgb(1, 2, 3)` as three numbers."""
    return tuple(float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])


def picture(page: Page) -> Image.Image:
    """What is on the screen."""
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def pixel(seen: Image.Image, point: tuple[int, int]) -> tuple[float, ...]:
    """The colour at a point."""
    red, green, blue = seen.crop((*point, point[0] + 1, point[1] + 1)).tobytes()
    return red, green, blue


def distance(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """How far two colours are apart to the eye (CIE76)."""
    return sum((a - b) ** 2 for a, b in zip(_lab(one), _lab(other), strict=True)) ** 0.5


def lightness(colour: tuple[float, ...]) -> float:
    """How light a colour is, 0 to 100: what is left of it in grey."""
    return _lab(colour)[0]


def _linear(colour: tuple[float, ...]) -> list[float]:
    parts = [part / 255 for part in colour]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _luminance(colour: tuple[float, ...]) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lab(colour: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = _linear(colour)
    xyz = (
        0.4124564 * red + 0.3575761 * green + 0.1804375 * blue,
        0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
        0.0193339 * red + 0.1191920 * green + 0.9503041 * blue,
    )
    x, y, z = (_curve(part / white) for part, white in zip(xyz, WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _curve(share: float) -> float:
    return share ** (1 / 3) if share > LAB_EPSILON else (LAB_KAPPA * share + 16) / 116
