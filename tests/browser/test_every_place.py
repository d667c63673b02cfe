"""Every page and slide, in both languages: no text is cut or lies over another, nothing needs sideways scrolling, and
axe-core finds nothing serious."""

import pytest
from axe import examine, show_whole_page
from boxes import at_every_size, measured
from meetings import SHOWN, slides
from places import DECKS, PLACES
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
def place(request: pytest.FixtureRequest, lang: str, roamer: Visit) -> None:
    """A page that was gone to, once for all tests that look at it."""
    roamer.go_to(request.param, lang)


@pytest.fixture(scope="module", params=DECKS, ids=lambda deck: deck.name)
def deck(request: pytest.FixtureRequest, lang: str, roamer: Visit) -> None:
    """A review that was gone to, as above."""
    roamer.go_to(request.param, lang)


@pytest.mark.usefixtures("place")
def test_no_text_is_cut_or_overlaps(roamer: Visit, screen: CDPSession, lang: str) -> None:
    found = {size: lines for size in at_every_size(roamer, screen, lang) if (lines := measured(roamer))}
    assert found == {}


# Roles, names and colours do not depend on the language.
@pytest.mark.parametrize("lang", ["vi"], indirect=True, scope="module")
@pytest.mark.usefixtures("place")
def test_no_page_shuts_anybody_out(roamer: Visit) -> None:
    show_whole_page(roamer)
    assert examine(roamer) == []


@pytest.mark.usefixtures("deck")
def test_no_text_of_any_slide_is_cut_or_overlaps(roamer: Visit, screen: CDPSession, lang: str) -> None:
    found = {
        (size, slide): lines
        for size in at_every_size(roamer, screen, lang)
        for slide in slides(roamer.page)
        if (lines := measured(roamer))
    }
    assert found == {}


@pytest.mark.parametrize("lang", ["vi"], indirect=True, scope="module")
@pytest.mark.usefixtures("deck")
def test_no_slide_shuts_anybody_out(roamer: Visit) -> None:
    roamer.page.set_viewport_size({"width": 1280, "height": 720})
    found = {slide: lines for slide in slides(roamer.page) if (lines := examine(roamer, SHOWN))}
    assert found == {}


def test_the_examination_finds_what_it_is_made_for(visit: Visit) -> None:
    visit.open("/?lang=en")
    visit.page.evaluate(
        "document.querySelector('#content').insertAdjacentHTML('beforeend',"
        ' \'<img src="data:,"><p style="color:#777">pale</p><p style="color:#666">less pale</p>\')'
    )
    show_whole_page(visit)
    assert {line.split(":")[0] for line in examine(visit)} == {
        "image-alt",
        "light color-contrast",
        "contrast color-contrast",
        "contrast color-contrast-enhanced",
    }
