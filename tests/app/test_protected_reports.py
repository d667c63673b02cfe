"""A report that is sent in is compared with the version before for those only who may see that one whole."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from app.core.access import BUILT_IN_VIEWER, AccessDeniedError, Right, Viewer
from app.core.i18n import words_in
from app.web import upload_answers
from app.web.upload_answers import Upload
from tests.workbooks import B4, B6, B7, write_report
from warehouse.intake import Intake
from warehouse.reference import Reference
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

SENDER = Viewer("sender", frozenset({Right.READ, Right.SUBMIT}))
# In a ward of Quận 1: people wanting support and supported, of them by service; models; and in the office's row the
# people rescued from trafficking.
BEFORE = {(B7, "C7"): 57, (B7, "D7"): 43, (B7, "E7"): 43, (B7, "K7"): 3, (B6, "I7"): 29, (B4, "C7"): 71}
AFTER = BEFORE | {(B7, "C7"): 58, (B7, "D7"): 44, (B7, "K7"): 2, (B6, "I7"): 31, (B4, "C7"): 72}
PEOPLE = ("57", "58", "43", "44", "29", "31")


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory, reference: Reference) -> Iterator[SimpleNamespace]:
    """A registry in which Quận 1 reported for 2023Q4 and 2024Q1; `report` makes another of its files."""
    folder = tmp_path_factory.mktemp("reports")
    data_dir = folder / "data"
    intake = Intake(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}, folder / "no.env"), reference)

    def report(edits: dict[tuple[str, str], Any], period: str = "2024Q1") -> bytes:
        return write_report(folder / "report.xlsx", reference, period=period, edits=edits).read_bytes()

    for period in ("2023Q4", "2024Q1"):
        intake.submit(report(BEFORE, period), "q.xlsx", by="Quận 1", note="Đúng.", accept=True)
    yield SimpleNamespace(data_dir=data_dir, report=report, intake=intake)
    intake.close()


@pytest.fixture
def upload(accepted: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Upload]:
    """A file as it reaches the page's route."""
    monkeypatch.setenv("KPI_DATA_DIR", str(accepted.data_dir))

    def make(viewer: Viewer, edits: dict[tuple[str, str], Any] | None = None, note: str = "") -> Upload:
        return Upload(viewer, accepted.report(AFTER if edits is None else edits), "q2.xlsx", "Quận 1", note)

    return make


def cells(html: str) -> set[str]:
    """What stands in the numeric cells of an answer's tables."""
    found = re.findall("<td class='n'[^>]*>(.*?)</td>", html)
    return {one.removeprefix("<b>").removesuffix("</b>") for one in found}


@pytest.mark.parametrize("ask", [upload_answers.check, upload_answers.marked, upload_answers.submit])
def test_a_report_is_compared_for_nobody_who_may_not_see_the_unit_s_small_counts(
    upload: Callable[..., Upload], accepted: SimpleNamespace, ask: Callable[[Upload], object]
) -> None:
    came = len(accepted.intake.ledger.submissions())
    elsewhere = replace(SENDER, own_units=frozenset({"769"}), home_unit="769")
    for viewer, edits in product((SENDER, elsewhere), (BEFORE, AFTER, {(B7, "C7"): "57 người và 3"})):
        with pytest.raises(AccessDeniedError) as refused:
            ask(upload(viewer, edits, note="Đúng như vậy."))
        assert refused.value.about == "760"
    assert len(accepted.intake.ledger.submissions()) == came
    assert ask(upload(replace(SENDER, own_units=frozenset({"760"})), BEFORE))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_whoever_answers_for_the_report_sees_what_it_changes(upload: Callable[..., Upload], lang: str) -> None:
    for ask in (upload_answers.check, upload_answers.submit):
        answer = ask(upload(BUILT_IN_VIEWER))
        assert isinstance(answer, dict)
        assert {*PEOPLE, "71", "72", "3", "2"} <= cells(str(answer["html"]))
        assert words_in(lang)("changes_in.people_left_out") not in str(answer["html"])


@pytest.mark.language("en")
def test_the_marked_copy_says_what_stood_in_the_quarter_before(upload: Callable[..., Upload]) -> None:
    fallen = AFTER | {(B7, "C7"): 1, (B7, "D7"): 1, (B7, "E7"): 1}
    # 57 in the first ward and 1 in each of the other nine.
    before = "last quarter: 66"
    _, copy, whose = upload_answers.marked(upload(BUILT_IN_VIEWER, fallen))  # type: ignore[misc]
    assert whose == "760 2024Q1"
    book = openpyxl.load_workbook(io.BytesIO(copy))
    notes = [cell.comment.text for row in book[B7].iter_rows() for cell in row if cell.comment]
    listed = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(before in text for text in notes)
    assert any(before in text for text in listed)


def test_an_answer_is_only_about_units_of_the_reporter_s_own_workbook(
    accepted: SimpleNamespace, reference: Reference
) -> None:
    found = accepted.intake.assessor.check(accepted.report(AFTER), "q2.xlsx")
    own = {unit.unit_code for unit in reference.units_reported_by(found.reporter, "2024Q1")}
    assert found.changes
    assert {change.unit_code for change in found.changes} <= own


def test_an_empty_form_shows_last_quarter_s_counts_of_people_to_those_entitled_only(
    accepted: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(accepted.data_dir))
    for viewer, numbers in ((SENDER, {"71"}), (BUILT_IN_VIEWER, {"57", "43", "29", "71"})):
        form = upload_answers.template(viewer, "760", "2024Q2")
        book = openpyxl.load_workbook(io.BytesIO(form.content))
        found = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        assert found & {"57", "43", "29", "71"} == numbers


def test_the_receipt_and_what_the_registry_keeps_hold_no_count_of_people(
    upload: Callable[..., Upload], accepted: SimpleNamespace, tmp_path: Path
) -> None:
    answer = upload_answers.submit(upload(BUILT_IN_VIEWER, note="Đúng như vậy."))
    assert isinstance(answer, dict)
    assert answer["state"] == "landed"
    assert not set(PEOPLE) & cells(str(answer["html"]))
    wrong = accepted.report(AFTER | {(B7, "C7"): "57 người và 3", (B4, "D7"): "một ít"})
    refused = accepted.intake.submit(wrong, "wrong.xlsx", by="Quận 1")
    kept = {one.sheet: one.value for one in accepted.intake.registry.problems(refused.submission.submission_id)}
    assert kept == {B7: None, B4: "một ít"}
