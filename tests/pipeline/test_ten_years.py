"""What was presented at a review is shown again as it was, whatever became of the installation since.

Two quarters of ten years, with all kinds of events; `make bench-years` lives through all forty.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.years.lapse import Timeline, faults_of, live_through

pytestmark = [pytest.mark.slow, pytest.mark.build]

# A quarter of the first plan, and one of the second plan after two communes merged. After the first the registry is
# that of an older release; years later one of its reports is corrected, the disk is lost, the server moved.
TIMELINE = Timeline(
    quarters=("2016Q1", "2021Q1"),
    upgrades=(0,),
    disaster=1,
    move=1,
    corrected_after=1,
    corrections=(1,),
    measured=(0,),
    silent_each=3,
)


def test_after_merger_new_plan_upgrade_disaster_and_move_every_review_is_shown_as_it_was(tmp_path: Path) -> None:
    city = live_through(tmp_path, TIMELINE)
    assert faults_of(city) == []
    assert [len(one.slides) > 1000 for one in city.presented] == [True, False]
    with closing(sqlite3.connect(city.data_dir / "registry.sqlite")) as registry:
        counts = {
            table: registry.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("submission", "review", "action", "note")
        }
        (corrected,) = registry.execute("select max(version) from submission where period_code = '2016Q1'").fetchone()
    assert counts == {"submission": city.sent_count, "review": 2, "action": 2, "note": 2}
    assert corrected == 2
