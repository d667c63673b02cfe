"""The marked copy is the sender's own workbook: cells coloured and commented, all problems listed before the sheets."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook

from tests.workbooks import B1, B5, B6, B7, B8, COVER, write_report
from warehouse.forms.problems import CONFIRM, REFUSE, REMARK, Problem
from warehouse.forms.reading.reader import read_report
from warehouse.forms.sandbox.sandboxed_reader import Reader
from warehouse.intake.marked_copy import marked_copy
from warehouse.intake.report_checks import check_report
from warehouse.reference import Reference

TODAY = date(2024, 12, 31)
PHONE = "0912345678"
OFFICE = shutil.which("soffice")
LIST_VI, LIST_EN = "Cần xem lại", "To review"


@pytest.fixture(scope="module")
def report(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A report with a wrong sum, a cell that cannot be read, and silence about a ward."""
    edits = {
        (B6, "G7"): 9,
        (B6, "D7"): "chưa rõ",
        (B5, "D7"): 9,
        (B5, "E7"): 3,
        (B6, "I7"): "=1+1",
    }
    path = tmp_path_factory.mktemp("marked") / "report.xlsx"
    return write_report(path, reference, "760", "2024Q1", edits).read_bytes()


@pytest.fixture(scope="module")
def problems(report: bytes, reference: Reference) -> tuple[Problem, ...]:
    """What is said about it, the gravest first, and a second word about one cell."""
    reading = read_report(report, reference, TODAY)
    found = [*reading.problems, *check_report(reading, [], reference)]
    grave = [problem for problem in found if problem.severity == REFUSE]
    again = Problem("out_of_bounds", B6, "G7", "9", {"column": "x", "low": "0", "high": "5"}, CONFIRM)
    whole = Problem("sheet_unknown", "Trang thừa")
    remark = Problem("file_has_macros", severity=REMARK)
    return (*grave, again, whole, remark)


@pytest.fixture(scope="module")
def marked(report: bytes, problems: tuple[Problem, ...]) -> bytes:
    """The copy in Vietnamese."""
    return marked_copy(report, "báo cáo.xlsx", problems, "vi")[1]


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def listed(book: Workbook, name: str = LIST_VI) -> list[list[object]]:
    """The rows of the list under its heads."""
    rows = [[cell.value for cell in row] for row in book[name].iter_rows(min_row=5)]
    return [row for row in rows if row[0]]


def colour(book: Workbook, sheet: str, cell: str) -> str:
    return str(book[sheet][cell].fill.start_color.rgb)[-6:]


def test_cells_are_coloured_by_weight_and_commented_in_words(marked: bytes) -> None:
    book = opened(marked)
    assert book.sheetnames[:2] == [LIST_VI, COVER]
    assert book.active.title == LIST_VI
    cell = book[B5]["E7"]
    assert colour(book, B5, "E7") == "FFB3AD"
    assert cell.value == 3
    assert cell.comment.text.startswith(
        "✗ Phải sửa: Phường Tân Định, Cơ sở lưu trú: “Cơ sở kiểm tra lần đầu trong năm”"
    )
    assert "\nCần: " in cell.comment.text
    assert "\nCách sửa: " in cell.comment.text
    with zipfile.ZipFile(io.BytesIO(marked)) as parts:
        boxes = [parts.read(name).decode() for name in parts.namelist() if name.endswith(".vml")]
    assert boxes
    assert all("width:360px" in box for box in boxes)


def test_several_problems_of_a_cell_stand_in_one_comment_under_the_gravest_colour(marked: bytes) -> None:
    book = opened(marked)
    text = book[B6]["G7"].comment.text
    assert text.count("\n\n") == 1
    assert "✗ Phải sửa" in text
    assert "? Sửa hoặc giải thích" in text
    assert colour(book, B6, "G7") == "FFB3AD"


def test_what_needs_an_explanation_and_what_is_only_told_look_different(report: bytes) -> None:
    told = [
        Problem("required_cell", B6, cell, None, {"column": "x"}, severity)
        for cell, severity in (("C7", CONFIRM), ("H7", REMARK))
    ]
    book = opened(marked_copy(report, "a.xlsx", told, "en")[1])
    assert (colour(book, B6, "C7"), colour(book, B6, "H7")) == ("FFDD8A", "BBDDF7")
    assert book[B6]["C7"].comment.text.startswith("? Correct or explain")
    assert book[B6]["H7"].comment.text.startswith("i For information")


