"""The answer to an address is the complete page: without Streamlit, without a websocket, without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import ask
from boxes import OVER
from lxml import html
from places import FIGURE, PLACES, Place
from playwright.sync_api import Browser, Page, Route, expect
from visits import LIVE, Visit

from tests.printouts import sheets

pytestmark = pytest.mark.browser

ONE_OF_EACH = [place for place in PLACES if place.name == place.path[1:].partition("?")[0] or place.name == "overview"]
# Pages that show answers to what is typed or chosen on them: they load the rules of all pages.
ANSWERED = ("submit", "report")
SCRIPT = re.compile(r"/assets/page\.js")
# Where everything of the page stands and how it looks, to a quarter of a pixel.
LOOK = """() => [...document.querySelectorAll('#page *')].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect(), style = getComputedStyle(element);
    return [element.tagName, element.className, [x, y, width, height].map((size) => Math.round(size * 4)),
        style.color, style.backgroundColor, style.fontFamily, style.fontSize, style.fontWeight].join();
})"""
# The rules that may apply to something in a page, whatever the reader does there, but are not among those it came with.
LEFT_OUT = """([page, needed, every]) => {
    const made = new DOMParser().parseFromString(page, 'text/html');
    const parts = 'before|after|marker|placeholder|backdrop|hover|active|popover-open|focus(?:-visible|-within)?';
    const whatever = new RegExp(`:(?:not|has)\\\\(:[a-z-]+\\\\)|::?(?:${parts})(?![\\\\w-])`, 'g');
    const read = (text) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        return flat(sheet.cssRules, '');
    };
    const flat = (rules, where) => [...rules].flatMap((rule) => rule.selectorText
        ? [[rule.selectorText, where + rule.cssText]] : flat(rule.cssRules ?? [], where + rule.conditionText + ' '));
    const has = new Set(read(needed).map(([, text]) => text));
    const bare = (selector) => selector.replace(whatever, '').replace(/(^|[\\s>+~,])(?=,|$)/g, '$1*');
    const selects = (selector) => made.querySelector(bare(selector));
    return read(every).filter(([selector, text]) => !has.has(text) && selects(selector)).map(([, text]) => text);
}"""
FONTS = "() => document.fonts.ready.then(() => true)"


def spoken(root: html.HtmlElement) -> str:
    """The text of the page's main part without the spaces that only lay it out."""
    return re.sub(r"\s+", "", root.get_element_by_id("content").text_content())


@pytest.mark.parametrize("place", ONE_OF_EACH, ids=lambda place: place.name)
def test_what_a_page_shows_stands_in_the_answer_to_its_address(roamer: Visit, place: Place) -> None:
    answered = html.document_fromstring(ask(roamer.address, place.address("en")).content)
    roamer.go_to(place, "en")
    shown = html.document_fromstring(roamer.page.content())
    assert answered.get("lang") == "en"
    assert answered.findtext("head/title") == roamer.page.title()
    # What is on it looks as by the rules of all pages, which the roamer has.
    needed = "".join(answered.xpath("//head/style/text()"))
    every = ask(roamer.address, answered.get_element_by_id("page").get("data-style")).plain.decode()
    assert roamer.page.evaluate(LEFT_OUT, [html.tostring(answered, encoding="unicode"), needed, every]) == []
    assert len(answered.xpath("//main")) == 1
    # The page itself asks how far a build is, and shows later what it hides first.
    for root in (answered, shown):
        for part in root.xpath("//*[@data-build or @hidden or @class='explore']"):
            part.drop_tree()
    assert spoken(answered) == spoken(shown)


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/", 200, ""),
        ("/target?target=T99&lang=en", 404, "There is no target"),
        ("/district?unit=1&lang=en", 404, "There is no unit"),
        ("/?period=2031Q1&lang=en", 404, "There is no period"),
        ("/?lang=fr", 404, "Không có ngôn ngữ"),
        ("/no/such/page?lang=en", 404, "There is no page"),
    ],
)
def test_a_wrong_address_is_answered_with_a_page_and_the_status_that_says_so(
    app_address: str, path: str, status: int, told: str
) -> None:
    answer = ask(app_address, path)
    assert answer.status == status
    assert told in html.document_fromstring(answer.plain).xpath("string(//h1)")


