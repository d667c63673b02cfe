"""Amounts are read in what is counted, beside the number assigned; every other value stays in percent."""

from dataclasses import replace
from typing import Any

import pytest
from facts import absent, progress, target

from app.core.i18n import in_language, percent_sign, words_in
from app.figures.line.spec import line_spec
from app.figures.scale import Scale, scale_of
from app.figures.series import Series
from app.records import Progress
from app.ui.change_text import change_in_brief
from app.ui.figure_text import explain, footing, percent_text, value_and_status, value_text

EN, VI = words_in("en"), words_in("vi")
CASES = target(kind="amount", has_interval=False, counted_vi="vụ", counted_en="case|cases")


def amount(done: int, assigned: int, **changes: Any) -> Progress:
    """An amount of the second quarter, half of which is due."""
    value = 100 * done / assigned
    given = {"value_pct": value, "gap_pct": value - 100, "path_gap_pct": value - 50, "kind": "amount"}
    return progress(numerator=float(done), denominator=float(assigned), **(given | changes))


def test_an_amount_beyond_what_was_assigned_says_by_how_many() -> None:
    row = amount(203, 100, status="met")
    assert percent_text(row) == "203/100"
    assert "Đạt: 203/100 vụ, vượt 103" in explain(row, CASES, "Phường A")
    with in_language(EN.lang):
        assert "Met: 203/100 cases, 103 over" in explain(row, CASES, "Ward A")
    assert "%" not in explain(row, CASES, "Phường A")


def test_the_milestone_the_gap_and_the_pace_of_an_amount_are_counts() -> None:
    # Half of 25 is reached with 13 cases; 10 are done, 15 are missing over two quarters.
    late = amount(10, 25, status="behind", missing_to_path_count=3, required_per_quarter_pct=30.0)
    with in_language(EN.lang):
        assert footing(late, CASES)[:4] == [
            "10/25 cases in the window",
            "Milestone 13",
            "Short of the milestone by 3 cases",
            "8 cases more are needed each quarter",
        ]
    assert change_in_brief(late, CASES) == "còn 3"
    # What a year that has ended lacked cannot be made up any more.
    ended = replace(late, has_year_ended=True)
    assert change_in_brief(ended, CASES) == "thiếu 3"
    with in_language("en"):
        assert change_in_brief(ended, CASES) == "3 short"
    ahead = amount(20, 25, status="on_track")
    with in_language(EN.lang):
        assert "7 cases above the quarter’s milestone" in footing(ahead, CASES)


def test_a_unit_without_an_assignment_says_so() -> None:
    row = absent("not_applicable", kind="amount")
    assert "không được giao số riêng" in explain(row, CASES, "Xã B")
    assert "không được giao số riêng" not in explain(absent("not_applicable"), target(), "Xã B")


@pytest.mark.parametrize(("row", "text"), [(amount(3, 4), "3/4 on track"), (progress(), "60% on track")])
def test_only_values_in_points_have_a_percent_sign(row: Progress, text: str) -> None:
    with in_language(EN.lang):
        assert value_and_status(row) == text


def test_a_sentence_with_a_value_has_one_unit_and_the_parts_once() -> None:
    template = {"target": "T", "numerator": "3", "denominator": "4", "limit": "l"}
    with in_language(EN.lang):
        of_amount = EN("quarterly.target", value=value_text(amount(3, 4)), **template)
    in_points = EN("quarterly.target", value="75", **template)
    assert "3/4" in of_amount
    assert "%" not in of_amount
    assert of_amount.count("3") == 1
    assert "75%" in in_points


def scale(*rows: Progress) -> Scale:
    """The scale of some figures."""
    return scale_of(rows)


def test_the_axis_of_an_amount_has_round_numbers_of_things() -> None:
    cases = scale(amount(203, 100))
    with in_language(EN.lang):
        assert [cases.tick_text(value) for value in cases.ticks] == ["0", "50", "100", "150", "200"]
    people = scale(amount(2160, 12000))
    assert [people.tick_text(value) for value in people.ticks] == ["0", "5.000", "10.000"]
    one = scale(amount(1, 3))
    with in_language(EN.lang):
        assert [one.tick_text(value) for value in one.ticks] == ["0", "1", "2", "3"]
    assert percent_sign(people.tick_text(50)) == ""


def test_an_axis_of_several_assigned_numbers_has_shares_of_them_and_says_so() -> None:
    shares = scale(amount(10, 25), amount(30, 50))
    assert [shares.tick_text(value) for value in shares.main_ticks] == ["0", "100% số giao"]
    assert [shares.tick_text(value) for value in shares.ticks] == ["0", "25", "50", "75", "100% số giao"]


def test_the_axis_of_points_stays_in_points() -> None:
    points = scale(progress())
    with in_language(EN.lang):
        assert [points.tick_text(value) for value in points.ticks] == ["0", "25", "50", "75", "100"]
    with in_language(EN.lang):
        assert percent_sign(points.tick_text(50)) == "%"


def test_the_line_of_what_was_assigned_is_named_and_milestones_are_things() -> None:
    rows = [amount(400, 1200, period_code="2026Q1", path_pct=25.0), amount(500, 1200, period_code="2026Q2")]
    spec = line_spec([Series("Cả nước", "Cả nước", rows)], ["2026Q1", "2026Q2"], CASES)
    assert spec.threshold
    assert spec.threshold.label == "Số giao 1.200"
    assert spec.path_limit
    assert "%" not in spec.path_limit.label
