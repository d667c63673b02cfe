"""The form opens clean: nothing that Excel would repair, and LibreOffice keeps, adds up and prints what was typed."""

import io
import math
import re
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from tests.printouts import sheets
from tests.workbooks import B1, B2, B3, B4, B5, B7, B8, COVER, layout_of, plain_values
from warehouse.forms.layout import WorkbookLayout
from warehouse.forms.reading.reader import Reading, read_report
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.reference import Reference

OFFICE = shutil.which("soffice")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DAY = date(2025, 10, 20)
A4_LANDSCAPE_PT = (842, 595)
# At one page wide, this many rows of any sheet have room on a page.
ROWS_A_PAGE = 36
# What an officer of Huyện Bình Chánh types into white cells, in a form that shows last quarter's values beside.
TYPED = {
    (B1, "C7"): 12,
    (B1, "C8"): 30,
    (B1, "C9"): 0,
    (B2, "C7"): "Có",
    (B3, "C7"): "Có",
    (B3, "E7"): "15/QĐ-UBND",
    (B3, "G7"): datetime(2025, 3, 5),
    (B3, "I7"): 9,
    (B5, "T7"): 12.5,
    (B5, "T118"): 7.25,
    (B8, "E7"): "Hoàn thành",
    (B8, "G7"): 100,
}


def reporters(reference: Reference) -> dict[str, WorkbookLayout]:
    """Every kind of reporter: a district, the city, and a commune once there are no districts."""
    commune = next(unit for unit in reference.reporters("2025Q3") if unit.unit_level == "ward")
    return {
        "district": layout_of(reference, "785", "2025Q2"),
        "city": layout_of(reference, "79", "2025Q3"),
        "commune": layout_of(reference, commune.unit_code, "2025Q3"),
    }


def write_form(path: Path, reference: Reference, layout: WorkbookLayout) -> Path:
    """An empty form; the district and the city have a report of last quarter."""
    previous = {} if layout.reporter.unit_level == "ward" else plain_values(layout)
    write_workbook(path, reference, layout, Content(previous=previous))
    return path


