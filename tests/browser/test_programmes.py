"""Two programmes on one installation: nothing of one is seen in the other, nor lands in it."""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import product, zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest
from exploring import exploring_page
from identity_provider import running_provider
from lxml import html
from playwright.sync_api import Browser, Page, expect
from programmes import CODES, FIRST, NAMES, SECOND, Installation, at, text_of, without_programme
from test_sign_in import come_back, visitor
from visits import LIVE

from app.core import pages
from app.core.i18n import words_in
from tests import two_tiers
from tests.conftest import copy_data_dir
from tests.sent_packs import fill
from tests.servers import free_port
from tests.workbooks import B1
from warehouse import clock
from warehouse.desk import Desk
from warehouse.intake import Intake
from warehouse.people import AccessKind, AccessTrail
from warehouse.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.build]

START_TIMEOUT_MS = 60_000
AT_ONCE = 6
UNIT = {FIRST: "26740", SECOND: "00006"}
PERIOD = {FIRST: "2026Q3", SECOND: "2026Q2"}
LAST_DAY = f"31/12/{clock.now():%Y}"
TARGET = {FIRST: "T09", SECOND: "S4"}
PATHS = (
    *("/", "/?level=ward", "/calls", "/target", "/target?target={target}", "/district", "/ward?unit={unit}", "/tasks"),
    *("/actions", "/actions?new=1&unit={unit}", "/reports", "/reports?show=all", "/submit", "/report?unit={unit}"),
    *("/review", "/compare", "/compare?view=trend&target={target}", "/quality", "/methodology?target={target}"),
    *(
        "/downloads",
        "/people",
        "/origin?target={target}",
        "/changes",
        "/ledger?target={target}",
        "/search?q=ph",
        "/preview?report=all",
    ),
    *("/nowhere", "/ward?unit=99999", "/export/memo.docx?unit={unit}"),
    *("/export/table.csv?page=&table=grid", "/export/mart.csv?page=downloads&table=dim_target"),
    "/export/figure.json?page=target&target={target}&figure=trend",
    *("/export/chart.svg?page=target&target={target}&chart=ranking", "/export/table.csv?page=nowhere"),
    *("/since?page=&version=20200101T000000", "/intake/build"),
)
# Documents of many pages, of the programme in which they are short; the minutes of a review where one was held.
DOCUMENTS = {
    FIRST: ("/export/minutes.docx?page=review",),
    SECOND: tuple(f"/export/{name}" for name in ("calls.html", "deck.pptx", "quarter.docx", "quarter.html")),
}
MONITORED = "/health/ready"
EXPLORE = ("", "tables", "pivot", "relations", "sql", "views")


def paths_of(code: str, lang: str) -> list[str]:
    """The same pages and files of a programme, each with a unit and a target that it has."""
    paths = [path.format(target=TARGET[code], unit=UNIT[code]) for path in (*PATHS, *DOCUMENTS[code])]
    return [f"{path}{'&' if '?' in path else '?'}lang={lang}" for path in paths]


