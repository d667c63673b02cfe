"""Amounts are read in what is counted, beside the number assigned; every other value stays in percent."""

from typing import Any

import pytest
from facts import absent, progress, target

from app.core.i18n import words
from app.records import Progress
from app.ui.change_text import change_in_brief
from app.ui.figure_text import explain, footing, percent_text, value_and_status, value_text

EN, VI = words("en"), words("vi")
CASES = target(kind="amount", has_interval=False, counted_vi="vụ", counted_en="case|cases")


def amount(done: int, assigned: int, **changes: Any) -> Progress:
    """An amount of the second quarter, half of which is due."""
    value = 100 * done / assigned
    given = {"value_pct": value, "gap_pct": value - 100, "path_gap_pct": value - 50, "kind": "amount"}
    return progress(numerator=float(done), denominator=float(assigned), **(given | changes))


def test_an_amount_beyond_what_was_assigned_says_by_how_many() -> None:
    row = amount(203, 100, status="met")
    assert percent_text(row, VI) == "203/100"
    assert "Đạt: 203/100 vụ, vượt 103" in explain(row, CASES, "Phường A", VI)
    assert "Met: 203/100 cases, 103 over" in explain(row, CASES, "Ward A", EN)
    assert "%" not in explain(row, CASES, "Phường A", VI)


def test_the_milestone_the_gap_and_the_pace_of_an_amount_are_counts() -> None:
    # Half of 25 is reached with 13 cases; 10 are done, 15 are missing over two quarters.
    late = amount(10, 25, status="behind", missing_to_path_count=3, required_per_quarter_pct=30.0)
    assert footing(late, CASES, EN)[:4] == [
        "10/25 cases in the window",
        "Milestone 13",
        "short of the milestone by 3 cases",
        "8 cases more are needed each quarter",
    ]
    assert change_in_brief(late, CASES, VI) == "còn 3"
    ahead = amount(20, 25, status="on_track")
    assert "7 cases above the quarter’s milestone" in footing(ahead, CASES, EN)


def test_a_unit_without_an_assignment_says_so() -> None:
    row = absent("not_applicable", kind="amount")
    assert "không được giao số riêng" in explain(row, CASES, "Xã B", VI)
    assert "không được giao số riêng" not in explain(absent("not_applicable"), target(), "Xã B", VI)


@pytest.mark.parametrize(("row", "text"), [(amount(3, 4), "3/4 on track"), (progress(), "60% on track")])
def test_only_values_in_points_have_a_percent_sign(row: Progress, text: str) -> None:
    assert value_and_status(row, EN) == text


def test_a_sentence_with_a_value_has_one_unit_and_the_parts_once() -> None:
    template = {"target": "T", "numerator": "3", "denominator": "4", "limit": "l"}
    of_amount = EN("quarterly.target", value=value_text(amount(3, 4), EN), **template)
    in_points = EN("quarterly.target", value="75", **template)
    assert "3/4" in of_amount
    assert "%" not in of_amount
    assert of_amount.count("3") == 1
    assert "75%" in in_points
