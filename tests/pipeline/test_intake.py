"""A report waits for the department, counts once it is accepted, and every step stays on record."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from tests.older_registries import OF_NUMBERED
from tests.workbooks import B4, B5, B6, B7, B8, COVER, edit, write_report
from warehouse.db.migration import migrate
from warehouse.db.registry_tables import metadata, submission
from warehouse.intake import Intake, IntakeRefusal, Receipt
from warehouse.intake.file_names import clean_file_name
from warehouse.pipeline.fingerprint import build_fingerprint
from warehouse.reference import Reference
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

OFFICER, DEPARTMENT = "Quận 1", "Sở"
ON_TIME = datetime(2024, 7, 10, 9, 0)


@pytest.fixture
def intake(settings: Settings, reference: Reference) -> Iterator[Intake]:
    """An intake with nothing in it yet."""
    opened = Intake(settings, reference)
    yield opened
    opened.close()


@pytest.fixture
def first(reference: Reference, tmp_path: Path) -> bytes:
    """The report of Quận 1 for 2024Q2: one violation detected, one handled."""
    return write_report(tmp_path / "first.xlsx", reference).read_bytes()


@pytest.fixture
def corrected(reference: Reference, tmp_path: Path) -> bytes:
    """The same with four violations detected, none said to be handled, and the first task wholly done."""
    edits = {(B6, "C7"): 4, (B6, "D7"): None, (B8, "E7"): "Hoàn thành", (B8, "F7"): 100}
    return write_report(tmp_path / "corrected.xlsx", reference, edits=edits).read_bytes()


def send(intake: Intake, data: bytes, note: str = "Sửa theo biên bản", **how: bool) -> Receipt:
    return intake.submit(data, "bao-cao.xlsx", by=OFFICER, note=note, received_at=ON_TIME, **how)


def key(receipt: Receipt) -> int:
    assert receipt.submission is not None
    return receipt.submission.submission_id


def counting(intake: Intake) -> list[tuple[int | None, str]]:
    """Versions and verdicts as a build sees them."""
    return [(row.version, row.verdict) for row in intake.registry.submissions()]


def test_a_submitted_report_waits_and_no_build_sees_it_until_the_department_accepts(
    intake: Intake, first: bytes
) -> None:
    receipt = send(intake, first)
    assert receipt.outcome == "received"
    assert counting(intake) == []
    decided = intake.decisions.accept(key(receipt), DEPARTMENT)
    assert (decided.state, decided.decided_by) == ("accepted", DEPARTMENT)
    assert counting(intake) == [(1, "accepted")]


def test_a_version_is_compared_with_the_one_before_it_even_if_that_was_returned(
    intake: Intake, first: bytes, corrected: bytes, reference: Reference, tmp_path: Path
) -> None:
    send(intake, first, accept=True)
    returned = send(intake, corrected)
    intake.decisions.give_back(key(returned), DEPARTMENT, "Chưa khớp biên bản")
    edits = {(B6, "C7"): 4, (B6, "D7"): 3, (B8, "E7"): "Hoàn thành", (B8, "F7"): 100}
    mended = send(intake, write_report(tmp_path / "mended.xlsx", reference, edits=edits).read_bytes())
    changes = intake.ledger.difference(key(mended))
    assert [(one.column_code, one.before, one.after) for one in changes] == [("violations_handled", None, 3)]
    against_first = intake.ledger.difference(key(mended), key(send(intake, first)))
    assert len(against_first) > 1


def test_a_report_that_was_returned_came_when_it_came(intake: Intake, first: bytes, corrected: bytes) -> None:
    receipt = send(intake, first)
    intake.decisions.give_back(key(receipt), DEPARTMENT, "Chưa khớp biên bản")
    intake.submit(corrected, "sua.xlsx", by=OFFICER, note="Sửa", received_at=datetime(2024, 11, 28, 9), accept=True)
    (quarter,) = [one for one in intake.ledger.calendar("2024Q2") if one.reporter.unit_code == "760"]
    assert (quarter.state, quarter.days_late, quarter.is_overdue) == ("on_time", 0, False)


def test_before_it_is_sent_a_correction_of_a_punctual_report_is_not_said_to_be_late(
    intake: Intake, first: bytes, corrected: bytes
) -> None:
    after_due = date(2024, 11, 28)
    assert intake.assessor.check(corrected, "sua.xlsx", after_due).is_late
    receipt = send(intake, first)
    assert not intake.assessor.check(corrected, "sua.xlsx", after_due).is_late
    intake.decisions.give_back(key(receipt), DEPARTMENT, "Chưa khớp biên bản")
    assert not intake.assessor.check(corrected, "sua.xlsx", after_due).is_late


def test_a_returned_correction_lets_the_version_before_it_count_again(
    intake: Intake, first: bytes, corrected: bytes
) -> None:
    send(intake, first, accept=True)
    receipt = send(intake, corrected, accept=True)
    current = intake.registry.latest_accepted("760", "2024Q2")
    assert current is not None
    assert current.version == 2
    intake.decisions.give_back(key(receipt), DEPARTMENT, "Chưa khớp biên bản")
    assert counting(intake) == [(1, "accepted"), (2, "rejected")]
    current = intake.registry.latest_accepted("760", "2024Q2")
    assert current is not None
    assert current.version == 1
    # The last decision counts, whichever it is.
    intake.decisions.accept(key(receipt), DEPARTMENT)
    assert counting(intake) == [(1, "accepted"), (2, "accepted")]


def test_a_first_report_that_is_returned_came_and_was_refused(intake: Intake, first: bytes) -> None:
    receipt = send(intake, first)
    intake.decisions.give_back(key(receipt), DEPARTMENT, "Thiếu chữ ký")
    assert counting(intake) == [(1, "rejected")]
    row = next(row for row in intake.ledger.calendar("2024Q2") if row.reporter.unit_code == "760")
    assert (row.state, row.is_overdue) == ("returned", True)


def test_a_build_for_a_day_that_was_set_is_no_news_for_that_day_only(intake: Intake, reference: Reference) -> None:
    def fingerprint(day: date, *, is_set: bool) -> str:
        return build_fingerprint(intake.registry.submissions(), reference.periods.values(), day, is_set=is_set)

    far = date(2031, 1, 1)
    today, tomorrow = (fingerprint(date(2026, 11, day), is_set=False) for day in (25, 26))
    assert today == tomorrow, "no quarter begins, closes or falls due between them"
    period = reference.periods["2027Q1"]
    for last in (period.covers_from - timedelta(days=1), period.covers_to, period.due_date):
        assert fingerprint(last, is_set=False) != fingerprint(last + timedelta(days=1), is_set=False)
    assert fingerprint(far, is_set=True) == fingerprint(far, is_set=True)
    assert len({today, fingerprint(far, is_set=True), fingerprint(date(2031, 1, 2), is_set=True)}) == 3


def test_a_build_has_news_exactly_when_a_decision_changes_what_counts(
    intake: Intake, reference: Reference, first: bytes
) -> None:
    def fingerprint() -> str:
        return build_fingerprint(
            intake.registry.submissions(), reference.periods.values(), date(2024, 8, 1), is_set=True
        )

    nothing = fingerprint()
    number = key(send(intake, first))
    assert fingerprint() == nothing
    intake.decisions.accept(number, DEPARTMENT)
    accepted = fingerprint()
    intake.decisions.give_back(number, DEPARTMENT, "Thiếu chữ ký")
    returned = fingerprint()
    assert len({nothing, accepted, returned}) == 3
    intake.decisions.accept(number, DEPARTMENT, "Đã bổ sung")
    assert fingerprint() == accepted


def test_a_dry_run_keeps_nothing(intake: Intake, settings: Settings, first: bytes) -> None:
    before = sorted(settings.data_dir.rglob("*"))
    stamp = intake.ledger.stamp()
    assessment = intake.assessor.check(first, "bao-cao.xlsx", date(2024, 7, 20))
    assert assessment.can_land
    assert assessment.reporter is not None
    assert (assessment.reporter.name_vi, assessment.unit_count, assessment.units_missing) == ("Quận 1", 11, ())
    assert assessment.is_late
    assert (sorted(settings.data_dir.rglob("*")), intake.ledger.stamp()) == (before, stamp)
    assert intake.ledger.audit() == []


def test_a_correction_is_told_cell_by_cell_before_and_after_it_lands(
    intake: Intake, first: bytes, corrected: bytes
) -> None:
    send(intake, first, accept=True)
    expected = [
        (B6, "Quận 1", None, "violations_detected", 1, 4),
        (B6, "Quận 1", None, "violations_handled", 1, None),
        (B8, "Quận 1", "Truyền thông cho nhóm có nguy cơ cao", "status", "under_way", "done"),
        (B8, "Quận 1", "Truyền thông cho nhóm có nguy cơ cao", "percent_done", 1, 100),
    ]
    dry = intake.assessor.check(corrected, "bao-cao.xlsx").changes
    receipt = send(intake, corrected)
    for changes in (dry, receipt.assessment.changes, intake.ledger.difference(key(receipt))):
        told = [(c.sheet, c.unit_name, c.category_name, c.column_code, c.before, c.after) for c in changes]
        assert told == expected
    assert [dry[2].said(value, "vi") for value in (dry[2].before, dry[2].after)] == ["Đang thực hiện", "Hoàn thành"]


def test_what_the_build_would_refuse_is_refused_at_the_door_and_what_is_unusual_is_asked_about(
    intake: Intake, reference: Reference, corrected: bytes, tmp_path: Path
) -> None:
    contradiction = write_report(tmp_path / "bad.xlsx", reference, edits={(B6, "C7"): 4, (B6, "D7"): 6}).read_bytes()
    refused = send(intake, contradiction, accept=True)
    assert refused.outcome == "rejected"
    assert [(one.rule_code, one.where()) for one in refused.assessment.problems] == [
        ("check:b6_cases.violations_handled_within_detected", f"{B6}!D7")
    ]
    asked = send(intake, corrected, note="", accept=True)
    assert (asked.outcome, asked.submission) == ("needs_note", None)
    assert "check:b6_cases.violations_handled_given" in {one.rule_code for one in asked.assessment.questions}
    assert counting(intake) == [(None, "rejected")]
    answered = send(intake, corrected, note="Đang chờ kết luận")
    stands = intake.ledger.submission(key(answered))
    assert (stands.note, stands.questions) == ("Đang chờ kết luận", answered.assessment.questions)


def test_a_report_is_held_against_what_its_reporter_said_before(
    intake: Intake, reference: Reference, tmp_path: Path
) -> None:
    before = write_report(tmp_path / "q1.xlsx", reference, period="2024Q1").read_bytes()
    now = write_report(tmp_path / "q2.xlsx", reference).read_bytes()
    alone = intake.assessor.check(now, "q2.xlsx")
    intake.submit(before, "q1.xlsx", by=OFFICER, note="…", accept=True)
    assert {one.rule_code for one in intake.assessor.check(now, "q2.xlsx").questions} - {
        q.rule_code for q in alone.questions
    }


def test_last_quarters_report_sent_again_is_said_to_be_that_before_anything_else_is_asked(
    intake: Intake, reference: Reference, tmp_path: Path
) -> None:
    many = {(B7, "C7"): 40, (B5, "D7"): 9}
    before = write_report(tmp_path / "q1.xlsx", reference, period="2024Q1", edits=many).read_bytes()
    intake.submit(before, "q1.xlsx", by=OFFICER, note="…", accept=True)
    # Only the quarter on the cover was changed: the titles say so too.
    again = edit(tmp_path / "q1.xlsx", {(COVER, "C7"): "2024Q2", (B5, "A2"): None}).read_bytes()
    first, *others = intake.assessor.check(again, "q2.xlsx").questions
    assert (first.rule_code, first.where()) == ("report_repeats", "")
    assert "báo cáo 2024Q1" in first.what("vi")
    assert "titles_differ" in {one.rule_code for one in others}
    # One sentence says it for every sheet.
    assert not [one for one in others if one.rule_code.endswith("_not_copied")]


def test_a_sheet_that_repeats_last_quarters_comes_first_and_one_other_figure_is_not_the_same_report(
    intake: Intake, reference: Reference, tmp_path: Path
) -> None:
    many = {(B7, f"C{row}"): 9 for row in range(7, 17)}
    before = write_report(tmp_path / "q1.xlsx", reference, period="2024Q1", edits=many).read_bytes()
    intake.submit(before, "q1.xlsx", by=OFFICER, note="…", accept=True)
    now = write_report(tmp_path / "q2.xlsx", reference, edits=many | {(B4, "C7"): 2, (B6, "E7"): 4}).read_bytes()
    rules = [one.rule_code for one in intake.assessor.check(now, "q2.xlsx").questions]
    copied = [rule.endswith("_not_copied") for rule in rules]
    assert "report_repeats" not in rules
    assert "check:b7_support.people_wanting_support_not_copied" in rules
    assert not all(copied)
    assert copied == sorted(copied, reverse=True)


def test_a_report_of_nothing_but_zeros_may_repeat_itself(intake: Intake, reference: Reference, tmp_path: Path) -> None:
    nothing = {(B6, f"{column}7"): 0 for column in "CDEFGHI"} | {(B8, f"F{row}"): None for row in range(7, 17)}
    for period in ("2024Q1", "2024Q2"):
        data = write_report(tmp_path / "q.xlsx", reference, "79", period, nothing).read_bytes()
        receipt = intake.submit(data, "q.xlsx", by=OFFICER, note="…", accept=True)
        assert "report_repeats" not in {one.rule_code for one in receipt.assessment.questions}


def test_the_marked_copy_is_made_of_the_senders_own_file_and_nothing_of_it_is_kept(
    intake: Intake, settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    bad = write_report(tmp_path / "bad.xlsx", reference, edits={(B6, "C7"): "bốn"}).read_bytes()
    before = sorted(settings.data_dir.rglob("*"))
    name, copy = intake.assessor.marked(bad, intake.assessor.check(bad, "bad.xlsx"), "vi")
    assert name.endswith(".xlsx")
    comment = openpyxl.load_workbook(io.BytesIO(copy))[B6]["C7"].comment
    assert comment is not None
    assert sorted(settings.data_dir.rglob("*")) == before
    _, unreadable = intake.assessor.marked(b"no workbook", intake.assessor.check(b"no workbook", "x.xlsx"), "vi")
    assert openpyxl.load_workbook(io.BytesIO(unreadable)).sheetnames


def test_a_file_that_was_returned_is_told_so_with_the_reason_and_not_taken_again(intake: Intake, first: bytes) -> None:
    receipt = send(intake, first)
    intake.decisions.give_back(key(receipt), DEPARTMENT, "Thiếu chữ ký")
    again = send(intake, first, accept=True)
    assert (again.outcome, again.assessment.known_state, again.assessment.known_reason) == (
        "known",
        "returned",
        "Thiếu chữ ký",
    )
    assert counting(intake) == [(1, "rejected")]


def test_after_a_quarter_is_closed_a_report_needs_a_reason_which_stays_on_record(
    intake: Intake, first: bytes, corrected: bytes
) -> None:
    send(intake, first, accept=True)
    intake.decisions.lock("2024Q2", DEPARTMENT, "Đã báo cáo Ủy ban")
    assert send(intake, corrected, note="").outcome == "needs_note"
    assert len(intake.ledger.submissions()) == 1
    receipt = send(intake, corrected, note="Tòa án sửa số vụ")
    assert receipt.outcome == "received"
    assert intake.ledger.submission(key(receipt)).note == "Tòa án sửa số vụ"
    assert intake.ledger.audit(submission_id=key(receipt))[0].after["is_after_lock"] is True
    intake.decisions.unlock("2024Q2", DEPARTMENT, "Kiểm tra lại cả kỳ")
    assert intake.ledger.locks() == {}


def test_a_report_that_waited_when_its_quarter_was_closed_is_accepted_with_a_reason_only(
    intake: Intake, first: bytes
) -> None:
    receipt = send(intake, first, note="")
    intake.decisions.lock("2024Q2", DEPARTMENT)
    with pytest.raises(IntakeRefusal) as refused:
        intake.decisions.accept(key(receipt), DEPARTMENT)
    assert "cần ghi rõ lý do" in refused.value.words("vi")
    assert intake.decisions.accept(key(receipt), DEPARTMENT, "Đến trước khi khóa").reason == "Đến trước khi khóa"


def test_a_quarter_whose_reports_are_not_due_yet_cannot_be_closed(reference: Reference, tmp_path: Path) -> None:
    environment = {"KPI_DATA_DIR": str(tmp_path / "data"), "KPI_AS_OF_DATE": "2024-07-15"}
    intake = Intake(Settings.from_env(environment, tmp_path / "no.env"), reference)
    with pytest.raises(IntakeRefusal) as refused:
        intake.decisions.lock("2024Q2", DEPARTMENT)
    intake.close()
    assert "15/07/2024" in refused.value.words("vi")


@pytest.mark.parametrize("decide", ["accept", "give_back"])
def test_of_two_who_decide_the_same_at_once_one_is_told_that_it_is_done(
    intake: Intake, first: bytes, decide: str
) -> None:
    number = key(send(intake, first))

    def attempt(who: str) -> str:
        try:
            return getattr(intake.decisions, decide)(number, who, "Như đã trao đổi").state
        except IntakeRefusal as refused:
            return refused.code

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(attempt, ["Người thứ nhất", "Người thứ hai"]))
    assert outcomes == sorted(["decided_already", intake.ledger.submission(number).state])
    assert len(intake.ledger.audit(submission_id=number)) == 2


def test_a_decision_that_its_writer_sends_again_is_confirmed_and_written_once(intake: Intake, first: bytes) -> None:
    decisions, number = intake.decisions, key(send(intake, first))
    for _ in range(2):
        assert decisions.give_back(number, DEPARTMENT, "Thiếu chữ ký", seen="received").state == "returned"
        assert decisions.lock("2024Q2", DEPARTMENT).locked_by == DEPARTMENT
    with pytest.raises(IntakeRefusal):
        decisions.give_back(number, DEPARTMENT, "Sai số liệu", seen="received")
    for _ in range(2):
        assert decisions.accept(number, DEPARTMENT, "Đã bổ sung", seen="returned").state == "accepted"
        decisions.unlock("2024Q2", DEPARTMENT, "Kiểm tra lại")
    with pytest.raises(IntakeRefusal):
        decisions.unlock("2024Q2", "Người khác", "Kiểm tra lại")
    kinds = [event.kind for event in intake.ledger.audit(period_code="2024Q2")]
    assert sorted(kinds) == ["accepted", "locked", "received", "returned", "unlocked"]


def test_who_decides_on_what_somebody_else_just_decided_is_shown_that_first(intake: Intake, first: bytes) -> None:
    number = key(send(intake, first))
    intake.decisions.give_back(number, "Người thứ nhất", "Thiếu chữ ký", seen="received")
    with pytest.raises(IntakeRefusal) as refused:
        intake.decisions.accept(number, "Người thứ hai", seen="received")
    assert "Người thứ nhất" in refused.value.words("vi")
    assert intake.ledger.submission(number).state == "returned"


def test_two_officers_who_send_for_one_unit_at_once_both_land_in_one_order(
    intake: Intake, first: bytes, corrected: bytes
) -> None:
    with ThreadPoolExecutor(2) as pool:
        receipts = list(pool.map(lambda data: send(intake, data), [first, corrected]))
    assert [receipt.outcome for receipt in receipts] == ["received", "received"]
    assert sorted(one.submission.version or 0 for one in intake.ledger.submissions()) == [1, 2]


def test_everything_that_happened_is_on_record_with_who_when_before_and_after(
    intake: Intake, reference: Reference, first: bytes, corrected: bytes, tmp_path: Path
) -> None:
    one = key(send(intake, first, note=""))
    intake.decisions.accept(one, DEPARTMENT)
    two = key(send(intake, corrected, accept=True))
    intake.decisions.give_back(two, DEPARTMENT, "Chưa khớp")
    bad = write_report(tmp_path / "bad.xlsx", reference, edits={(B6, "C7"): "x"}).read_bytes()
    assert send(intake, bad).outcome == "rejected"
    intake.decisions.lock("2024Q2", DEPARTMENT)
    told = [(event.kind, event.event_by, event.before, event.after, event.reason) for event in intake.ledger.audit()]
    assert [(kind, by, reason) for kind, by, _, _, reason in reversed(told)] == [
        ("received", OFFICER, None),
        ("accepted", DEPARTMENT, None),
        ("accepted", OFFICER, "Sửa theo biên bản"),
        ("returned", DEPARTMENT, "Chưa khớp"),
        ("refused", OFFICER, None),
        ("locked", DEPARTMENT, None),
    ]
    returned = next(event for event in intake.ledger.audit(submission_id=two) if event.kind == "returned")
    assert returned.before == {"state": "accepted", "counting_version": 2}
    assert returned.after == {"state": "returned", "counting_version": 1}
    assert {event.submission_id for event in intake.ledger.audit(period_code="2024Q2")} == {None, one, two, two + 1}


FORBIDDEN = [
    f"{verb} {table}{what}"
    for table, what in (
        ("audit_event", " set event_by = 'somebody else'"),
        ("submission", " set version = 9"),
        ("submission_problem", " set rule_code = 'none'"),
    )
    for verb, what in (("update", what), ("delete from", ""))
]


def test_the_database_itself_refuses_to_change_what_happened(
    intake: Intake, reference: Reference, first: bytes, tmp_path: Path
) -> None:
    send(intake, first, accept=True)
    send(intake, write_report(tmp_path / "bad.xlsx", reference, edits={(B6, "C7"): "x"}).read_bytes())
    for statement in FORBIDDEN:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            intake.registry.engine.execution_options(kpi_writes=True).begin() as connection,
        ):
            connection.execute(text(statement))


def test_a_registry_of_an_older_version_is_guarded_too_and_its_reports_keep_their_verdicts(
    settings: Settings, reference: Reference
) -> None:
    settings.data_dir.mkdir(parents=True)
    older = make_older_registry(settings)
    migrate(settings.ops_url)
    intake = Intake(settings, reference)
    assert counting(intake) == [(1, "accepted")]
    assert intake.decisions.give_back(older, DEPARTMENT, "Gửi nhầm kỳ").state == "returned"
    assert counting(intake) == [(1, "rejected")]
    with (
        pytest.raises(DatabaseError, match="append-only"),
        intake.registry.engine.execution_options(kpi_writes=True).begin() as connection,
    ):
        connection.execute(text("delete from submission"))
    intake.close()


def make_older_registry(settings: Settings) -> int:
    """Make a registry as it was before reports had to wait, with one accepted report; its number."""
    engine = create_engine(settings.ops_url)
    older = [table for name, table in metadata.tables.items() if name not in ("audit_event", *OF_NUMBERED)]
    metadata.create_all(engine, tables=older)
    row = {
        "reporter_code": "760",
        "reporter_valid_from": date(2021, 1, 1),
        "period_code": "2024Q2",
        "version": 1,
        "verdict": "accepted",
        "received_at": ON_TIME,
        "landed_at": ON_TIME,
        "submitted_by": OFFICER,
        "sha256": "0" * 64,
        "accepted_sha256": "0" * 64,
        "file_name": "a.xlsx",
        "is_sample": False,
        "problem_count": 0,
    }
    with engine.begin() as connection:
        number: int = connection.execute(submission.insert().values(row)).inserted_primary_key[0]
    engine.dispose()
    return number


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("Liên hệ chị Nguyễn Thị Hoa 0909 123 456", "thông tin cá nhân"),
        ("a" * 2001, "tối đa 2000"),
        ("sửa \u202e số", "phải sang trái"),
    ],
)
def test_a_note_with_personal_data_or_hidden_signs_is_refused_and_nothing_of_it_is_kept(
    intake: Intake, settings: Settings, first: bytes, note: str, words: str
) -> None:
    with pytest.raises(IntakeRefusal) as refused:
        send(intake, first, note=note)
    assert words in refused.value.words("vi")
    assert intake.ledger.submissions() == intake.ledger.audit() == []
    kept = b"".join(path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file())
    assert b"0909 123 456" not in kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Lan\\bao cao.xlsx", "bao cao.xlsx"),
        ("bao\u202excod.xlsx", "baoxcod.xlsx"),
        ("a\r\nb\x00.xlsx", "ab.xlsx"),
        (".xlsx", "xlsx"),
        ("", "bao-cao"),
        ("Nguyễn_Thị_Hoa.xlsx", "bao-cao.xlsx"),
        ("0909123456.ods", "bao-cao.ods"),
        ("bao-cao_760_2024Q2.xlsx", "bao-cao_760_2024Q2.xlsx"),
        ("Báo cáo quý 2.2024 (sửa lần 3).xlsx", "Báo cáo quý 2.2024 (sửa lần 3).xlsx"),
        ("x" * 10_000 + ".xlsx", "x" * 250 + ".xlsx"),
    ],
)
def test_of_a_file_name_only_the_name_is_kept_and_no_person(given: str, kept: str) -> None:
    assert clean_file_name(given) == kept


def test_of_a_file_with_personal_data_only_that_it_came_is_on_record(
    intake: Intake, settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    edits = {(B6, "C7"): "0909 123 456", (B6, "D7"): 77}
    data = write_report(tmp_path / "bad.xlsx", reference, edits=edits).read_bytes()
    receipt = intake.submit(data, "Lê Thị Hoa.xlsx", by=OFFICER)
    assert receipt.outcome == "rejected"
    assert receipt.submission is not None
    assert receipt.submission.file_name == "bao-cao.xlsx"
    assert {problem.value for problem in receipt.assessment.problems} == {None}
    intake.close()
    kept = b"".join(path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file())
    assert not [secret for secret in ("0909 123 456", "Thị Hoa") if secret.encode() in kept]


def test_the_original_comes_back_byte_for_byte(intake: Intake, first: bytes) -> None:
    number = key(send(intake, first))
    assert intake.ledger.original(number) == ("bao-cao.xlsx", first)


def test_pages_see_every_write_by_the_stamp(intake: Intake, first: bytes) -> None:
    stamps = [intake.ledger.stamp()]
    number = key(send(intake, first))
    stamps.append(intake.ledger.stamp())
    intake.decisions.accept(number, DEPARTMENT)
    stamps.append(intake.ledger.stamp())
    intake.decisions.lock("2024Q2", DEPARTMENT)
    stamps.append(intake.ledger.stamp())
    assert len(set(stamps)) == 4
