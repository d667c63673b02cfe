"""A review held years ago keeps its version, built before columns that pages ask for today: pages answer with what it
has."""

import re
from pathlib import Path

import duckdb
import pytest

from app.core.access import BUILT_IN_VIEWER, Viewer
from app.core.i18n import words_in
from app.web.page_renderer import draw
from warehouse.desk import Desk, Review
from warehouse.publish.versions import WAREHOUSE_FILE, complete, read_manifest
from warehouse.settings import Settings

EN = words_in("en")
# What came with releases after the first, of which pages can do without knowing.
NEWER = {
    "fct_target_progress": (
        "status_may_be_chance",
        "is_status_settled",
        "missing_to_path_count",
        "missing_to_threshold_count",
        "late_since_period_code",
        "same_units_since",
        "change_prev_year_reason",
        "required_per_quarter_pct",
    ),
    "dim_unit": ("past_kind", "other_names"),
    "dim_target": ("caveat_vi",),
}
# Without it nobody can be told who sent a report.
WHO_SENT = {"fct_submission": ("reporter_valid_from",)}
ASKED = {"period": "2025Q1", "lang": "en"}


def strip(review: Review, columns: dict[str, tuple[str, ...]]) -> None:
    """Take columns out of the version that a review was held on, as if it had been built before they came."""
    folder = Settings.from_env().runs_dir / review.version
    manifest = read_manifest(folder)
    assert manifest
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as held:
        for table, names in columns.items():
            for name in names:
                held.execute(f"alter table marts.{table} drop column {name}")
    complete(folder, manifest)


@pytest.fixture
def review(spoilable_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Review:
    """The sample's review, of the first quarter of 2025, whose version a test may change."""
    monkeypatch.setenv("KPI_DATA_DIR", str(spoilable_data_dir))
    return Desk.open().reviews()[0]


def shown(page: str, viewer: Viewer = BUILT_IN_VIEWER, **asked: str) -> str:
    drawn = draw(page, ASKED | asked, viewer)
    assert drawn.status == 200
    return drawn.html


def changed_cells() -> set[tuple[str, str]]:
    """The figures that the page of changed figures lists, by target and unit."""
    return set(re.findall(r"/origin\?target=(\w+)&amp;unit=(\w+)&amp;period=2025Q1", shown("changes")))


@pytest.fixture
def changed(sample: None) -> set[tuple[str, str]]:
    """The figures that changed since a review whose version lacks nothing."""
    return changed_cells()


@pytest.mark.parametrize("columns", [NEWER, NEWER | WHO_SENT], ids=["columns", "who sent"])
def test_figures_that_changed_since_are_told_with_the_report_behind_them(
    changed: set[tuple[str, str]], review: Review, columns: dict[str, tuple[str, ...]]
) -> None:
    strip(review, columns)
    assert ("T09", "769") in changed
    assert changed_cells() == changed
    changes = shown("changes")
    assert "/reports?unit=769&amp;period=2025Q1" in changes
    assert EN("cause.other") not in changes
    assert "As shown on 08/05/2025: " in shown("origin", target="T09", unit="769")
    then = "19.0%"
    assert f"has been corrected: {then}" in shown("ledger", target="T09", unit="769")


def test_an_action_shows_the_figure_when_it_was_given_beside_todays(review: Review) -> None:
    strip(review, NEWER)
    action = next(action for action in Desk.open().actions(unit="769"))
    then, now = shown("actions", action=str(action.action_id)).split("<div class='thennow'>")[1].split("→</i>", 1)
    assert re.search(r"<b class='big n'>[\d.]+", then)
    assert re.search(r"<b class='big n'>[\d.]+", now)


def test_its_slides_are_shown_with_what_is_known(review: Review, uncleared: Viewer) -> None:
    strip(review, NEWER)
    for viewer in (BUILT_IN_VIEWER, uncleared):
        assert "class='slide of-grid'" in shown("review", viewer, held=str(review.review_id))


def test_a_number_on_slides_that_cannot_be_shown_is_answered_as_they_are(review: Review) -> None:
    strip(review, NEWER | WHO_SENT)
    drawn = draw("ledger", ASKED | {"held": str(review.review_id), "target": "T09", "unit": "769"}, BUILT_IN_VIEWER)
    assert drawn.status == 404
    assert EN("message.unknown_held_layout", value=review.review_id) in drawn.html


def test_a_version_of_today_lacks_nothing_that_pages_ask_for(review: Review, caplog: pytest.LogCaptureFixture) -> None:
    for page in ("", "target", "district", "changes", "review", "compare", "calls", "quality", "reports", "tasks"):
        shown(page, period="2026Q3")
    assert [one.getMessage() for one in caplog.records if one.name == "app.queries.fetch"] == []
