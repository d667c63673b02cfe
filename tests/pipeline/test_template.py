"""The empty form: prefilled, guarded, carrying last quarter's values, the same bytes each time."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.workbooks import B1, B2, B3, B4, B5, B6, B8, COVER, layout_of, plain_values, write_report
from warehouse.commands.common import UsageError
from warehouse.commands.reports import find_reporter
from warehouse.forms.layout import form_version
from warehouse.forms.reading.reader import read_report
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.intake import Intake
from warehouse.reference import Reference


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
    wards = [u.unit_code for u in reference.units if u.parent_code == "785" and u.valid_from < date(2024, 7, 1)]
    assert units == ["785", *sorted(wards), "total"]
    assert book[B1]["B7"].value == "Huyện Bình Chánh"
    assert book[B5].max_row == 6 + 16 * 7 + 1
    assert [row[2].value for row in book[B8].iter_rows(min_row=7, max_row=8)] == ["N01", "N02"]


def test_headers_are_vietnamese_above_a_row_of_codes(reference: Reference, tmp_path: Path) -> None:
    sheet = empty_form(tmp_path / "a.xlsx", reference)[B1]
    assert (sheet["C5"].value, sheet["C6"].value) == ("Số buổi trực tiếp", "sessions_direct")


def test_answers_are_drop_downs_and_numbers_are_bounded(reference: Reference, tmp_path: Path) -> None:
    book = empty_form(tmp_path / "a.xlsx", reference)
    answers = book[B2].data_validations.dataValidation[0]
    assert (answers.type, answers.formula1) == ("list", '"Có,Không,Không áp dụng"')
    counts = book[B1].data_validations.dataValidation[0]
    allowed = 'IF(ISNUMBER(C7),AND(C7>=0,C7<=5000,C7=INT(C7)),OR(C7="-",C7="–"))'
    assert (counts.type, counts.errorStyle or "stop", counts.formula1) == ("custom", "stop", allowed)
    assert "Đơn vị tính: buổi." in counts.prompt
    assert counts.error == "Số nguyên từ 0 đến 5000."
    decided = book[B3].data_validations.dataValidation[2]
    assert (decided.type, decided.prompt.split("\n")[1]) == (
        "date",
        "Ngày từ 01/01/1995 đến 30/06/2024, ghi theo ngày/tháng/năm.",
    )


def test_an_answer_list_too_long_for_a_rule_is_offered_from_hidden_cells(reference: Reference, tmp_path: Path) -> None:
    longer = tuple(
        replace(code, label_vi=f"{code.label_vi}, theo văn bản số {number} ngày 05/03/2021 của Ủy ban nhân dân")
        if code.list_code == "task_status"
        else code
        for number, code in enumerate(reference.codes)
    )
    other = replace(reference, codes=longer)
    path = write_report(tmp_path / "a.xlsx", other)
    book = openpyxl.load_workbook(path)
    offered = book[B8].data_validations.dataValidation[0].formula1
    cells = book[COVER][book.defined_names[offered].attr_text.split("!")[1]]
    assert [cell[0].value for cell in cells] == [code.label_vi for code in other.code_lists["task_status"]]
    assert book[COVER].column_dimensions[cells[0][0].column_letter].hidden
    reading = read_report(path.read_bytes(), other, date(2024, 7, 10))
    assert reading.problems == ()
    assert {row[4] for row in reading.rows["B8"]} == {"under_way"}


def test_only_the_cells_to_fill_can_be_typed_into(reference: Reference, tmp_path: Path) -> None:
    book = empty_form(tmp_path / "a.xlsx", reference, Content(previous={"B1": {("785", None): {"sessions_direct": 3}}}))
    unlocked = {cell.coordinate for row in book[B4].iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {f"{column}{row}" for column in "CEGI" for row in range(7, 7 + 17)}
    assert not [cell for row in book[COVER].iter_rows() for cell in row if not cell.protection.locked]
    assert book.security.lockStructure
    for sheet in book:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert not sheet.protection.formatColumns  # false: not protected against


def test_totals_stay_empty_until_something_is_filled(reference: Reference, tmp_path: Path) -> None:
    form = empty_form(tmp_path / "empty.xlsx", reference)
    assert (form[B1]["B24"].value, form[B1]["C24"].value) == ("Tổng cộng", '=IF(COUNT(C7:C23)=0,"",SUM(C7:C23))')
    assert form[B6].max_row == 7, "one row needs no total"
    filled = write_report(tmp_path / "filled.xlsx", reference, reporter="785")
    shown = [
        openpyxl.load_workbook(path, data_only=True)[B1]["C24"].value for path in (tmp_path / "empty.xlsx", filled)
    ]
    assert shown == [None, 17]


def test_the_cover_says_how_much_of_each_sheet_is_filled(reference: Reference, tmp_path: Path) -> None:
    path = write_report(tmp_path / "a.xlsx", reference, edits=None)
    cover = openpyxl.load_workbook(path, data_only=True)[COVER]
    counts = {row[1].value: row[3].value for row in cover.iter_rows() if str(row[3].value).startswith("đã điền ")}
    assert counts[B1] == "đã điền 110/110 ô"
    assert counts[B3] == "đã điền 2/4 ô"
    links = {cell.value: cell.hyperlink.location for row in cover.iter_rows() for cell in row if cell.hyperlink}
    assert links[B5] == f"'{B5}'!A1"


def test_sheets_print_on_a4_landscape_with_frozen_heads(reference: Reference, tmp_path: Path) -> None:
    longest = [replace(unit, name_vi=unit.name_vi + " & Thượng Nguyên" * 20) for unit in reference.units]
    sheet = empty_form(tmp_path / "a.xlsx", replace(reference, units=tuple(longest)))[B5]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.freeze_panes == "D7"
    assert "Huyện Bình Chánh && Thượng" in (sheet.oddFooter.left.text or "")


def test_the_same_content_gives_the_same_bytes(reference: Reference, tmp_path: Path) -> None:
    first = write_report(tmp_path / "a.xlsx", reference)
    second = write_report(tmp_path / "b.xlsx", reference)
    assert first.read_bytes() == second.read_bytes()


def test_last_quarters_values_stand_beside_and_are_never_read_back(
    intake: Intake, reference: Reference, tmp_path: Path
) -> None:
    layout = layout_of(reference, "785", "2024Q1")
    values = plain_values(layout)
    for number, sessions in enumerate((5, 7)):
        values["B1"][("785", None)]["sessions_direct"] = sessions
        path = tmp_path / f"{number}.xlsx"
        write_workbook(path, reference, layout, Content(values))
        assert intake.submissions.accept(path, by="tester").is_accepted
    previous = intake.forms.previous_values(layout.reporter, "2024Q2")
    assert previous["B1"][("785", None)]["sessions_direct"] == 7, "of the version that counts"
    book = empty_form(tmp_path / "form.xlsx", reference, Content(previous=previous))
    assert [book[B1][cell].value for cell in ("C6", "D5", "D6", "C7", "D7", "D24")] == [
        "sessions_direct",
        "Kỳ trước",
        "prev.sessions_direct",
        None,
        7,
        7 + 16,
    ]
    assert (book[B2]["C7"].value, book[B2]["D7"].value) == (None, "Không")
    reading = read_report((tmp_path / "form.xlsx").read_bytes(), reference, date(2024, 7, 10))
    assert {problem.rule_code for problem in reading.problems} == {"report_empty"}
    book[B1]["C8"] = 4
    book.save(tmp_path / "form.xlsx")
    reading = read_report((tmp_path / "form.xlsx").read_bytes(), reference, date(2024, 7, 10))
    assert reading.problems == ()
    assert [row[3:5] for row in reading.rows["B1"]] == [(4, None)]


def test_nothing_is_said_of_a_quarter_without_report_or_of_a_unit_that_changed(
    intake: Intake, reference: Reference, tmp_path: Path
) -> None:
    layout = layout_of(reference, "770", "2024Q4")
    write_workbook(tmp_path / "a.xlsx", reference, layout, Content(plain_values(layout)))
    assert intake.submissions.accept(tmp_path / "a.xlsx", by="tester").is_accepted
    assert intake.forms.previous_values(layout.reporter, "2021Q1") == {}
    assert intake.forms.previous_values(layout.reporter, "2024Q3") == {}
    merged = layout_of(reference, "770", "2025Q1")
    new = {unit.unit_code for unit in merged.sheets[0].units if unit.valid_from == date(2025, 1, 1)}
    assert new & {unit.unit_code for unit in layout.sheets[0].units}, "a ward that kept its code through a merger"
    beside = intake.forms.previous_values(layout.reporter, "2025Q1")
    assert not new & {unit for unit, _ in beside["B1"]}
    assert ("770", None) in beside["B1"]


def test_the_quarter_before_crosses_the_year(reference: Reference) -> None:
    assert [reference.period_before(code) for code in ("2025Q1", "2025Q3")] == ["2024Q4", "2025Q2"]
    assert reference.period_before("2021Q1") is None


@pytest.mark.parametrize("unit", ["26761", "Phường Cầu Kho", "Cầu Kho"])
def test_a_form_of_a_unit_that_was_merged_is_answered_with_the_unit_in_its_place(
    reference: Reference, unit: str
) -> None:
    with pytest.raises(UsageError) as refused:
        find_reporter(reference, unit, "2026Q3", "en")
    assert "“Phường Cầu Kho” (code 26761) ended on 01/07/2025; in its place: Phường Cầu Ông Lãnh (26758)" in str(
        refused.value
    )
