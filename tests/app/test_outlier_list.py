"""Numbers that stand out: asked about at the door as the mart lists them, kept with their answers; no count is told."""

from collections import Counter
from math import sqrt
from pathlib import Path
from statistics import median

import pytest

from app.core.access import BUILT_IN_VIEWER, Right
from app.core.reader import Reader
from app.queries import marts, plan, quality
from app.queries.fetch import quoted_statement
from app.records.quality import Outlier
from app.web.page_renderer import draw
from tests.app.roles import VIEWERS
from tests.conftest import copy_for_writing
from tests.workbooks import edit
from warehouse.forms.problems import CONFIRM, TAKEN_OUT, quote
from warehouse.intake import NEEDS_NOTE, RECEIVED, Assessment, Intake
from warehouse.publish.engines import Published
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def own(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the published sample with its workbooks."""
    return copy_for_writing(published_data_dir, tmp_path_factory.mktemp("outliers") / "data", "landing")


@pytest.fixture
def intake(own: Path, monkeypatch: pytest.MonkeyPatch) -> Intake:
    monkeypatch.setenv("KPI_DATA_DIR", str(own))
    return Intake.open(Settings.from_env())


def listed(warehouse: Published) -> list[Outlier]:
    """Every number that stands out in the published sample."""
    reader = Reader(BUILT_IN_VIEWER, warehouse)
    return [row for period in plan.periods(reader) for row in quality.outliers(reader, period.period_code)]


def asked(intake: Intake, submission: int) -> tuple[Assessment, Counter[str]]:
    """The assessment of a report as it arrived, and the columns that it is asked about because they stand out."""
    name, data = intake.ledger.original(submission)
    assessment = intake.assessor.check(data, name)
    questions = [question for question in assessment.questions if question.rule_code == quality.OUTLIER]
    assert {question.severity for question in questions} <= {CONFIRM}
    return assessment, Counter(question.params["column"] for question in questions)


def test_the_door_asks_about_the_numbers_that_the_mart_lists(intake: Intake, warehouse: Published) -> None:
    rows = listed(warehouse)
    by_report = Counter(row.submission_id for row in rows)
    assert len(by_report) > 20
    headers = {column.column_code: column.header_vi for column in intake.reference.form_columns}
    of_people = next(row.submission_id for row in rows if row.is_sensitive)
    chosen = [*sorted(by_report, key=lambda one: -by_report[one])[:4], of_people]
    for submission in chosen:
        wanted = Counter(headers[row.measure_code] for row in rows if row.submission_id == submission)
        assert asked(intake, submission)[1] == wanted
    silent = next(one for one in range(min(by_report), max(by_report)) if one not in by_report)
    assert asked(intake, silent)[1] == Counter()


def test_a_report_is_not_refused_for_it_and_its_reason_is_kept_beside_the_number(
    intake: Intake, warehouse: Published, tmp_path: Path
) -> None:
    row = next(row for row in listed(warehouse) if row.is_sensitive)
    assessment, _ = asked(intake, row.submission_id)
    questions = [one for one in assessment.questions if one.rule_code == quality.OUTLIER]
    question = next(one for one in questions if "sensitive" in one.params)
    assert "khác hẳn các kỳ trước" in question.what("vi")
    assert "is it right?" in question.what("en")
    kept = question.kept()
    assert ({kept.params[name] for name in ("given", "computed", "figures")}, kept.value) == ({TAKEN_OUT}, None)
    page = {"period": row.period_code, "lang": "vi"}
    before = draw("quality", page, BUILT_IN_VIEWER).html
    assert "id='outliers'" in before
    assert f"unit={row.unit_code}" in before
    assert "chưa hỏi khi nộp" in before
    # A correction with one more person: the number still stands out.
    name, data = intake.ledger.original(row.submission_id)
    file = tmp_path / name
    file.write_bytes(data)
    edit(file, {(question.sheet or "", question.cell or ""): int(row.measure_value) + 1})
    assert intake.submit(file.read_bytes(), name, by="Cán bộ").outcome == NEEDS_NOTE
    receipt = intake.submit(file.read_bytes(), name, by="Cán bộ", note="Đã đối chiếu sổ.")
    assert receipt.outcome == RECEIVED, receipt.assessment.problems
    assert receipt.submission is not None
    answers = {who: quality.outlier_answers(Reader(VIEWERS[who], warehouse)) for who in ("department", "leader")}
    assert answers == {"department": {receipt.submission.submission_id: "Đã đối chiếu sổ."}, "leader": {}}


def earlier_numbers(warehouse: Published, row: Outlier) -> list[tuple[str, float, int]]:
    """The published numbers of an outlier's cell before it: period, number and report, the newest last."""
    sql = """
        select period_code, measure_value, submission_id from marts.fct_measure
        where measure_code = :measure and category_code = :category and unit_code = :unit
            and unit_valid_from = :valid_from and period_code < :period and measure_value is not null
        order by period_code
    """
    cell = {
        "measure": row.measure_code,
        "category": row.category_code,
        "unit": row.unit_code,
        "valid_from": row.unit_valid_from.isoformat(),
        "period": row.period_code,
    }
    with warehouse.engine.connect() as connection:
        return [tuple(found) for found in connection.execute(quoted_statement(sql, cell))]


def stands_out(number: float, earlier: list[float]) -> bool:
    """Whether a number is five spreads from the median of earlier ones, as docs/methodology.md defines a spread."""
    middle = median(earlier)
    deviation = median(abs(value - middle) for value in earlier)
    return abs(number - middle) >= 5 * max(1.4826 * deviation, sqrt(middle))


def test_a_report_accepted_since_the_publication_is_compared_in_place_of_the_one_before_it(
    intake: Intake, warehouse: Published, tmp_path: Path
) -> None:
    by_report = Counter(row.submission_id for row in listed(warehouse))
    for row in listed(warehouse):
        *_, (before, _, report) = numbers = earlier_numbers(warehouse, row)
        values = [number for _, number, _ in numbers]
        # The newest becomes the largest, so that the median moves up.
        corrected = [*values[:-1], max(values)][-12:]
        is_of_year = before[:4] == row.period_code[:4]
        is_moved = median(corrected) != median(values[-12:]) and stands_out(row.measure_value, corrected)
        if by_report[row.submission_id] == 1 and is_of_year and is_moved:
            break
    assessment, _ = asked(intake, row.submission_id)
    (question,) = [one for one in assessment.questions if one.rule_code == quality.OUTLIER]
    assert question.params["computed"] == quote(median(values[-12:]))
    name, data = intake.ledger.original(report)
    file = tmp_path / name
    file.write_bytes(data)
    edit(file, {(question.sheet or "", question.cell or ""): int(max(values))})
    receipt = intake.submit(file.read_bytes(), name, by="Cán bộ", note="Đã đối chiếu sổ.")
    assert receipt.submission is not None, receipt.assessment.problems
    intake.decisions.accept(receipt.submission.submission_id, "Sở", "Đã đối chiếu sổ.")
    assessment, _ = asked(intake, row.submission_id)
    (question,) = [one for one in assessment.questions if one.rule_code == quality.OUTLIER]
    assert question.params["computed"] == quote(median(corrected))


def test_no_list_tells_a_viewer_without_the_right_that_a_count_of_people_stands_out(warehouse: Published) -> None:
    sensitive = {row.period_code: row for row in listed(warehouse) if row.is_sensitive}
    for name in ("leader", "officer"):
        reader = Reader(VIEWERS[name], warehouse)
        for period, hidden in sensitive.items():
            rows = quality.outliers(reader, period)
            assert not any(row.is_sensitive for row in rows)
            columns = [column.column_name for column in marts.columns(reader, "fct_outlier")]
            taken = [dict(zip(columns, row, strict=True)) for row in marts.rows(reader, "fct_outlier", period)]
            assert {row["measure_code"] for row in taken} == {row.measure_code for row in rows}
            assert len(taken) == len(rows)
            assert hidden.measure_code not in {row["measure_code"] for row in taken}
        # Nor how many rows there are in all, from which the hidden ones would follow.
        (publication,) = marts.rows(reader, "publication", None)
        names = [column.column_name for column in marts.columns(reader, "publication")]
        assert dict(zip(names, publication, strict=True))["row_counts"] is None
    assert Right.SMALL_COUNTS in VIEWERS["department"].rights
    department = Reader(VIEWERS["department"], warehouse)
    assert any(row.is_sensitive for row in quality.outliers(department, next(iter(sensitive))))
