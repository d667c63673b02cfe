"""axe-core finds nothing serious, on any page, in either language and theme.

Streamlit's own elements bring no finding on our pages, so there is no list of exceptions.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from meetings import slides
from places import DECKS, PLACES, Place
from playwright.sync_api import Page
from visits import Visit

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")
TALLEST = 8000
FULL_HEIGHT = "document.querySelector('[data-testid=stMain]').scrollHeight"
# High contrast is held to 7:1; all else is the same in both themes.
CONTRAST = {"light": ["color-contrast"], "contrast": ["color-contrast", "color-contrast-enhanced"]}
BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}

# Of texts whose contrast cannot differ one is examined: those with the same class, the same colours, sizes and weights
# from themselves up to the page's edge, and the same behind them. axe takes seconds for all 400 cells of a grid.
EXAMINE = """async ([contrast, options]) => {
    const SHOWN_BY = ['color', 'backgroundColor', 'backgroundImage', 'fontSize', 'fontWeight', 'opacity'];
    const looks = new Map(), kinds = new Map();
    const look = (element) => {
        if (!element) return { own: '', all: '' };
        if (!looks.has(element)) {
            const style = getComputedStyle(element);
            const own = element.tagName + SHOWN_BY.map((name) => style[name]).join(' ');
            looks.set(element, { own, all: `${own}|${look(element.parentElement).all}` });
        }
        return looks.get(element);
    };
    for (const element of contrast.length ? document.querySelectorAll('body *') : []) {
        const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!(hasText || element.matches('input, select, textarea')) || !element.checkVisibility()) continue;
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const behind = document.elementsFromPoint((left + right) / 2, (top + bottom) / 2).map((one) => look(one).own);
        kinds.set([element.getAttribute('class'), look(element).all, behind.join('/')].join(), element);
    }
    const where = contrast.length ? { include: [...kinds.values()] } : document;
    const only = contrast.length ? { runOnly: { type: 'rule', values: contrast } } : {};
    const found = await axe.run(where, { resultTypes: ['violations'], preload: false, ...options, ...only });
    return found.violations.flatMap((rule) => rule.nodes.map((node) => ({
        rule: rule.id, impact: node.impact, target: node.target.join(' '), html: node.html.slice(0, 160),
        told: [...node.any, ...node.all, ...node.none].map((check) => check.message).join('; ').slice(0, 200),
    })));
}"""


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_no_page_shuts_anybody_out(roamer: Visit, place: Place, lang: str) -> None:
    roamer.go_to(place, lang)
    show_whole_page(roamer)
    assert examine(roamer) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.name)
def test_no_slide_shuts_anybody_out(roamer: Visit, deck: Place, lang: str) -> None:
    roamer.go_to(deck, lang)
    roamer.page.set_viewport_size({"width": 1280, "height": 720})
    found = {slide: lines for slide in slides(roamer.page) if (lines := examine(roamer))}
    assert found == {}


def test_the_examination_finds_what_it_is_made_for(visit: Visit) -> None:
    visit.open("/?lang=en")
    visit.page.evaluate(
        "document.querySelector('#content').insertAdjacentHTML('beforeend',"
        ' \'<img src="data:,"><p style="color:#777">pale</p><p style="color:#666">less pale</p>\')'
    )
    show_whole_page(visit)
    assert {line.split(":")[0] for line in examine(visit)} == {
        "light image-alt",
        "light color-contrast",
        "contrast color-contrast",
        "contrast color-contrast-enhanced",
    }


def show_whole_page(visitor: Visit) -> None:
    """Make the screen as tall as the page, which may grow with it: axe passes over what is scrolled out of sight."""
    page, tall = visitor.page, 0
    while tall < TALLEST and (wanted := page.evaluate(FULL_HEIGHT)) > tall:
        tall = wanted
        page.set_viewport_size({"width": 1280, "height": max(720, min(tall, TALLEST))})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def examine(visitor: Visit) -> list[str]:
    """Serious and critical findings on the page as it stands, each after the theme in which it was found."""
    page = visitor.page
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [line for theme, contrast in CONTRAST.items() for line in _in_theme(page, theme, contrast)]


def _in_theme(page: Page, theme: str, contrast: list[str]) -> list[str]:
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    found = page.evaluate(EXAMINE, [contrast, {}])
    if theme == "light":
        found += page.evaluate(EXAMINE, [[], BUT_CONTRAST])
    graves = [one for one in found if one["impact"] in GRAVE]
    return [f"{theme} {one['rule']}: {one['target']} {one['html']} ({one['told']})" for one in graves]
