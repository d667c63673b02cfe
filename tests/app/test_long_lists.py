"""No page lists 168 communes at once unless somebody asks: a part, the most pressing first, and found by typing."""

import re

import pytest

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.pages.registry import page_of
from app.pages.shared.page_parts import MOST_ROWS
from app.web.page_renderer import draw

pytestmark = pytest.mark.usefixtures("sample")
EN = words_in("en")
LISTS = [("reports", "punctuality"), ("quality", "asked"), ("origin", "sources")]
# The calendar of reports names quarters in its head, every other list a unit a row.
MOST_LINES = 60


def html_of(page: str, **asked: str) -> str:
    """A page of the quarter in which 168 communes report."""
    target = {"target": "T09"} if page == "origin" else {}
    return draw(page, {"period": "2026Q3", "lang": "en", **target, **asked}, BUILT_IN_VIEWER).html


def rows(html: str, table: str) -> list[str]:
    """The rows of a table by its name."""
    found = re.search(rf"<table class='list {table}'>(.*?)</table>", html, re.DOTALL)
    return found[1].split("<tbody>")[1].split("<tr>")[1:] if found else []


@pytest.mark.parametrize(
    ("page", "period"),
    [("reports", "2026Q3"), ("reports", "2027Q1"), ("quality", "2026Q3"), ("origin", "2026Q3"), ("tasks", "2026Q3")],
)
def test_no_table_has_more_rows_than_are_read_at_once(page: str, period: str) -> None:
    html = re.sub(r"<details.*?</details>", "", html_of(page, period=period), flags=re.DOTALL)
    lengths = [table.count("<tr") for table in re.findall(r"<table.*?</table>", html, re.DOTALL)]
    assert lengths
    assert max(lengths) <= MOST_LINES


@pytest.mark.parametrize(("page", "table"), LISTS)
def test_the_next_part_goes_on_where_this_one_ends(page: str, table: str) -> None:
    html = html_of(page)
    later = re.search(r"id='part-later' href='([^']*)'", html)
    assert later
    assert "part=2" in later[1]
    first, second = rows(html, table), rows(html_of(page, part="2"), table)
    assert len(first) == MOST_ROWS
    assert not {*first} & {*second}


@pytest.mark.parametrize(("page", "table"), LISTS)
def test_a_unit_of_a_long_list_is_found_by_typing_a_former_name(page: str, table: str) -> None:
    # Of Phường Tân Tạo A the ward Tân Tạo and the commune Tân Nhựt were formed.
    found = rows(html_of(page, find="tan tao a"), table)
    assert any("Tan Tao Ward" in row for row in found)
    assert all("Tan Tao Ward" in row or "Tan Nhut Commune" in row for row in found)


@pytest.mark.parametrize(("page", "table"), LISTS)
def test_a_name_that_no_unit_of_the_list_has_is_said(page: str, table: str) -> None:
    html = html_of(page, find="zzzz")
    assert rows(html, table) == []
    assert EN("parts.nothing") in html


def test_the_least_punctual_and_those_whose_report_does_not_count_come_first() -> None:
    shares = [
        int(share) for row in rows(html_of("reports"), "punctuality") for share in re.findall(r">(\d+)</td>", row)[:1]
    ]
    assert shares == sorted(shares)
    sources = rows(html_of("origin"), "sources")
    assert "class='chip" in sources[0]
    assert "class='chip" not in sources[-1]


def test_who_is_sought_stands_in_the_calendar_too() -> None:
    html = html_of("reports", find="ben nghe")
    assert EN("calendar.found", shown=1, count=169) in html


def test_a_file_of_the_list_is_whole() -> None:
    _, page = page_of("reports", {"period": "2026Q3", "part": "2", "find": "q1"}, BUILT_IN_VIEWER)
    assert len(page.tables["punctuality"]().rows) == 169
