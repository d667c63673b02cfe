"""A report is held against the suites before it lands: each finding says where, what, why, how to mend, how grave."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

from expectations.suites import RAW_SUITES
from tests.workbooks import B1, B2, B4, B5, B6, B7, B8, write_report
from warehouse.db.registry_tables import submission_problem
from warehouse.forms.problems import CONFIRM, REFUSE, REMARK, Problem, check_rule
from warehouse.forms.reading.reader import Reading, read_report
from warehouse.intake import Intake
from warehouse.intake.records import History
from warehouse.intake.report_checks import check_report
from warehouse.reference import Reference
from warehouse.registry.records import Arrival
from warehouse.sample.life import simulate
from warehouse.sample.writer import Planned, write_sample
from warehouse.settings import PROJECT_ROOT
from warehouse.text import load_texts

pytestmark = pytest.mark.slow

TODAY = date(2024, 12, 31)
NOW = datetime(2024, 12, 31, 9)
# Quận 1 is urban: the new-rural programme does not run there.
ROWS_OF_UNITS = range(7, 18)
NOT_RURAL = {(B2, f"C{row}"): "Không áp dụng" for row in ROWS_OF_UNITS}
Edits = Mapping[tuple[str, str], Any]
Read = Callable[..., Reading]


@pytest.fixture(scope="module")
def read(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Writes a report with some cells changed and reads it as the door does."""
    path = tmp_path_factory.mktemp("judged") / "report.xlsx"

    def written(edits: Edits, period: str = "2024Q1", reporter: str = "760") -> Reading:
        ground = NOT_RURAL if reporter == "760" else {}
        write_report(path, reference, reporter, period, {**ground, **edits})
        return read_report(path.read_bytes(), reference, TODAY)

    return written


@pytest.fixture(scope="module")
def last_quarter(read: Read) -> History:
    """The report of the quarter before, from which 1 + 1 - 1 cases are carried over."""
    return [("2023Q4", read({}, "2023Q4").rows)]


def found(problems: tuple[Problem, ...]) -> dict[str, Problem]:
    return {problem.rule_code.removeprefix("check:"): problem for problem in problems}


def test_a_good_report_is_neither_refused_nor_questioned(read: Read, reference: Reference) -> None:
    assert check_report(read({}), [], reference) == ()
    assert check_report(read({}, reporter="79"), [], reference) == ()


def test_whoever_typed_100_percent_into_a_cell_of_percents_is_told_why_it_reads_1(
    read: Read, reference: Reference
) -> None:
    reading = read({(B8, "E8"): "Hoàn thành", (B8, "F8"): 1.0, (B8, "G8"): "1/BC"})
    problem = found(check_report(reading, [], reference))["b8_tasks.percent_done_fits_done"]
    assert "100% được lưu thành 1" in problem.mend("vi")
    assert "stores 100% as 1" in problem.mend("en")


# The check, what is typed, and what is then said: weight, place, value, and a word of the text.
CASES: list[tuple[str, Edits, tuple[str, str, str, str]]] = [
    (
        "b5_inspection.first_inspections_within_inspections",
        {(B5, "E7"): 3, (B5, "D7"): 9},
        (REFUSE, f"{B5}!E7", "3", "“Lượt kiểm tra”: 1"),
    ),
    (
        "b6_cases.cases_resolved_within_open",
        {(B6, "G7"): 3},
        (REFUSE, f"{B6}!G7", "3", "“Vụ án tồn đầu quý” + “Vụ án mới thụ lý”: 2"),
    ),
    (
        "b6_cases.violations_handled_within_detected",
        {(B6, "D7"): 1250},
        (REFUSE, f"{B6}!D7", "1250", "là 1.250; “Vi phạm đã phát hiện”: 1."),
    ),
    ("b6_cases.cases_pending_carried_over", {(B6, "E7"): 4}, (CONFIRM, f"{B6}!E7", "4", "là 4; tính từ quý trước: 1")),
    (
        "b6_cases.violations_detected_fit_inspections",
        {(B6, "C7"): 0, (B6, "D7"): 0},
        (CONFIRM, f"{B6}!C7", "0", "trang B5 Kiểm tra: 70"),
    ),
    (
        "b7_support.people_supported_within_wanting",
        {(B7, "D8"): 2},
        (REFUSE, f"{B7}!D8", "2", "Phường Đa Kao: “Người được hỗ trợ” là 2"),
    ),
    (
        "b8_tasks.percent_done_fits_not_started",
        {(B8, "E7"): "Chưa bắt đầu"},
        (CONFIRM, f"{B8}!F7", "1", "N01 Truyền thông"),
    ),
    (
        "b8_tasks.percent_done_fits_done",
        {(B8, "E8"): "Hoàn thành", (B8, "G8"): "1/BC"},
        (REFUSE, f"{B8}!F8", "1", "là 1; mức đối chiếu: 100"),
    ),
    (
        "b2_integration.new_rural_left_to_rural",
        {(B2, "C8"): "Không"},
        (REMARK, f"{B2}!C8", "Không", "Phường Tân Định"),
    ),
]


