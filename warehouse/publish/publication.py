"""Publishing a built version, all or nothing, and returning to an older version.

Embedded, readers use the symlink `published`, swapped by one rename: at every moment it names a complete version or
does not exist. On a PostgreSQL server, `server_versions` does the same with schemas and views.
"""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import NoReturn

from warehouse.errors import ServerError
from warehouse.publish import versions as folders_of_versions
from warehouse.publish.engines import NothingPublished
from warehouse.publish.version_name import is_version_code
from warehouse.publish.versions import NO_MANIFEST, NO_WAREHOUSE, Manifest, folders, read_manifest
from warehouse.settings import Settings
from warehouse.storage.disk import sync


class UnknownVersionError(LookupError):
    """No complete version of that name is stored."""


class DamagedVersionError(RuntimeError):
    """The version's files differ from what was published."""


def versions(settings: Settings) -> list[Manifest]:
    """Return the complete versions that are stored, newest first. Raises ServerError, like all that follows."""
    if not settings.is_embedded:
        kept: list[Manifest] = server_versions().versions(settings.warehouse_url)
        return kept
    return folders_of_versions.complete_versions(settings.runs_dir)


def manifest_of(settings: Settings, version: str) -> Manifest | None:
    """Return the manifest of a stored version; None without."""
    if settings.is_embedded:
        return read_manifest(settings.runs_dir / version)
    return next((manifest for manifest in versions(settings) if manifest.version == version), None)


def current(settings: Settings) -> Manifest | None:
    """Return the manifest of the published version, intact or not; None without."""
    if not settings.is_embedded:
        manifest: Manifest | None = server_versions().current(settings.warehouse_url)
        return manifest
    link = settings.published_link
    return read_manifest(link.resolve()) if link.exists() else None


def raise_unreachable(settings: Settings, nothing: NothingPublished) -> NoReturn:
    """Raise ServerError with the cause why a session of pages does not get the figures."""
    if settings.is_embedded:
        raise ServerError("file_missing", url=settings.warehouse_url) from nothing
    # A session of builds names the cause, unless the server takes it by now, or takes these alone.
    current(settings)
    raise ServerError("server_error", error=nothing) from nothing


def served(settings: Settings) -> tuple[str, Manifest | None]:
    """Return the published version's name if it is damaged, else "", and the manifest of the version that readers get.

    A server's version counts as intact as long as its views can be read; `verify` compares its rows.
    """
    if not settings.is_embedded:
        return "", current(settings)
    version = folders_of_versions.served_version(settings.published_link)
    return version.damaged, version.manifest


def damage(settings: Settings, version: str) -> str | None:
    """Return the fault of a stored version, one of NO_MANIFEST … OTHER_CONTENT; None if it is as it was built."""
    if settings.is_embedded:
        return folders_of_versions.damage(settings.runs_dir / version)
    fault: str | None = server_versions().damage(settings.warehouse_url, version)
    return fault


@contextmanager
def exclusive(settings: Settings) -> Iterator[dict[str, str]]:
    """Hold the lock of builds of the place where versions are stored, which other machines may build into.

    Gives {} or, if it is held, its holder: by, process, host, since. The lock file of this machine is held by
    the caller.
    """
    if settings.is_embedded:
        yield {}
        return
    with server_versions().building(settings.warehouse_url) as holder:
        yield holder or {}


def server_versions() -> ModuleType:
    """Return the module for versions on a server; its packages are installed only where there is one.

    Raises ServerError without them.
    """
    try:
        from warehouse.publish import server_versions as module  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise ServerError("server_packages") from error
    return module


def publish(settings: Settings, version: str, *, is_new: bool = False) -> None:
    """Make `version` the published version from the next request.

    It is compared with its digest, but not if it `is_new`: it was read for that digest just now. Raises
    UnknownVersionError, DamagedVersionError.
    """
    if not is_version_code(version):
        raise UnknownVersionError(version)
    fault = None if is_new else damage(settings, version)
    if fault in (NO_MANIFEST, NO_WAREHOUSE):
        raise UnknownVersionError(version)
    if fault:
        raise DamagedVersionError(version)
    if not settings.is_embedded:
        server_versions().publish(settings.warehouse_url, version)
        return
    folder = settings.runs_dir / version
    link = settings.published_link
    swap = link.with_name(f".{link.name}.swap")
    if link.is_dir() and not link.is_symlink():
        # A copy of a data folder that followed links has a folder in the link's place, which no rename replaces.
        link.rename(link.with_name(f"{link.name}.copied-{folder.name}"))
    swap.unlink(missing_ok=True)
    swap.symlink_to(folder.relative_to(link.parent))
    swap.replace(link)
    sync(link.parent)


def remove_old_versions(settings: Settings, held: Collection[str] = ()) -> None:
    """Remove unfinished builds and versions beyond the number kept. Call only while holding the build lock.

    Versions that a review `held` stay, and do not count towards the number. A reader that has an old version open keeps
    it: the file's space is freed when it closes.
    """
    if not settings.is_embedded:
        server_versions().remove_old(settings.warehouse_url, settings.keep_versions, held)
        for folder in folders(settings.runs_dir):
            # Folders of killed builds; complete versions are an embedded installation's that moved to the server.
            if read_manifest(folder) is None:
                shutil.rmtree(folder)
        return
    published = settings.published_link.resolve()
    others = [manifest.version for manifest in versions(settings) if manifest.version not in held]
    kept = {*held, *others[: settings.keep_versions]}
    for folder in folders(settings.runs_dir):
        if folder.name not in kept and folder.resolve() != published:
            shutil.rmtree(folder)
