"""Days as people type them into a form."""

from datetime import date

import pytest

from app.forms.days import NotADayError, read_day

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("30/09/2027", date(2027, 9, 30)),
        ("30-9-2027", date(2027, 9, 30)),
        ("30.9.27", date(2027, 9, 30)),
        (" 30 / 9 / 2027 ", date(2027, 9, 30)),
        ("2027-09-30", date(2027, 9, 30)),
        ("30/12", date(2026, 12, 30)),
        ("30-12", date(2026, 12, 30)),
        ("26/11", TODAY),
        ("25/11", date(2027, 11, 25)),
        ("30/9", date(2027, 9, 30)),
        ("", None),
        ("  ", None),
    ],
)
def test_a_day_is_read_however_an_office_writes_it_and_a_short_one_lies_ahead(typed: str, meant: date | None) -> None:
    assert read_day(typed, TODAY) == meant


def test_the_last_of_february_is_read_short_when_a_leap_year_is_next() -> None:
    assert read_day("29/2", date(2027, 6, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    "typed", ["31/2", "31/02/2027", "30/13", "0/5", "tháng 9", "30", "30/9/202", "30/9/2027/1", "9/30", "29/2", "٣٠/٩"]
)
def test_what_names_no_day_is_not_guessed_at(typed: str) -> None:
    with pytest.raises(NotADayError):
        read_day(typed, TODAY)
