"""What a ward reported is shown cell by cell, and people-counts only to those entitled."""

import pytest
from sqlalchemy import Engine, event, text

from app.core.access import Right, Viewer, protect_cells
from app.core.i18n import words_in
from app.core.reader import Reader
from app.pages.registry import page_of
from app.queries import fetch
from app.queries.ward import reported_cells
from app.records.ward import ReportedCell
from app.web.page_renderer import draw
from warehouse.publish.engines import Published
from warehouse.reference import Reference

WARD, PERIOD = "26734", "2021Q4"


def cell(value: float | None = 2.0, *, is_sensitive: bool = True) -> ReportedCell:
    """A cell of a form."""
    numbers = (value, None, 1, is_sensitive)
    return ReportedCell("B", "B", "B", 1, "m", "m", "m", "u", "u", "count", None, "total", *numbers)


def test_every_people_count_of_a_ward_is_hidden_zeros_too(uncleared: Viewer) -> None:
    seen = protect_cells(uncleared, [cell(is_sensitive=False), cell(), cell(0.0), cell(90.0)])
    assert [(one.value, one.is_hidden) for one in seen] == [(2.0, False), (None, True), (None, True), (None, True)]


def test_whoever_has_the_right_sees_every_cell(cleared: Viewer) -> None:
    cells = [cell(is_sensitive=False), cell()]
    assert protect_cells(cleared, cells) == cells


def test_the_cells_are_those_of_the_mart(warehouse: Published, cleared: Viewer, published_engine: Engine) -> None:
    sql = text(
        "select form_code, measure_code, category_code, measure_value from marts.fct_measure "
        "where unit_code = :unit and period_code = :period and measure_value is not null"
    )
    with published_engine.connect() as connection:
        wanted = {tuple(row) for row in connection.execute(sql, {"unit": WARD, "period": PERIOD})}
    shown = reported_cells(Reader(cleared, warehouse), WARD, PERIOD)
    assert wanted
    found = {(one.form_code, one.measure_code, one.category_code, one.value) for one in shown if one.value is not None}
    assert found == wanted


def test_an_empty_cell_is_shown_as_empty_and_a_silent_ward_has_no_cells(warehouse: Published, cleared: Viewer) -> None:
    assert reported_cells(Reader(cleared, warehouse), WARD, "2025Q4") == []
    assert reported_cells(Reader(cleared, warehouse), "79", PERIOD) != []


def test_one_ward_after_another_reads_its_own_rows_alone(warehouse: Published, cleared: Viewer) -> None:
    """Which cells the forms have is found among the rows of all wards of the period: in a nation, of 3,321 communes."""
    reader, read = Reader(cleared, warehouse), []
    # Another test may have read the second ward.
    fetch._fetched.cache_clear()
    reported_cells(reader, WARD, PERIOD)

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        read.append(statement)

    event.listen(warehouse.engine, "before_cursor_execute", note)
    try:
        assert reported_cells(reader, "26740", PERIOD) != []
    finally:
        event.remove(warehouse.engine, "before_cursor_execute", note)
    assert read != []
    assert [
        statement for statement in read if "f.unit_code = '26740'" not in statement or "unit_level" in statement
    ] == []


@pytest.mark.language("en")
@pytest.mark.usefixtures("sample")
def test_without_the_right_neither_page_nor_file_has_a_people_count(uncleared: Viewer, reference: Reference) -> None:
    state = {"unit": WARD, "period": PERIOD, "lang": "en"}
    _, page = page_of("ward", state, uncleared)
    sheet = page.tables["cells"]()
    names = {column.header_en: column.is_sensitive for column in reference.form_columns}
    numbers = {row[1]: row[4] for row in sheet.rows if row[0] == "B7"}
    assert {name for name, number in numbers.items() if number is None} == {name for name in numbers if names[name]}
    assert numbers["Pilot models operating"] is not None
    html = draw("ward", state, uncleared).html
    assert words_in("en")("ward.forms_hidden") in html
    assert Right.SMALL_COUNTS not in uncleared.rights
