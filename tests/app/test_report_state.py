"""The registry's live states over the published figures: what waits, what was returned, what counts next."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app.analysis import report_state, reporting
from app.analysis.report_phrase import report_phrase
from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.core.i18n import words_in
from app.forms import FormResult, SentForm, carry_out
from app.records.reporters import ReporterPeriod
from app.web import act_routes
from app.web.language_in_force import LanguageInForce
from app.web.page_renderer import draw
from tests.answered import respond
from tests.app.roles import VIEWERS
from tests.conftest import copy_for_writing
from tests.full_disk import LONG_NOTE, without_room
from tests.workbooks import B5, write_report
from warehouse.intake import Intake
from warehouse.intake.records import Received
from warehouse.people import AccessKind, AccessTrail
from warehouse.reference import Reference
from warehouse.registry.store import Submission

PUNCTUAL, MUCH_LATER = datetime(2022, 1, 10, 9), datetime(2022, 5, 31, 9)


def received(state: str, version: int | None, number: int = 1, moment: datetime = PUNCTUAL, **more: bool) -> Received:
    """One submission of Quận 1 for 2021Q4."""
    row = Submission(
        number, "760", date(2021, 1, 1), "2021Q4", version, state, moment, moment, "Phòng", "0", "a", False, 0, **more
    )
    return Received(row, state, None, None, None)


def row(state: str, version: int | None) -> ReporterPeriod:
    """What the figures say of it."""
    values: dict[str, Any] = {"reporter_code": "760", "period_code": "2021Q4", "is_due": True, "state": state}
    values |= {"due_date": date(2022, 1, 15), "received_at": None, "version": version, "version_count": 1}
    values |= {"days_late": 0, "is_corrected": False, "rejected_count": 0}
    return ReporterPeriod(**values, expected_form_count=8, missing_form_count=0)


@pytest.mark.parametrize(
    ("figures", "registry", "state"),
    [
        (("missing", None), [], "missing"),
        (("missing", None), [received("received", 1)], "waiting"),
        (("on_time", 1), [received("received", 2, 2), received("accepted", 1)], "waiting"),
        (("on_time", 1), [received("accepted", 2, 2), received("accepted", 1)], "taken"),
        (("on_time", 1), [received("returned", 2, 2), received("accepted", 1)], "on_time"),
        (("missing", None), [received("returned", 1)], "returned"),
        (("late", 2), [received("accepted", 2, 2), received("accepted", 1)], "late"),
        (("rejected", None), [received("rejected", None)], "rejected"),
    ],
)
def test_the_calendar_says_what_the_registry_knows_beyond_the_figures(
    figures: tuple[str, int | None], registry: list[Received], state: str
) -> None:
    assert report_state.state_now(row(*figures), report_state.by_reporter_quarter(registry)) == state


def test_nobody_is_called_whose_report_waits_for_the_department() -> None:
    now = report_state.by_reporter_quarter([received("received", 1)])
    assert reporting.quarter_reports([row("missing", None)], "2021Q4").missing
    assert not reporting.quarter_reports(reporting.as_of_now([row("missing", None)], now), "2021Q4").missing


def test_a_returned_report_is_awaited_again() -> None:
    now = report_state.by_reporter_quarter([received("returned", 1)])
    assert reporting.quarter_reports(reporting.as_of_now([row("missing", None)], now), "2021Q4").rejected


@pytest.mark.parametrize(
    ("figures", "registry", "phrase"),
    [
        (("on_time", 1), [("received", 2, MUCH_LATER), ("accepted", 1, PUNCTUAL)],
         "đã nộp đúng hạn; bản sửa chờ Sở chấp nhận từ 31/05/2022 (9 ngày)"),
        (("on_time", 1), [("accepted", 2, MUCH_LATER), ("accepted", 1, PUNCTUAL)],
         "đã nộp đúng hạn, Sở đã chấp nhận, chờ đưa vào tính"),
        (("missing", None), [("received", 2, MUCH_LATER), ("returned", 1, PUNCTUAL)],
         "đã nộp đúng hạn, chờ Sở chấp nhận từ 31/05/2022 (9 ngày)"),
        (("missing", None), [("received", 1, MUCH_LATER), ("rejected", None, PUNCTUAL)],
         "đã nộp trễ 136 ngày, chờ Sở chấp nhận từ 31/05/2022 (9 ngày)"),
    ],
    ids=["correction waits", "correction accepted", "first one returned", "what was refused is no version"],
)  # fmt: skip
def test_a_correction_of_a_punctual_report_is_not_late(
    figures: tuple[str, int | None], registry: list[tuple[str, int | None, datetime]], phrase: str
) -> None:
    known = [received(state, version, 9 - place, moment) for place, (state, version, moment) in enumerate(registry)]
    now = report_state.report_now(row(*figures), report_state.by_reporter_quarter(known))
    assert report_phrase(now, date(2022, 6, 9)) == phrase


def test_of_past_records_that_are_corrected_no_one_says_that_they_were_late() -> None:
    known = [received("received", 2, 2, MUCH_LATER), received("accepted", 1, is_history=True)]
    now = report_state.report_now(row("history", 1), report_state.by_reporter_quarter(known))
    assert "trễ" not in report_phrase(now, date(2022, 6, 9))


@pytest.fixture
def desk(desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and forms use a copy of the sample that may be written to."""
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    monkeypatch.setenv("KPI_AS_OF_DATE", "2025-12-31")


