"""A report lands whole or is refused whole, with every reason."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.workbooks import B1, B2, B3, B4, B5, B6, B7, B8, COVER, edit, layout_of, write_report
from warehouse.forms.layout import raw_columns
from warehouse.forms.reading.reader import read_landed
from warehouse.intake import Intake, IntakeRefusal
from warehouse.intake.submission import SubmissionResult
from warehouse.reference import Reference
from warehouse.settings import Settings
from warehouse.storage.landing import landed_path

pytestmark = pytest.mark.slow

RECEIVED = datetime(2024, 7, 10, 9, 0)


def landed_files(settings: Settings) -> list[Path]:
    return sorted(settings.landing_dir.rglob("*.xlsx"))


def reasons(result: SubmissionResult) -> set[tuple[str, str | None, str | None]]:
    return {(problem.rule_code, problem.sheet, problem.cell) for problem in result.problems}


def submit(intake: Intake, path: Path) -> SubmissionResult:
    return intake.submissions.accept(path, by="tester", received_at=RECEIVED)


def test_a_valid_report_lands_with_its_registry_row(
    intake: Intake, settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference)
    result = submit(intake, path)
    assert (result.outcome, result.version) == ("accepted", 1)
    row = result.submission
    assert (row.reporter_code, row.reporter_valid_from, row.period_code) == ("760", date(2021, 1, 1), "2024Q2")
    assert (row.received_at, row.submitted_by, row.file_name, row.is_sample) == (RECEIVED, "tester", "a.xlsx", False)
    landed = landed_path(settings.landing_dir, row.sha256)
    assert landed.read_bytes() == path.read_bytes()
    assert landed.stat().st_mode & 0o777 == 0o444


def test_the_label_on_the_cover_makes_a_sample(intake: Intake, reference: Reference, tmp_path: Path) -> None:
    assert submit(intake, write_report(tmp_path / "a.xlsx", reference, is_sample=True)).submission.is_sample


def test_three_errors_give_three_messages_and_land_nothing(
    intake: Intake, settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    edits = {(B1, "C7"): "khoảng 20", (B4, "D8"): 2.5, (B8, "E9"): "đang làm"}
    result = submit(intake, write_report(tmp_path / "bad.xlsx", reference, edits=edits))
    assert result.outcome == "rejected"
    assert reasons(result) == {("not_a_count", B1, "C7"), ("not_whole", B4, "D8"), ("not_in_list", B8, "E9")}
    assert {problem.value for problem in result.problems} == {"khoảng 20", "2.5", "đang làm"}
    assert landed_files(settings) == []
    assert intake.registry.submissions("accepted") == []
    assert intake.registry.problems(result.submission.submission_id) == list(result.problems)


def test_the_same_bytes_twice_change_nothing(
    intake: Intake, settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference)
    first = submit(intake, path)
    again = submit(intake, path.rename(tmp_path / "other name.xlsx"))
    assert (again.outcome, again.submission) == ("known", first.submission)
    assert len(intake.registry.submissions()) == 1
    assert len(landed_files(settings)) == 1


def test_a_different_report_becomes_version_2_and_version_1_stays(
    intake: Intake, settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    first = submit(intake, write_report(tmp_path / "a.xlsx", reference))
    second = submit(intake, write_report(tmp_path / "b.xlsx", reference, edits={(B6, "C7"): 9}))
    assert (first.version, second.version) == (1, 2)
    assert landed_path(settings.landing_dir, first.submission.sha256).exists()
    assert intake.registry.latest_accepted("760", "2024Q2") == second.submission
    other_quarter = submit(intake, write_report(tmp_path / "c.xlsx", reference, period="2024Q1"))
    assert other_quarter.version == 1
    # Version 1 sent again is version 1 still, not version 3.
    assert submit(intake, tmp_path / "a.xlsx").version == 1


def test_a_refused_file_is_checked_again_and_noted_once(intake: Intake, reference: Reference, tmp_path: Path) -> None:
    path = write_report(tmp_path / "bad.xlsx", reference, edits={(B1, "C7"): "x"})
    first, again = submit(intake, path), submit(intake, path)
    assert first.outcome == again.outcome == "rejected"
    assert first.submission.submission_id == again.submission.submission_id
    assert len(intake.registry.submissions()) == 1


def test_a_file_refused_too_early_is_accepted_when_its_quarter_has_begun(
    intake: Intake, reference: Reference, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference)
    early = intake.submissions.accept(path, by="tester", received_at=datetime(2024, 3, 31, 17, 0))
    assert {problem.rule_code for problem in early.problems} == {"cover_period_future"}
    assert submit(intake, path).outcome == "accepted"


def test_a_report_cannot_be_received_in_the_future(intake: Intake, reference: Reference, tmp_path: Path) -> None:
    path = write_report(tmp_path / "a.xlsx", reference)
    with pytest.raises(IntakeRefusal):
        intake.submissions.accept(path, by="tester", received_at=datetime(2999, 1, 1))


# Wards of Quận 1 stand in rows 8 … of B1; row 7 is the district's office.
@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({(B1, "A8"): "99999"}, ("unit_unknown", B1, "A8")),
        ({(B1, "A8"): "", (B1, "B8"): "Phường Không Có"}, ("unit_unknown", B1, "B8")),
        ({(B1, "A8"): "26839", (B1, "B8"): ""}, ("unit_foreign", B1, "A8")),
        ({(B1, "A8"): "25747", (B1, "B8"): ""}, ("unit_not_valid", B1, "A8")),
        ({(B1, "B8"): "Phường Bến Thành"}, ("unit_names_differ", B1, "B8")),
        ({(B1, "A8"): "760", (B1, "B8"): "Quận 1"}, ("duplicate_row", B1, "A8")),
        ({(B7, "A7"): "760", (B7, "B7"): "Quận 1"}, ("unit_level", B7, "A7")),
        ({(B1, "A8"): "", (B1, "B8"): ""}, ("row_without_unit", B1, "A8")),
        ({(B1, "A40"): "Ghi chú", (B1, "C40"): 99}, ("unit_unknown", B1, "A40")),
        ({(B5, "C7"): "Sân bay"}, ("category_unknown", B5, "C7")),
        ({(B8, "C7"): "N99"}, ("category_unknown", B8, "C7")),
        ({(B1, "M6"): "extra"}, ("unknown_column", B1, "M6")),
        ({(B1, "M9"): 5}, ("unknown_column", B1, "M9")),
        ({(B1, "M5"): "Họ và tên"}, ("personal_column", B1, "M5")),
        ({(B1, "M6"): "phone"}, ("personal_column", B1, "M6")),
        ({(B7, "C5"): "Số CCCD của người được hỗ trợ"}, ("personal_column", B7, "C5")),
        ({(B1, "M9"): "0909123456"}, ("personal_data_in_cell", B1, "M9")),
        ({(B1, "C9"): "0909 123 456"}, ("personal_data_in_cell", B1, "C9")),
        ({(B8, "H8"): "chị Nguyễn Thị B đã vay vốn"}, ("personal_data_in_cell", B8, "H8")),
        ({(B1, "C2"): "Người lập: bà Trần Thị C"}, ("personal_data_in_cell", B1, "C2")),
        ({(B1, "C6"): "sessions"}, ("missing_column", B1, "C5")),
        ({(B1, "C5"): "Số", (B1, "C6"): "sessions"}, ("missing_column", B1, "A5")),
        ({(B1, "D6"): "sessions_direct"}, ("duplicate_column", B1, "D5")),
        ({(B1, "A6"): ""}, ("code_row_missing", B1, None)),
        ({(B1, "C8"): -1}, ("out_of_bounds", B1, "C8")),
        ({(B1, "C8"): 6000}, ("above_bound", B1, "C8")),
        ({(B1, "C8"): "1,250"}, ("number_ambiguous", B1, "C8")),
        ({(B1, "C8"): datetime(2024, 5, 1)}, ("number_as_date", B1, "C8")),
        ({(B8, "F7"): 0.5}, ("percent_as_fraction", B8, "F7")),
        ({(B8, "F7"): 101}, ("out_of_bounds", B8, "F7")),
        ({(B8, "E7"): ""}, ("required_cell", B8, "E7")),
        ({(B2, "D7"): "có thể"}, ("not_in_list", B2, "D7")),
        ({(B3, "C7"): "Có"}, ("required_when", B3, "D7")),
        ({(B3, "E7"): datetime(2024, 7, 1)}, ("out_of_bounds", B3, "E7")),
        ({(B3, "E7"): "05/03/24"}, ("date_short_year", B3, "E7")),
        ({(B3, "E7"): "03/25/2024"}, ("date_impossible", B3, "E7")),
        ({(COVER, "C6"): "", (COVER, "C5"): ""}, ("cover_reporter", COVER, "C6")),
        ({(COVER, "C5"): "", (COVER, "C6"): "Quận 13"}, ("cover_reporter", COVER, "C6")),
        ({(COVER, "C6"): "Quận 3"}, ("cover_names_differ", COVER, "C6")),
        ({(COVER, "C7"): "quý này"}, ("cover_period", COVER, "C7")),
        ({(COVER, "C4"): "2020/old"}, ("cover_form_version", COVER, "C4")),
        ({(COVER, "C9"): "nháp"}, ("cover_label", COVER, "C9")),
    ],
)
def test_a_spoilt_cell_is_found_where_it_stands(
    intake: Intake, settings: Settings, reference: Reference, tmp_path: Path, edits: dict[Any, Any], expected: Any
) -> None:
    result = submit(intake, write_report(tmp_path / "bad.xlsx", reference, edits=edits))
    assert result.outcome == "rejected"
    assert expected in reasons(result)
    assert all(problem.what(lang) and problem.mend(lang) for problem in result.problems for lang in ("vi", "en"))
    assert landed_files(settings) == []


def test_a_misspelt_reporter_gets_suggestions(intake: Intake, reference: Reference, tmp_path: Path) -> None:
    edits = {(COVER, "C5"): "", (COVER, "C6"): "Quận 13"}
    result = submit(intake, write_report(tmp_path / "bad.xlsx", reference, edits=edits))
    problem = next(problem for problem in result.problems if problem.rule_code == "cover_reporter")
    assert "Quận 1" in problem.mend("vi")
    assert "Did you mean" in problem.mend("en")


def test_nothing_of_personal_data_is_kept(
    intake: Intake, settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    edits = {(B1, "M5"): "Họ và tên", (B1, "M8"): "Lê Thị Hoa", (B1, "C9"): "0909123456", (B4, "C8"): "Hoa"}
    result = submit(intake, write_report(tmp_path / "bad.xlsx", reference, edits=edits))
    assert {problem.value for problem in result.problems} == {None}
    intake.close()
    kept = b"".join(path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file())
    for secret in ("Lê Thị Hoa", "0909123456", "Hoa"):
        assert secret.encode() not in kept


def test_missing_and_surplus_sheets_are_told(intake: Intake, reference: Reference, tmp_path: Path) -> None:
    path = write_report(tmp_path / "bad.xlsx", reference)
    book = openpyxl.load_workbook(path)
    del book[B3]
    book.create_sheet("Sheet1")["A1"] = "nháp"
    book.create_sheet("Sheet2")
    book.save(path)
    assert reasons(submit(intake, path)) == {("sheet_missing", B3, None), ("sheet_unknown", "Sheet1", None)}


def test_the_city_reports_only_its_own_sheets(intake: Intake, reference: Reference, tmp_path: Path) -> None:
    path = write_report(tmp_path / "city.xlsx", reference, reporter="79")
    assert openpyxl.load_workbook(path).sheetnames == [COVER, B6, B8]
    assert submit(intake, path).outcome == "accepted"
    other = write_report(tmp_path / "district.xlsx", reference)
    edit(other, {(COVER, "C5"): "79", (COVER, "C6"): "TP.HCM"})
    rules = {problem.rule_code for problem in submit(intake, other).problems}
    assert "sheet_not_for_reporter" in rules


def test_units_by_name_alone_and_columns_in_another_order_are_read(
    intake: Intake, reference: Reference, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference)
    book = openpyxl.load_workbook(path)
    sheet = book[B4]
    for row in range(5, 20):
        sheet.cell(row, 3).value, sheet.cell(row, 5).value = sheet.cell(row, 5).value, sheet.cell(row, 3).value
        if row > 6:
            sheet.cell(row, 1).value = None
    sheet["C7"], sheet["E7"], sheet["B8"] = 31, 17, "P. Tân Định"
    book.save(path)
    result = submit(intake, path)
    assert result.outcome == "accepted"
    rows = intake.ledger.rows_of(result.submission)["B4"]
    assert rows[0] == (7, "760", date(2021, 1, 1), 17, 1, 31, 1)
    assert rows[1][1] == "26734"


def test_blank_rows_are_missing_and_empty_cells_are_null(intake: Intake, reference: Reference, tmp_path: Path) -> None:
    edits = {(B4, f"{column}8"): None for column in "CDEF"} | {(B4, "C9"): None, (B4, "D9"): "  "}
    result = submit(intake, write_report(tmp_path / "a.xlsx", reference, edits=edits))
    rows = intake.ledger.rows_of(result.submission)["B4"]
    assert [row[0] for row in rows] == [7, *range(9, 18)]
    assert rows[1][3:] == (None, None, 1, 1)


def test_a_form_without_any_row_is_no_report(intake: Intake, reference: Reference, tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    write_report(path, reference)
    book = openpyxl.load_workbook(path)
    layout = layout_of(reference, "760", "2024Q2")
    for sheet in layout.sheets:
        for row in book[sheet.form.sheet_name].iter_rows(min_row=7, min_col=len(sheet.key_columns) + 1):
            for cell in row:
                cell.value = None
    book.save(path)
    assert {problem.rule_code for problem in submit(intake, path).problems} == {"report_empty"}


def test_what_lands_is_what_was_checked(intake: Intake, reference: Reference, tmp_path: Path) -> None:
    from warehouse.forms.reading.reader import read_report

    path = write_report(tmp_path / "a.xlsx", reference, edits={(B7, "C9"): "12", (B3, "D7"): 45})
    checked = read_report(path.read_bytes(), reference, RECEIVED.date())
    assert checked.problems == ()
    trusted = read_landed(path, reference)
    assert trusted == checked.rows
    for form, rows in trusted.items():
        assert {len(row) for row in rows} == {len(raw_columns(reference, form))}
