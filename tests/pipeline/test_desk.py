"""What people decide and write is kept, with its history, and nothing personal comes in."""

import logging
import subprocess
import sys
import timeit
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import create_mock_engine, text
from sqlalchemy.exc import IntegrityError

from tests.pipeline.refused import problems
from warehouse.db.connection import writing
from warehouse.db.desk_tables import APPEND_ONLY
from warehouse.db.registry_tables import metadata
from warehouse.desk import (
    ANSWERED,
    ASKED_AGAIN,
    CALL,
    CANCELLED,
    DONE,
    ENDED,
    EXPLAINED,
    NOT_REACHED,
    OPEN,
    PROMISED,
    REACHED,
    SUPPORT,
    UNDER_WAY,
    AgendaDraft,
    CallDraft,
    Desk,
    DeskRefusal,
    Draft,
    QuestionDraft,
    QuestionStep,
    ReviewDraft,
)
from warehouse.settings import PROJECT_ROOT, Settings

BY = "Phòng Tổng hợp"
TRAIN = Draft(
    "Mở lớp tập huấn cho cán bộ phường", "UBND quận", date(2025, 6, 15), "2025Q1", unit_code="769", target_code="T09"
)
SHOWN = ReviewDraft("2025Q1", "ytd", "v1", date(2025, 5, 8))


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """An empty desk whose data folder keeps one version, named v1."""
    (settings.runs_dir / "v1").mkdir(parents=True)
    opened = Desk(settings.ops_url, settings.runs_dir)
    yield opened
    opened.engine.dispose()


def training(desk: Desk, **more: str) -> int:
    """The number of an action just opened."""
    return desk.open_action(TRAIN, BY, at=datetime(2025, 5, 8), **more).action_id


def test_an_action_goes_from_open_to_done_and_its_history_tells_who_and_when(desk: Desk) -> None:
    opened = desk.open_action(TRAIN, BY, at=datetime(2025, 5, 8, 14))
    assert (opened.status, opened.opened_by, opened.opened_at) == (OPEN, BY, datetime(2025, 5, 8, 14))
    assert desk.start(opened.action_id, "UBND quận").status == UNDER_WAY
    assert desk.comment(opened.action_id, BY, "Đã xếp lịch lớp.\nCòn chờ kinh phí.").comment_count == 1
    done = desk.close(opened.action_id, "UBND quận", "123/BC-UBND ngày 10/06/2025", at=datetime(2025, 6, 11, 9))
    assert (done.status, done.evidence, done.closed_at) == (
        DONE,
        "123/BC-UBND ngày 10/06/2025",
        datetime(2025, 6, 11, 9),
    )
    assert [(event.kind, event.by) for event in desk.history(opened.action_id)] == [
        ("opened", BY),
        ("started", "UBND quận"),
        ("commented", BY),
        ("closed", "UBND quận"),
    ]


def test_closing_needs_evidence_and_giving_up_needs_a_reason(desk: Desk) -> None:
    key = training(desk)
    assert problems(lambda: desk.close(key, BY, "  ")) == {("evidence", "required")}
    assert problems(lambda: desk.cancel(key, BY, "")) == {("text", "required")}
    assert desk.action(key).status == OPEN


def test_what_is_done_can_be_reopened_but_not_closed_twice(desk: Desk) -> None:
    key = training(desk)
    desk.close(key, BY, "12/BC-UBND")
    assert problems(lambda: desk.close(key, BY, "13/BC-UBND")) == {("status", "not_closed")}
    again = desk.reopen(key, BY, "Tài liệu chưa đủ.")
    assert (again.status, again.evidence, again.closed_at) == (OPEN, None, None)
    assert desk.cancel(key, BY, "Gộp vào việc khác.").status == CANCELLED


def test_an_action_is_overdue_the_day_after_its_due_day_until_it_is_done(desk: Desk) -> None:
    key = training(desk)
    assert not desk.action(key).is_overdue(date(2025, 6, 15))
    assert desk.action(key).is_overdue(date(2025, 6, 16))
    desk.close(key, BY, "12/BC-UBND")
    assert not desk.action(key).is_overdue(date(2025, 6, 16))


def test_a_change_keeps_what_stood_there_before(desk: Desk) -> None:
    key = training(desk)
    changed = desk.change_action(key, BY, {"due_date": date(2025, 7, 1), "what": TRAIN.what})
    assert changed.due_date == date(2025, 7, 1)
    event = desk.history(key)[-1]
    assert (event.kind, event.before, event.after) == (
        "changed",
        {"due_date": "2025-06-15"},
        {"due_date": "2025-07-01"},
    )


