"""Workbooks as districts really send them: read where there is one way to read them, refused with a hint elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.files_of_kinds import parts_of, zip_of
from tests.legacy import in_tcvn3, in_vni
from tests.workbooks import B1, B2, B3, B4, B5, B7, B8, COVER, edit, layout_of, plain_values, write_report
from warehouse.forms.reading.reader import Reading, read_landed, read_report
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.reference import Reference

DAY = date(2024, 7, 10)
Change = Callable[[openpyxl.Workbook], None]


@pytest.fixture
def plain(tmp_path: Path, reference: Reference) -> Path:
    return write_report(tmp_path / "a.xlsx", reference)


def changed(path: Path, change: Change) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def read(path: Path, reference: Reference) -> Reading:
    """The reading; when it may land, the landed original gives the very same rows."""
    reading = read_report(path.read_bytes(), reference, DAY)
    if not reading.problems:
        assert read_landed(path, reference) == reading.rows
    return reading


def told(reading: Reading) -> dict[str, str]:
    return {remark.rule_code: remark.severity for remark in reading.remarks}


def refused(reading: Reading) -> set[tuple[str, str | None, str | None]]:
    return {(problem.rule_code, problem.sheet, problem.cell) for problem in reading.problems}


def row_of(reading: Reading, form: str, number: int) -> tuple[Any, ...]:
    return next(row for row in reading.rows[form] if row[0] == number)


def test_a_plain_report_is_read_without_a_remark(plain: Path, reference: Reference) -> None:
    reading = read(plain, reference)
    assert (reading.problems, reading.remarks) == ((), ())


def test_text_numbers_dates_marks_and_dashes_are_read_and_each_kind_is_told_once(
    plain: Path, reference: Reference
) -> None:
    edits: dict[tuple[str, str], Any] = {
        (B1, "C8"): "1.250",
        (B1, "D8"): "12 buổi",
        (B1, "E8"): "–",
        (B1, "F8"): "-",
        (B2, "C8"): "x",
        (B2, "D8"): True,
        (B3, "C7"): "✓",
        (B3, "D7"): "12/QĐ-UBND",
        (B3, "E7"): "05/03/2024",
        (B8, "F7"): "85,5 %",
    }
    reading = read(edit(plain, edits), reference)
    assert reading.problems == ()
    assert row_of(reading, "B1", 8)[3:7] == (1250, 12, None, None)
    assert row_of(reading, "B2", 8)[3:5] == ("yes", "yes")
    assert row_of(reading, "B3", 7)[3:6] == ("yes", "12/QĐ-UBND", date(2024, 3, 5))
    assert row_of(reading, "B8", 7)[5] == 85.5
    remarks = {(remark.rule_code, remark.sheet): remark for remark in reading.remarks}
    assert set(remarks) == {
        ("number_spelt", B1),
        ("dash_is_missing", B1),
        ("answer_spelt", B2),
        ("answer_spelt", B3),
        ("date_spelt", B3),
        ("number_spelt", B8),
    }
    dashes = remarks["dash_is_missing", B1]
    assert (dashes.cell, dashes.params["count"]) == ("E8", "2")
    assert "0" in dashes.mend("vi")


def test_a_remark_on_a_number_that_is_refused_names_its_own_cell(plain: Path, reference: Reference) -> None:
    reading = read(edit(plain, {(B4, "C8"): "1.250"}), reference)
    assert refused(reading) == {("above_bound", B4, "C8")}
    assert [(remark.rule_code, remark.cell) for remark in reading.remarks] == [("number_spelt", "C8")]


def test_a_row_of_dashes_is_a_unit_that_has_not_reported(plain: Path, reference: Reference) -> None:
    reading = read(edit(plain, {(B4, f"{column}8"): "-" for column in "CDEF"}), reference)
    assert reading.problems == ()
    assert 8 not in {row[0] for row in reading.rows["B4"]}


def test_a_dash_does_not_answer_what_must_be_answered(plain: Path, reference: Reference) -> None:
    assert ("required_cell", B8, "E7") in refused(read(edit(plain, {(B8, "E7"): "-"}), reference))


def insert_ordinals(sheet: Worksheet) -> None:
    sheet.insert_cols(1)
    sheet["A5"] = "STT"
    for row in range(7, 18):
        sheet.cell(row, 1).value = row - 6


def test_a_column_that_numbers_the_rows_and_an_empty_one_are_passed_over(plain: Path, reference: Reference) -> None:
    def change(book: openpyxl.Workbook) -> None:
        insert_ordinals(book[B4])
        book[B4].insert_cols(5)

    reading = read(changed(plain, change), reference)
    assert (reading.problems, reading.remarks) == ((), ())
    assert reading.positions["B4"]["unit_code"] == 1
    assert row_of(reading, "B4", 7)[3:] == (1, 1, 1, 1)


def test_a_column_that_says_more_than_a_number_is_no_numbering(plain: Path, reference: Reference) -> None:
    def change(book: openpyxl.Workbook) -> None:
        insert_ordinals(book[B4])
        book[B4]["A9"] = "gửi trễ"

    assert ("unknown_column", B4, "A5") in refused(read(changed(plain, change), reference))


def test_without_the_row_of_codes_all_headers_together_name_the_columns(plain: Path, reference: Reference) -> None:
    reading = read(changed(plain, lambda book: book[B4].delete_rows(6)), reference)
    assert reading.problems == ()
    assert told(reading) == {"columns_by_headers": "remark"}
    assert row_of(reading, "B4", 6)[1:] == ("760", date(2021, 1, 1), 1, 1, 1, 1)


@pytest.mark.parametrize("encode", [in_tcvn3, in_vni])
def test_headers_in_an_old_encoding_name_the_columns_when_all_of_them_do(
    plain: Path, reference: Reference, encode: Callable[[str], str]
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[B4].delete_rows(6)
        for cell in book[B4][5]:
            cell.value = encode(str(cell.value))

    reading = read(changed(plain, change), reference)
    assert reading.problems == ()
    assert row_of(reading, "B4", 6)[3:] == (1, 1, 1, 1)


def test_last_quarters_columns_are_passed_over_with_and_without_the_row_of_codes(
    tmp_path: Path, reference: Reference
) -> None:
    layout = layout_of(reference, "760", "2024Q2")
    values = plain_values(layout)
    path = tmp_path / "a.xlsx"
    write_workbook(path, reference, layout, Content(values, previous=values))
    with_codes = read(path, reference)
    without = read(changed(path, lambda book: book[B4].delete_rows(6)), reference)
    assert (with_codes.problems, with_codes.remarks, without.problems) == ((), (), ())
    assert [row[1:] for row in without.rows["B4"]] == [row[1:] for row in with_codes.rows["B4"]]


@pytest.mark.parametrize("header", ["Số cán bộ", "", "Số tình nguyện viên"])
def test_without_codes_one_header_that_is_not_certain_refuses_the_sheet(
    plain: Path, reference: Reference, header: str
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[B4].delete_rows(6)
        book[B4]["C5"] = header

    assert ("code_row_missing", B4, None) in refused(read(changed(plain, change), reference))


def test_headers_merged_over_two_rows_are_headers_still(plain: Path, reference: Reference) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book[B4]
        for column in range(1, 7):
            sheet.cell(6, column).value = None
            sheet.merge_cells(start_row=5, end_row=6, start_column=column, end_column=column)

    reading = read(changed(plain, change), reference)
    assert reading.problems == ()
    assert len(reading.rows["B4"]) == 11


def test_cells_merged_beyond_the_table_say_nothing(plain: Path, reference: Reference) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for sheet in book:
            for area in ("M1:P3", "AA90:AC95", "A200:L202"):
                sheet.merge_cells(area)
        book[B4].merge_cells("A3:ZZ3")

    reading = read(changed(plain, change), reference)
    assert (reading.problems, reading.remarks) == ((), ())


def test_a_unit_in_a_merged_cell_stands_for_the_rows_that_the_cell_covers(plain: Path, reference: Reference) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for column in "AB":
            for row in range(8, 14):
                book[B5][f"{column}{row}"] = None
            book[B5].merge_cells(f"{column}7:{column}13")

    reading = read(changed(plain, change), reference)
    assert reading.problems == ()
    assert told(reading) == {"merged_repeated": "remark"}
    assert {row[1] for row in reading.rows["B5"] if row[0] <= 13} == {"26734"}


def test_a_unit_is_not_carried_down_where_no_merged_cell_says_so(plain: Path, reference: Reference) -> None:
    edits = {(B5, f"{column}{row}"): None for column in "AB" for row in range(8, 14)}
    assert ("row_without_unit", B5, "A8") in refused(read(edit(plain, edits), reference))


def test_a_figure_in_a_cell_merged_over_two_units_belongs_to_neither(plain: Path, reference: Reference) -> None:
    reading = read(changed(plain, lambda book: book[B4].merge_cells("C8:C9")), reference)
    assert refused(reading) == {("merged_cell", B4, "C8")}


def with_total(sheet: Worksheet, row: int, key: str, sums: dict[str, Any], place: str = "A") -> None:
    for column in "ABCDEF":
        sheet[f"{column}{row}"] = None
    sheet[f"{place}{row}"] = key
    for column, value in sums.items():
        sheet[f"{column}{row}"] = value


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("Tổng cộng", "A"),
        ("TỔNG CỘNG", "B"),
        ("Tổng", "A"),
        ("Cộng:", "B"),
        ("Toàn quận", "A"),
        ("Tổng cộng Quận 1", "A"),
        ("Total", "B"),
        ("total", "A"),
    ],
)
def test_a_row_of_totals_that_is_right_is_passed_over(plain: Path, reference: Reference, key: str, place: str) -> None:
    path = changed(plain, lambda book: with_total(book[B4], 18, key, {"C": 11, "D": "11 người", "E": ""}, place))
    reading = read(path, reference)
    assert reading.problems == ()
    assert not [remark for remark in reading.remarks if remark.severity == "confirm"]
    assert len(reading.rows["B4"]) == 11


def test_a_row_with_the_code_of_a_unit_is_never_passed_over_as_a_total(plain: Path, reference: Reference) -> None:
    reading = read(edit(plain, {(B4, "A8"): " 26734", (B4, "B8"): "Tổng cộng"}), reference)
    assert refused(reading) == {("unit_names_differ", B4, "B8")}


def test_a_total_that_is_not_the_sum_must_be_confirmed_and_both_are_named(plain: Path, reference: Reference) -> None:
    reading = read(changed(plain, lambda book: with_total(book[B4], 18, "Tổng cộng", {"C": 12, "D": 11})), reference)
    assert reading.problems == ()
    (remark,) = reading.remarks
    assert (remark.rule_code, remark.severity, remark.sheet, remark.cell) == ("total_differs", "confirm", B4, "C18")
    assert (remark.params["given"], remark.params["computed"]) == ("12", "11")


def test_subtotals_of_wards_are_held_against_the_rows_above_them(plain: Path, reference: Reference) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[B5].insert_rows(14)
        with_total(book[B5], 14, "Cộng Phường Tân Định", {"D": 7}, "B")
        book[B5].insert_rows(22)
        with_total(book[B5], 22, "Cộng", {"D": 8}, "B")

    reading = read(changed(plain, change), reference)
    assert reading.problems == ()
    assert [(remark.rule_code, remark.cell) for remark in reading.remarks] == [("total_differs", "D22")]


def test_a_sheet_is_found_by_any_certain_way_to_write_its_name(plain: Path, reference: Reference) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for old, new in ((B1, "b1"), (B2, "B2 long ghep "), (B3, "B03"), (B5, "Kiểm tra"), (COVER, "trang bia")):
            book[old].title = new

    reading = read(changed(plain, change), reference)
    assert reading.problems == ()
    assert told(reading) == {"sheet_renamed": "remark"}
    assert reading.sheet_names["B1"] == "b1"


@pytest.mark.parametrize("name", ["B1 (2)", "B9", "Truyền", "B1 nháp"])
def test_a_sheet_whose_name_may_mean_something_else_is_not_taken(plain: Path, reference: Reference, name: str) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[B1].title = name

    assert refused(read(changed(plain, change), reference)) >= {("sheet_missing", B1, None)}


def test_two_sheets_for_one_form_are_refused(plain: Path, reference: Reference) -> None:
    reading = read(changed(plain, lambda book: setattr(book.copy_worksheet(book[B3]), "title", "B3")), reference)
    assert {problem.rule_code for problem in reading.problems} == {"sheet_unclear", "sheet_missing"}


def test_hidden_forms_are_read_and_asked_about_and_other_hidden_sheets_are_refused(
    plain: Path, reference: Reference
) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book[B7].sheet_state = "hidden"
        book.create_sheet("Sheet2").sheet_state = "hidden"

    reading = read(changed(plain, hide), reference)
    assert (reading.problems, told(reading)) == ((), {"sheet_hidden": "confirm"})

    def fill(book: openpyxl.Workbook) -> None:
        book["Sheet2"]["A1"] = "số liệu cũ"

    assert refused(read(changed(plain, fill), reference)) == {("sheet_hidden_unknown", "Sheet2", None)}


def test_a_formula_saved_without_its_result_is_not_taken_for_missing(plain: Path, reference: Reference) -> None:
    reading = read(edit(plain, {(B4, "C8"): "=1+1"}), reference)
    assert refused(reading) == {("formula_not_computed", B4, "C8")}


@pytest.mark.parametrize(("sheet", "cell"), [(B1, "C8"), (B8, "F7")])
def test_a_number_typed_with_a_percent_sign_is_not_read_as_its_hundredth(
    plain: Path, reference: Reference, sheet: str, cell: str
) -> None:
    def type_with_sign(book: openpyxl.Workbook) -> None:
        # What Excel keeps of "100%".
        book[sheet][cell] = 1
        book[sheet][cell].number_format = "0%"

    (problem,) = read(changed(plain, type_with_sign), reference).problems
    assert (problem.rule_code, problem.sheet, problem.cell) == ("number_as_percent", sheet, cell)
    assert problem.value == "100%"


def test_a_zero_and_a_word_in_a_cell_formatted_as_percent_are_certain(plain: Path, reference: Reference) -> None:
    def format_as_percent(book: openpyxl.Workbook) -> None:
        for sheet, cell, value in ((B1, "C8", 0), (B8, "F7", 0), (B8, "H7", "đang làm")):
            book[sheet][cell] = value
            book[sheet][cell].number_format = "0%"

    assert refused(read(changed(plain, format_as_percent), reference)) == set()


def test_figures_that_were_added_up_in_a_workbook_of_one_s_own_are_read(plain: Path, reference: Reference) -> None:
    link = {"xl/externalLinks/externalLink1.xml": b'<l><cell r="A1"><v>12</v></cell></l>'}
    plain.write_bytes(zip_of(parts_of(plain.read_bytes()) | link))
    assert refused(read(plain, reference)) == set()


@pytest.mark.parametrize(
    "quarter", ["2024Q2", "2024q2", "Quý II/2024", "Quý 2 năm 2024", "Q2/2024", "quý ii - 2024", "QUY II NAM 2024"]
)
def test_the_quarter_is_read_as_people_write_it(plain: Path, reference: Reference, quarter: str) -> None:
    reading = read(edit(plain, {(COVER, "C7"): quarter}), reference)
    assert reading.period is not None
    assert (reading.problems, reading.period.period_code) == ((), "2024Q2")


@pytest.mark.parametrize("quarter", ["II/2024", "Quý II", "Quý V/2024", "2/2024", "Quý 2/24", datetime(2024, 4, 1)])
def test_a_quarter_that_is_not_certain_is_refused(plain: Path, reference: Reference, quarter: Any) -> None:
    assert ("cover_period", COVER, "C7") in refused(read(edit(plain, {(COVER, "C7"): quarter}), reference))


@pytest.mark.parametrize("code", [760, 760.0, "760.0", " 760 ", "0760", "7\u200b60"])
def test_a_units_code_is_the_same_however_the_cell_is_formatted(plain: Path, reference: Reference, code: Any) -> None:
    reading = read(edit(plain, {(COVER, "C5"): code, (B4, "A7"): code, (B4, "A8"): "26 734"}), reference)
    assert reading.problems == ()
    assert [row[1] for row in reading.rows["B4"][:2]] == ["760", "26734"]


@pytest.mark.parametrize("code", ["N01 ", "n01", "\u00a0N01"])
def test_a_tasks_code_is_the_same_however_it_is_typed(plain: Path, reference: Reference, code: str) -> None:
    expected = read(plain, reference).rows["B8"]
    reading = read(edit(plain, {(B8, "C7"): code}), reference)
    assert (reading.problems, reading.rows["B8"]) == ((), expected)


def test_cover_fields_are_found_where_they_were_moved_or_by_their_labels(plain: Path, reference: Reference) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book[COVER]
        sheet.insert_rows(1, 2)
        sheet.insert_cols(1)
        for row in range(1, 14):
            sheet.cell(row, 2).value = None  # the codes; labels stand beside
        sheet["E8"], sheet["D8"] = sheet["D8"].value, None
        sheet.merge_cells("C8:D8")

    reading = read(changed(plain, change), reference)
    assert reading.problems == ()
    assert reading.reporter is not None
    assert reading.reporter.unit_code == "760"


def test_a_unit_whose_name_is_longer_than_messages_quote_is_known_by_it(tmp_path: Path, reference: Reference) -> None:
    name = "Quận Một và các vùng phụ cận ở phía bắc của sông Sài Gòn, kể cả phần đất của các quận cũ"
    units = tuple(replace(unit, name_vi=name) if unit.unit_code == "760" else unit for unit in reference.units)
    renamed = replace(reference, units=units)
    reading = read(write_report(tmp_path / "a.xlsx", renamed), renamed)
    assert (reading.problems, reading.remarks) == ((), ())
    assert reading.reporter is not None
    assert reading.reporter.name_vi == name


def test_a_cover_field_that_stands_twice_is_refused(plain: Path, reference: Reference) -> None:
    reading = read(edit(plain, {(COVER, "A40"): "period_code", (COVER, "B40"): "2024Q1"}), reference)
    assert ("cover_field_twice", COVER, "B40") in refused(reading)


@pytest.mark.parametrize("encode", [in_tcvn3, in_vni])
def test_a_sheet_typed_in_an_old_encoding_is_read_when_every_word_of_a_column_becomes_certain(
    plain: Path, reference: Reference, encode: Callable[[str], str]
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for sheet in (book[B4], book[B2], book[B5], book[B8]):
            for row in sheet.iter_rows(min_row=7):
                for cell in row:
                    if isinstance(cell.value, str):
                        cell.value = encode(cell.value)
        book[B8]["H7"] = encode("Đã triển khai ở các phường")
        book[COVER]["C6"] = encode("Quận 1")

    reading = read(changed(plain, change), reference)
    assert reading.problems == ()
    assert set(told(reading)) == {"legacy_decoded"}
    assert row_of(reading, "B8", 7)[7] == "Đã triển khai ở các phường"
    assert row_of(reading, "B2", 8)[3] == "no"


@pytest.mark.parametrize("encode", [in_tcvn3, in_vni])
def test_one_cell_in_an_old_encoding_is_never_guessed(
    plain: Path, reference: Reference, encode: Callable[[str], str]
) -> None:
    edits = {
        (B4, "A9"): None,
        (B4, "B9"): encode("Phường Đa Kao"),
        (B8, "H7"): encode("Đã triển khai"),
        (B8, "E8"): encode("Đang thực hiện"),
    }
    reading = read(edit(plain, edits), reference)
    assert refused(reading) == {
        (rule, sheet, cell)
        for rule, sheet, cell in (
            ("legacy_encoding", B4, "B9"),
            ("legacy_encoding", B8, "H7"),
            ("legacy_encoding", B8, "E8"),
        )
    }
    assert all("Unicode" in problem.mend("vi") for problem in reading.problems)


def test_an_unknown_ward_gets_the_nearest_number_as_a_hint(plain: Path, reference: Reference) -> None:
    reading = read(edit(plain, {(COVER, "C5"): None, (COVER, "C6"): "Quận 13"}), reference)
    (problem,) = [problem for problem in reading.problems if problem.rule_code == "cover_reporter"]
    assert "Có phải: Quận 12" in problem.mend("vi")


def test_a_wrong_code_beside_a_certain_name_is_refused_with_the_right_code(plain: Path, reference: Reference) -> None:
    reading = read(edit(plain, {(B4, "A8"): "99999"}), reference)
    (problem,) = reading.problems
    assert "26734 (Phường Tân Định)" in problem.mend("vi")


def test_personal_data_is_seen_wherever_it_stands_and_nothing_of_the_file_is_kept(
    plain: Path, reference: Reference
) -> None:
    places = {
        (COVER, "C30"): "Người lập: Nguyễn Thị Mai",
        (B1, "A40"): "Lập biểu: bà Trần Thị C",
        (B1, "C8"): 79085001234,
        (B8, "D9"): "hỗ trợ chị Lan, sinh 1990",
        (B8, "D10"): in_tcvn3("Bà Nguyễn Văn Tám"),
        (B2, "Z50"): "0909 123 456",
    }

    def change(book: openpyxl.Workbook) -> None:
        for (sheet, cell), value in places.items():
            book[sheet][cell] = value
        hidden = book.create_sheet("Danh sách Nguyễn Văn Tám")
        hidden.sheet_state = "hidden"
        hidden["B2"] = "079085001234"
        book[B4]["C8"] = "Mai"

    reading = read(changed(plain, change), reference)
    found = {(problem.sheet, problem.cell) for problem in reading.problems if problem.rule_code.startswith("personal")}
    assert found >= {*places, (None, "B2"), (None, None)}
    assert reading.remarks == ()
    kept = repr([problem.as_dict() for problem in reading.problems])
    for secret in ("Mai", "Trần Thị", "Lan", "0909", "07908", "79085", "Tám"):
        assert secret not in kept
