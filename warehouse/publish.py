"""Publishing a built version, all or nothing, and going back to an older one.

A version is a folder `runs/<version>` with the warehouse and a manifest, written last. What readers see is the symlink
`published`, swapped by one rename: at every moment it names a complete version or does not exist.
"""

import json
import os
import shutil
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse.engines import WAREHOUSE_FILE
from warehouse.settings import Settings

MANIFEST_FILE = "manifest.json"


class UnknownVersion(LookupError):  # noqa: N818
    """No complete version of that name is kept."""


@dataclass(frozen=True)
class Manifest:
    """What a complete version says of itself.

    `fingerprint` identifies what went in (reports, rules, quarters due): the same fingerprint gives the same figures.
    """

    version: str
    built_at: str
    as_of_date: str
    fingerprint: str
    raw_fingerprint: str
    source_count: int
    is_sample: bool


def versions(settings: Settings) -> list[Manifest]:
    """The complete versions kept, newest first."""
    found = [manifest for folder in _folders(settings) if (manifest := read_manifest(folder))]
    return sorted(found, key=lambda manifest: manifest.version, reverse=True)


def current(settings: Settings) -> Manifest | None:
    """The version published now, or None."""
    link = settings.published_link
    return read_manifest(link.resolve()) if link.exists() else None


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a complete version; None for a folder that never got that far."""
    path = folder / MANIFEST_FILE
    if not path.is_file() or not (folder / WAREHOUSE_FILE).is_file():
        return None
    return Manifest(**json.loads(path.read_text(encoding="utf-8")))


def complete(folder: Path, manifest: Manifest) -> None:
    """Mark `folder` complete: everything on disk first, the manifest last and by rename."""
    _sync(folder / WAREHOUSE_FILE)
    partial = folder / f".{MANIFEST_FILE}"
    partial.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=2), encoding="utf-8")
    _sync(partial)
    partial.replace(folder / MANIFEST_FILE)
    _sync(folder)


def publish(settings: Settings, version: str) -> None:
    """Let every reader see `version` from its next page load. Raises UnknownVersion."""
    folder = settings.runs_dir / version
    if read_manifest(folder) is None:
        raise UnknownVersion(version)
    link = settings.published_link
    swap = link.with_name(f".{link.name}.swap")
    swap.unlink(missing_ok=True)
    swap.symlink_to(folder.relative_to(link.parent))
    swap.replace(link)
    _sync(link.parent)


def sweep(settings: Settings, held: Collection[str] = ()) -> None:
    """Remove what killed builds left and versions beyond the number kept. Call only while holding the build lock.

    Versions that a review `held` stay, and do not count towards the number. A reader that has an old version open
    keeps it: the file's space is freed when it closes.
    """
    published = settings.published_link.resolve()
    passing = [manifest.version for manifest in versions(settings) if manifest.version not in held]
    kept = {*held, *passing[: settings.keep_versions]}
    for folder in _folders(settings):
        if folder.name not in kept and folder.resolve() != published:
            shutil.rmtree(folder)


def _folders(settings: Settings) -> list[Path]:
    return [path for path in settings.runs_dir.glob("*") if path.is_dir()] if settings.runs_dir.is_dir() else []


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
