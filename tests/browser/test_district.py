"""A district's and a ward's page as their readers use them: why, against whom, since when, and what came in."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine
from visits import Visit, mart_rows

from tests.planned import TARGET_COUNT

pytestmark = pytest.mark.browser


def test_the_profile_has_the_value_city_and_rank_of_every_target(visit: Visit, published_engine: Engine) -> None:
    visit.open("/district?unit=769&period=2021Q4&lang=en")
    sql = """
        select own.target_code, round(own.value_pct, 1), round(city.value_pct, 1), own.rank
        from marts.fct_target_progress as own
        inner join marts.fct_target_progress as city on own.target_code = city.target_code
            and own.period_code = city.period_code and own.period_window = city.period_window
        where own.unit_code = '769' and city.unit_code = '79'
          and own.period_code = '2021Q4' and own.period_window = 'ytd'
    """
    lines = visit.page.locator(".profile li")
    assert lines.count() == TARGET_COUNT
    for target, value, city, rank in mart_rows(published_engine, sql):
        line = visit.page.locator(f".profile li:has(a[href*='target={target}&'])")
        if value is None:
            expect(line.locator(".value")).to_have_text("–")
            continue
        assert abs(float(line.locator(".value").inner_text()) - float(str(value))) <= 0.11
        assert abs(float(line.locator("a > .city").inner_text()) - float(str(city))) <= 0.11
        assert line.locator(".rank").inner_text().split("/")[0] == ("" if rank is None else str(rank))


def test_choosing_a_target_explains_its_figure_and_offers_the_ways_on(visit: Visit) -> None:
    visit.open("/district?unit=769&period=2025Q2&lang=en")
    visit.page.locator(".profile li", has_text="Violations handled").click()
    expect(visit.page).to_have_url(re.compile(r"unit=769&target=T14"))
    card = visit.page.locator(".card")
    expect(card).to_contain_text("48/49")
    for name, address in (
        ("Where does", "/origin"),
        ("How it is counted", "/methodology"),
        ("Assign an action", "/actions"),
    ):
        href = card.get_by_role("link", name=re.compile(name)).get_attribute("href") or ""
        assert href.startswith(address)
        assert "target=T14" in href
    expect(visit.page.locator("#course .courses .line")).to_have_count(2)


def test_up_to_four_peers_are_chosen_beside_the_district_and_stay_in_the_address(
    visit: Visit, published_engine: Engine
) -> None:
    visit.open("/district?unit=769&period=2025Q2&lang=en")
    for name in ("District 1", "District 10", "Can Gio District", "Cu Chi District"):
        visit.page.locator("#add-peer").select_option(label=name)
        expect(visit.page.locator(".picker li", has_text=name)).to_have_count(1)
    expect(visit.page).to_have_url(re.compile(r"peers=760,771,787,783"))
    expect(visit.page.locator("#add-peer")).to_have_count(0)
    sql = """
        select value_pct from marts.fct_target_progress
        where unit_code = '760' and target_code = 'T14' and period_code = '2025Q2' and period_window = 'ytd'
    """
    value = float(str(mart_rows(published_engine, sql)[0][0]))
    shown = visit.page.locator(".profile li", has_text="Violations handled").locator(".peers .c").first
    assert abs(float(shown.inner_text().split("\n")[-1].lstrip("✓●▼")) - value) <= 0.11
    visit.page.get_by_role("link", name="Remove District 10").click()
    expect(visit.page).to_have_url(re.compile(r"peers=760,787,783"))


def test_every_target_has_its_course_and_opens_it_larger(visit: Visit) -> None:
    visit.open("/district?unit=769&period=2025Q2&lang=en")
    small = visit.page.locator("#courses .multiples a")
    expect(small).to_have_count(TARGET_COUNT)
    visit.page.locator("#courses .multiples a[href*='target=T16&']").click()
    expect(visit.page).to_have_url(re.compile("target=T16"))
    expect(visit.page.locator("#course h2")).to_contain_text("Support reached")


def test_this_quarter_s_report_stands_first_and_older_ones_are_folded(visit: Visit) -> None:
    visit.open("/district?unit=769&period=2025Q2&lang=en")
    visible = visit.page.locator("#reports > .scroll tbody tr")
    expect(visible).to_have_count(1)
    expect(visible).to_contain_text("Q2 2025")
    expect(visit.page.locator("#older tbody tr").first).to_be_hidden()
    visit.page.locator("#older summary").click()
    expect(visit.page.locator("#older tbody tr")).to_have_count(17)
    boxes = visit.page.evaluate(
        "[...document.querySelectorAll('#reports .scroll, #revisions .scroll')]"
        ".filter((box) => box.scrollHeight > box.clientHeight + 1).length"
    )
    assert boxes == 0


def test_a_correction_of_this_quarter_is_open_one_of_another_is_folded(visit: Visit) -> None:
    visit.open("/district?unit=769&period=2025Q1&lang=en")
    expect(visit.page.locator("#revisions details[open] tbody tr")).to_have_count(27)
    visit.open("/district?unit=769&period=2025Q2&lang=en")
    expect(visit.page.locator("#revisions details:not([open])")).to_have_count(1)
    expect(visit.page.locator("#revisions")).to_contain_text("No cell was corrected in this period.")


def test_work_given_about_a_district_stands_on_its_page(visit: Visit) -> None:
    visit.open("/actions?lang=vi&period=2025Q2")
    row = visit.page.locator("ul.actions li:has(.chip)").first
    words = row.locator("a.what").inner_text()
    place = row.locator(".about").first.inner_text().split(" · ")[0]
    visit.open("/district?period=2025Q2&lang=vi")
    visit.page.locator("#unit").select_option(label=place)
    expect(visit.page.locator("#actions")).to_contain_text(words)


def test_a_note_is_written_and_read_on_the_district_s_page_and_personal_data_is_refused(visit: Visit) -> None:
    visit.open("/district?unit=773&period=2025Q2&lang=en")
    visit.page.locator("#write-note summary").click()
    visit.page.fill("#note-text", "Gọi lại số 0903123456.")
    visit.page.fill("#note-by", "Department officer")
    visit.page.locator("#write-note button").click()
    expect(visit.page.locator("#write-note .error").first).not_to_be_empty()
    assert visit.page.input_value("#note-text") == "Gọi lại số 0903123456."
    visit.page.fill("#note-text", "The training room was closed in May.")
    visit.page.locator("#write-note button").click()
    expect(visit.page.locator("#notes ol")).to_contain_text("The training room was closed in May.")


def test_the_wards_are_walked_by_arrow_keys_and_open_the_ward_with_its_figure_marked(visit: Visit) -> None:
    visit.open("/district?unit=769&period=2021Q4&lang=en")
    visit.page.locator("table.wards td a.c").first.focus()
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("ArrowRight")
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile(r"/ward\?unit=\d+&target=T03"))
    expect(visit.page.locator(".card")).to_be_visible()
    expect(visit.page.locator(".measures .marked")).to_have_count(1)


def test_a_ward_shows_the_cells_it_reported(visit: Visit, published_engine: Engine) -> None:
    visit.open("/ward?unit=26734&period=2021Q4&lang=en")
    sql = """
        select count(*), max(case when measure_code = 'reach_students' then measure_value end) from marts.fct_measure
        where unit_code = '26734' and period_code = '2021Q4' and form_code = 'B1'
    """
    count, students = mart_rows(published_engine, sql)[0]
    form = visit.page.locator(".reported section", has_text="B1 ·")
    expect(form.locator("tbody tr")).to_have_count(int(str(count)))
    row = form.locator("tbody tr", has_text=re.compile("student", re.IGNORECASE))
    expect(row.locator("td.n")).to_have_text(f"{float(str(students)):.0f}")
    expect(visit.page.locator(".reported section.wide thead th")).to_have_count(8)


def test_a_ward_s_course_is_held_against_its_district_s(visit: Visit) -> None:
    visit.open("/ward?unit=26803&target=T12&period=2021Q4&lang=en")
    expect(visit.page.locator("#course .line")).to_have_count(2)
    expect(visit.page.locator("#course .names")).to_contain_text("Thu Duc")


def test_a_merged_ward_has_its_own_page_and_says_where_it_comes_from(visit: Visit) -> None:
    visit.open("/ward?unit=26923&period=2025Q1&target=T09&lang=en")
    expect(visit.page.locator("#history")).to_contain_text("Formed from")
    expect(visit.page.locator("#course .pt.s1")).to_have_count(1)


def test_the_comparison_with_units_alike_is_one_step_away(visit: Visit) -> None:
    visit.open("/district?unit=769&period=2025Q2&lang=en")
    visit.page.get_by_role("link", name="Compare with similar units").click()
    expect(visit.page).to_have_url(re.compile(r"/compare\?unit=769"))
    expect(visit.page.locator(".picker li")).to_have_count(5)


def test_a_silent_district_leads_to_its_last_figures(visit: Visit) -> None:
    visit.open("/district?unit=787&period=2024Q4&lang=en")
    assert "no accepted report" in visit.title()
    visit.page.locator(".head").get_by_role("link", name="Q3 2024").click()
    expect(visit.page.locator("#content h1")).to_contain_text("met or on track")
