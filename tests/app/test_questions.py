"""Questions on figures: what is kept of the figure, who is told, who may answer and close, what stays protected."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from markupsafe import escape

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.core.reader import Reader
from app.core.role_rights import viewer_of_grants
from app.forms import FormResult, SentForm, carry_out
from app.queries import followup, plan, questions
from app.web.page_renderer import draw
from tests.app.roles import AREAS, COMMUNES, GRANTS, PERIOD, VIEWERS
from tests.workbooks import B5, write_report
from warehouse.desk import ANSWERED, CLOSED, UNANSWERED, Desk, Question
from warehouse.intake import RECEIVED, Intake
from warehouse.people import Grant, Role
from warehouse.publish.engines import published
from warehouse.reference import Reference

OWN, AREA, PLAIN, OF_PEOPLE = COMMUNES["own"], AREAS["own"], "T09", "T16"
TEXT = "Vì sao số buổi tăng?"


def viewer(role: str, person: str) -> Viewer:
    return viewer_of_grants(GRANTS[role], person, person)


LEADER, OTHER_LEADER = viewer("leader", "an"), viewer("leader", "binh")
OFFICER = VIEWERS["officer"]
OTHER_OFFICER = viewer_of_grants((Grant("x", Role.UNIT_OFFICER, COMMUNES["other"]),), "x", "X")


def send(form: str, by: Viewer = LEADER, **values: str) -> FormResult:
    return carry_out(SentForm(form, values, by))


def ask(by: Viewer = LEADER, **changes: str) -> FormResult:
    figure = {"unit_code": OWN, "target_code": PLAIN, "period_code": PERIOD, "window": "ytd"}
    return send("ask-question", by, **figure | {"version": published().version, "text": TEXT} | changes)


def newest(desk: Desk) -> Question:
    return max(desk.questions(), key=lambda one: one.question_id)


def step(desk: Desk, form: str, by: Viewer, **values: str) -> FormResult:
    asked = newest(desk)
    given = {"question_id": str(asked.question_id), "seen": str(asked.last_event_id)}
    return send(form, by, **given | values)


def page(path: str, by: Viewer, **parameters: str) -> str:
    drawn = draw(path, {"period": PERIOD, "lang": "vi", **parameters}, by)
    assert drawn.status == 200, drawn.html
    return drawn.html


def test_a_figure_is_asked_about_where_it_stands_answered_asked_again_and_closed(desk: Desk) -> None:
    way = f"/actions?ask=1&unit={OWN}&target={PLAIN}"
    for path, about in (("ward", {"unit": OWN, "target": PLAIN}), ("target", {"unit": OWN, "target": PLAIN})):
        assert str(escape(way)) in page(path, LEADER, **about), path
        assert "ask=1" not in page(path, OFFICER, **about)
    for path, about in (("district", {"unit": AREA, "target": PLAIN}), ("target", {"target": PLAIN})):
        assert "/actions?ask=1" in page(path, LEADER, **about), path
    form = page("actions", LEADER, ask="1", unit=OWN, target=PLAIN)
    assert f"value='{published().version}'" in form
    done = ask()
    assert done.is_done, done
    asked = newest(desk)
    shown = followup.shown_figure(Reader(LEADER, published()), OWN, PLAIN, PERIOD, "ytd")
    assert shown is not None
    assert (asked.office_code, asked.state, asked.version) == (OWN, UNANSWERED, published().version)
    assert asked.figure["value_pct"] == shown.value_pct
    assert asked.figure["source_versions"] == shown.source_versions
    assert done.go == f"/actions?question={asked.question_id}&period={PERIOD}&window=ytd&lang=vi"
    # Its officer sees it on the unit's page and among the tasks, another one not.
    for path, about in (("ward", {"unit": OWN}), ("tasks", {})):
        assert TEXT in page(path, OFFICER, **about)
    assert TEXT not in page("tasks", LEADER) + page("tasks", VIEWERS["department"])
    assert TEXT in page("actions", LEADER, ask="1", unit=OWN, target=PLAIN), "it is not asked twice unawares"
    question = {"question": str(asked.question_id)}
    assert "answer-question" in page("actions", OFFICER, **question)
    assert "answer-question" not in page("actions", LEADER, **question)
    steps = [
        (step(desk, "answer-question", OFFICER, outcome="explained", text="Gộp hai quý."), ANSWERED),
        (step(desk, "ask-again", LEADER, text="Quý nào?"), UNANSWERED),
        (step(desk, "answer-question", OFFICER, outcome="explained", text="Quý II."), ANSWERED),
        (step(desk, "close-question", LEADER, text=""), CLOSED),
    ]
    assert all(result.is_done for result, _ in steps), steps
    assert newest(desk).state == CLOSED
    told = page("actions", LEADER, **question)
    for text in (TEXT, "Gộp hai quý.", "Quý nào?", "Quý II.", words_in("vi").status(CLOSED)):
        assert text in told
    kinds = [event.kind for event in desk.question_history(asked.question_id)]
    assert kinds == ["explained", "asked_again", "explained", "closed"]


def test_only_the_office_answers_and_only_the_asker_or_the_department_closes(desk: Desk) -> None:
    assert ask().is_done
    assert step(desk, "answer-question", OTHER_OFFICER, outcome="explained", text="Không phải của tôi").is_refused
    assert step(desk, "answer-question", LEADER, outcome="explained", text="Tôi đoán").is_refused
    denied = step(desk, "close-question", OTHER_LEADER, text="")
    assert not denied.is_done
    assert "chỉ người hỏi và Sở" in denied.problem
    assert newest(desk).state == UNANSWERED
    stale = newest(desk)
    assert step(desk, "answer-question", OFFICER, outcome="explained", text="Đúng.").is_done
    again = send("close-question", LEADER, question_id=str(stale.question_id), seen=str(stale.last_event_id), text="")
    assert "vừa ghi một bước khác" in again.problem, "an answer that the asker did not see is not closed away"
    assert step(desk, "close-question", VIEWERS["department"], text="").is_done


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"text": ""}, "text", "Cần điền ô này."),
        ({"text": "Hỏi bà Trần Thị Lan, 0903 123 456"}, "text", "Không ghi thông tin của cá nhân"),
        ({"version": "2020-01-01"}, "", "không còn được giữ"),
        ({"period_code": "2026Q4", "target_code": "T02", "window": "x"}, "", "Không có con số này"),
        ({"unit_code": "99999"}, "unit_code", "không có trong hệ thống"),
    ],
)
def test_what_cannot_be_asked_is_told_and_nothing_is_written(
    desk: Desk, changes: dict[str, str], field: str, message: str
) -> None:
    stamp = desk.stamp()
    outcome = ask(**changes)
    assert not outcome.is_done
    assert message in (outcome.fields[field] if field else outcome.problem)
    assert desk.stamp() == stamp


def test_of_a_figure_of_people_the_address_is_kept_and_no_number_and_what_may_state_one_is_hidden(desk: Desk) -> None:
    department = VIEWERS["department"]
    assert ask(department, target_code=OF_PEOPLE, text="Ba người hay bốn người?").is_done
    asked = newest(desk)
    assert (asked.figure, asked.may_state_counts) == ({}, True)
    assert step(desk, "answer-question", OFFICER, outcome="explained", text="Bốn người, đã đối chiếu.").is_done
    question = {"question": str(asked.question_id)}
    for reader in (OFFICER, department):
        told = page("actions", reader, **question)
        assert "Ba người hay bốn người?" in told
        assert "Bốn người, đã đối chiếu." in told
    protected = [page("actions", LEADER, **question), page("actions", LEADER), page("ward", LEADER, unit=OWN)]
    for told in protected:
        assert "người hay bốn" not in told
        assert "đã đối chiếu" not in told
    assert words_in("vi")("question_event.explained") in protected[0], "that it was answered, and how, is no count"
    # What a leader asks cannot state what they cannot see: everybody reads it.
    assert ask(target_code=OF_PEOPLE, text="Số này đã đối chiếu chưa?").is_done
    assert "Số này đã đối chiếu chưa?" in page("ward", OTHER_LEADER, unit=OWN)
    assert questions.figure_then(Reader(LEADER, published()), newest(desk)) == followup.shown_figure(
        Reader(LEADER, published()), OWN, OF_PEOPLE, PERIOD, "ytd"
    )


def test_a_corrected_report_answers_only_once_it_has_arrived(
    desk: Desk, desk_data_dir: Path, published_data_dir: Path, reference: Reference, tmp_path: Path
) -> None:
    shutil.copytree(published_data_dir / "landing", desk_data_dir / "landing", dirs_exist_ok=True)
    assert ask().is_done
    refused = step(desk, "answer-question", OFFICER, outcome="corrected")
    assert "Chưa có báo cáo đính chính" in refused.fields["outcome"]
    file = write_report(tmp_path / "sua.xlsx", reference, OWN, PERIOD, {(B5, f"E{row}"): 0 for row in range(8, 13)})
    receipt = Intake.open().submit(file.read_bytes(), file.name, by="Cán bộ", note="Sửa số")
    assert receipt.outcome == RECEIVED, receipt.assessment.problems
    sent = receipt.submission
    assert sent is not None
    assert step(desk, "answer-question", OFFICER, outcome="corrected").is_done
    (event,) = desk.question_history(newest(desk).question_id)
    assert event.submission_id == sent.submission_id
    told = page("actions", LEADER, question=str(newest(desk).question_id))
    assert (
        words_in("vi")(
            "questions.report", unit="Phường Sài Gòn", period=words_in("vi").period(PERIOD), version=sent.version
        )
        in told
    )


def test_the_office_is_the_reporter_or_the_one_in_its_place_else_the_department(desk: Desk) -> None:
    reader = Reader(BUILT_IN_VIEWER, published())
    today = date.today()

    def answers(code: str, period: str, level: str) -> str:
        unit = next(one for one in plan.unit_history(reader, code) if one.unit_level == level)
        return questions.answering_unit(reader, unit, period, today).unit_code

    assert answers(OWN, PERIOD, "ward") == OWN
    assert answers(AREA, PERIOD, "area") == "79"
    assert ask(unit_code=AREA, target_code="T02").is_done
    told = page("tasks", VIEWERS["department"])
    assert TEXT in told
    assert "Khu vực Quận 1 (cũ)" in told, "not the district that had its code"
    # A district of 2024 has ended, and several communes took it over.
    assert answers("760", "2024Q1", "district") == "79"
