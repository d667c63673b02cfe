"""A folder of backups stores equal files once, keeps days, weeks and months, and can be tried out at any time."""

import errno
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import copy_for_writing
from tests.pipeline.commands import environment, run, run_cold, run_json
from warehouse import clock
from warehouse.backup import backup, store
from warehouse.backup.scratch import scratch_folder
from warehouse.backup.state import read_backup_state
from warehouse.health.checks import check_backups
from warehouse.intake import Intake
from warehouse.settings import BackupsKept, Settings, SettingsError

pytestmark = pytest.mark.slow
DAYS = 800


@pytest.fixture
def settings(small_data_dir: Path, tmp_path: Path) -> Settings:
    """A small installation with three reports, in which a test may write."""
    data_dir = copy_for_writing(small_data_dir, tmp_path / "data", "landing")
    return Settings.from_env(environment(data_dir), tmp_path / "no.env")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The folder of backups."""
    return tmp_path / "kept"


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Have the office's clock show a moment."""
    monkeypatch.setattr(clock, "now", lambda: moment)


def files(folder: Path) -> dict[str, bytes]:
    """The files below a folder by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def inodes(folder: Path) -> dict[str, int]:
    """Where the files below a folder are on the disk."""
    return {str(path.relative_to(folder)): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_what_the_backup_before_has_is_not_copied_again_and_each_is_whole_without_the_other(
    published_data_dir: Path, tmp_path: Path, kept: Path
) -> None:
    data_dir = copy_for_writing(published_data_dir, tmp_path / "data", "landing")
    settings = Settings.from_env(environment(data_dir), tmp_path / "no.env")
    first = store.back_up_into(settings, kept)
    assert first.manifest.original_count > 1000
    assert first.manifest.held_versions
    extra = next((data_dir / "landing").glob("*/*")).with_name("f" * 64 + ".xlsx")
    extra.write_bytes(b"of a report that was not registered")
    os.utime(extra, (0, 0))
    second = store.back_up_into(settings, kept)
    before, after = inodes(first.path), inodes(second.path)
    copied = {name for name, inode in after.items() if inode not in before.values()}
    manifests = {f"runs/{version}/manifest.json" for version in second.manifest.held_versions}
    assert copied == {f"landing/{extra.parent.name}/{extra.name}", "backup.json", "registry.sqlite"} | manifests
    whole = files(second.path)
    shutil.rmtree(first.path)
    assert files(second.path) == whole
    there = Settings.from_env({"KPI_DATA_DIR": str(tmp_path / "there")}, tmp_path / "no.env")
    backup.restore(there, second.path)
    assert files(there.landing_dir) == files(settings.landing_dir)


def test_a_stored_file_that_was_damaged_is_copied_again(settings: Settings, kept: Path) -> None:
    first = store.back_up_into(settings, kept)
    original = next((first.path / "landing").glob("*/*"))
    original.chmod(0o644)
    original.write_bytes(b"x" * original.stat().st_size)
    second = store.back_up_into(settings, kept)
    assert backup.check(second.path)[1].findings == ()
    assert files(second.path / "landing") == files(settings.landing_dir)


def test_an_original_that_was_damaged_since_is_still_whole_in_the_next_backup(settings: Settings, kept: Path) -> None:
    first = store.back_up_into(settings, kept)
    original = next(settings.landing_dir.glob("*/*"))
    original.chmod(0o644)
    original.write_bytes(b"x")
    second = store.back_up_into(settings, kept)
    assert files(second.path / "landing") == files(first.path / "landing")


def test_where_the_disk_has_no_links_files_are_copied(
    settings: Settings, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    store.back_up_into(settings, kept)
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    second = store.back_up_into(settings, kept)
    assert backup.check(second.path)[1].findings == ()
    assert all(path.stat().st_nlink == 1 for path in second.path.rglob("*.xlsx"))


def test_the_newest_of_each_day_week_and_month_stays() -> None:
    now = datetime(2026, 3, 15, 20)
    # Two backups a day from Monday 2026-03-02 on, the last on Sunday 2026-03-15.
    names = [f"202603{day:02}T{hour:02}0000" for day in range(2, 16) for hour in (2, 14)] + ["20260131T020000"]
    days = {f"202603{day}T140000" for day in (13, 14, 15)} | {"20260315T020000"}
    assert store.kept_names(names, BackupsKept(3, 0, 0), now) == days
    assert store.kept_names(names, BackupsKept(3, 2, 0), now) == days | {"20260308T140000"}
    assert store.kept_names(names, BackupsKept(3, 2, 2), now) == days | {"20260308T140000", "20260131T020000"}
    last_day = {"20260315T140000", "20260315T020000"}
    assert store.kept_names(names, BackupsKept(0, 0, 0), now) == last_day
    of_a_second = {"20260314T140000", "20260314T140000-2", "20260314T140000-10"}
    left = store.kept_names([*of_a_second, "20260315T140000"], BackupsKept(2, 0, 0), now)
    assert left == {"20260314T140000-10", "20260315T140000"}
    assert store.kept_names([], BackupsKept(), now) == set()


def test_years_of_nightly_backups_leave_a_bounded_number_and_reach_back_two_years() -> None:
    begin = datetime(2026, 1, 1, 2)
    names: set[str] = set()
    for number in range(DAYS):
        now = begin + timedelta(days=number)
        names.add(f"{now:%Y%m%dT%H%M%S}")
        names = store.kept_names(names, BackupsKept(), now)
    assert len(names) <= 7 + 5 + 24
    assert min(names) < f"{begin + timedelta(days=DAYS - 670):%Y%m%d}"


def test_old_backups_are_removed_after_a_sound_one_only(
    settings: Settings, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Settings.from_env(settings.as_env() | {"KPI_BACKUP_KEEP": "1,0,0"}, kept / "no.env")
    for day in (1, 2):
        at(monkeypatch, datetime(2026, 11, day, 2))
        store.back_up_into(once, kept)
    assert [path.name for path in store.snapshots(kept)] == ["20261102T020000"]
    for original in [*settings.landing_dir.glob("*/*"), *kept.glob("*/landing/*/*")]:
        original.chmod(0o644)
        original.write_bytes(b"x")
    at(monkeypatch, datetime(2026, 11, 3, 2))
    assert store.back_up_into(once, kept).kept.findings
    assert [path.name for path in store.snapshots(kept)] == ["20261102T020000", "20261103T020000"]


def test_backups_that_begin_in_the_same_second_are_two(
    settings: Settings, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, datetime(2026, 11, 2, 2))
    with ThreadPoolExecutor() as workers:
        both = [workers.submit(store.back_up_into, settings, kept) for _ in range(2)]
    paths = {made.result().path for made in both}
    assert {path.name for path in paths} == {"20261102T020000", "20261102T020000-2"}
    assert {*store.snapshots(kept)} == paths
    assert {path.name for path in kept.iterdir()} == {path.name for path in paths}


def test_a_clock_that_was_set_back_removes_no_backup_that_is_newer(
    settings: Settings, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Settings.from_env(settings.as_env() | {"KPI_BACKUP_KEEP": "1,0,0"}, kept / "no.env")
    at(monkeypatch, datetime(2026, 11, 2, 2))
    store.back_up_into(once, kept)
    at(monkeypatch, datetime(2020, 1, 1))
    store.back_up_into(once, kept)
    assert "20261102T020000" in [path.name for path in store.snapshots(kept)]


def test_after_a_clock_was_set_right_the_backups_made_ahead_of_it_are_kept_and_are_not_the_newest(
    settings: Settings, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Settings.from_env(settings.as_env() | {"KPI_BACKUP_KEEP": "1,0,0"}, kept / "no.env")
    at(monkeypatch, datetime(2027, 11, 2, 2))
    store.back_up_into(once, kept)
    for day in (3, 4):
        at(monkeypatch, datetime(2026, 11, day, 2))
        latest = store.back_up_into(once, kept)
    assert store.newest_backup(kept) == latest.path
    assert store.drill(once, kept)[0] == latest.path
    assert [path.name for path in store.snapshots(kept)] == ["20271102T020000", "20261104T020000"]


def test_commands_take_the_newest_of_a_folder_of_backups(settings: Settings, kept: Path, tmp_path: Path) -> None:
    first = run_json(settings.data_dir, "backup", "--to", kept)
    second = run_json(settings.data_dir, "backup", "--to", kept)
    assert (Path(first["path"]).parent, second["removed"]) == (kept, [])
    assert run_json(settings.data_dir, "verify", "--backup", kept)["submissions"] == 3
    assert run_json(settings.data_dir, "verify", "--against", kept)["submissions"] == 3
    there = tmp_path / "there"
    restored = run_json(there, "restore", "--from", kept)
    assert restored["made_at"] == json.loads((Path(second["path"]) / "backup.json").read_text())["made_at"]
    assert files(there / "landing") == files(settings.landing_dir)


def test_a_folder_with_anything_else_in_it_is_refused(settings: Settings, kept: Path, tmp_path: Path) -> None:
    kept.mkdir()
    (kept / "letter.docx").write_bytes(b"somebody's")
    assert run(settings.data_dir, "backup", "--to", kept).returncode == 2
    backup.back_up(settings, tmp_path / "single")
    assert run(settings.data_dir, "backup", "--to", tmp_path / "single").returncode == 2
    state = read_backup_state(settings)
    assert state
    assert state.done_path == str(tmp_path / "single")


def test_a_folder_of_another_installations_backups_is_refused(settings: Settings, kept: Path, tmp_path: Path) -> None:
    run_json(settings.data_dir, "backup", "--to", kept)
    other = tmp_path / "other"
    # Commands take a folder without originals and registry for a mistyped one.
    (other / "landing").mkdir(parents=True)
    for name in (settings.data_dir, other):
        # An event of each on its access trail.
        run(name, "token", "issue", "--name", name.name, "--role", "leader")
    mine = run_json(settings.data_dir, "backup", "--to", kept)
    refused = run(other, "backup", "--to", kept)
    assert (refused.returncode, "another installation" in refused.stderr) == (2, True)
    # One whose newest backup cannot be read any more goes on.
    (Path(mine["path"]) / "registry.sqlite").write_bytes(b"torn" * 100)
    assert run(settings.data_dir, "backup", "--to", kept).returncode == 0


def test_names_with_accents_are_used_under_any_locale(settings: Settings, tmp_path: Path) -> None:
    there = shutil.copytree(settings.data_dir, tmp_path / "Dữ liệu Sở Y tế", symlinks=True)
    told = run_cold(there, "status", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="utf-8")
    assert (told.returncode, "Traceback" in told.stderr) == (0, False)
    (tmp_path / "file").touch()
    told = run(tmp_path / "file" / "data", "status")
    assert (told.returncode, "KPI_DATA_DIR" in told.stderr) == (2, True)


def test_a_drill_restores_verifies_reports_and_leaves_nothing(settings: Settings, kept: Path) -> None:
    run_json(settings.data_dir, "backup", "--to", kept)
    before = {path.name for path in settings.data_dir.parent.iterdir()}
    told = run(settings.data_dir, "backup", "--drill")
    assert told.returncode == 0
    assert "all 3 submissions, 3 originals" in told.stdout
    assert {path.name for path in settings.data_dir.parent.iterdir()} == before
    state = read_backup_state(settings)
    assert state
    assert (state.is_drill_done, bool(state.drilled_at)) == (True, True)


def test_a_drill_removes_what_a_killed_one_left_and_nothing_of_one_that_runs(settings: Settings, kept: Path) -> None:
    store.back_up_into(settings, kept)
    shutil.copytree(settings.landing_dir, settings.data_dir / ".drill-killed" / "data" / "landing")
    with scratch_folder(settings.data_dir, ".drill-") as running:
        store.drill(settings, kept)
        assert list(settings.data_dir.glob(".drill-*")) == [running]
    assert not running.exists()


def test_a_drill_of_a_backup_that_cannot_be_restored_is_known_everywhere(settings: Settings, kept: Path) -> None:
    made = run_json(settings.data_dir, "backup", "--to", kept)
    original = next((Path(made["path"]) / "landing").glob("*/*"))
    original.chmod(0o644)
    original.write_bytes(b"torn")
    told = run(settings.data_dir, "backup", "--drill", "--to", kept / Path(made["path"]).name)
    assert told.returncode == 2, "a single backup takes no further one"
    told = run(settings.data_dir, "backup", "--drill")
    assert told.returncode == 6
    assert original.name in told.stderr
    assert [found.code for found in check_backups(settings)] == ["drill_failed"]
    assert "trial of a restore" in run(settings.data_dir, "status").stdout
    run_json(settings.data_dir, "backup", "--to", kept)
    assert run(settings.data_dir, "backup", "--drill").returncode == 0
    assert check_backups(settings) == []


def test_without_a_backup_there_is_nothing_to_try_out(settings: Settings) -> None:
    assert run(settings.data_dir, "backup", "--drill").returncode == 2
    assert run(settings.data_dir, "backup").returncode == 2


def test_the_numbers_of_backups_kept_are_three(tmp_path: Path) -> None:
    for text in ("7", "7,5", "a,b,c", "-1,2,3"):
        with pytest.raises(SettingsError, match="KPI_BACKUP_KEEP"):
            Settings.from_env({"KPI_BACKUP_KEEP": text}, tmp_path / "no.env")


def test_a_report_that_lands_between_two_backups_is_in_the_second(
    settings: Settings, kept: Path, sample_workbooks: Path
) -> None:
    store.back_up_into(settings, kept)
    intake = Intake(settings)
    report = sample_workbooks / "2021Q2" / "bao-cao_760_2021Q2.xlsx"
    intake.submissions.accept(report, by="Quận 1")
    intake.close()
    second = store.back_up_into(settings, kept)
    assert (second.manifest.rows["submission"], second.manifest.original_count) == (4, 4)