def test_the_list_names_every_problem_and_leads_to_its_cell(marked: bytes, problems: tuple[Problem, ...]) -> None:
    book = opened(marked)
    rows = listed(book)
    assert [row[0] for row in rows] == list(range(1, len(problems) + 1))
    by_place = {(row[2], row[3]): row for row in rows}
    assert by_place[(B6, "D7")][1:5] == ["✗ Phải sửa", B6, "D7", "chưa rõ"]
    assert by_place[("Trang thừa", "cả trang")][7]
    assert by_place[(None, "cả tệp")][1] == "i Để biết"
    links = {
        (row[2].value, row[3].value): row[3].hyperlink.location
        for row in book[LIST_VI].iter_rows(min_row=5)
        if row[3].hyperlink
    }
    assert links[(B6, "D7")] == f"'{B6}'!D7"
    assert ("Trang thừa", "cả trang") not in links


def test_the_copy_keeps_the_senders_formats_lists_widths_and_formulas(report: bytes, marked: bytes) -> None:
    before, after = opened(report), opened(marked)
    for name in before.sheetnames:
        was, now = before[name], after[name]
        widths = [{key: size.width for key, size in sheet.column_dimensions.items()} for sheet in (was, now)]
        assert widths[0] == widths[1]
        assert len(was.data_validations.dataValidation) == len(now.data_validations.dataValidation)
        assert was.freeze_panes == now.freeze_panes
        assert was["C7"].number_format == now["C7"].number_format
    assert after[B6]["I7"].value == "=1+1"


def test_the_copy_speaks_the_readers_language(report: bytes, problems: tuple[Problem, ...]) -> None:
    name, data = marked_copy(report, "báo cáo.xlsx", problems, "en")
    assert name == "báo cáo_marked.xlsx"
    book = opened(data)
    assert "How to correct" in [cell.value for cell in book[LIST_EN][4]]
    assert book[B5]["E7"].comment.text.startswith("✗ Must be corrected: Tan Dinh Ward, Lodging:")


def test_personal_data_is_marked_where_it_stands_and_never_repeated(reference: Reference, tmp_path: Path) -> None:
    data = write_report(tmp_path / "p.xlsx", reference, "760", "2024Q1", {(B8, "H7"): f"Gọi {PHONE}"}).read_bytes()
    found = read_report(data, reference, TODAY).problems
    book = opened(
        marked_copy(data, "p.xlsx", [*found, Problem("personal_column", B1, "C6", PHONE, {"kind": "phone"})], "vi")[1]
    )
    assert colour(book, B8, "H7") == "FFB3AD"
    assert PHONE not in book[B8]["H7"].comment.text
    rows = listed(book)
    assert {row[4] for row in rows} == {"(không nhắc lại)"}
    assert PHONE not in str(rows)


def test_what_a_cell_says_never_becomes_a_formula_of_the_list(report: bytes) -> None:
    bad = ["=cmd|'/C calc'!A0", "+84", "-1+1", "@SUM(A1)", "=HYPERLINK(1)\x00\u202e"]
    told = [
        Problem("not_in_list", f"=x{n}", "A1", value, {"column": value, "options": value})
        for n, value in enumerate(bad)
    ]
    book = opened(marked_copy(report, "a.xlsx", told, "vi")[1])
    cells = [cell for row in book[LIST_VI].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells if cell.value[0] in "=+-@")
    assert [row[4] for row in listed(book)] == [*bad[:-1], "=HYPERLINK(1)"]


def test_a_joined_cell_is_marked_where_it_shows(report: bytes) -> None:
    book = opened(report)
    book[B7].merge_cells("C8:D8")
    saved = io.BytesIO()
    book.save(saved)
    told = [Problem("required_cell", B7, "D8", None, {"column": "x"})]
    after = opened(marked_copy(saved.getvalue(), "a.xlsx", told, "vi")[1])
    assert colour(after, B7, "C8") == "FFB3AD"
    assert after[B7]["C8"].comment


def test_macros_and_links_to_other_files_stay_behind(report: bytes) -> None:
    source, goal = zipfile.ZipFile(io.BytesIO(report)), io.BytesIO()
    with zipfile.ZipFile(goal, "w") as out:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            out.writestr(name, content)
        out.writestr("xl/vbaProject.bin", b"macro")
    name, data = marked_copy(goal.getvalue(), "b.xlsm", [Problem("file_has_macros", severity=REMARK)], "vi")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not [part for part in parts.namelist() if "vba" in part or "externalLink" in part]
        assert b"macroEnabled" not in parts.read("[Content_Types].xml")
    assert name == "b_da-danh-dau.xlsx"
    assert opened(data).sheetnames[0] == LIST_VI