@pytest.mark.parametrize(("code", "edits", "told"), CASES, ids=[case[0] for case in CASES])
def test_a_mistake_is_told_with_its_weight_its_cell_and_its_words(
    read: Read, reference: Reference, last_quarter: History, code: str, edits: Edits, told: tuple[str, str, str, str]
) -> None:
    problem = found(check_report(read(edits), last_quarter, reference))[code]
    *facts, words = told
    assert [problem.severity, problem.where(), problem.value] == facts
    assert words in problem.what("vi")
    for lang in ("vi", "en"):
        assert all((problem.what(lang), problem.expected(lang), problem.mend(lang)))
    assert problem.what("vi") != problem.what("en")


def test_the_year_so_far_counts_reports_already_accepted(read: Read, reference: Reference) -> None:
    first_quarter = [("2024Q1", read({(B4, "C8"): 5}).rows)]
    second = read({(B4, f"D{row}"): 5 if row == 8 else 0 for row in ROWS_OF_UNITS} | {(B4, "C8"): 5}, "2024Q2")
    code = "b4_training.officers_trained_within_total"
    assert code not in found(check_report(second, [], reference))
    problem = found(check_report(second, first_quarter, reference))[code]
    assert (problem.severity, problem.where(), problem.value) == (REFUSE, f"{B4}!D8", "5")
    assert problem.what("vi").startswith(
        "Phường Tân Định: “Cán bộ được tập huấn lần đầu trong năm” (cộng dồn trong năm)"
    )
    assert "là 6; số lớn nhất trong năm" in problem.what("vi")
    assert problem.what("en").endswith("“Officers on this work”: 5.")


def test_a_correction_that_would_break_the_year_of_a_later_report_is_refused(read: Read, reference: Reference) -> None:
    staff = {(B4, f"C{row}"): 5 for row in ROWS_OF_UNITS}
    later = [("2024Q2", read(staff | {(B4, f"D{row}"): 3 for row in ROWS_OF_UNITS}, "2024Q2").rows)]
    code = "b4_training.officers_trained_within_total"
    assert code not in found(check_report(read(staff | {(B4, "D8"): 2}), later, reference))
    problem = found(check_report(read(staff | {(B4, "D8"): 3}), later, reference))[code]
    assert (problem.severity, problem.where(), problem.value) == (REFUSE, f"{B4}!D8", "3")
    assert "báo cáo quý 2024Q2" in problem.what("vi")
    assert "là 6" in problem.what("vi")


def test_a_report_that_repeats_the_quarter_before_is_asked_about_row_by_row(read: Read, reference: Reference) -> None:
    many = {(B1, f"C{row}"): 30 for row in ROWS_OF_UNITS}
    history = [("2023Q4", read(many, "2023Q4").rows)]
    problems = [
        problem
        for problem in check_report(read(many), history, reference)
        if problem.rule_code == "check:b1_communication.sessions_not_copied"
    ]
    assert [problem.cell for problem in problems] == [f"C{row}" for row in ROWS_OF_UNITS]
    assert {problem.severity for problem in problems} == {CONFIRM}


def test_a_jump_of_the_whole_report_points_at_the_head_of_its_column(read: Read, reference: Reference) -> None:
    history = [("2023Q4", read({(B5, f"F{row}"): 90 for row in range(7, 20)}, "2023Q4").rows)]
    problem = found(check_report(read({(B5, f"F{row}"): 0 for row in range(7, 77)}), history, reference))[
        "b5_inspection.inspections_not_silent"
    ]
    assert (problem.where(), problem.value, problem.severity) == (f"{B5}!F5", "0", CONFIRM)
    assert "quý trước: 1.227" in problem.what("vi")


