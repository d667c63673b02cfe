"""The fingerprint of a build covers all the code that it runs on."""

import pytest

from warehouse.pipeline import fingerprint


@pytest.mark.parametrize("pattern", [*fingerprint._RULE_FILES, *fingerprint._READER_FILES])
def test_every_pattern_of_the_fingerprint_names_code_that_is_there(pattern: str) -> None:
    assert fingerprint._files(pattern)


def test_code_that_moves_away_cannot_leave_the_fingerprint_silently() -> None:
    with pytest.raises(FileNotFoundError, match="no file matches warehouse/build/"):
        fingerprint._files("warehouse/build/*.py")
