"""Upgrade to this release: backup, migration, build and verification, or nothing.

Everything is done to a copy of the registry first, in a folder of its own beside the versions. Only when the copy was
migrated, built from and verified, the live registry is migrated (one transaction) and the new version published (one
rename). Whatever ends an upgrade before leaves registry and published version as they were.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse import clock
from warehouse.backup import backup as backups
from warehouse.backup import store as stores
from warehouse.backup.integrity import Finding, NotedHead, examine, fault_of
from warehouse.db.connection import connect, explained, missing_parts, refuse_newer
from warehouse.db.migration import migrate
from warehouse.db.schema_version import HEAD, schema_version
from warehouse.errors import RegistryDamagedError
from warehouse.packs.check import check_plan_in_force
from warehouse.pipeline import pipeline
from warehouse.pipeline.background import request_build
from warehouse.pipeline.lock import BuildLockedError, build_lock
from warehouse.pipeline.originals import refuse_missing_registry
from warehouse.pipeline.pipeline import CHECKS_FAILED, BuildResult, Progress
from warehouse.pipeline.state import StateFile
from warehouse.publish import publication
from warehouse.publish.engines import NothingPublished, published
from warehouse.publish.layout import missing_columns
from warehouse.publish.version_name import names_from
from warehouse.publish.versions import damage
from warehouse.registry.store import Registry
from warehouse.settings import RELEASE, Settings
from warehouse.storage.disk import detect_full_disk, sync_folders

# Beginning of the name of an upgrade's folder.
_REHEARSAL = ".upgrade-"


class UpgradeFailedError(RuntimeError):
    """The upgrade ended before it changed anything: checks of the build failed (`result`), or verification did
    (`findings`)."""

    def __init__(self, result: BuildResult | None = None, findings: Sequence[Finding] = ()) -> None:
        super().__init__(len(findings))
        self.result, self.findings = result, tuple(findings)


@dataclass(frozen=True)
class UpgradePlan:
    """What an upgrade would do. `schema` is the registry's version: None without a registry, empty from before versions
    had numbers. `built_with` is the release that built the published version; empty if unknown or without one."""

    schema: str | None
    built_with: str
    has_version: bool
    lacks_columns: bool

    @property
    def needs_migration(self) -> bool:
        """Return whether the registry has an older schema."""
        return self.schema is not None and self.schema != HEAD

    @property
    def needs_build(self) -> bool:
        """Return whether another release computed the published figures."""
        return self.has_version and (self.lacks_columns or self.built_with != RELEASE)

    @property
    def is_needed(self) -> bool:
        """Return whether there is anything to do."""
        return self.needs_migration or self.needs_build


@dataclass(frozen=True)
class UpgradeResult:
    """What an upgrade did: the plan it followed, its backup, and the version that it published, empty for none."""

    plan: UpgradePlan
    backup: Path | None
    version: str


def plan_upgrade(settings: Settings) -> UpgradePlan:
    """Return what an upgrade would do. Raises RegistryError, also where the registry of published reports is gone,
    and DiskFullError."""
    refuse_missing_registry(settings)
    schema = None
    if settings.has_registry:
        engine = connect(settings.ops_url)
        try:
            with explained(engine), engine.connect() as connection:
                schema = schema_version(connection)
                refuse_newer(schema)
                if schema is not None and (missing := missing_parts(connection)):
                    raise RegistryDamagedError(missing)
        finally:
            engine.dispose()
    manifest = publication.current(settings)
    try:
        lacks_columns = bool(missing_columns(published(settings)))
    except NothingPublished as nothing:
        if nothing.is_unreachable:
            publication.raise_unreachable(settings, nothing)
        lacks_columns = manifest is not None
    return UpgradePlan(schema, manifest.release if manifest else "", manifest is not None, lacks_columns)


def default_backup(settings: Settings) -> Path:
    """Return where an upgrade puts its backup: beside the data folder, and beside that of one tried in this second."""
    names = names_from(f"{settings.data_dir.name}-before-{RELEASE}-{clock.now():%Y%m%dT%H%M%S}")
    return next(path for path in map(settings.data_dir.with_name, names) if not path.exists())


@detect_full_disk()
def upgrade(settings: Settings, store: Path | None, by: str, progress: Progress | None = None) -> UpgradeResult:
    """Bring an installation to this release; an installation that needs nothing is left alone.

    Its backup is added to the folder of backups `store`, or is beside the data folder.
    Raises RegistryError, RegistryBusyError, BackupRefusedError, BuildError, BuildLockedError, MigrationFailedError,
    UpgradeFailedError, DiskFullError, OSError: nothing has changed then, but that there may be a backup.
    """
    plan = plan_upgrade(settings)
    if not plan.is_needed:
        return UpgradeResult(plan, None, "")
    with build_lock(settings.build_lock, by):
        _remove_rehearsals(settings.data_dir)
        backup = _back_up(settings, store)
        rehearsal = settings.data_dir / f"{_REHEARSAL}{os.getpid()}"
        try:
            copy = _copy(settings, rehearsal)
            noted = backups.noted_heads(settings)
            known = _findings(settings, copy, noted)
            migrate(copy.ops_url)
            version = _build(copy, by, progress) if plan.has_version else ""
            if new := [finding for finding in _findings(settings, copy, noted) if finding not in known]:
                raise UpgradeFailedError(findings=new)
            is_behind = _switch(settings, copy, version, by)
        finally:
            shutil.rmtree(rehearsal, ignore_errors=True)
    if is_behind:
        request_build(settings, by)
    return UpgradeResult(plan, backup, version)


def migrate_server(settings: Settings, by: str) -> None:
    """Migrate a registry on a database server, in one transaction; its backup is the server's.

    What would keep the figures from being computed afterwards is examined first: the release in use cannot open a
    migrated registry. Raises as `upgrade`: nothing has changed then.
    """
    with build_lock(settings.build_lock, by), publication.exclusive(settings) as holder:
        if holder:
            raise BuildLockedError(holder)
        check_plan_in_force(settings)
        migrate(settings.ops_url)


def build_server(settings: Settings, by: str, progress: Progress | None = None) -> str:
    """Compute the figures with this release, and return their version; raises as `upgrade`. What was published stays
    then."""
    result = pipeline.build(settings, by=by, progress=progress)
    if result.outcome == CHECKS_FAILED:
        raise UpgradeFailedError(result)
    return result.version


def _back_up(settings: Settings, store: Path | None) -> Path:
    """Make the backup from before the upgrade; return its folder."""
    if store:
        return stores.back_up_into(settings, store).path
    goal = default_backup(settings)
    backups.back_up(settings, goal)
    return goal


def _copy(settings: Settings, folder: Path) -> Settings:
    """Copy the registry to a folder and return settings to build there from the same originals."""
    folder.mkdir()
    copy = replace(settings.in_folder(folder), roles_csv=settings.roles_file)
    backups.take_registry(backups.registry_file(settings), backups.registry_file(copy))
    copy.landing_dir.symlink_to(settings.landing_dir)
    return copy


def _build(copy: Settings, by: str, progress: Progress | None) -> str:
    result = pipeline.build(copy, by=by, progress=progress)
    if result.outcome == CHECKS_FAILED:
        raise UpgradeFailedError(result)
    folder = copy.runs_dir / result.version
    if damage(folder) or missing_columns(published(copy)):
        raise UpgradeFailedError(findings=[Finding("version_damaged", {"version": result.version})])
    return result.version


def _findings(settings: Settings, copy: Settings, noted: Sequence[NotedHead]) -> tuple[Finding, ...]:
    """Compare the copy of the registry with the live originals and versions."""
    engine = connect(copy.ops_url)
    try:
        with engine.connect() as connection:
            return examine(connection, settings.landing_dir, fault_of(settings), noted=noted).findings
    finally:
        engine.dispose()


def _switch(settings: Settings, copy: Settings, version: str, by: str) -> bool:
    """Migrate the live registry and publish the version; return whether reports were decided since the copy."""
    if version:
        settings.runs_dir.mkdir(exist_ok=True)
        sync_folders(copy.runs_dir / version)
        (copy.runs_dir / version).rename(settings.runs_dir / version)
        sync_folders(settings.runs_dir)
    migrate(settings.ops_url)
    live, built = Registry(settings.ops_url), Registry(copy.ops_url)
    try:
        if version:
            publication.publish(settings, version)
            StateFile(settings.build_state, by).published(version)
            _record_build(built, live, version)
            publication.remove_old_versions(settings, live.held_versions())
        return live.submissions() != built.submissions()
    finally:
        live.close()
        built.close()


def _record_build(built: Registry, live: Registry, version: str) -> None:
    """Copy the record of the build, which ran on the copy, to the live registry."""
    run = next(run for run in built.builds() if run.version == version)
    live.start_build(version, run.started_at, run.as_of_date)
    live.finish_build(version, run.finished_at or run.started_at, run.outcome or "", run.step_timings, run.message)
    live.add_quality_results(built.quality_results([version]))


def _remove_rehearsals(data_dir: Path) -> None:
    """Remove the folders of upgrades that were killed. Call only while holding the build lock: no other runs."""
    for path in data_dir.glob(f"{_REHEARSAL}*"):
        shutil.rmtree(path)
