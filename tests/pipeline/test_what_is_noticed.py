"""What would be lost or taken for something else is noticed at the door, in words, at the cell that people see."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from expectations.suites import RAW_SUITES
from tests.files_of_kinds import parts_of, zip_of
from tests.workbooks import B1, B2, B4, B5, B6, B7, COVER, layout_of, write_report
from warehouse.forms.formats import open_book
from warehouse.forms.problems import CONFIRM, REFUSE, REMARK, Problem, cell_name
from warehouse.forms.reading.reader import Reading, read_report
from warehouse.reference import Reference

pytestmark = pytest.mark.slow

DAY = date(2025, 11, 10)
# Rows of Quận 1: its office on row 7 (B1, B2, B4), its ten wards below (B7: from row 7 on).
FIRST_ROW, LAST_ROW = 7, 17
Edits = Mapping[tuple[str, str], Any]
Read = Callable[..., Reading]


@pytest.fixture(scope="module")
def read(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Reads a report with some cells changed, and whatever else is done to its sheets."""
    path = tmp_path_factory.mktemp("noticed") / "report.xlsx"

    def written(
        edits: Edits,
        change: Callable[[openpyxl.Workbook], None] | None = None,
        period: str = "2024Q2",
        reporter: str = "760",
    ) -> Reading:
        write_report(path, reference, reporter, period, edits)
        if change:
            book = openpyxl.load_workbook(path)
            change(book)
            book.save(path)
        return read_report(path.read_bytes(), reference, DAY)

    return written


def refused(reading: Reading) -> set[tuple[str, str]]:
    return {(problem.rule_code, problem.where()) for problem in reading.problems}


def asked(reading: Reading) -> set[tuple[str, str]]:
    return {(one.rule_code, one.where()) for one in reading.remarks if one.severity == CONFIRM}


def only(problems: tuple[Problem, ...]) -> Problem:
    (problem,) = problems
    return problem


# A part without its whole


def test_999_people_supported_of_nobody_knows_how_many_are_refused_at_the_empty_cell(read: Read) -> None:
    edits = {(B7, f"{column}8"): 0 for column in "EFGHIJ"} | {(B7, "C8"): None, (B7, "D8"): 999}
    problem = only(read(edits).problems)
    assert (problem.rule_code, problem.where(), problem.severity) == ("whole_missing", f"{B7}!C8", REFUSE)
    assert problem.what("vi").startswith("“Người có nhu cầu hỗ trợ” để trống, trong khi “Người được hỗ trợ”")
    assert "999" in problem.what("vi")
    assert "999" in problem.what("en")
    assert "“Người có nhu cầu hỗ trợ” vào ô này" in problem.mend("vi")
    # What counts people in need is told to the sender and not kept.
    assert "999" not in repr(problem.kept())
    assert problem.kept().what("vi").endswith("ghi *.")


def test_every_part_that_the_forms_know_needs_its_whole(read: Read, reference: Reference) -> None:
    edits: dict[tuple[str, str], Any] = {}
    expected = set()
    for sheet in layout_of(reference, "760", "2024Q2").sheets:
        places = {code: index for index, code in enumerate(sheet.column_codes)}
        row_numbers = range(FIRST_ROW, FIRST_ROW + len(sheet.row_keys))
        for number, whole in enumerate(reference.wholes(sheet.form.form_code)):
            # Each on a row of its own, as one's part may be another's whole; a form of one row has no such pair.
            cell = cell_name(row_numbers[number % len(row_numbers)] - 1, places[whole])
            edits[sheet.form.sheet_name, cell] = None
            expected.add(("whole_missing", f"{sheet.form.sheet_name}!{cell}"))
    assert len(expected) == 10
    assert refused(read(edits)) == expected


def test_a_part_of_zero_says_nothing_of_its_whole_and_is_asked_about_once_a_column(read: Read) -> None:
    edits = {(B4, f"C{row}"): None for row in (9, 12)} | {(B4, f"D{row}"): 0 for row in (9, 12)}
    reading = read(edits)
    assert reading.problems == ()
    question = only(reading.remarks)
    assert (question.rule_code, question.where(), question.severity) == ("whole_unknown", f"{B4}!C9", CONFIRM)
    assert question.what("vi").startswith("2 dòng để trống “Số cán bộ phụ trách” nhưng ghi 0")


def test_a_whole_that_could_not_be_read_is_not_called_empty(read: Read) -> None:
    assert refused(read({(B4, "C9"): "khoảng 5"})) == {("not_a_count", f"{B4}!C9")}


