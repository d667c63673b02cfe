"""Whatever is sent to the door, the answer is a result: no crash, no flood, and the next report is read."""

import io
import os
import re
import resource
import struct
import time
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.drawing.image import Image as Picture
from PIL import Image

from tests.files_of_kinds import csv_parts, parts_of, zip_of
from tests.hostile_files import HOSTILE, OLD, SHEET, Hostile, changed, changed_record, ods_table
from tests.workbooks import B1, B3
from warehouse.forms.formats import MAX_FILE_BYTES
from warehouse.forms.reading.reader import Reading, read_report
from warehouse.forms.sandbox import sandboxed_reader
from warehouse.forms.sandbox.sandboxed_reader import EXTRA_MEMORY_BYTES, Reader
from warehouse.intake import Intake
from warehouse.reference import Reference
from warehouse.settings import Settings

DAY = date(2024, 7, 10)
# Of the clock; the reading process has 8 CPU seconds, however busy the machine is.
MOST_SECONDS = 40
# The process that waits for files takes some 30 MB itself.
MOST_BYTES = EXTRA_MEMORY_BYTES + 60_000_000


@pytest.fixture(scope="module")
def reader(reference: Reference) -> Reader:
    return Reader(reference)


def rules(reading: Reading) -> set[str]:
    return {problem.rule_code for problem in reading.problems}


def told(file: str, name: str) -> int:
    """A figure that the system tells of the reading process, as it stands in one of its files."""
    (child,) = sandboxed_reader._children.values()
    text = Path(f"/proc/{child.process.pid}/{file}").read_text()
    return int(text.split(name)[1].split()[0])


def most_it_may_take() -> int:
    """Bytes that the system lets the reading process take on top of what it has.

    What a process had when it was ended cannot be asked: the system counts what its parent had when it began.
    """
    return told("limits", "Max address space") - told("status", "VmSize:") * 1024


def check(reader: Reader, report_of: dict[str, bytes], hostile: Hostile) -> None:
    data = hostile.make(report_of)
    assert len(data) <= MAX_FILE_BYTES, "refused for its size, this says nothing"
    assert reader.read(report_of["xlsx"], DAY).problems == ()
    # Some of what it had when the limit was set may have been given back.
    assert most_it_may_take() <= EXTRA_MEMORY_BYTES + 20_000_000
    start = time.monotonic()
    reading = reader.read(data, DAY)
    assert time.monotonic() - start < MOST_SECONDS
    if any(child.process.poll() is None for child in sandboxed_reader._children.values()):
        assert told("status", "VmHWM:") * 1024 < MOST_BYTES
    assert rules(reading) & set(hostile.rules)
    for problem in reading.problems:
        assert all(text and len(text) < 1_000 for text in problem.as_dict().values() if isinstance(text, str))
    # The service goes on: the same reader takes the next good report.
    assert reader.read(report_of["xlsx"], DAY).problems == ()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_bounds_and_harms_nobody(
    reader: Reader, report_of: dict[str, bytes], name: str
) -> None:
    check(reader, report_of, HOSTILE[name])


@pytest.mark.office
@pytest.mark.parametrize("name", OLD)
def test_a_hostile_file_of_another_program_is_refused_in_bounds_and_harms_nobody(
    reader: Reader, report_of: dict[str, bytes], name: str
) -> None:
    check(reader, report_of, OLD[name])


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
def test_a_file_that_is_no_workbook_is_refused(reader: Reader, data: bytes, rule: str) -> None:
    assert rules(reader.read(data, DAY)) == {rule}


