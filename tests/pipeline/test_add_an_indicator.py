"""CONTRIBUTING's six steps, followed to the letter on a copy of the project, give a figure and a page."""

import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.pipeline.commands import PROJECT, environment

pytestmark = pytest.mark.build
FOLLOWED_UP, SUPPORTED = 3, 4


@pytest.fixture(scope="module")
def extended_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project to which every diff of CONTRIBUTING.md has been applied."""
    copy = tmp_path_factory.mktemp("copy")
    files = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    for name in files.decode().split("\0"):
        source = PROJECT / name
        if name and source.is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(source.read_bytes())
    guide = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for change in re.findall(r"```diff\n(.*?)```", guide, flags=re.DOTALL):
        applied = subprocess.run(
            ["git", "apply", "--recount", "-"], cwd=copy, input=change, capture_output=True, text=True, check=False
        )
        assert applied.returncode == 0, f"a step no longer fits: {applied.stderr}\n{change}"
    return copy


def warehouse(project: Path, data_dir: Path, *arguments: str) -> str:
    """Run a command of the copied project; return what it printed."""
    return in_copy(project, data_dir, "-m", "warehouse", *arguments)


def in_copy(project: Path, data_dir: Path, *arguments: str, cwd: Path | None = None) -> str:
    """Run Python on the copied project, to a good end; return what it printed."""
    finished = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd or project,
        env=environment(data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def fill_first_ward(workbook: Path) -> str:
    """Write the two counts of the new target into the first ward's row; return the ward's code."""
    book = openpyxl.load_workbook(workbook)
    sheet = book["B7 Hỗ trợ"]
    codes = next(row for row in sheet.iter_rows() if any(cell.value == "people_followed_up" for cell in row))
    columns = {cell.value: cell.column for cell in codes}
    row = codes[0].row + 1
    sheet.cell(row, columns["people_wanting_support"], SUPPORTED)
    sheet.cell(row, columns["people_supported"], SUPPORTED)
    sheet.cell(row, columns["people_followed_up"], FOLLOWED_UP)
    ward = str(sheet.cell(row, columns["unit_code"]).value)
    book.save(workbook)
    return ward


READ_FIGURE = """
import json, sys
from sqlalchemy import text
from app.core.access import BUILT_IN_VIEWER
from app.web.page_renderer import draw
from warehouse.publish.engines import published
with published().engine.connect() as connection:
    row = connection.execute(text(
        "select numerator, denominator, value_pct, status from marts.fct_target_progress where target_code = 'T19' "
        "and unit_code = :ward and period_code = '2021Q1' and period_window = 'quarter'"), {"ward": sys.argv[1]}).one()
pages = {lang: draw("target", {"target": "T19", "period": "2021Q1", "lang": lang}, BUILT_IN_VIEWER).html
         for lang in ("vi", "en")}
print(json.dumps({"figure": list(row), "pages": pages}))
"""


@pytest.fixture(scope="module")
def built(extended_project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder built by the copy from one filled form, and the ward that reported."""
    folder = tmp_path_factory.mktemp("built")
    data_dir, workbook = folder / "data", folder / "form.xlsx"
    warehouse(extended_project, data_dir, "template", "--unit", "760", "--period", "2021Q1", "--out", str(workbook))
    ward = fill_first_ward(workbook)
    warehouse(extended_project, data_dir, "submit", str(workbook), "--note", "only one ward so far")
    warehouse(extended_project, data_dir, "build")
    return data_dir, ward


def test_a_new_indicator_needs_only_the_six_steps(extended_project: Path, built: tuple[Path, str]) -> None:
    data_dir, ward = built
    read = in_copy(extended_project, data_dir, "-c", READ_FIGURE, ward)
    found = json.loads(read)
    assert found["figure"] == [FOLLOWED_UP, SUPPORTED, 75.0, "monitor"]
    assert "Người được hỗ trợ được thăm hỏi lại" in found["pages"]["vi"]
    assert "People supported who were followed up" in found["pages"]["en"]


def test_the_unit_test_of_the_steps_holds(extended_project: Path, built: tuple[Path, str]) -> None:
    project = str(extended_project / "dbt_project")
    options = ["--project-dir", project, "--profiles-dir", project]
    select = ["--select", "follow_up_is_counted_against_people_supported"]
    printed = in_copy(
        extended_project, built[0], "-m", "dbt.cli.main", "test", *select, *options, cwd=built[0] / "published"
    )
    assert "PASS=1 " in printed


def test_the_seeds_stay_complete_and_consistent(extended_project: Path, built: tuple[Path, str]) -> None:
    # All but the two tests that state the plan's own 18 targets and their thresholds.
    select = "not 18_targets and not thresholds_are"
    printed = in_copy(
        extended_project, built[0], "-m", "pytest", "-p", "no:cacheprovider", "tests/unit/test_seeds.py", "-k", select
    )
    assert "failed" not in printed
