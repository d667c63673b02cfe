"""A program gets the format that its request prefers."""

import pytest

from app.api.parameters import format_of
from app.core.accepted import most_wanted_first


@pytest.mark.parametrize(
    ("accepted", "format_"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("application/json;q=0.5, Text/CSV", "csv"),
        ("text/csv;q=0", "json"),
        ("text/csv; q=0.2, application/vnd.apache.parquet; q=0.8; charset=utf-8, */*", "parquet"),
        ("text/csv;q=much", "json"),
        ("text/csv, application/json", "csv"),
    ],
)
def test_rows_come_in_the_format_that_is_wanted_most(accepted: str, format_: str) -> None:
    assert format_of("", accepted) == format_


def test_a_language_that_is_refused_is_not_chosen() -> None:
    assert most_wanted_first("vi;q=0, en-GB;q=0.8, en") == ["en", "en-gb"]
