"""Backups: everything that cannot be recomputed, copied from a live system, restored into an empty folder.

A backup is laid out like a data folder: the registry, the originals, the versions of reviews; beside them a manifest
with the digest of every file. The registry is copied first: originals land before their rows, so every row of the copy
has its original by then.
"""

import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, make_url, select
from sqlalchemy.exc import DatabaseError

from warehouse import clock
from warehouse.backup.integrity import (
    Finding,
    Kept,
    NotedHead,
    examine,
    fault_in,
    heads_of,
    heads_of_versions,
    held_versions,
    landed_rows,
    strays_of,
)
from warehouse.backup.scratch import scratch_folder
from warehouse.backup.server_image import IMAGE, as_folder, is_folder, send_versions
from warehouse.backup.state import DAMAGED, DONE, FAILED, record_outcome
from warehouse.db.access_tables import access_event
from warehouse.db.carry import GoalTakenError, carry_registry, has_rows
from warehouse.db.connection import BUSY_TIMEOUT_S, cannot_write, connect, is_full, open_database
from warehouse.db.migration import migrate
from warehouse.errors import RegistryError
from warehouse.people.trail_heads import TrailHead, head_to_note
from warehouse.pipeline.fingerprint import code_fingerprint
from warehouse.pipeline.lock import BuildLockedError
from warehouse.publish import publication
from warehouse.publish.publication import current
from warehouse.publish.versions import MANIFEST_FILE as VERSION_MANIFEST
from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.publish.versions import read_manifest as read_version_manifest
from warehouse.settings import PROJECT_NAME, RELEASE, RESTORED_FILE, Settings, sqlite_address
from warehouse.storage.disk import DiskFullError, copy, detect_full_disk, digest_of, sync, sync_folders
from warehouse.storage.landing import landed_path, originals

MANIFEST_FILE = "backup.json"
REGISTRY_FILE = "registry.sqlite"
FORMAT = 1
# In `made_with` of a manifest: the code of the programme, on an installation with several.
PROGRAMME = "programme"
# Suffix of what an interrupted restore leaves behind.
_RESTORING = ".restoring"


class BackupRefusedError(RuntimeError):
    """Nothing was backed up or restored; `code` names the reason's text in the catalogue, `params` fill it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params


class BackupChangedError(RuntimeError):
    """The backup differs from what was backed up: `findings` list the differences. Nothing was restored."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(len(findings))
        self.findings = findings


@dataclass(frozen=True)
class BackupManifest:
    """Manifest of a backup.

    `files` are size and SHA-256 by path within it, `rows` are rows by table, `trail` is the head of the access trail.
    """

    format: int
    made_at: str
    made_with: dict[str, str]
    published_version: str | None
    held_versions: list[str]
    rows: dict[str, int]
    original_count: int
    files: dict[str, dict[str, Any]]
    # None in backups made before it was recorded.
    trail: TrailHead | None = None

    @property
    def size(self) -> int:
        """Return the size of all files together, in bytes."""
        return sum(file["size"] for file in self.files.values())


@detect_full_disk()
def back_up(settings: Settings, goal: Path, previous: Path | None = None) -> tuple[BackupManifest, Kept]:
    """Back up to the folder `goal`, which appears whole or not at all; earlier damage is among the findings.

    Originals and versions that the backup `previous` has with the right content become hard links to it. The outcome is
    recorded in the data folder. What is on a server is copied to an image of a data folder first. Raises
    BackupRefusedError, DiskFullError, OSError, and for servers ServerError, RegistryError.
    """
    try:
        if is_folder(settings):
            manifest, kept = _back_up(settings, goal, previous)
        else:
            refuse_goal(settings, goal.absolute())
            with as_folder(settings) as image:
                restored = settings.restored_file
                if restored.is_file():
                    copy(restored, image.restored_file)
                manifest, kept = _back_up(image, goal, previous)
    except Exception:
        if settings.data_dir.is_dir():
            record_outcome(settings, FAILED, goal)
        raise
    record_outcome(settings, DAMAGED if kept.findings else DONE, goal.absolute())
    return manifest, kept


