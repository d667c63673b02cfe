"""Every form that writes, sent as browsers send it: with scripts and no websocket, and without scripts at all."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from filled import B1, changed
from playwright.sync_api import Browser, Locator, Page, Route, expect
from visits import LIVE, Visit, publish, running_app

from app.core.i18n import words_in
from app.core.permissions import FORMS
from app.web.access_record import OF_VIEWS
from tests.conftest import copy_for_writing
from warehouse.intake import Intake
from warehouse.settings import Settings

pytestmark = pytest.mark.browser
SAY = words_in("vi")
BY = "Chuyên viên Phòng Tổng hợp"
COMMUNE, PERIOD = "26740", "2026Q3"
DUE = f"15/06/{dt.date.today().year + 1}"
WAITING = {"27427": "accept-report", "26743": "return-report"}
NEW = f"/actions?new=1&unit={COMMUNE}&target=T09&period={PERIOD}&lang=vi"


@pytest.fixture(scope="module")
def sent_reports(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample in which two communes corrected their reports, which wait for a decision."""
    data_dir = copy_for_writing(published_data_dir, tmp_path_factory.mktemp("forms") / "data", "landing")
    intake = Intake.open(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}, data_dir / "no.env"))
    for unit in WAITING:
        name = f"bao-cao_{unit}_{PERIOD}.xlsx"
        report = changed(
            published_data_dir / "sample" / PERIOD / name,
            tmp_path_factory.mktemp(unit) / name,
            {(B1, unit, "sessions_direct"): 3},
        )
        receipt = intake.submit(report.read_bytes(), name, by=BY, note="Đã đối chiếu.")
        assert receipt.submission is not None, receipt
    return data_dir


@pytest.fixture(scope="module", params=["no websocket", "no scripts"])
def sender(
    request: pytest.FixtureRequest, browser: Browser, sent_reports: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visit]:
    """A browser behind a proxy that blocks websockets, or one that runs no scripts, before data of its own."""
    data_dir = copy_for_writing(sent_reports, tmp_path_factory.mktemp("sender") / "data", "landing")
    has_scripts = request.param == "no websocket"
    size = {"width": 1280, "height": 720}
    with running_app(data_dir) as address:
        context = browser.new_context(viewport=size, java_script_enabled=has_scripts)  # type: ignore[arg-type]
        page = context.new_page()
        page.on("websocket", lambda socket: pytest.fail(f"{socket.url} was opened"))
        yield Visit(page, address)
        context.close()


def form_of(page: Page, name: str) -> Locator:
    """The first form of a name that is on the page."""
    return page.locator(f"form[data-send='{name}']").first


def send(page: Page, name: str, **values: str) -> None:
    """Fill a form in, wherever it is folded away, and press its first button."""
    form = form_of(page, name)
    form.wait_for(state="attached")
    if not form.is_visible():
        page.locator("details:not([open])", has=page.locator(f"form[data-send='{name}']")).first.locator(
            "> summary"
        ).click()
    for field, value in ({"by": BY} | values).items():
        form.locator(f"[name='{field}']:not([type=hidden])").fill(value)
    form.locator("button[type=submit]").first.click()


def assert_confirmed(page: Page, key: str) -> None:
    """The page confirms what was written, with or without scripts."""
    expect(page.locator(".kpi-flash, .flash[role=status]")).to_have_text(SAY(key))


def has_scripts(page: Page) -> bool:
    """Whether the page's own script ran."""
    return page.locator("#page[data-begun]").count() > 0


def test_an_action_is_given_followed_up_changed_closed_opened_again_and_cancelled(sender: Visit) -> None:
    page = sender.page
    page.goto(sender.address + NEW)
    send(page, "open-action", what="Mở lớp tập huấn", due_date=DUE)
    assert_confirmed(page, "action_done.opened")
    expect(page.locator("#content h1")).to_have_text("Mở lớp tập huấn")
    history = page.locator("#history li")
    for count, (name, fields) in enumerate(
        {
            "comment-action": {"text": "Đã chọn ngày."},
            "start-action": {"text": "Bắt đầu mời giảng viên."},
            "change-action": {"what": "Mở hai lớp tập huấn"},
            "close-action": {"evidence": "88/BC-UBND ngày 01/12/2026"},
            "reopen-action": {"text": "Còn một lớp."},
            "cancel-action": {"text": "Gộp với lớp của quận."},
        }.items(),
        2,
    ):
        send(page, name, **fields)
        expect(history).to_have_count(count)
    expect(page.locator("#content h1")).to_have_text("Mở hai lớp tập huấn")
    expect(history.first).to_contain_text("Gộp với lớp của quận.")


