"""What pages offer and say to a role is what that role may do: links, files, keys, texts, the page to begin with."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import html

from app.core import access, pages, permissions
from app.core.access import AccessDeniedError, Right, Viewer
from app.core.i18n import words_in
from app.core.role_rights import viewer_of_grants
from app.core.url_state import State
from app.web.page_renderer import draw
from app.web.page_routes import home_address
from tests.app.roles import AREAS, COMMUNES, GRANTS, PERIOD, VIEWERS
from warehouse.people import Grant, Role

pytestmark = pytest.mark.usefixtures("sample")
SAY = words_in("vi")
OTHER = COMMUNES["other"]
# An officer of a commune that is not the first of the list.
OTHER_OFFICER = viewer_of_grants((Grant("p", Role.UNIT_OFFICER, OTHER),), "p", "P")
READERS = [who for who in GRANTS if who not in ("administrator", "stranger")]


def shown(page: str, viewer: Viewer, **parameters: str) -> html.HtmlElement:
    """A page as a viewer is given it."""
    return html.document_fromstring(draw(page, {"period": PERIOD, "lang": "vi", **parameters}, viewer).document.text)


def offered(page: html.HtmlElement) -> Iterator[str]:
    """The addresses of other pages and files to which a page's links and choices lead."""
    yield from page.xpath("//a/@href[not(starts-with(., '#') or starts-with(., '?'))]")
    yield from page.xpath("//select[@data-go]//@value[. != '']")


def require(viewer: Viewer, address: str) -> None:
    """Raise `AccessDeniedError` for an address that a viewer is refused."""
    split = urlsplit(address)
    asked, (folder, _, name) = dict(parse_qsl(split.query)), split.path.strip("/").partition("/")
    if folder in pages.PAGES:
        permissions.require_page(viewer, State(folder, own=tuple(asked.items())))
        for entry, form in (("new", "open-action"), ("ask", "ask-question")):
            if folder == "actions" and entry in asked:
                permissions.require(viewer, permissions.FORMS, form)
        if folder in ("submit", "report") and "unit" in asked:
            access.require_fill(viewer, asked["unit"])
    elif folder == "export":
        permissions.require(viewer, permissions.FILES, name)
        permissions.require_page(viewer, State(asked.get("page", ""), own=tuple(asked.items())))
    elif folder == "intake":
        permissions.require(viewer, permissions.ROUTES, name)
        if name == "template":
            access.require(viewer, Right.SUBMIT, asked["unit"])
    elif folder == "explore":
        permissions.require(viewer, permissions.EXPLORING, name or "progress")


def refused(viewer: Viewer, addresses: Iterator[str]) -> list[str]:
    """Those of the addresses that lead nowhere, or to a refusal."""
    found = []
    for address in addresses:
        try:
            require(viewer, address)
        except AccessDeniedError:
            found.append(address)
        else:
            found += [] if address else ["a link without an address"]
    return found


@pytest.mark.parametrize("who", GRANTS)
def test_no_link_choice_or_file_of_a_page_leads_to_a_refusal(who: str) -> None:
    viewer, addresses = VIEWERS[who], []
    for name in pages.PAGES:
        own = {"target": "T09", "q": "ben"} if name in ("target", "origin", "search") else {}
        addresses += [shown(name, viewer, **own)]
    addresses += [shown("district", viewer, unit=AREAS["own"]), shown("reports", viewer, unit=OTHER)]
    wrong = {page.findtext(".//title"): found for page in addresses if (found := refused(viewer, offered(page)))}
    assert wrong == {}


@pytest.mark.parametrize("who", READERS)
def test_texts_and_keys_speak_of_a_form_only_to_those_who_may_send_it(who: str) -> None:
    viewer = VIEWERS[who]
    for page, form in {"": "open-action", "calls": "record-call", "reports": "accept-report"}.items():
        if not permissions.may_open(viewer, page):
            continue
        drawn, may = shown(page, viewer), permissions.FORMS[form].is_met_by(viewer)
        assert (SAY(f"hint_form.{page or 'overview'}") in drawn.text_content()) == may
    assigns = permissions.FORMS["open-action"].is_met_by(viewer)
    overview = shown("", viewer)
    assert json.loads(overview.get_element_by_id("page").get("data-state"))["assigns"] == assigns
    assert any(SAY("grid.key_assign") in caption for caption in overview.xpath("//caption/text()")) == assigns


@pytest.mark.parametrize("who", READERS)
def test_the_headline_counts_no_action_that_is_overdue_for_nobody(who: str) -> None:
    headline = shown("", VIEWERS[who]).xpath("string(//h1)")
    assert SAY("headline.actions", count=3) not in headline
    assert re.search(r"\d+/\d+ chỉ tiêu", headline)


@pytest.mark.parametrize(("who", "may"), [("leader", False), ("department", True)])
def test_the_slides_ask_only_those_to_decide_and_record_who_may(who: str, may: bool) -> None:
    slides = shown("review", VIEWERS[who]).text_content()
    for key in ("review.key_decide", "slide.decisions_none", "title_close.open"):
        assert (SAY(key) in slides) == may
    assert (SAY("title_close.unrecorded") in slides) != may


def test_whoever_reads_one_area_is_offered_no_other_and_not_told_that_there_is_none() -> None:
    viewer, code = VIEWERS["area_reader"], AREAS["own"]
    page = shown("district", viewer, unit=code)
    assert page.xpath("//*[contains(@class, 'picker')] | //*[@id='alike']") == []
    text = page.text_content()
    assert SAY("district.compare") not in text
    assert SAY("profile.note_alone") in text
    assert SAY("profile.note") in shown("district", VIEWERS["leader"], unit=code).text_content()
    refusal = shown("district", viewer, unit=AREAS["other"])
    assert refusal.xpath("//nav[@id='pages']/a[@aria-current]/@href") == refusal.xpath(
        "//nav[@id='pages']/a[starts-with(@href, '/district')]/@href"
    )


def test_an_officer_takes_and_sends_the_forms_of_the_own_unit_only() -> None:
    page = shown("submit", OTHER_OFFICER)
    (choice,) = page.xpath("//select[@id='form-unit']")
    assert [parse_qsl(urlsplit(way).query)[0] for way in choice.xpath(".//@value")] == [("unit", OTHER)]
    assert [way for way in offered(page) if way.startswith("/intake/templates")] == []
    assert draw("submit", {"period": PERIOD, "unit": COMMUNES["own"]}, OTHER_OFFICER).status == 403
    assert "/intake/templates" in draw("submit", {"period": PERIOD}, VIEWERS["department"]).html
    assert SAY("submit.none_of_yours") in shown("submit", OTHER_OFFICER, period="2025Q2").text_content()
    to_fill = shown("report", OTHER_OFFICER).xpath("//ul[@class='columns']//@href")
    assert [re.findall(r"unit=(\d+)", way) for way in to_fill] == [[OTHER]]


def test_an_administrator_begins_at_the_page_of_people() -> None:
    assert home_address(VIEWERS["administrator"]) == "/people?lang=vi"
    assert home_address(VIEWERS["leader"]) == ""
    refusal = shown("tasks", VIEWERS["administrator"])
    assert refusal.xpath("//section[@class='message']//a/@href") == refusal.xpath("//nav[@id='pages']/a/@href")


def test_a_refusal_is_read_in_the_other_language_too() -> None:
    for who in ("administrator", "stranger"):
        refusal = shown("tasks", VIEWERS[who])
        assert refusal.xpath("//a[@id='lang-en']/@href") == ["?lang=en"]