def test_the_rules_of_the_build_hold_the_very_same_parts_against_the_very_same_wholes(reference: Reference) -> None:
    tables = {form.table_name: form.form_code for form in reference.forms.values()}
    held = set()
    for suite in RAW_SUITES:
        for rule in suite.expectations:
            if rule.severity == "critical" and "_within_" in rule.code and not rule.by:
                limit = rule.limit.removesuffix("_ytd_max")
                wholes = suite.derived.get(limit, limit).split(" + ")
                held |= {(tables[suite.table_name], rule.column, whole) for whole in wholes}
    assert held == {(one.form_code, one.part_code, one.whole_code) for one in reference.form_parts}


# Rows that nobody reads


def test_the_forms_own_row_of_totals_is_held_against_the_rows_when_somebody_typed_into_it(read: Read) -> None:
    reading = read({(B4, "C18"): 12, (B4, "D18"): 11})
    assert asked(reading) == {("total_differs", f"{B4}!C18")}
    assert "ghi 12, các dòng đơn vị cộng lại là 11" in only(reading.remarks).what("vi")


def test_the_forms_own_sum_may_leave_out_numbers_that_are_text(read: Read) -> None:
    reading = read({(B4, "C8"): "4 người", (B4, "C18"): 10})
    assert asked(reading) == set()


def test_a_row_coded_as_a_total_under_a_wards_name_is_that_wards_and_not_lost(read: Read) -> None:
    problem = only(read({(B4, "A8"): "total"}).problems)
    assert (problem.rule_code, problem.where()) == ("total_hides_unit", f"{B4}!A8")
    assert "Phường Tân Định" in problem.what("vi")
    assert "26734" in problem.mend("en")
    assert refused(read({(B5, "A9"): "total"})) == {("total_hides_unit", f"{B5}!A9")}


def test_a_total_of_rows_that_are_all_empty_is_a_number_that_counts_nowhere(read: Read) -> None:
    reading = read({(B1, f"L{row}"): None for row in range(FIRST_ROW, LAST_ROW + 1)} | {(B1, "L18"): 250})
    question = only(reading.remarks)
    assert (question.rule_code, question.where(), question.severity) == ("total_alone", f"{B1}!L18", CONFIRM)
    assert "250" in question.what("en")


def test_what_else_stands_in_a_row_of_totals_is_told(read: Read) -> None:
    edits = {(B2, "A18"): "Tổng cộng", (B2, "D18"): 11, (B2, "E18"): "11/11"}
    remark = only(read(edits).remarks)
    assert (remark.rule_code, remark.where(), remark.severity) == ("total_not_read", f"{B2}!D18", REMARK)
    assert remark.what("vi").startswith("2 ô của dòng cộng không được đọc")


def test_totals_of_people_in_need_are_told_to_the_sender_and_not_kept(read: Read) -> None:
    (question,) = (one for one in read({(B7, "D17"): 37}).remarks if one.rule_code == "total_differs")
    assert "37" in question.what("vi")
    assert "37" not in repr(question.kept())


# Headers and codes


def swap_headers(sheet: Worksheet) -> None:
    sheet["C5"].value, sheet["D5"].value = sheet["D5"].value, sheet["C5"].value


def test_headers_that_changed_places_over_unchanged_codes_are_refused_at_the_headers(read: Read) -> None:
    reading = read({}, lambda book: swap_headers(book[B4]))
    assert refused(reading) == {("header_differs", f"{B4}!C5"), ("header_differs", f"{B4}!D5")}
    first = reading.problems[0]
    assert first.value == "Cán bộ được tập huấn lần đầu trong năm"
    assert "“Số cán bộ phụ trách”" in first.what("vi")


@pytest.mark.parametrize("header", ["Số cán bộ", "Officers on this work", "SỐ CÁN BỘ PHỤ TRÁCH", None])
def test_a_header_in_other_words_is_nobody_elses(read: Read, header: str | None) -> None:
    reading = read({(B4, "C5"): header})
    assert (reading.problems, reading.remarks) == ((), ())


def test_a_code_that_was_typed_over_is_told_at_the_header_and_nobody_is_told_to_delete_the_column(read: Read) -> None:
    problem = only(read({(B4, "C6"): "officers"}).problems)
    assert (problem.rule_code, problem.where()) == ("missing_column", f"{B4}!C5")
    assert "“Số cán bộ phụ trách”" in problem.what("vi")
    assert "officers_total" in problem.mend("vi")


# What does not show