def test_blank_rows_are_named(read: Read, reference: Reference) -> None:
    columns = [get_column_letter(number + 3) for number in range(len(reference.columns("B7")))]
    blank = {(B7, f"{column}{row}"): None for row in (8, 9) for column in columns}
    problem = found(check_report(read(blank), [], reference))["b7_support.rows_present"]
    assert (problem.where(), problem.severity) == (f"{B7}!A5", CONFIRM)
    assert "Phường Đa Kao; Phường Bến Nghé" in problem.what("vi")
    assert "Da Kao Ward; Ben Nghe Ward" in problem.what("en")


def test_only_this_quarter_is_judged_and_an_older_version_gives_way(read: Read, reference: Reference) -> None:
    wrong = read({(B6, "G7"): 9}).rows
    later = read(
        {(B6, "G7"): 9} | {(B4, f"{column}{row}"): 0 for row in ROWS_OF_UNITS for column in "DF"}, "2024Q2"
    ).rows
    later = {**later, "B5": []}
    assert check_report(read({}), [("2024Q1", wrong), ("2024Q2", later)], reference) == ()
    against_wrong = check_report(read({}), [("2023Q4", wrong)], reference)
    assert "b6_cases.cases_pending_carried_over" in found(against_wrong)
    assert REFUSE not in {problem.severity for problem in against_wrong}


def test_what_could_not_be_read_is_not_called_missing(read: Read, reference: Reference) -> None:
    words = {(B6, f"{column}7"): "chưa rõ" for column in "FHI"} | {(B6, "D7"): 5}
    reading = read(words)
    assert {problem.rule_code for problem in reading.problems} == {"not_a_count"}
    assert set(found(check_report(reading, [], reference))) == {"b6_cases.violations_handled_within_detected"}


def test_nothing_is_said_while_nobody_knows_whose_report_it_is(read: Read, reference: Reference) -> None:
    assert check_report(replace(read({(B6, "G7"): 3}), reporter=None), [], reference) == ()
    assert check_report(Reading(), [], reference) == ()


def test_figures_of_people_in_need_are_shown_to_the_sender_and_never_kept(
    read: Read, reference: Reference, intake: Intake
) -> None:
    problem = found(check_report(read({(B7, "D8"): 37}), [], reference))["b7_support.people_supported_within_wanting"]
    assert "37" in problem.what("vi")
    kept = problem.kept()
    assert "37" not in f"{kept.value} {kept.params} {kept.as_dict()}"
    assert kept.what("vi") == "Phường Đa Kao: cần xem lại “Người được hỗ trợ”."
    arrival = Arrival("760", None, "2024Q1", NOW, NOW, "Quận 1", "0" * 64, "a.xlsx", False)
    row, _ = intake.registry.reject(arrival, [problem])
    assert intake.registry.problems(row.submission_id) == [kept]
    open_one = found(check_report(read({(B6, "G7"): 3}), [], reference))["b6_cases.cases_resolved_within_open"]
    assert open_one.kept() == open_one


def test_every_check_fits_into_the_registry_and_every_kind_of_sentence_is_worded() -> None:
    longest = max(len(check_rule(suite.name, rule.code)) for suite in RAW_SUITES for rule in suite.expectations)
    assert longest <= submission_problem.c.rule_code.type.length
    texts = load_texts("problems")["checks"]
    assert set(texts["mend"]) == {REFUSE, CONFIRM, REMARK}
    assert all({"vi", "en"} <= set(text) for part in ("what", "mend") for text in texts[part].values())


def test_the_samples_reports_pass_the_door(reference: Reference, tmp_path: Path) -> None:
    quarters = ("2021Q4", "2022Q1", "2022Q2")
    reports = takewhile(lambda report: report.period.period_code <= quarters[-1], simulate(reference, 7))
    wanted = [
        Planned(report.reporter, report.period.period_code, "report.xlsx", NOW, report.values)
        for report in reports
        if report.reporter.unit_code == "769" and report.period.period_code in quarters
    ]
    readings = {
        report.period_code: read_report((tmp_path / report.folder / report.file_name).read_bytes(), reference, TODAY)
        for report in write_sample(tmp_path, wanted)
    }
    history = [(code, readings[code].rows) for code in quarters[:2]]
    assert len(readings["2022Q2"].rows["B5"]) > 200
    assert REFUSE not in {problem.severity for problem in check_report(readings["2022Q2"], history, reference)}


def test_judging_needs_neither_great_expectations_nor_dbt() -> None:
    code = (
        "import sys, warehouse.intake.report_checks; "
        "print({'great_expectations', 'dbt', 'pandas'} & {name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT_ROOT)
    assert done.stdout.strip() == "set()"
