"""Numbers, dates and statuses read as people in each language expect."""

import datetime as dt

import pytest

from app.core import formatting
from app.core.i18n import words_in


def test_numbers_are_written_in_each_language_s_style() -> None:
    assert formatting.number(1234.5, "vi", 1) == "1.234,5"
    assert formatting.number(1234.5, "en", 1) == "1,234.5"


def test_days_and_counts_of_thousands_are_grouped_in_sentences_and_years_are_not() -> None:
    vi, en = words_in("vi"), words_in("en")
    assert vi("report.missing", days=1904) == "chưa nộp, quá hạn 1.904 ngày"
    assert en("report.missing", days=1904) == "not sent, 1,904 days overdue"
    assert en.markup("brief.further", count=3320) == en("brief.further", count="3,320")
    assert en.period("2026Q3") == "Q3 2026"


def test_a_long_text_keeps_its_first_words_and_a_long_word_its_first_letters() -> None:
    assert formatting.shortened("Đội liên ngành", 14) == "Đội liên ngành"
    assert formatting.shortened("Đội liên ngành", 12) == "Đội liên…"
    assert formatting.shortened("https://office/report", 12) == "https://off…"
    assert formatting.shortened("", 12) == ""


def test_a_missing_number_reads_as_a_dash_and_zero_as_zero() -> None:
    assert formatting.number(None, "vi") == formatting.MISSING
    assert formatting.number(0, "vi") == "0"


def test_a_small_negative_number_does_not_read_minus_zero() -> None:
    assert formatting.number(-0.04, "en", 1) == "0.0"
    assert formatting.number(-1.5, "en", 1) == "−1.5"


@pytest.mark.parametrize(
    ("count", "whole", "shown"),
    # Worked by hand: 6.25, 18.75, 86.25 and 0.35 %; the last is a little less as a floating-point number.
    [(1, 16, "6.3"), (3, 16, "18.8"), (69, 80, "86.3"), (7, 2000, "0.4")],
)
def test_a_half_is_rounded_up_as_by_hand_and_as_in_the_downloaded_workbook(count: int, whole: int, shown: str) -> None:
    assert formatting.percent(100 * count / whole, "en") == shown
    assert formatting.number(100 * count / whole, "en", 1) == shown
    assert formatting.change(-100 * count / whole, "en") == f"−{shown}"


@pytest.mark.parametrize(
    ("value", "limits", "shown"),
    [
        (79.97, (80.0,), "79.9"),
        (80.0, (80.0,), "80"),
        (80.02, (80.0,), "80.1"),
        (99.96, (), "99.9"),
        (100.0, (), "100"),
        (61.54, (80.0, 40.0), "61.5"),
        (0.0, (), "0"),
    ],
)
def test_rounding_never_carries_a_value_across_its_threshold(
    value: float, limits: tuple[float, ...], shown: str
) -> None:
    assert formatting.percent(value, "en", limits) == shown


@pytest.mark.parametrize(
    ("value", "path", "shown"),
    [
        (8.31, 25 / 3, ("8.31", "8.33")),
        (8.36, 25 / 3, ("8.4", "8.3")),
        (25 / 3 + 1e-14, 25 / 3, ("8.3", "8.3")),
        (24.97, 25.0, ("24.9", "25")),
        (66.7, 200 / 3, ("66.70", "66.67")),
    ],
)
def test_a_value_and_a_path_that_differ_are_never_written_alike(
    value: float, path: float, shown: tuple[str, str]
) -> None:
    assert (formatting.percent(value, "en", (80.0, path)), formatting.milestone(path, value, "en")) == shown


def test_a_change_says_its_direction_without_colour_and_without_the_sign_of_a_status() -> None:
    assert formatting.change(2.34, "vi") == "+2,3"
    assert formatting.change(-2.34, "en") == "−2.3"
    assert formatting.change(0.01, "en") == "±0"
    assert formatting.direction(0.04) == "flat"
    assert formatting.change(None, "en") == ""


def test_dates_are_day_month_year() -> None:
    assert formatting.date(dt.date(2021, 3, 31)) == "31/03/2021"
    assert formatting.moment(dt.datetime(2021, 3, 31, 8, 5)) == "31/03/2021 08:05"
    assert formatting.date(None) == formatting.MISSING


def test_a_quarter_is_named_as_each_language_says_it() -> None:
    assert words_in("vi").period("2021Q4") == "Quý IV/2021"
    assert words_in("en").period("2021Q4") == "Q4 2021"