def test_an_action_of_a_unit_that_ended_is_handed_over(sender: Visit) -> None:
    page = sender.page
    page.goto(f"{sender.address}/actions?lang=vi")
    page.locator("#group-to_move").get_by_role("link").first.click()
    send(page, "move-action")
    assert_confirmed(page, "action_done.moved")
    expect(page.locator("#step-move")).to_have_count(0)


def test_a_note_is_written_on_a_unit(sender: Visit) -> None:
    page = sender.page
    page.goto(f"{sender.address}/ward?unit={COMMUNE}&period={PERIOD}&lang=vi")
    send(page, "add-note", text="Đã làm việc với phường về lớp tập huấn.")
    assert_confirmed(page, "action_done.noted")
    expect(page.locator("#content")).to_contain_text("Đã làm việc với phường về lớp tập huấn.")


def test_a_form_whose_answer_a_proxy_lost_is_sent_again_and_written_once(sender: Visit) -> None:
    page, answers = sender.page, []
    page.goto(f"{sender.address}/ward?unit={COMMUNE}&period={PERIOD}&lang=vi")
    if not has_scripts(page):
        pytest.skip("without scripts the reader sends it again")

    def lose_the_first(route: Route) -> None:
        answers.append(route.fetch())
        route.fulfill(status=502) if len(answers) == 1 else route.fulfill(response=answers[-1])

    page.route("**/act/add-note*", lose_the_first)
    send(page, "add-note", text="Phường hẹn gửi danh sách lớp.")
    assert_confirmed(page, "action_done.noted")
    page.unroute("**/act/add-note*")
    assert [answer.json()["state"] for answer in answers] == ["done", "done"]
    expect(page.locator("#content").get_by_text("Phường hẹn gửi danh sách lớp.")).to_have_count(1)


def test_a_figure_is_asked_about_answered_asked_again_and_closed(sender: Visit) -> None:
    page, text = sender.page, "Số lớp này có tính lớp của Sở không?"
    page.goto(f"{sender.address}/ward?unit={COMMUNE}&target=T09&period={PERIOD}&lang=vi")
    page.get_by_role("link", name=SAY("card.ask")).first.click()
    send(page, "ask-question", text="Gọi 0903 123 456")
    expect(page.locator(".error[data-for='text']")).to_contain_text("số điện thoại")
    expect(page.locator("#text")).to_have_value("Gọi 0903 123 456")
    send(page, "ask-question", text=text)
    assert_confirmed(page, "questions.asked")
    history = page.locator("#history li")
    form_of(page, "answer-question").locator("[name=outcome]").select_option("corrected")
    send(page, "answer-question")
    expect(page.locator(".error[data-for='outcome']")).to_have_text(SAY("desk.no_correction"))
    form_of(page, "answer-question").locator("[name=outcome]").select_option("explained")
    send(page, "answer-question", text="Có, hai lớp.")
    expect(history).to_have_count(2)
    send(page, "ask-again", text="Hai lớp nào?")
    expect(history).to_have_count(3)
    send(page, "close-question")
    expect(history).to_have_count(4)
    expect(form_of(page, "answer-question")).to_have_count(0)
    page.goto(f"{sender.address}/ward?unit={COMMUNE}&period={PERIOD}&lang=vi")
    expect(page.locator("#questions")).to_contain_text(text)


def test_a_call_and_an_office_s_telephone_are_written_down(sender: Visit) -> None:
    page = sender.page
    page.goto(f"{sender.address}/calls?period={PERIOD}&lang=vi")
    page.fill("#call-by", BY)
    page.locator("article.call").first.get_by_role("button", name="Chưa gọi được").click()
    assert_confirmed(page, "calls.recorded")
    expect(page.locator("article.call").first.locator(".made")).to_contain_text(BY)
    send(page, "keep-line", telephone="028 3829 1234")
    assert_confirmed(page, "calls.kept")
    expect(page.locator("article.call").first).to_contain_text("028 3829 1234")


