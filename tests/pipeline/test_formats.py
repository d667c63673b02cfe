"""A report may come as xlsx, xlsm, xls, ods or a zip of CSV: the figures are the same, and nothing is guessed."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.files_of_kinds import csv_parts, parts_of, zip_of
from tests.workbooks import B1, write_report
from warehouse.forms.formats import name_problems, open_book
from warehouse.forms.reading.reader import Reading, read_report
from warehouse.intake import Intake
from warehouse.reference import Reference
from warehouse.settings import Settings
from warehouse.storage.landing import content_hash, land, landed_path

DAY = date(2024, 7, 10)
KINDS = ["xlsx", "csv", pytest.param("xls", marks=pytest.mark.office), pytest.param("ods", marks=pytest.mark.office)]


def rules(reading: Reading) -> set[str]:
    return {problem.rule_code for problem in reading.problems}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_the_very_same_figures(report_of: dict[str, bytes], reference: Reference, kind: str) -> None:
    reading = read_report(report_of[kind], reference, DAY)
    assert (reading.kind, reading.problems) == (kind, ())
    assert reading.rows == read_report(report_of["xlsx"], reference, DAY).rows


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_lands_as_it_came_and_is_read_again(
    report_of: dict[str, bytes], reference: Reference, intake: Intake, settings: Settings, tmp_path: Path, kind: str
) -> None:
    data = report_of[kind]
    # The name says nothing about the kind.
    path = tmp_path / "bao cao.dat"
    path.write_bytes(data)
    result = intake.submissions.accept(path, by="tester", received_at=datetime(2024, 7, 10, 9))
    landed = landed_path(settings.landing_dir, content_hash(data))
    assert landed.read_bytes() == data
    assert landed.suffix == {"csv": ".zip"}.get(kind, f".{kind}")
    assert intake.ledger.rows_of(result.submission) == read_report(data, reference, DAY).rows


def test_originals_that_landed_before_other_kinds_were_read_are_still_found(tmp_path: Path) -> None:
    older = tmp_path / content_hash(b"x")[:2] / f"{content_hash(b'x')}.xlsx"
    older.parent.mkdir()
    older.write_bytes(b"x")
    assert landed_path(tmp_path, content_hash(b"x")) == older
    assert land(tmp_path, b"x", "ods") == older


def test_macros_are_passed_over_with_a_remark(report_of: dict[str, bytes], reference: Reference) -> None:
    with_macros = zip_of(parts_of(report_of["xlsx"]) | {"xl/vbaProject.bin": b"Sub Auto_Open()"})
    reading = read_report(with_macros, reference, DAY)
    assert (reading.kind, reading.problems) == ("xlsm", ())
    assert [(remark.rule_code, remark.severity) for remark in reading.remarks] == [("file_has_macros", "remark")]


def test_a_name_that_does_not_fit_the_content_is_remarked_on() -> None:
    assert name_problems("Báo cáo quý 1.XLSX", "xlsx") == name_problems("bao-cao.zip", "csv") == []
    (remark,) = name_problems("báo cáo.xls", "xlsx")
    assert (remark.rule_code, remark.severity) == ("file_suffix_differs", "remark")
    assert ".xlsx" in remark.expected("en")


@pytest.mark.parametrize("name", ["a" * 10_000 + ".xlsx", "report\u202exslx.exe", "a\0.xlsx"])
def test_a_name_that_hides_something_is_refused(name: str) -> None:
    assert [(fault.rule_code, fault.severity) for fault in name_problems(name, "xlsx")] == [("file_name_odd", "refuse")]


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), (",", "utf-16"), (";", "utf-8-sig")]
)
def test_csv_is_read_as_programs_write_it(
    report_of: dict[str, bytes], reference: Reference, separator: str, encoding: str
) -> None:
    data = zip_of(csv_parts(report_of["xlsx"], separator, encoding))
    reading = read_report(data, reference, DAY)
    assert reading.problems == ()
    assert reading.rows == read_report(report_of["xlsx"], reference, DAY).rows


def test_text_of_a_vietnamese_windows_is_read_where_it_is_certain() -> None:
    # Vietnamese Windows sets a tone behind its vowel; keyboards give "ố" as "ô" and a tone of its own.
    old = "Đơn vị;Số buổi\r\nPhường Bến Nghé;3\r\n"
    spelt = old.replace("ị", "i\u0323").replace("ố", "ô\u0301").replace("ổ", "ô\u0309").replace("ờ", "ơ\u0300")
    spelt = spelt.replace("ế", "ê\u0301")
    (sheet,) = open_book(zip_of({"B1.csv": spelt.encode("cp1258")})).sheets
    assert sheet.grid == [["Đơn vị", "Số buổi"], ["Phường Bến Nghé", "3"]]


@pytest.mark.parametrize(
    "content",
    [
        "Quận;Số\r\nQuËn 1;3\r\n".encode("latin-1", "replace").replace(b"?", b"\xcb"),  # TCVN3
        "Quaän 1;Soá buoåi\r\n".encode("latin-1"),  # VNI
        b"Qu\xe2n;S\xf4\r\n",  # accents that any western file may have
        "Đơn vị;3".encode("utf-16-le"),  # no mark says so
    ],
)
def test_text_of_an_uncertain_encoding_is_refused_not_guessed(content: bytes) -> None:
    (problem,) = open_book(zip_of({"B1 Truyền thông.csv": content})).problems
    assert problem.rule_code in ("csv_encoding", "csv_broken")
    assert problem.sheet == "B1 Truyền thông"


@pytest.mark.parametrize(
    ("content", "grid"),
    [
        ('a,b\n"1,5","x;y"\n', [["a", "b"], ["1,5", "x;y"]]),
        ('a;b\n1,5;"x"\n', [["a", "b"], ["1,5", "x"]]),
        ("sep=;\r\na;b\r\n", [["a", "b"]]),
        ('"nhiều\ndòng";2\n', [["nhiều\ndòng", "2"]]),
        ("=1+1;@SUM(A1)\n", [["=1+1", "@SUM(A1)"]]),
        ("a;b;c\n1\n", [["a", "b", "c"], ["1", "", ""]]),
        ("một cột\n5\n", [["một cột"], ["5"]]),
    ],
)
def test_cells_of_a_csv_are_what_stands_there(content: str, grid: list[list[str]]) -> None:
    (sheet,) = open_book(zip_of({"B1.csv": content.encode()})).sheets
    assert sheet.grid == grid


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("a,b;c\n1,2;3\n", "csv_separator"),
        ('a;"b\n', "csv_separator"),
        ("a;b\0\n", "csv_broken"),
        ("a;b\n" * 10_001, "sheet_too_large"),
        (";" * 60, "sheet_too_large"),
        ("a;" + "x" * 200_000, "csv_separator"),
    ],
)
def test_a_csv_that_can_be_read_two_ways_or_not_at_all_is_refused(content: str, rule: str) -> None:
    assert [problem.rule_code for problem in open_book(zip_of({"B1.csv": content.encode()})).problems] == [rule]


def test_names_in_an_archive_are_read_from_every_system(report_of: dict[str, bytes], reference: Reference) -> None:
    parts = csv_parts(report_of["xlsx"])
    clutter = {"__MACOSX/Quận 1/._Bìa.csv": b"\0\5\x16\7", "Quận 1/.DS_Store": b"\0"}
    mac = zip_of({f"Quận 1/{name}": content for name, content in parts.items()} | clutter)
    assert read_report(mac, reference, DAY).problems == ()
    # Archivers that set no mark for UTF-8.
    places = {chr(ord("A") + number) * len(name.encode()): name for number, name in enumerate(parts)}
    unmarked = zip_of({place: parts[name] for place, name in places.items()})
    for place, name in places.items():
        unmarked = unmarked.replace(place.encode(), name.encode())
    assert {sheet.name for sheet in open_book(unmarked).sheets} == {name.removesuffix(".csv") for name in parts}


def as_strict(parts: dict[str, bytes]) -> dict[str, bytes]:
    """A workbook's parts as Excel saves them as Strict Open XML."""
    begin, strict = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    names = (b"spreadsheetml/", b"officeDocument/")
    for name in names:
        parts = {part: content.replace(begin + name + b"2006/", strict + name) for part, content in parts.items()}
    return parts


