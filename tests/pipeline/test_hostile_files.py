"""Whatever is sent to the door, the answer is a verdict: no crash, no flood, nothing landed."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.workbooks import B1, write_report
from warehouse.forms.formats import MAX_FILE_BYTES
from warehouse.forms.reader import Reading, read_report
from warehouse.reference import Reference

DAY = date(2024, 7, 10)


def rules(reading: Reading) -> set[str]:
    return {problem.rule_code for problem in reading.problems}


def rebuilt(path: Path, changes: dict[str, bytes], drop: str = "") -> bytes:
    """The workbook's archive with parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in changes and info.filename != drop:
                new.writestr(info.filename, old.read(info))
        for name, content in changes.items():
            new.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def report(tmp_path: Path, reference: Reference) -> Path:
    return write_report(tmp_path / "a.xlsx", reference)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "file_empty"),
        (b"not a workbook at all", "file_kind_unread"),
        (b"PK\x03\x04 but no archive", "file_not_workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 4096, "file_not_workbook"),
        (b"\0" * (MAX_FILE_BYTES + 1), "file_too_large"),
        ("Mã đơn vị;Số buổi\n760;3\n".encode(), "file_kind_unread"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(reference: Reference, data: bytes, rule: str) -> None:
    assert rules(read_report(data, reference, DAY)) == {rule}


def test_a_workbook_cut_anywhere_is_refused_without_a_crash(reference: Reference, report: Path) -> None:
    data = report.read_bytes()
    for part in range(1, 20):
        assert read_report(data[: len(data) * part // 20], reference, DAY).problems


def test_damaged_bytes_never_crash_the_door(reference: Reference, report: Path) -> None:
    data = bytearray(report.read_bytes())
    for position in range(40, len(data), len(data) // 60):
        damaged = bytes(data[:position]) + bytes([data[position] ^ 0xFF]) + bytes(data[position + 1 :])
        read_report(damaged, reference, DAY)


def test_broken_xml_inside_a_sound_archive_is_refused(reference: Reference, report: Path) -> None:
    for part in ("xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        for content in (
            b"",
            b"<",
            b"<worksheet><sheetData><row><c t='s'><v>999999</v></c></row></sheetData>",
            b"\xff\xfe\0",
        ):
            assert read_report(rebuilt(report, {part: content}), reference, DAY).problems


def test_an_archive_that_unpacks_without_end_is_refused(reference: Reference, report: Path) -> None:
    bomb = rebuilt(report, {"xl/worksheets/sheet2.xml": b" " * 70_000_000})
    assert len(bomb) < MAX_FILE_BYTES
    assert rules(read_report(bomb, reference, DAY)) == {"file_too_large_unpacked"}


def test_one_cell_far_away_does_not_take_all_memory(reference: Reference, report: Path) -> None:
    with zipfile.ZipFile(report) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml")
    far = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    reading = read_report(rebuilt(report, {"xl/worksheets/sheet2.xml": far}), reference, DAY)
    assert [(problem.rule_code, problem.sheet) for problem in reading.problems] == [("sheet_too_large", B1)]


def test_macros_are_passed_over_with_a_remark(reference: Reference, report: Path) -> None:
    reading = read_report(rebuilt(report, {"xl/vbaProject.bin": b"x"}), reference, DAY)
    assert (reading.kind, reading.problems) == ("xlsm", ())
    assert [problem.rule_code for problem in reading.remarks] == ["file_has_macros"]


def test_pictures_and_comments_are_refused(reference: Reference, report: Path) -> None:
    for part in ("xl/media/image1.png", "xl/comments1.xml", "xl/embeddings/list.docx"):
        assert rules(read_report(rebuilt(report, {part: b"x"}), reference, DAY)) == {"file_has_attachments"}


def test_a_formula_error_is_told_at_its_cell(reference: Reference, report: Path) -> None:
    with zipfile.ZipFile(report) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml")
    start = sheet.index(b'<c r="C8"')
    end = sheet.index(b"</c>", start) + 4
    spoilt = sheet[:start] + b'<c r="C8" t="e"><f>1/0</f><v>#DIV/0!</v></c>' + sheet[end:]
    reading = read_report(rebuilt(report, {"xl/worksheets/sheet2.xml": spoilt}), reference, DAY)
    assert ("cell_error", B1, "C8") in {
        (problem.rule_code, problem.sheet, problem.cell) for problem in reading.problems
    }
