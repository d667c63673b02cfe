"""Another plan of another place: a province of two districts and five communes that reports by half-year.

`PACK` is all that it has of its own. What its reporters sent for the halves of 2023, made up by hand; the second
district never sent the second half:

    talks held      Đồi Thông 3 + 2   Bến Gỗ 0 + 1   Đá Trắng 1 + 0   | Suối Bạc 2   Gò Dừa 0
    people reached  Đồi Thông 200+100 Bến Gỗ 0 + 50  Đá Trắng 100 + 0 | Suối Bạc 150 Gò Dừa 0
    violations dealt with / detected   901: 3/4 + 4/4   902: 2/2   the province's agencies: 3/4 + 1/2
"""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from tests.pipeline.commands import run
from tests.workbooks import B1, B2, B6, B8

PACK = Path(__file__).parent / "pipeline" / "fixtures" / "plan_pack"
# The second half of 2023 is due and under review, the first of 2024 is open.
AS_OF = date(2024, 2, 15)
RECEIVED = {"2023H1": "2023-07-10T09:00", "2023H2": "2024-01-10T09:00"}
# The surroundings of commands that work on it.
PROVINCE: dict[str, Any] = {"as_of": AS_OF, "KPI_PLAN_DIR": str(PACK)}

Rows = Mapping[str, Mapping[str, Any]]


def _talks(**by_commune: tuple[int, int]) -> dict[str, Rows]:
    codes = {code.removeprefix("c"): counts for code, counts in by_commune.items()}
    poor = {"90101", "90201"}
    return {
        B1: {code: {"sessions_direct": held, "reach_general": reached} for code, (held, reached) in codes.items()},
        B2: {code: {"integrated_poverty": "Có" if code in poor else "Không"} for code in codes},
    }


def _violations(unit: str, handled: int, detected: int) -> dict[str, Rows]:
    return {B6: {unit: {"violations_handled": handled, "violations_detected": detected}}}


def _task(unit: str, status: str, percent_done: int) -> dict[str, Rows]:
    return {B8: {unit: {"status": status, "percent_done": percent_done}}}


REPORTS: dict[tuple[str, str], dict[str, Rows]] = {
    ("90", "2023H1"): _violations("90", 3, 4),
    ("90", "2023H2"): _violations("90", 1, 2),
    ("901", "2023H1"): _talks(c90101=(3, 200), c90102=(0, 0), c90103=(1, 100))
    | _violations("901", 3, 4)
    | _task("901", "Đang thực hiện", 50),
    ("901", "2023H2"): _talks(c90101=(2, 100), c90102=(1, 50), c90103=(0, 0))
    | _violations("901", 4, 4)
    | _task("901", "Hoàn thành", 100),
    ("902", "2023H1"): _talks(c90201=(2, 150), c90202=(0, 0))
    | _violations("902", 2, 2)
    | _task("902", "Chưa thực hiện", 0),
}
# What the second district sends at last where a test has it do so.
OVERDUE = _talks(c90201=(1, 20), c90202=(0, 0)) | _violations("902", 1, 1)


def publish(data_dir: Path) -> None:
    """Fill the forms of the pack's reporters as people do, send them, and publish what they make."""
    folder = data_dir / "sent"
    shutil.rmtree(data_dir, ignore_errors=True)
    folder.mkdir(parents=True)
    received = ["file_name,received_at"]
    for (unit, period), sheets in REPORTS.items():
        form = _filled(data_dir, unit, period, sheets)
        received.append(f"{form.name},{RECEIVED[period]}")
    times = folder / "received.csv"
    times.write_text("\n".join(received) + "\n", encoding="utf-8")
    _run_well(data_dir, "submit", *sorted(folder.glob("*.xlsx")), "--received", times, "--note", "chưa đủ cột")
    _run_well(data_dir, "build")


def send_overdue(data_dir: Path) -> None:
    """Have the second district send its second half, which is not built."""
    _run_well(data_dir, "submit", _filled(data_dir, "902", "2023H2", OVERDUE), "--note", "chưa đủ cột")


def _filled(data_dir: Path, unit: str, period: str, sheets: Mapping[str, Rows]) -> Path:
    form = data_dir / "sent" / f"{unit}_{period}.xlsx"
    _run_well(data_dir, "template", "--unit", unit, "--period", period, "--out", form)
    fill(form, sheets)
    return form


def fill(form: Path, sheets: Mapping[str, Rows]) -> None:
    """Type values into a form: by sheet, unit and column code."""
    book = openpyxl.load_workbook(form)
    for name, rows in sheets.items():
        sheet = book[name]
        codes = next(row for row in sheet.iter_rows() if any(cell.value == "unit_code" for cell in row))
        columns = {cell.value: cell.column for cell in codes}
        first, last = codes[0].row + 1, sheet.max_row
        places = {str(sheet.cell(row, columns["unit_code"]).value): row for row in range(first, last + 1)}
        for unit, cells in rows.items():
            for code, value in cells.items():
                sheet.cell(places[unit], columns[code], value)
    book.save(form)


def _run_well(data_dir: Path, *arguments: str | Path) -> None:
    finished = run(data_dir, *arguments, **PROVINCE)
    assert finished.returncode == 0, finished.stdout + finished.stderr
