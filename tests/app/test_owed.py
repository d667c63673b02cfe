"""What is owed and by whom, over every quarter; the one phrase for what became of a report."""

import datetime as dt
import re
from typing import Any

import pytest

from app.analysis.owed import owed_by_unit
from app.analysis.report_phrase import report_phrase
from app.analysis.report_state import by_reporter_quarter, report_now
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import in_language
from app.pages.registry import page_of
from app.pages.reports.owed import UnitToCall, message
from app.records.reporters import ReporterPeriod
from app.web.page_renderer import draw
from warehouse.intake.records import Received
from warehouse.registry.store import Submission

TODAY = dt.date(2022, 1, 27)
IN_TIME, LATE = dt.datetime(2022, 1, 15, 16), dt.datetime(2022, 1, 19, 9)


def row(state: str, **changes: Any) -> ReporterPeriod:
    """A report that was due on 15 January 2022."""
    values: dict[str, Any] = {"reporter_code": "760", "period_code": "2021Q4", "is_due": True, "state": state}
    values |= {"due_date": dt.date(2022, 1, 15), "received_at": None, "version": None, "version_count": 0}
    values |= {"days_late": None, "is_corrected": False, "rejected_count": 0}
    return ReporterPeriod(**(values | changes), expected_form_count=8, missing_form_count=0)


def received(state: str, came: dt.datetime, problems: int = 0, version: int | None = None) -> Received:
    """A workbook of that report at the registry."""
    sent = Submission(
        1, "760", dt.date(2021, 1, 1), "2021Q4", version, state, came, came, "P", "0", "a", False, problems
    )
    return Received(sent, state, None, None, None)


@pytest.mark.parametrize(
    ("report", "vi", "en"),
    [
        (row("on_time"), "đã nộp đúng hạn", "sent in time"),
        (row("late", days_late=1), "đã nộp trễ 1 ngày", "sent 1 day late"),
        (row("missing"), "chưa nộp, quá hạn 12 ngày", "not sent, 12 days overdue"),
        (row("rejected", sent_at=IN_TIME, problem_count=3),
         "đã nộp đúng hạn, có 3 lỗi, chờ bản sửa", "sent in time, 3 errors, correction awaited"),
        (row("rejected", sent_at=dt.datetime(2022, 1, 16, 9), problem_count=1),
         "đã nộp trễ 1 ngày, có 1 lỗi, chờ bản sửa", "sent 1 day late, 1 error, correction awaited"),
        (row("rejected", sent_at=IN_TIME, problem_count=0),
         "đã nộp đúng hạn, Sở trả lại, chờ bản sửa",
         "sent in time, sent back by the department, correction awaited"),
        (row("rejected"), "đã nộp, có lỗi, chờ bản sửa", "sent, with errors, correction awaited"),
        (row("waiting", sent_at=LATE, waits_since=LATE),
         "đã nộp trễ 4 ngày, chờ Sở chấp nhận từ 19/01/2022 (8 ngày)",
         "sent 4 days late, waiting to be accepted since 19/01/2022 (8 days)"),
        (row("waiting", sent_at=IN_TIME, waits_since=dt.datetime(2022, 1, 26, 23)),
         "đã nộp đúng hạn, chờ Sở chấp nhận từ 26/01/2022 (1 ngày)",
         "sent in time, waiting to be accepted since 26/01/2022 (1 day)"),
        (row("waiting", version=1, sent_at=IN_TIME, waits_since=dt.datetime(2022, 1, 27, 8)),
         "đã nộp đúng hạn; bản sửa chờ Sở chấp nhận từ 27/01/2022",
         "sent in time; a correction has been waiting to be accepted since 27/01/2022"),
    ],
)  # fmt: skip
def test_a_report_s_state_is_one_phrase(report: ReporterPeriod, vi: str, en: str) -> None:
    assert report_phrase(report, TODAY) == vi
    with in_language("en"):
        assert report_phrase(report, TODAY) == en


def test_before_the_due_date_the_phrase_says_how_long_there_is() -> None:
    assert report_phrase(row("not_due"), dt.date(2022, 1, 5)) == "chưa đến hạn, còn 10 ngày"