@pytest.fixture(scope="module")
def installation(
    published_data_dir: Path, two_tiers_data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """Both programmes, published."""
    made = Installation(tmp_path_factory.mktemp("programmes"))
    for code, data_dir in zip(CODES, (published_data_dir, two_tiers_data_dir), strict=True):
        copy_data_dir(data_dir, made.data_dir(code), "sample", "sent", "build.*", "*.zip")
    made.write_list()
    return made


@pytest.fixture(scope="module")
def both(installation: Installation) -> Iterator[str]:
    """The app with both programmes."""
    with installation.running() as address:
        yield address


@pytest.fixture(scope="module")
def alone(installation: Installation) -> Iterator[dict[str, str]]:
    """Two more apps, each with one of the programmes alone; their addresses by programme."""
    with ExitStack() as apps:
        yield {code: apps.enter_context(installation.running_alone(code)) for code in CODES}


@pytest.fixture(params=[1280, 360])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab, on a laptop and on a phone."""
    with browser.new_context(viewport={"width": request.param, "height": 720}) as context:
        yield context.new_page()


def settings_of(installation: Installation, code: str) -> Settings:
    """The settings of a programme."""
    return Settings.from_env({"KPI_DATA_DIR": str(installation.data_dir(code))}, installation.root / "no.env")


def fetched(address: str, paths: list[str]) -> list[tuple[int, str]]:
    """Status and text of the answers to many requests, of which several are under way at any time."""
    with (
        httpx.Client(base_url=address, timeout=120, headers={"accept": "text/html"}) as client,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        answers = list(pool.map(client.get, paths))
    return [(answer.status_code, text_of(answer.content)) for answer in answers]


def test_every_page_of_the_app_is_compared() -> None:
    assert {path.strip("/").partition("?")[0] for path in PATHS} >= set(pages.PAGES)


def test_every_page_and_file_is_that_of_an_installation_with_this_programme_alone(
    both: str, alone: dict[str, str]
) -> None:
    asked = {FIRST: paths_of(FIRST, "vi"), SECOND: paths_of(SECOND, "en")}
    pairs = (pair for paths in zip_longest(*asked.values()) for pair in zip(CODES, paths, strict=True))
    turns = [at(path, code) for code, path in pairs if path]
    answers = dict(zip(turns, fetched(both, turns), strict=True))
    wrong = {}
    for code in CODES:
        for path, expected in zip(asked[code], fetched(alone[code], asked[code]), strict=True):
            if answers[at(path, code)] != expected:
                wrong[at(path, code)] = difference(answers[at(path, code)], expected)
    assert wrong == {}


def test_every_address_in_an_answer_of_the_api_is_of_the_programme_that_was_asked(both: str) -> None:
    with httpx.Client(base_url=both, timeout=60, follow_redirects=True) as client:

        def got(address: str) -> httpx.Response:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.text)
            return answer

        tables = got(f"/api/v1/marts?plan={SECOND}").json()["data"]
        units = next(table["rows"] for table in tables if table["name"] == "dim_unit")
        assert UNIT[SECOND] in {row["unit_code"] for row in got(units).json()["data"]}
        described = got(got(f"{units}&format=csv").links["describedby"]["url"]).json()
        assert got(described["url"]).headers["content-type"].startswith("text/csv")
        forms = got(f"/api/v1/schemas?plan={SECOND}").json()["data"]
        assert [got(form["schema"]).json()["$id"] for form in forms] == [form["schema"] for form in forms]
        for address in (units, described["url"], *(form["schema"] for form in forms)):
            assert httpx.URL(address).params["plan"] == SECOND
        # A person who reads about the API stays there too, and so does a program made from its file.
        home = html.fromstring(got(f"/api/v1?plan={SECOND}").text)
        links = [link for link in home.xpath("//a/@href") if not link.startswith("#")]
        assert {httpx.URL(link).params.get("plan") for link in links} == {SECOND}
        for path, operations in got(f"/api/v1/openapi.json?plan={SECOND}").json()["paths"].items():
            for operation in operations.values():
                (plan,) = [one for one in operation["parameters"] if one["name"] == "plan"]
                assert (plan["required"], plan["schema"]["enum"]) == (True, [SECOND]), path


def difference(one: tuple[int, str], other: tuple[int, str]) -> tuple[int, int, str, str]:
    """Both states, and where the texts begin to differ."""
    pairs = enumerate(zip(one[1], other[1], strict=False))
    place = next((number for number, (left, right) in pairs if left != right), min(len(one[1]), len(other[1])))
    start = max(0, place - 60)
    return one[0], other[0], one[1][start : place + 60], other[1][start : place + 60]


def explored(address: str, path: str, code: str) -> list[str]:
    """The parts of an exploring page without what names the programme, and without its choice of one."""
    title = words_in("vi")("programmes.title")
    choice = re.compile(rf" · {title}: <(a|b)\b.*?</\1> / <(a|b)\b.*?</\2>")
    parts = exploring_page(address, path, urlsplit(at("?lang=vi", code)).query)
    return [without_programme(choice.sub("", part)) for part in parts]


def test_exploring_pages_are_those_of_the_programme_of_their_address(both: str, alone: dict[str, str]) -> None:
    # An address without a programme is of the first one: on one page.
    for code, path in [*product((SECOND,), EXPLORE), (FIRST, "pivot")]:
        shown = explored(both, path, code)
        assert len(shown) > 5
        assert shown == explored(alone[code], path, FIRST), (code, path)


def test_the_navigation_of_the_exploring_pages_stays_in_the_programme(both: str, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 720}) as context:
        page = context.new_page()
        page.goto(both + at("/explore/?lang=en", SECOND))
        say = words_in("en")
        page.get_by_role("link", name=say("explore.tables")).first.click(timeout=START_TIMEOUT_MS)
        expect(page.get_by_role("heading", name=say("explore.tables"))).to_be_visible(timeout=START_TIMEOUT_MS)
        page.wait_for_url(re.compile(f"plan={SECOND}"))
        page.get_by_role("link", name=NAMES[FIRST]["en"]).click()
        page.wait_for_url(re.compile(r"/explore/\?lang=en$"))
        expect(page.locator("b", has_text=NAMES[FIRST]["en"])).to_be_visible(timeout=START_TIMEOUT_MS)
        page.go_back()
        page.wait_for_url(re.compile(f"plan={SECOND}"))
        expect(page.locator("b", has_text=NAMES[SECOND]["en"])).to_be_visible(timeout=START_TIMEOUT_MS)


def test_a_programme_is_chosen_in_the_frame_and_stays_in_the_address(both: str, page: Page) -> None:
    # In one language on a laptop, in the other on a phone.
    lang = {1280: "vi", 360: "en"}[page.evaluate("innerWidth")]
    page.goto(f"{both}/calls?lang={lang}")
    choice = page.get_by_role("navigation", name=words_in(lang)("programmes.title"))
    expect(choice.locator("[aria-current]")).to_have_text(NAMES[FIRST][lang])
    # By keyboard.
    choice.get_by_role("link", name=NAMES[SECOND][lang]).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"plan={SECOND}"))
    expect(choice.locator("[aria-current]")).to_have_text(NAMES[SECOND][lang])
    expect(page.locator("#content")).to_contain_text("Cau May" if lang == "en" else "Cầu Mây")
    page.wait_for_function(LIVE)
    page.locator("#content a[href^='/ward']:visible").first.click()
    page.wait_for_url(re.compile(f"/ward.*plan={SECOND}"))
    page.wait_for_function("() => !document.getElementById('page').ariaBusy")
    shared = page.url
    page.reload()
    expect(choice.locator("[aria-current]")).to_have_text(NAMES[SECOND][lang])
    with page.context.browser.new_context() as other:  # type: ignore[union-attr]
        opened = other.new_page()
        opened.goto(shared)
        expect(opened.locator("h1").first).to_have_text(page.locator("h1").first.inner_text())
    page.go_back()
    page.wait_for_url(re.compile(rf"/\?lang={lang}&plan={SECOND}"))
    page.go_back()
    page.wait_for_url(re.compile("/calls"))
    expect(choice.locator("[aria-current]")).to_have_text(NAMES[FIRST][lang])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_choices_in_the_frame_and_searches_stay_in_the_programme(both: str, page: Page) -> None:
    page.goto(both + at("/?lang=vi", SECOND))
    page.wait_for_function(LIVE)
    page.locator("select#period").select_option(label="Quý I/2026")
    page.wait_for_url(re.compile(f"period=2026Q1.*plan={SECOND}|plan={SECOND}.*period=2026Q1"))
    if not page.locator("#lang-en").is_visible():
        # A phone has the languages below the pages, and a lens in place of the field.
        page.locator("button.pages").click()
    page.locator("a[lang='en']:visible").click()
    page.wait_for_url(re.compile(f"lang=en.*plan={SECOND}|plan={SECOND}.*lang=en"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("#q").focus()
    page.locator("#q").fill("cau may")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/search.*plan={SECOND}"))
    expect(page.locator("#content")).to_contain_text("Cau May")


def test_an_unknown_programme_is_answered_with_words_and_the_way_to_the_known_ones(both: str) -> None:
    for path in ("/", "/target?target=S4", "/export/deck.pptx", "/explore/", "/nowhere"):
        address = f"{both}{path}{'&' if '?' in path else '?'}lang=en&plan=drugs"
        answer = httpx.get(address, headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert words_in("en")("programmes.unknown_title", code="drugs") in answer.text
        assert all(NAMES[code]["en"] in answer.text for code in CODES)
    answer = httpx.post(f"{both}/intake/check?lang=en&plan=drugs", headers={"x-report": "a.xlsx"})
    assert answer.status_code == 404
    assert answer.json()["said"] == words_in("en")("programmes.unknown_title", code="drugs")
    answer = httpx.get(
        f"{both}/api/v1/targets?plan=drugs", headers={"accept": "*/*, text/html", "accept-language": "en"}
    )
    refused = answer.json()
    assert (answer.status_code, refused["code"], refused["problems"]) == (404, "programme", [])
    assert refused["said"] == words_in("en")("programmes.unknown_title", code="drugs")


def test_files_name_their_programme_outside_and_inside(both: str) -> None:
    for code in CODES:
        answer = httpx.get(both + at("/export/table.csv?page=&table=grid&lang=en", code))
        assert unquote(answer.headers["content-disposition"]).split("''")[1].startswith(f"{code}-")
        assert all(f",{NAMES[code]['en']}," in line for line in answer.text.splitlines()[1:])
        form = httpx.get(both + at(f"/intake/template?unit={UNIT[code]}&period={PERIOD[code]}", code), timeout=60)
        assert form.headers["content-disposition"].split("''")[1].startswith(f"{code}_")
        page = httpx.get(both + at("/?lang=vi", code)).text
        assert NAMES[code]["vi"] in html.fromstring(page).findtext(".//title")


# ---- what is written


@pytest.fixture(scope="module")
def desks(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that tests write to."""
    root = tmp_path_factory.mktemp("desks") / "installation"
    return Installation(copy_data_dir(installation.root, root))


@pytest.fixture(scope="module")
def written(desks: Installation) -> Iterator[str]:
    """The app on that installation."""
    with desks.running() as address:
        yield address


def form_of(address: str, path: str, name: str) -> tuple[str, dict[str, str]]:
    """Address and values of a form, as a browser sends it when nothing else is typed."""
    tree = html.fromstring(httpx.get(address + path, timeout=60).text)
    (form,) = tree.xpath(f"//form[@data-send='{name}']")
    return str(form.get("action")), {str(key): str(value) for key, value in form.form_values()}


def sent(address: str, action: str, values: dict[str, str], **headers: str) -> httpx.Response:
    """The answer to a form that the script of a page sends."""
    own = {"origin": address, "accept": "application/json"} | headers
    return httpx.post(address + action, data=values, headers=own, timeout=60)


def titles(installation: Installation) -> dict[str, list[str]]:
    """What each programme's actions are about."""
    return {code: [one.what for one in Desk.open(settings_of(installation, code)).actions()] for code in CODES}


def test_an_action_is_opened_only_where_its_form_was(desks: Installation, written: str) -> None:
    action, values = form_of(written, at("/actions?new=1&lang=vi", SECOND), "open-action")
    before = titles(desks)
    typed = values | {"what": "Gọi lại cho phường", "owner": "Phòng VHXH", "due_date": LAST_DAY, "by": "Hà"}
    # The address was changed by hand, or the list of programmes was reordered meanwhile.
    elsewhere = re.sub(r"%26plan%3D[a-z]+", "", action)
    for wrong in (elsewhere, f"{elsewhere}&plan={FIRST}", f"{action}&plan={FIRST}"):
        refused = sent(written, wrong, typed)
        assert (refused.status_code, refused.json()["said"]) == (409, words_in("vi")("programmes.other_form"))
    assert titles(desks) == before
    assert sent(written, action, typed).json()["state"] == "done"
    after = titles(desks)
    assert after[FIRST] == before[FIRST]
    assert len(after[SECOND]) == len(before[SECOND]) + 1


def test_the_same_form_sent_in_both_programmes_is_written_in_both(desks: Installation, written: str) -> None:
    for code in CODES:
        action, values = form_of(written, at("/actions?new=1&lang=vi", code), "open-action")
        typed = values | {"what": "Việc chung", "owner": "Phòng", "due_date": LAST_DAY, "by": "Hà"}
        typed |= {"unit_code": "", "target_code": ""}
        assert sent(written, action, typed).json()["state"] == "done"
    assert all(own.count("Việc chung") == 1 for own in titles(desks).values())


def test_a_draft_is_kept_only_where_it_is_typed(desks: Installation, written: str) -> None:
    page = httpx.get(written + at(f"/report?unit=00006&period={PERIOD[SECOND]}", SECOND), timeout=60).text
    (form,) = html.fromstring(page).xpath("//form[@data-draft]")
    values = {str(key): str(value) for key, value in form.form_values()} | {"deed": "keep", "by": "Hà"}
    action, report = str(form.get("action")), {"x-report": "form"}
    refused = sent(written, re.sub(r"%26plan%3D[a-z]+", "", action), values, **report)
    assert (refused.status_code, refused.json()["said"]) == (409, words_in("vi")("programmes.other_form"))
    assert sent(written, action, values, **report).json()["state"] == "kept"


def test_a_report_lands_only_in_the_programme_that_it_is_submitted_to(
    desks: Installation, written: str, tmp_path: Path
) -> None:
    form = tmp_path / "form.xlsx"
    taken = httpx.get(written + at("/intake/template?unit=00006&period=2026Q3", SECOND), timeout=60)
    form.write_bytes(taken.content)
    fill(form, {B1: {"00006": {"sessions_direct": 2, "reach_general": 90}}})
    counts = {code: len(received(desks, code)) for code in CODES}
    headers = {"x-report": "bao-cao.xlsx", "x-by": "Ha", "x-note": "vi sao"}

    def submitted(code: str) -> dict[str, Any]:
        address = written + at("/intake/submit?lang=en", code)
        answer: dict[str, Any] = httpx.post(address, content=form.read_bytes(), headers=headers, timeout=60).json()
        return answer

    refused = submitted(FIRST)
    assert refused["state"] == "refused"
    assert f"another programme ({SECOND})" in refused["html"]
    assert submitted(SECOND)["state"] == "landed"
    assert {code: len(received(desks, code)) - counts[code] for code in CODES} == {FIRST: 0, SECOND: 1}


def received(installation: Installation, code: str) -> list[Any]:
    """The reports that landed in a programme and wait or count."""
    intake = Intake(settings_of(installation, code))
    try:
        return [one for one in intake.registry.received() if one.verdict != "rejected"]
    finally:
        intake.close()


def test_a_view_is_saved_and_pinned_only_in_its_programme(desks: Installation, written: str, browser: Browser) -> None:
    say = words_in("en")
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(written + at("/explore/tables?lang=en", SECOND))
        page.get_by_role("button", name=say("views.save_this")).click(timeout=START_TIMEOUT_MS)
        page.get_by_label(say("views.name"), exact=True).fill("Own table")
        page.get_by_label(say("form.by"), exact=True).fill("Hà")
        page.get_by_role("button", name=say("views.save_new")).click()
        link = page.get_by_role("link", name=say("views.to_list"))
        expect(link).to_be_visible(timeout=START_TIMEOUT_MS)
        assert f"plan={SECOND}" in str(link.get_attribute("href"))
    names = {code: [view.name for view in _views(desks, code)] for code in CODES}
    assert names == {FIRST: [], SECOND: ["Own table"]}


def _views(installation: Installation, code: str) -> list[Any]:
    from warehouse.desk import Audience

    return list(Desk.open(settings_of(installation, code)).views(Audience("", frozenset(), True, True)))


# ---- who sees what

EVERYWHERE, ONLY_SECOND, OFFICER, ONLY_FIRST, STRANGER = (
    f"{name}@kpi.test" for name in ("all", "second", "officer", "first", "nobody")
)
HEAD = "person,name,role,unit_code,valid_from,valid_to\n"
ROLES = {
    FIRST: f"{HEAD}{EVERYWHERE},,leader,,2021-01-01,\n{ONLY_FIRST},,department,,2021-01-01,\n",
    SECOND: f"{HEAD}{EVERYWHERE},,department,,2021-01-01,\n{ONLY_SECOND},,auditor,,2021-01-01,\n"
    f"{OFFICER},,unit_officer,00006,2021-01-01,\n",
}
# By person: what the frame offers, and in each programme the status of the overview, a table and an original, which a
# viewer with the right does not find. Whoever reads the city only has no table of its units.
MATRIX = {
    EVERYWHERE: (CODES, {FIRST: (200, 200, 403), SECOND: (200, 200, 404)}),
    ONLY_FIRST: ((), {FIRST: (200, 200, 404), SECOND: (403, 403, 403)}),
    ONLY_SECOND: ((), {FIRST: (403, 403, 403), SECOND: (200, 404, 403)}),
    OFFICER: ((), {FIRST: (403, 403, 403), SECOND: (200, 200, 404)}),
    STRANGER: ((), {FIRST: (403, 403, 403), SECOND: (403, 403, 403)}),
}
# Who has no role in the first programme comes to the one in which they have one.
HOMES = {ONLY_SECOND: f"/?plan={SECOND}", OFFICER: f"/?plan={SECOND}"}


@pytest.fixture(scope="module")
def guarded(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, str]]:
    """An installation where people sign in, with roles of their own in each programme, and the address of its app."""
    root = tmp_path_factory.mktemp("guarded") / "installation"
    made = Installation(copy_data_dir(installation.root, root))
    for code, roles in ROLES.items():
        (made.data_dir(code) / "roles.csv").write_text(roles, encoding="utf-8")
    port = free_port()
    with running_provider() as provider:
        secrets = provider.secrets(made.root, port)
        with made.running(KPI_AUTH="oidc", STREAMLIT_SECRETS_FILES=str(secrets), port=port) as address:
            yield made, address