def test_two_who_change_one_action_lose_nothing(desk: Desk) -> None:
    first = desk.open_action(TRAIN, BY, at=datetime(2025, 5, 8))
    seen, form = first.last_event_id, {"what": first.what, "owner": first.owner, "due_date": first.due_date}
    desk.change_action(first.action_id, "Người A", form | {"due_date": date(2025, 7, 1)}, seen=seen)
    both = desk.change_action(first.action_id, "Người B", form | {"owner": "Phòng LĐTBXH"}, seen=seen)
    assert (both.due_date, both.owner) == (date(2025, 7, 1), "Phòng LĐTBXH")
    late = form | {"due_date": date(2025, 8, 1)}
    refused = problems(lambda: desk.change_action(first.action_id, "Người C", late, seen=seen))
    assert refused == {("due_date", "changed_meanwhile")}


def test_actions_are_found_by_status_unit_target_and_review(desk: Desk) -> None:
    held = desk.hold_review(SHOWN, BY)
    one = training(desk)
    other = desk.open_action(
        Draft("Rà soát", "Sở", date(2025, 5, 20), "2025Q1", review_id=held.review_id), BY, at=datetime(2025, 5, 8)
    ).action_id
    desk.start(one, BY)
    assert [each.action_id for each in desk.actions()] == [other, one]
    assert [each.action_id for each in desk.actions(status=(UNDER_WAY,))] == [one]
    assert [each.action_id for each in desk.actions(unit="769", target="T09")] == [one]
    assert [each.action_id for each in desk.actions(review_id=held.review_id)] == [other]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Liên hệ 0903 123 456", "personal"),
        ("Bà Nguyễn Thị Hoa", "personal"),
        ("CCCD 079123456789", "personal"),
        ("sinh năm 1990", "personal"),
        ("ai.do@example.vn", "personal"),
        ("Số ０９０３１２３４５６", "personal"),
        ("090\u200b3123456", "personal"),
        ("Đã \u202eđảo chữ", "right_to_left"),
        ("Có ký tự \x07 lạ", "control_characters"),
        ("", "required"),
        ("dài " * 600, "too_long"),
    ],
)
def test_text_that_must_not_be_kept_is_refused_and_leaves_no_trace(
    desk: Desk, caplog: pytest.LogCaptureFixture, words: str, code: str
) -> None:
    caplog.set_level(logging.DEBUG)
    key = training(desk)
    stamp = desk.stamp()
    assert problems(lambda: desk.comment(key, BY, words)) == {("text", code)}
    assert problems(lambda: desk.add_note("769", "2025Q1", words, BY)) == {("text", code)}
    with pytest.raises(DeskRefusal) as refusal:
        desk.comment(key, BY, words)
    assert not words.strip() or words not in f"{refusal.value} {refusal.value.problems} {caplog.text}"
    assert desk.stamp() == stamp
    assert len(desk.history(key)) == 1


@pytest.mark.parametrize("evidence", ["Công văn số 1523/UBND-VX ngày 12/06/2025", "Phụ lục 2, mục 3.1", "QĐ 45/QĐ-BCĐ"])
def test_document_numbers_and_dates_are_no_personal_data(desk: Desk, evidence: str) -> None:
    assert desk.close(training(desk), BY, evidence).evidence == evidence


def test_every_problem_of_a_form_is_told_at_once(desk: Desk) -> None:
    empty = Draft("", "", None, "2025/9", unit_code="../etc", target_code="T 1")
    assert problems(lambda: desk.open_action(empty, "")) == {
        ("what", "required"),
        ("owner", "required"),
        ("due_date", "required"),
        ("by", "required"),
        ("period_code", "unknown"),
        ("unit_code", "unknown"),
        ("target_code", "unknown"),
    }
    past = Draft("Việc", "Sở", date(2020, 1, 1), "2025Q1")
    assert problems(lambda: desk.open_action(past, BY)) == {("due_date", "before_opening")}
    someone = Draft("Việc", "Bà Trần Thị Lan", date(2099, 1, 1), "2025Q1")
    assert problems(lambda: desk.open_action(someone, BY)) == {("owner", "personal"), ("due_date", "too_far")}


def test_a_colleague_may_sign_with_their_name_but_not_their_number(desk: Desk) -> None:
    key = training(desk)
    assert desk.comment(key, "Nguyễn Văn Bình", "Đã xem.").moved_by == "Nguyễn Văn Bình"
    assert problems(lambda: desk.comment(key, "0903123456", "Đã xem.")) == {("by", "personal")}


