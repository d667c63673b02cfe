"""The work contents as a department follows them: what is overdue, where, with which evidence."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine
from visits import Visit, mart_rows

pytestmark = pytest.mark.browser


def test_the_headline_counts_what_is_overdue_and_done_as_the_mart_does(visit: Visit, published_engine: Engine) -> None:
    visit.open("/tasks?period=2025Q2&lang=en")
    sql = """
        select count(*) filter (is_overdue), count(distinct unit_code) filter (is_overdue),
            count(*) filter (status = 'done'), count(*) filter (status in ('done', 'under_way', 'not_started'))
        from marts.fct_task_progress where period_code = '2025Q2'
    """
    overdue, units, done, every = mart_rows(published_engine, sql)[0]
    assert visit.title() == f"{overdue} tasks are past their plan date in {units} units; {done} of {every} are done."
    expect(visit.page.locator("#items tbody tr")).to_have_count(int(str(overdue)))


def test_every_work_content_of_every_district_is_a_cell_with_its_percentage(
    visit: Visit, published_engine: Engine
) -> None:
    visit.open("/tasks?period=2021Q4&lang=en")
    cells = visit.page.locator("table.works td a.c")
    rows = mart_rows(
        published_engine,
        "select task_code, unit_code, percent_done from marts.fct_task_progress where period_code = '2021Q4'",
    )
    assert cells.count() == len(rows)
    for task, unit, percent in rows[::29]:
        cell = visit.page.locator(f"table.works a.c[href*='task={task}&unit={unit}&']")
        figure = "" if percent is None else f"{percent:.0f}"
        assert (cell.inner_text().lstrip("✓●▼○–?×…").strip()) == figure
    parts = visit.page.locator("table.works th .coded").first.locator("small, span")
    code, name = parts.evaluate_all("all => all.map((part) => part.getBoundingClientRect().toJSON())")
    assert code["right"] < name["left"]


def test_a_cell_opens_its_evidence_and_note(visit: Visit, published_engine: Engine) -> None:
    sql = """
        select task_code, unit_code, evidence_reference, note from marts.fct_task_progress
        where period_code = '2021Q4' and evidence_reference is not null and note is not null
        order by task_code, unit_code limit 1
    """
    task, unit, evidence, note = mart_rows(published_engine, sql)[0]
    visit.open("/tasks?period=2021Q4&lang=vi")
    visit.page.locator(f"table.works a.c[href*='task={task}&unit={unit}&']").click()
    expect(visit.page).to_have_url(re.compile(f"task={task}&unit={unit}"))
    expect(visit.page.locator("#items tbody tr")).to_have_count(1)
    expect(visit.page.locator("#items")).to_contain_text(str(evidence))
    expect(visit.page.locator("#items")).to_contain_text(str(note))
    expect(visit.page.locator("#task")).to_contain_text("Kết quả phải có")


def test_an_opened_work_content_shows_all_districts_overdue_first(visit: Visit) -> None:
    visit.open("/tasks?period=2025Q2&lang=en")
    visit.page.locator("table.works tbody th a", has_text="N03").click()
    expect(visit.page.locator("#items tbody tr")).to_have_count(22)
    expect(visit.page.locator("#items tbody tr").first).to_contain_text("past plan date")
    expect(visit.page.locator(".work-courses .here")).to_contain_text("N03")


def test_filters_stand_in_the_address_survive_a_reload_and_can_be_cleared(visit: Visit) -> None:
    visit.open("/tasks?period=2025Q2&lang=en")
    visit.page.locator("#by-unit").select_option(label="Thu Duc City")
    expect(visit.page.locator("#items h2")).to_have_text("Thu Duc City: 8 tasks")
    visit.page.locator("#by-status").select_option(label="Done")
    expect(visit.page).to_have_url(re.compile("unit=769&status=done"))
    expect(visit.page.locator("#items tbody tr")).to_have_count(7)
    visit.page.reload()
    visit.drawn()
    expect(visit.page.locator("#items tbody tr")).to_have_count(7)
    visit.page.get_by_role("link", name="Clear the filters").click()
    expect(visit.page).not_to_have_url(re.compile("unit="))


def test_a_filter_that_matches_nothing_says_so(visit: Visit) -> None:
    visit.open("/tasks?task=N05&status=overdue&period=2025Q2&lang=vi")
    expect(visit.page.locator("#items")).to_contain_text("Không có nội dung nào khớp với bộ lọc.")


def test_the_course_tells_how_many_were_done_when_due(visit: Visit, published_engine: Engine) -> None:
    visit.open("/tasks?period=2025Q2&lang=en")
    sql = """
        select count(*) filter (status = 'done'), count(*) from marts.fct_task_progress
        where task_code = 'N03' and period_code = '{}' and status in ('done', 'under_way', 'not_started')
    """
    due, now = (mart_rows(published_engine, sql.format(period))[0] for period in ("2021Q3", "2025Q2"))
    line = visit.page.locator(".work-courses li", has_text="N03")
    expect(line.locator(".vl")).to_have_text(f"{now[0]} of {now[1]} done")
    label = line.locator("a").get_attribute("aria-label") or ""
    assert f"When due: {due[0]} of {due[1]} units were done" in label


def test_the_district_page_leads_to_its_tasks(visit: Visit) -> None:
    visit.open("/district?unit=769&period=2025Q2&lang=en")
    visit.page.get_by_role("link", name="Open this unit’s tasks").click()
    expect(visit.page).to_have_url(re.compile(r"/tasks\?unit=769"))
    expect(visit.page.locator("#items tbody tr")).to_have_count(8)


def test_while_communes_have_no_plan_of_their_own_the_city_s_tasks_remain(visit: Visit) -> None:
    visit.open("/tasks?period=2025Q3&lang=vi")
    expect(visit.page.locator("#content h1")).to_contain_text("đã xong 4/4")
    visit.open("/tasks?period=2025Q3&status=done&lang=vi")
    expect(visit.page.locator("#items tbody tr")).to_have_count(4)