@pytest.mark.parametrize("person", MATRIX)
def test_people_see_the_programmes_in_which_they_have_a_role(guarded: tuple[Installation, str], person: str) -> None:
    _, address = guarded
    offered, statuses = MATRIX[person]
    own = [code for code in CODES if person in ROLES[code]]
    unseen = [NAMES[code]["vi"] for code in CODES if code not in own]
    with visitor(address) as client:
        # Before sign-in nothing tells which programmes there are.
        for path in ("/?lang=vi", at("/?lang=vi", SECOND), "/?lang=vi&plan=drugs"):
            answer = client.get(path)
            assert answer.status_code == 401
            assert not any(name in answer.text for names in NAMES.values() for name in names.values())
        assert come_back(client, person, "/?lang=vi&plan=drugs").headers["location"] == "/?lang=vi&plan=drugs"
        unknown = client.get("/?lang=vi&plan=drugs")
        assert unknown.status_code == 404
        assert not any(name in unknown.text for name in unseen)
        for code in CODES:
            overview = client.get(at("/?lang=vi", code))
            table = client.get(at("/export/table.csv?page=&table=grid&lang=vi", code))
            original = client.get(at("/intake/original?submission=999999&lang=vi", code))
            assert (overview.status_code, table.status_code, original.status_code) == statuses[code], code
            links = html.fromstring(overview.text).xpath("//nav[@id='programmes']/a")
            assert [link.text for link in links] == [NAMES[one]["vi"] for one in offered]
            assert not any(name in answer.text for name in unseen for answer in (overview, original))
            if own and code not in own:
                ways = html.fromstring(overview.text).xpath("//main//a")
                assert [(way.text, way.get("href")) for way in ways] == [
                    (NAMES[one]["vi"], at("/?lang=vi", one)) for one in own
                ]
                assert words_in("vi")("message.stranger_text") not in overview.text
        start = client.get("/")
        assert start.headers.get("location", "") == HOMES.get(person, "")
        who = client.get(at("/who?lang=en", SECOND)).text
        assert ("no role yet" in who.lower()) == (person not in ROLES[SECOND])