def test_a_review_is_held_on_a_version_that_is_kept_and_only_once(desk: Desk) -> None:
    held = desk.hold_review(SHOWN, BY, at=datetime(2025, 5, 8, 14))
    assert desk.reviews() == [held]
    assert desk.review(held.review_id) == held
    again = problems(lambda: desk.hold_review(SHOWN, BY))
    gone = problems(lambda: desk.hold_review(replace(SHOWN, version="v9"), BY))
    assert (again, gone) == ({("version", "already_held")}, {("version", "not_kept")})


def test_minutes_are_kept_with_the_review_and_a_later_writing_counts(desk: Desk) -> None:
    first = "Sở Y tế; Công an Thành phố"
    held = desk.hold_review(replace(SHOWN, present=first, discussed="Thiếu giảng viên."), BY)
    kept = desk.minutes(held.review_id)
    assert kept
    assert (kept.present, kept.discussed, kept.written_at) == (first, "Thiếu giảng viên.", held.held_at)
    desk.write_minutes(held.review_id, BY, f"{first}; Sở Tư pháp", "Thiếu giảng viên.")
    now = desk.minutes(held.review_id)
    assert now
    assert now.present == f"{first}; Sở Tư pháp"
    with desk.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from minutes")) == 2


def test_minutes_name_offices_and_no_person_and_a_refused_meeting_is_not_held(desk: Desk) -> None:
    named = "Sở Y tế: bà Trần Thị Lan"
    refused = problems(lambda: desk.hold_review(replace(SHOWN, present=named), BY))
    assert refused == {("present", "personal")}
    assert desk.reviews() == []
    assert desk.minutes(1) is None
    with pytest.raises(LookupError):
        desk.write_minutes(1, BY, "Sở Y tế", "")


def test_of_two_who_rewrite_minutes_the_second_is_told_and_overwrites_nothing(desk: Desk) -> None:
    held = desk.hold_review(replace(SHOWN, present="Sở Y tế"), BY)
    seen = desk.minutes(held.review_id)
    assert seen
    newer = desk.write_minutes(held.review_id, "Thư ký", "Sở Y tế", "Thiếu giảng viên.", seen=seen.minutes_id)
    late = problems(lambda: desk.write_minutes(held.review_id, BY, "Sở Tư pháp", "", seen=seen.minutes_id))
    assert late == {("review_id", "changed_meanwhile")}
    assert desk.minutes(held.review_id) == newer


def test_nothing_is_written_without_its_period(desk: Desk) -> None:
    missing = {("period_code", "unknown_period")}
    assert problems(lambda: desk.add_note("769", "", "Đã gọi.", BY)) == missing
    assert problems(lambda: desk.record_call(CallDraft("769", "", "ytd", REACHED), BY)) == missing
    given = datetime(2025, 5, 8)
    assert problems(lambda: desk.open_action(replace(TRAIN, period_code=""), BY, at=given)) == missing


def test_notes_stand_newest_first(desk: Desk) -> None:
    desk.add_note("769", "2025Q1", "Đã gọi phòng chuyên môn.", BY, at=datetime(2025, 5, 8))
    desk.add_note("769", "2025Q1", "Số liệu đã được đính chính.", BY, target_code="T14", at=datetime(2025, 5, 30))
    assert [one.target_code for one in desk.notes("769")] == ["T14", None]
    assert len(desk.notes("769", "T14")) == 1
    assert desk.notes("760") == []


def test_what_carries_a_token_is_written_once(desk: Desk) -> None:
    opening, saying, closing = "1", "2", "3"
    keys = {training(desk, token=opening) for _ in range(2)}
    assert len(keys) == 1
    for _ in range(2):
        desk.comment(min(keys), BY, "Một lần.", token=saying)
        desk.close(min(keys), BY, "12/BC", token=closing)
    assert [event.kind for event in desk.history(min(keys))] == ["opened", "commented", "closed"]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(("review", "token"), ("minutes", "present"), ("action", "token"), ("action_event", "token")),
        *(("note", "token"), ("call_made", "token"), ("office_line", "token")),
    ],
)
@pytest.mark.parametrize("statement", ["update {} set {} = 'x'", "delete from {}"])
def test_the_database_itself_refuses_to_change_what_was_written(
    desk: Desk, table: str, column: str, statement: str
) -> None:
    desk.hold_review(SHOWN, BY)
    training(desk)
    desk.add_note("769", "2025Q1", "Một ghi chú.", BY)
    desk.record_call(CallDraft("769", "2025Q1", "ytd", REACHED), BY)
    desk.keep_line("769", "028 3740 1234", BY)
    with pytest.raises(IntegrityError, match="append-only"), writing(desk.engine) as connection:
        connection.execute(text(statement.format(table, column)))