def _back_up(settings: Settings, goal: Path, previous: Path | None) -> tuple[BackupManifest, Kept]:
    registry, goal = registry_file(settings), goal.absolute()
    if not registry.is_file():
        raise BackupRefusedError("nothing_to_back_up", path=registry)
    refuse_goal(settings, goal)
    try:
        noted = noted_heads(settings)
    except BackupChangedError:
        # `verify` names the manifest that cannot be read; everything else is still backed up.
        noted = heads_of(settings)
    goal.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{goal.name}.partial-", dir=goal.parent))
    try:
        kept, digests = _take(registry, settings, partial, noted, previous)
        manifest = _describe(settings, partial, kept, noted, digests)
        (partial / MANIFEST_FILE).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), "utf-8")
        sync(partial / MANIFEST_FILE)
        sync_folders(partial)
        partial.rename(goal)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    sync(goal.parent)
    return manifest, kept


def refuse_goal(settings: Settings, goal: Path) -> None:
    """Raise BackupRefusedError for a folder that has content, or that is part of the data folder."""
    if goal.resolve().is_relative_to(settings.data_dir.resolve()):
        raise BackupRefusedError("target_inside", path=goal)
    if goal.exists() and (not goal.is_dir() or any(goal.iterdir())):
        raise BackupRefusedError("target_taken", path=goal)


def read_manifest(folder: Path) -> BackupManifest:
    """Return the manifest of a backup. Raises BackupChangedError."""
    return _manifest_at(folder / MANIFEST_FILE)


def _manifest_at(path: Path) -> BackupManifest:
    try:
        entry = json.loads(path.read_text("utf-8"))
        manifest = BackupManifest(**entry | {"trail": TrailHead(**entry["trail"]) if entry.get("trail") else None})
    except (OSError, ValueError, TypeError) as error:
        raise BackupChangedError([Finding("manifest_unreadable", {"path": path})]) from error
    if manifest.format != FORMAT or REGISTRY_FILE not in manifest.files:
        raise BackupChangedError([Finding("manifest_unreadable", {"path": path})])
    return manifest


def noted_heads(settings: Settings) -> list[NotedHead]:
    """Return the heads of the access trail stored in the data folder: by its versions, and by the backup it came from.

    Raises BackupChangedError.
    """
    restored = settings.restored_file
    return heads_of(settings) + (head_of_backup(restored) if restored.exists() else [])


def head_of_backup(manifest_file: Path) -> list[NotedHead]:
    """Return the head of the access trail in a backup's manifest; none in an old one. Raises BackupChangedError."""
    trail = _manifest_at(manifest_file).trail
    return [NotedHead(trail, manifest_file)] if trail else []


def check(folder: Path, noted: Sequence[NotedHead] = ()) -> tuple[BackupManifest, Kept]:
    """Compare a backup with its manifest, its registry with its originals, and its access trail with stored heads.

    `noted` are heads stored elsewhere, compared in addition to those of the backup. Raises BackupChangedError.
    """
    manifest = read_manifest(folder)
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST_FILE}
    findings = [Finding("file_unknown", {"path": folder / name}) for name in sorted(present - set(manifest.files))]
    for name, entry in manifest.files.items():
        path = folder / name
        if name not in present:
            findings.append(Finding("file_missing", {"path": path}))
        elif path.stat().st_size != entry["size"] or digest_of(path) != entry["sha256"]:
            findings.append(Finding("file_changed", {"path": path}))
    if findings:
        raise BackupChangedError(findings)
    heads = [*noted, *head_of_backup(folder / MANIFEST_FILE), *heads_of_versions(folder / "runs")]
    with reading(folder) as connection:
        return manifest, examine(connection, folder / "landing", fault_in(folder / "runs"), noted=heads, is_live=False)


