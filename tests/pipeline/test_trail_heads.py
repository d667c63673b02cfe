"""That the access trail was cut off at its end shows against the heads that builds and backups noted."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.older_registries import without_number
from tests.pipeline.commands import run
from warehouse.backup import backup
from warehouse.db.connection import open_database
from warehouse.db.migration import migrate
from warehouse.people import AccessKind, AccessTrail
from warehouse.people.access_trail import BEGINNING, AccessEvent
from warehouse.people.trail_heads import TrailHead, head_to_note, trail_head
from warehouse.publish.versions import Manifest, complete
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

FOUND = ("access_trail_shorter", "access_trail_other", "access_trail_cut", "access_trail_broken")


def record(data_dir: Path, *people: str) -> TrailHead:
    """Events on the trail of a data folder, one of each person; the trail's head afterwards."""
    trail = AccessTrail(open_database(f"sqlite:///{data_dir / 'registry.sqlite'}"))
    for person in people:
        trail.record(AccessKind.SIGNED_OUT, person, "s")
    with trail.engine.connect() as connection:
        head = trail_head(connection)
    trail.engine.dispose()
    return head


def cut(data_dir: Path, beyond: int, *, cover_up: bool = True) -> None:
    """Take every event after the first `beyond` ones away behind the database's back, and the traces of it."""
    with closing(sqlite3.connect(data_dir / "registry.sqlite")) as connection:
        (trigger,) = connection.execute(
            "select sql from sqlite_master where name = 'access_event_no_delete'"
        ).fetchone()
        connection.execute("drop trigger access_event_no_delete")
        connection.execute("delete from access_event where event_id > ?", (beyond,))
        if cover_up:
            connection.execute("update sqlite_sequence set seq = ? where name = 'access_event'", (beyond,))
        connection.execute(trigger)
        connection.commit()


def found(data_dir: Path, *options: str | Path) -> list[dict[str, Any]]:
    """What `verify` says of the trail; nothing else is wrong in these folders."""
    told = run(data_dir, "verify", "--json", *options)
    findings: list[dict[str, Any]] = json.loads(told.stdout)["findings"]
    assert all(finding["code"] in FOUND for finding in findings)
    assert told.returncode == (6 if findings else 0)
    return findings


def version(settings: Settings, name: str, head: TrailHead | None) -> Path:
    """A complete version whose manifest notes a head."""
    folder = settings.runs_dir / name
    folder.mkdir(parents=True)
    (folder / "warehouse.duckdb").touch()
    complete(folder, Manifest(name, "2025-05-08T14:00:00", "2025-05-08", "f", "r", 1, True, trail=head))
    return folder / "manifest.json"


def test_an_event_has_the_hash_that_earlier_releases_gave_it() -> None:
    about = {"why": "a", "what": "Sổ"}
    event = AccessEvent(2, datetime(2026, 11, 25, 8), "Chị Hà", "signed_out", "s", about, previous_hash="0", hash="")
    # By sha256sum of ["0", "2026-11-25T08:00:00", "Chị Hà", "signed_out", "s", {"what": "Sổ", "why": "a"}]
    assert event.computed_hash == "a6600b3cc807b595fdf576313402e168b589e1f68c30fc775d3cc0fae24410aa"


def test_a_trail_that_grew_since_it_was_noted_is_whole(settings: Settings) -> None:
    version(settings, "v0", None)
    version(settings, "v1", TrailHead(0, BEGINNING))
    version(settings, "v2", record(settings.data_dir, "a", "b"))
    record(settings.data_dir, "c")
    assert found(settings.data_dir) == []


@pytest.mark.parametrize("left", [0, 2])
def test_events_that_were_deleted_at_the_end_are_missed_against_a_build_s_manifest(
    settings: Settings, left: int
) -> None:
    version(settings, "v1", record(settings.data_dir, "a", "b"))
    manifest = version(settings, "v2", record(settings.data_dir, "c"))
    cut(settings.data_dir, left)
    expected = {"code": "access_trail_shorter", "recorded": "3", "now": str(left), "path": str(manifest)}
    assert found(settings.data_dir) == [expected]
    record(settings.data_dir, "x", "y", "z")
    (finding,) = found(settings.data_dir)
    assert (finding["code"], finding["recorded"]) == ("access_trail_other", "3")
    told = run(settings.data_dir, "verify")
    assert told.returncode == 6
    assert "event number 3 is no longer the one" in told.stderr


