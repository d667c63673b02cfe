"""The call sheet in the browser: who is called first, what came of it in one tap, the office's telephone, on paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from visits import Visit

pytestmark = pytest.mark.browser
BY = "Chuyên viên Phòng Tổng hợp"


@pytest.fixture
def leader(browser: Browser, desk_address: str) -> Iterator[Visit]:
    """Somebody with a telephone in the hand."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    yield Visit(context.new_page(), desk_address)
    context.close()


def first_card(leader: Visit) -> Locator:
    return leader.page.locator("article.call").first


def test_the_overview_leads_to_the_calls_in_their_order(leader: Visit) -> None:
    leader.open("/?period=2026Q3&lang=vi")
    named = leader.page.locator(".brief a[href*='/calls?unit=']").all_inner_texts()
    leader.page.locator(".brief a[href^='/calls?period']").click()
    expect(leader.page.locator("#content h1")).to_contain_text("Cần gọi")
    cards = leader.page.locator("article.call h2 a").all_inner_texts()
    assert cards[: len(named)] == named


def test_what_came_of_a_call_is_written_down_with_one_tap(leader: Visit) -> None:
    leader.open("/calls?period=2026Q3&lang=vi")
    leader.page.fill("#call-by", BY)
    first_card(leader).get_by_role("button", name="Chưa gọi được").click()
    expect(first_card(leader).locator(".made")).to_contain_text("Chưa gọi được · ")
    expect(first_card(leader).locator(".made")).to_contain_text(BY)
    expect(leader.page.locator("#content h1")).to_contain_text("đã gọi 1")


def test_a_promise_is_recorded_in_its_card_with_the_support_that_was_asked_for(leader: Visit) -> None:
    leader.open("/calls?unit=26596&period=2026Q3&lang=vi")
    leader.page.fill("#call-by", BY)
    card = first_card(leader)
    card.locator(".promise summary").click()
    # The name is typed once for all forms of the page.
    card.locator("[name=what]").click()
    expect(card.locator(".promise [name=by]")).to_have_value(BY)
    what = card.locator("[name=what]")
    assert what.input_value().startswith("Đưa nội dung phòng, chống mại dâm vào chương trình nông thôn mới")
    card.locator("[name=due_date]").fill("31/2")
    card.locator(".promise button.main").click()
    expect(card.locator(".error[data-for='due_date']")).not_to_be_empty()
    expect(card.locator(".made")).to_have_count(0)
    what.fill("Mở lớp tập huấn")
    card.locator("[name=due_date]").fill("30/12")
    card.locator("[name=support]").fill("Cử giảng viên")
    card.locator(".promise button.main").click()
    expect(card.locator(".made")).to_contain_text("Đã hứa · ")
    expect(card.locator(".facts")).to_contain_text("Mở lớp tập huấn, hạn 30/12/")
    expect(card.locator(".facts")).to_contain_text("Cử giảng viên")
    assert "/calls?unit=26596" in leader.page.url, "it keeps its place"


def test_without_a_name_nothing_is_written_and_the_field_says_so(leader: Visit) -> None:
    leader.open("/calls?unit=26506&period=2026Q3&lang=en")
    first_card(leader).get_by_role("button", name="Spoke with them").click()
    expect(leader.page.locator("#call .error[data-for='by']")).to_have_text("Please fill this in.")
    expect(leader.page.locator("#call-by")).to_be_focused()
    expect(first_card(leader).locator(".made")).to_have_count(0)


def test_an_earlier_call_says_how_far_the_figure_has_come(leader: Visit) -> None:
    leader.open("/calls?unit=26596&period=2026Q3&lang=en")
    expect(first_card(leader).locator(".facts")).to_contain_text("22/07/2026, about Q2 2026: Promised")
    # 3 of 19 volunteers by June, 7 of 19 by September.
    expect(first_card(leader).locator(".facts")).to_contain_text("15.8% far behind → 36.8% far behind")


def test_an_office_s_telephone_can_be_dialled_and_a_mobile_is_not_taken(leader: Visit) -> None:
    leader.open("/calls?unit=25942&period=2026Q3&lang=vi")
    card = first_card(leader)
    expect(card.locator("a[href^='tel:']")).to_have_attribute("href", "tel:02740000002;ext=12")
    card.get_by_text("Sửa số máy").click()
    card.locator("input[name='telephone']").fill("0903 123 456")
    card.locator("#line-25942-by").fill(BY)
    card.get_by_role("button", name="Lưu số máy").click()
    expect(card.locator(".error[data-for='telephone']")).to_contain_text("số máy cố định")
    card.locator("input[name='telephone']").fill("0274 3822 123")
    card.get_by_role("button", name="Lưu số máy").click()
    expect(card.locator("a[href='tel:02743822123']")).to_have_text("☎ 0274 3822 123")


def test_of_a_quarter_whose_units_have_ended_the_sheet_leads_to_their_heirs(leader: Visit) -> None:
    leader.open("/calls?period=2025Q2&lang=en")
    # Its seven communes; the area in its place is no authority.
    expect(first_card(leader)).to_contain_text("Ended on 01/07/2025; ask those who took it over: Binh Chanh Commune")
    expect(first_card(leader).locator(".office a")).to_have_count(7)
    expect(first_card(leader).locator("button")).to_have_count(0)
    # The link to give work follows in the line in which the sentence ends.
    ends = leader.page.locator(".call .late li:has(.assign)").evaluate_all(
        "all => all.map((li) => { const dot = li.querySelector('.assign').previousSibling;"
        " const range = document.createRange(); range.selectNode(dot);"
        " const [sentence] = [...dot.previousElementSibling.getClientRects()].slice(-1);"
        " return Math.abs(range.getBoundingClientRect().bottom - sentence.bottom) < 10; })"
    )
    assert len(ends) > 5
    assert all(ends)
    expect(leader.page.locator("#call")).to_have_count(0)


def test_who_sent_a_report_with_errors_is_not_told_that_none_came(leader: Visit) -> None:
    leader.open("/calls?unit=27457&period=2026Q3&lang=vi")
    card = first_card(leader)
    expect(card.locator(".why")).to_have_text("báo cáo Quý III/2026 có lỗi, chờ bản sửa")
    expect(card.locator(".say")).to_contain_text("Báo cáo Quý III/2026 đã đến thành phố, nhưng còn lỗi")
    expect(card).not_to_contain_text("chưa có báo cáo")


def test_the_sheet_on_paper_needs_nothing_from_anywhere(leader: Visit, tmp_path: Path) -> None:
    leader.open("/calls?period=2026Q3&lang=vi")
    address = leader.page.evaluate("document.querySelector(\"a[href*='calls.html']\").href")
    answer = leader.page.request.get(address)
    saved = tmp_path / "calls.html"
    saved.write_bytes(answer.body())
    asked: list[str] = []
    leader.page.on("request", lambda request: asked.append(request.url))
    leader.page.goto(saved.as_uri())
    assert leader.page.locator("main > ol > li").count() == 37
    assert "minh họa" in leader.page.inner_text("main").lower()
    assert [url for url in asked if url.startswith("http")] == []
