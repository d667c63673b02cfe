"""A plan's own columns and forms, from the empty form to the marts: what people typed is what is published."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from tests import own_forms
from tests.own_forms import AS_OF, B4, B9, B10, DIRECT, OTHER, PACK, PERIOD, REPORTS, TELEPHONE, Sheets, fill, positions
from tests.pipeline.commands import run_well
from warehouse.forms.layout import form_version, workbook_layout
from warehouse.forms.problems import REFUSE, Problem
from warehouse.forms.reading.reader import Reading, read_report
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.intake.report_checks import check_report
from warehouse.packs.check import check_plan
from warehouse.packs.show import describe_plan
from warehouse.reference import Reference, load_reference

UNIT = "01840"


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Reference:
    """The seeds of the province."""
    monkeypatch.setenv("KPI_PLAN_DIR", str(PACK))
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path / "data"))
    return load_reference()


@pytest.fixture
def form(reference: Reference, tmp_path: Path) -> Path:
    """The empty form of a commune."""
    unit = reference.unit(UNIT, AS_OF)
    assert unit
    path = tmp_path / "form.xlsx"
    write_workbook(path, reference, workbook_layout(reference, unit, PERIOD), Content())
    return path


def read(form: Path, reference: Reference) -> tuple[Reading, tuple[Problem, ...]]:
    """Return a form as it is read, and everything that is wrong in it."""
    reading = read_report(form.read_bytes(), reference, AS_OF)
    return reading, (*reading.problems, *check_report(reading, [], reference))


def test_the_pack_has_no_mistake_and_is_shown_with_what_it_adds() -> None:
    checked = check_plan(PACK)
    assert checked.mistakes == ()
    for lang, part, protected in (
        ("vi", "một phần của “Tình nguyện viên được tập huấn lần đầu trong năm”", "số ít người được bảo vệ"),
        ("en", "part of “Volunteers trained, first time this year”", "small counts are protected"),
    ):
        lines = describe_plan(checked.tables, lang, AS_OF)
        (peers,) = (line for line in lines if "peers_trained" in line)
        assert part in peers
        assert protected in peers
        assert not any("officers_total" in line for line in lines)


def test_the_empty_form_has_the_added_column_and_both_forms_with_a_row_per_category(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    assert book.sheetnames[1:] == [B4, B9, B10]
    assert "peers_trained" in positions(book[B4])[0]
    columns, rows = positions(book[B9])
    assert list(columns) == ["unit_code", "unit_name", "kenh_tu_van", "luot_tu_van", "nguoi_tu_van", "nguoi_quay_lai"]
    assert [category for _, category in rows if category] == [DIRECT, TELEPHONE, OTHER]
    assert book[B9]["C5"].value == "Kênh tư vấn"
    limits = {str(rule.sqref): rule.formula1 for rule in book[B4].data_validations.dataValidation}
    assert "G7<=40" in limits["G7"]


def test_a_form_filled_in_is_read_as_it_was_typed(form: Path, reference: Reference) -> None:
    fill(form, REPORTS[UNIT])
    reading, problems = read(form, reference)
    assert problems == ()
    assert [row[3:] for row in reading.rows["B9"]] == [
        ("truc_tiep", 40, 21, 11),
        ("dien_thoai", 12, 10, 5),
        ("other", 8, 4, 2),
    ]
    assert [row[3:] for row in reading.rows["B10"]] == [(30.25, 6, "yes", None)]


@pytest.mark.parametrize("label", ["Qua điện thoại", "QUA DIEN THOAI", "By telephone", "đt", "dien_thoai"])
def test_a_category_is_read_as_people_write_it(form: Path, reference: Reference, label: str) -> None:
    fill(form, REPORTS[UNIT])
    rename_category(form, label)
    reading, problems = read(form, reference)
    assert problems == ()
    assert reading.rows["B9"][1][3] == "dien_thoai"


def rename_category(form: Path, label: str) -> None:
    """Write another label in the row of counselling by telephone."""
    book = openpyxl.load_workbook(form)
    columns, rows = positions(book[B9])
    book[B9].cell(rows[UNIT, TELEPHONE], columns["kenh_tu_van"], label)
    book.save(form)


@dataclass(frozen=True)
class Mistake:
    """What is typed over a good report, and the one reason that it gets: place, value, sentences."""

    typed: Sheets
    cell: str
    value: str
    what: str
    expected_vi: str
    expected_en: str
    mend: str


MISTAKES = (
    Mistake(
        {B9: {(UNIT, DIRECT): {"luot_tu_van": 401}}},
        *("B9 Tư vấn!D7", "401", "“Lượt tư vấn” lớn hơn giới hạn."),
        *("Từ 0 đến 400.", "From 0 to 400.", "nới giới hạn"),
    ),
    Mistake(
        {B4: {(UNIT, ""): {"peers_trained": 41, "volunteers_trained": 60, "volunteers_total": 60}}},
        *("B4 Tập huấn!G7", "41", "“Tình nguyện viên đồng đẳng được tập huấn” lớn hơn giới hạn."),
        *("Từ 0 đến 40.", "From 0 to 40.", "nới giới hạn"),
    ),
    Mistake(
        {B9: {(UNIT, DIRECT): {"nguoi_tu_van": 5, "nguoi_quay_lai": 6}}},
        *("B9 Tư vấn!F7", "6", "Xã Cốc Pàng, Trực tiếp: “Người quay lại” là 6; “Người được tư vấn”: 5."),
        "“Người quay lại” không quá “Người được tư vấn”.",
        "“People who came back” is within “People counselled”.",
        "Sửa ô này hoặc ô liên quan",
    ),
    Mistake(
        {B9: {(UNIT, OTHER): {"luot_tu_van": "nhiều"}}},
        *("B9 Tư vấn!D9", "nhiều", "“Lượt tư vấn” không phải số đếm đọc được chắc chắn."),
        *("Số nguyên, ví dụ 1250 (hoặc 1.250).", "A whole number, such as 1250.", "Gõ lại bằng chữ số"),
    ),
    Mistake(
        {B10: {(UNIT, ""): {"co_cau_lac_bo": "đang xin"}}},
        *("B10 Kinh phí!E7", "đang xin", "“Có câu lạc bộ” không có trong danh sách trả lời."),
        *("Một trong: ", "One of: ", "chọn trong danh sách"),
    ),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.cell for mistake in MISTAKES])
def test_a_mistake_is_told_with_sheet_cell_value_and_remedy(form: Path, reference: Reference, mistake: Mistake) -> None:
    fill(form, REPORTS[UNIT])
    fill(form, mistake.typed)
    (problem,) = read(form, reference)[1]
    assert (problem.where(), problem.value, problem.severity) == (mistake.cell, mistake.value, REFUSE)
    assert problem.what("vi") == mistake.what
    assert mistake.expected_vi in problem.expected("vi")
    assert mistake.expected_en in problem.expected("en")
    assert mistake.mend in problem.mend("vi")


def test_an_unknown_category_is_told_with_those_that_there_are(form: Path, reference: Reference) -> None:
    fill(form, REPORTS[UNIT])
    rename_category(form, "Qua thư")
    problem = next(problem for problem in read(form, reference)[1] if problem.rule_code == "category_unknown")
    assert (problem.where(), problem.value) == ("B9 Tư vấn!C8", "Qua thư")
    assert problem.expected("vi") == "Một trong: Trực tiếp | Qua điện thoại | Kênh khác."


def test_a_part_without_its_whole_and_a_telephone_number_in_a_remark_are_refused(
    form: Path, reference: Reference
) -> None:
    fill(form, REPORTS[UNIT])
    fill(form, {B9: {(UNIT, DIRECT): {"nguoi_tu_van": ""}}, B10: {(UNIT, ""): {"ghi_chu": "gọi 0912 345 678"}}})
    found = {problem.rule_code: problem for problem in read(form, reference)[1]}
    assert found["personal_data_in_cell"].where() == "B10 Kinh phí!F7"
    assert found["whole_missing"].where() == "B9 Tư vấn!E7"
    assert all(problem.value is None for problem in found.values())


def test_the_figures_of_a_sensitive_part_are_not_kept_with_the_refusal(form: Path, reference: Reference) -> None:
    fill(form, REPORTS[UNIT])
    fill(form, {B4: {(UNIT, ""): {"peers_trained": 39}}})
    (problem,) = read(form, reference)[1]
    assert "39" in problem.what("vi")
    assert "39" not in str(problem.kept().as_dict())


def test_a_form_from_before_the_column_was_added_leaves_it_unknown(
    form: Path, reference: Reference, tmp_path: Path
) -> None:
    fill(form, REPORTS[UNIT])
    book = openpyxl.load_workbook(form)
    book[B4].delete_cols(positions(book[B4])[0]["peers_trained"])
    version = next(
        cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == form_version(reference)
    )
    version.value = "form/00000000"
    book.save(form)
    reading, problems = read(form, reference)
    assert [problem for problem in problems if problem.severity == REFUSE] == []
    assert reading.rows["B4"][0][-1] is None
    assert "column_not_in_form" in {remark.rule_code for remark in reading.remarks}


@pytest.fixture(scope="module")
def ask(own_forms_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A function that gives the rows of a statement on what is published."""
    # The file itself may be open in this process, otherwise than here.
    copied = shutil.copy(own_forms_data_dir / "published" / "warehouse.duckdb", tmp_path_factory.mktemp("published"))
    with duckdb.connect(copied, read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


@pytest.mark.build
@pytest.mark.parametrize(
    ("target", "figures"),
    [
        # 3/8 + 5/5 + 1/10; Bản Cái left the added column empty, which is unknown and not zero.
        ("D1", {"00692": (3, 8), "00695": (None, None), "01840": (5, 5), "01843": (1, 10), "06": (9, 23)}),
        # Over all ways of counselling; Đèo Gió left one blank.
        ("D2", {"00692": (6, 15), "00695": (1, 6), "01840": (18, 35), "01843": (1, 2), "06": (26, 58)}),
        # 30 + 8 + 60 + 3 of 600; a number is assigned to Cốc Pàng and to no other commune.
        ("D3", {"00692": (None, None), "01840": (60, 100), "06": (101, 600)}),
        ("D4", {"00692": (1, 1), "00695": (0, 1), "01840": (1, 1), "01843": (0, 1), "06": (2, 4)}),
        ("D5", {"06": (49.75, 90)}),
    ],
)
def test_targets_on_own_forms_are_what_a_person_adds_up(
    ask: Any, target: str, figures: dict[str, tuple[float | None, float | None]]
) -> None:
    rows = ask(
        "select unit_code, numerator, denominator from marts.fct_target_progress "
        f"where target_code = '{target}' and period_code = '{PERIOD}' and period_window = 'ytd'"
    )
    found = {unit: (numerator, denominator) for unit, numerator, denominator in rows}
    assert {unit: found[unit] for unit in figures} == figures


@pytest.mark.build
def test_every_typed_number_is_published_once_and_an_empty_cell_is_none(ask: Any) -> None:
    measures = {"luot_tu_van", "nguoi_tu_van", "nguoi_quay_lai"}
    by_label = {DIRECT: "truc_tiep", TELEPHONE: "dien_thoai", OTHER: "other"}
    typed = {
        (unit, by_label[category], code): value
        for unit, sheets in REPORTS.items()
        for (_, category), cells in sheets[B9].items()
        for code, value in cells.items()
    }
    rows = ask(
        "select unit_code, category_code, measure_code, measure_value from marts.fct_measure where form_code = 'B9'"
    )
    assert {row[:3]: row[3] for row in rows} == typed
    assert {row[2] for row in rows} == measures
    peers = dict(ask("select unit_code, measure_value from marts.fct_measure where measure_code = 'peers_trained'"))
    assert peers == {"00692": 3, "01840": 5, "01843": 1}
    answers = ask("select unit_code, answer_code from marts.fct_measure where measure_code = 'co_cau_lac_bo'")
    assert dict(answers) == {"00692": "yes", "00695": "no", "01840": "yes", "01843": "no"}


@pytest.mark.build
def test_what_can_be_expected_of_own_forms_is_known(ask: Any) -> None:
    rows = ask(f"select form_code, unit_code, form_state from marts.fct_form_unit where period_code = '{PERIOD}'")
    states = {(form, unit): state for form, unit, state in rows}
    assert {form for form, _ in states} == {"B4", "B9", "B10"}
    assert {unit for (_, unit), state in states.items() if state == "not_reported"} == {"01846"}
    checks = dict(ask("select check_code, is_success from marts.fct_quality_result where table_name like 'b9%'"))
    # Two of three rows of Đèo Gió are fewer than nine in ten.
    assert checks == {
        "b9_tu_van.cells_present": True,
        "b9_tu_van.rows_present": False,
        "b9_tu_van.nguoi_quay_lai_part": True,
    }


@pytest.mark.build
def test_a_target_on_an_own_form_leads_back_to_its_table(ask: Any) -> None:
    edges = ask("select node, parent, description from marts.dim_lineage")
    assert ("stg_form_values", "b9_tu_van") in {edge[:2] for edge in edges}
    assert ("b9_tu_van", None, "One row per accepted submission and row of form B9.") in edges
    assert not any(node == "form_tables" for node, _, _ in edges)


@pytest.mark.build
def test_the_sample_of_the_pack_fills_its_forms_and_is_accepted(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    told = run_well(data_dir, "sample", "--out", data_dir / "sample", "--load", **own_forms.SURROUNDINGS)
    assert " 0 refused" in told
    forms = sorted((data_dir / "sample").rglob("*.xlsx"))
    book = openpyxl.load_workbook(forms[-1])
    columns, rows = positions(book[B9])
    numbers = [book[B9].cell(row, columns["luot_tu_van"]).value for key, row in rows.items() if key[1]]
    assert all(isinstance(number, int) for number in numbers)