@pytest.fixture(scope="module")
def forms(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An empty form of every kind of reporter, and the district's with what was typed."""
    folder = tmp_path_factory.mktemp("forms")
    paths = {
        kind: write_form(folder / f"{kind}.xlsx", reference, layout) for kind, layout in reporters(reference).items()
    }
    book = openpyxl.load_workbook(paths["district"])
    for (sheet, cell), value in TYPED.items():
        assert not book[sheet][cell].protection.locked, (sheet, cell)
        book[sheet][cell] = value
    paths["filled"] = folder / "filled.xlsx"
    book.save(paths["filled"])
    return paths


@pytest.fixture(scope="module")
def office(forms: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each form as LibreOffice saves it (.xlsx) and prints it (.pdf)."""
    folder = tmp_path_factory.mktemp("office")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    for kind in ("xlsx", "pdf"):
        command = [OFFICE or "soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder)]
        subprocess.run([*command, *map(str, forms.values())], check=True, capture_output=True, timeout=300)
    return folder


def read(path: Path, reference: Reference) -> Reading:
    return read_report(path.read_bytes(), reference, DAY)


def parts(path: Path, pattern: str) -> dict[str, ElementTree.Element]:
    """The parsed parts of a workbook whose names match."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {
            name: ElementTree.fromstring(archive.read(name))  # noqa: S314 - our own
            for name in archive.namelist()
            if re.search(pattern, name)
        }


@pytest.mark.parametrize("kind", ["district", "city", "commune"])
def test_excel_finds_nothing_to_repair(forms: dict[str, Path], kind: str) -> None:
    rules = [
        rule
        for sheet in parts(forms[kind], r"worksheets/sheet\d+\.xml$").values()
        for rule in sheet.iter(f"{MAIN}dataValidation")
    ]
    assert rules
    for rule in rules:
        assert len(rule.get("promptTitle") or "") in range(1, 33)
        assert len(rule.get("prompt") or "") in range(1, 256)
        assert len(rule.get("errorTitle") or "") in range(1, 33)
        assert len(rule.get("error") or "") in range(1, 226)
        assert all(len((formula.text or "").strip('"')) <= 255 for formula in rule)
    (book,) = parts(forms[kind], r"xl/workbook\.xml$").values()
    names = [str(sheet.get("name")) for sheet in book.iter(f"{MAIN}sheet")]
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    assert len(set(names)) == len(names)
    for name in book.iter(f"{MAIN}definedName"):
        assert re.fullmatch(r"(_xlnm\.)?[A-Za-z_][\w.]*", str(name.get("name")))
        assert "#REF!" not in (name.text or "")
    order = [element.tag.removeprefix(MAIN) for element in book]
    assert order.index("workbookPr") < order.index("workbookProtection") < order.index("bookViews")
    for sheet in parts(forms[kind], r"worksheets/sheet\d+\.xml$").values():
        assert not [cell for cell in sheet.iter(f"{MAIN}c") if cell.get("t") == "e"]
        for foot in sheet.iter(f"{MAIN}oddFooter"):
            assert len(foot.text or "") <= 255


@pytest.mark.office
@pytest.mark.parametrize("kind", ["district", "city", "commune"])
def test_an_empty_form_is_still_the_same_form_after_libreoffice_saved_it(
    forms: dict[str, Path], office: Path, reference: Reference, kind: str
) -> None:
    saved, own = read(office / f"{kind}.xlsx", reference), read(forms[kind], reference)
    assert {problem.rule_code for problem in saved.problems} == {"report_empty"}
    assert (saved.reporter, saved.period) == (own.reporter, own.period)
    book = openpyxl.load_workbook(office / f"{kind}.xlsx")
    written = openpyxl.load_workbook(forms[kind])
    assert book.sheetnames == written.sheetnames
    for sheet in book:
        assert sheet.protection.sheet, sheet.title
        kinds = [rule.type for rule in sheet.data_validations.dataValidation]
        assert set(kinds) == {rule.type for rule in written[sheet.title].data_validations.dataValidation}


@pytest.mark.office
def test_what_was_typed_survives_libreoffice_and_is_accepted(
    forms: dict[str, Path], office: Path, reference: Reference
) -> None:
    saved, own = read(office / "filled.xlsx", reference), read(forms["filled"], reference)
    assert saved.problems == own.problems == ()
    assert saved.rows == own.rows
    assert [row[3] for row in saved.rows["B1"]] == [12, 30, 0]
    assert saved.rows["B3"][0][3:] == ("yes", "15/QĐ-UBND", date(2025, 3, 5), 9)


@pytest.mark.office
def test_libreoffice_adds_up_what_was_typed_and_leaves_the_rest_empty(office: Path) -> None:
    book = openpyxl.load_workbook(office / "filled.xlsx", data_only=True)
    assert book[B1]["C24"].value == 42
    assert book[B1]["D24"].value == 17, "last quarter's"
    assert book[B5]["T119"].value == 19.75
    assert not book[B1]["E24"].value
    assert book[B1]["E24"].value != 0
    assert not [cell.value for cell in book[B7][23] if cell.column % 2 and cell.column > 2 and cell.value is not None]
    filled = {row[1].value: row[3].value for row in book[COVER].iter_rows() if row[3].value}
    assert (filled[B1], filled[B3], filled[B4]) == ("đã điền 3/170 ô", "đã điền 4/4 ô", "đã điền 0/68 ô")


@pytest.mark.office
@pytest.mark.parametrize("kind", ["district", "city", "commune"])
def test_it_prints_on_a4_landscape_and_on_no_more_pages_than_its_rows_need(
    office: Path, reference: Reference, kind: str
) -> None:
    layout = reporters(reference)[kind]
    pages = sheets(office / f"{kind}.pdf")
    assert {page.size for page in pages} == {A4_LANDSCAPE_PT}
    needed = 1 + sum(math.ceil((len(sheet.row_keys) + 1) / ROWS_A_PAGE) for sheet in layout.sheets)
    assert len(layout.sheets) + 1 <= len(pages) <= needed
    assert f"Trang {len(pages)}/{len(pages)}" in pages[-1].text
    for page in pages[1:]:
        assert "Mã đơn vị" in page.text, "headers stand on every page"