def test_minutes_stay_typed_while_another_decision_is_written_down(sender: Visit) -> None:
    page, other, address = sender.page, sender.page.context.new_page(), f"{sender.address}/review?period=2024Q4&lang=vi"
    for tab, key in ((page, "End"), (other, "g")):
        tab.goto(address)
        if has_scripts(tab):
            tab.keyboard.press(key)
    send(other, "decide", what="Mở lớp ở phường chưa có ai", due_date=DUE, owner="Phòng Tổng hợp")
    assert_confirmed(other, "action_done.opened")
    present = form_of(page, "hold-review").locator("[name=present]")
    send(page, "hold-review", present="Các phường")
    expect(form_of(page, "hold-review").locator("[data-notice]")).to_contain_text(SAY("desk.not_read_back", count=1))
    expect(present).to_have_value("Các phường")
    expect(page.locator("#content")).to_contain_text("Mở lớp ở phường chưa có ai")
    send(page, "hold-review")
    assert_confirmed(page, "hold.done")
    other.close()


def test_a_review_decides_is_held_and_gets_its_minutes(sender: Visit) -> None:
    page = sender.page
    page.goto(f"{sender.address}/review?period={PERIOD}&lang=vi")
    if has_scripts(page):
        page.keyboard.press("g")
    send(page, "decide", what="Mở lớp ở phường chưa có ai", due_date=DUE, owner="Phòng Tổng hợp")
    assert_confirmed(page, "action_done.opened")
    if has_scripts(page):
        page.keyboard.press("1")
    expect(form_of(page, "order-topics")).to_have_count(1)
    page.locator("button[form='order'][value^='later ']:visible").first.click()
    assert_confirmed(page, "topic.arranged")
    if has_scripts(page):
        page.keyboard.press("End")
    send(page, "hold-review", present="Phòng Tổng hợp", discussed="Đã xem từng chỉ tiêu.")
    assert_confirmed(page, "hold.done")
    if has_scripts(page):
        page.keyboard.press("End")
    send(page, "write-minutes", present="Phòng Tổng hợp, Sở", discussed="Đã xem từng chỉ tiêu.")
    assert_confirmed(page, "hold.minutes_done")
    expect(form_of(page, "write-minutes").locator("[name=present]")).to_have_value("Phòng Tổng hợp, Sở")


def test_reports_are_accepted_and_returned_and_a_quarter_is_locked_and_unlocked(sender: Visit) -> None:
    page = sender.page
    for unit, name in WAITING.items():
        page.goto(f"{sender.address}/reports?unit={unit}&period={PERIOD}&lang=vi")
        expect(form_of(page, name)).to_have_count(1)
        send(page, name, **({"reason": "Biểu B5 thiếu hai phường."} if name == "return-report" else {"note": "Đủ."}))
        expect(page.locator(".kpi-flash, .flash[role=status]")).to_be_visible()
        expect(page.locator(f".card form[data-send='{name}']")).to_have_count(0)
    page.goto(f"{sender.address}/reports?period=2026Q2&lang=vi")
    send(page, "lock-quarter", reason="Đã họp.")
    assert_confirmed(page, "decide.done_lock_quarter")
    send(page, "unlock-quarter", reason="Còn báo cáo gửi lại.")
    assert_confirmed(page, "decide.done_unlock_quarter")


