"""The exploring pages: native Streamlit below `/explore`, with the sign-in, rights and texts of the reading pages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from axe import EXAMINE, GRAVE
from axe_playwright_python.sync_playwright import Axe
from exploring import exploring_page
from identity_provider import IdentityProvider, running_provider
from lxml import html
from playwright.sync_api import Browser, Page, expect
from test_sign_in import come_back, visitor
from visits import Visit, running_app

from app.analysis.unit_names import level_name
from app.core.i18n import in_language, words_in
from tests.conftest import copy_for_writing
from tests.servers import free_port
from warehouse.people import AccessKind, AccessTrail
from warehouse.settings import Settings

pytestmark = pytest.mark.browser
LANGUAGES = {lang: words_in(lang) for lang in ("vi", "en")}
SAY = LANGUAGES["vi"]
LEADER, DEPARTMENT, AREA_READER = "leader@kpi.test", "so@kpi.test", "khu-vuc@kpi.test"
ROLES = f"""person,name,role,unit_code,valid_from,valid_to
{LEADER},,leader,,2021-01-01,
{DEPARTMENT},,department,,2021-01-01,
{AREA_READER},,area_reader,760,2021-01-01,
"""
TABLE = "[data-testid='stDataFrame']"
CHART = "[data-testid='stPlotlyChart'] .js-plotly-plot"
START_TIMEOUT_MS = 60_000
FIGURES = "period=2026Q3&target=T09&lang=en"
ROWS = re.compile(r"([\d.,]+) (?:dòng|rows)")
LABELS = """() => [...document.querySelectorAll('.js-plotly-plot .annotation-text-g')].map((label) => {
    const { left, right, top, bottom } = label.getBoundingClientRect();
    return { text: label.textContent, left, right, top, bottom };
})"""


def rows_told(page: Page) -> int:
    """How many rows the page says that the table has."""
    caption = page.get_by_text(ROWS).first
    expect(caption).to_be_visible(timeout=START_TIMEOUT_MS)
    return rows_in(caption.inner_text())


def rows_in(text: str) -> int:
    """The same of what an exploring page says."""
    found = ROWS.search(text)
    assert found
    return int(re.sub(r"[.,]", "", found[1]))


def text_sent(address: str, name: str, query: str, client: httpx.Client | None = None) -> str:
    """All that an exploring page says, without Markdown's escapes, to nobody or to whoever signed in."""
    cookie = "; ".join(f"{key}={value}" for key, value in client.cookies.items()) if client else ""
    return "\n".join(exploring_page(address, name, query, cookie)).replace("\\\\", "")


def test_a_table_is_opened_from_the_downloads_and_keeps_its_state_in_the_address(visit: Visit) -> None:
    page = visit.page
    visit.open("/downloads?period=2025Q2&lang=vi")
    row = page.locator("#fct_measure")
    row.get_by_role("link", name=SAY("explore.open")).click()
    expect(page.get_by_role("heading", name=SAY("explore.tables"))).to_be_visible(timeout=START_TIMEOUT_MS)
    expect(page.locator(TABLE)).to_be_visible(timeout=START_TIMEOUT_MS)
    # The sample is labelled here as on every page.
    expect(page.get_by_text(SAY("stamp.sample"))).to_be_visible()
    assert "mart=fct_measure" in page.url
    in_one_quarter = rows_told(page)
    page.get_by_label(SAY("period.title")).click()
    page.get_by_role("option", name="Quý IV/2021").click()
    page.wait_for_url(re.compile("period=2021Q4"))
    page.wait_for_function(
        "before => !document.body.innerText.includes(before)", arg=f"{in_one_quarter:,}".replace(",", ".") + " dòng"
    )
    address, shown = page.url, rows_told(page)
    page.goto(address)
    assert rows_told(page) == shown


