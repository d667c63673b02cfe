"""The grid, the calendar and the work contents show the same rows, columns and states on page, in the file, on slides.

What is compared is read from the finished pictures: names, signs, figures.
"""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import docx
import pytest
from lxml import html
from pptx import Presentation

from app.core.i18n import words_in
from app.core.status import LATE, OF_TARGETS, sign_of
from app.records import UNSURE
from app.ui.palette import LINE
from tests.answered import page, respond

pytestmark = pytest.mark.usefixtures("sample")
VI = words_in("vi")
SVG = "{http://www.w3.org/2000/svg}"
WORDS_OF_SIGNS = {sign_of(status): VI.status(status).lower() for status in OF_TARGETS}
QUARTERS = ["2021Q1", "2021Q3", "2021Q4", "2024Q4", "2025Q1", "2025Q2"]


def shown(table: html.HtmlElement, has_late_row: bool = False) -> list[list[html.HtmlElement]]:
    """The cells of a table's rows, the heading row first; without the grid's row of counts."""
    rows = [list(row) for row in table.iter("tr")]
    return [rows[0], *rows[2 if has_late_row else 1 :]]


def told(document: str) -> dict[str, list[str]]:
    """What a picture in a file says in words: of each row its cells, each beginning with its column."""
    root = ElementTree.fromstring(document)  # noqa: S314 - our own
    lines = (root.findtext(f"{SVG}desc") or "").splitlines()[1:-1]
    parts = (line.partition(": ") for line in lines)
    return {name: [cell for cell in cells.split("; ") if cell] for name, _, cells in parts}


def cell_of_file(cell: html.HtmlElement, column: str) -> str | None:
    """What the file is to say of a cell of the page's grid; None where nothing is expected."""
    signs = cell.xpath(".//i")
    if not signs:
        return None
    sign = signs[0].text
    figure = (signs[0].tail or "").strip()
    return f"{column} {f'{figure}% ' if figure else ''}{WORDS_OF_SIGNS[sign]}"


@pytest.mark.parametrize("window", ["ytd", "quarter"])
@pytest.mark.parametrize("period", QUARTERS)
def test_the_grid_is_the_same_on_the_page_in_the_file_on_the_slide_and_in_the_report(period: str, window: str) -> None:
    made, document = page("", period=period, window=window, followed="shown")
    head, *rows = shown(document.xpath("//table[contains(@class, 'grid')]")[0], has_late_row=True)
    columns = [cell.text_content() for cell in head[1:]]
    file = told(made.charts["grid"]())
    assert [name.split(" ", 1)[1] for name in file] == [row[0].text_content() for row in rows]
    for row, cells in zip(rows, file.values(), strict=True):
        expected = [cell_of_file(cell, column) for cell, column in zip(row[1:], columns, strict=True)]
        assert cells == [cell for cell in expected if cell], row[0].text_content()

    _, review = page("review", period=period, window=window)
    signs = {row[0].text_content(): [sign_of_page(cell) for cell in row[2:]] for row in rows}
    slide_head, *slide_rows = shown(review.xpath("//table[@class='matrix']")[0])
    assert [cell.text_content() for cell in slide_head[1:-1]] == columns[1:]
    for row in slide_rows:
        drawn = [sign_of_page(cell) for cell in row[1:-1]]
        assert drawn == signs[row[0].text_content()]
        late, unsure = (sum(map(drawn.count, map(sign_of, kinds))) for kinds in (LATE, UNSURE.values()))
        assert row[-1].text_content() == (f"{late} +{unsure}" if unsure else f"{late}")

    report = docx.Document(io.BytesIO(respond("quarter.docx", {"lang": "vi", "period": period, "window": window}).body))
    annex = next(table for table in report.tables if table.cell(0, 0).text == VI("grid.corner"))
    for row, line in zip(rows, annex.rows[1:], strict=True):
        written = [cell.text.split("\n")[0] for cell in line.cells[1:]]
        assert written == [sign_of_page(cell) for cell in row[1:]]


def sign_of_page(cell: html.HtmlElement) -> str:
    """The sign in a cell; empty where nothing is expected."""
    signs = cell.xpath(".//i")
    return signs[0].text if signs else ""


