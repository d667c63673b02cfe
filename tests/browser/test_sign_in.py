"""Signing in and out against a real OpenID provider on the loopback address: who comes in, and whom nothing lets in."""

import itertools
import re
import shutil
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from identity_provider import CLIENT_SECRET, COOKIE_SECRET, IdentityProvider, running_provider
from lxml import html
from playwright.sync_api import Browser, Page, expect
from visits import LIVE, publish, running_app
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from app.core.i18n import words_in
from app.digest.letter import stop_url
from app.web import session_cookie
from tests.conftest import copy_for_writing
from tests.servers import free_port
from tests.workbooks import B7, edit
from warehouse.digest import Recipients
from warehouse.people import AccessKind, AccessTrail, Grant, Role, break_glass
from warehouse.settings import Settings

LEADER, DEPARTMENT, FORMER, STRANGER = "leader@kpi.test", "so@kpi.test", "former@kpi.test", "nobody@kpi.test"
OFFICER, ADMINISTRATOR = "phuong@kpi.test", "admin@kpi.test"
OTHER_OFFICER, AREA_READER = "phuong-khac@kpi.test", "khu-vuc@kpi.test"
COMMUNE = "26740"
ROLES = f"""person,name,role,unit_code,valid_from,valid_to
{LEADER},,leader,,2021-01-01,
{DEPARTMENT},Chị Hà · Phòng PCTNXH,department,,2021-01-01,
{OFFICER},,unit_officer,{COMMUNE},2021-01-01,
{OTHER_OFFICER},,unit_officer,27427,2021-01-01,
{AREA_READER},,area_reader,760,2021-01-01,
{ADMINISTRATOR},,administrator,,2021-01-01,
{FORMER},,department,,2021-01-01,2026-01-01
"""
PAGE = {"accept": "text/html"}
NETWORKS = itertools.count()
# A form is read in a process of its own, which the first one starts.
CHECK_TIMEOUT_MS = 30_000
SAY = words_in("vi")


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """The provider of this file's app."""
    with running_provider() as running:
        yield running


@pytest.fixture(autouse=True)
def _good_provider(provider: IdentityProvider) -> None:
    provider.behave()


@pytest.fixture(scope="module")
def data_dir(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the published sample, with people in it."""
    folder = copy_for_writing(published_data_dir, tmp_path_factory.mktemp("guarded") / "data", "landing")
    (folder / "roles.csv").write_text(ROLES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def app_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for what the app says while it runs."""
    return tmp_path_factory.mktemp("log")


@pytest.fixture(scope="module")
def address(provider: IdentityProvider, data_dir: Path, app_log: Path) -> Iterator[str]:
    """The app that asks to sign in."""
    port = free_port()
    secrets = provider.secrets(data_dir, port)
    settings = {"KPI_AUTH": "oidc", "STREAMLIT_SECRETS_FILES": str(secrets), "KPI_ACCESS_CONTACT": "Phòng PCTNXH"}
    settings["STREAMLIT_LOGGER_LEVEL"] = "debug"
    with running_app(data_dir, port, app_log, **settings) as running:
        yield running


@pytest.fixture
def somebody(address: str) -> Iterator[httpx.Client]:
    """Somebody's browser, without its looks."""
    with visitor(address) as client:
        yield client


def visitor(address: str, network: str = "", **cookies: str) -> httpx.Client:
    """A browser without its looks, of a network address of its own: so many may sign in from one within a minute."""
    headers = PAGE | {"x-forwarded-for": network or f"10.0.{next(NETWORKS)}.1"}
    return httpx.Client(base_url=address, timeout=60, headers=headers, cookies=cookies)


def come_back(client: httpx.Client, person: str, wanted: str = "/") -> httpx.Response:
    """What the app answers to whom the provider sends back."""
    begun = client.get("/sign-in/start", params={"to": wanted})
    consent = client.post(begun.headers["location"], data={"sub": person})
    return client.get(consent.headers["location"])


def sign_in(page: Page, person: str, address: str) -> None:
    """Come to an address by signing in."""
    page.goto(address)
    page.get_by_role("link", name=SAY("sign_in.start")).click()
    page.get_by_placeholder("sub").fill(person)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(address)
    page.wait_for_function(LIVE)


@contextmanager
def signed_in_page(browser: Browser, person: str, address: str) -> Iterator[Page]:
    """A browser of its own that came to an address by signing in."""
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, person, address)
    yield page
    context.close()


def trail(data_dir: Path) -> AccessTrail:
    """The access trail of this file's app."""
    return AccessTrail.open(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}, data_dir / "no.env"))


