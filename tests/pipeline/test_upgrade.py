"""`upgrade` brings an installation of an earlier release to this one with the same figures, or changes nothing."""

import json
import os
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import copy_for_writing
from tests.older_installations import figures, made_older
from tests.older_registries import contents, schema
from tests.pipeline.commands import environment, run, run_json, run_well
from tests.pipeline.forked import command, start_forked
from warehouse.backup.store import snapshots
from warehouse.db.connection import open_database
from warehouse.db.schema_version import HEAD
from warehouse.errors import RegistryOutdatedError
from warehouse.publish.publication import current
from warehouse.publish.versions import MANIFEST_FILE, damage, folders
from warehouse.settings import RELEASE, Settings
from warehouse.upgrade.upgrade import default_backup

pytestmark = pytest.mark.slow
# `make bench-faults` kills many more.
KILLS = 2
KILL_SEED = 29
# Begun after imports, an upgrade takes some seconds.
KILLED_AFTER_S = (0.5, 4)


@pytest.fixture
def older(small_data_dir: Path, tmp_path: Path) -> Path:
    """A small installation of the release before."""
    data_dir = copy_for_writing(small_data_dir, tmp_path / "data", "landing", "cache")
    made_older(data_dir)
    return data_dir


def settings_of(data_dir: Path) -> Settings:
    return Settings.from_env(environment(data_dir), data_dir / "no.env")


def state(data_dir: Path) -> tuple[object, ...]:
    """All that an upgrade changes: the registry, and which version is published."""
    registry = data_dir / "registry.sqlite"
    return contents(registry), schema(registry), (data_dir / "published").resolve().name


def test_an_upgrade_whose_build_fails_changes_nothing_and_the_next_keeps_figures_reports_and_decisions(
    older: Path,
) -> None:
    original = next((older / "landing").glob("*/*"))
    content = original.read_bytes()
    original.unlink()
    before = state(older)
    failed = run(older, "upgrade")
    assert failed.returncode == 1
    assert "Not upgraded, everything is as before" in failed.stderr
    assert f"{original.resolve()}." in failed.stderr, "where to copy it back to"
    assert "then try again" in failed.stderr, "a build instead would be refused"
    assert state(older) == before
    assert not list(older.glob(".upgrade-*"))
    original.write_bytes(content)
    # Of one that was killed in a container, where another process has its number by now.
    (older / f".upgrade-{os.getpid()}").mkdir()
    upgrade_is_whole(older)


def upgrade_is_whole(older: Path) -> None:
    """Upgrade, and find every figure and row again, a backup of the state before, and nothing left to do."""
    before, rows = figures(older), contents(older / "registry.sqlite")
    plan = run_json(older, "upgrade", "--check")
    assert (plan["is_needed"], plan["steps"]) == (True, ["migrate", "build"])
    done = run_json(older, "upgrade")
    assert figures(older) == before
    after = contents(older / "registry.sqlite")
    grown = {"build_run", "quality_result"}
    assert {table: after[table] for table in rows if table not in grown} == {
        table: rows[table] for table in rows if table not in grown
    }
    assert all(set(rows[table]) <= set(after[table]) for table in grown)
    manifest = current(settings_of(older))
    assert manifest
    assert (manifest.version, manifest.release) == (done["version"], RELEASE)
    assert manifest.version in {row[0] for row in after["build_run"]}
    assert contents(Path(done["backup"]) / "registry.sqlite") == rows
    assert run_json(older, "status")["version"] == manifest.version
    assert run(older, "verify").returncode == 0
    assert not list(older.glob(".upgrade-*"))
    assert run_json(older, "upgrade", "--check")["is_needed"] is False
    assert run_json(older, "build")["outcome"] == "unchanged", "the upgrade built what a build would"
    assert "nothing to do" in run(older, "upgrade").stdout


