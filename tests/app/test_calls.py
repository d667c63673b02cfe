"""Whom to call comes in one order, and a caller is told why, what to thank for and what to ask."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from app.analysis.calls import Call, ranked
from app.analysis.due_day import due_day
from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import in_language
from app.records import Period
from app.records.call import UnitCall
from app.ui.call_text import praise, reasons, to_say
from app.ui.figure_text import what_to_do
from app.web.page_renderer import draw
from tests.app.facts import START, absent, progress, target
from warehouse.desk import REACHED, Action, CallDraft, Desk

pytestmark = pytest.mark.language("en")


def unit_call(code: str, **changes: Any) -> UnitCall:
    """A unit with two calling targets, late for five quarters together, unless said otherwise."""
    values: dict[str, Any] = {
        "unit_code": code,
        "unit_valid_from": START,
        "unit_level": "ward",
        "period_code": "2026Q3",
        "period_window": "ytd",
        "report_state": "on_time",
        "is_silent": False,
        "silent_since_period_code": None,
        "calling_target_count": 2,
        "calling_people_target_count": 0,
        "late_period_count": 5,
        "longest_target_code": "T09",
        "longest_since_period_code": "2026Q1",
        "blank_form_codes": None,
        "is_to_call": True,
        "praised_target_code": None,
        "praise_reason": None,
    }
    return UnitCall(**(values | changes))


def silent(code: str, since: str, report_state: str = "missing") -> UnitCall:
    return unit_call(
        code,
        report_state=report_state,
        is_silent=True,
        silent_since_period_code=since,
        calling_target_count=0,
        late_period_count=0,
        longest_target_code=None,
        longest_since_period_code=None,
    )


def quarter(code: str, end: dt.date) -> Period:
    return Period(code, "P2021", end.year, 3, 4, START, end, end, end, end, True, "past", False, 168, 160)


TARGETS = {"T09": target(short_name_vi="Tập huấn: cán bộ xã", short_name_en="Training: commune officers")}


def test_who_is_silent_comes_first_then_blank_forms_broken_promises_lateness_and_people_in_need() -> None:
    units = [
        unit_call("1"),
        unit_call("2", calling_people_target_count=1),
        unit_call("3", late_period_count=9),
        silent("4", "2026Q3"),
        silent("5", "2026Q1"),
        unit_call("6", late_period_count=2),
        unit_call("7", is_to_call=False, calling_target_count=1),
        unit_call("8", blank_form_codes="B3", late_period_count=0),
    ]
    order = [call.unit_code for call in ranked(units, {"6": 1})]
    assert order == ["5", "4", "8", "6", "3", "2", "1"]


def test_a_broken_promise_calls_a_unit_whose_figures_would_not() -> None:
    calls = ranked([unit_call("7", is_to_call=False), unit_call("8", is_to_call=False)], {"7": 2, "900": 1})
    assert [(call.unit_code, call.broken_promise_count) for call in calls] == [("7", 2)]


@pytest.mark.parametrize(
    ("call", "vi", "en"),
    [
        (
            Call(silent("4", "2026Q1"), 0),
            ["không có báo cáo dùng được từ Quý I/2026"],
            ["no usable report since Q1 2026"],
        ),
        (
            Call(silent("4", "2026Q3", "rejected"), 0),
            ["báo cáo Quý III/2026 có lỗi, chờ bản sửa"],
            ["the report of Q3 2026 awaits correction"],
        ),
        (
            Call(silent("4", "2026Q2", "rejected"), 0),
            ["báo cáo Quý III/2026 có lỗi, chờ bản sửa; không có số dùng được từ Quý II/2026"],
            ["the report of Q3 2026 awaits correction; no usable figures since Q2 2026"],
        ),
        (
            Call(unit_call("1"), 1),
            [
                "1 việc đã nhận nay quá hạn",
                "2 chỉ tiêu chậm rõ, lâu nhất: Tập huấn: cán bộ xã, từ Quý I/2026",
            ],
            [
                "1 overdue promise",
                "2 targets clearly behind, longest: Training: commune officers, since Q1 2026",
            ],
        ),
        (
            Call(unit_call("1", calling_target_count=1), 0),
            ["1 chỉ tiêu chậm rõ: Tập huấn: cán bộ xã, từ Quý I/2026"],
            ["1 target clearly behind: Training: commune officers, since Q1 2026"],
        ),
    ],
    ids=["silent", "returned", "returned after silence", "a promise and targets", "one target"],
)
def test_a_call_says_why_and_since_when(call: Call, vi: list[str], en: list[str]) -> None:
    with in_language("vi"):
        assert reasons(call, TARGETS) == vi
    assert reasons(call, TARGETS) == en


def test_a_caller_thanks_for_what_is_true_and_for_nothing_else() -> None:
    turned = unit_call("1", praised_target_code="T09", praise_reason="turned")
    assert praise(turned, TARGETS) == "Training: commune officers: late last quarter, on track now"
    assert praise(unit_call("1", praise_reason="on_time"), TARGETS) == "The report of Q3 2026 came on time"
    assert praise(unit_call("1"), TARGETS) == ""


def test_three_sentences_name_the_matter_in_things_and_ask_for_a_day() -> None:
    late = progress(
        status="far_behind",
        value_pct=20.0,
        path_gap_pct=-30.0,
        period_code="2026Q3",
        missing_to_path_count=6,
        late_since_period_code="2026Q1",
    )
    counted = target(short_name_en="Training", counted_en="officer trained|officers trained")
    period = quarter("2026Q3", dt.date(2026, 9, 30))
    said = to_say(Call(unit_call("1"), 0), [late], None, {"T09": counted}, period)
    assert said == (
        "We are calling about your results of Q3 2026.",
        "One thing needs solving together. Training 20%: short of the milestone by 6 officers trained; "
        "late in every quarter since Q1 2026.",
        "What stands in the way, how can the city help, and by which date will it be done?",
    )


def test_who_is_silent_is_asked_for_the_report_and_who_promised_for_what_was_promised() -> None:
    period = quarter("2026Q3", dt.date(2026, 9, 30))
    opened = dt.datetime(2026, 7, 20, 9)
    promised = Action(
        1, None, "2026Q2", "Open two classes", "1", "T09", "Office", dt.date(2026, 9, 1), opened, "A", opened, "A"
    )
    first = to_say(Call(silent("4", "2026Q3"), 1), [], promised, TARGETS, period)
    assert first[1] == "Your report of Q3 2026 has not arrived, which was due on 30/09/2026."
    returned = to_say(Call(silent("4", "2026Q3", "rejected"), 0), [], None, TARGETS, period)
    assert returned[1] == (
        "Your report of Q3 2026 has arrived, but it has errors that must be corrected before it can be used."
    )
    second = to_say(Call(unit_call("1"), 1), [], promised, TARGETS, period)
    assert second[1] == "“Open two classes” was promised by 01/09/2026: how far is it?"


def test_work_about_a_gap_is_the_targets_own_and_says_what_is_missing_in_things() -> None:
    counted = target(short_name_en="Training", counted_en="officer trained|officers trained")
    late = progress(status="behind", path_gap_pct=-5.0, missing_to_path_count=1)
    gap = "short of the milestone by 1 officer trained"
    own = replace(counted, work_en="Train the officers who have not been trained")
    assert what_to_do(late, own) == f"Train the officers who have not been trained: {gap}"
    assert what_to_do(late, counted) == f"Make up what is missing of “Training”: {gap}"
    assert what_to_do(progress(status="met"), counted) == ""
    assert what_to_do(absent("not_reported"), counted) == "Send the report of Q2 2021"
    assert what_to_do(absent("rejected"), counted) == "Correct the report of Q2 2021 and send it again"


@pytest.mark.parametrize("work", ["Connect people with a service", ""])
def test_work_that_is_suggested_about_people_has_no_number_because_all_readers_see_what_is_recorded(work: str) -> None:
    late = progress(status="far_behind", gap_pct=-35.7, path_gap_pct=-35.7, missing_to_path_count=3)
    people = target(short_name_en="Support", counted_en="person supported|people supported", work_en=work)
    assert "3 people supported" in what_to_do(late, people)
    suggested = what_to_do(late, replace(people, is_sensitive=True))
    assert suggested == (work or "Make up what is missing of “Support”")


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (dt.date(2026, 8, 15), dt.date(2026, 9, 30)),
        (dt.date(2026, 8, 31), dt.date(2026, 9, 30)),
        (dt.date(2026, 9, 1), dt.date(2026, 12, 31)),
        (dt.date(2026, 12, 30), dt.date(2027, 1, 29)),
    ],
    ids=["this quarter", "just time enough", "too little time: the next", "no quarter left: thirty days"],
)
def test_new_work_is_due_with_the_first_quarter_that_leaves_a_month(day: dt.date, due: dt.date) -> None:
    quarters = [quarter("2026Q3", dt.date(2026, 9, 30)), quarter("2026Q4", dt.date(2026, 12, 31))]
    assert due_day(quarters, day) == due


@pytest.mark.parametrize(
    ("called", "now", "figures"),
    [
        # A sum of the year begins again: it did not fall.
        ("2025Q4", "2026Q1", "31,6% rất chậm, nay 5,3% có thể rất chậm; hai số không so sánh được"),
        ("2026Q1", "2026Q2", "5,3% có thể rất chậm → 15,8% rất chậm"),
    ],
)
def test_what_came_of_an_earlier_call_is_told_only_by_figures_that_can_be_compared(
    empty_desk: Desk, called: str, now: str, figures: str
) -> None:
    empty_desk.record_call(CallDraft("26596", called, "ytd", REACHED, "T10"), "Chuyên viên")
    html = draw("calls", {"unit": "26596", "period": now, "lang": "vi"}, BUILT_IN_VIEWER).html
    assert figures in html