def test_who_has_not_signed_in_sees_the_way_to_sign_in_and_nothing_else(somebody: httpx.Client) -> None:
    for path in ("/", "/district?unit=760", "/export/table.csv?page=&table=grid", "/intake/original?submission=1"):
        answer = somebody.get(path)
        assert answer.status_code == 401
        assert SAY("sign_in.title") in answer.text
        assert "Phòng PCTNXH" in answer.text
    for path in ("/intake/build", "/since?page=", "/explore/_stcore/host-config"):
        assert somebody.get(path, headers={"accept": "*/*"}).json()["said"] == SAY("sign_in.ended")
    assert somebody.post("/act/report?at=/report", headers={"x-report": "form"}).status_code == 401


def test_the_websocket_opens_to_nobody_who_has_not_signed_in(address: str, somebody: httpx.Client) -> None:
    target = f"ws://{urlsplit(address).netloc}/explore/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused, connect(target, origin=address, proxy=None):  # type: ignore[arg-type]
        pass
    assert refused.value.response.status_code == 401
    come_back(somebody, LEADER)
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in somebody.cookies.items())}
    with connect(target, origin=address, proxy=None, additional_headers=cookies):  # type: ignore[arg-type]
        pass


def test_after_signing_in_one_is_at_the_page_that_one_wanted(somebody: httpx.Client) -> None:
    wanted = "/district?unit=760&period=2025Q2&lang=vi"
    shown = somebody.get(wanted).text
    start = re.search(r"href='(/sign-in/start[^']*)'", shown)
    assert start
    onward = somebody.get(start[1].replace("&amp;", "&"))
    consent = somebody.post(onward.headers["location"], data={"sub": LEADER})
    assert somebody.get(consent.headers["location"]).headers["location"] == wanted
    assert somebody.get(wanted).status_code == 200


@pytest.mark.parametrize(
    ("units", "is_led_there"), [(168, True), (800, False)], ids=["every-commune", "more-than-a-cookie-holds"]
)
def test_signing_in_from_a_long_address_leads_there_or_to_its_page(
    somebody: httpx.Client, units: int, is_led_there: bool
) -> None:
    wanted = "/compare?units=" + "%2C".join(str(100_000 + 7_919 * number % 899_999) for number in range(units))
    start = re.search(r"href='(/sign-in/start[^']*)'", somebody.get(wanted).text)
    assert start
    begun = somebody.get(start[1].replace("&amp;", "&"))
    # Of an answer's headers nginx takes 4 kB, and of a cookie a browser.
    assert sum(len(name) + len(value) + 4 for name, value in begun.headers.raw) < 4_000
    came = come_back(somebody, LEADER, wanted)
    assert came.headers["location"] == (wanted if is_led_there else "/compare")


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test", "javascript:1"]
)
def test_signing_in_leads_nobody_to_another_site(somebody: httpx.Client, elsewhere: str) -> None:
    assert come_back(somebody, LEADER, elsewhere).headers["location"] == "/"


