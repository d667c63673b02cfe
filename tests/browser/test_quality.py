"""Can I trust the number, and whom do I ask? As an officer of the department would find out."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, text
from visits import Visit

pytestmark = pytest.mark.browser


def counts(engine: Engine) -> tuple[int, int]:
    """How many checks of the published version ran and passed."""
    sql = """select count(*), count(*) filter (where is_success) from marts.fct_quality_result as r
             inner join marts.publication as p on r.run_version = p.version"""
    with engine.connect() as connection:
        count, passed = connection.execute(text(sql)).one()
    return count, passed


def test_the_first_sentence_says_whether_the_numbers_can_be_trusted(visit: Visit, published_engine: Engine) -> None:
    count, passed = counts(published_engine)
    visit.open("/quality?period=2021Q4&lang=vi")
    assert visit.title().startswith(f"Tin được, cần đọc thận trọng: {passed}/{count} phép kiểm tra của mọi quý đạt")


def test_i_choose_a_check_read_why_it_is_made_and_go_to_the_district_to_ask(visit: Visit) -> None:
    visit.open("/quality?period=2021Q4&lang=vi")
    visit.page.locator(".checks a", has_text="Số lượt kiểm tra không tụt về 0").click()
    card = visit.page.locator(".card")
    expect(card).to_contain_text("Vì sao kiểm tra")
    expect(card.locator("ul.touched a").first).to_have_attribute(
        "href", "/target?target=T11&period=2021Q4&window=ytd&lang=vi"
    )
    name = card.locator(".failures tbody th a").first.inner_text()
    card.locator(".failures tbody th a").first.click()
    expect(visit.page.locator("#content h1")).to_contain_text(name)
    visit.page.go_back()
    expect(visit.page.locator(".card")).to_be_visible()


def test_i_narrow_the_checks_to_one_form_and_the_address_keeps_it(visit: Visit) -> None:
    visit.open("/quality?period=2021Q4&lang=en")
    visit.page.select_option("#filter-suite", label="B6 Violations and cases")
    forms = visit.page.locator("#checks .checks tbody th small")
    expect(forms).to_have_text(["B6 Violations and cases"] * 4)
    visit.page.reload()
    visit.drawn()
    expect(forms).to_have_text(["B6 Violations and cases"] * 4)
    visit.page.get_by_role("link", name="Clear filters").click()
    expect(visit.page.locator("#checks .checks tbody tr")).not_to_have_count(4)


def test_i_see_the_checks_that_passed_when_i_ask_for_them(visit: Visit, published_engine: Engine) -> None:
    _, passed = counts(published_engine)
    visit.open("/quality?period=2021Q4&lang=en")
    rows = visit.page.locator("#content details .checks tbody tr")
    expect(rows.first).to_be_hidden()
    visit.page.get_by_text(f"{passed} checks passed").click()
    expect(rows).to_have_count(passed)
    expect(rows.first).to_be_visible()


def test_i_take_the_rows_to_confirm_home_as_excel(visit: Visit) -> None:
    visit.open("/quality?period=2021Q4&check=b5_inspection.inspections_not_silent&lang=en")
    visit.page.locator(".card .tools summary").click()
    with visit.page.expect_download() as taken:
        visit.page.locator(".card .tools").get_by_text("Excel").click()
    assert taken.value.suggested_filename.startswith("quality-b5_inspection-inspections_not_silent-failures-q4-2021-")
