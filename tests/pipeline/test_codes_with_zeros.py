"""A province whose official codes begin with zeros: they are text at the door, in the build and in every table."""

import re
import shutil
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.pipeline.commands import run, run_json
from tests.plan_pack import PACK, PROVINCE, fill
from tests.workbooks import B1, B2, B6

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


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which one district's report is published, filled in as spreadsheets leave codes: as numbers."""
    folder = tmp_path_factory.mktemp("zeros")
    data_dir, form = folder / "data", folder / "report.xlsx"
    options = PROVINCE | {"KPI_PLAN_DIR": str(with_zeros(PACK, folder / "pack"))}
    made = run(data_dir, "template", "--unit", "11", "--period", "2023H1", "--out", form, **options)
    assert made.returncode == 0, made.stdout + made.stderr
    fill(form, SENT)
    book = openpyxl.load_workbook(form)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in CODES.values():
                    cell.value = int(cell.value)
    book.save(form)
    told = run_json(data_dir, "submit", form, "--note", "chưa đủ cột", **options)
    assert [verdict["outcome"] for verdict in told] == ["accepted"], told
    assert run_json(data_dir, "build", **options)["outcome"] == "published"
    return data_dir


def test_a_report_whose_codes_became_numbers_counts_for_its_units(published: Path) -> None:
    with duckdb.connect(str(published / "published" / "warehouse.duckdb"), read_only=True) as connection:
        measured = connection.execute(
            "select unit_code, measure_value from marts.fct_measure where measure_code = 'sessions_direct' order by 1"
        ).fetchall()
        units = {code for (code,) in connection.execute("select unit_code from marts.dim_unit").fetchall()}
    assert measured == [("00004", 3), ("00005", 0), ("00006", 1)]
    assert units == set(CODES.values())