def with_capitals(parts: dict[str, bytes]) -> dict[str, bytes]:
    """A workbook's parts with names in other letters than the workbook refers to them by."""
    return {name.replace("xl/worksheets/s", "xl/Worksheets/S"): content for name, content in parts.items()}


@pytest.mark.parametrize("written", [dict, as_strict, with_capitals])
def test_what_a_grid_cannot_show_is_told_beside_it(
    tmp_path: Path, reference: Reference, written: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference, edits={(B1, "H1"): "=1+1", (B1, "H2"): "#REF!"})
    data = zip_of(written(parts_of(path.read_bytes())))
    sheet = next(sheet for sheet in open_book(data).sheets if sheet.name == B1)
    # openpyxl writes formulas without results, as some programs do: that is not the same as an empty cell.
    assert (0, 7) in sheet.uncomputed
    assert sheet.errors == {(1, 7): "#REF!"}


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_hidden_sheets_rows_and_columns_joined_cells_errors_and_percents_are_seen_in_every_kind(
    report_of: dict[str, bytes], shared_root: Path, kind: str
) -> None:
    first, *rest = open_book((shared_root / "kinds" / f"signs.{kind}").read_bytes()).sheets
    assert first.grid[2][1:4] == ["chữ", 5.0, ""]
    assert (first.merged, first.errors) == (((9, 1, 10, 3),), {(2, 3): "#DIV/0!"})
    assert [sheet.is_hidden for sheet in (first, *rest)] == [False, True]
    assert (first.hidden_rows, first.hidden_columns) == ({5}, {5})
    assert first.percents == {(2, 7), (7, 1), (7, 2), (8, 1)}
