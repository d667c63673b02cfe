"""An embedded installation moved to a PostgreSQL server, or back: every version, every row of the registry.

The source is only read. The registry is moved last, in one transaction: a move that was interrupted is repeated.
"""

import shutil
from dataclasses import dataclass, replace

from sqlalchemy import make_url

from warehouse.backup.server_image import fetch_version, is_folder, send_versions
from warehouse.db.carry import GoalTakenError, SourceChangedError, carry_registry, has_rows
from warehouse.db.connection import open_database
from warehouse.errors import RegistryDamagedError, RegistryNewerError, RegistryOutdatedError
from warehouse.pipeline.lock import BuildLockedError, build_lock
from warehouse.publish import publication, versions
from warehouse.settings import Settings, server_address

EMBEDDED = "duckdb"
_WORK = ".moving"


class MoveRefusedError(RuntimeError):
    """Nothing was moved, or not the registry; `code` names the reason's text in the catalogue `keeping`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Moved:
    """Settings of the new place, rows of the registry, number of versions, the published version, damaged versions."""

    goal: Settings
    row_count: int
    version_count: int
    published: str
    damaged: tuple[str, ...]


def goal_of(settings: Settings, to: str) -> Settings:
    """Return the settings of an installation moved to the address `to`. Raises MoveRefusedError."""
    if to == EMBEDDED:
        return settings.in_folder(settings.data_dir)
    if settings.programmes_csv:
        # No setting could name the new place.
        raise MoveRefusedError("move_programmes")
    try:
        url = server_address(to)
    except ValueError as error:
        # What was given may have a password, so it is not repeated.
        raise MoveRefusedError("move_address", form=error) from None
    return replace(settings, warehouse_url=url, ops_url=url)


def move(settings: Settings, to: str, by: str) -> Moved:
    """Copy figures and registry to the address `to`, as they are; originals stay in the data folder.

    Call while no one writes. Raises MoveRefusedError, BuildLockedError, ServerError, RegistryError, DiskFullError,
    OSError.
    """
    goal = goal_of(settings, to)
    address = make_url(goal.ops_url).render_as_string()
    if goal.ops_url == settings.ops_url:
        raise MoveRefusedError("move_same", address=address)
    is_from_folder = is_folder(settings)
    if is_from_folder == is_folder(goal) or (not is_from_folder and settings.is_embedded):
        raise MoveRefusedError("move_mixed")
    with build_lock(settings.build_lock, by), publication.exclusive(settings if not is_from_folder else goal) as holder:
        if holder:
            raise BuildLockedError(holder)
        # A registry that cannot be moved would leave figures alone in the new place.
        open_database(settings.ops_url).dispose()
        _refuse_taken(goal, address)
        damaged = _send(settings, goal) if is_from_folder else _fetch(settings, goal)
        published = publication.current(settings)
        version = published.version if published and published.version not in damaged else ""
        if version:
            publication.publish(goal, version)
        try:
            rows = carry_registry(settings.ops_url, goal.ops_url)
        except GoalTakenError as error:
            raise MoveRefusedError("move_taken", address=address) from error
        except SourceChangedError as error:
            raise MoveRefusedError("move_changed", tables=", ".join(error.tables)) from error
    return Moved(goal, sum(rows.values()), len(publication.versions(goal)), version, tuple(damaged))


def _refuse_taken(goal: Settings, address: str) -> None:
    try:
        engine = open_database(goal.ops_url)
    except (RegistryDamagedError, RegistryOutdatedError, RegistryNewerError) as error:
        raise MoveRefusedError("move_other", address=address) from error
    try:
        with engine.connect() as connection:
            if has_rows(connection):
                raise MoveRefusedError("move_taken", address=address)
    finally:
        engine.dispose()


def _send(settings: Settings, goal: Settings) -> list[str]:
    work_dir = settings.data_dir / _WORK
    # Versions arrive without models: mirrors from an earlier stay on a server would promise that increments find them.
    for left in (goal.mirrors_dir, work_dir):
        shutil.rmtree(left, ignore_errors=True)
    work_dir.mkdir()
    try:
        names = [manifest.version for manifest in publication.versions(settings)]
        return send_versions(settings, goal.warehouse_url, names, work_dir)
    finally:
        shutil.rmtree(work_dir, ignore_errors=True)


def _fetch(settings: Settings, goal: Settings) -> list[str]:
    damaged = []
    goal.runs_dir.mkdir(exist_ok=True)
    for manifest in publication.versions(settings):
        if publication.damage(settings, manifest.version):
            damaged.append(manifest.version)
        elif versions.damage(goal.runs_dir / manifest.version):
            shutil.rmtree(goal.runs_dir / manifest.version, ignore_errors=True)
            fetch_version(settings.warehouse_url, manifest, goal.runs_dir)
    return damaged
