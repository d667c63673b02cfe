"""A table that leaves the app is the table on the page: same figures, said what they are, safe to open."""

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping

import openpyxl
import pytest
from markupsafe import Markup
from sqlalchemy import text

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.core.page_context import Context, Page
from app.core.reader import Reader
from app.core.sheet import Column, Sheet
from app.exports.csv import csv_bytes
from app.pages.shared.files import figure_sheet
from app.queries import progress
from app.queries.plan import publication
from app.web import page_renderer
from tests.answered import respond
from warehouse.publish.csv_injection import defused
from warehouse.publish.engines import Published
from warehouse.publish.version_name import version_moment

HOSTILE = ["=1+1", "+84", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1"]
ASKED = {"page": "", "table": "cells", "period": "2021Q4", "window": "ytd"}
COLUMNS = ("interval_low", "interval_high", "rank", "rank_of")
OF_THU_DUC = """select ci_low_pct, ci_high_pct, rank, rank_of from marts.fct_target_progress
    where target_code = 'T09' and unit_code = '769' and period_code = '2021Q4' and period_window = 'ytd'"""


def figures(context: Context) -> Sheet:
    """Every district's and the city's figures, as a page would offer them."""
    rows = [
        row
        for level in ("city", "district")
        for row in progress.level_progress(context.reader, level, context.state.period, context.state.window)
    ]
    units = {unit.unit_code: unit for unit in context.districts} | {context.city.unit_code: context.city}
    return figure_sheet(context, "Ô & số", rows, units)


def hostile(context: Context) -> Sheet:
    """What a district could have written to run on somebody else's machine."""
    columns = (Column("=cmd"), Column("n", "count"), Column("d", "date"), Column("m", "moment"), Column("p", "percent"))
    values = (None, dt.date(2021, 12, 31), dt.datetime(2021, 12, 31, 8, 5), -12.5)
    return Sheet("x", columns, tuple((sign, *values) for sign in HOSTILE))


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch, sample: None) -> None:
    """The overview offers two tables."""

    def view(context: Context) -> Page:
        tables = {"cells": lambda: figures(context), "questions": lambda: hostile(context)}
        return Page("x", (Markup("<h1>x</h1>"),), tables)

    monkeypatch.setitem(page_renderer.PAGES, "", view)


def lines(lang: str, **changes: str) -> list[list[str]]:
    """The table as a program would read the CSV."""
    answer = respond("table.csv", ASKED | {"lang": lang} | changes)
    assert answer.status_code == 200
    content = bytes(answer.body).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=";" if lang == "vi" else ","))


def workbook(lang: str, **changes: str) -> openpyxl.Workbook:
    """The table as Excel would read the workbook."""
    return openpyxl.load_workbook(io.BytesIO(bytes(respond("table.xlsx", ASKED | {"lang": lang} | changes).body)))


def mart(warehouse: Published) -> Mapping[tuple[str, str], tuple[float | None, float | None]]:
    """Numerators and values of the year 2021 as the mart has them, by unit and target."""
    sql = """select unit_code, target_code, numerator, value_pct from marts.fct_target_progress
             where period_code = '2021Q4' and period_window = 'ytd' and unit_level <> 'ward'"""
    with warehouse.engine.connect() as connection:
        return {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(text(sql))}


@pytest.mark.parametrize(("lang", "decimal"), [("vi", ","), ("en", ".")])
def test_the_csv_has_every_figure_of_the_mart_unrounded_and_nothing_where_nothing_is(
    lang: str, decimal: str, warehouse: Published
) -> None:
    header, *rows = lines(lang)
    say, known = words_in(lang), mart(warehouse)
    unit, target = header.index(say("sheet.unit_code")), header.index(say("sheet.target_code"))
    part, value = header.index(say("figures.numerator")), header.index(say("figures.value"))

    def number(cell: str) -> float | None:
        return float(cell.replace(decimal, ".")) if cell else None

    assert {(row[unit], row[target]): (number(row[part]), number(row[value])) for row in rows} == dict(known)
    assert any(row[value] == "" for row in rows)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_excel_gets_real_numbers_equal_to_the_mart_and_empty_cells_for_missing_ones(
    lang: str, warehouse: Published
) -> None:
    book = workbook(lang)
    built_at = publication(Reader(BUILT_IN_VIEWER, warehouse)).built_at
    assert book.properties.created == built_at - dt.timedelta(hours=7), "in UTC"
    sheet = book.worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    say, known = words_in(lang), mart(warehouse)
    places = [header.index(say(key)) for key in ("sheet.unit_code", "sheet.target_code", "figures.numerator")]
    places.append(header.index(say("figures.value")))
    read = {(row[places[0]], row[places[1]]): (row[places[2]], row[places[3]]) for row in rows}
    assert read.keys() == known.keys()
    for cell, (part, value) in known.items():
        assert read[cell] == (part, pytest.approx(value, rel=1e-14) if value is not None else None)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_row_says_its_period_version_and_that_it_is_a_sample(lang: str, warehouse: Published) -> None:
    say = words_in(lang)
    for row in lines(lang)[1:]:
        assert row[-4:] == ["2021Q4", say("window.ytd"), version_moment(warehouse.version), say("files.sample")]
    for row in list(workbook(lang).worksheets[0].iter_rows(values_only=True))[1:]:
        assert list(row[-4:]) == ["2021Q4", say("window.ytd"), version_moment(warehouse.version), say("files.sample")]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_workbooks_legend_says_what_every_column_means_and_where_the_figures_come_from(
    lang: str, warehouse: Published
) -> None:
    book, say = workbook(lang), words_in(lang)
    legend = dict(row[:2] for row in book.worksheets[1].iter_rows(values_only=True) if row[0])
    header = next(book.worksheets[0].iter_rows(values_only=True))
    assert all(legend[heading] for heading in header)
    assert legend[say("files.version")]
    assert legend[say("files.licence")] == say("files.licence_sample")
    assert say("files.sample") in json.dumps(list(legend.values()), ensure_ascii=False)
    assert "2021" in legend[say("files.plan")]
    assert legend[say("files.address")] == f"/?period=2021Q4&window=ytd&lang={lang}"
    assert say("files.definition") not in legend
    # Of several targets each is described below the columns.
    assert legend["T09"].startswith(("Cán bộ", "Ward officers"))
    assert "B4" in legend["T09"]


