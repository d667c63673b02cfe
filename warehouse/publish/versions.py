"""Versions on disk: their manifests, their integrity, and the version that readers get.

A version is a folder `runs/<version>` with the warehouse and a manifest, written last.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse.people.trail_heads import TrailHead
from warehouse.publish.version_name import by_age
from warehouse.storage.disk import digest_of, sync

WAREHOUSE_FILE = "warehouse.duckdb"
MANIFEST_FILE = "manifest.json"

# What computes the models of a version.
DUCKDB, POSTGRES, SPARK = "duckdb", "postgres", "spark"
# Faults of a version.
NO_MANIFEST, NO_WAREHOUSE, OTHER_SIZE, OTHER_CONTENT = "no_manifest", "no_warehouse", "other_size", "other_content"


@dataclass(frozen=True)
class FullBuild:
    """The newest build of every row, of which a version is made by increments, or which it is itself.

    It was compared with `compared_with`, the version that increments had made of the same reports: of `table_count`
    tables, those in `differing` have other rows. The comparison is empty where there was no such version.
    """

    version: str
    compared_with: str = ""
    table_count: int = 0
    differing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """Manifest of a complete version.

    `fingerprint` identifies the inputs (reports, rules, quarters due): equal fingerprints give equal figures. `trail`
    is the head of the access trail. It, the size and digest of the warehouse, and `warehouse_stamp`, the file's size,
    times and inode when it was read for the digest, are None in versions built before they were recorded; `release`,
    the program that built it, and `compiled_fingerprint`, which identifies the compiled SQL, are then empty, and
    `full_build` is None. `engine` computed the models: DUCKDB, POSTGRES or SPARK, empty before it was recorded. After
    Spark there is no compiled SQL, because the version has no tables but raw and marts.
    """

    version: str
    built_at: str
    as_of_date: str
    fingerprint: str
    raw_fingerprint: str
    source_count: int
    is_sample: bool
    warehouse_bytes: int | None = None
    warehouse_sha256: str | None = None
    trail: TrailHead | None = None
    release: str = ""
    compiled_fingerprint: str = ""
    full_build: FullBuild | None = None
    engine: str = ""
    warehouse_stamp: tuple[int, ...] | None = None


@dataclass(frozen=True)
class ServedVersion:
    """The folder of the version that readers get, and the name of the published version if that is damaged."""

    folder: Path | None
    damaged: str = ""

    @property
    def manifest(self) -> Manifest | None:
        """Return the manifest of the version that readers get."""
        return read_manifest(self.folder) if self.folder else None


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a complete version; None for an unfinished folder or a broken manifest."""
    try:
        stored = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest_from(stored, folder.name)


def manifest_from(stored: Any, version: str) -> Manifest | None:
    """Return a stored manifest; None if it is broken or not the manifest of `version`."""
    try:
        # A later release may have added fields.
        values = {item.name: stored[item.name] for item in fields(Manifest) if item.name in stored}
        trail, full, stamp = (values.get(name) for name in ("trail", "full_build", "warehouse_stamp"))
        parts = {
            "trail": TrailHead(**trail) if trail else None,
            "warehouse_stamp": tuple(stamp) if stamp else None,
            "full_build": FullBuild(**full | {"differing": tuple(full["differing"])}) if full else None,
        }
        manifest = Manifest(**values | parts)
    except (TypeError, ValueError):
        return None
    return manifest if manifest.version == version else None


def complete(folder: Path, manifest: Manifest) -> None:
    """Mark `folder` complete: everything on disk first, the manifest (with size and digest) last and by rename."""
    warehouse = folder / WAREHOUSE_FILE
    stamp = _stamp(warehouse)
    # One waits for the disk, the other for the processor.
    with ThreadPoolExecutor(1) as pool:
        synced = pool.submit(sync, warehouse)
        digest = digest_of(warehouse)
        synced.result()
    size = warehouse.stat().st_size
    write_manifest(folder, replace(manifest, warehouse_bytes=size, warehouse_sha256=digest, warehouse_stamp=stamp))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a version's manifest, by rename."""
    partial = folder / f".{MANIFEST_FILE}"
    partial.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=2), encoding="utf-8")
    sync(partial)
    partial.replace(folder / MANIFEST_FILE)
    sync(folder)


def damage(folder: Path) -> str | None:
    """Return the fault of a version, one of NO_MANIFEST … OTHER_CONTENT; None if its files are as published.

    The digest is computed on a process's first call, and again when the file has changed. A version that came later,
    and that nothing touched since its build read it for the digest, counts as read by this process: a second reading
    would find what is still in memory, not what is on the disk.
    """
    return _damage(folder, _stamp(folder / MANIFEST_FILE), _stamp(folder / WAREHOUSE_FILE))


def served_version(link: Path) -> ServedVersion:
    """Return the version for readers of a symlink: the published one, else the last intact version before it."""
    if not link.is_symlink():
        return ServedVersion(None)
    published = link.resolve()
    if damage(published) is None:
        return ServedVersion(published)
    oldest_first = sorted(folders(published.parent), key=lambda folder: by_age(folder.name))
    before = [folder for folder in oldest_first if by_age(folder.name) < by_age(published.name)]
    completed = (folder for folder in reversed(before) if damage(folder) is None)
    return ServedVersion(next(completed, None), published.name)


def folders(runs_dir: Path) -> list[Path]:
    """Return the folders of all versions, complete or not."""
    return [path for path in runs_dir.glob("*") if path.is_dir()] if runs_dir.is_dir() else []


def complete_versions(runs_dir: Path) -> list[Manifest]:
    """Return the manifests of the complete versions, newest first."""
    manifests = [manifest for folder in folders(runs_dir) if (manifest := read_manifest(folder))]
    return sorted(manifests, key=lambda manifest: by_age(manifest.version), reverse=True)


@lru_cache(maxsize=64)
def _damage(folder: Path, _manifest: tuple[int, ...] | None, warehouse: tuple[int, ...] | None) -> str | None:
    found = _found_at_first(folder.parent)
    manifest = read_manifest(folder)
    if manifest is None:
        return NO_MANIFEST
    if warehouse is None:
        return NO_WAREHOUSE
    if manifest.warehouse_sha256 is None:
        return None
    if warehouse[0] != manifest.warehouse_bytes:
        return OTHER_SIZE
    if folder not in found and warehouse == manifest.warehouse_stamp:
        return None
    return None if digest_of(folder / WAREHOUSE_FILE) == manifest.warehouse_sha256 else OTHER_CONTENT


@lru_cache(maxsize=64)
def _found_at_first(runs_dir: Path) -> frozenset[Path]:
    """Return the folders of versions that there were at this process's first call."""
    return frozenset(folders(runs_dir))


def _stamp(path: Path) -> tuple[int, ...] | None:
    """Return values that change with the file, its size first; None without a file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino
