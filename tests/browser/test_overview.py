"""The overview, as a leader and an officer use it."""

import re

import pytest
from playwright.sync_api import expect
from visits import Visit

from tests.planned import TARGET_COUNT

pytestmark = pytest.mark.browser


def test_choosing_a_status_in_the_legend_leaves_only_such_cells_lit_and_stays_in_the_address(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2025Q2")
    key = visit.page.locator("#status-far_behind")
    count = int(key.locator(".n").inner_text())
    key.click()
    expect(visit.page).to_have_url(re.compile(r"/\?status=far_behind&period=2025Q2"))
    lit = visit.page.locator("table.grid td a.c:not(.off)")
    expect(lit).to_have_count(count)
    assert visit.page.locator("table.grid td a.far_behind").count() == count
    expect(visit.page.locator("#status-far_behind")).to_be_focused()
    visit.page.reload()
    visit.drawn()
    expect(lit).to_have_count(count)
    visit.page.locator("#status-far_behind").click()
    expect(visit.page.locator("#followed")).to_be_visible()
    assert "status=" not in visit.page.url


def test_districts_with_most_behind_can_be_put_first(visit: Visit) -> None:
    visit.open("/?lang=en&period=2025Q2")
    visit.page.locator("#sort").focus()
    visit.page.locator("#sort").select_option(label="Most behind first")
    expect(visit.page).to_have_url(re.compile("sort=behind"))
    expect(visit.page.locator("table.grid thead th a").first).not_to_have_text("D1")
    cells = visit.page.locator("table.grid .late td").all_inner_texts()[1:]
    late = [int(text.split("/")[0]) for text in cells if text]
    assert late == sorted(late, reverse=True)
    expect(visit.page.locator("#sort")).to_be_focused()


def test_a_group_of_targets_and_the_alphabet_can_be_chosen_together(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2025Q2")
    visit.page.locator("#group").select_option(label="Tập huấn")
    expect(visit.page.locator("table.grid tbody tr")).to_have_count(3)
    visit.page.locator("#sort").select_option(label="Theo tên A–Z")
    expect(visit.page).to_have_url(re.compile(r"sort=name&group=4&period=2025Q2"))
    expect(visit.page.locator("table.grid thead th a").first).to_have_text("Bình Chánh")


def test_what_is_late_no_more_since_last_quarter_leads_to_those_cells(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2025Q2")
    line = visit.page.locator(".brief dd a", has_text="hết chậm")
    count = int(re.findall(r"\d+", line.inner_text())[0])
    line.click()
    expect(visit.page.locator("table.grid td a.c:not(.off)")).to_have_count(count)


def test_a_unit_to_call_is_named_with_why_since_when_and_an_office_that_there_is(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2026Q3")
    line = visit.page.locator(".brief div", has_text="Cần gọi")
    expect(line.locator("dd")).to_contain_text(re.compile("^Phòng Văn hóa – Xã hội: "))
    # The districts have ended, and their offices with them: a card names those to ask.
    visit.open("/?lang=vi&period=2025Q2")
    expect(line.locator("dd")).not_to_contain_text("Cơ quan y tế quận, huyện")
    expect(line).to_contain_text("Huyện Bình Chánh: báo cáo Quý II/2025 có lỗi, chờ bản sửa")
    line.get_by_role("link", name="Huyện Bình Chánh").click()
    expect(visit.page).to_have_url(re.compile(r"/calls\?unit=785"))
    expect(visit.page.locator("article.call .why")).to_have_text("báo cáo Quý II/2025 có lỗi, chờ bản sửa")


def test_who_has_not_reported_is_named_with_the_way_to_all_reports(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2025Q2")
    line = visit.page.locator(".brief div", has_text="còn thiếu")
    expect(line).to_contain_text("Huyện Bình Chánh (đã nộp đúng hạn, có 3 lỗi, chờ bản sửa)")
    line.get_by_role("link").click()
    expect(visit.page).to_have_url(re.compile(r"/reports\?period=2025Q2"))


def test_which_report_changed_shown_figures_is_said_only_where_there_was_a_review(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2025Q2")
    line = visit.page.locator(".brief div", has_text="Từ lần họp 08/05/2025")
    expect(line.get_by_role("link")).to_have_text("12 số Quý I/2025 đã đổi do bản sửa của Thủ Đức (28/05/2025)")
    visit.open("/?lang=vi&period=2021Q4")
    expect(visit.page.locator(".brief")).not_to_contain_text("lần họp")


@pytest.mark.parametrize(("key", "page"), [("o", "origin"), ("g", "actions")])
def test_a_key_on_a_cell_asks_where_its_figure_comes_from_or_gives_work(visit: Visit, key: str, page: str) -> None:
    visit.open("/?lang=vi&period=2021Q4")
    assert "O: con số này từ đâu. G: giao việc" in (visit.page.locator(".scroll").get_attribute("aria-label") or "")
    visit.page.locator("table.grid tbody tr", has_text="Xử lý vi phạm").locator("td a").nth(3).focus()
    visit.page.keyboard.press(key)
    expect(visit.page).to_have_url(re.compile(rf"/{page}\?(new=1&)?.*target=T14&period=2021Q4"))
    expect(visit.page.locator("#content h1")).to_be_visible()


def test_on_a_narrow_screen_arrow_keys_follow_what_is_seen(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 700, "height": 400})
    visit.open("/?lang=vi&period=2021Q4")
    focus = "document.activeElement.getAttribute('aria-label').split('\\n')[0]"
    visit.page.locator("table.grid tbody tr").first.locator("td a").nth(1).focus()
    assert visit.page.evaluate(focus) == "Q.1 · Quận truyền thông"
    visit.page.keyboard.press("ArrowDown")
    assert visit.page.evaluate(focus) == "Q.3 · Quận truyền thông"
    visit.page.keyboard.press("ArrowRight")
    assert visit.page.evaluate(focus) == "Q.3 · Phường truyền thông"


def test_help_takes_no_room_until_it_is_opened(visit: Visit) -> None:
    visit.open("/?lang=vi")
    help_text = visit.page.locator(".help > div")
    expect(help_text).to_be_hidden()
    visit.page.get_by_label("Trang này cho biết gì").click()
    expect(help_text).to_contain_text("Mỗi ô là một chỉ tiêu của một địa bàn")
    visit.page.locator("h1").click()
    expect(help_text).to_be_hidden()


def test_targets_that_are_only_followed_are_folded_until_they_are_requested(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2025Q2")
    rows, bullets = visit.page.locator("table.grid tbody tr"), visit.page.locator(".bullet")
    judged = rows.count()
    expect(rows.filter(has_text="Lượt có vi phạm")).to_have_count(0)
    expect(bullets.filter(has_text="Lượt có vi phạm")).to_be_hidden()
    visit.page.locator("#followed").click()
    expect(rows).to_have_count(TARGET_COUNT)
    expect(visit.page).to_have_url(re.compile("followed=shown"))
    visit.page.locator("#followed").click()
    expect(rows).to_have_count(judged)
    visit.page.locator(".bullets summary").click()
    expect(bullets.filter(has_text="Lượt có vi phạm")).to_be_visible()
    expect(bullets).to_have_count(TARGET_COUNT)
    # A status that only such targets have leads to them.
    visit.page.locator("#status-monitor").click()
    expect(rows).to_have_count(TARGET_COUNT - judged)


def test_high_contrast_is_chosen_in_the_bar_and_remembered(visit: Visit) -> None:
    visit.open("/?lang=vi")
    button = visit.page.get_by_role("button", name="Tương phản cao")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    ink = "getComputedStyle(document.querySelector('#content h1')).color"
    assert visit.page.evaluate(ink) == "rgb(0, 0, 0)"
    visit.page.reload()
    visit.drawn()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert visit.page.evaluate("getComputedStyle(document.querySelector('table.grid a.c')).boxShadow") != "none"


def test_the_grid_can_be_taken_along_as_a_file(visit: Visit) -> None:
    visit.open("/?lang=vi&period=2021Q4")
    visit.page.locator(".toolbar .tools summary").click()
    with visit.page.expect_download() as saved:
        visit.page.locator(".toolbar .tools a", has_text="CSV").click()
    assert saved.value.suggested_filename.endswith(".csv")