def test_an_upgrade_that_is_repeated_within_a_second_puts_its_backup_beside_the_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.clock.now", lambda: datetime(2026, 11, 25, 8))
    names = []
    for _ in range(3):
        backup = default_backup(settings)
        backup.mkdir()
        names.append(backup.name)
    first = f"data-before-{RELEASE}-20261125T080000"
    assert names == [first, f"{first}-2", f"{first}-3"]


def test_check_only_says_what_is_to_be_done(older: Path) -> None:
    before = state(older)
    told = run(older, "upgrade", "--check")
    assert told.returncode == 0
    assert all(word in told.stdout for word in ("migrated", "computed again", "backup"))
    assert state(older) == before
    assert not list(older.parent.glob("data-before-*"))
    with_mistakes = run(older, "upgrade", "--check", KPI_PLAN_DIR=str(older / "landing"))
    assert with_mistakes.returncode == 4, "as a build with these mistakes"
    assert "The plan landing has 1 mistake" in with_mistakes.stderr


def test_while_a_build_runs_there_is_no_upgrade(older: Path) -> None:
    from warehouse.pipeline.lock import build_lock

    before = state(older)
    with build_lock(older / "build.lock", "somebody"):
        assert run(older, "upgrade").returncode == 5
    assert state(older) == before


def test_nothing_is_written_where_nothing_is_to_be_done(small_data_dir: Path, tmp_path: Path) -> None:
    data_dir = copy_for_writing(small_data_dir, tmp_path / "data", "landing", "cache")
    manifest = (data_dir / "published").resolve() / MANIFEST_FILE
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"release": RELEASE}))
    before = state(data_dir)
    assert run(data_dir, "upgrade").returncode == 0
    assert state(data_dir) == before
    assert run(tmp_path / "nowhere", "upgrade").returncode == 0
    assert not (tmp_path / "nowhere" / "registry.sqlite").exists()


def test_a_registry_without_any_version_is_only_migrated(older: Path) -> None:
    (older / "published").unlink()
    shutil.rmtree(older / "runs")
    assert run_json(older, "upgrade", "--check")["steps"] == ["migrate"]
    assert run_json(older, "upgrade")["version"] is None
    open_database(settings_of(older).ops_url).dispose()


def test_an_upgrade_that_is_killed_leaves_the_old_state_or_the_new_one_and_can_be_run_again(
    older: Path, tmp_path: Path
) -> None:
    before = state(older)
    draws = random.Random(KILL_SEED)  # noqa: S311
    old_figures = figures(older)
    store = tmp_path / "disk" / "backups"
    run_well(older, "backup", "--to", store)
    for _ in range(KILLS):
        upgrade = ("upgrade", "--backup-to", str(store))
        process = start_forked(command, *upgrade, environment=environment(older), output=tmp_path)
        process.join(draws.uniform(*KILLED_AFTER_S))
        process.kill()
        process.join()
        assert_whole(older, before, old_figures)
    run_well(older, "upgrade", "--backup-to", store)
    assert figures(older) == old_figures
    assert not list(older.glob(".upgrade-*"))
    # Backups are made within their folder: the one above it may be the administrator's.
    assert list(store.parent.iterdir()) == [store]
    assert len(snapshots(store)) > 1
    run_well(older, "verify", "--backup", store)


def assert_whole(data_dir: Path, before: tuple[object, ...], old_figures: dict[str, tuple[object, ...]]) -> None:
    """The registry is as it was, or migrated with every row; the published version is whole, with the same figures."""
    registry = data_dir / "registry.sqlite"
    with closing(sqlite3.connect(registry)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    rows = contents(registry)
    old_rows = before[0]
    assert isinstance(old_rows, dict)
    if rows.get("alembic_version") == [(HEAD,)]:
        assert all(set(old_rows[table]) <= set(rows[table]) for table in old_rows)
        open_database(f"sqlite:///{registry}").dispose()
    else:
        assert rows == old_rows
        with pytest.raises(RegistryOutdatedError):
            open_database(f"sqlite:///{registry}")
    published = (data_dir / "published").resolve()
    assert damage(published) is None
    assert published in folders(data_dir / "runs")
    assert figures(data_dir) == old_figures
