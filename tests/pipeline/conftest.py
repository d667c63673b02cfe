"""Fixtures for tests of what districts send."""

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import _made_once
from tests.files_of_kinds import OFFICE, convert, csv_parts, zip_of
from tests.workbooks import write_report
from warehouse.reference import Reference


@pytest.fixture(scope="session")
def report_of(pytestconfig: pytest.Config, shared_root: Path, reference: Reference) -> dict[str, bytes]:
    """One and the same valid report (Quận 1, 2024Q2) as every kind of file, by kind; in a quick run without those that
    LibreOffice makes."""
    has_office = OFFICE is not None and not pytestconfig.getoption("quick")
    folder = shared_root / ("kinds" if has_office else "plain-kinds")

    def make() -> None:
        folder.mkdir(exist_ok=True)
        path = write_report(folder / "report.xlsx", reference)
        data = path.read_bytes()
        (folder / "report.csv").write_bytes(zip_of(csv_parts(data)))
        if has_office:
            signs = _signs(folder / "plain")
            for kind, paths in {"xlsx": [signs], "xls": [path, signs], "ods": [path, signs]}.items():
                convert(paths, kind, folder)

    _made_once(shared_root, folder.name, make)
    return {path.suffix[1:]: path.read_bytes() for path in folder.glob("report.*")}


def _signs(folder: Path) -> Path:
    """A workbook with what a plain grid does not show."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B3"], sheet["C3"], sheet["D3"] = "chữ", "=2+3", "=1/0"
    sheet["B10"] = "gộp"
    sheet["B6"], sheet["F3"] = 7, 8
    sheet.row_dimensions[6].hidden = sheet.column_dimensions["F"].hidden = True
    sheet.merge_cells("B10:D11")
    book.create_sheet("Ẩn").sheet_state = "hidden"
    folder.mkdir(exist_ok=True)
    book.save(folder / "signs.xlsx")
    return folder / "signs.xlsx"