def test_a_picked_row_is_shown_over_time_and_among_all_units_and_no_file_lacks_the_label_of_the_sample(
    visit: Visit,
) -> None:
    page = visit.page
    page.goto(f"{visit.address}/explore/?period=2026Q3&target=T09&lang=vi")
    expect(page.get_by_text(SAY("explore.figures", number=38, all=608))).to_be_visible(timeout=START_TIMEOUT_MS)
    table = page.locator(TABLE)
    box = table.bounding_box()
    assert box
    expect(page.locator(CHART)).to_have_count(0)
    # The box at the start of the first row: the table is a canvas.
    table.click(position={"x": 20, "y": 55})
    expect(page.locator(CHART)).to_have_count(2, timeout=START_TIMEOUT_MS)
    expect(page.get_by_text(re.compile("^1: .*giãn cách"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"^T09 · Q\.1 cũ\."))).to_be_visible()
    # Of a table's own tools there is the search, and not the file, which would say nothing of a sample.
    table.hover()
    expect(page.get_by_label("Search")).to_be_visible()
    expect(page.get_by_label("Download as CSV")).to_have_count(0)


def test_without_scripts_or_websockets_a_page_says_in_its_language_what_it_needs(
    browser: Browser, app_address: str
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        for lang, say in LANGUAGES.items():
            page.goto(f"{app_address}/explore/pivot?lang={lang}")
            expect(page.locator("noscript p")).to_contain_text(say("explore.needs_scripts"))
            expect(page.locator("noscript a")).to_be_visible()
            expect(page.locator("noscript a")).to_have_attribute("href", f"/?lang={lang}")
            assert page.locator("html").get_attribute("lang") == lang
            expect(page.locator("#explore-needs")).to_contain_text(say("explore.needs_connection"))
    with browser.new_context() as context:
        page = context.new_page()
        page.route_web_socket("**/*", lambda socket: socket.close())
        page.goto(f"{app_address}/explore/pivot?lang=vi")
        page.wait_for_selector("[data-testid='stAppSkeleton']", state="attached", timeout=START_TIMEOUT_MS)
        # It waits some seconds before it says so.
        page.evaluate("document.getAnimations().find((one) => one.animationName === 'explore-needs').finish()")
        expect(page.get_by_text(SAY("explore.needs_connection"))).to_be_visible()
        # Streamlit opens a dialog in English, after up to a minute of attempts.
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p data-testid=stDialog>Connection error</p>')")
        expect(page.get_by_text("Connection error")).to_be_hidden()
        page.unroute_all()


def test_language_and_period_stay_from_page_to_page_with_its_own_first_choices_and_the_address_is_enough_to_come_back(
    visit: Visit,
) -> None:
    page = visit.page
    say = words_in("en")
    page.goto(f"{visit.address}/explore/views?lang=en")
    page.get_by_role("link", name=say("explore.progress")).click(timeout=START_TIMEOUT_MS)
    expect(page.get_by_role("heading", name=say("explore.progress"))).to_be_visible()
    # Where everything is there, nothing is said of what the page needs.
    expect(page.locator("#explore-needs")).to_be_hidden()
    expect(page).to_have_url(re.compile("lang=en"))
    period = page.get_by_label(say("period.title"), exact=True).first
    expect(page.locator(TABLE)).to_be_visible(timeout=START_TIMEOUT_MS)
    opening = period.input_value()
    page.get_by_role("link", name=say("explore.relations")).click()
    expect(page.locator(CHART)).to_have_count(1, timeout=START_TIMEOUT_MS)
    expect(period).to_have_value(opening)
    with in_language(say.lang):
        expect(page.get_by_label(say("explore.level"), exact=True).first).to_have_value(level_name("area"))
    page.goto(f"{visit.address}/explore/?lang=en&view=map&level=city")
    page.get_by_role("link", name=say("lang.vi")).click(timeout=START_TIMEOUT_MS)
    expect(page.get_by_role("heading", name=SAY("explore.progress"))).to_be_visible(timeout=START_TIMEOUT_MS)
    expect(page.locator(CHART)).to_have_count(1, timeout=START_TIMEOUT_MS)
    assert "view=map" in page.url


def test_a_query_that_runs_long_can_be_stopped(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/explore/sql?lang=vi&q=select+count(*)+from+range(10000000)+a,range(10000000)+b")
    page.get_by_role("button", name=SAY("explore.sql_stop"), exact=True).click(timeout=START_TIMEOUT_MS)
    expect(page.get_by_text(SAY("explore.sql_stopped"))).to_be_visible(timeout=9_000)


def test_the_figures_are_read_as_text_too(app_address: str) -> None:
    # A table of words and not a picture of one.
    (part,) = (part for part in exploring_page(app_address, "", FIGURES + "&plain=1") if part.startswith('{"table"'))
    first, *rows = zip(*json.loads(part)["table"].values(), strict=True)
    assert len(rows) == 37
    assert any("19/30" in str(cell) for cell in first)


def test_a_question_is_put_together_by_choices_read_in_words_and_undone_by_going_back(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/explore/pivot?lang=vi")
    table = page.locator(TABLE).first
    expect(table).to_be_visible(timeout=START_TIMEOUT_MS)
    choose(page, SAY("explore.pivot_columns"), "Loại cơ sở")
    page.wait_for_url(re.compile("columns=category"))
    choose(page, SAY("explore.view"), SAY("explore.pivot_as_heat"))
    expect(page.locator(CHART)).to_have_count(1, timeout=START_TIMEOUT_MS)
    page.wait_for_url(re.compile("picture=heat"))
    # The address is enough to come back.
    page.goto(page.url)
    expect(page.locator(CHART)).to_have_count(1, timeout=START_TIMEOUT_MS)
    expect(page.get_by_text(SAY("explore.pivot_select"))).to_be_visible(timeout=START_TIMEOUT_MS)
    # The second line, below the totals: former District 1 and its lodging houses.
    table.click(position={"x": 150, "y": 35 + 35 + 15})
    expect(page.get_by_text(re.compile(r"Biết \d+ trên \d+ phần")).first).to_be_visible(timeout=START_TIMEOUT_MS)
    page.get_by_text(re.compile("Các phần của ô")).click()
    expect(page.locator(TABLE)).to_have_count(2)
    choose(page, SAY("explore.view"), SAY("explore.pivot_as_bar"))
    page.wait_for_url(re.compile("picture=bar"))
    page.go_back()
    page.wait_for_url(re.compile("picture=heat"))
    expect(page.get_by_label(SAY("explore.view"), exact=True).first).to_have_value(SAY("explore.pivot_as_heat"))


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a select box once the page is still: what it draws anew closes an open list."""
    expect(page.locator("[data-test-script-state='notRunning']")).to_have_count(1, timeout=START_TIMEOUT_MS)
    box = page.get_by_label(label, exact=True).first
    # A list closes where its page scrolls.
    box.scroll_into_view_if_needed()
    box.focus()
    box.press("ArrowDown")
    page.get_by_role("option", name=option, exact=True).click()


def fits(page: Page, width: int, part: str = "html") -> None:
    """Expect a page that is now so wide to need no sideways scrolling, once it has drawn itself anew."""
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_function("([part, width]) => document.querySelector(part).scrollWidth <= width", arg=[part, width])


def test_a_pivot_is_read_as_text_at_every_width(visit: Visit) -> None:
    page, lang = visit.page, "en"
    page.goto(f"{visit.address}/explore/pivot?of=inspections&rows=unit_ward&since=2026Q3&plain=1&lang={lang}")
    say = words_in(lang)
    rows = page.get_by_test_id("stTable").get_by_role("row")
    expect(rows).to_have_count(51, timeout=START_TIMEOUT_MS)
    expect(rows.nth(1)).to_contain_text(say("explore.pivot_total"))
    page.goto(f"{page.url}&plain_part=4")
    expect(page.get_by_test_id("stTable").get_by_text(say("explore.reason_not_reported")).first).to_be_visible()
    for width in (1280, 360):
        fits(page, width)


def test_two_targets_are_related_on_any_screen_and_nobody_is_shut_out(visit: Visit) -> None:
    page, lang, say = visit.page, "vi", SAY
    page.goto(f"{visit.address}/explore/relations?level=ward&x=T09&y=T14&unit=27418&plain=1&lang={lang}")
    expect(page.locator(CHART)).to_have_count(1, timeout=START_TIMEOUT_MS)
    expect(page.get_by_text(say("stamp.sample"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"Spearman.* = 0[,.]19"))).to_be_visible()
    # The unit that was looked for, and those unlike the others, lead to their pages.
    expect(page.locator("a[href*='/ward?unit=27418&']").first).to_be_attached()
    expect(page.get_by_test_id("stTable").get_by_role("row").nth(1)).to_be_attached()
    for width in (1280, 360):
        fits(page, width, "[data-testid=stMain]")
        page.wait_for_function(f"({LABELS})().every((label) => label.left >= 0 && label.right <= {width})")
        labels = page.evaluate(LABELS)
        assert len(labels) > 3
        over = [
            (one["text"], other["text"])
            for place, one in enumerate(labels)
            for other in labels[:place]
            if one["left"] < other["right"] and other["left"] < one["right"]
            if one["top"] < other["bottom"] and other["top"] < one["bottom"]
        ]
        assert over == [], width
    page.evaluate(Axe().axe_script)
    found = page.evaluate(EXAMINE, [{"include": ["html"]}, {}])
    assert [one for one in found if one["impact"] in GRAVE] == []
    # From the keyboard: the field of a target is chosen by typing.
    page.get_by_label(say("explore.up")).focus()
    page.keyboard.type("T15")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("y=T15"))


def test_before_anything_is_published_the_page_says_so(empty_app_address: str) -> None:
    assert SAY("message.empty_text") in text_sent(empty_app_address, "tables", "lang=vi")


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """An OpenID provider."""
    with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
def data_dir(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample with roles."""
    folder = copy_for_writing(published_data_dir, tmp_path_factory.mktemp("explored") / "data")
    (folder / "roles.csv").write_text(ROLES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def guarded_address(provider: IdentityProvider, data_dir: Path) -> Iterator[str]:
    """The app that requires sign-in."""
    port = free_port()
    secrets = str(provider.secrets(data_dir, port))
    with running_app(data_dir, port, KPI_AUTH="oidc", STREAMLIT_SECRETS_FILES=secrets) as address:
        yield address


def signed_in(browser: Browser, address: str, person: str, path: str) -> Page:
    """A browser of its own that signed in as a person and came to a page, on a phone."""
    page = browser.new_context(viewport={"width": 360, "height": 800}).new_page()
    page.goto(address + path)
    page.get_by_role("link", name=SAY("sign_in.start")).click()
    page.get_by_placeholder("sub").fill(person)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(address + path)
    return page


def test_a_leader_explores_without_counts_of_people_and_a_reader_of_an_area_not_at_all(
    guarded_address: str, data_dir: Path
) -> None:
    trail = AccessTrail.open(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}, data_dir / "no.env"))
    query, sent = "mart=fct_measure&period=2026Q3&lang=vi", {}
    for person in (DEPARTMENT, LEADER, AREA_READER):
        with visitor(guarded_address) as client:
            come_back(client, person)
            sent[person] = text_sent(guarded_address, "tables", query, client)
            if person == LEADER:
                figures = text_sent(guarded_address, "tables", query.replace("measure", "target_progress"), client)
    held_back, ranges = SAY("downloads.held_back_text"), SAY("explore.sql_ranges")
    assert [held_back in sent[person] for person in (DEPARTMENT, LEADER)] == [False, True]
    assert 0 < rows_in(sent[LEADER]) < rows_in(sent[DEPARTMENT])
    # Figures of people have ranges in their rows.
    assert (ranges in figures, held_back in figures) == (True, False)
    assert SAY("message.denied_text") in sent[AREA_READER]
    assert '{"dataframe"' not in sent[AREA_READER]
    kept = [(event.person, event.kind, event.about.get("what")) for event in trail.newest(limit=20)]
    for person in (LEADER, DEPARTMENT):
        assert (person, AccessKind.DOWNLOADED, "/explore/tables?mart=fct_measure&period=2026Q3") in kept
    assert (AREA_READER, AccessKind.REFUSED, "/explore") in kept


def test_a_view_is_saved_shared_opened_pinned_and_archived(browser: Browser, guarded_address: str) -> None:
    say, name = SAY, "T09 chậm"
    page = signed_in(browser, guarded_address, DEPARTMENT, "/explore/?period=2026Q3&level=ward&target=T09&lang=vi")
    page.get_by_role("button", name=say("views.save_this")).click(timeout=START_TIMEOUT_MS)
    page.get_by_label(say("views.name"), exact=True).fill(name)
    page.get_by_label(say("views.shared_with")).click()
    page.get_by_role("option", name=say("role.leader")).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=say("views.save_new")).click()
    expect(page.get_by_text(say("views.saved"))).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name=say("views.to_list")).click()
    page.get_by_role("button", name=say("views.do_pin_view")).click(timeout=START_TIMEOUT_MS)
    expect(page.get_by_text(say("views.pinned"))).to_be_visible()
    for width in (360, 1280):
        fits(page, width)

    with visitor(guarded_address) as leader, visitor(guarded_address) as reader:

        def pinned() -> list[str]:
            tree = html.fromstring(leader.get("/?lang=vi").text)
            return [str(link.get("href")) for link in tree.xpath("//a") if link.text_content().strip() == name]

        come_back(leader, LEADER)
        (address,) = pinned()
        opened = text_sent(guarded_address, "", urlsplit(address).query, leader)
        assert f"{say('views.open_view')}: **{name}**" in opened
        assert say("explore.figures", number=168, all=say.number(2520)) in opened
        come_back(reader, AREA_READER)
        assert say("views.none") in text_sent(guarded_address, "views", "lang=vi", reader)

        page.get_by_role("button", name=say("views.do_archive_view")).click()
        expect(page.get_by_text(say("views.archived"))).to_be_visible()
        assert pinned() == []
    page.get_by_role("button", name=say("views.do_restore_view")).click()
    expect(page.get_by_text(say("views.restored"))).to_be_visible()
    page.context.close()


