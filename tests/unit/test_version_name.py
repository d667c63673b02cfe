"""A published version is called by its day and hour, in messages and files alike."""

import pytest

from app.core.i18n import words_in
from warehouse.publish.version_name import by_age, version_moment, version_name


def test_a_version_is_called_by_the_moment_at_which_its_build_began() -> None:
    assert version_name("20261125T185932", "vi") == "bản công bố 25/11/2026, 18:59"
    assert version_name("20261125T185932", "en") == "version published 25/11/2026, 18:59"
    assert words_in("vi").version("20261125T185932") == version_name("20261125T185932", "vi")


@pytest.mark.parametrize(
    ("code", "moment"),
    [("20261125T185932-2", "25/11/2026, 18:59 (2)"), ("as-typed", "as-typed"), ("", "")],
    ids=["second build of a second", "no code of ours", "none"],
)
def test_what_tells_no_moment_or_shares_it_can_still_be_told_apart(code: str, moment: str) -> None:
    assert version_moment(code) == moment


def test_the_tenth_build_of_a_second_is_newer_than_the_second_and_one_of_a_clock_ahead_is_the_oldest() -> None:
    oldest_first = ["20991125T185932", "20251125T185932", "20251125T185932-2", "20251125T185932-10", "20251125T185933"]
    assert sorted(set(oldest_first), key=by_age) == oldest_first
