"""A review that was held keeps the version it used, whatever is built after it."""

from datetime import date, datetime

import pytest

from tests.pipeline.commands import run, run_json
from warehouse import clock
from warehouse.desk import Desk, ReviewDraft
from warehouse.publish import publication
from warehouse.publish.engines import kept
from warehouse.publish.versions import WAREHOUSE_FILE, Manifest, complete
from warehouse.registry.store import Registry
from warehouse.settings import Settings

pytestmark = pytest.mark.build


def put(settings: Settings, version: str) -> None:
    """A complete version, published as a build would."""
    folder = settings.runs_dir / version
    folder.mkdir(parents=True)
    (folder / WAREHOUSE_FILE).touch()
    manifest = Manifest(version, "2025-05-08T14:00:00", "2025-05-08", "f", "r", 1, True)
    complete(folder, manifest)
    publication.publish(settings, version)


@pytest.fixture
def held(settings: Settings) -> str:
    """The version that a review used, after which many more were published."""
    put(settings, "v0")
    Desk(settings.ops_url, settings.runs_dir).hold_review(
        ReviewDraft("2025Q1", "ytd", "v0", date(2025, 5, 8)), "Ban Chỉ đạo"
    )
    registry = Registry(settings.ops_url)
    for number in range(1, settings.keep_versions + 3):
        put(settings, f"v{number}")
        publication.remove_old_versions(settings, registry.held_versions())
    registry.close()
    return "v0"


def test_a_held_version_outlives_more_builds_than_are_kept(settings: Settings, held: str) -> None:
    names = [manifest.version for manifest in publication.versions(settings)]
    assert names == ["v7", "v6", "v5", "v4", "v3", held]
    assert kept(held, settings) is not None
    assert kept("v1", settings) is None


def test_versions_that_were_built_while_the_clock_was_ahead_do_not_displace_those_built_since(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 10))
    built = [f"203001{day:02}T000000" for day in range(1, settings.keep_versions + 2)]
    built += [f"202611{day:02}T000000" for day in range(1, 5)]
    for version in built:
        put(settings, version)
        publication.remove_old_versions(settings)
    newest_first = [manifest.version for manifest in publication.versions(settings)]
    assert newest_first == [*built[::-1]][: settings.keep_versions]
    (settings.runs_dir / built[-1] / WAREHOUSE_FILE).unlink()
    assert publication.served(settings)[1] == publication.versions(settings)[1]
    registry = Registry(settings.ops_url)
    for version in built:
        registry.start_build(version, datetime.fromisoformat(version), date(2026, 11, 10))
    assert [run.version for run in registry.builds(4)] == built[:-5:-1]
    registry.close()


def test_the_list_of_versions_says_which_are_held(settings: Settings, held: str) -> None:
    rows = run_json(settings.data_dir, "versions")
    assert [row["version"] for row in rows if row["is_held"]] == [held]
    listed = run(settings.data_dir, "versions").stdout.splitlines()
    kept_for_good = [line for line in listed if "a review used it" in line]
    assert len(kept_for_good) == 1
    assert held in kept_for_good[0]


def test_a_damaged_version_is_marked_and_not_published_again(settings: Settings, held: str) -> None:
    (settings.runs_dir / held / WAREHOUSE_FILE).write_bytes(b"x")
    rows = run_json(settings.data_dir, "versions")
    assert [row["version"] for row in rows if row["is_damaged"]] == [held]
    refused = run(settings.data_dir, "rollback", held)
    assert refused.returncode == 6
    assert "damaged on disk" in refused.stderr
    current = publication.current(settings)
    assert current is not None
    assert current.version == "v7"


def test_a_held_version_can_be_published_again(settings: Settings, held: str) -> None:
    publication.publish(settings, held)
    current = publication.current(settings)
    assert current is not None
    assert current.version == held


def test_a_path_is_no_version_to_go_back_to(settings: Settings, held: str) -> None:
    for path in (f"../{settings.runs_dir.name}/{held}", f"./{held}", str(settings.runs_dir / held), ""):
        assert run(settings.data_dir, "rollback", path).returncode == 2