def test_before_anything_is_published_every_page_says_so_and_asks_to_come_again(empty_app_address: str) -> None:
    for path in ("/?lang=en", "/target?target=T01&lang=en", "/review?lang=en"):
        answer = ask(empty_app_address, path)
        assert answer.status == 503
        assert "No figures have been published yet" in answer.text


def test_a_page_that_the_browser_has_is_not_sent_again(app_address: str) -> None:
    path = "/target?target=T09&period=2021Q4&lang=vi"
    first = ask(app_address, path, accept_encoding="br")
    tag = first.getheader("etag")
    assert first.getheader("cache-control") == "private, no-cache"
    again = ask(app_address, path, if_none_match=f'"other", {tag}', accept_encoding="br")
    assert (again.status, again.content) == (304, b"")
    assert again.getheader("etag") == tag
    # Another language, quarter or window is another page.
    for other in (path.replace("vi", "en"), path.replace("2021Q4", "2022Q1"), path + "&window=quarter"):
        assert ask(app_address, other, if_none_match=str(tag)).status == 200


def streamlit_script(app_address: str) -> str:
    """The address of Streamlit's own script."""
    page = ask(app_address, "/explore/").text
    return "/explore/" + re.findall(r'src="\./(static/js/index\.[^"]+)"', page)[0]


@pytest.mark.parametrize("path", ["/?period=2021Q4", "/assets/page.css", "/assets/page.js", "STREAMLIT"])
def test_text_comes_in_the_best_coding_that_the_browser_takes(app_address: str, path: str) -> None:
    if path == "STREAMLIT":
        path = streamlit_script(app_address)
    answers = {
        wanted: ask(app_address, path, accept_encoding=wanted)
        for wanted in ("gzip, deflate, br, zstd", "gzip", "br;q=0, gzip", "identity")
    }
    codings = [answer.getheader("content-encoding") for answer in answers.values()]
    assert codings == ["br", "gzip", "gzip", None]
    assert len({answer.plain for answer in answers.values()}) == 1
    for answer in answers.values():
        assert int(answer.getheader("content-length") or 0) == len(answer.content)
        assert "accept-encoding" in (answer.getheader("vary") or "accept-encoding").lower()
    assert len(answers["gzip, deflate, br, zstd"].content) < 0.4 * len(answers["identity"].content)


def test_what_carries_a_hash_in_its_name_is_kept_for_a_year(app_address: str) -> None:
    page = html.document_fromstring(ask(app_address, "/?period=2021Q4").plain)
    explored = html.document_fromstring(ask(app_address, "/target?period=2021Q4").plain).xpath("//@data-library")
    named = [*explored, *page.xpath("//link/@href | //script/@src"), streamlit_script(app_address)]
    assert len(named) > 5
    for path in named:
        kept = ask(app_address, path).getheader("cache-control") or ""
        assert "immutable" in kept, path
        assert "max-age=31536000" in kept, path


def test_a_part_of_a_file_is_that_part_as_it_is(app_address: str) -> None:
    path = streamlit_script(app_address)
    part = ask(app_address, path, range="bytes=10-19", accept_encoding="br")
    assert (part.status, part.getheader("content-encoding")) == (206, None)
    assert part.content == ask(app_address, path).plain[10:20]


