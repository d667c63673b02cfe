"""Checks of an installation that take milliseconds: published version, registry, builds, backups, disk."""

import shutil
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from warehouse import clock
from warehouse.backup.state import FAILED as BACKUP_FAILED
from warehouse.backup.state import read_backup_state
from warehouse.db.connection import RegistryBusyError, probe_writing
from warehouse.digest import DigestCounts
from warehouse.errors import RegistryError, ServerError
from warehouse.health.conditions import Condition
from warehouse.pipeline.background import build_state
from warehouse.pipeline.originals import refuse_missing_registry
from warehouse.pipeline.state import FAILED, IDLE, RUNNING, WAITING, BuildState
from warehouse.publish import publication
from warehouse.publish.engines import NothingPublished, published
from warehouse.publish.layout import missing_columns
from warehouse.publish.version_name import version_name
from warehouse.publish.versions import WAREHOUSE_FILE, Manifest
from warehouse.reference import load_reference
from warehouse.registry.store import Registry
from warehouse.settings import Settings
from warehouse.storage.disk import DiskFullError

GIGABYTE = 10**9
# Less free space than this, or than so many times the published version, is nearly full; below the second, full.
LOW_BYTES, FULL_BYTES = 2 * GIGABYTE, GIGABYTE // 10
LOW_VERSIONS, FULL_VERSIONS = 10, 2
# Accepted reports reach the figures by a build that follows at once; after this time none is coming.
PENDING_LIMIT = timedelta(hours=1)
# A mail server that is restarted is back by then.
DELAY_LIMIT = timedelta(hours=6)


def check_published(settings: Settings) -> list[Condition]:
    """Return what keeps pages from showing the newest figures."""
    try:
        served = published(settings)
        if missing_columns(served):
            return [Condition("needs_build", is_blocking=True)]
    except NothingPublished as nothing:
        if nothing.is_unreachable:
            return [Condition("published_unreadable", True, {"detail": str(nothing)})]
        if nothing.stored:
            return [Condition("published_unlinked", True, {"version": nothing.stored})]
        return [Condition("published_damaged" if nothing.damaged else "nothing_published", is_blocking=True)]
    except (SQLAlchemyError, OSError) as error:
        return [Condition("published_unreadable", True, {"detail": type(error).__name__})]
    return [Condition("older_version_served")] if served.damaged else []


def check_registry(settings: Settings) -> list[Condition]:
    """Return what keeps the registry from being read and written; a registry that does not exist yet is sound."""
    try:
        refuse_missing_registry(settings)
        Registry(settings.ops_url).close()
        probe_writing(settings.ops_url)
    except RegistryError as unusable:
        return [Condition(f"registry_{unusable.kind}", is_blocking=True)]
    except ServerError:
        # Of the figures, which are examined on their own.
        return []
    except RegistryBusyError:
        return [Condition("registry_busy", is_blocking=True)]
    except DiskFullError:
        return [Condition("disk_full", is_blocking=True, params={"free": "0 MB"})]
    except (SQLAlchemyError, OSError, ImportError):
        return [Condition("registry_not_writable", is_blocking=True)]
    return []


def no_installation(settings: Settings) -> Condition:
    """Return the condition of a data folder without registry and originals, as at a mistyped path."""
    return Condition("no_installation", is_blocking=True, params={"folder": str(settings.data_dir)})


def check_originals(settings: Settings, landed_count: int) -> list[Condition]:
    """Return whether the originals are gone though the registry has landed reports, or its reports though figures of
    reports are published."""
    if landed_count:
        return [] if settings.landing_dir.is_dir() else [Condition("originals_gone")]
    version = current(settings)
    return [Condition("registry_lost", is_blocking=True)] if version and version.source_count else []


