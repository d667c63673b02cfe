"""Comparing districts as an officer does: choose them, read the differences, follow one target over the quarters."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, text
from visits import Visit

from tests.planned import TARGET_COUNT

pytestmark = pytest.mark.browser
TWO = "/compare?units=760,769&period=2021Q4&lang=en"


def published(engine: Engine, period: str, target: str | None = None) -> dict[tuple[str, str, str], float]:
    """Values of the mart by unit, target and period, as a page shows them."""
    sql = text(
        "select unit_code, target_code, period_code, round(value_pct, 1) from marts.fct_target_progress "
        "where unit_code in ('760', '769', '79') and period_window = 'ytd' and value_pct is not null "
        "and period_code <= :period"
    )
    with engine.connect() as connection:
        rows = connection.execute(sql, {"period": period}).all()
    return {(row[0], row[1], row[2]): row[3] for row in rows if target in (None, row[1])}


def test_two_districts_stand_side_by_side_with_the_figures_of_the_mart(visit: Visit, published_engine: Engine) -> None:
    visit.open(TWO)
    wanted = published(published_engine, "2021Q4")
    cells = visit.page.locator("table.sides tbody td a.c")
    assert cells.count() == TARGET_COUNT * 3
    shown = cells.evaluate_all("(links) => links.map((link) => [link.href, link.lastChild.textContent])")
    for href, figure in shown:
        unit, target = re.search(r"unit=(\d+)", href), re.search(r"target=(T\d\d)", href)
        key = (unit[1] if unit else "79", target[1] if target else "", "2021Q4")
        if key in wanted:
            assert abs(float(figure) - wanted[key]) <= 0.11, key
        else:
            assert not figure[:1].isdigit(), key


def test_a_difference_is_given_against_the_first_district(visit: Visit, published_engine: Engine) -> None:
    visit.open(TWO)
    values = published(published_engine, "2021Q4")
    row = visit.page.locator("table.sides tbody tr", has_text="Inspections that found a violation")
    points = values["769", "T13", "2021Q4"] - values["760", "T13", "2021Q4"]
    told = row.locator("td").nth(2).locator(".diff").inner_text()
    assert abs(float(told.strip("≈ +−±")) - abs(points)) <= 0.11
    assert ("+" in told) == (points > 0)
    expect(row.locator("td").nth(1).locator(".diff")).to_have_count(0)


def test_districts_are_added_and_removed_and_the_address_follows(visit: Visit) -> None:
    visit.open(TWO)
    visit.page.locator("#find-unit").fill("go vap")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_role("group", name="Units found").get_by_role("link", name="Go Vap District").click()
    expect(visit.page).to_have_url(re.compile(r"units=760,769,764&"))
    expect(visit.page.locator("table.sides thead th")).to_have_count(6)
    visit.page.get_by_role("link", name="Remove District 1").click()
    expect(visit.page).to_have_url(re.compile(r"units=769,764&"))
    visit.page.reload()
    visit.drawn()
    expect(visit.page.locator(".picker li")).to_have_count(2)


def test_a_unit_is_found_and_added_by_keyboard_alone(visit: Visit) -> None:
    visit.open("/compare?units=760&period=2026Q3&lang=en")
    visit.page.locator("#find-unit").focus()
    visit.page.keyboard.type("ben nghe")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("group", name="Units found")).to_contain_text("Sai Gon Ward")
    # What was typed stands there still with the focus in it; button, those alike, then what was found.
    expect(visit.page.locator("#find-unit")).to_be_focused()
    for _ in range(10):
        visit.page.keyboard.press("Tab")
        if "Sai Gon Ward" in visit.page.locator(":focus").inner_text():
            break
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile(r"units=760,26740&period"))
    expect(visit.page.locator("table.sides thead th")).to_have_count(5)


def test_with_five_districts_no_more_can_be_added(visit: Visit) -> None:
    visit.open("/compare?units=760,769,764,785,770&lang=en")
    expect(visit.page.locator("#find-unit")).to_have_count(0)
    expect(visit.page.locator(".picker")).to_contain_text("no more fit")
    visit.open("/compare?units=760,769,764,785,770,771&lang=vi")
    expect(visit.page.locator("#content h1")).to_have_text("So sánh được nhiều nhất năm địa bàn.")
    visit.page.get_by_role("link", name="Xem năm địa bàn đầu").click()
    expect(visit.page.locator(".picker li")).to_have_count(5)


def test_without_a_choice_the_page_says_which_districts_it_shows_and_why(visit: Visit) -> None:
    visit.open("/compare?lang=vi")
    expect(visit.page.locator(".head")).to_contain_text("Chưa chọn địa bàn nào")
    expect(visit.page.locator(".picker li")).to_have_count(3)
    visit.open("/compare?unit=769&lang=vi")
    expect(visit.page.locator(".head")).to_contain_text("tương tự về quy mô")
    expect(visit.page.locator(".picker li")).to_have_count(5)
    expect(visit.page.locator(".picker li").first).to_contain_text("Thành phố Thủ Đức")


def test_a_target_s_name_opens_its_course_with_every_quarter_of_the_mart(
    visit: Visit, published_engine: Engine
) -> None:
    visit.open(TWO)
    visit.page.locator("table.sides tbody th a", has_text="Ward officers").click()
    expect(visit.page).to_have_url(re.compile(r"units=760,769&target=T09&view=trend"))
    expect(visit.page.locator(".courses .line")).to_have_count(3)
    wanted = published(published_engine, "2021Q4", "T09")
    assert visit.page.locator(".courses .pt").count() == len(wanted)
    expect(visit.page.locator("table.sides tbody tr")).to_have_count(4)
    label = visit.page.locator("figure.courses").get_attribute("aria-label") or ""
    assert "District 1: first 10.3% (Q1 2021), latest 74.4% (Q4 2021)" in label
    assert [url for url in visit.requests if "plotly" in url.lower()] == []


def test_a_long_name_beside_a_course_ends_where_the_page_does(visit: Visit) -> None:
    visit.open("/compare?units=760,769&period=2021Q4&lang=vi&view=trend&target=T09")
    name = visit.page.locator(".courses .names span").first
    name.evaluate("(name) => { name.textContent = 'Đặc khu Hoàng Sa, Trường Sa và các đảo lân cận '.repeat(2); }")
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pointing_at_a_course_s_point_explains_it_and_choosing_it_opens_that_quarter(visit: Visit) -> None:
    visit.open("/compare?units=760,769&view=trend&target=T09&period=2021Q4&lang=en")
    point = visit.page.locator(".courses .pt.s2").nth(2)
    point.hover()
    expect(visit.page.locator(".kpi-tip")).to_contain_text("Thu Duc City, Q3 2021")
    point.click()
    expect(visit.page).to_have_url(re.compile(r"/district\?unit=769&target=T09&period=2021Q3"))


def test_the_table_can_be_walked_with_the_arrow_keys(visit: Visit) -> None:
    visit.open(TWO)
    visit.page.locator("table.sides a.c").first.focus()
    before = visit.page.evaluate("document.activeElement.getAttribute('aria-label')")
    visit.page.keyboard.press("ArrowRight")
    after = visit.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert before.split("\n")[0].startswith("District 1")
    assert after.split("\n")[0].startswith("Thu Duc City")


def test_table_and_picture_can_be_saved(visit: Visit) -> None:
    visit.open(TWO)
    tools = visit.page.locator("#sides details.tools")
    for name, ending in (("CSV", ".csv"), ("SVG", ".svg")):
        tools.locator("summary").click()
        with visit.page.expect_download() as saved:
            tools.get_by_role("link", name=name).click()
        assert saved.value.suggested_filename.endswith(ending)


def test_on_a_phone_the_districts_stand_below_each_other_without_sideways_scrolling(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.open(TWO)
    first, second = (visit.page.locator("table.sides tbody td").nth(place).bounding_box() for place in (1, 2))
    assert first is not None
    assert second is not None
    assert second["y"] > first["y"]
    assert visit.page.evaluate("document.querySelector('.scroll').scrollWidth <= innerWidth")