def test_after_signing_out_an_open_page_shows_nothing_more(browser: Browser, guarded_address: str) -> None:
    page = signed_in(browser, guarded_address, LEADER, "/explore/tables?mart=dim_target&lang=vi")
    # It is open once its table is there: scripts that are still missing are sent only to viewers who are signed in.
    expect(page.locator(TABLE)).to_be_visible(timeout=START_TIMEOUT_MS)
    other_tab = page.context.new_page()
    other_tab.goto(f"{guarded_address}/sign-out")
    table, ended = page.get_by_label(SAY("explore.table"), exact=True), page.get_by_text(SAY("sign_in.ended"))
    # On a slow machine a run of the page that began before may end after, and says so without being asked.
    expect(table.or_(ended).first).to_be_visible()
    if table.is_visible():
        table.click()
        page.get_by_role("option").nth(1).click()
    expect(ended).to_be_visible(timeout=START_TIMEOUT_MS)
    expect(page.locator(TABLE)).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("path", ["auth/login", "oauth2callback", "auth/logout", "_stcore/metrics"])
def test_streamlit_s_own_sign_in_and_metrics_are_not_reachable(guarded_address: str, visit: Visit, path: str) -> None:
    for address in (guarded_address, visit.address):
        answer = visit.page.request.get(f"{address}/explore/{path}", max_redirects=0)
        assert answer.status in (401, 404)
        assert "set-cookie" not in answer.headers


def test_the_focus_is_seen_in_the_navigation_and_on_the_buttons_of_a_table(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/explore/tables?mart=dim_unit&lang=vi")
    expect(page.locator(TABLE)).to_be_visible(timeout=START_TIMEOUT_MS)
    buttons = page.get_by_test_id("stElementToolbar").first
    for place in (page.get_by_test_id("stTopNavLink").nth(1), buttons.get_by_role("button").nth(1)):
        page.keyboard.press("Shift")
        place.focus()
        expect(place).to_have_css("outline-style", "solid")
    # A pointer shows them above the table; before, they are behind it.
    expect(buttons).to_have_css("opacity", "1")
    place.click(trial=True)