def send(form: str, viewer: Viewer = BUILT_IN_VIEWER, **values: str) -> FormResult:
    return carry_out(SentForm(form, {"by": "Sở", **values}, viewer))


@pytest.mark.usefixtures("desk")
def test_a_quarter_is_closed_and_opened_again_and_the_page_says_so_at_once() -> None:
    assert words_in("vi")("calendar.locked") not in draw("reports", {"period": "2024Q4"}, BUILT_IN_VIEWER).html
    assert send("lock-quarter", period_code="2024Q4").done == words_in("vi")("decide.done_lock_quarter")
    drawn = draw("reports", {"period": "2024Q4"}, BUILT_IN_VIEWER).html
    assert f"<small><i>▣</i> {words_in('vi')('calendar.locked')}</small>" in drawn
    assert "data-send='unlock-quarter'" in drawn
    refused = send("unlock-quarter", period_code="2024Q4", reason="")
    assert refused.fields["reason"]
    assert send("unlock-quarter", period_code="2024Q4", reason="Theo 12/BC").is_done
    assert "data-send='lock-quarter'" in draw("reports", {"period": "2024Q4"}, BUILT_IN_VIEWER).html


@pytest.mark.usefixtures("desk")
def test_a_quarter_is_closed_again_by_the_same_values_within_a_minute_but_not_twice_in_a_row() -> None:
    close = SentForm("lock-quarter", {"by": "Sở", "period_code": "2024Q4"}, BUILT_IN_VIEWER)
    again = SentForm("unlock-quarter", {"by": "Sở", "period_code": "2024Q4", "reason": "12/BC"}, BUILT_IN_VIEWER)
    for form in (close, close, again, close):
        assert act_routes.send(form, "/reports")[0].is_done
    kinds = [event.kind for event in Intake.open().ledger.audit(period_code="2024Q4")[:4]]
    assert kinds[:3] == ["locked", "unlocked", "locked"]
    assert "2024Q4" in Intake.open().ledger.locks()


