"""A report that is filled in on a page: the very rows and words of an uploaded workbook, drafts that nobody loses."""

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from app.core.access import BUILT_IN_VIEWER
from app.forms.report_form import CHECK, KEEP, SEND, ReportAnswer, SentReport, carry_out
from tests.older_registries import without_number
from tests.workbooks import B1, B5, B7, B8, layout_of, plain_values, write_report
from warehouse.backup.backup import back_up, check
from warehouse.db.connection import missing_parts
from warehouse.db.migration import migrate
from warehouse.forms.reading.reader import read_landed
from warehouse.intake import Intake, IntakeRefusal, WebForm
from warehouse.reference import Reference
from warehouse.registry.store import Registry
from warehouse.settings import Settings
from warehouse.storage.landing import landed_path

pytestmark = pytest.mark.slow

UNIT, PERIOD, BY = "26740", "2026Q2", "Phòng Văn hóa - Xã hội"
OTHER = "Chuyên viên khác"
PERSON = "Liên hệ chị Nguyễn Thị Hoa 0909 123 456"
# The sheet's cells that an upload is spoilt in, and the fields that hold the same.
SPOILT = {
    (B1, "C7"): ("B1-sessions_direct", "mười hai"),
    (B1, "D7"): ("B1-sessions_social_network", "99999"),
    (B5, "F8"): ("B5-karaoke-inspections", "2,5"),
    (B7, "C7"): ("B7-people_wanting_support", ""),
    (B8, "F7"): ("B8-N01-percent_done", "0,5"),
}


@pytest.fixture(autouse=True)
def at_this_registry(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent comes into the test's own registry."""
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))


def texts(reference: Reference) -> dict[str, str]:
    """The plain report of the commune as one would type it."""
    values = plain_values(layout_of(reference, UNIT, PERIOD))
    return {
        "-".join(part for part in (form, category, column) if part): str(value)
        for form, rows in values.items()
        for (_, category), cells in rows.items()
        for column, value in cells.items()
    }


def send(deed: str, typed: Mapping[str, str], seen: int = 0, follows: int = 0, by: str = BY) -> ReportAnswer:
    """Send the form as a browser does."""
    values = {**typed, "seen": str(seen), "follows": str(follows), "by": by}
    return carry_out(SentReport(BUILT_IN_VIEWER, UNIT, PERIOD, deed, values))


def opened() -> WebForm:
    """The form as whoever opens it now finds it."""
    return Intake.open().web_forms.open(UNIT, PERIOD)


def landed(settings: Settings) -> list[tuple[int | None, str]]:
    """Version and state of what landed, oldest first."""
    intake = Intake(settings)
    found = [(one.submission.version, one.state) for one in intake.ledger.submissions()]
    intake.close()
    return found[::-1]


def rows_of(settings: Settings, number: int) -> dict[str, list[tuple[object, ...]]]:
    """The rows of a landed original."""
    registry = Registry(settings.ops_url)
    path = landed_path(settings.landing_dir, registry.submission(number).sha256)
    registry.close()
    return read_landed(path)


