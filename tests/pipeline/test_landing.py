"""Originals land durably and immutably; a crash at any moment leaves nothing half-landed."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workbooks import write_report
from warehouse.intake import Intake
from warehouse.reference import Reference
from warehouse.registry.store import Registry
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.storage.landing import content_hash, land, landed_path, verify

# Dies by SIGKILL at the n-th call of a function of `os`, before or after it did its work.
DYING = """
import os, signal, sys
from pathlib import Path
from warehouse.settings import Settings
from warehouse.intake import Intake
name, call, moment, data_dir, path = sys.argv[1:]
real, calls = getattr(os, name), 0
def dying(*arguments, **options):
    global calls
    calls += 1
    if calls == int(call) and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*arguments, **options)
    if calls == int(call):
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(os, name, dying)
settings = Settings.from_env({"KPI_DATA_DIR": data_dir}, Path("none"))
Intake(settings).submissions.accept(Path(path), by="tester")
"""


def test_the_same_content_is_one_file_under_its_hash(tmp_path: Path) -> None:
    first, again = land(tmp_path, b"content"), land(tmp_path, b"content")
    assert first == again == landed_path(tmp_path, content_hash(b"content"))
    assert first.parent.name == content_hash(b"content")[:2]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [first.name]


def test_a_landed_original_is_read_only_and_can_be_verified(tmp_path: Path) -> None:
    path = land(tmp_path, b"content")
    sha256 = content_hash(b"content")
    assert path.stat().st_mode & 0o777 == 0o444
    assert verify(tmp_path, sha256)
    path.chmod(0o644)
    path.write_bytes(b"changed")
    assert not verify(tmp_path, sha256)
    assert not verify(tmp_path, "0" * 64)


@pytest.mark.parametrize(
    ("function", "call", "moment"),
    [
        ("fsync", 1, "before"),  # written, not yet on disk
        ("replace", 1, "before"),  # on disk under a pending name
        ("replace", 1, "after"),  # under its name; its folder not yet synced, no row
        ("fsync", 3, "after"),  # landed for good, no row yet
    ],
)
def test_a_kill_during_landing_leaves_nothing_half_landed(
    settings: Settings, reference: Reference, tmp_path: Path, function: str, call: int, moment: str
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference)
    child = subprocess.run(
        [sys.executable, "-c", DYING, function, str(call), moment, str(settings.data_dir), str(path)],
        cwd=PROJECT_ROOT,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    for landed in settings.landing_dir.rglob("*.xlsx"):
        assert content_hash(landed.read_bytes()) == landed.stem
    registry = Registry(settings.ops_url)
    assert registry.submissions() == []
    registry.close()
    intake = Intake(settings)
    result = intake.submissions.accept(path, by="tester")
    assert (result.outcome, result.version) == ("accepted", 1)
    assert verify(settings.landing_dir, result.submission.sha256)
    intake.close()