def test_postgresql_is_told_to_refuse_the_same() -> None:
    told: list[str] = []
    engine = create_mock_engine("postgresql://", lambda ddl, *_: told.append(str(ddl.compile(dialect=engine.dialect))))
    metadata.create_all(engine, checkfirst=False)
    for table in APPEND_ONLY:
        assert [ddl for ddl in told if f"BEFORE UPDATE OR DELETE ON {table.name} " in ddl]
        assert [ddl for ddl in told if f"BEFORE TRUNCATE ON {table.name} " in ddl]


def test_the_stamp_changes_with_every_write_and_costs_next_to_nothing(desk: Desk) -> None:
    stamps = [desk.stamp()]
    key = training(desk)
    for write in (lambda: desk.comment(key, BY, "Một."), lambda: desk.add_note("769", "2025Q1", "Hai.", BY)):
        stamps.append(desk.stamp())
        write()
    stamps.append(desk.stamp())
    assert len(set(stamps)) == 4
    assert desk.stamp() == stamps[-1]
    assert min(timeit.repeat(desk.stamp, number=20, repeat=10)) / 20 < 0.001


WRITE_MANY = """
import sys
from warehouse.desk import Desk, Draft
from datetime import date
desk = Desk(sys.argv[1])
sys.stdin.readline()
for number in range(20):
    desk.comment(1, sys.argv[2], f"Lần {number}")
"""


def test_people_who_write_at_the_same_moment_lose_nothing(desk: Desk, settings: Settings) -> None:
    key = training(desk)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE_MANY, settings.ops_url, f"Người {number}"],
            cwd=PROJECT_ROOT,
            stdin=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert desk.action(key).comment_count == 40


def test_the_desk_is_light_enough_for_a_page() -> None:
    heavy = "[name for name in ('pandas', 'dbt', 'openpyxl', 'duckdb', 'great_expectations') if name in sys.modules]"
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, warehouse.desk; print({heavy})"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.strip() == "[]"


def test_what_came_of_a_call_is_kept_newest_first_and_a_call_sent_twice_is_one(desk: Desk) -> None:
    tapped = "second tap"
    first = desk.record_call(CallDraft("769", "2025Q1", "ytd", NOT_REACHED), BY, at=datetime(2025, 5, 8, 9))
    promised = CallDraft("769", "2025Q1", "ytd", PROMISED, "T14")
    second = desk.record_call(promised, BY, at=datetime(2025, 5, 8, 10), token=tapped)
    again = desk.record_call(promised, BY, at=datetime(2025, 5, 8, 11), token=tapped)
    assert again == second
    # The clock was set back.
    third = desk.record_call(CallDraft("769", "2025Q1", "ytd", NOT_REACHED), BY, at=datetime(2025, 5, 8, 8))
    assert desk.calls() == [third, second, first]
    assert (second.outcome, second.target_code, second.called_by) == ("promised", "T14", BY)


@pytest.mark.parametrize("outcome", ["", "called", "PROMISED"])
def test_a_call_ends_in_one_of_four_ways(desk: Desk, outcome: str) -> None:
    with pytest.raises(DeskRefusal) as refused:
        desk.record_call(CallDraft("769", "2025Q1", "ytd", outcome), BY)
    assert [(one.field, one.code) for one in refused.value.problems] == [("outcome", "unknown")]
    assert desk.calls() == []


def test_a_call_and_what_was_promised_in_it_are_recorded_together_or_not_at_all(desk: Desk) -> None:
    call = CallDraft("769", "2025Q1", "ytd", PROMISED, "T09")
    asked = replace(TRAIN, what="Cử giảng viên", owner="Sở Y tế", origin=SUPPORT)
    nothing = replace(asked, what="", due_date=None)
    told = problems(lambda: desk.record_call(call, BY, promise=replace(TRAIN, what=""), support=nothing))
    assert told == {
        ("what", "required"),
        ("due_date", "before_opening"),
        ("support", "required"),
        ("support_due", "required"),
    }
    assert (desk.calls(), desk.actions()) == ([], [])
    at, tapped = datetime(2025, 5, 8), "once"
    for _ in range(2):
        desk.record_call(call, BY, promise=replace(TRAIN, origin=CALL), support=asked, at=at, token=tapped)
    assert [(one.what, one.origin) for one in desk.actions()] == [(TRAIN.what, CALL), ("Cử giảng viên", SUPPORT)]
    assert len(desk.calls()) == 1


