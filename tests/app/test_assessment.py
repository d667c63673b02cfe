"""What a sender reads about a file: what to correct first, then what will change; never markup of somebody else's."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import in_language, words_in
from app.core.url_state import State
from app.pages.reports.card import versions
from app.pages.reports.data import History
from app.pages.shared.submissions import change_tables, problem_tables, sums_table
from app.pages.submit.assessment import assessment_card, receipt, standing
from app.web import upload_answers
from app.web.upload_answers import Upload
from warehouse.forms.problems import CONFIRM, Problem
from warehouse.intake.records import Assessment, CellChange, Lock, Received
from warehouse.reference import Reference
from warehouse.registry.store import Submission

SAY = words_in("vi")
WRONG = Problem("not_a_count", "B1 Truyền thông", "C8", "mười hai", {"column": "Số buổi"})
ODD = replace(WRONG, cell="D9", severity=CONFIRM)


@pytest.fixture
def found(reference: Reference) -> Assessment:
    """A new report of Quận 1 with nothing wrong."""
    unit = next(unit for unit in reference.reporters("2025Q2") if unit.unit_code == "760")
    period = reference.periods["2025Q2"]
    return Assessment("bao-cao.xlsx", "xlsx", unit, period, False, due_date=period.due_date, filled_count=120)


def submission(**changes: Any) -> Submission:
    """Version 1 of that report."""
    moment = datetime(2025, 7, 10, 9)
    row = Submission(
        7, "760", date(2021, 1, 1), "2025Q2", 1, "accepted", moment, moment, "Phòng", "0" * 64, "a.xlsx", False, 0
    )
    return replace(row, **changes)


def change(column: str, before: object, after: object, **more: Any) -> CellChange:
    """A cell of sheet B1 that differs."""
    names = {"column_name_vi": f"Cột {column}", "column_name_en": f"Column {column}"}
    place = {"form_code": "B1", "sheet": "B1 Truyền thông", "unit_code": "26734", "unit_name": "Phường Tân Định"}
    fixed = {"category_code": None, "category_name": None, "column_code": column}
    return CellChange(**(place | names | fixed | {"before": before, "after": after, "is_sensitive": False} | more))


def cells_of(html: str) -> str:
    """The HTML without the headings that cells bear for phones."""
    return re.sub(r" data-label='[^']*'", "", html)


def told(found: Assessment, lang: str = "vi") -> str:
    link = State("submit", "2025Q2", lang=lang).href
    with in_language(lang):
        return cells_of(assessment_card(found, link, "key"))


def history(**changes: Any) -> History:
    """The second version of that report, which waits and changed nothing."""
    row = submission(version=2, submission_id=8)
    one = Received(row, "received", None, None, None)
    return replace(History([one], None, {8: ()}, {}, [], is_whole=True), **changes)


def test_a_file_to_be_mended_cannot_be_submitted_and_names_cell_value_and_way_out(found: Assessment) -> None:
    wrong = replace(found, problems=(WRONG,))
    assert standing(wrong) == "refused"
    text = told(wrong)
    assert "<th scope='row'>C8</th><td class=''><q>mười hai</q></td>" in text
    assert WRONG.what("vi") in text
    assert WRONG.mend("vi") in text
    assert "<h4 class='of-sheet'>B1 Truyền thông</h4>" in text
    assert "name='note'" not in text


def test_what_is_unusual_asks_for_a_note_and_so_does_a_locked_quarter(found: Assessment) -> None:
    lock = Lock("2025Q2", datetime(2025, 8, 1, 8), "Sở", "Chốt số liệu")
    for unusual in (replace(found, questions=(ODD,)), replace(found, lock=lock)):
        assert standing(unusual) == "note"
        assert "name='note'" in told(unusual)
    assert "01/08/2025" in told(replace(found, lock=lock))
    assert "name='note'" not in told(found)


def test_a_correction_says_which_version_it_replaces_and_every_cell_before_and_after(found: Assessment) -> None:
    corrected = replace(found, current=submission(), changes=(change("sessions", 3, 8), change("reach", None, 40)))
    text = told(corrected)
    assert SAY("check.correction", version=1, received="10/07/2025 09:00") in text
    assert SAY("check.changes", count=2, version=1) in text
    assert "<td class='n'>3</td><td class='n'><b>8</b></td>" in text
    assert f"<td class='n'>{SAY('changes_in.empty')}</td><td class='n'><b>40</b></td>" in text


def test_the_sum_of_a_measure_says_by_how_much_it_moves_and_missing_is_not_zero() -> None:
    cells = [change("sessions", 3, 8), change("sessions", 4, 2), change("reach", None, 40), change("team", "no", "yes")]
    table = cells_of(sums_table(cells))
    assert (
        "B1 · Cột sessions</th><td class='n'>2</td><td class='n'>7</td><td class='n'>10</td><td class='n'>+3" in table
    )
    assert "B1 · Cột reach</th><td class='n'>1</td><td class='n'>–</td><td class='n'>40</td><td class='n'>+40" in table
    assert "team" not in table


def test_a_measure_that_moves_to_and_fro_says_that_nothing_is_left_of_it() -> None:
    assert ">0</td></tr>" in sums_table([change("sessions", 3, 0), change("sessions", 0, 3)])
    assert ">0</td></tr>" in sums_table([change("sessions", None, 0)])


def test_coded_answers_are_shown_as_people_read_them() -> None:
    options = {"yes": {"vi": "Có", "en": "Yes"}, "no": {"vi": "Không", "en": "No"}}
    cell = change("team", "no", "yes", options=options)
    assert "<td class='n'>Không</td><td class='n'><b>Có</b></td>" in cells_of(change_tables([cell], "x"))
    with in_language("en"):
        assert "<b>Yes</b>" in change_tables([cell], "x")


def test_long_lists_are_folded_with_their_count_and_nothing_is_left_out() -> None:
    many = [replace(WRONG, cell=f"C{number}") for number in range(8, 53)]
    text = problem_tables(many, "x")
    assert text.count("<th scope='row'>") == 45
    assert f"<summary>{SAY('check.more_problems', count=15)}</summary>" in text
    cells = [change(f"c{number}", 1, 2) for number in range(45)]
    assert f"<summary>{SAY('changes_in.more', count=15)}</summary>" in change_tables(cells, "x")


def test_a_content_that_came_before_is_said_with_when_and_what_became_of_it(found: Assessment) -> None:
    again = replace(found, known=submission(), known_state="returned", known_reason="Thiếu biểu B5")
    assert standing(again) == "known"
    text = told(again)
    assert "10/07/2025 09:00" in text
    assert "Thiếu biểu B5" in text
    assert "/reports?unit=760&amp;period=2025Q2" in text
    # It corrects nothing and is not to be sent again.
    sent_once = told(replace(again, current=submission()))
    assert not any(SAY(key) in sent_once for key in ("check.kind", "check.due"))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_names_and_values_from_a_file_never_become_markup(found: Assessment, lang: str) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    wrong = Problem("not_a_count", nasty, "C8", nasty, {"column": nasty})
    again = submission(submitted_by=nasty, file_name=nasty)
    everything = replace(
        found,
        problems=(wrong,),
        remarks=(wrong,),
        current=again,
        known=again,
        known_state="received",
        known_reason=nasty,
        units_missing=(nasty,),
        changes=(change(nasty, nasty, nasty, unit_name=nasty, sheet=nasty, category_name=nasty),),
    )
    assert "<img" not in told(everything, lang)
    assert "<img" not in receipt(again, nasty, "received", "/", "/")


def test_nobody_submits_without_saying_who() -> None:
    answer = upload_answers.submit(Upload(BUILT_IN_VIEWER, b"", "a.xlsx", " ", ""))
    assert isinstance(answer, dict)
    assert answer["fields"] == {"by": SAY("submit.required")}
    assert answer["html"] is None


def test_a_version_with_explained_questions_shows_its_changes_as_tables_not_as_text() -> None:
    one = Received(submission(version=2, submission_id=8), "received", None, None, None, "Đúng.", (ODD,))
    changed = {8: (change("sessions", 3, 8),)}
    drawn = versions(history(submissions=[one], changes=changed, problems={8: (WRONG,)}))
    assert "&lt;" not in drawn
    assert drawn.count("<table class='list problems'>") == 2
    assert "<b>8</b>" in drawn


def test_whoever_may_not_see_people_counts_is_not_told_that_a_version_changed_nothing() -> None:
    drawn = versions(history(is_whole=False))
    assert SAY("changes_in.people_left_out") in drawn
    assert SAY("received.changes_none") not in drawn
    assert SAY("received.changes_none") in versions(history())


def test_whoever_may_not_see_people_counts_is_not_offered_the_file_that_holds_them() -> None:
    assert "/intake/original?submission=8" in versions(history())
    assert "/intake/original" not in versions(history(is_whole=False))
