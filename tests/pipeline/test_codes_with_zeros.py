"""A province whose official codes begin with zeros: the door takes them for what they are, typed as numbers too.

That they stay so in the build and in every table is shown by `test_plan_to_mart.py`.
"""

import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.pipeline.commands import run, run_json
from tests.plan_pack import AS_OF, PACK, PROVINCE, fill
from tests.workbooks import B1, B2, B6
from warehouse.forms.layout import raw_columns
from warehouse.forms.reading.reader import read_report
from warehouse.plan.seeds import _combine
from warehouse.reference import load_reference

pytestmark = pytest.mark.build

# The pack's codes become codes that begin with zeros; a commune's is also the number of no other unit.
CODES = {"90": "01", "901": "011", "902": "012"} | {
    f"90{tail}": f"0000{number}" for number, tail in enumerate(("101", "102", "103", "201", "202"), start=4)
}
SENT = {
    B1: {
        "00004": {"sessions_direct": 3, "reach_general": 200},
        "00005": {"sessions_direct": 0, "reach_general": 0},
        "00006": {"sessions_direct": 1, "reach_general": 100},
    },
    B2: {code: {"integrated_poverty": "Không"} for code in ("00004", "00005", "00006")},
    B6: {"011": {"violations_handled": 3, "violations_detected": 4}},
}


def with_zeros(pack: Path, goal: Path) -> Path:
    """A copy of the pack with other codes."""
    shutil.copytree(pack, goal)
    for path in (goal / "seeds").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        for old, new in CODES.items():
            text = re.sub(rf"(?<=[,\n]){old}(?=,)", new, text)
        path.write_text(text, encoding="utf-8")
    return goal


def as_numbers(form: Path) -> None:
    """Make a number of every code, as spreadsheets do."""
    book = openpyxl.load_workbook(form)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in CODES.values():
                    cell.value = int(cell.value)
    book.save(form)


def test_a_report_whose_codes_became_numbers_counts_for_its_units(tmp_path: Path) -> None:
    data_dir, form = tmp_path / "data", tmp_path / "report.xlsx"
    pack = with_zeros(PACK, tmp_path / "pack")
    options = PROVINCE | {"KPI_PLAN_DIR": str(pack)}
    made = run(data_dir, "template", "--unit", "11", "--period", "2023H1", "--out", form, **options)
    assert made.returncode == 0, made.stdout + made.stderr
    fill(form, SENT)
    as_numbers(form)
    told = run_json(data_dir, "submit", form, "--note", "chưa đủ cột", **options)
    assert [verdict["outcome"] for verdict in told] == ["accepted"], told
    reference = load_reference(_combine(pack, tmp_path / "cache"))
    (landed,) = (data_dir / "landing").rglob("*.xlsx")
    reading = read_report(landed.read_bytes(), reference, AS_OF)
    assert (reading.reporter and reading.reporter.unit_code) == "011"
    for sheet, sent in SENT.items():
        form_code = next(code for code, name in reading.sheet_names.items() if name == sheet)
        names = [name for name, _ in raw_columns(reference, form_code)]
        rows = [dict(zip(names, row, strict=True)) for row in reading.rows[form_code]]
        codes = {"Có": "yes", "Không": "no"}
        assert {row["unit_code"]: {name: row[name] for name in sent[row["unit_code"]]} for row in rows} == {
            unit: {name: codes.get(value, value) for name, value in cells.items()} for unit, cells in sent.items()
        }