def test_the_journeys_of_this_file_send_every_form_there_is() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    # Forms of saved views are on exploring pages, which are Streamlit's and need its websocket.
    names = [name for name in FORMS if not name.endswith(OF_VIEWS)]
    assert [name for name in names if f'"{name}"' not in text and name != "record-call"] == []


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_at_the_field(sender: Visit) -> None:
    page = sender.page
    page.goto(sender.address + NEW)
    page.locator("#unit_code").select_option(label="Toàn thành phố")
    send(page, "open-action", what="", due_date=DUE, owner="Tổ <b>công tác</b>")
    expect(page.locator(".error[data-for='what']")).to_have_text(SAY("form.required"))
    for field, value in (("owner", "Tổ <b>công tác</b>"), ("due_date", DUE), ("by", BY), ("unit_code", "")):
        expect(page.locator(f"#{field}")).to_have_value(value)
    expect(page.locator("#what")).to_be_focused()
    expect(page.locator("#what")).to_have_attribute("aria-invalid", "true")
    # Nothing else of the page is lost or changed.
    expect(page.locator("header.bar nav a").first).to_be_visible()
    send(page, "open-action", what="Nay đã đủ", due_date=DUE)
    expect(page.locator("#content h1")).to_have_text("Nay đã đủ")


def test_a_confirmation_is_shown_once(sender: Visit) -> None:
    page = sender.page
    page.goto(f"{sender.address}/ward?unit={COMMUNE}&period={PERIOD}&lang=vi")
    send(page, "add-note", text="Ghi chú một lần.")
    assert_confirmed(page, "action_done.noted")
    page.reload()
    expect(page.locator(".kpi-flash, .flash")).to_have_count(0)
    expect(page.locator("#content").get_by_text("Ghi chú một lần.")).to_have_count(1)


