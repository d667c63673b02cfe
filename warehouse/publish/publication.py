"""Publishing a built version, all or nothing, and going back to an older one.

What readers see is the symlink `published`, swapped by one rename: at every moment it names a complete version or does
not exist.
"""

import shutil
from collections.abc import Collection

from warehouse.publish.versions import NO_MANIFEST, NO_WAREHOUSE, Manifest, damage, folders, read_manifest
from warehouse.settings import Settings
from warehouse.storage.disk import sync


class UnknownVersion(LookupError):  # noqa: N818
    """No complete version of that name is kept."""


class DamagedVersion(RuntimeError):  # noqa: N818
    """The version is no longer what was published."""


def versions(settings: Settings) -> list[Manifest]:
    """The complete versions kept, newest first."""
    found = [manifest for folder in folders(settings.runs_dir) if (manifest := read_manifest(folder))]
    return sorted(found, key=lambda manifest: manifest.version, reverse=True)


def current(settings: Settings) -> Manifest | None:
    """The version published now, whole or not, or None."""
    link = settings.published_link
    return read_manifest(link.resolve()) if link.exists() else None


def publish(settings: Settings, version: str) -> None:
    """Let every reader see `version` from its next page load. Raises UnknownVersion, DamagedVersion."""
    folder = settings.runs_dir / version
    wrong = damage(folder)
    if wrong in (NO_MANIFEST, NO_WAREHOUSE):
        raise UnknownVersion(version)
    if wrong:
        raise DamagedVersion(version)
    link = settings.published_link
    swap = link.with_name(f".{link.name}.swap")
    swap.unlink(missing_ok=True)
    swap.symlink_to(folder.relative_to(link.parent))
    swap.replace(link)
    sync(link.parent)


def sweep(settings: Settings, held: Collection[str] = ()) -> None:
    """Remove what killed builds left and versions beyond the number kept. Call only while holding the build lock.

    Versions that a review `held` stay, and do not count towards the number. A reader that has an old version open
    keeps it: the file's space is freed when it closes.
    """
    published = settings.published_link.resolve()
    passing = [manifest.version for manifest in versions(settings) if manifest.version not in held]
    kept = {*held, *passing[: settings.keep_versions]}
    for folder in folders(settings.runs_dir):
        if folder.name not in kept and folder.resolve() != published:
            shutil.rmtree(folder)
