"""Actions in the browser: given from a cell, followed up, closed with evidence; nothing personal, nothing lost."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, expect
from visits import Visit

pytestmark = pytest.mark.browser
DUE = f"15/06/{date.today().year + 1}"


@pytest.fixture
def officer(browser: Browser, desk_address: str) -> Iterator[Visit]:
    """Somebody at a desktop who follows actions up."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield Visit(context.new_page(), desk_address)
    context.close()


def open_action(officer: Visit, what: str, lang: str = "vi") -> None:
    """Open an action of the list by its words."""
    officer.open(f"/actions?lang={lang}")
    for folded in officer.page.locator("details.finished > summary").all():
        folded.click()
    officer.page.get_by_role("link", name=what).click()
    expect(officer.page.locator("#history")).to_be_visible()


def give(officer: Visit, what: str) -> None:
    """Give work about the figure in the address."""
    officer.page.fill("#what", what)
    officer.page.fill("#due_date", DUE)
    officer.page.fill("#by", "Chuyên viên Phòng Tổng hợp")
    officer.page.get_by_role("button", name="Giao việc").click()
    expect(officer.page.locator("#content h1")).to_have_text(what)


def test_work_is_given_from_any_cell_with_its_figure_beside_the_form(officer: Visit) -> None:
    officer.open("/?period=2025Q1&lang=vi")
    cell = officer.page.locator("table.grid a.c[href*='unit=769'][href*='target=T14']").first
    cell.focus()
    officer.page.keyboard.press("g")
    expect(officer.page.locator("#content h1")).to_have_text("Giao việc mới")
    assert "new=1" in officer.page.url
    expect(officer.page.locator(".card h2")).to_contain_text("Thành phố Thủ Đức")
    assert officer.page.input_value("#unit_code") == "769"
    assert officer.page.input_value("#target_code") == "T14"
    officer.page.fill("#owner", "UBND Phường Thủ Đức")
    # The city of Thủ Đức is no more: the form says so where it is sent for it all the same.
    officer.page.fill("#what", "Kiểm tra việc xử lý vi phạm quý I")
    officer.page.fill("#due_date", DUE)
    officer.page.fill("#by", "Chuyên viên Phòng Tổng hợp")
    officer.page.get_by_role("button", name="Giao việc").click()
    expect(officer.page.locator(".error[data-for='unit_code']")).to_contain_text("không còn từ ngày 01/07/2025")
    officer.page.select_option("#unit_code", label="Phường Thủ Đức")
    give(officer, "Kiểm tra việc xử lý vi phạm quý I")
    expect(officer.page.locator(".kpi-flash")).to_have_text("Đã giao việc.")
    expect(officer.page.locator("#history")).to_contain_text("Chuyên viên Phòng Tổng hợp")
    officer.page.go_back()
    expect(officer.page.locator("#content h1")).to_have_text("Giao việc mới")


def test_work_about_a_district_that_ended_goes_to_a_commune_in_its_place_with_its_office(officer: Visit) -> None:
    officer.open("/actions?new=1&unit=769&target=T09&period=2025Q1&lang=vi")
    assert officer.page.input_value("#owner") == ""
    officer.page.get_by_role("link", name="Phường Thủ Đức").click()
    expect(officer.page.locator("#owner")).to_have_value(re.compile("Phường Thủ Đức"))
    expect(officer.page.locator(".card h2")).to_contain_text("Phường Thủ Đức")
    give(officer, "Mở lớp tập huấn ở phường")


def test_work_of_a_unit_that_ended_is_moved_by_one_button(officer: Visit) -> None:
    officer.open("/actions?lang=vi")
    expect(officer.page.locator("#content h1")).to_contain_text("việc chờ chuyển vì đơn vị không còn")
    first = officer.page.locator("#group-to_move li").first
    expect(first.locator(".chip")).to_contain_text("Chờ chuyển")
    # Overdue for nobody: no days are counted.
    expect(first).to_contain_text(re.compile(r"Hạn 15/06/2025(?! · quá)"))
    open_action(officer, "Kết nối dịch vụ")
    officer.page.fill("#move-by", "Chuyên viên Phòng Tổng hợp")
    officer.page.locator("#step-move button.main").click()
    expect(officer.page.locator("#facts .chip")).not_to_contain_text("Chờ chuyển")
    expect(officer.page.locator("#history li").first).to_contain_text("Quận 11 → Phường")
    expect(officer.page.locator("#step-move")).to_have_count(0)