@detect_full_disk()
def restore(settings: Settings, source: Path) -> tuple[BackupManifest, Kept]:
    """Restore a backup into the data folder of the settings, which must be empty; the registry appears last.

    What an interrupted restore of the same backup left is replaced, as is a registry without rows, which every command
    creates.
    Where registry or figures are on servers, they go there, as far as the backup has them; the registry appears last.
    What was damaged when it was made is among the findings. Raises BackupRefusedError, BackupChangedError,
    DiskFullError, OSError, and for servers ServerError, RegistryError, BuildLockedError, MigrationFailedError.
    """
    if not is_folder(settings):
        return _restore_to_servers(settings, source)
    registry, data_dir = registry_file(settings), settings.data_dir
    _refuse_taken(settings, registry, source)
    manifest, kept = check(source)
    _refuse_other_programme(settings, manifest)
    data_dir.mkdir(parents=True, exist_ok=True)
    partial = data_dir / _RESTORING
    shutil.rmtree(partial, ignore_errors=True)
    pending = _pending(registry)
    pending.unlink(missing_ok=True)
    for name, entry in manifest.files.items():
        if copy(source / name, pending if name == REGISTRY_FILE else partial / name) != entry["sha256"]:
            raise BackupChangedError([Finding("file_changed", {"path": source / name})])
    # Again: an app that was not stopped may have received reports meanwhile.
    _refuse_taken(settings, registry, source)
    for folder in partial.glob("*"):
        shutil.rmtree(data_dir / folder.name, ignore_errors=True)
        folder.rename(data_dir / folder.name)
    shutil.rmtree(partial, ignore_errors=True)
    settings.restored_file.unlink(missing_ok=True)
    copy(source / MANIFEST_FILE, settings.restored_file)
    for path in _registry_files(registry):
        path.unlink()
    # Unlike a rename, a link never replaces a file that was created meanwhile.
    registry.hardlink_to(pending)
    pending.unlink()
    for folder in (data_dir, registry.parent):
        sync_folders(folder)
    return manifest, kept


def _restore_to_servers(settings: Settings, source: Path) -> tuple[BackupManifest, Kept]:
    data_dir = settings.data_dir
    engine = open_database(settings.ops_url)
    with engine.connect() as connection:
        is_taken = has_rows(connection)
    engine.dispose()
    registry_taken = BackupRefusedError("registry_taken", address=make_url(settings.ops_url).render_as_string())
    if is_taken:
        raise registry_taken
    paths = {path for path in data_dir.iterdir() if not path.name.startswith(IMAGE)} if data_dir.is_dir() else set()
    if make_url(settings.ops_url).get_backend_name() == "sqlite":
        paths -= {*_registry_files(registry_file(settings))}
    paths -= {settings.cache_dir}
    if paths and (existing := sorted({path.name for path in paths} - _left_by_restore(data_dir, source))):
        raise BackupRefusedError("data_taken", path=data_dir, names=", ".join(existing))
    with scratch_folder(data_dir, IMAGE) as scratch:
        image = settings.in_folder(scratch / "data")
        manifest, kept = restore(image, source)
        # No other registry is copied to a server than one of this release.
        migrate(image.ops_url)
        with publication.exclusive(settings) as holder:
            if holder:
                raise BuildLockedError(holder)
            if not settings.is_embedded:
                send_versions(image, settings.warehouse_url, manifest.held_versions, scratch)
            files = [(image.landing_dir, settings.landing_dir)]
            files += [(image.runs_dir, settings.runs_dir)] if settings.is_embedded else []
            for restored, goal in files:
                shutil.rmtree(goal, ignore_errors=True)
                if restored.is_dir():
                    restored.rename(goal)
            image.restored_file.replace(settings.restored_file)
            sync_folders(data_dir)
            try:
                carry_registry(image.ops_url, settings.ops_url)
            except GoalTakenError as error:
                raise registry_taken from error
    return manifest, kept


def check_restored(settings: Settings) -> Kept:
    """Compare the registry of a data folder with its originals and versions, and count rows. Raises
    BackupChangedError."""
    with reading(settings.data_dir) as connection:
        return examine(
            connection, settings.landing_dir, fault_in(settings.runs_dir), noted=noted_heads(settings), is_live=False
        )