def bent(**claims: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Claims with some changed, or taken out where None is given."""
    return lambda told: {name: value for name, value in (told | claims).items() if value is not None}


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://127.0.0.1:1"},
        {"aud": ["another app"]},
        {"aud": ["another app", "kpi"], "azp": "another app"},
        {"exp": int(time.time()) - 30},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"nonce": "another try's"},
        {"email": None},
        {"email": ""},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": 0},
        {"email_verified": "true"},
    ],
    ids="-".join,
)
def test_a_token_that_does_not_hold_lets_nobody_in(
    somebody: httpx.Client, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    provider.bend = bent(**claims)
    answer = come_back(somebody, DEPARTMENT)
    assert answer.headers["location"].startswith("/sign-in?why=")
    assert session_cookie.NAME not in somebody.cookies
    assert somebody.get(answer.headers["location"]).status_code == 401
    assert somebody.get("/").status_code == 401


def test_an_address_that_the_provider_verified_lets_its_person_in(
    somebody: httpx.Client, provider: IdentityProvider
) -> None:
    provider.bend = bent(email_verified=True)
    assert come_back(somebody, DEPARTMENT, "/tasks").headers["location"] == "/tasks"
    assert somebody.get("/tasks").status_code == 200


def test_the_code_is_of_use_only_to_who_began_the_sign_in(somebody: httpx.Client, provider: IdentityProvider) -> None:
    sent = []
    for _ in range(2):
        onward = somebody.get("/sign-in/start").headers["location"]
        sent.append(httpx.URL(onward).params)
    assert {asked["code_challenge_method"] for asked in sent} == {"S256"}
    assert sent[0]["code_challenge"] != sent[1]["code_challenge"]
    # The provider insists on the proof.
    assert come_back(somebody, LEADER, "/tasks").headers["location"] == "/tasks"


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_tabs_that_sign_in_at_once_each_lands_on_its_own_page(somebody: httpx.Client, first: int) -> None:
    pages = ["/tasks?period=2025Q3&lang=vi", "/district?unit=760&lang=en"]
    onward = []
    for wanted in pages:
        begun = somebody.get("/sign-in/start", params={"to": wanted})
        onward.append(begun.headers["location"])
    for tab in (first, 1 - first):
        back = somebody.post(onward[tab], data={"sub": LEADER}).headers["location"]
        assert somebody.get(back).headers["location"] == pages[tab]
        assert somebody.get(pages[tab]).status_code == 200


def test_a_try_to_sign_in_is_sent_along_only_to_where_the_provider_leads_back(somebody: httpx.Client) -> None:
    somebody.get("/sign-in/start", params={"to": "/tasks"})
    assert {cookie.path for cookie in somebody.cookies.jar} == {"/oauth2callback"}


def test_a_token_that_another_key_signed_lets_nobody_in(somebody: httpx.Client, provider: IdentityProvider) -> None:
    provider.signs_falsely = True
    assert "why=failed" in come_back(somebody, DEPARTMENT).headers["location"]
    assert somebody.get("/").status_code == 401


def test_a_provider_that_changes_its_key_lets_people_in_with_the_new_one(
    somebody: httpx.Client, provider: IdentityProvider
) -> None:
    provider.rotates = True
    assert come_back(somebody, DEPARTMENT).headers["location"] == "/"
    assert somebody.get("/").status_code == 200


def test_when_the_provider_is_down_one_is_told_and_whoever_is_in_goes_on(
    address: str, somebody: httpx.Client, provider: IdentityProvider
) -> None:
    come_back(somebody, LEADER)
    provider.is_down = True
    assert somebody.get("/").status_code == 200
    with visitor(address) as late:
        led = late.get("/sign-in/start", params={"to": "/tasks"})
        assert led.headers["location"] == "/sign-in?why=unreachable&to=%2Ftasks"
        assert SAY("sign_in.unreachable") in late.get(led.headers["location"]).text


def test_what_the_provider_sent_is_good_once(somebody: httpx.Client, address: str) -> None:
    begun = somebody.get("/sign-in/start")
    consent = somebody.post(begun.headers["location"], data={"sub": LEADER})
    back = consent.headers["location"]
    kept = dict(somebody.cookies)
    assert somebody.get(back).headers["location"] == "/"
    with visitor(address, **kept) as thief:
        assert "why=failed" in thief.get(back).headers["location"]
        assert thief.get("/").status_code == 401


def test_a_cookie_that_was_tampered_with_lets_nobody_in(somebody: httpx.Client) -> None:
    come_back(somebody, LEADER)
    cookie = somebody.cookies[session_cookie.NAME]
    somebody.cookies.clear()
    for changed in (cookie[:-2] + "xx", "x" + cookie[1:], cookie.rsplit(".", 1)[0], ""):
        assert somebody.get("/", headers={"cookie": f"{session_cookie.NAME}={changed}"}).status_code == 401
    assert somebody.get("/", headers={"cookie": f"{session_cookie.NAME}={cookie}"}).status_code == 200


def test_a_cookie_that_is_signed_but_of_no_sign_in_lets_nobody_in(
    somebody: httpx.Client, address: str, provider: IdentityProvider
) -> None:
    claims = {"iss": provider.address, "aud": ["kpi"], "sub": "x", "email": DEPARTMENT, "origin": address}
    claims |= {"exp": int(time.time()) + 3600, "iat": int(time.time())}
    come_back(somebody, LEADER)
    own = session_cookie.read(somebody.cookies[session_cookie.NAME], COOKIE_SECRET) or {}
    somebody.cookies.clear()
    for forged in (claims, {name: own[name] for name in own if name != session_cookie.SESSION} | {"email": DEPARTMENT}):
        cookie = session_cookie.sign(forged, COOKIE_SECRET)
        assert somebody.get("/", headers={"cookie": f"{session_cookie.NAME}={cookie}"}).status_code == 401


def test_signing_out_ends_every_session_of_the_person_and_no_other_one_s(address: str, somebody: httpx.Client) -> None:
    with (
        visitor(address) as elsewhere,
        visitor(address) as other,
    ):
        for client, person in ((somebody, LEADER), (elsewhere, LEADER), (other, DEPARTMENT)):
            come_back(client, person)
            assert client.get("/").status_code == 200
        kept = somebody.cookies[session_cookie.NAME]
        led = somebody.get("/sign-out")
        assert urlsplit(led.headers["location"]).path == "/oauth2/end_session"
        assert led.headers["clear-site-data"] == '"cache"'
        assert somebody.get("/").status_code == 401
        assert somebody.get("/", headers={"cookie": f"{session_cookie.NAME}={kept}"}).status_code == 401
        assert elsewhere.get("/").status_code == 401
        assert other.get("/").status_code == 200
        come_back(somebody, LEADER)
        assert somebody.get("/").status_code == 200


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_who_signs_out_reads_so_in_the_language_of_the_page(somebody: httpx.Client, lang: str) -> None:
    come_back(somebody, LEADER)
    (way,) = set(html.fromstring(somebody.get(f"/?lang={lang}").text).xpath("//a[contains(@href, 'sign-out')]/@href"))
    led = urlsplit(somebody.get(way).headers["location"])
    assert led.path == "/oauth2/end_session"
    # The provider leads back with the state that it was given.
    back = somebody.get("/oauth2callback", params={"state": parse_qs(led.query)["state"][0]})
    assert words_in(lang)("sign_in.signed_out") in somebody.get(back.headers["location"]).text


def test_another_site_signs_nobody_out(somebody: httpx.Client) -> None:
    come_back(somebody, LEADER)
    assert somebody.get("/sign-out", headers={"sec-fetch-site": "cross-site"}).headers["location"] == "/"
    assert somebody.get("/").status_code == 200


@pytest.mark.parametrize("person", [STRANGER, FORMER])
def test_whoever_has_no_role_today_is_refused_politely_and_told_whom_to_ask(
    somebody: httpx.Client, person: str
) -> None:
    come_back(somebody, person)
    shown = somebody.get("/district?unit=760")
    assert shown.status_code == 403
    assert SAY("message.stranger_title") in shown.text
    assert "Phòng PCTNXH" in shown.text
    assert somebody.get("/export/quarter.docx").status_code == 403


def test_pages_of_one_person_are_not_those_of_another_with_other_rights(address: str, somebody: httpx.Client) -> None:
    path = "/quality?period=2026Q3&lang=vi"
    come_back(somebody, DEPARTMENT)
    seen = somebody.get(path)
    assert (seen.status_code, seen.headers.get("etag")) == (200, None)
    with visitor(address) as leader:
        come_back(leader, LEADER)
        assert leader.get(path).status_code == 403
        overview, other = (client.get("/?period=2025Q2&lang=vi") for client in (somebody, leader))
        assert SAY("nav.quality") in overview.text
        assert SAY("nav.quality") not in other.text.split("<main")[0]
        assert DEPARTMENT not in overview.text
        assert overview.headers["cache-control"] == "no-store"
        assert "private" in other.headers["cache-control"]


@pytest.mark.parametrize("person", [LEADER, OFFICER, DEPARTMENT])
def test_what_shows_small_counts_is_kept_in_no_browser(somebody: httpx.Client, person: str) -> None:
    come_back(somebody, person)
    addresses = [
        f"/ward?unit={COMMUNE}&period=2025Q3&lang=vi",
        "/?period=2025Q3&lang=vi",
        "/nowhere",
        "/export/figure.json?page=target&target=T09&period=2025Q3&figure=trend",
        "/since?page=&version=x&period=2025Q3",
        "/explore/_stcore/host-config",
    ]
    for address in addresses:
        answer = somebody.get(address)
        again = somebody.get(address, headers={"if-none-match": answer.headers.get("etag", "")})
        if person == LEADER:
            assert again.status_code == (304 if answer.is_success and "etag" in answer.headers else answer.status_code)
        else:
            assert answer.headers["cache-control"] == "no-store", address
            assert again.status_code == answer.status_code
    page, taken = somebody.get(addresses[0]), somebody.get("/export/table.csv?page=&table=grid&period=2025Q3")
    assert page.headers["cache-control"] == ("private, no-cache" if person == LEADER else "no-store")
    assert taken.headers["cache-control"] == "no-store"
    assert somebody.get("/assets/icon.svg").headers["cache-control"] != "no-store"


def test_an_officer_begins_at_the_own_unit_s_page_and_reaches_every_other(somebody: httpx.Client) -> None:
    come_back(somebody, OFFICER)
    led = somebody.get("/")
    assert led.headers["location"] == f"/ward?unit={COMMUNE}"
    shown = somebody.get(led.headers["location"])
    assert shown.status_code == 200
    assert f"/report?unit={COMMUNE}" in shown.text
    assert somebody.get("/?lang=vi").status_code == 200
    assert f"/report?unit={COMMUNE}" not in somebody.get("/ward?unit=27004&period=2026Q3").text


def test_what_is_taken_or_refused_is_on_record_with_who_and_never_a_figure(
    somebody: httpx.Client, data_dir: Path
) -> None:
    come_back(somebody, LEADER)
    before = trail(data_dir).newest(limit=1)[0].event_id
    assert somebody.get("/export/table.csv?page=&table=grid&period=2025Q2").status_code == 200
    assert somebody.get("/people").status_code == 403
    assert somebody.get("/people").status_code == 403
    assert somebody.get("/tasks").status_code == 200
    # The first reading of the file of roles is on record too, at whatever request it is made, and a minute's failed
    # sign-ins of earlier tests when it is over.
    others = {AccessKind.ROLE_GRANTED, AccessKind.ROLE_ENDED, AccessKind.SIGN_IN_FAILED}
    told = trail(data_dir).since(before, {*AccessKind} - others)
    assert [(event.person, event.kind, event.about["what"]) for event in told] == [
        (LEADER, "downloaded", "/export/table.csv?page=&table=grid&period=2025Q2"),
        (LEADER, "refused", "/people"),
    ]


@pytest.fixture(scope="module")
def guesses(sample_workbooks: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The report of a commune with another guess at its people wanting support in each."""
    original, folder = (
        sample_workbooks / "2026Q3" / f"bao-cao_{COMMUNE}_2026Q3.xlsx",
        tmp_path_factory.mktemp("guesses"),
    )
    paths = [Path(shutil.copy(original, folder / f"{guess}.xlsx")) for guess in (57, 58, 90)]
    return [edit(path, {(B7, "C7"): int(path.stem)}).read_bytes() for path in paths]


def send(client: httpx.Client, what: str, report: bytes) -> httpx.Response:
    """Send a file to a route as the page's script does."""
    marks = {"x-report": "bao-cao.xlsx", "x-by": "P", "accept": "*/*"}
    return client.post(f"/intake/{what}?lang=vi", content=report, headers=marks)


@pytest.mark.parametrize("person", [LEADER, OTHER_OFFICER, AREA_READER, ADMINISTRATOR, STRANGER])
def test_nobody_learns_a_count_of_another_unit_by_having_guesses_checked(
    somebody: httpx.Client, guesses: list[bytes], data_dir: Path, person: str
) -> None:
    come_back(somebody, person)
    about = f" {COMMUNE}" if person == OTHER_OFFICER else ""
    for what in ("check", "marked", "submit"):
        before = trail(data_dir).newest(limit=1)[0].event_id
        sent = (send(somebody, what, guess) for guess in guesses)
        answers = {(answer.status_code, answer.content) for answer in sent}
        assert [status for status, _ in answers] == [403]
        told = trail(data_dir).since(before, [AccessKind.REFUSED])
        assert [(event.person, event.about["what"]) for event in told] == [(person, f"/intake/{what}?lang=vi{about}")]


def test_a_report_is_checked_for_its_own_unit_and_for_the_department_which_is_on_record(
    address: str, guesses: list[bytes], data_dir: Path
) -> None:
    before = trail(data_dir).newest(limit=1)[0].event_id
    for person in (OFFICER, DEPARTMENT):
        with httpx.Client(base_url=address, timeout=60, headers=PAGE) as client:
            come_back(client, person)
            answers = [send(client, "check", guess) for guess in guesses]
            assert {answer.status_code for answer in answers} == {200}
            assert len({answer.json()["html"] for answer in answers}) == len(guesses)
            assert send(client, "marked", guesses[0]).status_code == 200
    kinds = (AccessKind.REPORT_CHECKED, AccessKind.DOWNLOADED)
    about = f"?lang=vi {COMMUNE} 2026Q3"
    told = [(event.person, event.kind, event.about["what"]) for event in trail(data_dir).since(before, kinds)]
    assert told == [
        (OFFICER, "downloaded", "/intake/marked?lang=vi"),
        *[(DEPARTMENT, "report_checked", f"/intake/check{about}")] * len(guesses),
        (DEPARTMENT, "downloaded", f"/intake/marked{about}"),
    ]


def test_an_administrator_sees_people_and_no_figure(somebody: httpx.Client) -> None:
    come_back(somebody, ADMINISTRATOR)
    shown = somebody.get("/people?lang=vi")
    assert shown.status_code == 200
    for person in (LEADER, DEPARTMENT, OFFICER, FORMER):
        assert person in shown.text
    assert SAY("people.trail") not in shown.text
    for path in ("/?lang=vi", "/target?target=T14", "/export/quarter.docx", "/since?page=&version=x"):
        assert somebody.get(path).status_code in (403, 404)
    assert somebody.get("/").headers["location"] == "/people?lang=vi"


@pytest.mark.parametrize(("person", "goal"), [(LEADER, "/"), (DEPARTMENT, "/actions")])
def test_the_key_for_a_new_action_leads_nobody_to_a_refusal(
    browser: Browser, address: str, person: str, goal: str
) -> None:
    with signed_in_page(browser, person, f"{address}/?period=2026Q3&lang=vi") as page:
        page.locator("table.grid tbody td a.c").first.focus()
        page.keyboard.press("g")
        expect(page.locator("#content h1")).not_to_have_text(SAY("message.denied_title"))
        assert urlsplit(page.url).path == goal


@pytest.mark.slow
def test_with_a_torn_registry_one_is_told_so_and_nothing_is_given(provider: IdentityProvider, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "registry.sqlite").write_bytes(b"not a database" * 1000)
    port = free_port()
    with running_app(
        folder, port, KPI_AUTH="oidc", STREAMLIT_SECRETS_FILES=str(provider.secrets(tmp_path, port))
    ) as address:
        claims = {"iss": provider.address, "aud": ["kpi"], "sub": "x", "email": DEPARTMENT, "origin": address}
        claims |= {"exp": int(time.time()) + 3600, "iat": int(time.time())}
        cookie = session_cookie.sign(claims, COOKIE_SECRET)
        with visitor(address) as known, visitor(address) as new:
            answer = known.get("/?lang=en", headers={"cookie": f"{session_cookie.NAME}={cookie}"})
            assert answer.status_code == 503
            assert "restore the newest backup" in answer.text
            assert new.get("/").status_code == 401


def test_a_one_time_code_opens_when_the_provider_is_down(
    somebody: httpx.Client, provider: IdentityProvider, data_dir: Path
) -> None:
    provider.is_down = True
    code = break_glass.issue(trail(data_dir), "Quản trị", "Hệ thống tài khoản ngừng")
    assert (
        somebody.get("/sign-in/once", params={"code": "guess"}).headers["location"].startswith("/sign-in?why=refused")
    )
    assert somebody.get("/sign-in/once", params={"code": code}).headers["location"] == "/"
    assert somebody.get("/reports").status_code == 200
    assert "break-glass: quản trị" in somebody.get("/who").text
    somebody.cookies.clear()
    assert "why=refused" in somebody.get("/sign-in/once", params={"code": code}).headers["location"]
    assert [event.kind for event in trail(data_dir).newest(limit=2)] == ["signed_in", "break_glass_used"]


def test_nothing_that_lets_somebody_in_is_in_the_log_even_when_it_says_all_and_sign_in_fails(
    somebody: httpx.Client, provider: IdentityProvider, data_dir: Path, app_log: Path
) -> None:
    code = break_glass.issue(trail(data_dir), "Quản trị", "Thử nhật ký")
    provider.signs_falsely = True
    refused = come_back(somebody, LEADER)
    provider.behave()
    let_in = come_back(somebody, LEADER)
    somebody.get("/sign-in/once", params={"code": code})
    log = "".join(path.read_text(encoding="utf-8") for path in app_log.iterdir())
    # It does say something of what was just asked for.
    assert "why=" in refused.headers["location"]
    assert log
    given_back = {let_in.request.url.params["code"], refused.request.url.params["code"]}
    for secret in {CLIENT_SECRET, COOKIE_SECRET, code, "eyJ", *given_back, *somebody.cookies.values()}:
        assert secret not in log, secret[:20]


def failed(data_dir: Path) -> list[dict[str, str]]:
    """What the trail says of failed sign-ins, oldest first."""
    return [dict(event.about) for event in trail(data_dir).since(0, [AccessKind.SIGN_IN_FAILED])]


def test_failed_sign_ins_add_one_row_a_minute_and_address_with_their_count_though_the_app_is_stopped(
    published_data_dir: Path, provider: IdentityProvider, tmp_path: Path
) -> None:
    folder = copy_for_writing(published_data_dir, tmp_path / "data", "landing")
    (folder / "roles.csv").write_text(ROLES, encoding="utf-8")
    attempts = {"10.1.0.1": 60, "10.1.0.2": 1, "2001:db8:1:2::1": 2, "2001:db8:1:2::ffff": 3}
    port = free_port()
    secrets = str(provider.secrets(tmp_path, port))
    with running_app(folder, port, KPI_AUTH="oidc", STREAMLIT_SECRETS_FILES=secrets) as address:
        for network, count in attempts.items():
            with visitor(address, network) as client:
                for number in range(count):
                    client.get("/oauth2callback", params={"state": f"made up {number}", "code": "x"})
        with visitor(address, "10.1.0.3") as guessing, visitor(address, "10.1.0.4") as leader:
            guessing.get("/sign-in/once?code=guess")
            come_back(leader, LEADER)
            # A download that nobody reads on is under way to the end.
            cookies = "; ".join(f"{name}={value}" for name, value in leader.cookies.items())
            path, host = "/export/mart.csv?page=downloads&table=fct_measure", urlsplit(address).netloc
            stalled = socket.create_connection(("127.0.0.1", port), timeout=60)
            stalled.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\n\r\n".encode())
            assert b"200 OK" in stalled.recv(100)
    stalled.close()
    rows = failed(folder)
    assert len({(row["minute"], row["address"]) for row in rows}) == len(rows) < 12
    told: Counter[str] = Counter()
    for row in rows:
        told[row["address"]] += int(row["count"])
    assert told == {"10.1.0.1": 60, "10.1.0.2": 1, "10.1.0.3": 1, "2001:db8:1:2::/64": 5}
    assert {row["why"] for row in rows if row["address"] == "10.1.0.3"} == {"break-glass"}
    assert [event.person for event in trail(folder).since(0, [AccessKind.DOWNLOADED])] == [LEADER]


def test_who_asks_without_end_and_without_signing_in_must_wait_and_nobody_who_signed_in_does(
    address: str, data_dir: Path
) -> None:
    network = "10.2.0.1"
    with visitor(address, network) as hasty, visitor(address, network) as colleague, visitor(address) as elsewhere:
        come_back(colleague, LEADER)
        answers = [hasty.get("/sign-in/once?code=guess&lang=en") for _ in range(130)]
        refused = answers[-1]
        assert [answer.status_code for answer in (answers[0], refused)] == [303, 429]
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert refused.text == words_in("en")("guard.too_often_from_here", seconds=int(refused.headers["retry-after"]))
        in_vietnamese = hasty.get("/sign-in/start?to=/tasks")
        assert "nhiều yêu cầu chưa đăng nhập từ mạng này" in in_vietnamese.text
        assert elsewhere.get("/sign-in/once?code=guess").status_code == 303
        assert colleague.get("/export/table.csv?page=&table=grid&period=2025Q3").status_code == 200
        assert colleague.get("/sign-out").status_code == 303
    told = [event for event in trail(data_dir).newest(limit=20) if event.person == LEADER]
    assert [event.kind for event in told][:2] == ["signed_out", "downloaded"]


def test_a_cookie_of_an_ended_session_adds_nothing_to_the_trail(somebody: httpx.Client, data_dir: Path) -> None:
    come_back(somebody, LEADER)
    kept = {"cookie": f"{session_cookie.NAME}={somebody.cookies[session_cookie.NAME]}"}
    somebody.get("/sign-out")
    before = trail(data_dir).newest(limit=1)[0].event_id
    for _ in range(3):
        somebody.get("/sign-out", headers=kept)
    assert trail(data_dir).newest(limit=1)[0].event_id == before


@pytest.mark.browser
def test_in_a_browser_one_signs_in_from_a_deep_link_reads_writes_and_signs_out(browser: Browser, address: str) -> None:
    with signed_in_page(browser, DEPARTMENT, f"{address}/actions?new=1&period=2026Q3&lang=vi") as page:
        expect(page.locator(".who summary")).to_have_text("Chị Hà · Phòng PCTNXH")
        page.locator("#what").fill("Kiểm tra việc giao từ trang có đăng nhập")
        page.locator("#owner").fill("Phòng PCTNXH")
        page.locator("form[data-send='open-action'] button.main").click()
        page.wait_for_url(re.compile(r"action=\d+"))
        expect(page.locator("#history")).to_contain_text("Chị Hà · Phòng PCTNXH")
        page.locator(".who summary").click()
        page.get_by_role("link", name=SAY("sign_in.sign_out")).click()
        page.get_by_role("button").first.click()
        expect(page.locator("h1")).to_have_text(SAY("sign_in.title"))
        page.goto(f"{address}/actions")
        expect(page.locator("h1")).to_have_text(SAY("sign_in.title"))


@pytest.mark.browser
def test_a_report_that_is_typed_while_the_session_ends_loses_nothing(
    browser: Browser, address: str, somebody: httpx.Client
) -> None:
    form = f"{address}/report?unit={COMMUNE}&period=2026Q4&lang=vi"
    with signed_in_page(browser, OFFICER, form) as page:
        typed = {"#B4-officers_total": "17", "#B4-officers_trained": "4", "#B4-volunteers_trained": "2"}
        said = page.locator("form[data-draft] [data-notice]")

        def type_into(field: str) -> None:
            page.fill(field, typed[field])
            page.press(field, "Tab")

        before, during, after = typed
        type_into(before)
        expect(said).to_contain_text("Đã giữ bản nháp lúc", timeout=CHECK_TIMEOUT_MS)
        come_back(somebody, OFFICER)
        somebody.get("/sign-out")
        type_into(during)
        expect(said).to_have_text(SAY("sign_in.ended"))

        other_tab = page.context.new_page()
        sign_in(other_tab, OFFICER, f"{address}/methodology?lang=vi")
        type_into(after)
        expect(said).to_contain_text("Đã giữ bản nháp lúc", timeout=CHECK_TIMEOUT_MS)
        other_tab.goto(form)
        for field, value in typed.items():
            expect(other_tab.locator(field)).to_have_value(value)


@pytest.mark.browser
def test_without_scripts_a_form_that_is_sent_after_the_session_ended_is_sent_again(
    browser: Browser, address: str
) -> None:
    def signed_in(tab: Page) -> None:
        tab.get_by_placeholder("sub").fill(DEPARTMENT)
        tab.get_by_role("button", name="Authorize").click()
        tab.wait_for_url(lambda url: url.startswith(address))

    way_in = SAY("sign_in.start")
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/actions?new=1&period=2026Q3&lang=vi")
        page.get_by_role("link", name=way_in).click()
        signed_in(page)
        page.locator("#what").fill("Gọi lại phường <26740>\nvà hẹn ngày")
        page.locator("#owner").fill("Phòng PCTNXH")
        context.clear_cookies(name=session_cookie.NAME)
        page.locator("form[data-send='open-action'] button.main").click()
        with context.expect_page() as opened:
            page.get_by_role("link", name=way_in).click()
        signed_in(opened.value)
        page.get_by_role("button", name=SAY("sign_in.send_again")).click()
        page.wait_for_url(re.compile(r"action=\d+"))
        expect(page.locator("#content")).to_contain_text("Gọi lại phường <26740>")


@pytest.mark.browser
def test_what_changed_since_one_was_last_here_is_told_to_the_person_on_any_device_and_to_nobody_else(
    browser: Browser, address: str, data_dir: Path
) -> None:
    newest = (data_dir / "published").resolve().name
    older = next(run.name for run in sorted((data_dir / "runs").iterdir()) if run.name != newest)
    page_of_2025 = f"{address}/district?unit=769&period=2025Q1&lang=vi"
    publish(data_dir, older)
    try:
        with signed_in_page(browser, LEADER, page_of_2025) as page:
            expect(page.locator("aside.since")).to_have_count(0)
            page.wait_for_load_state("networkidle")
            # What the page tells the server by itself, after it stands.
            with page.expect_response(re.compile(r"/since\?name=")) as noted:
                page.reload()
            assert noted.value.json()["version"] == older
    finally:
        publish(data_dir, newest)
    with signed_in_page(browser, DEPARTMENT, page_of_2025) as page:
        expect(page.locator("aside.since")).to_have_count(0)
    with signed_in_page(browser, LEADER, page_of_2025) as page:
        expect(page.locator("aside.since summary")).to_contain_text(re.compile(r"\d\d/\d\d, \d\d:\d\d"))
        assert page.evaluate("() => localStorage.getItem('kpi-seen')") is None


@pytest.mark.parametrize("unit", [COMMUNE, "79.001"])
def test_what_a_person_was_shown_is_remembered_whatever_the_code_of_the_unit(somebody: httpx.Client, unit: str) -> None:
    come_back(somebody, LEADER)
    shown = {"name": f"ward {unit}  2026Q3 ytd", "version": "20261001T000000"}
    noted = [somebody.post("/since", params=shown) for _ in range(2)]
    assert [answer.status_code for answer in noted] == [204, 200]
    assert noted[1].json()["version"] == shown["version"]


@pytest.mark.browser
def test_a_digest_is_stopped_by_one_press_without_signing_in_and_by_nobody_else_s_link(
    browser: Browser, address: str, data_dir: Path, somebody: httpx.Client
) -> None:
    recipients = Recipients(trail(data_dir))
    by_hand, by_mail_program, other = (
        recipients.add(Grant(person, role, unit), "vi", f"{person}.vn", "Sở")
        for person, role, unit in (
            (LEADER, Role.LEADER, ""),
            (OFFICER, Role.UNIT_OFFICER, COMMUNE),
            (DEPARTMENT, Role.DEPARTMENT, ""),
        )
    )

    def running() -> set[int]:
        return {one.recipient_id for one in recipients.active()}

    # A mail filter opens the link; a page of another site sends its form; somebody puts in another number.
    link = stop_url(by_mail_program, "")
    assert somebody.get(link).status_code == 200
    assert somebody.head(link).status_code in (200, 405)
    assert somebody.post(link, headers={"origin": "https://elsewhere.example"}).status_code == 403
    forged = link.replace(f"recipient={by_mail_program.recipient_id}", f"recipient={other.recipient_id}")
    assert somebody.post(forged).status_code == 404
    assert running() == {by_hand.recipient_id, by_mail_program.recipient_id, other.recipient_id}
    # A mail program sends what RFC 8058 says, without an origin or a cookie, and may send it again.
    for _ in range(2):
        answer = somebody.post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert SAY("digest.stopped_title") in answer.text
    assert "set-cookie" not in answer.headers
    assert running() == {by_hand.recipient_id, other.recipient_id}
    # By hand, with scripts or without.
    for recipient, has_scripts in ((by_hand, True), (other, False)):
        context = browser.new_context(java_script_enabled=has_scripts, viewport={"width": 390, "height": 844})
        page = context.new_page()
        page.goto(stop_url(recipient, address))
        page.get_by_role("button", name=SAY("digest.stop_button")).click()
        expect(page.get_by_role("heading", name=SAY("digest.stopped_title"))).to_be_visible()
        context.close()
    assert running() == set()
