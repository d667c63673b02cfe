"""Nothing that was received is lost: backups taken while people write come back whole, and what is missing is named."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from tests.older_registries import without_number
from tests.pipeline.commands import run, run_python
from tests.pipeline.test_held_versions import put
from tests.pipeline.test_registry import SUBMIT_ALL
from tests.workbooks import B6, write_report
from warehouse import cli, clock
from warehouse.backup import backup
from warehouse.backup.store import newest_backup
from warehouse.db.migration import migrate
from warehouse.db.registry_tables import metadata
from warehouse.desk import REACHED, Audience, CallDraft, Desk, Draft, ReviewDraft, ViewDraft
from warehouse.intake import Intake
from warehouse.publish import publication
from warehouse.reference import Reference
from warehouse.registry.store import Registry
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.storage.landing import land, originals

REPORTS = 12


@pytest.fixture(scope="module")
def reports(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Versions of one unit's report, all different."""
    folder = tmp_path_factory.mktemp("reports")
    return [write_report(folder / f"{n}.xlsx", reference, edits={(B6, "C7"): n + 10}) for n in range(REPORTS)]


@pytest.fixture
def lived_in(settings: Settings, intake: Intake, reports: list[Path], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder with three reports, a review held on a version of its own, an action and a note."""
    for path in reports[:3]:
        intake.submissions.accept(path, by="Quận 1")
    put(settings, "v0")
    desk = Desk(settings.ops_url, settings.runs_dir)
    desk.hold_review(ReviewDraft("2025Q1", "ytd", "v0", date(2025, 5, 8)), "Ban Chỉ đạo")
    due = clock.now().date() + timedelta(days=30)
    desk.open_action(Draft("Tập huấn bù", "Phòng", due, "2025Q1", "769", "T09"), "Sở")
    desk.add_note("769", "2025Q1", "Đã gọi điện nhắc.", "Sở")
    desk.engine.dispose()
    put(settings, "v1")
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KPI_LANG", "en")
    return settings


def elsewhere(tmp_path: Path, name: str = "restored") -> Settings:
    """Settings whose data folder is not there yet."""
    return Settings.from_env({"KPI_DATA_DIR": str(tmp_path / name)}, tmp_path / "no.env")


def everything(url: str) -> dict[str, list[Any]]:
    """All rows of all tables."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = {table.name: list(map(tuple, connection.execute(select(table)))) for table in metadata.sorted_tables}
    engine.dispose()
    return rows


@pytest.mark.slow
def test_a_backup_brings_back_every_row_every_original_and_the_versions_of_reviews(
    lived_in: Settings, reports: list[Path], tmp_path: Path
) -> None:
    assert cli.main(["backup", "--to", str(tmp_path / "kept")]) == 0
    there = elsewhere(tmp_path)
    backup.restore(there, newest_backup(tmp_path / "kept"))
    assert everything(there.ops_url) == everything(lived_in.ops_url)
    assert [path.read_bytes() for path in originals(there.landing_dir)] == [
        path.read_bytes() for path in originals(lived_in.landing_dir)
    ]
    assert [manifest.version for manifest in publication.versions(there)] == ["v0"], "v1 can be computed anew"
    intake = Intake(there)
    assert intake.submissions.accept(reports[3], by="Quận 1").version == 4, "the next report takes the next number"
    intake.close()


def test_a_backup_from_before_minutes_calls_telephones_and_views_were_kept_comes_back_and_can_keep_them(
    lived_in: Settings, tmp_path: Path
) -> None:
    later = ("minutes", "call_made", "office_line", "view_version", "saved_view")
    without_number(lived_in.data_dir / "registry.sqlite", later)
    backup.back_up(lived_in, tmp_path / "kept")
    assert backup.check(tmp_path / "kept")[1].findings == ()
    there = elsewhere(tmp_path)
    backup.restore(there, tmp_path / "kept")
    migrate(there.ops_url)
    desk = Desk(there.ops_url, there.runs_dir)
    called = desk.record_call(CallDraft("769", "2025Q1", "ytd", REACHED), "Sở")
    assert desk.calls() == [called]
    assert desk.keep_line("769", "028 3740 1234", "Sở").telephone == "028 3740 1234"
    everyone = Audience(is_everyone=True)
    view = desk.save_view("progress", ViewDraft("Cần xem", "", {"level": ["ward"]}, (), "v1"), everyone, "Sở")
    assert desk.views(everyone) == [view]
    desk.engine.dispose()


@pytest.mark.slow
def test_backups_taken_while_reports_land_hold_an_original_for_every_row(
    settings: Settings, reports: list[Path], tmp_path: Path
) -> None:
    Registry(settings.ops_url).close()
    command = [sys.executable, "-c", SUBMIT_ALL, str(settings.data_dir), *map(str, reports)]
    writer = subprocess.Popen(command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, text=True)
    assert writer.stdin is not None
    writer.stdin.write("go\n")
    writer.stdin.flush()
    counts = []
    while writer.poll() is None:
        goal = tmp_path / f"backup-{len(counts)}"
        backup.back_up(settings, goal)
        _, kept = backup.check(goal)
        assert kept.findings == ()
        assert kept.rows["submission"] == kept.original_count == kept.rows["audit_event"]
        counts.append(kept.original_count)
    writer.stdin.close()
    assert writer.returncode == 0
    assert len(counts) > 1
    assert counts == sorted(counts)
    _, kept = backup.back_up(settings, tmp_path / "last")
    assert kept.numbers == {"submissions": REPORTS, "originals": REPORTS, "versions": 0}


WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from warehouse.settings import Settings
from warehouse.intake import Intake
intake = Intake(Settings.from_env({"KPI_DATA_DIR": sys.argv[1]}, Path("none")))
for path in sys.argv[2:]:
    intake.submissions.accept(Path(path), by="Quận 1")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_registrys_main_file_alone_holds_what_a_killed_process_had_recorded(
    settings: Settings, reports: list[Path], tmp_path: Path
) -> None:
    killed = run_python(settings.data_dir, "-c", WRITE_AND_DIE, settings.data_dir, *reports[:4])
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert settings.data_dir.joinpath("registry.sqlite-wal").exists(), "nobody has tidied up"
    alone = Path(shutil.copy(settings.data_dir / "registry.sqlite", tmp_path))
    assert len(everything(f"sqlite:///{alone}")["submission"]) == 4


DIE_AT_THE_RENAME = """
import os, signal, sys
from pathlib import Path
from warehouse.backup.backup import back_up
from warehouse.settings import Settings
sys.addaudithook(lambda event, _: os.kill(os.getpid(), signal.SIGKILL) if event == "os.rename" else None)
back_up(Settings.from_env(), Path(sys.argv[1]))
"""


def test_a_backup_that_is_killed_never_shows_as_one(lived_in: Settings, tmp_path: Path) -> None:
    killed = run_python(lived_in.data_dir, "-c", DIE_AT_THE_RENAME, tmp_path / "kept")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not (tmp_path / "kept").exists()
    backup.back_up(lived_in, tmp_path / "kept")


def test_a_backup_goes_into_a_new_folder_outside_the_data_only(
    lived_in: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    assert cli.main(["backup", "--to", str(kept)]) == 0
    before = {path: path.stat().st_mtime_ns for path in kept.rglob("*")}
    for goal, said in (
        (newest_backup(kept), "nothing is overwritten"),
        (lived_in.runs_dir / "x", "lies in the data folder"),
    ):
        capsys.readouterr()
        assert cli.main(["backup", "--to", str(goal)]) == 2
        assert said in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in kept.rglob("*")} == before
    assert not list(tmp_path.glob(".*")), "nothing half-written is left"


def first(folder: Path, pattern: str) -> Path:
    """One of the backup's files, made writable."""
    path = min(folder.glob(pattern))
    path.chmod(0o644)
    return path


def write_to(registry: Path) -> None:
    """As an app does that was started on the backup."""
    with closing(sqlite3.connect(registry)) as connection:
        connection.execute("update desk_clock set ticks = ticks + 1")
        connection.commit()


SPOILED: dict[str, tuple[Callable[[Path], object], str]] = {
    "an original lost a byte": (lambda kept: first(kept, "landing/*/*").write_bytes(b"PK"), "has changed"),
    "an original is gone": (lambda kept: first(kept, "landing/*/*").unlink(), "is missing"),
    "the registry was written to": (
        lambda kept: sqlite3.connect(kept / "registry.sqlite").execute("vacuum"),
        "changed",
    ),
    "a version of a review is torn": (lambda kept: first(kept, "runs/*/*.json").write_text("{"), "has changed"),
    "somebody laid a file there": (lambda kept: (kept / "registry.sqlite-wal").touch(), "does not belong"),
    "the manifest ends early": (lambda kept: (kept / "backup.json").write_text('{"format": 1'), "cannot be read"),
    "the manifest is empty": (lambda kept: (kept / "backup.json").write_text(""), "cannot be read"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_backup_that_changed_is_named_and_not_restored(
    what: str,
    lived_in: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    backup.back_up(lived_in, tmp_path / "kept")
    spoil, said = SPOILED[what]
    spoil(tmp_path / "kept")
    assert cli.main(["verify", "--backup", str(tmp_path / "kept")]) == 6
    assert said in capsys.readouterr().err
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path / "restored"))
    assert cli.main(["restore", "--from", str(tmp_path / "kept")]) == 6
    assert "Nothing was restored" in capsys.readouterr().err
    assert not (tmp_path / "restored").exists()


def test_a_backup_is_restored_into_an_empty_data_folder_only(
    lived_in: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    backup.back_up(lived_in, tmp_path / "kept")
    before = everything(lived_in.ops_url)
    assert cli.main(["restore", "--from", str(tmp_path / "kept")]) == 2
    assert "registry.sqlite" in capsys.readouterr().err
    assert everything(lived_in.ops_url) == before
    apart = replace(elsewhere(tmp_path), ops_url=f"sqlite:///{tmp_path / 'apart' / 'registry.sqlite'}")
    # What a restore that was interrupted left is in nobody's way.
    (apart.data_dir / ".restoring" / "landing").mkdir(parents=True)
    backup.restore(apart, tmp_path / "kept")
    assert everything(apart.ops_url) == before
    assert {path.name for path in apart.data_dir.iterdir()} == {"landing", "runs", "restored.json"}


@pytest.mark.slow
def test_a_restore_that_was_killed_is_repeated_also_after_a_command_made_an_empty_registry(
    lived_in: Settings, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    backup.back_up(lived_in, kept)
    there = elsewhere(tmp_path)
    backup.restore(there, kept)
    # All is in its place but the registry, which is linked last; then somebody asks for the state.
    registry = there.data_dir / "registry.sqlite"
    registry.rename(there.data_dir / ".registry.sqlite.restoring")
    assert run(there.data_dir, "status").returncode == 0
    assert registry.exists()
    stranger = there.landing_dir / "report.xlsx"
    stranger.write_bytes(b"not of this backup")
    with pytest.raises(backup.BackupRefusedError) as refused:
        backup.restore(there, kept)
    assert refused.value.params["names"] == "landing"
    stranger.unlink()
    backup.restore(there, kept)
    assert everything(there.ops_url) == everything(lived_in.ops_url)
    assert backup.check_restored(there).findings == ()


def test_what_was_lost_before_a_backup_is_named_and_the_rest_is_kept(
    lived_in: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = originals(lived_in.landing_dir)[0]
    lost.unlink()
    assert cli.main(["backup", "--to", str(tmp_path / "kept")]) == 6
    # Where it is missing, not where the unfinished backup was.
    assert f"has lost its original: {lost}" in capsys.readouterr().err
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path / "restored"))
    assert cli.main(["restore", "--from", str(tmp_path / "kept")]) == 6
    assert "has lost its original" in capsys.readouterr().err
    assert len(originals(tmp_path / "restored" / "landing")) == 2


def test_verify_names_what_does_not_match(lived_in: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify"]) == 0
    gone, torn, _ = originals(lived_in.landing_dir)
    gone.unlink()
    torn.chmod(0o644)
    torn.write_bytes(torn.read_bytes()[:-1])
    stray = land(lived_in.landing_dir, b"a report whose submission was interrupted")
    for version in ("v0", "v1"):
        (lived_in.runs_dir / version / "warehouse.duckdb").write_bytes(b"x")
    capsys.readouterr()
    assert cli.main(["verify", "--json"]) == 6
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {(one["code"], one.get("path", one.get("version"))) for one in found} == {
        ("original_missing", str(gone)),
        ("original_damaged", str(torn)),
        ("version_damaged", "v0"),
        ("version_damaged", "v1"),
    }, "what has just landed may get its row any moment"
    # A day ago, and before the clock was set back by a day.
    for days in (-1, 1):
        landed_at = clock.now().timestamp() + days * 86_400
        os.utime(stray, (landed_at, landed_at))
        assert cli.main(["verify"]) == 6
        assert f"not in the registry: {stray}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        *(["status"], ["verify"], ["verify", __file__], ["versions"], ["access"], ["reports", "--period", "2025Q2"]),
        *(["lock", "2025Q2"], ["audit"], ["token", "list"], ["digest", "list"], ["digest", "send"]),
        *(["token", "issue", "--name", "x", "--role", "leader"], ["break-glass", "--reason", "x"]),
    ],
)
def test_of_a_mistyped_data_folder_no_command_says_that_all_is_well(
    tmp_path: Path, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mistyped = tmp_path / "dtaa"
    monkeypatch.setenv("KPI_DATA_DIR", str(mistyped))
    monkeypatch.setenv("KPI_LANG", "en")
    for _ in range(2):
        assert cli.main(command) == 1
        assert f"There is no installation in {mistyped}" in capsys.readouterr().err
        mistyped.mkdir(exist_ok=True)
    assert list(mistyped.iterdir()) == []


def test_a_registry_that_lost_rows_leaves_originals_that_verify_names(
    lived_in: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lived_in.data_dir / "registry.sqlite"
    with sqlite3.connect(path) as connection:
        (trigger,) = connection.execute("select sql from sqlite_master where name = 'submission_no_delete'").fetchone()
        connection.execute("drop trigger submission_no_delete")
        connection.execute("delete from submission where submission_id = 3")
        connection.execute(trigger)
    for original in originals(lived_in.landing_dir):
        os.utime(original, (0, 0))
    assert cli.main(["verify"]) == 6
    assert capsys.readouterr().err.count("not in the registry") == 1


def test_a_torn_registry_is_told_and_never_backed_up_as_if_it_were_whole(
    lived_in: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (lived_in.data_dir / "registry.sqlite").write_bytes(b"not a database" * 1000)
    for command in (["verify"], ["backup", "--to", str(tmp_path / "kept")]):
        assert cli.main(command) == 6
        assert "restore the newest backup" in capsys.readouterr().err
    assert not (tmp_path / "kept").exists()


def test_a_registry_on_a_server_that_cannot_be_reached_is_not_backed_up_and_the_command_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KPI_OPS_URL", "postgresql://nobody@127.0.0.1:1/registry")
    assert cli.main(["backup", "--to", str(tmp_path / "kept"), "--lang", "en"]) == 1
    assert "The registry on the database server cannot be used" in capsys.readouterr().err
    assert not (tmp_path / "kept" / "registry.sqlite").exists()