def test_an_action_is_not_closed_without_evidence_and_what_was_typed_stays(officer: Visit) -> None:
    open_action(officer, "Lồng ghép nội dung")
    # Of a district that ended: to hand it over comes first.
    officer.page.locator("#step-close summary").click()
    officer.page.fill("#close-text", "Đã lồng ghép ở 3 xã.")
    officer.page.fill("#close-by", "UBND huyện")
    done = officer.page.get_by_role("button", name="Ghi là đã xong")
    done.click()
    problem = officer.page.locator("#step-close .error[data-for='evidence']")
    expect(problem).to_have_text("Cần điền ô này.")
    assert officer.page.input_value("#close-text") == "Đã lồng ghép ở 3 xã."
    expect(officer.page.locator("#facts .chip")).to_contain_text("Chờ chuyển")
    expect(officer.page.locator("#close-evidence")).to_be_focused()

    officer.page.fill("#close-evidence", "88/BC-UBND ngày 01/07/2025")
    done.click()
    expect(officer.page.locator("#facts .chip")).to_contain_text("Đã xong")
    newest = officer.page.locator("#history li").first
    expect(newest).to_contain_text("Minh chứng: 88/BC-UBND ngày 01/07/2025")
    expect(newest).to_contain_text("UBND huyện")


def test_a_closed_action_can_be_reopened_and_its_history_is_kept(officer: Visit) -> None:
    open_action(officer, "Ban hành quyết định kiện toàn")
    before = officer.page.locator("#history li").all_inner_texts()
    officer.page.locator("#step-reopen summary").focus()
    officer.page.keyboard.press("Enter")
    officer.page.fill("#reopen-text", "Quyết định chưa có danh sách đội.")
    officer.page.fill("#reopen-by", "Cơ quan thường trực")
    officer.page.get_by_role("button", name="Mở lại việc này").click()
    expect(officer.page.locator("#history li")).to_have_count(len(before) + 1)
    assert officer.page.locator("#history li").all_inner_texts()[1:] == before
    expect(officer.page.locator("#facts .chip")).to_contain_text("Chờ ghi kết quả")


def test_personal_data_is_refused_and_the_text_stays_to_be_mended(officer: Visit) -> None:
    open_action(officer, "Kết nối dịch vụ")
    count = officer.page.locator("#history li").count()
    officer.page.fill("#comment-text", "Đã gọi chị Nguyễn Thị Hoa, 0903 123 456.")
    officer.page.fill("#comment-by", "Phòng chuyên môn")
    officer.page.get_by_role("button", name="Ghi ý kiến").click()
    expect(officer.page.locator("#update .error[data-for='text']").first).to_contain_text("Có vẻ chứa")
    assert officer.page.input_value("#comment-text") == "Đã gọi chị Nguyễn Thị Hoa, 0903 123 456."
    expect(officer.page.locator("#history li")).to_have_count(count)

    officer.page.fill("#comment-text", "Đã gọi đầu mối của quận.")
    officer.page.get_by_role("button", name="Ghi ý kiến").click()
    expect(officer.page.locator("#history li")).to_have_count(count + 1)
    expect(officer.page.locator("#comment-text")).to_have_value("")
    expect(officer.page.locator("#comment-by")).to_have_value("Phòng chuyên môn")


def test_a_changed_due_day_shows_what_it_was_before(officer: Visit) -> None:
    open_action(officer, "Mở lớp tập huấn cho cán bộ")
    officer.page.locator("#step-change summary").click()
    officer.page.fill("#change-due_date", DUE)
    officer.page.fill("#change-by", "UBND quận")
    officer.page.get_by_role("button", name="Ghi thay đổi").click()
    expect(officer.page.locator("#history li").first).to_contain_text(f"Hạn: 30/06/2025 → {DUE}")
    expect(officer.page.locator("#facts .chip")).to_contain_text("Chờ chuyển")


def test_the_list_is_filtered_by_district_and_counts_by_district_lead_there(officer: Visit) -> None:
    officer.open("/actions?lang=en")
    officer.page.locator("#counts").get_by_role("link", name="Thu Duc City").click()
    expect(officer.page.locator("#filter-unit option:checked")).to_have_text("Thu Duc City")
    assert "unit=769" in officer.page.url
    officer.page.reload()
    officer.drawn()
    expect(officer.page.locator("#filter-unit option:checked")).to_have_text("Thu Duc City")
    officer.page.get_by_role("link", name="Clear filters").click()
    expect(officer.page.locator("#filter-unit option:checked")).to_have_text("Every unit")


def test_an_english_reader_gets_every_word_of_the_page_in_english(officer: Visit) -> None:
    open_action(officer, "Rà soát lại số vụ", lang="en")
    expect(officer.page.locator("#figure")).to_contain_text("as shown at the review of 08/05/2025")
    expect(officer.page.locator("#history")).to_contain_text("Completed")
    officer.page.get_by_role("button", name="Save comment").click()
    expect(officer.page.locator("#update .error[data-for='text']").first).to_have_text("Please fill this in.")
