"""A province of five communes with forms of its own: a column more in B4, a form by way of counselling, one by commune.

`PACK` is a two-tier province whose codes begin with zeros. What its communes sent for the first half of 2026, made up
by hand; Nà Rì (01846) never sent anything, and Đèo Gió left the row of counselling by telephone blank:

    B4   volunteers trained, peers among them   An Lam 8, 3   Bản Cái 6, –   Cốc Pàng 5, 5   Đèo Gió 10, 1
    B9   sessions, people counselled, back      An Lam 30 15 6   Bản Cái 8 6 1   Cốc Pàng 60 35 18   Đèo Gió 3 2 1
    B10  million VND spent, a club              An Lam 12.5, yes   Bản Cái 0, no   Cốc Pàng 30.25, yes   Đèo Gió 7, no
"""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from tests.pipeline.commands import run_well
from tests.sent_packs import send

PACK = Path(__file__).parent / "pipeline" / "fixtures" / "forms_pack"
AS_OF = date(2026, 8, 15)
SURROUNDINGS: dict[str, Any] = {"as_of": AS_OF, "KPI_PLAN_DIR": str(PACK)}
PERIOD = "2026H1"
RECEIVED = "2026-07-10T09:00"
B4, B9, B10 = "B4 Tập huấn", "B9 Tư vấn", "B10 Kinh phí"
DIRECT, TELEPHONE, OTHER = "Trực tiếp", "Qua điện thoại", "Kênh khác"

# By sheet, then unit and category ("" where a row is a unit), then column.
Sheets = Mapping[str, Mapping[tuple[str, str], Mapping[str, Any]]]


def report_of(
    unit: str,
    volunteers: tuple[int, int, int | None],
    counselled: Mapping[str, tuple[int, int, int]],
    funds: tuple[float, int, str],
) -> Sheets:
    """Return a commune's report: volunteers (all, trained, peers), counselling by way, and funds, meetings, club."""
    total, trained, peers = volunteers
    own = {"volunteers_total": total, "volunteers_trained": trained, "officers_total": 2, "officers_trained": 1}
    names = ("luot_tu_van", "nguoi_tu_van", "nguoi_quay_lai")
    return {
        B4: {(unit, ""): own | ({} if peers is None else {"peers_trained": peers})},
        B9: {(unit, way): dict(zip(names, counts, strict=True)) for way, counts in counselled.items()},
        B10: {(unit, ""): dict(zip(("kinh_phi_trieu", "buoi_sinh_hoat", "co_cau_lac_bo"), funds, strict=True))},
    }


REPORTS = {
    "00692": report_of(
        "00692", (12, 8, 3), {DIRECT: (20, 9, 4), TELEPHONE: (10, 6, 2), OTHER: (0, 0, 0)}, (12.5, 4, "Có")
    ),
    "00695": report_of(
        "00695", (10, 6, None), {DIRECT: (5, 3, 0), TELEPHONE: (2, 2, 1), OTHER: (1, 1, 0)}, (0, 0, "Không")
    ),
    "01840": report_of(
        "01840", (9, 5, 5), {DIRECT: (40, 21, 11), TELEPHONE: (12, 10, 5), OTHER: (8, 4, 2)}, (30.25, 6, "Có")
    ),
    "01843": report_of("01843", (20, 10, 1), {DIRECT: (3, 2, 1), OTHER: (0, 0, 0)}, (7, 2, "Không")),
}


def publish(data_dir: Path) -> None:
    """Fill the forms of the communes as people do, send them, and publish what they make."""
    shutil.rmtree(data_dir, ignore_errors=True)
    folder = data_dir / "sent"
    folder.mkdir(parents=True)
    for unit, sheets in REPORTS.items():
        form = folder / f"{unit}.xlsx"
        write_form(data_dir, unit, form)
        fill(form, sheets)
    send(data_dir, [(f"{unit}.xlsx", RECEIVED) for unit in REPORTS], "đã rà lại", **SURROUNDINGS)


def write_form(data_dir: Path, unit: str, form: Path) -> None:
    """Write the empty form of a commune."""
    run_well(data_dir, "template", "--unit", unit, "--period", PERIOD, "--out", form, **SURROUNDINGS)


def fill(form: Path, sheets: Sheets) -> None:
    """Type values into a form."""
    book = openpyxl.load_workbook(form)
    for name, rows in sheets.items():
        sheet = book[name]
        columns, places = positions(sheet)
        for key, cells in rows.items():
            for code, value in cells.items():
                sheet.cell(places[key], columns[code], value)
    book.save(form)


def positions(sheet: Any) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """Return the columns of a sheet by code, and its rows by unit and category."""
    codes = next(row for row in sheet.iter_rows() if any(cell.value == "unit_code" for cell in row))
    columns = {cell.value: cell.column for cell in codes if cell.value}
    category = columns.get("kenh_tu_van")
    places = {}
    for row in range(codes[0].row + 1, sheet.max_row + 1):
        label = sheet.cell(row, category).value if category else ""
        places[str(sheet.cell(row, columns["unit_code"]).value), str(label or "")] = row
    return columns, places
