"""An installation on database servers as a data folder, and a data folder's contents on servers.

A backup is laid out like a data folder, and so is an installation that moves: both ways go through these functions.
"""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from sqlalchemy import make_url

from warehouse.backup.scratch import scratch_folder
from warehouse.db.carry import carry_registry
from warehouse.pipeline.build_file import new_file
from warehouse.publish import publication, versions
from warehouse.publish.versions import WAREHOUSE_FILE, Manifest, read_manifest
from warehouse.registry.store import Registry
from warehouse.settings import Settings
from warehouse.storage.duckdb_connection import quiet

if TYPE_CHECKING:
    from warehouse.publish.server import Connection

# Folders in a data folder, while a backup of servers is made or restored: the same as files.
IMAGE = ".image-"
_PARTIAL = ".partial"


def is_folder(settings: Settings) -> bool:
    """Return whether an installation is embedded: registry and figures are files."""
    return settings.is_embedded and make_url(settings.ops_url).get_backend_name() == "sqlite"


@contextmanager
def as_folder(settings: Settings) -> Iterator[Settings]:
    """Give the settings of an image of an installation as a data folder, which is removed in the end.

    The image has the registry, the originals (through a link), the versions of reviews, and all manifests. The registry
    is copied first: what its rows name is there by then. Raises ServerError, RegistryError.
    """
    with scratch_folder(settings.data_dir, IMAGE) as folder:
        image = replace(settings.in_folder(folder / "data"), roles_csv=settings.roles_file)
        carry_registry(settings.ops_url, image.ops_url)
        image.landing_dir.symlink_to(settings.landing_dir)
        if settings.is_embedded:
            image.runs_dir.symlink_to(settings.runs_dir)
            if settings.published_link.exists():
                image.published_link.symlink_to(settings.published_link.resolve())
        else:
            _fetch_versions(settings, image)
        yield image


def _fetch_versions(settings: Settings, image: Settings) -> None:
    registry = Registry(image.ops_url)
    held = registry.held_versions()
    registry.close()
    for manifest in publication.versions(settings):
        folder = image.runs_dir / manifest.version
        if manifest.version in held:
            fetch_version(settings.warehouse_url, manifest, image.runs_dir)
            if publication.damage(settings, manifest.version):
                # With the digest of other rows, the copy counts as damaged, too.
                versions.write_manifest(folder, manifest)
        else:
            # Of other versions the backup needs the noted end of the access trail.
            folder.mkdir(parents=True)
            versions.write_manifest(folder, manifest)
    published = publication.current(settings)
    if published:
        image.published_link.symlink_to(image.runs_dir / published.version)


def fetch_version(url: str, manifest: Manifest, runs_dir: Path) -> None:
    """Copy a version of the server to a folder of `runs_dir`, which appears whole or not at all. Raises ServerError."""
    from warehouse.publish.server import connected  # noqa: PLC0415 - installed only where there is a server
    from warehouse.publish.server_tables import from_server, tables_of_server  # noqa: PLC0415
    from warehouse.publish.server_versions import MARTS, RAW, schema_of  # noqa: PLC0415

    partial = runs_dir / f".{manifest.version}{_PARTIAL}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with connected(url) as source, new_file(partial / WAREHOUSE_FILE) as goal:
        for layer in (RAW, MARTS):
            goal.execute(f"create schema {layer}")
            for table in tables_of_server(source, schema_of(manifest.version, layer)):
                from_server(source, schema_of(manifest.version, layer), table, goal, layer, partial)
        goal.execute("force checkpoint")
    versions.complete(partial, manifest)
    partial.rename(runs_dir / manifest.version)


def send_versions(source: Settings, url: str, names: Collection[str], work_dir: Path) -> list[str]:
    """Copy versions of a data folder to the server; return the names of those that are damaged and were left out.

    A version that is there already, whole, stays. Call only while holding the server's lock of builds. Raises
    ServerError.
    """
    from warehouse.publish import server_versions  # noqa: PLC0415 - installed only where there is a server
    from warehouse.publish.server import connected  # noqa: PLC0415

    damaged = []
    for version in sorted(names):
        folder = source.runs_dir / version
        manifest = read_manifest(folder)
        if manifest is None or versions.damage(folder):
            damaged.append(version)
        elif server_versions.damage(url, version):
            with connected(url) as goal:
                server_versions.remove(goal, version)
                _send(goal, folder, manifest, work_dir)
    return damaged


def _send(goal: "Connection", folder: Path, manifest: Manifest, work_dir: Path) -> None:
    from warehouse.publish import server_versions  # noqa: PLC0415
    from warehouse.publish.server_tables import tables_of_file, to_server  # noqa: PLC0415
    from warehouse.publish.server_versions import BUILDING, MARTS, RAW, schema_of  # noqa: PLC0415

    server_versions.drop_unfinished(goal)
    server_versions.create_schemas(goal, manifest.version)
    with quiet(duckdb.connect(str(folder / WAREHOUSE_FILE), read_only=True)) as source:
        for layer in (RAW, MARTS):
            for table in tables_of_file(source, layer):
                to_server(source, layer, table, goal, schema_of(BUILDING, layer), work_dir)
    server_versions.prepare_for_reading(goal)
    server_versions.complete(goal, manifest, {})
