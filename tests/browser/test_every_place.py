"""Every page and slide, in both languages: no text is cut or lies over another, nothing needs sideways scrolling, and
axe-core finds nothing serious. It examines the whole of each page and of each kind of slide once; of a page's further
states what is new in them."""

from urllib.parse import urlsplit

import pytest
from axe import examine, show_whole_page
from boxes import SIZES_IN, SIZES_OF_SLIDES, at_sizes, measured, measured_opened
from meetings import SHOWN, slides
from places import DECKS, MOVED_SIDEWAYS, PLACES, Place
from playwright.sync_api import CDPSession
from visits import Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def screen(roamer: Visit) -> CDPSession:
    """The screen of the one who goes about."""
    return roamer.page.context.new_cdp_session(roamer.page)


@pytest.fixture(scope="module", params=["vi", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    """The language of the page."""
    return str(request.param)


@pytest.fixture(scope="module", params=PLACES, ids=lambda place: place.name)
def place(request: pytest.FixtureRequest, lang: str, roamer: Visit) -> Place:
    """A page that was gone to, once for all tests that look at it."""
    roamer.go_to(request.param, lang)
    return request.param


@pytest.fixture(scope="module", params=DECKS, ids=lambda deck: deck.name)
def deck(request: pytest.FixtureRequest, lang: str, roamer: Visit) -> None:
    """A review that was gone to, as above."""
    roamer.go_to(request.param, lang)


def test_no_text_is_cut_or_overlaps(roamer: Visit, screen: CDPSession, lang: str, place: Place) -> None:
    found = {}
    for size in at_sizes(roamer, screen, SIZES_IN[lang]):
        lines = measured(roamer)
        # On a phone no table is read by moving it sideways.
        if size == "phone" and place.name not in MOVED_SIDEWAYS:
            lines += measured_opened(roamer)
        if lines:
            found[size] = lines
    assert found == {}


@pytest.fixture(scope="module")
def examined() -> set[str]:
    """The pages and kinds of slides that were examined whole."""
    return set()


# Roles, names and colours do not depend on the language.
@pytest.mark.parametrize("lang", ["vi"], indirect=True, scope="module")
@pytest.mark.usefixtures("place")
def test_no_page_shuts_anybody_out(roamer: Visit, examined: set[str]) -> None:
    page = urlsplit(roamer.page.url).path
    show_whole_page(roamer)
    assert examine(roamer, is_whole=page not in examined) == []
    examined.add(page)


@pytest.mark.usefixtures("deck")
def test_no_text_of_any_slide_is_cut_or_overlaps(roamer: Visit, screen: CDPSession, lang: str) -> None:
    found = {
        (size, slide): lines
        for size in at_sizes(roamer, screen, SIZES_OF_SLIDES[lang])
        for slide in slides(roamer.page)
        if (lines := measured(roamer))
    }
    assert found == {}


@pytest.mark.parametrize("lang", ["vi"], indirect=True, scope="module")
@pytest.mark.usefixtures("deck")
def test_no_slide_shuts_anybody_out(roamer: Visit, examined: set[str]) -> None:
    roamer.page.set_viewport_size({"width": 1280, "height": 720})
    found = {}
    for slide in slides(roamer.page):
        kind = roamer.page.locator(SHOWN).get_attribute("class") or ""
        if lines := examine(roamer, SHOWN, is_whole=kind not in examined):
            found[slide] = lines
        examined.add(kind)
    assert found == {}


def test_the_examination_finds_what_it_is_made_for(visit: Visit) -> None:
    visit.open("/?lang=en")
    visit.page.evaluate(
        "document.querySelector('#content').insertAdjacentHTML('beforeend',"
        ' \'<img src="data:,"><p style="color:#777">pale</p><p style="color:#666">less pale</p>\')'
    )
    show_whole_page(visit)
    wanted = {"image-alt", "light color-contrast", "contrast color-contrast", "contrast color-contrast-enhanced"}
    assert {line.split(":")[0] for line in examine(visit)} == wanted
    # What comes later is found though the page was examined before; what is like it is not examined again.
    visit.page.evaluate("document.querySelector('#content').insertAdjacentHTML('beforeend', '<button></button>')")
    assert "button-name" in {line.split(":")[0] for line in examine(visit, is_whole=False)}
    assert examine(visit, is_whole=False) == []
