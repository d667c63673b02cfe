"""Fixtures for tests of what districts send."""

import shutil
from pathlib import Path

import openpyxl
import pytest

from tests import small_city
from tests.conftest import _made_once, copy_data_dir
from tests.files_of_kinds import OFFICE, convert, csv_parts, zip_of
from tests.pipeline.commands import OWN_PLAN, run_json
from tests.plan_pack import send_overdue
from tests.workbooks import write_report
from warehouse.reference import Reference


@pytest.fixture(scope="session")
def small_data_dir(shared_root: Path, sample_workbooks: Path) -> Path:
    """A data folder with the reports of 760, 774 and 79 for 2021Q1 published under the plan of the city cut to three
    districts, and nothing else. Only to be read: builds go on in copies of it."""
    data_dir = shared_root / "small-data"

    def make() -> None:
        reports = [sample_workbooks / "2021Q1" / f"bao-cao_{code}_2021Q1.xlsx" for code in ("760", "774", "79")]
        # What an interrupted run left.
        shutil.rmtree(data_dir, ignore_errors=True)
        small_city.write_pack(data_dir / OWN_PLAN)
        run_json(data_dir, "submit", *reports, "--by", "first desk")
        run_json(data_dir, "build")

    _made_once(shared_root, "small", make)
    return data_dir


@pytest.fixture
def waiting_data_dir(province_data_dir: Path, tmp_path: Path) -> Path:
    """A copy of the province's data folder in which one more report waits to be built; commands need `PROVINCE`."""
    return copy_with_waiting_report(province_data_dir, tmp_path / "data")


def copy_with_waiting_report(data_dir: Path, goal: Path) -> Path:
    """Copy the province's data folder to `goal`, which is returned, and submit one more report there."""
    copy_data_dir(data_dir, goal)
    send_overdue(goal)
    return goal


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
    # As percent: alone, beside another (which old Excel packs into one record), by an own format; the last is none.
    percents = {"H3": "0%", "B8": "0.00%", "C8": "0%", "D8": "General", "B9": "[Red]0.0\\ %", "C9": '0" %"'}
    for cell, number_format in percents.items():
        sheet[cell] = 1
        sheet[cell].number_format = number_format
    sheet["B10"] = "gộp"
    sheet["B6"], sheet["F3"] = 7, 8
    sheet.row_dimensions[6].hidden = sheet.column_dimensions["F"].hidden = True
    sheet.merge_cells("B10:D11")
    book.create_sheet("Ẩn").sheet_state = "hidden"
    folder.mkdir(exist_ok=True)
    book.save(folder / "signs.xlsx")
    return folder / "signs.xlsx"