def test_sign_ins_are_kept_once_and_what_is_done_in_each_programme(guarded: tuple[Installation, str]) -> None:
    made, address = guarded
    with visitor(address) as client:
        come_back(client, EVERYWHERE)
        client.get(at("/export/table.csv?page=&table=grid&lang=vi", SECOND))
        client.get(at("/intake/original?submission=1", FIRST))
        client.get(at("/sign-out?lang=vi", SECOND))
    trails = {code: AccessTrail.open(settings_of(made, code)) for code in CODES}

    def of(code: str, kind: AccessKind) -> list[str]:
        return [event.about.get("what", "") for event in trails[code].newest((kind,)) if event.person == EVERYWHERE]

    for kind in (AccessKind.SIGNED_IN, AccessKind.SIGNED_OUT):
        assert of(FIRST, kind)
        assert not of(SECOND, kind)
    assert any("table.csv" in what for what in of(SECOND, AccessKind.DOWNLOADED))
    assert all(f"plan={SECOND}" in what for what in of(SECOND, AccessKind.DOWNLOADED))
    assert not any(f"plan={SECOND}" in what for what in of(FIRST, AccessKind.DOWNLOADED))
    assert any("original" in what for what in of(FIRST, AccessKind.REFUSED))
    granted = {code: {event.person for event in trails[code].newest((AccessKind.ROLE_GRANTED,))} for code in CODES}
    assert granted == {FIRST: {EVERYWHERE, ONLY_FIRST}, SECOND: {EVERYWHERE, ONLY_SECOND, OFFICER}}