def registry_file(settings: Settings) -> Path:
    """Return the file that holds the registry. Raises BackupRefusedError if it is on a database server."""
    url = make_url(settings.ops_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise BackupRefusedError("other_database")
    return Path(url.database).absolute()


@contextmanager
def reading(folder: Path) -> Iterator[Connection]:
    """Open a backup's registry, without leaving a trace in its folder."""
    address = f"{(folder / REGISTRY_FILE).absolute().as_uri()}?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _take(
    registry: Path, settings: Settings, goal: Path, noted: Sequence[NotedHead], previous: Path | None
) -> tuple[Kept, dict[str, str]]:
    """Copy everything to `goal`; return its contents with what does not match, and digests by path within it."""
    try:
        take_registry(registry, goal / REGISTRY_FILE)
        with reading(goal) as connection:
            _refuse_other_installation(connection, previous)
            digests = _take_files(connection, settings, goal, previous)
            kept = examine(connection, goal / "landing", fault_in(goal / "runs"), noted=noted, is_live=False)
            return replace(kept, findings=tuple(_as_live(found, goal, settings) for found in kept.findings)), digests
    except (sqlite3.DatabaseError, DatabaseError) as error:
        if is_full(error, registry.parent, goal):
            raise DiskFullError(str(error)) from error
        if cannot_write(error):
            raise BackupRefusedError("registry_not_writable") from error
        raise BackupRefusedError("registry_torn", detail=getattr(error, "orig", error)) from error


def _as_live(finding: Finding, folder: Path, settings: Settings) -> Finding:
    """Return what does not match in an unfinished backup, with its path in the data folder."""
    path = finding.params.get("path")
    if not isinstance(path, Path) or not path.is_relative_to(folder):
        return finding
    return replace(finding, params={**finding.params, "path": settings.data_dir / path.relative_to(folder)})


def _refuse_other_installation(connection: Connection, previous: Path | None) -> None:
    """Raise BackupRefusedError if the access trails of a registry and of the backup `previous` begin differently.

    Backups of two installations in one folder would replace each other, and `restore` would take the newer.
    """
    if previous is None:
        return
    own = _first_event(connection)
    try:
        with reading(previous) as earlier:
            first = _first_event(earlier)
    except (sqlite3.DatabaseError, DatabaseError):
        # A backup that was damaged is reported by the drill; it must not stop the next one.
        return
    if first and own and first != own:
        raise BackupRefusedError("other_installation", path=previous.parent)


def _first_event(connection: Connection) -> str | None:
    """Return the hash of the first event of the access trail; None without any."""
    if not inspect(connection).has_table(access_event.name):
        return None
    return connection.scalar(select(access_event.c.hash).order_by(access_event.c.event_id).limit(1))


def take_registry(live: Path, goal: Path) -> None:
    """Copy a registry to a new file as it is at one moment, while people write to it. Raises DiskFullError."""
    address = f"{live.as_uri()}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S)) as source,
            closing(sqlite3.connect(goal)) as target,
        ):
            source.backup(target)
            # Leaves a single file.
            target.execute("pragma journal_mode = delete")
    except sqlite3.DatabaseError as error:
        if is_full(error, goal.parent):
            raise DiskFullError(str(error)) from error
        raise
    sync(goal)


def _take_files(connection: Connection, settings: Settings, goal: Path, previous: Path | None) -> dict[str, str]:
    """Copy or link the originals (also those that lost their row) and the versions of reviews, as far as they exist.

    Return their digests by path within the backup.
    """
    landing_dir = settings.landing_dir
    rows = landed_rows(connection)
    paths = {path for row in rows if (path := landed_path(landing_dir, row.sha256)).is_file()}
    sources = [
        (path, Path("landing") / path.relative_to(landing_dir), path.stem)
        for path in sorted(paths | set(strays_of(originals(landing_dir), rows, is_live=True)))
    ]
    for version in held_versions(connection):
        folder, place = settings.runs_dir / version, Path("runs") / version
        manifest = read_version_manifest(folder)
        content = (manifest.warehouse_sha256 if manifest else None) or ""
        sources += [(folder / WAREHOUSE_FILE, place / WAREHOUSE_FILE, content)]
        sources += [(folder / VERSION_MANIFEST, place / VERSION_MANIFEST, "")]
    return {
        str(place): _link(previous and previous / place, goal / place, content) or copy(path, goal / place)
        for path, place, content in sources
        if path.is_file()
    }