def test_a_reading_page_loads_a_script_and_fonts_and_nothing_of_streamlit(browser: Browser, app_address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    loaded: list[str] = []
    missing: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    page.on("websocket", lambda socket: loaded.append(socket.url))
    for place in ONE_OF_EACH:
        loaded.clear()
        page.goto(app_address + place.address("vi"))
        page.wait_for_load_state("networkidle")
        assets = [url for url in loaded if "/assets/" in url]
        kinds = sorted(url.rpartition(".")[2].partition("?")[0] for url in assets if "woff2" not in url)
        assert kinds == (["css", "js"] if place.name in ANSWERED else ["js"]), place.name
        foreign = ("/explore", "_stcore", "/static/")
        assert [url for url in loaded if url.startswith("ws") or any(one in url for one in foreign)] == [], place.name
    assert missing == []
    context.close()


class HeldBack:
    """Files that a page asks for, and is given when they are let go."""

    def __init__(self, page: Page, files: str | re.Pattern[str]) -> None:
        self._waiting: list[Route] = []
        self._is_open = False
        page.route(files, self._take)

    def _take(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self._waiting.append(route)

    def let_go(self) -> None:
        """Answer what was asked for and whatever is asked for from now on."""
        self._is_open = True
        for route in self._waiting:
            route.continue_()


# One page on a laptop, the next on a phone, and every page with a figure on both.
@pytest.mark.parametrize(
    ("place", "width"),
    [
        (place, width)
        for number, place in enumerate(ONE_OF_EACH)
        for width in ((1280, 390) if FIGURE in place.waits_for else ((1280, 390)[number % 2],))
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_nothing_moves_when_the_page_s_script_comes(visit: Visit, place: Place, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 720})
    script = HeldBack(visit.page, SCRIPT)
    visit.page.goto(visit.address + place.address("vi"), wait_until="commit")
    visit.drawn()
    visit.page.evaluate(FONTS)
    first = visit.page.evaluate(LOOK)
    script.let_go()
    visit.page.wait_for_function(LIVE)
    assert visit.page.evaluate(LOOK) == first


@pytest.mark.parametrize(
    "event",
    ["frames.forEach((work) => work())", "dispatchEvent(new Event('beforeprint'))"],
    ids=["painted", "printed at once"],
)
def test_rows_below_the_first_screen_are_left_out_of_the_first_frame_alone(visit: Visit, event: str) -> None:
    # Frames are held back: what the first one would show.
    visit.page.add_init_script("window.frames = []; requestAnimationFrame = (work) => frames.push(work)")
    HeldBack(visit.page, SCRIPT)
    visit.page.goto(f"{visit.address}/?period=2026Q3&level=ward&lang=en", wait_until="commit")
    visit.page.locator("#content h1").wait_for()
    rows = visit.page.locator("table.grid tbody tr")
    height = "() => document.documentElement.scrollHeight"
    whole, shown = rows.count(), rows.locator("visible=true").count()
    # A bar, a heading and rows of 24 pixels each fill 720.
    assert 20 < shown < 30
    assert whole > 100
    before = visit.page.evaluate(height)
    visit.page.evaluate(f"() => {{ {event}; }}")
    expect(rows.locator("visible=true")).to_have_count(whole)
    # Nothing above a place to scroll to grew or shrank by more than a tenth.
    assert abs(visit.page.evaluate(height) / before - 1) < 0.1


def test_letters_that_come_late_do_not_change_what_is_read(visit: Visit) -> None:
    fonts = HeldBack(visit.page, "**/*.woff2*")
    # Another visitor's fonts are in this browser's memory.
    visit.page.context.new_cdp_session(visit.page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    visit.page.goto(f"{visit.address}/district?unit=769&period=2021Q4&lang=vi", wait_until="commit")
    visit.page.wait_for_function(LIVE)
    first = visit.page.evaluate(LOOK)
    fonts.let_go()
    visit.page.wait_for_load_state("networkidle")
    assert visit.page.evaluate(LOOK) == first
    assert visit.page.evaluate("[...document.fonts].filter((font) => font.family === 'Figures').length") == 0
    # Twenty-two districts have narrow cells: the device's letters fit them too.
    visit.page.goto(f"{visit.address}/?period=2021Q3&lang=vi")
    visit.page.evaluate(
        "() => { const { sheet } = document.querySelector('style');"
        " while (sheet.cssRules[0] instanceof CSSFontFaceRule) sheet.deleteRule(0); }"
    )
    visit.page.evaluate("() => document.fonts.ready.then(() => true)")
    assert [where for where in visit.page.evaluate(OVER) if where.startswith(("out of TD", "out of c"))] == []


def test_scroll_focus_selection_menu_and_what_was_typed_are_there_when_the_script_comes(visit: Visit) -> None:
    script = HeldBack(visit.page, SCRIPT)
    visit.page.goto(f"{visit.address}/actions?new=1&unit=776&target=T09&lang=en", wait_until="commit")
    visit.page.locator("details.more summary").click()
    visit.page.get_by_label("What is to be done").fill("Two classes in May")
    visit.page.evaluate("() => scrollTo(0, 120)")
    visit.page.locator("#content h1").evaluate("(title) => getSelection().selectAllChildren(title)")
    state = """() => [scrollY, document.activeElement.id, String(getSelection()),
        document.querySelector('details.more').open, document.querySelector('textarea').value]"""
    before = visit.page.evaluate(state)
    assert "Two classes in May" in before
    script.let_go()
    visit.page.wait_for_function(LIVE)
    assert visit.page.evaluate(state) == before


def test_what_was_chosen_before_the_page_s_script_was_there_counts(visit: Visit) -> None:
    script = HeldBack(visit.page, "**/assets/page.js*")
    visit.page.goto(f"{visit.address}/?period=2021Q4&lang=en", wait_until="commit")
    visit.page.locator("#period").select_option(label="Q2 2022")
    script.let_go()
    expect(visit.page).to_have_url(re.compile("period=2022Q2"))


def test_the_page_that_the_pointer_rests_on_is_fetched_before_the_click(visit: Visit) -> None:
    visit.open("/?period=2021Q4&lang=en")
    link = visit.page.locator("table.grid thead th a").first
    with visit.page.expect_response(re.compile(r"/district\?unit=760")):
        link.hover()
    visit.requests.clear()
    link.click()
    expect(visit.page.locator("#content h1")).to_contain_text("District 1")
    # Where the pointer lies then, another page may be asked for.
    assert [url for url in visit.requests if "/district?unit=760&period" in url] == []


@pytest.fixture(scope="module")
def without_scripts(browser: Browser, app_address: str) -> Iterator[Visit]:
    """Somebody whose browser runs no scripts."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, java_script_enabled=False)
    yield Visit(context.new_page(), app_address)
    context.close()


@pytest.mark.parametrize("place", ONE_OF_EACH, ids=lambda place: place.name)
def test_without_scripts_a_page_is_read(without_scripts: Visit, place: Place) -> None:
    page = without_scripts.page
    page.goto(without_scripts.address + place.address("vi"))
    expect(page.locator(place.heading)).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("JavaScript")
    # Nothing is offered that needs one.
    expect(page.locator("select[data-go]:visible, .theme:visible, [data-copy]:visible")).to_have_count(0)


def test_without_scripts_links_lead_on_and_all_slides_are_read(without_scripts: Visit) -> None:
    page = without_scripts.page
    page.goto(f"{without_scripts.address}/?period=2021Q4&lang=en")
    page.locator("table.grid thead th a").first.click()
    expect(page.locator("#content h1")).to_contain_text("District 1")
    expect(page.locator(".period b")).to_have_text("Q4 2021")
    page.locator("#earlier").click()
    expect(page).to_have_url(re.compile("period=2021Q3"))
    page.goto(f"{without_scripts.address}/review?period=2021Q4&lang=en")
    slides = page.locator(".deck .slide")
    assert slides.count() > 10
    assert all(slide.is_visible() for slide in slides.all())
    # Whose form is taken is read, and no file can be chosen that could not be sent.
    page.goto(f"{without_scripts.address}/submit?unit=26740&period=2026Q3&lang=en")
    assert page.locator("#form .field noscript").all_inner_texts() == ["Sai Gon Ward", "Q3 2026"]
    expect(page.locator("#files")).to_be_hidden()


def test_without_scripts_a_page_is_printed_whole(without_scripts: Visit, tmp_path: Path) -> None:
    page = without_scripts.page
    page.goto(f"{without_scripts.address}/target?target=T09&period=2021Q4&lang=en")
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    # A long name takes two lines.
    told = " ".join(" ".join(sheet.text for sheet in sheets(tmp_path / "page.pdf")).split())
    names = page.locator("table.figures tbody th").all_inner_texts()
    assert len(names) > 20
    assert [name for name in names if name not in told] == []
