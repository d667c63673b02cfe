"""A registry with a torn page is refused before anything is written on it."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.pipeline.commands import run
from warehouse.db.connection import open_database
from warehouse.errors import RegistryDamagedError
from warehouse.pipeline import pipeline
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

ROWS = 3000


@pytest.fixture
def registry(settings: Settings) -> Path:
    """A registry's file of many pages."""
    open_database(settings.ops_url).dispose()
    rows = [("a", f"page {number}", "v1", "2026-11-25 08:00:00") for number in range(ROWS)]
    with closing(sqlite3.connect(settings.data_dir / "registry.sqlite")) as connection:
        connection.executemany("insert into seen_page values (?, ?, ?, ?)", rows)
        connection.commit()
    return settings.data_dir / "registry.sqlite"


def tear(registry: Path) -> bytes:
    """Overwrite a page in the middle, as a failing disk does; return what stands in the file then."""
    with closing(sqlite3.connect(f"{registry.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        (page_size,) = connection.execute("pragma page_size").fetchone()
        (pages,) = connection.execute("pragma page_count").fetchone()
    with registry.open("r+b") as file:
        file.seek(pages // 2 * page_size)
        file.write(os.urandom(page_size))
    return registry.read_bytes()


@pytest.mark.parametrize(
    "command", [("status",), ("verify",), ("access",), ("lock", "2025Q2"), ("build",)], ids="-".join
)
def test_every_command_refuses_a_torn_registry_and_writes_nothing_on_it(
    settings: Settings, registry: Path, command: tuple[str, ...]
) -> None:
    assert run(settings.data_dir, "access").returncode == 0
    torn = tear(registry)
    told = run(settings.data_dir, *command)
    assert told.returncode == 6
    assert "restore the newest backup" in told.stderr
    assert registry.read_bytes() == torn


def test_nothing_that_waits_in_the_write_ahead_log_is_moved_into_a_torn_file(
    settings: Settings, registry: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(registry)) as connection:
        connection.execute("pragma wal_autocheckpoint = 0")
        connection.execute("update desk_clock set ticks = ticks + 1")
        connection.commit()
        copied = tmp_path / "copied"
        copied.mkdir()
        for path in settings.data_dir.glob("registry.sqlite*"):
            shutil.copy(path, copied)
    assert (copied / "registry.sqlite-wal").stat().st_size > 0
    torn = tear(copied / "registry.sqlite")
    log = (copied / "registry.sqlite-wal").read_bytes()
    assert run(copied, "status").returncode == 6
    assert (copied / "registry.sqlite").read_bytes() == torn
    assert (copied / "registry.sqlite-wal").read_bytes() == log


def test_a_build_finds_a_page_that_a_disk_lost_without_a_trace_after_the_process_opened_the_file(
    settings: Settings, registry: Path
) -> None:
    open_database(settings.ops_url).dispose()
    seen = registry.stat()
    torn = tear(registry)
    os.utime(registry, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    with pytest.raises(RegistryDamagedError):
        pipeline.build(settings, by="test")
    assert registry.read_bytes() == torn
    assert "restore the newest backup" in json.loads(settings.build_state.read_text("utf-8"))["why"][0]["en"]


def test_verify_says_so_to_programs_too(settings: Settings, registry: Path) -> None:
    tear(registry)
    told = run(settings.data_dir, "verify", "--json")
    assert told.returncode == 6
    assert [finding["code"] for finding in json.loads(told.stdout)["findings"]] == ["registry_torn"]


def test_a_registry_that_is_whole_again_is_opened_again(settings: Settings, registry: Path) -> None:
    whole = registry.read_bytes()
    tear(registry)
    for _ in range(2):
        with pytest.raises(RegistryDamagedError):
            open_database(settings.ops_url)
    registry.write_bytes(whole)
    open_database(settings.ops_url).dispose()


@pytest.mark.parametrize("content", [None, b""])
def test_where_there_is_no_registry_yet_one_is_made(settings: Settings, content: bytes | None) -> None:
    path = settings.data_dir / "registry.sqlite"
    path.parent.mkdir(parents=True)
    if content is not None:
        path.write_bytes(content)
    open_database(settings.ops_url).dispose()
    assert path.stat().st_size > 0
