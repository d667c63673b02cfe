"""When the disk is full or the registry is locked, people are told so and nothing is half-landed."""

import errno
import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import MagicMock

import duckdb
import pytest

from tests.full_disk import LONG_NOTE, OWN_MOUNTS, may_mount, without_room
from tests.pipeline.commands import PROJECT, environment, run_python
from tests.workbooks import write_report
from warehouse import cli
from warehouse.db import connection
from warehouse.intake import Intake, RegistryBusyError
from warehouse.pipeline import pipeline
from warehouse.reference import Reference
from warehouse.settings import Settings
from warehouse.storage.disk import DiskFullError

pytestmark = pytest.mark.slow

# Half of what an empty form takes.
SIZE = "12k"


@pytest.mark.skipif(not may_mount(), reason="a small disk cannot be mounted here")
def test_a_full_disk_is_told_and_leaves_neither_a_file_nor_a_row(
    settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    report = write_report(tmp_path / "report.xlsx", reference)
    settings.landing_dir.mkdir(parents=True)
    script = (
        f'mount -t tmpfs -o size={SIZE} none "$1" && "$2" -m warehouse submit "$3"; '
        'echo "ended $?"; find "$1" -type f | wc -l'
    )
    command = ["sh", "-c", script, "sh", str(settings.landing_dir), sys.executable, str(report)]
    tried = subprocess.run(
        [*OWN_MOUNTS, *command],
        cwd=PROJECT,
        env=environment(settings.data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.stdout.split() == ["ended", "7", "0"], tried.stderr
    assert "The disk is full and nothing was recorded" in tried.stderr
    assert "report.xlsx was not submitted" in tried.stderr
    assert "cannot be opened" not in tried.stderr
    intake = Intake(settings, reference)
    assert intake.ledger.submissions() == intake.ledger.audit() == []
    taken = intake.submit(report.read_bytes(), report.name, by="Quận 1", note="…")
    assert taken.outcome == "received", "the same file lands once there is room"
    intake.close()


@pytest.mark.skipif(not may_mount(), reason="a small disk cannot be mounted here")
def test_no_command_leaves_a_file_in_part_on_a_full_disk(
    settings: Settings, reference: Reference, intake: Intake, tmp_path: Path
) -> None:
    intake.submissions.accept(write_report(tmp_path / "report.xlsx", reference), by="Quận 1")
    small = tmp_path / "small"
    small.mkdir()
    commands = (
        ("original", "1", "--out", small / "original.xlsx"),
        ("template", "--unit", "760", "--period", "2024Q2", "--out", small / "form.xlsx"),
        ("plan", "new", "--province", "Huế", "--out", small / "pack.xlsx"),
    )
    run_each = "; ".join(f'"$2" -m warehouse {shlex.join(map(str, words))}; echo $?' for words in commands)
    script = f'mount -t tmpfs -o size={SIZE} none "$1"; {run_each}; find "$1" -type f -size +0'
    tried = subprocess.run(
        [*OWN_MOUNTS, "sh", "-c", script, "sh", str(small), sys.executable],
        cwd=PROJECT,
        env=environment(settings.data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.stdout.split() == ["7"] * len(commands), tried.stderr


def test_a_build_on_a_full_or_read_only_disk_says_so_and_how_to_go_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Intake(settings).close()
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KPI_LANG", "en")
    # As DuckDB reports it, as Python does, and a disk that is mounted read-only.
    for error, code, sentence in (
        (duckdb.IOException("Could not write all bytes to file: No space left on device"), 7, "the disk is full; make"),
        (OSError(errno.ENOSPC, "No space left on device", "warehouse.duckdb"), 7, "the disk is full; make room on it"),
        (OSError(errno.EROFS, "Read-only file system", "build.lock"), 1, "build.lock cannot be written to; check"),
    ):
        with monkeypatch.context() as failing:
            failing.setattr(pipeline, "build_fingerprint", MagicMock(side_effect=error))
            assert cli.main(["build"]) == code
        assert sentence in capsys.readouterr().err
        assert sentence in json.loads(settings.build_state.read_text("utf-8"))["why"][0]["en"]


@pytest.mark.skipif(not may_mount(), reason="a disk cannot be mounted here")
def test_on_a_read_only_disk_a_decision_is_refused_as_such_and_not_to_be_tried_again(
    settings: Settings, intake: Intake
) -> None:
    intake.close()
    script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && "$2" -m warehouse lock 2024Q1 --by "Sở"'
    tried = subprocess.run(
        [*OWN_MOUNTS, "sh", "-c", script, "sh", str(settings.data_dir), sys.executable],
        cwd=PROJECT,
        env=environment(settings.data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 1
    assert "The registry cannot be written to; nothing was recorded." in tried.stderr
    assert "busy" not in tried.stderr


def test_a_registry_that_cannot_grow_is_a_full_disk_and_takes_the_report_once_there_is_room(
    settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    report = write_report(tmp_path / "report.xlsx", reference).read_bytes()
    intake = Intake(settings, reference)
    with without_room(intake.registry.engine), pytest.raises(DiskFullError):
        intake.submit(report, "report.xlsx", by="Quận 1", note=LONG_NOTE)
    assert intake.ledger.submissions() == intake.ledger.audit() == []
    assert intake.submit(report, "report.xlsx", by="Quận 1", note=LONG_NOTE).outcome == "received"
    assert len(list(settings.landing_dir.rglob("*.xlsx"))) == 1
    intake.close()


# Submits a report and dies once its file has its place in the landing zone, before the registry knows of it.
DIE_HALFWAY = """
import os, signal, sys
from pathlib import Path
from warehouse.storage.disk import DiskFullError
from warehouse.intake import Intake
has_landed = False
def hear(event, arguments):
    global has_landed
    if has_landed and event == "open":
        os.kill(os.getpid(), signal.SIGKILL)
    has_landed = has_landed or (event == "os.rename" and ".pending-" in str(arguments[0]))
intake = Intake.open()
sys.addaudithook(hear)
intake.submit(Path(sys.argv[1]).read_bytes(), "report.xlsx", by="x", note="…", accept=True)
"""


def test_a_process_killed_between_file_and_row_leaves_no_report_and_the_next_try_is_version_one(
    settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    report = write_report(tmp_path / "report.xlsx", reference)
    assert run_python(settings.data_dir, "-c", DIE_HALFWAY, report).returncode == -signal.SIGKILL
    intake = Intake(settings, reference)
    assert intake.ledger.submissions() == intake.ledger.audit() == intake.registry.submissions() == []
    taken = intake.submit(report.read_bytes(), report.name, by="Quận 1", note="…")
    assert taken.submission is not None
    assert (taken.outcome, taken.submission.version) == ("received", 1)
    assert len([path for path in settings.landing_dir.rglob("*") if path.is_file()]) == 1
    intake.close()


def test_a_locked_registry_is_told_and_the_report_lands_later(
    settings: Settings, reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.3)
    report = write_report(tmp_path / "report.xlsx", reference).read_bytes()
    intake, other = Intake(settings, reference), Intake(settings, reference)
    with connection.writing(other.registry.engine), pytest.raises(RegistryBusyError):
        intake.submit(report, "report.xlsx", by="Quận 1", note="…")
    assert intake.ledger.submissions() == intake.ledger.audit() == []
    assert intake.submit(report, "report.xlsx", by="Quận 1", note="…").outcome == "received"
    assert len(list(settings.landing_dir.rglob("*.xlsx"))) == 1
    intake.close()
    other.close()


def test_a_form_that_finds_no_room_where_it_is_written_ends_as_a_full_disk(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KPI_LANG", "en")
    form = tmp_path / "form.xlsx"
    form.symlink_to("/dev/full")
    assert cli.main(["template", "--unit", "760", "--period", "2025Q2", "--out", str(form)]) == 7
    assert capsys.readouterr().err.startswith("The disk is full")


def test_an_account_without_a_name_as_in_containers_runs_commands_and_is_named_by_its_number(tmp_path: Path) -> None:
    nameless = ["unshare", "--user", "--map-user=54321"]
    if not may_mount() or subprocess.run([*nameless, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets no process take another account")
    own = {key: value for key, value in environment(tmp_path).items() if key not in ("LOGNAME", "USER", "USERNAME")}
    command = [*nameless, sys.executable, "-m", "warehouse", "rollback", "20260101T000000"]
    finished = subprocess.run(command, cwd=PROJECT, env=own, capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stderr[:19]) == (2, "There is no version"), finished.stderr
    assert json.loads((tmp_path / "build.lock").read_text(encoding="utf-8"))["by"] == "54321"