@pytest.mark.parametrize(
    ("figures", "came", "phrase"),
    [
        (row("missing"), received("rejected", IN_TIME, 2), "đã nộp đúng hạn, có 2 lỗi, chờ bản sửa"),
        (row("not_due", is_due=False), received("rejected", IN_TIME, 2), "đã nộp đúng hạn, có 2 lỗi, chờ bản sửa"),
        (row("missing"), received("returned", LATE, version=1), "đã nộp trễ 4 ngày, Sở trả lại, chờ bản sửa"),
        (row("on_time", version=1), received("returned", IN_TIME, version=1),
         "đã nộp đúng hạn, Sở trả lại, chờ bản sửa"),
        (row("missing"), received("accepted", IN_TIME, version=1),
         "đã nộp đúng hạn, Sở đã chấp nhận, chờ đưa vào tính"),
    ],
)  # fmt: skip
def test_what_came_since_the_build_is_in_the_phrase(figures: ReporterPeriod, came: Received, phrase: str) -> None:
    now = report_now(figures, by_reporter_quarter([came]))
    assert report_phrase(now, TODAY) == phrase


def test_who_owes_the_oldest_report_stands_first_with_all_it_owes() -> None:
    older = {"period_code": "2021Q3", "due_date": dt.date(2021, 10, 15)}
    rows = [
        row("missing"),
        row("missing", reporter_code="761", **older),
        row("waiting", reporter_code="761"),
        row("on_time", reporter_code="764"),
        row("not_due", reporter_code="765", period_code="2022Q1", due_date=dt.date(2022, 4, 15)),
    ]
    owed = owed_by_unit(rows, ())
    assert [(one.reporter_code, [report.period_code for report in one.reports]) for one in owed] == [
        ("761", ["2021Q3", "2021Q4"]),
        ("760", ["2021Q4"]),
    ]
    assert [one.reporter_code for one in owed_by_unit(rows, {"2022Q1"})] == ["761", "760", "765"]


def owed_part(lang: str = "en", **asked: str) -> str:
    html = draw("reports", {"lang": lang, **asked}, BUILT_IN_VIEWER).html
    return html[html.index("id='owed'") :].split("</section>")[0]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("period", ["2022Q1", "2026Q3"])
def test_whatever_quarter_is_looked_at_everything_owed_is_on_the_page(period: str) -> None:
    names = re.findall(r"<li><p><b>([^<]+)</b>", owed_part(period=period))
    assert names[:2] == ["Can Gio District", "Binh Chanh District"]
    assert len(names) == len(set(names)) > 5


@pytest.mark.language("en")
@pytest.mark.usefixtures("sample")
def test_the_message_asks_for_no_report_that_waits_for_the_department() -> None:
    context, _ = page_of("reports", {"lang": "en"}, BUILT_IN_VIEWER)
    reports = [row("waiting", period_code="2021Q3"), row("missing")]
    text = message(context.publication, [UnitToCall(context.reporters[0], reports, "", "", False, ())])
    assert "Q4 2021" in text
    assert "Q3 2021" not in text


@pytest.mark.usefixtures("sample")
def test_for_a_district_that_ended_the_communes_in_its_place_are_called_and_not_the_district() -> None:
    block = owed_part().split("<b>Can Gio District</b>")[1].split("<b>")[0]
    assert "Ended on 01/07/2025" in block
    assert "Commune culture and society office" in block
    heirs = re.findall(r"/ward\?unit=(\d+)&amp;period=2026Q3", block)
    assert len(heirs) == 4
    assert "Call:" not in block


@pytest.mark.usefixtures("sample")
def test_nothing_is_asked_for_twice_on_the_page_and_the_menu_leads_there() -> None:
    html = draw("reports", {"lang": "en"}, BUILT_IN_VIEWER).html
    assert "id='list-missing'" not in html
    assert html.index("id='owed'") < html.index("id='title'")
    menu = draw("", {"lang": "en"}, BUILT_IN_VIEWER).html.split("<nav")[1].split("<details")[0]
    assert "href='/reports?" in menu


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("period", "who"), [("2025Q2", "23 reporters: 22 districts"), ("2026Q3", "169 reporters: 168")]
)
def test_why_there_is_one_reporter_more_than_units_is_said(period: str, who: str) -> None:
    for page in ("", "reports"):
        assert who in draw(page, {"period": period, "lang": "en"}, BUILT_IN_VIEWER).html
