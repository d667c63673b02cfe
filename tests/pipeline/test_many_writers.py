"""Many people write to the registry at once: all of it is there, once, in order, and no one is refused for it."""

import pytest

from tests.writers import KINDS, Load, write_at_once, wrong
from warehouse.settings import Settings

pytestmark = pytest.mark.slow


def test_twenty_who_write_at_once_lose_nothing_and_meet_no_error(settings: Settings) -> None:
    told = write_at_once(settings.ops_url, settings.landing_dir, Load(processes=2, writes=10))
    assert told.errors == []
    assert len(told.times_ms) == 200
    assert all(told.written[kind] for kind in KINDS)
    assert list(wrong(settings.ops_url, settings.landing_dir, told)) == []
    # What is missing, or there twice, is found.
    told.written["noted"].append("never written")
    twice = told.written["trail"].pop()
    faults = set(wrong(settings.ops_url, settings.landing_dir, told))
    assert faults >= {"noted: never written lost", f"trail: {twice} not acknowledged or twice"}
