"""A city of two tiers, its communes directly under it: 12 of them in `PACK`, 60 in the pack that `write_large` writes.

Codes begin with zeros. What the communes sent for the first two quarters of 2026, by their number in the list of units
(`report_of`); those in `SILENT` never sent the second quarter, which is under review. The twelve together:

    quarter 1   talks in 9 communes, 1,230 people reached, 115 of 127 violations dealt with
    quarter 2   the same without Lò Gạch (135 people, 12 of 13 violations), and twice as many people
    the city's agencies deal with 5 of 5 violations a quarter
"""

import csv
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tests.sent_packs import Rows, send
from tests.workbooks import B1, B2, B6, B8
from warehouse.forms.layout import WorkbookLayout, workbook_layout
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.plan.seeds import _combine
from warehouse.reference import Reference, Unit, load_reference

PACK = Path(__file__).parent / "pipeline" / "fixtures" / "two_tier_pack"
AS_OF = date(2026, 8, 15)
RECEIVED = {"2026Q1": "2026-04-10T09:00", "2026Q2": "2026-07-10T09:00"}
CITY = "01"
# The numbers of communes that never sent the second quarter: one in twelve, Lò Gạch in the small city.
SILENT_EACH, SILENT_NUMBER = 12, 5
LARGE = 60
# What the city's agencies sent for each quarter.
OF_THE_CITY = {B6: {CITY: {"violations_handled": 5, "violations_detected": 5}}}
_FIRST = ("An", "Bình", "Cẩm", "Đông", "Gia", "Hòa", "Khánh", "Long", "Minh", "Ngọc", "Phú", "Sơn", "Tân", "Vĩnh")
_SECOND = ("Châu", "Dương", "Giang", "Hải", "Khê", "Lộc", "Nghĩa", "Thạnh", "Xuân")


def surroundings(pack: Path = PACK) -> dict[str, Any]:
    """The surroundings of commands that work on a pack."""
    return {"as_of": AS_OF, "KPI_PLAN_DIR": str(pack)}


def communes(pack: Path = PACK) -> list[str]:
    """The codes of a pack's communes, in the order of its list."""
    with (pack / "seeds" / "units.csv").open(encoding="utf-8") as file:
        return [row["unit_code"] for row in csv.DictReader(file) if row["unit_level"] == "ward"]


def write_large(goal: Path) -> Path:
    """Write the pack of a large city: more communes than a ranking lists, under the same plan."""
    shutil.copytree(PACK, goal)
    path = goal / "seeds" / "units.csv"
    header, city, *_ = path.read_text(encoding="utf-8").splitlines()
    lines = [header, city]
    for number in range(LARGE):
        name = f"{_FIRST[number % len(_FIRST)]} {_SECOND[number // len(_FIRST)]}"
        kind, rank, noun = ("xa", "Xã", "Commune") if number % 5 > 1 else ("phuong", "Phường", "Ward")
        rural = str(kind == "xa").lower()
        code = f"{4 + 3 * number:05}"
        lines.append(f"{code},2026-01-01,,ward,{kind},{CITY},{rank} {name},{name} {noun},{name},{name},{rural},,,")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    amounts = goal / "seeds" / "target_amounts.csv"
    lines = amounts.read_text(encoding="utf-8").splitlines()
    # Other communes of the small city do not exist in the large one, and 00103 is another commune there.
    known = {CITY, *communes(goal)} - {"00103"}
    kept = [line for line in lines if lines.index(line) == 0 or not known.isdisjoint(line.split(","))]
    amounts.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return goal


def report_of(number: int, unit: str, part: int) -> dict[str, Rows]:
    """What a commune sent for a quarter: a talk unless it is the second in five, of the violations what it could."""
    held = 0 if number % 5 == 1 else 1 + number % 2
    detected, handled = 8 + number % 7, 8 + number % 7 - (4 if number % 6 == 3 else number % 2)
    status, percent = ("Hoàn thành", 100) if part == 2 and number % 4 else ("Đang thực hiện", 50)
    return {
        B1: {unit: {"sessions_direct": held, "reach_general": part * (60 + 15 * (number % 8))}},
        B2: {unit: {"integrated_poverty": "Có" if number % 3 else "Không"}},
        B6: {unit: {"violations_handled": handled, "violations_detected": detected}},
        B8: {unit: {"status": status, "percent_done": percent}},
    }


def publish(data_dir: Path, pack: Path = PACK) -> None:
    """Write and send what a pack's reporters sent, and publish what it makes. The program writes the workbooks: to fill
    the 120 of the large city as people do would take half a minute."""
    shutil.rmtree(data_dir, ignore_errors=True)
    folder = data_dir / "sent"
    reference = load_reference(_combine(pack, data_dir / "cache"))
    numbers = {unit: number for number, unit in enumerate(communes(pack))} | {CITY: -1}
    received = []
    for part, (period, day) in enumerate(RECEIVED.items(), start=1):
        for reporter in reference.reporters(period):
            number = numbers[reporter.unit_code]
            if part == 2 and number % SILENT_EACH == SILENT_NUMBER:
                continue
            sent = OF_THE_CITY if number < 0 else report_of(number, reporter.unit_code, part)
            form = write_form(folder / period, reference, reporter, period, sent)
            received.append((form.name, day))
    send(data_dir, received, **surroundings(pack))


def write_form(folder: Path, reference: Reference, reporter: Unit, period: str, sent: Mapping[str, Rows]) -> Path:
    """Write the workbook with which a unit reports on a period; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    layout = workbook_layout(reference, reporter, period)
    form = folder / f"{reporter.unit_code}_{period}.xlsx"
    write_workbook(form, reference, layout, Content(_values(layout, sent, reference)))
    return form


def _values(layout: WorkbookLayout, sent: Mapping[str, Rows], reference: Reference) -> dict[str, Any]:
    """What was sent, by form and row, answers by their codes."""
    codes = {code.label_vi: code.code for codes in reference.code_lists.values() for code in codes}
    return {
        sheet.form.form_code: {
            (key[0].unit_code, key[1]): {column: codes.get(value, value) for column, value in cells.items()}
            for key in sheet.row_keys
            if (cells := sent.get(sheet.form.sheet_name, {}).get(key[0].unit_code))
        }
        for sheet in layout.sheets
    }
