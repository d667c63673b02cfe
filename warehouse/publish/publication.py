"""Publishing a built version, all or nothing, and returning to an older version.

Readers use the symlink `published`, swapped by one rename: at every moment it names a complete version or does not
exist.
"""

import shutil
from collections.abc import Collection

from warehouse.publish.versions import NO_MANIFEST, NO_WAREHOUSE, Manifest, damage, folders, read_manifest
from warehouse.settings import Settings
from warehouse.storage.disk import sync


class UnknownVersionError(LookupError):
    """No complete version of that name is stored."""


class DamagedVersionError(RuntimeError):
    """The version's files differ from what was published."""


def versions(settings: Settings) -> list[Manifest]:
    """Return the complete versions that are stored, newest first."""
    manifests = [manifest for folder in folders(settings.runs_dir) if (manifest := read_manifest(folder))]
    return sorted(manifests, key=lambda manifest: manifest.version, reverse=True)


def current(settings: Settings) -> Manifest | None:
    """Return the manifest of the published version, intact or not; None without."""
    link = settings.published_link
    return read_manifest(link.resolve()) if link.exists() else None


def publish(settings: Settings, version: str) -> None:
    """Make `version` the published version from the next request.

    Raises UnknownVersionError, DamagedVersionError.
    """
    folder = settings.runs_dir / version
    fault = damage(folder)
    if fault in (NO_MANIFEST, NO_WAREHOUSE):
        raise UnknownVersionError(version)
    if fault:
        raise DamagedVersionError(version)
    link = settings.published_link
    swap = link.with_name(f".{link.name}.swap")
    swap.unlink(missing_ok=True)
    swap.symlink_to(folder.relative_to(link.parent))
    swap.replace(link)
    sync(link.parent)


def remove_old_versions(settings: Settings, held: Collection[str] = ()) -> None:
    """Remove unfinished builds and versions beyond the number kept. Call only while holding the build lock.

    Versions that a review `held` stay, and do not count towards the number. A reader that has an old version open keeps
    it: the file's space is freed when it closes.
    """
    published = settings.published_link.resolve()
    others = [manifest.version for manifest in versions(settings) if manifest.version not in held]
    kept = {*held, *others[: settings.keep_versions]}
    for folder in folders(settings.runs_dir):
        if folder.name not in kept and folder.resolve() != published:
            shutil.rmtree(folder)