def act(address: str, form: str, values: dict[str, str], at: str = NEW, **headers: str) -> httpx.Response:
    """What the app answers to a form that is posted to it."""
    sent = {"origin": address, "accept": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return httpx.post(f"{address}/act/{form}?at={quote(at)}", data=values, headers=sent, timeout=60)


def note(text: str) -> dict[str, str]:
    """The values of a note."""
    return {"unit_code": COMMUNE, "period_code": PERIOD, "text": text, "by": BY}


def test_a_form_whose_answer_was_lost_can_be_sent_again_and_is_written_once(desk_address: str) -> None:
    values = note("Gửi lại sau khi mất mạng.") | {"once": "a1b2"}
    answers = [act(desk_address, "add-note", values).json() for _ in range(3)]
    assert {answer["state"] for answer in answers} == {"done"}
    page = httpx.get(f"{desk_address}/ward?unit={COMMUNE}&period={PERIOD}&lang=vi", timeout=60).text
    assert page.count("Gửi lại sau khi mất mạng.") == 1
    # A text that was changed meanwhile is another one, and so is the same text of a form that was filled in anew.
    assert act(desk_address, "add-note", values | {"text": "Gửi lại, có sửa."}).json()["state"] == "done"
    assert act(desk_address, "add-note", values | {"once": "c3d4"}).json()["state"] == "done"
    page = httpx.get(f"{desk_address}/ward?unit={COMMUNE}&period={PERIOD}&lang=vi", timeout=60).text
    assert page.count("Gửi lại sau khi mất mạng.") == 2
    assert page.count("Gửi lại, có sửa.") == 1


def test_a_button_that_is_pressed_twice_without_scripts_writes_once(desk_address: str) -> None:
    for _ in range(2):
        answer = act(desk_address, "add-note", note("Bấm hai lần."), accept="text/html")
        assert (answer.status_code, answer.headers["location"]) == (303, NEW)
    page = httpx.get(f"{desk_address}/ward?unit={COMMUNE}&period={PERIOD}&lang=vi", timeout=60).text
    assert page.count("Bấm hai lần.") == 1


def test_a_form_that_no_page_of_the_app_sent_writes_nothing(desk_address: str) -> None:
    for headers in (
        {"origin": "http://elsewhere.test"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ):
        assert act(desk_address, "add-note", note("Từ nơi khác."), **headers).status_code == 403
    without_origin = httpx.post(f"{desk_address}/act/add-note?at=/", data=note("Từ nơi khác."), timeout=60)
    assert without_origin.status_code == 403
    page = httpx.get(f"{desk_address}/ward?unit={COMMUNE}&period={PERIOD}&lang=vi", timeout=60).text
    assert "Từ nơi khác." not in page


@pytest.mark.parametrize("at", ["https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test", "javascript:1"])
def test_a_form_leads_to_no_other_site(desk_address: str, at: str) -> None:
    answer = act(desk_address, "add-note", note(f"Không đi đâu: {len(at)}."), at=at, accept="text/html")
    assert answer.headers["location"] == "/"
    asked = httpx.get(f"{desk_address}/act/add-note?{urlencode({'at': at})}")
    assert asked.headers["location"] == "/"


@pytest.mark.parametrize(
    ("form", "values", "status", "said"),
    [
        ("no-such-form", {}, 422, "form.failed"),
        ("comment-action", {"action_id": "99999", "text": "x", "by": BY}, 422, "desk.gone"),
        ("comment-action", {"text": "x", "by": BY}, 422, "desk.gone"),
        ("add-note", {"text": "x" * 300_000}, 413, ""),
    ],
)
def test_a_form_that_cannot_be_carried_out_is_answered_with_words(
    desk_address: str, form: str, values: dict[str, str], status: int, said: str
) -> None:
    answer = act(desk_address, form, values)
    assert (answer.status_code, answer.json()["state"]) == (status, "failed")
    assert answer.json()["said"] == SAY(said) if said else answer.json()["said"]
    # Without scripts the same is a page.
    shown = act(desk_address, form, values, accept="text/html")
    assert shown.status_code == status
    assert answer.json()["said"] in shown.text


def test_a_server_that_is_gone_is_reported_and_what_was_typed_can_be_sent_later(
    browser: Browser, published_data_dir: Path, tmp_path: Path
) -> None:
    data_dir = copy_for_writing(published_data_dir, tmp_path / "data")
    context = browser.new_context()
    with running_app(data_dir) as address:
        page = context.new_page()
        page.goto(address + NEW)
        page.fill("#what", "Giữ lại")
        page.fill("#by", BY)
    page.locator("form[data-send] button.main").click()
    line = page.locator("form [data-notice]").first
    expect(line).to_have_text(SAY("live.unsent"))
    with running_app(data_dir, port=int(address.rpartition(":")[2])):
        page.locator("form[data-send] button.main").click()
        expect(page.locator("#content h1")).to_have_text("Giữ lại")
    context.close()


def test_a_new_version_is_offered_to_a_reader_and_told_to_a_meeting_that_goes_on_with_it(
    browser: Browser, published_data_dir: Path, tmp_path: Path
) -> None:
    data_dir = copy_for_writing(published_data_dir, tmp_path / "data")
    newest = (data_dir / "published").resolve().name
    earlier = next(run.name for run in sorted((data_dir / "runs").iterdir()) if run.name != newest)
    publish(data_dir, earlier)
    context = browser.new_context()
    with running_app(data_dir) as address:
        page = context.new_page()
        with page.expect_response(re.compile("/version")) as first:
            page.goto(f"{address}/district?unit=769&period=2025Q1&lang=vi")
        tag = first.value.headers["etag"]
        assert httpx.get(f"{address}/version", headers={"if-none-match": tag}).status_code == 304
        before = page.locator("#page").get_attribute("data-key")
        publish(data_dir, newest)
        # As when the reader comes back to the tab.
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
        line = page.locator(".kpi-newer")
        expect(line).to_contain_text(SAY("live.newer"))
        assert page.locator("#page").get_attribute("data-key") == before
        line.get_by_role("button").click()
        expect(line).to_have_count(0)
        expect(page.locator("#page")).not_to_have_attribute("data-key", before or "")
        publish(data_dir, earlier)
        page.goto(f"{address}/review?period=2025Q1&lang=vi")
        page.wait_for_function(LIVE)
        decide(page, "Mở lớp tập huấn")
        expect(page.locator(".kpi-flash")).to_have_text("Đã giao việc.")
        # A report was accepted while the meeting was under way.
        publish(data_dir, newest)
        decide(page, "Rà soát lại số vụ")
        expect(page.locator(".kpi-flash")).to_have_text(f"Đã giao việc. {SAY('review.newer')}")
    context.close()


def decide(page: Page, what: str) -> None:
    """Write down a decision of a meeting."""
    page.keyboard.press("g")
    page.fill("#decide-what", what)
    page.fill("#decide-due_date", "30/12")
    page.fill("#decide-by", BY)
    page.locator("#decide-by").press("Enter")
