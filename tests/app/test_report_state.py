"""The registry's live states over the published figures: what waits, what was returned, what counts next."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.analysis import report_state, reporting
from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.core.i18n import words
from app.forms import FormResult, carry_out
from app.records.reporters import ReporterPeriod
from app.web.page_renderer import draw
from tests.answered import respond
from tests.full_disk import LONG_NOTE, without_room
from warehouse.intake import Intake
from warehouse.intake.records import Received
from warehouse.registry.store import Submission


def received(state: str, version: int | None, number: int = 1) -> Received:
    """One submission of Quận 1 for 2021Q4."""
    moment = datetime(2022, 1, 10, 9)
    row = Submission(
        number, "760", date(2021, 1, 1), "2021Q4", version, state, moment, moment, "Phòng", "0", "a", False, 0
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


@pytest.fixture
def desk(desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and forms use a copy of the sample that may be written to."""
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    monkeypatch.setenv("KPI_AS_OF_DATE", "2025-12-31")


def send(form: str, viewer: Viewer = BUILT_IN_VIEWER, lang: str = "vi", **values: str) -> FormResult:
    return carry_out({"form": form, "values": {"by": "Sở", **values}}, "reports", {"lang": lang}, viewer)


@pytest.mark.usefixtures("desk")
def test_a_quarter_is_closed_and_opened_again_and_the_page_says_so_at_once() -> None:
    assert words("vi")("calendar.locked") not in draw("reports", {"period": "2024Q4"}, BUILT_IN_VIEWER).html
    assert send("lock-quarter", period_code="2024Q4").done == words("vi")("decide.done_lock_quarter")
    drawn = draw("reports", {"period": "2024Q4"}, BUILT_IN_VIEWER).html
    assert f"<small><i>▣</i> {words('vi')('calendar.locked')}</small>" in drawn
    assert "data-send='unlock-quarter'" in drawn
    refused = send("unlock-quarter", period_code="2024Q4", reason="")
    assert refused.fields["reason"]
    assert send("unlock-quarter", period_code="2024Q4", reason="Theo 12/BC").is_done
    assert "data-send='lock-quarter'" in draw("reports", {"period": "2024Q4"}, BUILT_IN_VIEWER).html


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_may_not_be_is_refused_in_words(lang: str) -> None:
    assert send("lock-quarter", lang=lang, period_code="2030Q1").problem
    assert send("lock-quarter", lang=lang, by="", period_code="2024Q4").fields["by"]
    assert send("return-report", lang=lang, submission_id="1", reason="").fields["reason"]
    assert send("accept-report", lang=lang, submission_id="99999").problem == words(lang)("decide.gone")
    assert send("accept-report", lang=lang, submission_id="1").problem


@pytest.mark.usefixtures("desk")
def test_a_decision_that_finds_the_disk_full_is_not_taken_and_says_why() -> None:
    with without_room(Intake.open().registry.engine):
        outcome = send("lock-quarter", period_code="2024Q4", reason=LONG_NOTE)
    assert outcome.problem == words("vi")("form.full")
    assert words("vi")("calendar.locked") not in draw("reports", {"period": "2024Q4"}, BUILT_IN_VIEWER).html
    assert send("lock-quarter", period_code="2024Q4", reason=LONG_NOTE).is_done


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
        assert words("vi")(word) in picture
    assert respond("table.csv", asked | {"table": "title"}).status_code == 200


@pytest.mark.usefixtures("desk")
def test_originals_are_offered_only_to_whom_small_counts_may_be_shown() -> None:
    asked = {"unit": "765", "period": "2022Q2"}
    assert "/intake/original?" in draw("reports", asked, BUILT_IN_VIEWER).html
    assert "/intake/original?" not in draw("reports", asked, Viewer("uncleared", frozenset({Right.READ}))).html