def test_a_table_that_was_dropped_and_made_anew_is_missed(settings: Settings) -> None:
    version(settings, "v1", record(settings.data_dir, "a", "b"))
    without_number(settings.data_dir / "registry.sqlite", ["access_event"])
    migrate(settings.ops_url)
    assert [finding["code"] for finding in found(settings.data_dir)] == ["access_trail_shorter"]


def test_events_deleted_since_nothing_was_noted_are_missed_by_their_numbers(settings: Settings) -> None:
    record(settings.data_dir, "a", "b", "c")
    cut(settings.data_dir, 1, cover_up=False)
    assert found(settings.data_dir) == [{"code": "access_trail_cut", "count": "2"}]


def test_a_backup_notes_the_head_and_what_was_deleted_since_is_missed_against_it(
    settings: Settings, tmp_path: Path
) -> None:
    head = record(settings.data_dir, "a", "b")
    manifest, _ = backup.back_up(settings, tmp_path / "kept")
    assert manifest.trail == head == backup.read_manifest(tmp_path / "kept").trail
    record(settings.data_dir, "c")
    assert found(settings.data_dir, "--against", tmp_path / "kept") == []
    cut(settings.data_dir, 1)
    assert found(settings.data_dir) == []
    (finding,) = found(settings.data_dir, "--against", tmp_path / "kept")
    assert (finding["code"], finding["path"]) == ("access_trail_shorter", str(tmp_path / "kept" / "backup.json"))
    assert found(settings.data_dir, "--backup", tmp_path / "kept") == []


def test_a_data_folder_that_was_restored_is_held_against_the_backup_it_came_from(
    settings: Settings, tmp_path: Path
) -> None:
    record(settings.data_dir, "a", "b")
    backup.back_up(settings, tmp_path / "kept")
    restored = Settings.from_env({"KPI_DATA_DIR": str(tmp_path / "restored")}, tmp_path / "no.env")
    backup.restore(restored, tmp_path / "kept")
    record(restored.data_dir, "c")
    assert found(restored.data_dir) == []
    cut(restored.data_dir, 0)
    (finding,) = found(restored.data_dir)
    assert (finding["code"], finding["recorded"], finding["now"]) == ("access_trail_shorter", "2", "0")
    assert backup.back_up(restored, tmp_path / "later")[0].trail == backup.read_manifest(tmp_path / "kept").trail


def test_a_backup_whose_registry_was_cut_with_its_digest_is_found(settings: Settings, tmp_path: Path) -> None:
    record(settings.data_dir, "a", "b")
    kept = tmp_path / "kept"
    backup.back_up(settings, kept)
    cut(kept, 1)
    told = json.loads((kept / "backup.json").read_text("utf-8"))
    path = kept / "registry.sqlite"
    told["files"]["registry.sqlite"] = {"sha256": backup.digest_of(path), "size": path.stat().st_size}
    (kept / "backup.json").write_text(json.dumps(told), "utf-8")
    assert [finding["code"] for finding in found(settings.data_dir, "--backup", kept)] == ["access_trail_shorter"]


def test_a_backup_from_before_heads_were_noted_is_still_one(settings: Settings, tmp_path: Path) -> None:
    record(settings.data_dir, "a")
    kept = tmp_path / "kept"
    backup.back_up(settings, kept)
    told = json.loads((kept / "backup.json").read_text("utf-8"))
    del told["trail"]
    (kept / "backup.json").write_text(json.dumps(told), "utf-8")
    assert found(settings.data_dir, "--backup", kept) == []
    assert found(settings.data_dir, "--against", kept) == []


def test_later_builds_do_not_make_a_cut_trail_whole(settings: Settings) -> None:
    early, late = record(settings.data_dir, "a"), record(settings.data_dir, "b", "c")
    cut(settings.data_dir, 2)
    engine = open_database(settings.ops_url)
    with engine.connect() as connection:
        now = trail_head(connection)
        assert head_to_note(connection, [early]) == now == replace(now, rows=2)
        assert head_to_note(connection, [early, late]) == late
    engine.dispose()