@pytest.fixture
def silent_one(
    published_data_dir: Path, tmp_path: Path, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """The number of a report that has just come from a commune that was silent in 2026Q3, in a copy of the sample."""
    own = copy_for_writing(published_data_dir, tmp_path / "own", "landing")
    monkeypatch.setenv("KPI_DATA_DIR", str(own))
    report = write_report(tmp_path / "report.xlsx", reference, "25942", "2026Q3", edits={(B5, "E8"): 0}).read_bytes()
    with closing(Intake.open()) as intake:
        receipt = intake.submit(report, "report.xlsx", by="UBND phường", note="Đúng.")
        assert receipt.submission, receipt.assessment.problems
        yield receipt.submission.submission_id


def counted_on_the_page(lang: str) -> tuple[dict[str, int], dict[str, int]]:
    """Reports of 2026Q3 by what is the matter with them: in the first sentence, and in the list of what is owed."""
    page = draw("reports", {"period": "2026Q3", "lang": lang}, BUILT_IN_VIEWER)
    say = words_in(lang)
    lead = page.html.split("<h1>")[1].split("</h1>")[0]
    parts = {state: re.escape(say(f"calendar.part_{state}", count="@")) for state in ("missing", "rejected", "waiting")}
    said = {state: re.search(part.replace("@", r"(\d+)"), lead) for state, part in parts.items()}
    listed = bytes(respond("table.csv", {"page": "reports", "table": "owed", "period": "2026Q3", "lang": lang}).body)
    own = [line for line in listed.decode("utf-8-sig").splitlines() if re.split("[;,]", line)[3] == "2026Q3"]
    signs = {
        "missing": say("report.missing", days=0).split(",")[0],
        "waiting": say("report.waiting", sent="", since=""),
    }
    found = {state: sum(sign.strip(" ,") in line for line in own) for state, sign in signs.items()}
    found["rejected"] = len(own) - sum(found.values())
    return {state: int(match[1]) if match else 0 for state, match in said.items()}, found


@pytest.mark.usefixtures("silent_one")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_first_sentence_and_the_list_below_it_count_the_same_reports(lang: str) -> None:
    said, listed = counted_on_the_page(lang)
    assert said == listed
    assert said["waiting"]


def test_returning_a_report_that_was_never_counted_starts_no_build(silent_one: int) -> None:
    outcome = send("return-report", submission_id=str(silent_one), reason="Thiếu biểu B4")
    assert outcome.done == words_in("vi")("decide.done_return_uncounted")
    kinds = [event.kind for event in Intake.open().ledger.audit(period_code=None)]
    assert kinds[0] == "returned"
    assert "build_requested" not in kinds


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_waits_to_be_accepted_says_how_long(silent_one: int, lang: str) -> None:
    landed = Intake.open().ledger.submission(silent_one).submission.received_at
    page = draw("reports", {"period": "2026Q3", "lang": lang}, BUILT_IN_VIEWER).html
    listed = page[page.index("<section id='waiting'>") :].split("</section>")[0]
    assert words_in(lang)("waiting.waits_today") in listed
    owed = page[page.index("<ol class='owed'>") :].split("</ol>")[0]
    assert f"{landed:%d/%m/%Y}" in owed


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_may_not_be_is_refused_in_words(lang: str) -> None:
    assert send("lock-quarter", period_code="2030Q1").problem
    assert send("lock-quarter", by="", period_code="2024Q4").fields["by"]
    assert send("return-report", submission_id="1", reason="").fields["reason"]
    assert send("accept-report", submission_id="99999").problem == words_in(lang)("decide.gone")
    assert send("accept-report", submission_id="1").problem


@pytest.mark.usefixtures("desk")
def test_a_decision_that_finds_the_disk_full_is_not_taken_and_says_why() -> None:
    with without_room(Intake.open().registry.engine):
        outcome = send("lock-quarter", period_code="2024Q4", reason=LONG_NOTE)
    assert outcome.problem == words_in("vi")("form.full")
    assert words_in("vi")("calendar.locked") not in draw("reports", {"period": "2024Q4"}, BUILT_IN_VIEWER).html
    assert send("lock-quarter", period_code="2024Q4", reason=LONG_NOTE).is_done


@pytest.mark.usefixtures("desk")
def test_a_decision_that_the_server_could_not_take_is_answered_as_its_fault_and_other_values_as_the_sender_s(
    desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.db.connection.BUSY_TIMEOUT_S", 0.1)
    app = Starlette(routes=act_routes.ROUTES, middleware=[Middleware(LanguageInForce)])
    headers = {"origin": "http://testserver", "accept": "application/json"}
    typed = {"by": "Sở", "period_code": "2024Q4", "reason": LONG_NOTE}
    with TestClient(app, headers=headers) as browser:

        def answer(**values: str) -> tuple[int, str]:
            answered = browser.post("/act/lock-quarter?at=/reports", data=typed | values)
            return answered.status_code, answered.json()["state"]

        with without_room(Intake.open().registry.engine):
            assert answer() == (507, "failed")
        with closing(sqlite3.connect(desk_data_dir / "registry.sqlite")) as other:
            other.execute("begin immediate")
            assert answer() == (503, "failed")
        assert answer(period_code="2030Q1") == (422, "failed")
        assert answer() == (200, "done")


@pytest.mark.usefixtures("desk")
def test_a_decision_is_told_though_another_program_keeps_the_registry_before_it_is_on_the_trail(
    desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.db.connection.BUSY_TIMEOUT_S", 0.1)
    form = SentForm("lock-quarter", {"by": "Sở", "period_code": "2024Q4"}, VIEWERS["department"])
    with closing(sqlite3.connect(desk_data_dir / "registry.sqlite")) as other:

        def kept(form: SentForm) -> FormResult:
            outcome = carry_out(form)
            other.execute("begin immediate")
            return outcome

        monkeypatch.setattr(act_routes, "carry_out", kept)
        assert act_routes.send(form, "/reports")[0].done == words_in("vi")("decide.done_lock_quarter")
    assert "2024Q4" in Intake.open().ledger.locks()
    assert AccessTrail.open().newest([AccessKind.DECIDED]) == []


@pytest.mark.usefixtures("desk")
def test_who_may_only_read_decides_nothing() -> None:
    onlooker = Viewer("onlooker", frozenset({Right.READ, Right.SMALL_COUNTS}))
    assert not send("lock-quarter", viewer=onlooker, period_code="2024Q4").is_done
    assert "data-send='lock-quarter'" in draw("reports", {"period": "2024Q4"}, BUILT_IN_VIEWER).html


@pytest.mark.usefixtures("desk")
def test_the_calendar_leaves_as_a_picture_and_a_table_with_the_states_of_now() -> None:
    send("lock-quarter", period_code="2024Q4")
    asked = {"page": "reports", "period": "2024Q4", "lang": "vi"}
    picture = bytes(respond("chart.svg", asked | {"chart": "calendar"}).body).decode()
    for word in ("status.waiting", "calendar.locked", "calendar.version_legend"):
        assert words_in("vi")(word) in picture
    assert respond("table.csv", asked | {"table": "title"}).status_code == 200


@pytest.mark.usefixtures("desk")
def test_originals_are_offered_only_to_whom_small_counts_may_be_shown() -> None:
    asked = {"unit": "765", "period": "2022Q2"}
    assert "/intake/original?" in draw("reports", asked, BUILT_IN_VIEWER).html
    assert "/intake/original?" not in draw("reports", asked, Viewer("uncleared", frozenset({Right.READ}))).html
