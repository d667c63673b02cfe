"""When the seeds change, originals landed on older forms are still read, and so are reports that arrive on them."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.workbooks import B1, B8, layout_of, plain_values, write_report
from warehouse.forms.columnar import write_columnar
from warehouse.forms.layout import form_version, raw_columns
from warehouse.forms.problems import UnknownCellError
from warehouse.forms.reading.reader import read_landed, read_report
from warehouse.reference import Reference, load_reference
from warehouse.sample.life import simulate
from warehouse.settings import SEEDS_DIR

NEW_COLUMN = (
    "B1,sessions_theatre,11,count,,0,100,false,,true,sum,false,channel,theatre,buổi,sessions,"
    "Số buổi sân khấu hóa,Sessions on stage,Số buổi sân khấu hóa trong quý.,Sessions on stage in the quarter.\n"
)


def changed(tmp_path: Path, name: str, change: Callable[[str], str]) -> Reference:
    """The seeds with one file changed."""
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS_DIR, folder)
    path = folder / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return load_reference(folder)


def test_a_new_column_is_empty_in_old_originals_and_in_reports_on_the_old_form(
    reference: Reference, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "old.xlsx", reference)
    newer = changed(tmp_path, "form_columns.csv", lambda text: text + NEW_COLUMN)
    rows = read_landed(path, newer)["B1"]
    assert raw_columns(newer, "B1")[-1] == ("sessions_theatre", "bigint")
    assert {row[-1] for row in rows} == {None}
    assert [row[:-1] for row in rows] == read_landed(path, reference)["B1"]
    reading = read_report(path.read_bytes(), newer, date(2024, 7, 10))
    assert reading.problems == ()
    assert [(remark.rule_code, remark.severity) for remark in reading.remarks] == [
        ("cover_form_older", "remark"),
        ("column_not_in_form", "remark"),
    ]
    assert reading.remarks[1].where() == B1
    assert reading.rows["B1"] == rows
    assert form_version(newer) != form_version(reference)


def test_a_column_that_every_row_needs_cannot_be_missing_from_an_old_form(reference: Reference, tmp_path: Path) -> None:
    path = write_report(tmp_path / "old.xlsx", reference)
    required = NEW_COLUMN.replace(",100,false,", ",100,true,")
    newer = changed(tmp_path, "form_columns.csv", lambda text: text + required)
    problems = read_report(path.read_bytes(), newer, date(2024, 7, 10)).problems
    assert [(problem.rule_code, problem.params["code"]) for problem in problems] == [
        ("missing_column", "sessions_theatre")
    ]


def test_a_form_of_today_without_one_of_its_columns_is_refused(reference: Reference, tmp_path: Path) -> None:
    path = write_report(tmp_path / "a.xlsx", reference, edits={(B1, "L5"): None, (B1, "L6"): None} | _column_emptied())
    problems = read_report(path.read_bytes(), reference, date(2024, 7, 10)).problems
    assert {problem.rule_code for problem in problems} == {"missing_column"}


def _column_emptied() -> dict[tuple[str, str], None]:
    return {(B1, f"L{row}"): None for row in range(1, 40)}


def test_the_sample_fills_a_column_that_only_the_seeds_know(tmp_path: Path) -> None:
    newer = changed(tmp_path, "form_columns.csv", lambda text: text + NEW_COLUMN)
    report = next(report for report in simulate(newer, 1) if "B1" in report.values)
    assert all(cells["sessions_theatre"] >= 0 for cells in report.values["B1"].values())


def test_a_reworded_answer_is_still_understood_through_its_former_label(reference: Reference, tmp_path: Path) -> None:
    path = write_report(tmp_path / "old.xlsx", reference)
    reworded = changed(
        tmp_path,
        "code_lists.csv",
        lambda text: text.replace(
            "task_status,under_way,2,Đang thực hiện,Under way,",
            "task_status,under_way,2,Đang làm,In progress,Đang thực hiện",
        ),
    )
    assert read_landed(path, reworded) == read_landed(path, reference)
    assert form_version(reworded) == form_version(reference)


def test_an_original_that_the_seeds_no_longer_explain_is_an_error_and_no_guess(
    reference: Reference, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "old.xlsx", reference)
    reworded = changed(tmp_path, "code_lists.csv", lambda text: text.replace("Đang thực hiện", "Đang làm"))
    with pytest.raises(UnknownCellError) as unknown:
        read_landed(path, reworded)
    problem = unknown.value.problem
    assert (problem.rule_code, problem.sheet, problem.value) == ("not_in_list", B8, "Đang thực hiện")
    assert openpyxl.load_workbook(path)[B8][problem.cell or ""].value == problem.value


def test_a_report_as_columns_that_the_seeds_no_longer_explain_is_an_error_and_no_guess(
    reference: Reference, tmp_path: Path
) -> None:
    layout = layout_of(reference, "760", "2024Q2")
    path = tmp_path / "old.parquet"
    write_columnar(path, reference, layout, plain_values(layout))
    assert read_landed(path, reference)["B8"]
    own, other = "under_way,2,Đang thực hiện,Under way", "begun,2,Đang làm,Begun"
    removed = changed(tmp_path, "code_lists.csv", lambda text: text.replace(own, other))
    with pytest.raises(UnknownCellError) as unknown:
        read_landed(path, removed)
    problem = unknown.value.problem
    assert (problem.rule_code, problem.sheet, problem.value) == ("not_in_list", B8, "under_way")


def test_a_seed_with_a_bad_cell_says_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"periods\.csv line 2, start_date"):
        changed(tmp_path, "periods.csv", lambda text: text.replace("2021-01-01", "1/1/2021", 1))