def test_figures_of_hidden_rows_and_columns_are_asked_about_with_their_first_cell(read: Read) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        for row in (9, 10, 12):
            book[B7].row_dimensions[row].hidden = True
        # Columns of one width are one to the file.
        book[B4].column_dimensions["C"].hidden = True
        # Hidden, but without a figure: nobody need know.
        book[B1].row_dimensions[30].hidden = book[B1].column_dimensions["A"].hidden = True

    reading = read({}, hide)
    assert reading.problems == ()
    assert asked(reading) == {("rows_hidden", f"{B7}!C9"), ("columns_hidden", f"{B4}!C7")}
    by_rule = {one.rule_code: one for one in reading.remarks}
    assert by_rule["rows_hidden"].what("vi").startswith("Dòng 9–10, 12 đang ẩn")
    assert by_rule["columns_hidden"].what("en").startswith("Hidden columns hold figures, which count: C, D, E, F.")


def test_rows_and_columns_of_no_height_or_width_are_hidden_too(report_of: dict[str, bytes]) -> None:
    part = sheet_part(report_of["xlsx"], 8)
    content = re.sub(rb'<row r="9"[^>]*>', b'<row r="9" ht="0" customHeight="1">', parts_of(report_of["xlsx"])[part])
    content = re.sub(rb'<col min="3"[^>]*>', b'<col min="3" max="3" width="0.0" customWidth="1"/>', content)
    sheet = open_book(zip_of(parts_of(report_of["xlsx"]) | {part: content})).sheets[7]
    assert (sheet.name, sheet.hidden_rows, sheet.hidden_columns) == (B7, {8}, {2})


# The cover and the titles


def test_a_cover_that_names_another_quarter_than_the_titles_is_asked_about(read: Read) -> None:
    reading = read({(COVER, "C7"): "2024Q3"})
    assert reading.problems == ()
    question = only(reading.remarks)
    assert (question.rule_code, question.where(), question.value) == ("titles_differ", f"{COVER}!C7", "2024Q3")
    told = question.what("vi")
    assert told.startswith(f"Bìa ghi kỳ 2024Q3, nhưng tiêu đề ghi kỳ khác: 2024Q2 ({COVER}!B2, {B1}!A2, ")
    assert f"{B7}!A2" in question.what("en")


def test_a_title_that_also_names_the_covers_quarter_is_no_mismatch(read: Read) -> None:
    title = "Quận 1 · Quý II năm 2024 (so với Quý I/2024)"
    assert read({(B6, "A2"): title}).remarks == ()
    assert asked(read({(B6, "A2"): "Quận 1 · Quý I/2024"})) == {("titles_differ", f"{COVER}!C7")}


# Units that are no more


def test_a_reporter_who_is_not_known_is_not_told_off_for_the_forms_own_totals(read: Read) -> None:
    assert refused(read({(COVER, "C5"): None, (COVER, "C6"): "Quận 13"})) == {("cover_reporter", f"{COVER}!C6")}


@pytest.mark.parametrize("name", ["Quận 2", "Q.9", "Quận Thủ Đức"])
def test_a_district_that_became_part_of_thu_duc_is_told_so_and_not_likened_to_others(read: Read, name: str) -> None:
    (problem,) = read({(COVER, "C5"): None, (COVER, "C6"): name}).problems
    assert problem.rule_code == "cover_reporter_ended"
    assert "Từ 01/01/2021" in problem.mend("vi")
    assert "Thành phố Thủ Đức (769)" in problem.mend("vi")
    assert "Quận 1" not in problem.mend("vi")
    assert "Since 01/01/2021" in problem.mend("en")


def test_a_code_that_stayed_beside_a_name_that_is_gone_is_explained(read: Read) -> None:
    (problem,) = read({(COVER, "C5"): "769", (COVER, "C6"): "Quận 2"}).problems
    assert problem.rule_code == "cover_names_differ"
    assert "“Quận 2” thuộc Thành phố Thủ Đức (769)" in problem.mend("vi")


def test_a_merged_ward_is_told_its_successor_by_name_and_by_code(read: Read) -> None:
    # Phường 4 of Gò Vấp went into Phường 1 on 2025-01-01; 26869 was its Phường 15, now part of 26872.
    by_name = {(B4, "A8"): None, (B4, "B8"): "Phường 4"}
    (problem,) = read(by_name, period="2025Q1", reporter="764").problems
    assert (problem.rule_code, problem.where()) == ("unit_unknown", f"{B4}!B8")
    assert "“Phường 4” thuộc Phường 1 (26890)" in problem.mend("vi")
    by_code = {(B4, "A8"): "26869", (B4, "B8"): None}
    (problem,) = read(by_code, period="2025Q1", reporter="764").problems
    assert problem.rule_code == "unit_not_valid"
    assert "Phường 15 (26872)" in problem.mend("vi")


