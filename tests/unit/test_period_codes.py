"""Codes of periods: the same part of the year before."""

import pytest

from app.core.period_code import year_before


@pytest.mark.parametrize(
    ("code", "other", "expected"),
    [
        ("2026Q3", "2025Q3", True),
        ("2026Q3", "2025Q2", False),
        ("2026Q3", "2024Q3", False),
        # Reports come by month since 2027: March is not compared with the third quarter.
        ("2027M03", "2026Q3", False),
        ("2028M03", "2027M03", True),
    ],
)
def test_a_year_ago_is_the_same_part_of_the_year_in_the_same_calendar(code: str, other: str, expected: bool) -> None:
    assert (year_before(code) == other) is expected