@pytest.mark.parametrize("period", ["2021Q4", "2025Q2"])
def test_the_slide_and_powerpoint_show_the_same_grid(period: str) -> None:
    _, review = page("review", period=period)
    _, *rows = shown(review.xpath("//table[@class='matrix']")[0])
    expected = [[row[0].text_content(), *map(sign_of_page, row[1:-1]), row[-1].text_content()] for row in rows]
    file = Presentation(io.BytesIO(respond("deck.pptx", {"page": "review", "lang": "vi", "period": period}).body))
    tables = [shape.table for slide in file.slides for shape in slide.shapes if shape.has_table]
    width = len(expected[0])
    matrix = next(
        table for table in tables if table.cell(0, 0).text == VI("slide.matrix_corner") and len(table.columns) == width
    )
    assert [[cell.text for cell in row.cells] for row in list(matrix.rows)[1:]] == expected


@pytest.mark.parametrize("asked", [{"sort": "behind", "status": "far_behind"}, {"sort": "name", "group": "4"}])
def test_a_narrowed_grid_stands_out_alike_on_the_page_and_in_the_file(asked: dict[str, str]) -> None:
    made, document = page("", period="2025Q2", **asked)
    lit = document.xpath("//table[contains(@class, 'grid')]//td/a[not(contains(@class, 'off'))]")
    drawn = made.charts["grid"]()
    faded = document.xpath("//table[contains(@class, 'grid')]//td/a[contains(@class, 'off')]")
    assert lit
    assert drawn.count(f"stroke='{LINE}'") == len(faded)


@pytest.mark.parametrize("unit", ["769", "785"])
def test_a_district_s_wards_are_the_same_on_the_page_and_in_the_file(unit: str) -> None:
    made, document = page("district", unit=unit, period="2021Q4")
    head, *rows = shown(document.xpath("//table[contains(@class, 'wards')]")[0])
    columns = [cell.text_content() for cell in head[1:]]
    file = told(made.charts["wards"]())
    assert list(file) == [row[0].text_content() for row in rows]
    for row in rows:
        expected = [cell_of_file(cell, column) for cell, column in zip(row[1:], columns, strict=True)]
        assert file[row[0].text_content()] == [cell for cell in expected if cell]


@pytest.mark.parametrize("period", QUARTERS)
def test_the_work_contents_are_the_same_on_the_page_and_in_the_file(period: str) -> None:
    made, document = page("tasks", period=period)
    head, *rows = shown(document.xpath("//table[contains(@class, 'works')]")[0])
    columns = [cell.text_content() for cell in head[1:]]
    file = told(made.charts["matrix"]())
    assert [re.sub(r"^\S+ ", "", name) for name in file] == [row[0].xpath(".//span")[0].text for row in rows]
    for row, cells in zip(rows, file.values(), strict=True):
        expected = [task_cell(cell, column) for cell, column in zip(row[1:], columns, strict=True)]
        assert cells == [cell for cell in expected if cell]


def task_cell(cell: html.HtmlElement, column: str) -> str | None:
    """What the file is to say of a cell of the page's work contents: percent and state, as its tooltip has them."""
    links = cell.xpath(".//a")
    if not links:
        return None
    state, _, percent = links[0].get("aria-label").splitlines()[1].partition(": ")
    return f"{column} {percent} {state}" if percent else f"{column} {state}"


@pytest.mark.parametrize("period", ["2021Q3", "2024Q4", "2025Q2"])
def test_the_calendar_of_reports_is_the_same_on_the_page_and_in_the_file(period: str) -> None:
    made, document = page("reports", period=period)
    head, *rows = shown(document.xpath("//table[@class='calendar']")[0])
    columns = [cell.xpath(".//a")[0].text for cell in head[1:-1]]
    file = told(made.charts["calendar"]())
    assert list(file) == [row[0].text_content() for row in rows]
    for row in rows:
        cells = zip(row[1:-1], columns, strict=True)
        expected = [f"{column} {report_text(cell)}" for cell, column in cells if cell.xpath(".//a")]
        assert file[row[0].text_content()] == expected


def report_text(cell: html.HtmlElement) -> str:
    """State and version in a cell of the page's calendar, without the sign."""
    link = cell.xpath(".//a")[0]
    state = (link.xpath("./i")[0].tail or "").strip()
    version = "".join(link.xpath("./small/text()"))
    return f"{state} {version}".strip()