def test_after_the_reform_a_district_is_told_its_communes_and_its_ward_the_one(
    reference: Reference, read: Read
) -> None:
    commune = {"period": "2025Q3", "reporter": "26740"}
    (problem,) = read({(COVER, "C5"): "760", (COVER, "C6"): "Quận 1"}, **commune).problems
    assert "Từ 01/07/2025, “Quận 1” thuộc" in problem.mend("vi")
    assert "Phường Bến Thành (26743)" in problem.mend("vi")
    (problem,) = read({(COVER, "C5"): None, (COVER, "C6"): "P. Bến Nghé"}, **commune).problems
    assert "Phường Sài Gòn (26740)" in problem.mend("vi")
    # Many districts had a Phường 13, and they went different ways: all are named, none is guessed.
    (problem,) = read({(COVER, "C5"): None, (COVER, "C6"): "Phường 13"}, **commune).problems
    assert problem.units() == []
    assert "Phường 13 (Quận 5) → Phường Chợ Lớn (27343)" in problem.mend("vi")


@pytest.mark.parametrize(
    ("cover", "units"),
    [
        # The ward 26734, Tân Định, went into today's Phường Tân Định; 26740 was Bến Nghé's and is Sài Gòn's code.
        (("26734", "Phường Tân Định"), ["26737"]),
        (("26734", None), ["26737"]),
        ((None, "Phường Bến Nghé"), ["26740"]),
        # Code and name lead to different communes: both are offered.
        (("26734", "Phường Sài Gòn"), ["26737", "26740"]),
        (("787", "Huyện Cần Giờ"), ["27664", "27667", "27673", "27676"]),
    ],
)
def test_under_an_old_code_or_name_the_units_to_report_for_are_offered(
    read: Read, cover: tuple[str | None, str | None], units: list[str]
) -> None:
    edits = dict(zip(((COVER, "C5"), (COVER, "C6")), cover, strict=True))
    (problem,) = read(edits, period="2025Q3", reporter="26740").problems
    assert (problem.rule_code, problem.params["period"]) == ("cover_reporter_ended", "2025Q3")
    assert [code for code, _ in problem.units()] == units
    assert "01/07/2025" in problem.what("vi")


@pytest.mark.parametrize(
    ("commune", "rule", "units"),
    [
        ("26740", "cover_reporter_later", [("760", "Quận 1")]),
        ("26743", "cover_reporter_later", [("760", "Quận 1")]),
        # Thủ Dầu Một lay in another province.
        ("25747", "cover_reporter_new", []),
    ],
)
def test_a_commune_that_reports_for_a_quarter_before_it_existed_is_told_who_did(
    read: Read, commune: str, rule: str, units: list[tuple[str, str]]
) -> None:
    (problem,) = read({(COVER, "C7"): "2025Q2"}, period="2025Q3", reporter=commune).problems
    assert (problem.rule_code, problem.units()) == (rule, units)
    assert "01/07/2025" in problem.what("vi")


def test_a_row_of_a_former_ward_that_went_elsewhere_is_told_where(read: Read) -> None:
    (problem,) = read({(B1, "A7"): "26734"}, period="2025Q3", reporter="26740").problems
    assert (problem.rule_code, problem.where()) == ("unit_not_valid", f"{B1}!A7")
    assert "“Phường Tân Định” thuộc Phường Tân Định (26737), nơi báo cáo riêng" in problem.mend("vi")


# Files that are too large


def sheet_part(data: bytes, number: int) -> str:
    return next(name for name in parts_of(data) if name.endswith(f"worksheets/sheet{number}.xml"))


def test_a_file_that_is_too_large_names_the_sheet_that_makes_it_so(report_of: dict[str, bytes]) -> None:
    data = report_of["xlsx"]
    part = sheet_part(data, 8)
    for content, rule in ((b" " * 70_000_000, "file_too_large_unpacked"), (b"<c />" * 1_000_001, "sheet_too_large")):
        (problem,) = open_book(zip_of(parts_of(data) | {part: content})).problems
        assert (problem.rule_code, problem.sheet) == (rule, B7)
    (problem,) = open_book(zip_of({"B1.csv": b"a;b\n", "B7.csv": b"\n" * 59_000_000})).problems
    assert (problem.rule_code, problem.sheet) == ("file_too_large_unpacked", "B7")


def test_a_persons_name_on_a_sheet_that_is_too_large_is_not_repeated(reference: Reference) -> None:
    data = zip_of({"Danh sách Nguyễn Văn Tám.csv": b"\n" * 59_000_000})
    (problem,) = read_report(data, reference, DAY).problems
    assert (problem.rule_code, problem.sheet) == ("file_too_large_unpacked", None)
