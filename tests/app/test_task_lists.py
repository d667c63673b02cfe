"""The work contents of 168 communes: summed by area, opened where somebody looks, listed in parts, found by typing."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.pages.registry import page_of
from app.pages.shared.page_parts import MOST_ROWS
from app.web.page_renderer import draw
from warehouse.publish.engines import Published

EN = words_in("en")
AREA_ROW = re.compile(r"<tr><th scope='row'>(?:(?!</th>).)*href='/tasks\?unit=(\w+)")
PART_ROW = re.compile(r"<tr class='part'><th scope='row'><a href='/tasks\?unit=(\w+)")


def tasks(**asked: str) -> str:
    """The page of the quarter in which 168 communes report on ten work contents."""
    return draw("tasks", {"period": "2026Q3", "lang": "en", **asked}, BUILT_IN_VIEWER).html.split("id='content'")[1]


def listed(html: str) -> list[str]:
    """The units of the list, from its first row to its last."""
    rows = html.split("id='items'")[1].split("</table>", maxsplit=1)[0].split("<tbody>")[1].split("<tr>")[1:]
    return [unescape(re.findall(r"unit=(\w+)", row)[-1]) for row in rows]


def heading(html: str) -> str:
    """What the list says it shows."""
    return unescape(re.findall(r"<h2>([^<]*)</h2>", html.split("id='items'")[1])[0])


@pytest.mark.usefixtures("sample")
def test_the_city_s_work_is_summed_by_region_and_opens_to_areas_and_communes() -> None:
    closed = tasks()
    assert closed.count("<tr class='region'>") == 3
    assert AREA_ROW.findall(closed) == []
    opened = tasks(open="760,R79")
    assert len(AREA_ROW.findall(opened)) == 22
    assert sorted(PART_ROW.findall(opened)) == ["26737", "26740", "26743", "26758"]


@pytest.mark.usefixtures("sample")
def test_a_region_s_cell_counts_units_overdue_as_the_mart_does(warehouse: Published) -> None:
    sql = """
        select count(*) filter (is_overdue), count(*) filter (status in ('done', 'under_way', 'not_started'))
        from marts.fct_task_progress as f
        where f.period_code = '2026Q3' and f.task_code = 'N02'
    """
    with warehouse.engine.connect() as connection:
        overdue, of = connection.execute(text(sql)).one()
    city = tasks().split("<tbody class='city'>")[1].split("</tbody>")[0]
    assert f"</i> {overdue}/{of}</a>" in city


@pytest.mark.usefixtures("sample")
def test_a_long_list_is_shown_in_parts_that_together_hold_every_item_once() -> None:
    assert heading(tasks(task="N02")) == "Management capacity and mass movements: 168 tasks"
    units: list[str] = []
    for part in range(1, 6):
        html = tasks(task="N02", part=str(part))
        units += listed(html)
        assert EN("parts.shown", first=len(units) - len(listed(html)) + 1, last=len(units), count=168) in html
    assert len(units) == len(set(units)) == 168
    # A part behind the last, as from an old address, is the last.
    assert listed(tasks(task="N02", part="99")) == units[4 * MOST_ROWS :]


@pytest.mark.usefixtures("sample")
def test_every_item_of_the_list_leaves_as_a_file_whatever_part_is_shown() -> None:
    _, page = page_of("tasks", {"period": "2026Q3", "task": "N02", "part": "2"}, BUILT_IN_VIEWER)
    assert len(page.tables["tasks"]().rows) == 168


@pytest.mark.usefixtures("sample")
def test_an_area_narrows_the_list_to_its_communes() -> None:
    html = tasks(unit="760")
    assert set(listed(html)) == {"26737", "26740", "26743", "26758"}
    assert heading(html) == "Area of former District 1: 32 tasks"


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("typed", "units"),
    [("ben nghe", {"26740"}), ("Phường Sài Gòn", {"26740"}), ("q1", {"26737", "26740", "26743", "26758"})],
)
def test_units_are_found_by_typing_without_accents_and_by_former_names(typed: str, units: set[str]) -> None:
    assert set(listed(tasks(find=typed))) == units


@pytest.mark.usefixtures("sample")
def test_another_filter_or_order_begins_with_the_first_part_and_keeps_what_is_opened() -> None:
    html = tasks(part="3", open="R79", task="N02")
    for way in re.findall(r"<option value='(/tasks[^']*)'", html) + re.findall(r"id='sort-\w+' href='([^']*)'", html):
        asked = parse_qs(urlsplit(unescape(way)).query)
        if asked["period"] == ["2026Q3"]:
            assert "part" not in asked
            assert asked["open"] == ["R79"]


@pytest.mark.usefixtures("sample")
def test_the_column_by_which_the_list_is_sorted_says_so_and_leads_back() -> None:
    html = tasks(task="N02", sort="percent")
    head = html.split("id='items'")[1].split("</thead>")[0]
    assert head.count("aria-sort='ascending'") == 1
    back = re.search(r"id='sort-percent' href='([^']*)'", head)
    assert back
    assert "sort=" not in back[1]


@pytest.mark.usefixtures("sample")
def test_work_of_a_unit_nobody_knows_is_a_friendly_page() -> None:
    assert EN("message.unknown_unit", value="999") in tasks(unit="999")


@pytest.mark.usefixtures("sample")
def test_the_headline_speaks_of_what_the_page_is_narrowed_to() -> None:
    headline = re.compile(r"<h1[^>]*>([^<]*)")
    of_task = headline.findall(tasks(task="N02"))[0]
    assert of_task.startswith("Management capacity and mass movements: 128 tasks are past their plan date in 128 units")
    assert headline.findall(tasks())[0].endswith("; 208 of 1,225 are done.")
    done = headline.findall(tasks(task="N02", status="done"))[0]
    assert done.startswith("Management capacity and mass movements · Done: 26 tasks in 26 units")


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("page", "asked"), [("tasks", {"open": "760,R79"}), ("", {"open": "760"})])
def test_every_empty_cell_says_why(page: str, asked: dict[str, str]) -> None:
    html = draw(page, {"period": "2026Q3", "lang": "en", **asked}, BUILT_IN_VIEWER).html
    absences = {EN("tasks.no_cell"), EN("grid.no_cell"), EN("grid.no_late"), EN("tasks.no_late")}
    blanks = re.findall(r"<td class='(?:none|late)' title='([^']*)'><span class='sr'>([^<]*)", html)
    assert blanks
    assert all(title == said and said in absences for title, said in blanks)
    assert not re.search(r"<td class='(?:none|late)'>", html)
