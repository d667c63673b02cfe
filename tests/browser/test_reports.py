"""Who has not reported, and what did a district send? As whoever calls the districts would find out."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, text
from visits import Visit

pytestmark = pytest.mark.browser


def test_the_first_sentence_says_how_many_reported_and_whom_to_call(visit: Visit, published_engine: Engine) -> None:
    sql = """select u.name_vi from marts.fct_reporter_period as f
             inner join marts.dim_unit as u on f.reporter_code = u.unit_code and f.reporter_valid_from = u.valid_from
             where f.period_code = '2024Q4' and f.state = 'missing'"""
    with published_engine.connect() as connection:
        missing = [row[0] for row in connection.execute(text(sql))]
    visit.open("/reports?period=2024Q4&lang=vi")
    assert visit.title() == f"Quý IV/2024: {23 - len(missing)}/23 báo cáo đã đến; {len(missing)} chưa nộp"
    owing = visit.page.locator("#owed .owed > li", has_text="Quý IV/2024")
    expect(owing.locator("b")).to_have_text(missing)


def test_everything_owed_is_one_click_from_the_overview_and_a_key_away(visit: Visit) -> None:
    visit.open("/?lang=vi")
    visit.page.get_by_role("navigation").get_by_role("link", name="Báo cáo", exact=True).focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#owed h2")).to_have_text("Còn nợ, mọi quý")
    ended = visit.page.locator("#owed .owed > li", has_text="Huyện Cần Giờ")
    expect(ended).to_contain_text("Gọi Phòng Văn hóa – Xã hội của đơn vị kế tục: Xã An Thới Đông")
    expect(ended.locator(".chip")).to_contain_text("chưa nộp, quá hạn")


def test_why_shown_figures_changed_is_one_click_from_the_overview_and_the_report_one_more(visit: Visit) -> None:
    visit.open("/?period=2025Q2&lang=vi")
    visit.page.locator(".brief a[href^='/changes']").click()
    expect(visit.page.locator("#content h1")).to_contain_text("đã đổi do bản sửa của Thủ Đức (28/05/2025)")
    expect(visit.page.locator("table.changed tbody tr").first).to_contain_text("Thành phố Thủ Đức")
    visit.page.locator("#through-0 .ways a").first.click()
    expect(visit.page.locator(".card")).to_contain_text("Bản 2")


def test_a_cell_opens_what_the_district_sent_and_what_it_corrected(visit: Visit, published_engine: Engine) -> None:
    sql = """select f.reporter_code, f.period_code, count(*) from marts.fct_revision as f
             group by f.reporter_code, f.period_code order by count(*) desc limit 1"""
    with published_engine.connect() as connection:
        code, period, count = connection.execute(text(sql)).one()
    visit.open(f"/reports?period={period}&lang=vi")
    visit.page.locator(f".calendar a[href*='unit={code}&period={period}']").click()
    card = visit.page.locator(".card")
    expect(card).to_contain_text(f"{count} ô đổi so với bản trước")
    expect(card.locator(".submissions li")).to_have_count(2)
    expect(card.locator("table.changes tbody tr")).to_have_count(count)
    assert f"unit={code}" in visit.page.url
    visit.page.reload()
    visit.drawn()
    expect(visit.page.locator(".card")).to_be_visible()


def test_every_cell_says_in_a_sign_and_in_words_what_became_of_the_report(visit: Visit) -> None:
    visit.open("/reports?period=2021Q4&lang=en")
    cells = visit.page.locator(".calendar a.c").all_inner_texts()
    assert len(cells) == 23 * 8
    assert all(cell.split()[0] in "✓▼?×…" and len(cell.split()) > 1 for cell in cells)


def test_the_quarter_s_name_in_the_calendar_moves_to_that_quarter(visit: Visit) -> None:
    visit.open("/reports?period=2021Q4&lang=en")
    visit.page.locator(".calendar thead a", has_text="Q3 2021").click()
    expect(visit.page.locator("#content h1")).to_contain_text("Q3 2021: ")
    assert "period=2021Q3" in visit.page.url


def test_i_take_the_calendar_home_as_csv(visit: Visit) -> None:
    visit.open("/reports?period=2021Q4&lang=vi")
    visit.page.locator("#title .tools summary").click()
    with visit.page.expect_download() as taken:
        visit.page.locator("#title .tools").get_by_text("CSV").click()
    content = taken.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 1 + 23 * 8
