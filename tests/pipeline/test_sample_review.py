"""The sample holds one review, so that whoever looks for the first time sees follow-up."""

import shutil
import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.older_registries import without_number
from tests.pipeline.commands import environment, run
from warehouse.db.migration import migrate
from warehouse.desk import CANCELLED, DONE, UNDER_WAY, Desk
from warehouse.publish.engines import Published, kept, published
from warehouse.sample.review import hold_sample_review
from warehouse.settings import Settings

SUMMER = date(2025, 7, 15)


@pytest.fixture(scope="module")
def sample(published_data_dir: Path) -> Settings:
    return Settings.from_env(environment(published_data_dir))


@pytest.fixture(scope="module")
def desk(sample: Settings) -> Desk:
    return Desk.open(sample)


@pytest.fixture
def copy(sample: Settings, tmp_path: Path) -> Settings:
    """The same registry and versions, without what the desk holds: as before the review."""
    shutil.copytree(sample.runs_dir, tmp_path / "runs")
    with (
        sqlite3.connect(sample.data_dir / "registry.sqlite") as source,
        sqlite3.connect(tmp_path / "registry.sqlite") as goal,
    ):
        source.backup(goal)
    desk = ("action_event", "action", "note", "call_made", "office_line", "minutes", "review", "desk_clock")
    without_number(tmp_path / "registry.sqlite", desk)
    settings = Settings.from_env(environment(tmp_path))
    migrate(settings.ops_url)
    return settings


def of_thu_duc(warehouse: Published | None) -> float:
    """T14 of Thủ Đức in 2025Q1."""
    assert warehouse is not None
    question = (
        "select value_pct from marts.fct_target_progress where target_code = 'T14' and unit_code = '769' "
        "and period_code = '2025Q1' and period_window = 'ytd'"
    )
    with warehouse.engine.connect() as connection:
        return float(connection.execute(text(question)).scalar_one())


def test_the_review_has_actions_in_every_state(desk: Desk) -> None:
    review = desk.reviews()[0]
    assert (review.period_code, review.as_of_date) == ("2025Q1", date(2025, 5, 8))
    actions = desk.actions(review_id=review.review_id)
    states = Counter(action.status for action in actions)
    assert len(actions) == 8
    assert states[DONE] >= 2
    assert states[UNDER_WAY] >= 2
    assert states[CANCELLED] == 1
    assert len([action for action in actions if action.is_overdue(SUMMER)]) >= 2
    assert all(action.evidence for action in actions if action.status == DONE)
    assert all("minh họa" in action.opened_by for action in actions)
    assert len({action.unit_code for action in actions}) >= 6
    assert len(desk.notes("769")) == 2


def test_every_action_is_about_a_figure_that_lagged_on_that_day(desk: Desk, sample: Settings) -> None:
    review = desk.reviews()[0]
    warehouse = kept(review.version, sample)
    assert warehouse is not None
    question = (
        "select status from marts.fct_target_progress where target_code = :target and unit_code = :unit "
        "and period_code = '2025Q1' and period_window = 'ytd'"
    )
    with warehouse.engine.connect() as connection:
        for action in desk.actions():
            asked = {"target": action.target_code, "unit": action.unit_code}
            assert connection.execute(text(question), asked).scalar_one() in ("behind", "far_behind")


def test_the_figure_shown_at_the_review_differs_from_todays_where_it_was_corrected(
    desk: Desk, sample: Settings
) -> None:
    review = desk.reviews()[0]
    assert of_thu_duc(kept(review.version, sample)) < 80 <= of_thu_duc(published(sample))


def test_a_second_call_adds_nothing(published_data_dir: Path, desk: Desk) -> None:
    stamp = desk.stamp()
    again = run(published_data_dir, "sample", "--out", published_data_dir / "sample", "--review")
    assert "has reports already" in again.stdout
    assert desk.stamp() == stamp


def test_a_review_that_was_interrupted_is_completed_not_doubled(copy: Settings, desk: Desk) -> None:
    held = desk.reviews()[0]
    own = Desk.open(copy)
    first = hold_sample_review(copy, held.version)
    assert hold_sample_review(copy, held.version) == first == (own.reviews()[0], 8)
    assert [(one.what, one.status) for one in own.actions()] == [(one.what, one.status) for one in desk.actions()]
    assert sum(len(own.history(one.action_id)) for one in own.actions()) == sum(
        len(desk.history(one.action_id)) for one in desk.actions()
    )
    assert len(own.notes("769")) == 2
