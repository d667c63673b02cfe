"""Every page and slide: no text is cut or lies over another, nothing needs sideways scrolling, and axe-core finds
nothing serious. It examines the whole of each page and of a review's slides once; of further states what is new in
them. Roles, names and colours do not depend on the language: in English every page is measured in one state."""

from urllib.parse import urlsplit

import pytest
from axe import examine, show_whole_page
from boxes import (
    SIZES_IN,
    SIZES_OF_MORE_SLIDES,
    SIZES_OF_MORE_STATES,
    SIZES_OF_SLIDES,
    at_sizes,
    measured,
    measured_opened,
)
from meetings import slides
from places import DECKS, MOVED_SIDEWAYS, PLACES, Place
from playwright.sync_api import CDPSession
from visits import Visit

pytestmark = pytest.mark.browser

FIRST_OF_EACH = {urlsplit(place.path).path: place for place in reversed(PLACES)}
VISITED = [*(("vi", place) for place in PLACES), *(("en", place) for place in FIRST_OF_EACH.values())]
# Slides are many screens high, and shown one by one.
TALLEST_DECK = 30_000
EVERY_SLIDE = """document.querySelector('.deck').insertAdjacentHTML('beforeend', `<style>
    .kpi .deck { position: static; display: block; overflow: visible; }
    .kpi .deck .slide[hidden] { display: grid; }
</style>`)"""
REVIEWED = [*(("vi", deck) for deck in DECKS), ("en", DECKS[0])]


@pytest.fixture(scope="module")
def screen(roamer: Visit) -> CDPSession:
    """The screen of the one who goes about."""
    return roamer.page.context.new_cdp_session(roamer.page)


@pytest.fixture(scope="module")
def examined() -> set[str]:
    """The pages that were examined whole."""
    return set()


def name_of(visited: tuple[str, Place]) -> str:
    """What the test of a place in a language is called."""
    return f"{visited[0]}-{visited[1].name}"


@pytest.mark.parametrize("visited", VISITED, ids=name_of)
def test_no_text_of_a_page_is_cut_or_overlaps_and_nobody_is_shut_out(
    roamer: Visit, screen: CDPSession, examined: set[str], visited: tuple[str, Place]
) -> None:
    lang, place = visited
    roamer.go_to(place, lang)
    found = {}
    sizes = SIZES_IN[lang] if place in FIRST_OF_EACH.values() else SIZES_OF_MORE_STATES
    for size in at_sizes(roamer, screen, sizes):
        lines = measured(roamer)
        # On a phone no table is read by moving it sideways.
        if size == "phone" and place.name not in MOVED_SIDEWAYS:
            lines += measured_opened(roamer)
        if lines:
            found[size] = lines
    assert found == {}
    if lang == "vi":
        page = urlsplit(roamer.page.url).path
        show_whole_page(roamer)
        assert examine(roamer, is_whole=page not in examined) == []
        examined.add(page)


@pytest.mark.parametrize("visited", REVIEWED, ids=name_of)
def test_no_text_of_a_slide_is_cut_or_overlaps_and_nobody_is_shut_out(
    roamer: Visit, screen: CDPSession, examined: set[str], visited: tuple[str, Place]
) -> None:
    lang, deck = visited
    roamer.go_to(deck, lang)
    sizes = SIZES_OF_SLIDES[lang] if deck is DECKS[0] else SIZES_OF_MORE_SLIDES
    found = {
        (size, slide): lines
        for size in at_sizes(roamer, screen, sizes)
        for slide in slides(roamer.page)
        if (lines := measured(roamer))
    }
    assert found == {}
    if lang == "vi":
        # All slides below each other, as without scripts.
        roamer.page.evaluate(EVERY_SLIDE)
        show_whole_page(roamer, most=TALLEST_DECK)
        assert examine(roamer, ".deck", is_whole="review" not in examined) == []
        examined.add("review")


def test_the_examination_finds_what_it_is_made_for(visit: Visit) -> None:
    visit.open("/people?lang=en")
    visit.page.evaluate(
        "document.querySelector('#content').insertAdjacentHTML('beforeend',"
        ' \'<img src="data:,"><p style="color:#777">pale</p><p style="color:#666">less pale</p>'
        '<p style="color:#000">A <a href="/" style="all:unset;color:#333">link</a> in text</p>\')'
    )
    show_whole_page(visit)
    wanted = {"image-alt", "light color-contrast", "contrast color-contrast", "contrast color-contrast-enhanced"}
    wanted |= {"light link-in-text-block", "contrast link-in-text-block"}
    assert {line.split(":")[0] for line in examine(visit)} == wanted
    # What comes later is found though the page was examined before; what is like it is not examined again.
    visit.page.evaluate("document.querySelector('#content').insertAdjacentHTML('beforeend', '<button></button>')")
    assert "button-name" in {line.split(":")[0] for line in examine(visit, is_whole=False)}
    assert examine(visit, is_whole=False) == []
