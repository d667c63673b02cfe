"""A commune's report filled in on the page: on a phone with keys alone, and in a browser that runs no script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import examine
from playwright.sync_api import Browser, Page, expect
from visits import LIVE, Visit, running_app

from tests.conftest import copy_for_writing

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
# A file is read in a process of its own, which the first one starts.
CHECK_TIMEOUT_MS = 30_000


@pytest.fixture(scope="module")
def address(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a copy of the sample with its workbooks, into which these tests send."""
    own = copy_for_writing(published_data_dir, tmp_path_factory.mktemp("form") / "data", "landing")
    with running_app(own) as found:
        yield found


def form(unit: str) -> str:
    """The form of a commune for the quarter under way."""
    return f"/report?unit={unit}&period=2026Q4&lang=vi"


def reach(page: Page, name: str) -> None:
    """Go on with Tab until the field of that name, or the button of that value, has the focus."""
    for _ in range(200):
        if name in page.evaluate("[document.activeElement.name, document.activeElement.value]"):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"no way to {name} by Tab")
    focus = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert focus == "solid", "one sees where one is"


def type_into(page: Page, name: str, text: str) -> None:
    """Go to a field by keys, and type."""
    reach(page, name)
    page.keyboard.type(text)


def expect_kept(page: Page) -> None:
    """Wait until the server says that it has what was typed."""
    expect(page.locator("form [data-notice]")).to_contain_text("Đã giữ bản nháp lúc", timeout=CHECK_TIMEOUT_MS)


def test_on_a_phone_with_keys_alone_a_report_is_filled_mended_found_again_and_sent(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    officer = Visit(context.new_page(), address)
    page = officer.page
    officer.open(form("26743"))
    type_into(page, "B1-sessions_direct", "mười")
    page.keyboard.press("Tab")
    said = page.locator("#B1-sessions_direct-said")
    expect(said).to_contain_text("không phải số đếm", timeout=CHECK_TIMEOUT_MS)
    expect(page.locator("#B1-sessions_direct")).to_have_attribute("aria-invalid", "true")
    expect_kept(page)
    expect(page.locator(".error:visible")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    # Another time, on another computer: the draft is there.
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_function(LIVE)
    expect(page.locator("#B1-sessions_direct")).to_have_value("mười")
    type_into(page, "by", "Chuyên viên")
    type_into(page, "B1-sessions_social_network", "3")
    page.keyboard.press("Enter")
    found = page.locator("#found")
    expect(found).to_be_focused(timeout=CHECK_TIMEOUT_MS)
    expect(found.locator("h2")).to_have_text("Đã kiểm tra: 1 chỗ phải sửa trước khi nộp.")
    assert examine(officer) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#B1-sessions_direct")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    expect(said).to_be_empty(timeout=CHECK_TIMEOUT_MS)
    expect_kept(page)

    type_into(page, "note", "Mới nhận bàn giao.")
    reach(page, "send")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#content h1")).to_contain_text("đã nộp báo cáo", timeout=CHECK_TIMEOUT_MS)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tệp gốc").click()
    assert taken.value.suggested_filename == "bao-cao_26743_2026Q4_dien-tren-trang.xlsx"
    officer.open("/reports?unit=26743&period=2026Q4&lang=vi")
    expect(page.locator(".versions > li")).to_have_count(1)
    context.close()


def test_what_was_typed_last_is_kept_by_whoever_goes_to_another_page_at_once(browser: Browser, address: str) -> None:
    context = browser.new_context()
    officer = Visit(context.new_page(), address)
    officer.open(form("26758"))
    officer.page.locator("#B4-officers_total").focus()
    officer.page.keyboard.type("17")
    officer.move("/downloads?period=2026Q4&lang=vi")
    officer.move(form("26758"))
    expect(officer.page.locator("#B4-officers_total")).to_have_value("17")
    context.close()


def test_two_computers_on_one_draft_join_what_they_type_and_say_where_they_met(browser: Browser, address: str) -> None:
    contexts = [browser.new_context() for _ in range(2)]
    first, second = (Visit(context.new_page(), address) for context in contexts)
    for one in (first, second):
        one.open(form("26773"))
    for one, text in ((first, "4"), (second, "5")):
        one.page.fill("#B1-sessions_direct", text)
        one.page.keyboard.press("Tab")
        expect(one.page.locator("form [data-notice]")).to_contain_text("Đã giữ", timeout=CHECK_TIMEOUT_MS)
    expect(second.page.locator("#B1-sessions_direct-said")).to_contain_text("“5”")
    expect(second.page.locator("#B1-sessions_direct")).to_have_value("4")
    for context in contexts:
        context.close()


def test_without_scripts_the_buttons_keep_check_and_send(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address + form("25747"))
    page.fill("#by", "Chuyên viên")
    page.fill("#B1-sessions_direct", "mười")
    page.click("button[value=check]")
    expect(page.locator("#B1-sessions_direct-said")).to_contain_text("không phải số đếm")
    page.click("#found a[href='#B1-sessions_direct']")
    page.fill("#B1-sessions_direct", "10")
    page.fill("#note", "Mới nhận bàn giao.")
    page.click("button[value=send]")
    expect(page.locator("#content h1")).to_contain_text("đã nộp báo cáo")
    page.reload()
    expect(page.locator("dl.pairs")).to_contain_text("Chờ Sở chấp nhận")
    context.close()


def test_zeros_are_written_on_request_a_block_of_cells_is_pasted_and_both_are_taken_back(
    browser: Browser, address: str
) -> None:
    officer = Visit(browser.new_context().new_page(), address)
    page = officer.page
    officer.open(form("26740"))
    part = page.locator("#form-B1")
    numbers = part.locator("input.n")
    values = "fields => fields.map((field) => field.value)"
    numbers.nth(1).fill("7")
    before = numbers.evaluate_all(values)
    assert before.count("") >= 2
    part.get_by_role("button", name="Ghi 0 vào các ô còn trống").click()
    assert numbers.evaluate_all(values) == [value or "0" for value in before]
    # Another form keeps its empty cells.
    assert "" in page.locator("section.part:not(#form-B1) input.n").evaluate_all(values)
    expect_kept(page)
    part.get_by_role("button", name="Hoàn tác").click()
    assert numbers.evaluate_all(values) == before
    paste = """field => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', '12\\t3\\r\\n4\\r\\n');
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }"""
    numbers.first.evaluate(paste)
    assert numbers.evaluate_all(values)[:3] == ["12", "3", "4"]
    expect_kept(page)
    page.reload()
    page.wait_for_function(LIVE)
    assert numbers.evaluate_all(values)[:3] == ["12", "3", "4"]