@pytest.mark.parametrize(("lang", "defined"), [("vi", "Cán bộ"), ("en", "fficers")])
def test_the_workbook_behind_a_picture_defines_its_target_and_says_where_it_is_from(
    lang: str, defined: str, monkeypatch: pytest.MonkeyPatch, warehouse: Published
) -> None:
    monkeypatch.setenv("KPI_APP_URL", "https://kehoach.example.vn")
    say = words_in(lang)
    unit = {"target": "T09", "unit": "769"}
    asked = {"page": "target", "table": "figures", "period": "2021Q4", "lang": lang, **unit}
    book = openpyxl.load_workbook(io.BytesIO(bytes(respond("table.xlsx", asked).body)))
    legend = dict(row[:2] for row in book.worksheets[1].iter_rows(values_only=True) if row[0])
    assert legend[say("files.definition")].startswith("T09 ")
    assert defined in legend[say("files.definition")]
    assert legend[say("files.formula")].count(": ") == 2
    assert "B4" in legend[say("files.source")]
    assert legend[say("files.chosen")].startswith(say("files.chosen_unit"))
    assert legend[say("files.address")].startswith(
        "https://kehoach.example.vn/target?target=T09&unit=769&period=2021Q4"
    )
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    row = dict(zip(header, next(row for row in rows if row[0] == "769"), strict=True))
    with warehouse.engine.connect() as connection:
        published = connection.execute(text(OF_THU_DUC)).one()
    assert tuple(row[say(f"sheet.{column}")] for column in COLUMNS) == tuple(published)
    assert None not in published


def test_excel_opens_the_csv_in_the_readers_language_at_a_double_click() -> None:
    assert bytes(respond("table.csv", ASKED).body).startswith(b"\xef\xbb\xbf")
    assert csv_bytes(Sheet("x", (Column("a"), Column("b", "percent")), (("x", 1.5),)), "vi").endswith(b"x;1,5\r\n")
    assert csv_bytes(Sheet("x", (Column("a"), Column("b", "percent")), (("x", 1.5),)), "en").endswith(b"x,1.5\r\n")


def test_a_text_that_looks_like_a_formula_is_never_run() -> None:
    header, *rows = lines("en", table="questions")
    assert header[0] == "'=cmd"
    assert [row[0] for row in rows] == [f"'{sign}" for sign in HOSTILE]
    assert {tuple(row[1:5]) for row in rows} == {("", "2021-12-31", "2021-12-31 08:05:00", "-12.5")}
    cells = [row[0] for row in workbook("en", table="questions").worksheets[0].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x;=cmd|' /C calc'!A0;y", "x;'=cmd|' /C calc'!A0;y"),
        ("x,\t=1", "x,\t'=1"),
        ("x\n@SUM(A1)", "x\n'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("15/QĐ-UBND, 12-3; a = b", "15/QĐ-UBND, 12-3; a = b"),
    ],
)
def test_a_formula_inside_a_text_is_not_run_where_another_separator_is_used(text: str, written: str) -> None:
    assert defused(text) == written


def test_dates_are_dates_in_excel() -> None:
    row = next(workbook("vi", table="questions").worksheets[0].iter_rows(min_row=2))
    assert row[2].value == dt.datetime(2021, 12, 31)
    assert row[2].number_format == "dd/mm/yyyy"
    assert row[1].value is None


@pytest.mark.parametrize(
    ("lang", "name"),
    [
        ("vi", "tong-quan-o-bao-cao-quy-iv-2021-luy-ke-nam-minh-hoa.csv"),
        ("en", "overview-cells-q4-2021-year-to-date-sample.csv"),
    ],
)
def test_the_file_is_named_after_page_and_period_in_plain_letters(lang: str, name: str) -> None:
    answer = respond("table.csv", ASKED | {"lang": lang})
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"


def test_a_table_that_the_page_does_not_have_is_not_found() -> None:
    assert respond("table.csv", ASKED | {"table": "secrets"}).status_code == 404
    assert respond("table.xlsx", {"page": "nowhere", "table": "cells"}).status_code == 404