def check_disk(settings: Settings) -> list[Condition]:
    """Return whether the disk of the data folder is full or nearly full."""
    free = free_bytes(settings)
    version_bytes = _version_bytes(settings)
    params = {"free": _size(free)}
    if free < max(FULL_BYTES, FULL_VERSIONS * version_bytes):
        return [Condition("disk_full", is_blocking=True, params=params)]
    return [Condition("disk_low", params=params)] if free < max(LOW_BYTES, LOW_VERSIONS * version_bytes) else []


def free_bytes(settings: Settings) -> int:
    """Return the free space of the data folder's disk."""
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def current(settings: Settings) -> Manifest | None:
    """Return the manifest of the published version; None without, or if its server or folder cannot be read."""
    try:
        return publication.current(settings)
    except (ServerError, OSError):
        return None


def newest_build(settings: Settings) -> BuildState:
    """Return the state of the newest build; idle where the data folder may not be read."""
    try:
        return build_state(settings)
    except OSError:
        return BuildState(IDLE)


def check_builds(settings: Settings, pending_count: int) -> list[Condition]:
    """Return whether the figures lag behind the registry or the calendar, and why; `pending_count` reports wait."""
    state, version = newest_build(settings), current(settings)
    if state.state == FAILED:
        code = "build_interrupted" if state.is_interrupted else "build_failed"
        return [Condition(code, params={"since": moment(state.since)})]
    if version is None or state.state in (RUNNING, WAITING):
        return []
    if version.full_build and version.full_build.differing:
        return [Condition("increments_differ", params={"tables": ", ".join(version.full_build.differing)})]
    ended = state.since or datetime.fromisoformat(version.built_at)
    if pending_count and clock.now() - ended > PENDING_LIMIT:
        return [Condition("reports_pending", params={"count": pending_count, "since": moment(ended)})]
    if settings.as_of_date is None:
        judged, today = version.as_of_date, clock.now().date().isoformat()
        due = [period for period in load_reference().periods.values() if judged <= period.due_date.isoformat() < today]
        if due:
            return [Condition("build_stale", params={"name": version_name(version.version, settings.lang)})]
    return []


def check_backups(settings: Settings) -> list[Condition]:
    """Return whether the newest backup failed, is old, or was never made; a sample needs none."""
    state, version = read_backup_state(settings), current(settings)
    if state is None:
        return [] if version is None or version.is_sample else [Condition("backup_missing")]
    done = state.done_moment
    if state.outcome == BACKUP_FAILED:
        return [Condition("backup_failed", params={"at": moment(datetime.fromisoformat(state.ended_at))})]
    if not state.is_drill_done:
        return [Condition("drill_failed", params={"at": moment(datetime.fromisoformat(state.drilled_at))})]
    if done and clock.now() - done > timedelta(hours=settings.backup_max_hours):
        return [Condition("backup_old", params={"at": moment(done)})]
    if done and done > clock.now() + PENDING_LIMIT:
        return [Condition("clock_behind", params={"at": moment(done)})]
    return []


def check_digests(counts: DigestCounts) -> list[Condition]:
    """Return which digests wait for long, were refused, or were being sent when their process ended."""
    found = []
    if counts.delayed_since and clock.now() - counts.delayed_since > DELAY_LIMIT:
        found.append(Condition("digests_delayed", params={"since": moment(counts.delayed_since)}))
    if counts.refused:
        found.append(Condition("digests_refused", params={"count": counts.refused}))
    if counts.unknown:
        found.append(Condition("digests_unknown", params={"count": counts.unknown}))
    return found


def moment(at: datetime | None) -> str:
    """Return a moment as a text that reads the same in all languages."""
    return f"{at:%d/%m/%Y %H:%M}" if at else "?"


def _version_bytes(settings: Settings) -> int:
    try:
        return (settings.published_link / WAREHOUSE_FILE).stat().st_size
    except OSError:
        return 0


def _size(count: int) -> str:
    return f"{count / GIGABYTE:.1f} GB" if count >= GIGABYTE else f"{count / 10**6:.0f} MB"