def test_of_other_kinds_of_files_a_workbook_is_made_from_their_cells() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr(f"{B6}.csv", "unit_code;unit_name;x\n760;Quận 1;=2+3\n".encode())
        out.writestr("trang rất dài có tên vượt quá ba mươi mốt ký tự.csv", b"a;b\n1;2\n")
    told = [Problem("not_a_count", B6, "C2", "=2+3", {"column": "x"})]
    name, data = marked_copy(packed.getvalue(), "..\\..\\bao cao.zip", told, "vi")
    book = opened(data)
    assert name == "bao cao_da-danh-dau.xlsx"
    assert (book[B6]["C2"].value, book[B6]["C2"].data_type) == ("=2+3", "s")
    assert book[B6]["C2"].comment
    assert book[B6]["A2"].value == "760"
    assert len(book.sheetnames) == 3


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_files_of_other_programs_are_marked_too(kind: str, report_of: dict[str, bytes]) -> None:
    if kind not in report_of:
        pytest.skip("LibreOffice is not installed")
    name, data = marked_copy(
        report_of[kind], f"b.{kind}", [Problem("required_cell", B6, "G7", "1", {"column": "x"})], "vi"
    )
    book = opened(data)
    assert name == "b_da-danh-dau.xlsx"
    assert (book[B6]["G7"].value, colour(book, B6, "G7")) == (1, "FFB3AD")
    assert book[B6]["G7"].comment
    assert book[B6]["B7"].value == "Quận 1"


def test_of_a_file_that_cannot_be_opened_the_copy_is_the_list_alone() -> None:
    book = opened(marked_copy(b"no workbook", "", [Problem("file_kind_unread")], "vi")[1])
    assert book.sheetnames == [LIST_VI]
    assert listed(book)[0][3] == "cả tệp"


def test_the_copy_is_made_where_hostile_files_are_read(
    report: bytes, problems: tuple[Problem, ...], marked: bytes, reference: Reference
) -> None:
    name, data = Reader(reference).call(marked_copy, report, "báo cáo.xlsx", problems, "vi")
    assert name == "báo cáo_da-danh-dau.xlsx"
    assert listed(opened(data)) == listed(opened(marked))


@pytest.mark.slow
def test_the_copy_itself_may_be_mended_and_sent(reference: Reference, tmp_path: Path) -> None:
    data = write_report(tmp_path / "a.xlsx", reference, "760", "2024Q1", {(B6, "G7"): 9, (B1, "C8"): "ba"}).read_bytes()
    reading = read_report(data, reference, TODAY)
    told = [*reading.problems, *check_report(reading, [], reference)]
    for lang in ("vi", "en"):
        book = opened(marked_copy(data, "a.xlsx", told, lang)[1])
        book[B6]["G7"], book[B1]["C8"] = 1, 3
        book.save(tmp_path / "mended.xlsx")
        mended = read_report((tmp_path / "mended.xlsx").read_bytes(), reference, TODAY)
        assert mended.problems == ()
        assert REFUSE not in {problem.severity for problem in check_report(mended, [], reference)}


@pytest.mark.parametrize(("change", "cell"), [("added", "C7"), ("edited", "G7")])
def test_a_comment_that_somebody_wrote_still_keeps_the_file_out_and_is_named_by_its_cell(
    report: bytes, marked: bytes, reference: Reference, change: str, cell: str
) -> None:
    book = opened(marked)
    if change == "added":
        book[B6]["C7"].comment = Comment("Anh Nam xác nhận", "Phòng LĐ")
    else:
        book[B6]["G7"].comment.text += " Anh Nam xác nhận"
    saved = io.BytesIO()
    book.save(saved)
    problems = read_report(saved.getvalue(), reference, TODAY).problems
    places = [(problem.rule_code, problem.sheet, problem.cell) for problem in problems]
    assert places == [("file_has_attachments", B6, cell)]


@pytest.fixture(scope="session")
def by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], bytes]:
    """Opens a workbook in headless LibreOffice, saves it there, and gives what was saved."""
    folder = tmp_path_factory.mktemp("office")

    def converted(data: bytes) -> bytes:
        (folder / "marked.xlsx").write_bytes(data)
        profile = f"-env:UserInstallation=file://{folder / 'profile'}"
        command = [OFFICE or "soffice", "--headless", profile, "--convert-to", "xlsx", "--outdir", str(folder / "out")]
        subprocess.run([*command, str(folder / "marked.xlsx")], capture_output=True, check=True, timeout=120)
        return (folder / "out" / "marked.xlsx").read_bytes()

    return converted


@pytest.mark.office
def test_libreoffice_opens_the_copy_with_every_mark_and_the_door_what_it_saves(
    marked: bytes, reference: Reference, by_libreoffice: Callable[[bytes], bytes]
) -> None:
    saved = by_libreoffice(marked)
    book = opened(saved)
    assert [row[2:5] for row in listed(book)] == [row[2:5] for row in listed(opened(marked))]
    assert book[B6]["G7"].comment.text.count("Cách sửa") == 2
    assert colour(book, B5, "E7") == "FFB3AD"
    assert {problem.rule_code for problem in read_report(saved, reference, TODAY).problems} == {"not_a_count"}