def test_what_is_typed_lands_as_the_very_rows_of_an_uploaded_workbook(
    settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "report.xlsx", reference, UNIT, PERIOD)
    typed = texts(reference) | {"note": "Đã đối chiếu."}
    answer = send(SEND, typed)
    assert answer.submission is not None, answer.judged.assessment.problems
    number = answer.submission.submission_id
    assert rows_of(settings, number) == read_landed(path)
    name, data = Intake.open().ledger.original(number)
    assert name.endswith(".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data))[B1]
    assert (sheet["C7"].value, sheet["C7"].data_type) == (1, "n"), "numbers are numbers in Excel"
    (event,) = [one for one in Intake.open().ledger.audit(number) if one.kind == "received"]
    assert (event.event_by, event.after["source"], event.reason) == (BY, "web_form", "Đã đối chiếu.")


def test_every_reason_against_an_upload_stands_at_its_field_in_the_same_words(
    intake: Intake, reference: Reference, tmp_path: Path
) -> None:
    cells = {place: text or None for place, (_, text) in SPOILT.items()}
    path = write_report(tmp_path / "report.xlsx", reference, UNIT, PERIOD, edits=cells)
    uploaded = intake.assessor.check(path.read_bytes(), path.name)
    judged = send(CHECK, texts(reference) | dict(SPOILT.values())).judged
    said = {one.field: one.problem for one in judged.placed if one.problem.severity == "refuse"}
    assert set(said) == {name for name, _ in SPOILT.values()}
    asked = {(problem.sheet, problem.cell): problem for problem in uploaded.problems}
    for place, (name, _) in SPOILT.items():
        for part in ("what", "expected", "mend"):
            assert getattr(said[name], part)("vi") == getattr(asked[place], part)("vi")
    assert judged.assessment.questions == uploaded.questions


def test_a_report_is_sent_once_however_often_it_is_sent_and_a_correction_can_be_taken_back(
    settings: Settings, reference: Reference
) -> None:
    typed = texts(reference) | {"note": "Đã đối chiếu."}
    first, again = (send(SEND, typed).submission for _ in range(2))
    assert first is not None
    assert again is not None
    assert (first.submission_id, first.version) == (again.submission_id, 1)
    form = opened()
    assert (form.draft, form.follows) == (None, first.submission_id)
    assert {name: form.typed[name] for name in texts(reference)} == texts(reference), "it begins with what was sent"

    corrected = send(SEND, typed | {"B1-sessions_direct": "7"}, follows=form.follows).submission
    back = send(SEND, typed, follows=opened().follows).submission
    assert corrected is not None
    assert back is not None
    assert landed(settings) == [(1, "received"), (2, "received"), (3, "received")]
    assert rows_of(settings, back.submission_id) == rows_of(settings, first.submission_id)


def test_a_draft_is_there_for_whoever_opens_it_next_and_gone_once_it_is_sent(
    settings: Settings, reference: Reference
) -> None:
    send(KEEP, {"B1-sessions_direct": "1.2x"})
    other = Intake(settings)
    draft = other.web_forms.open(UNIT, PERIOD).draft
    assert draft is not None
    assert (dict(draft.typed), draft.version, draft.saved_by) == ({"B1-sessions_direct": "1.2x"}, 1, BY)
    assert landed(settings) == []
    send(SEND, texts(reference) | {"note": "Đã đối chiếu."}, seen=1)
    assert other.web_forms.open(UNIT, PERIOD).draft is None
    other.close()


def test_what_somebody_types_while_a_report_is_sent_stays_in_the_draft() -> None:
    send(KEEP, {"B1-sessions_direct": "1"})
    sent = opened()
    send(KEEP, {"B1-sessions_print": "2"}, seen=1, by=OTHER)
    Intake.open().web_forms.drop(sent)
    assert opened().typed["B1-sessions_print"] == "2"


def test_a_quarter_that_has_not_begun_takes_no_draft() -> None:
    with pytest.raises(IntakeRefusal) as refused:
        carry_out(SentReport(BUILT_IN_VIEWER, UNIT, "2030Q4", KEEP, {"B1-sessions_direct": "1"}))
    assert (refused.value.code, "2030" in refused.value.words("vi")) == ("not_begun", True)
    assert Intake.open().web_forms.open(UNIT, "2030Q4").draft is None


def test_two_who_type_at_once_join_their_fields_and_are_told_where_they_meet() -> None:
    send(KEEP, {"B1-sessions_direct": "1", "B1-sessions_print": "1"})
    send(KEEP, {"B1-sessions_direct": "2"}, seen=1)
    answer = send(KEEP, {"B1-sessions_direct": "3", "B1-sessions_internet": "4"}, seen=1, by=OTHER)
    assert dict(answer.clashes) == {"B1-sessions_direct": "3"}
    assert answer.typed["B1-sessions_direct"] == "2", "nothing is written over unseen"
    assert opened().typed["B1-sessions_internet"] == "4"
    told = send(KEEP, {"B1-sessions_direct": "3"}, seen=answer.form.version, by=OTHER)
    assert (dict(told.clashes), opened().typed["B1-sessions_direct"]) == ({}, "3")


def test_a_form_that_another_report_overtook_is_told_so_before_it_is_kept_or_sent(
    settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "report.xlsx", reference, UNIT, PERIOD)
    Intake.open().submit(path.read_bytes(), path.name, by=OTHER, note="Bản chính thức.")
    answer = send(SEND, texts(reference) | {"B1-sessions_direct": "9", "note": "Đã đối chiếu."})
    assert (answer.is_outdated, answer.submission, opened().draft) == (True, None, None)
    assert answer.typed["B1-sessions_direct"] == "9", "what was typed is still there"
    assert landed(settings) == [(1, "received")]
    known = send(SEND, dict(answer.typed), follows=answer.form.follows)
    assert known.submission is not None
    assert known.submission.version == 2


@pytest.mark.parametrize("name", ["B8-N01-note", "B8-N01-evidence_reference", "B3-member_count", "note"])
def test_what_seems_to_tell_of_a_person_is_kept_nowhere_and_the_field_says_so(
    name: str, settings: Settings, reference: Reference
) -> None:
    answer = send(SEND, texts(reference) | {name: PERSON})
    assert (answer.submission, answer.unkept) == (None, {name})
    assert name not in opened().typed or opened().typed[name] != PERSON
    said = {one.field for one in answer.judged.placed if "personal" in one.problem.rule_code} | set(answer.problems)
    assert said == {name}
    assert landed(settings) == []
    kept = b"".join(path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file())
    for part in ("Nguyễn Thị Hoa", "0909 123 456", "Nguy\\u1ec5n"):
        assert part.encode() not in kept


def test_a_text_without_end_is_neither_kept_nor_lost_on_its_way_to_the_door(reference: Reference) -> None:
    answer = send(CHECK, texts(reference) | {"B8-N01-note": "a " * 40_000})
    assert answer.unkept == {"B8-N01-note"}
    refused = [one.field for one in answer.judged.placed if one.problem.rule_code == "text_too_long"]
    assert refused == ["B8-N01-note"]


def test_a_report_of_many_units_or_of_the_city_has_no_form_on_a_page(intake: Intake) -> None:
    for unit, period in (("760", "2024Q2"), ("79", PERIOD)):
        with pytest.raises(IntakeRefusal) as refused:
            intake.web_forms.open(unit, period)
        assert refused.value.code == "workbook_only"
        reporter = next(one for one in intake.reference.reporters(period) if one.unit_code == unit)
        assert refused.value.words("en").startswith(reporter.name_en)
    codes = {unit.unit_code for unit in intake.web_forms.reporters(PERIOD)}
    assert (len(codes), "79" in codes) == (168, False)
    assert intake.web_forms.reporters("2024Q2") == []


def test_a_column_that_a_form_gains_stands_on_the_page_by_itself(settings: Settings, reference: Reference) -> None:
    last = reference.columns("B7")[-1]
    added = replace(last, column_code="people_followed_up", position=12, header_vi="Người được thăm hỏi lại")
    changed = replace(reference, form_columns=(*reference.form_columns, added))
    intake = Intake(settings, changed)
    form = intake.web_forms.open(UNIT, PERIOD)
    assert "B7-people_followed_up" in form.names
    judged = intake.web_forms.judge(form, {"B7-people_followed_up": "nhiều"}, 0)
    assert [one.field for one in judged.placed if one.problem.rule_code == "not_a_count"] == ["B7-people_followed_up"]
    intake.close()


def test_parts_stand_below_the_wholes_that_they_are_counted_of(intake: Intake) -> None:
    depths = {one.name: one.depth for one in intake.web_forms.open(UNIT, PERIOD).fields}
    chain = ("people_wanting_support", "people_supported", "service_health")
    assert [depths[f"B7-{name}"] for name in chain] == [0, 1, 2]
    assert [depths[f"B6-{name}"] for name in ("cases_pending", "cases_resolved")] == [0, 1]


def without_drafts(settings: Settings) -> None:
    """A registry as it was before drafts were kept."""
    Registry(settings.ops_url).close()
    without_number(settings.data_dir / "registry.sqlite", ["report_draft"])


def test_a_registry_of_an_older_version_is_opened_and_can_keep_drafts(settings: Settings) -> None:
    without_drafts(settings)
    migrate(settings.ops_url)
    registry = Registry(settings.ops_url)
    with registry.engine.connect() as connection:
        assert missing_parts(connection) == []
    registry.close()
    assert send(KEEP, {"B1-sessions_direct": "1"}).form.version == 1


def test_a_backup_has_the_drafts_and_one_of_an_older_version_is_whole_without(
    settings: Settings, tmp_path: Path
) -> None:
    send(KEEP, {"B1-sessions_direct": "1"})
    manifest, _ = back_up(settings, tmp_path / "new")
    assert manifest.rows["report_draft"] == 1
    without_drafts(settings)
    back_up(settings, tmp_path / "old")
    assert check(tmp_path / "old")[1].findings == ()