def _link(earlier: Path | None, goal: Path, sha256: str) -> str:
    """Make `goal` a link to a file of an earlier backup that still has the content `sha256`; return its digest.

    Empty if there is no such file, or the disk has no hard links.
    """
    if not (earlier and sha256 and earlier.is_file() and digest_of(earlier) == sha256):
        return ""
    goal.parent.mkdir(parents=True, exist_ok=True)
    try:
        goal.hardlink_to(earlier)
    except OSError:
        return ""
    return sha256


def _describe(
    settings: Settings, folder: Path, kept: Kept, noted: Sequence[NotedHead], digests: Mapping[str, str]
) -> BackupManifest:
    published = current(settings)
    # A registry of an older version has no trail, and in a torn one nothing was counted.
    trail = _trail(folder, noted) if access_event.name in kept.rows else None
    paths = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file()}
    files = {
        name: {"sha256": digests.get(name) or digest_of(path), "size": path.stat().st_size}
        for name, path in paths.items()
    }
    return BackupManifest(
        format=FORMAT,
        made_at=clock.now().isoformat(),
        made_with={
            PROJECT_NAME: RELEASE,
            "code": code_fingerprint(),
            "sqlite": sqlite3.sqlite_version,
            "python": sys.version.partition(" ")[0],
            **({PROGRAMME: settings.programme} if settings.programme else {}),
        },
        published_version=published.version if published else None,
        held_versions=list(kept.held),
        rows=kept.rows,
        original_count=kept.original_count,
        files=files,
        trail=trail,
    )


def _trail(folder: Path, noted: Sequence[NotedHead]) -> TrailHead:
    with reading(folder) as connection:
        return head_to_note(connection, [noted_head.head for noted_head in noted])


def _pending(registry: Path) -> Path:
    return registry.with_name(f".{registry.name}{_RESTORING}")


def _refuse_other_programme(settings: Settings, manifest: BackupManifest) -> None:
    """Raise BackupRefusedError for the backup of one programme and the data folder of another.

    Two programmes of one city may count the same units: a build would publish the figures of one as those of the other.
    """
    code = manifest.made_with.get(PROGRAMME, "")
    if code and settings.programme and code != settings.programme:
        raise BackupRefusedError("other_programme", programme=code, own=settings.programme)


def _refuse_taken(settings: Settings, registry: Path, source: Path) -> None:
    """Raise BackupRefusedError where there is anything but what can be made again, and what an interrupted restore of
    `source` left."""
    data_dir = settings.data_dir
    ours = {_RESTORING, _pending(registry).name, settings.cache_dir.name}
    files = _registry_files(registry)
    if _has_no_rows(registry):
        ours |= {path.name for path in files}
        if _pending(registry).exists():
            ours |= _left_by_restore(data_dir, source)
    names = [path.name for path in data_dir.iterdir()] if data_dir.is_dir() else []
    if existing := sorted({*names, *(path.name for path in files)} - ours):
        raise BackupRefusedError("data_taken", path=data_dir, names=", ".join(existing))


def _registry_files(registry: Path) -> list[Path]:
    """Return the files of a registry that exist, the registry itself first: SQLite drops a log without one."""
    paths = [registry.with_name(f"{registry.name}{ending}") for ending in ("", "-wal", "-shm", "-journal")]
    return [path for path in paths if path.exists()]


def _has_no_rows(registry: Path) -> bool:
    """Return whether there is no registry, or one that no one has written to; one that cannot be read has rows."""
    if not registry.exists():
        return _pending(registry).exists() or not _registry_files(registry)
    try:
        engine = connect(sqlite_address(registry))
    except RegistryError:
        return False
    try:
        with engine.connect() as connection:
            return not has_rows(connection)
    except DatabaseError:
        return False
    finally:
        engine.dispose()


def _left_by_restore(data_dir: Path, source: Path) -> set[str]:
    """Return the names that a restore of the backup `source` may have left: folders that hold nothing but its files."""
    restored = {data_dir / name for name in read_manifest(source).files}
    folders = (path for path in data_dir.iterdir() if path.is_dir())
    left = {folder.name for folder in folders if restored.issuperset(filter(Path.is_file, folder.rglob("*")))}
    return left | {RESTORED_FILE}