def test_of_an_upload_of_500_mb_no_more_is_read_than_shows_that_it_is_too_large(
    intake: Intake, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(500_000_000)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    result = intake.submissions.accept(path, by="tester", received_at=datetime(2024, 7, 10, 9))
    assert time.monotonic() - start < MOST_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 100_000_000
    assert [problem.rule_code for problem in result.problems] == ["file_too_large"]
    assert not [name for _, _, names in os.walk(settings.landing_dir) for name in names]


def test_a_workbook_cut_anywhere_is_refused_without_a_crash(reference: Reference, report_of: dict[str, bytes]) -> None:
    for data in report_of.values():
        for part in range(1, 20):
            assert read_report(data[: len(data) * part // 20], reference, DAY).problems


def test_broken_xml_inside_a_sound_archive_is_refused(reference: Reference, report_of: dict[str, bytes]) -> None:
    for part in ("xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        for content in (
            b"",
            b"<",
            b"<worksheet><sheetData><row><c t='s'><v>999999</v></c></row></sheetData>",
            b"\xff\xfe\0",
        ):
            assert read_report(changed(report_of["xlsx"], {part: content}), reference, DAY).problems


def test_a_formula_error_is_told_at_its_cell_as_the_cell_shows_it(
    reference: Reference, report_of: dict[str, bytes]
) -> None:
    sheet = parts_of(report_of["xlsx"])["xl/worksheets/sheet2.xml"]
    start = sheet.index(b'<c r="C8"')
    end = sheet.index(b"</c>", start) + 4
    spoilt = sheet[:start] + b'<c r="C8" t="e"><f>1/0</f><v>#DIV/0!</v></c>' + sheet[end:]
    reading = read_report(changed(report_of["xlsx"], {"xl/worksheets/sheet2.xml": spoilt}), reference, DAY)
    assert ("cell_error", B1, "C8", "#DIV/0!") in {
        (problem.rule_code, problem.sheet, problem.cell, problem.value) for problem in reading.problems
    }


def test_what_would_run_in_a_spreadsheet_is_only_text_here(reference: Reference, report_of: dict[str, bytes]) -> None:
    parts = csv_parts(report_of["xlsx"], ";")
    name = "B8 Nhiệm vụ.csv"
    text = parts[name].decode("utf-8-sig")
    parts[name] = (text + "=cmd|' /C calc'!A0;@SUM(1+1);+1;-1\n").encode()
    reading = read_report(zip_of(parts), reference, DAY)
    assert reading.problems
    assert all(problem.sheet == "B8 Nhiệm vụ" for problem in reading.problems)


@pytest.mark.office
def test_pictures_and_comments_are_named_by_sheet_and_cell(report_of: dict[str, bytes], reference: Reference) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report_of["xlsx"]))
    Image.new("RGB", (1, 1)).save(dot := io.BytesIO(), "png")
    book[B3].add_image(Picture(dot), "D12")
    book.save(pictured := io.BytesIO())
    cells = b"<table:table-cell/><table:table-cell><office:annotation/></table:table-cell>"
    commented = ods_table(report_of["ods"], b"<table:table-row>" + cells + b"</table:table-row>")
    for data, places in ((pictured.getvalue(), {(B3, "D12")}), (commented, {("Bìa", "B32")})):
        found = read_report(data, reference, DAY).problems
        assert {(problem.rule_code, problem.sheet, problem.cell) for problem in found} == {
            ("file_has_attachments", *place) for place in places
        }


@pytest.mark.parametrize(
    ("part", "after", "text", "place"),
    [
        (SHEET, b"<oddFooter>", "&amp;LLập bảng: bà Nguyễn Thị Lan", ("header", B1)),
        (SHEET, b'promptTitle="', "chị Nguyễn Thị Lan, 0909 123 456", ("message", B1)),
        (SHEET, b"<formula1>", "&quot;Nguyễn Thị Lan,Trần Văn Nam&quot;", ("formula", B1)),
        (SHEET, b"</sheetData>", '<hyperlinks><hyperlink tooltip="bà Nguyễn Thị Lan"/></hyperlinks>', ("link", B1)),
        ("docProps/core.xml", b"<dc:title>", "Hồ sơ Nguyễn Thị Lan ", ("property", None)),
        ("xl/charts/chart1.xml", b"<a>", "<r>Nguyễn</r><r> Thị Lan</r>", ("other", None)),
        ("customXml/item1.xml", b"<a>", "Nguyễn Thị Lan", ("other", None)),
        ("xl/drawings/vmlDrawing1.vml", b"<a>", "<br>Nguyễn Thị Lan", ("other", None)),
        ("people.txt", b"<a>", "760 1\nNguyễn Thị Lan", ("other", None)),
    ],
)
def test_names_beside_the_cells_are_refused_where_they_are(
    report_of: dict[str, bytes], reference: Reference, part: str, after: bytes, text: str, place: tuple[str, str | None]
) -> None:
    content = parts_of(report_of["xlsx"]).get(part, after + b"</a>")
    assert after in content
    (problem,) = read_report(
        changed(report_of["xlsx"], {part: content.replace(after, after + text.encode(), 1)}), reference, DAY
    ).problems
    assert (problem.rule_code, problem.params["kind"]) == (
        "personal_data_beside_cells",
        "name" if "0909" not in text else "phone",
    )
    assert (problem.params["place"], problem.sheet) == place


def test_the_author_of_a_file_and_what_programs_note_in_it_refuse_nothing(
    report_of: dict[str, bytes], reference: Reference
) -> None:
    core = parts_of(report_of["xlsx"])["docProps/core.xml"]
    noted = {
        "docProps/core.xml": re.sub(rb"<dc:creator>[^<]*", "<dc:creator>Nguyễn Thị Lan".encode(), core),
        "docProps/custom.xml": b"<p><property name='KSOProductBuildVer'><v>1033-11.2.0.11537</v></property></p>",
        "xl/drawings/drawing1.xml": b"<d><rowOff>123456</rowOff></d>",
    }
    assert b"Lan" in noted["docProps/core.xml"]
    assert read_report(changed(report_of["xlsx"], noted), reference, DAY).problems == ()


@pytest.mark.office
def test_names_beside_the_cells_of_files_of_other_programs_are_refused(
    report_of: dict[str, bytes], reference: Reference
) -> None:
    name = b"ba Nguyen Thi Lan"
    footer = struct.pack("<HB", len(name), 0) + name
    styles = parts_of(report_of["ods"])["styles.xml"].replace(
        b"<style:footer>", b"<style:footer><text:p>" + name + b"</text:p>"
    )
    for data in (
        changed_record(report_of["xls"], 0x15, b"", 0x15, footer),
        changed(report_of["ods"], {"styles.xml": styles}),
    ):
        places = {
            (problem.rule_code, problem.params.get("place")) for problem in read_report(data, reference, DAY).problems
        }
        assert places == {("personal_data_beside_cells", "header")}
