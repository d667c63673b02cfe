"""axe-core finds nothing serious, on any page, in either language and theme.

Streamlit's own elements bring no finding on our pages, so there is no list of exceptions.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from meetings import slides
from places import DECKS, PLACES, Place
from visits import Visit

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")
TALLEST = 8000
FULL_HEIGHT = "document.querySelector('[data-testid=stMain]').scrollHeight"
# High contrast is held to 7:1; all else is the same in both themes.
EXAMINED = {
    "light": {},
    "contrast": {"runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]}},
}

EXAMINE = """async (options) => {
    const found = await axe.run(options);
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
    assert {theme: examine(roamer, theme) for theme in EXAMINED} == {theme: [] for theme in EXAMINED}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.name)
def test_no_slide_shuts_anybody_out(roamer: Visit, deck: Place, lang: str) -> None:
    roamer.go_to(deck, lang)
    roamer.page.set_viewport_size({"width": 1280, "height": 720})
    found = {
        (slide, theme): lines
        for slide in slides(roamer.page)
        for theme in EXAMINED
        if (lines := examine(roamer, theme))
    }
    assert found == {}


def test_the_examination_finds_what_it_is_made_for(visit: Visit) -> None:
    visit.open("/?lang=en")
    visit.page.evaluate(
        "document.querySelector('#content').insertAdjacentHTML('beforeend',"
        ' \'<img src="data:,"><p style="color:#777">pale</p><p style="color:#666">less pale</p>\')'
    )
    show_whole_page(visit)
    rules = {theme: {line.split(":")[0] for line in examine(visit, theme)} for theme in EXAMINED}
    assert rules == {
        "light": {"image-alt", "color-contrast"},
        "contrast": {"color-contrast", "color-contrast-enhanced"},
    }


def show_whole_page(visitor: Visit) -> None:
    """Make the screen as tall as the page, which may grow with it: axe passes over what is scrolled out of sight."""
    page, tall = visitor.page, 0
    while tall < TALLEST and (wanted := page.evaluate(FULL_HEIGHT)) > tall:
        tall = wanted
        page.set_viewport_size({"width": 1280, "height": max(720, min(tall, TALLEST))})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def examine(visitor: Visit, theme: str) -> list[str]:
    """Serious and critical findings on the page as it stands, in a theme."""
    page = visitor.page
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    found = page.evaluate(EXAMINE, {"resultTypes": ["violations"]} | EXAMINED[theme])
    return [f"{one['rule']}: {one['target']} {one['html']} ({one['told']})" for one in found if one["impact"] in GRAVE]
