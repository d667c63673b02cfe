"""The empty form: prefilled, guarded, carrying last quarter's totals, the same bytes each time."""

from pathlib import Path

import openpyxl

from tests.workbooks import B1, B2, B5, B8, COVER, layout_of, plain_values, write_report
from warehouse.forms.layout import form_version
from warehouse.forms.template import Content, previous_period_code, write_workbook
from warehouse.reference import Reference
from warehouse.submit import Door


def empty_form(path: Path, reference: Reference, content: Content | None = None) -> openpyxl.Workbook:
    write_workbook(path, reference, layout_of(reference, "785", "2024Q2"), content or Content())
    return openpyxl.load_workbook(path)


def test_the_cover_says_who_when_until_when_and_on_which_form(reference: Reference, tmp_path: Path) -> None:
    sheet = empty_form(tmp_path / "a.xlsx", reference)[COVER]
    cover = {sheet.cell(row, 1).value: sheet.cell(row, 3).value for row in range(4, 10)}
    assert cover == {
        "form_version": form_version(reference),
        "reporter_code": "785",
        "reporter_name": "Huyện Bình Chánh",
        "period_code": "2024Q2",
        "due_date": "15/07/2024",
        "data_label": None,
    }


def test_every_unit_that_reports_in_the_quarter_has_its_row(reference: Reference, tmp_path: Path) -> None:
    book = empty_form(tmp_path / "a.xlsx", reference)
    units = [row[0].value for row in book[B1].iter_rows(min_row=7)]
    assert units == ["785", *sorted(unit.unit_code for unit in reference.units if unit.parent_code == "785")]
    assert book[B1]["B7"].value == "Huyện Bình Chánh"
    assert book[B5].max_row == 6 + 16 * 7
    assert [row[2].value for row in book[B8].iter_rows(min_row=7, max_row=8)] == ["N01", "N02"]


def test_headers_are_vietnamese_above_a_row_of_codes(reference: Reference, tmp_path: Path) -> None:
    sheet = empty_form(tmp_path / "a.xlsx", reference)[B1]
    assert (sheet["C5"].value, sheet["C6"].value) == ("Số buổi trực tiếp", "sessions_direct")


def test_answers_are_drop_downs_and_numbers_are_bounded(reference: Reference, tmp_path: Path) -> None:
    book = empty_form(tmp_path / "a.xlsx", reference)
    answers = book[B2].data_validations.dataValidation[0]
    assert (answers.type, answers.formula1) == ("list", '"Có,Không,Không áp dụng"')
    counts = book[B1].data_validations.dataValidation[0]
    assert (counts.type, counts.formula1, counts.formula2) == ("whole", "0", "5000")


def test_sheets_print_on_a4_landscape_with_frozen_heads(reference: Reference, tmp_path: Path) -> None:
    sheet = empty_form(tmp_path / "a.xlsx", reference)[B5]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.freeze_panes == "D7"


def test_the_same_content_gives_the_same_bytes(reference: Reference, tmp_path: Path) -> None:
    first = write_report(tmp_path / "a.xlsx", reference)
    second = write_report(tmp_path / "b.xlsx", reference)
    assert first.read_bytes() == second.read_bytes()


def test_last_quarters_totals_come_from_the_report_that_counts(
    door: Door, reference: Reference, tmp_path: Path
) -> None:
    layout = layout_of(reference, "785", "2024Q1")
    values = plain_values(layout)
    for number, sessions in enumerate((5, 7)):
        values["B1"][("785", None)]["sessions_direct"] = sessions
        path = tmp_path / f"{number}.xlsx"
        write_workbook(path, reference, layout, Content(values))
        assert door.accept(path, by="tester").is_accepted
    reporter = layout.reporter
    totals = door.previous_totals(reporter, "2024Q2")
    assert totals["B1"]["sessions_direct"] == 7 + 16
    sheet = empty_form(tmp_path / "form.xlsx", reference, Content(previous=totals))[B1]
    assert (sheet["A4"].value, sheet["C4"].value) == ("Tổng kỳ trước (2024Q1)", 23)
    assert door.previous_totals(reporter, "2021Q1") == {}


def test_the_quarter_before_crosses_the_year() -> None:
    assert (previous_period_code("2025Q1"), previous_period_code("2025Q3")) == ("2024Q4", "2025Q2")