# ---- a programme in trouble


def test_a_programme_in_trouble_leaves_the_others_whole(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("trouble")
    for name in ("torn", "whole", "unread"):
        copy_data_dir(installation.data_dir(SECOND), root / name)
    (root / "torn" / "registry.sqlite").write_bytes(b"no database" * 1000)
    pack = shutil.copytree(two_tiers.PACK, root / "pack")
    (pack / "seeds" / "plans.csv").unlink()
    packs = dict.fromkeys(("torn", "whole", "empty"), two_tiers.PACK) | {"unread": pack}
    lines = ["code,data_dir,plan", *(f"{name},{name},{plan}" for name, plan in packs.items())]
    (root / "programmes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    # The plan's name is the same, so each is followed by its code; a pack that cannot be read has no name.
    offered = [*(f"Plan of 2026 ({name})" for name in ("torn", "whole", "empty")), "unread"]
    with Installation(root).running() as address:

        def status(path: str, name: str) -> int:
            at_programme = f"{address}{path}?lang=en&plan={name}"
            answer = httpx.get(at_programme, headers={"accept": "text/html"}, timeout=60)
            if path != MONITORED:
                links = html.fromstring(answer.text).xpath("//nav[@id='programmes']/a/text()")
                assert links == offered, at_programme
            return answer.status_code

        answered = {name: status("/", name) for name in ("unread", "torn", "whole", "empty")}
        assert answered == {"unread": 503, "torn": 503, "whole": 200, "empty": 503}
        monitored = {name: status(MONITORED, name) for name in ("torn", "whole", "empty")}
        assert monitored == {"torn": 503, "whole": 200, "empty": 503}
        unknown = httpx.get(f"{address}{MONITORED}?plan=drugs", headers={"accept": "*/*"}, timeout=60)
        assert unknown.status_code == 404
        assert [status(path, "whole") for path in ("/calls", "/reports", "/submit", "/quality")] == [200] * 4