def test_orders_of_topics_stay_and_one_on_top_of_a_newer_one_is_refused(desk: Desk) -> None:
    first = desk.arrange_topics(AgendaDraft("2027M03", "ytd", ("T09", "S1"), ()), BY, seen=None)
    second = desk.arrange_topics(AgendaDraft("2027M03", "ytd", ("S1",), ("T09",)), BY, seen=first.agenda_id)
    stale = AgendaDraft("2027M03", "ytd", (), ())
    assert problems(lambda: desk.arrange_topics(stale, BY, seen=first.agenda_id)) == {("version", "changed_meanwhile")}
    assert desk.agendas("2027M03", "ytd") == [second, first]
    assert desk.agendas("2027M03", "quarter") == []
    assert problems(lambda: desk.arrange_topics(AgendaDraft("2027", "x", ("T 1",), ()), "", seen=None)) == {
        ("period_code", "unknown"),
        ("window", "unknown"),
        ("topics", "unknown"),
        ("by", "required"),
    }


def test_an_order_of_topics_that_is_sent_again_is_the_order_that_was_stored(desk: Desk) -> None:
    order = AgendaDraft("2027M03", "ytd", ("S1",), ("T09",))
    stored = desk.arrange_topics(order, BY, seen=None)
    assert desk.arrange_topics(order, BY, seen=None) == stored
    assert desk.agendas("2027M03", "ytd") == [stored]


def test_minutes_that_are_sent_again_are_stored_once(desk: Desk) -> None:
    held = desk.hold_review(SHOWN, BY)
    # By another writer they are minutes of their own.
    for writer in (BY, BY, "Chánh Văn phòng"):
        desk.write_minutes(held.review_id, writer, "Sở Y tế", "Thiếu giảng viên.")
    with desk.engine.connect() as connection:
        assert connection.execute(text("select written_by from minutes")).scalars().all() == [BY, BY, "Chánh Văn phòng"]


def test_of_an_office_the_telephone_written_last_counts(desk: Desk) -> None:
    desk.keep_line("769", "028 3740 1234", BY, at=datetime(2025, 5, 8, 9))
    newest = desk.keep_line("769", "028 3740 5678, máy lẻ 12", BY, at=datetime(2025, 5, 8, 10))
    desk.keep_line("760", "(028) 3829 1234", BY)
    assert desk.lines()["769"] == newest
    # The clock was set back.
    newest = desk.keep_line("769", "028 3740 9999", BY, at=datetime(2025, 5, 8, 9, 30))
    assert desk.lines()["769"] == newest
    assert set(desk.lines()) == {"760", "769"}


@pytest.mark.parametrize(
    "telephone", ["0903 123 456", "+84 903 123 456", "Nguyễn Văn A 028 3740 1234", "3740 1234", ""]
)
def test_no_mobile_and_no_name_is_kept_as_an_office_s_telephone(desk: Desk, telephone: str) -> None:
    with pytest.raises(DeskRefusal) as refused:
        desk.keep_line("769", telephone, BY)
    code = "not_an_office_line" if telephone else "required"
    assert [(one.field, one.code) for one in refused.value.problems] == [("telephone", code)]
    assert desk.lines() == {}


def test_a_province_counts_in_months_and_its_codes_begin_with_zeros(desk: Desk) -> None:
    note = desk.add_note("00004", "2026M01", "Đã gọi.", BY, target_code="T01")
    assert [(one.unit_code, one.period_code) for one in desk.notes("00004")] == [(note.unit_code, note.period_code)]
    address = ("00004", "T01", "2026M01", "ytd", "v1", {"value_pct": 12.5}, "00004")
    asked = desk.ask(QuestionDraft(*address, "Vì sao?", may_state_counts=False, asker="an"), BY, token=str(7))
    assert desk.ask(QuestionDraft(*address, "Vì sao?", may_state_counts=False), BY, token=str(7)) == asked
    assert desk.question(asked.question_id).figure == {"value_pct": 12.5}
    step = QuestionStep("Đúng.", False, 0)
    assert problems(lambda: desk.step_question(asked.question_id, ASKED_AGAIN, step, BY)) == {
        ("question_id", "question_unanswered")
    }
    assert desk.step_question(asked.question_id, EXPLAINED, step, BY).state == ANSWERED
    assert problems(lambda: desk.step_question(asked.question_id, ENDED, step, BY)) == {
        ("question_id", "question_moved")
    }
