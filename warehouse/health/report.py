"""Health of an installation as one record: facts in numbers, and the conditions that need attention."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from warehouse import clock
from warehouse.backup.state import read_backup_state
from warehouse.db.registry_tables import submission
from warehouse.digest import DigestCounts, count_deliveries
from warehouse.errors import RegistryError
from warehouse.health import checks
from warehouse.health.conditions import Condition
from warehouse.pipeline.state import PUBLISHED
from warehouse.publish.engines import NothingPublished, published
from warehouse.publish.row_scope import EVERY_ROW
from warehouse.registry.events import select_submissions
from warehouse.registry.store import ACCEPTED, Registry
from warehouse.settings import RELEASE, Settings

READY, DEGRADED, NOT_READY = "ready", "degraded", "not_ready"


@dataclass(frozen=True)
class Counts:
    """Numbers of the registry: reports by state, those whose original landed, builds and seconds of the newest build by
    outcome, accepted or returned reports that the published version does not reflect yet, and recipients of digests."""

    reports: dict[str, int]
    landed_count: int
    builds: dict[str, int]
    build_seconds: dict[str, float]
    pending_count: int
    digests: DigestCounts


@dataclass(frozen=True)
class HealthReport:
    """Facts and conditions; moments are office time, None where nothing was built or backed up yet."""

    version: str
    built_at: datetime | None
    last_build_at: datetime | None
    backup_at: datetime | None
    disk_free_bytes: int
    counts: Counts | None
    conditions: tuple[Condition, ...]

    @property
    def status(self) -> str:
        """Return ready, degraded (pages work, something needs attention) or not_ready."""
        if any(condition.is_blocking for condition in self.conditions):
            return NOT_READY
        return DEGRADED if self.conditions else READY

    def as_dict(self, lang: str) -> dict[str, object]:
        """Return the report for monitors, with texts in a language; it names no unit and no person."""
        return {
            "status": self.status,
            "release": RELEASE,
            "version": self.version or None,
            "built_at": _iso(self.built_at),
            "build_age_hours": age_hours(self.built_at),
            "last_build_at": _iso(self.last_build_at),
            "backup_at": _iso(self.backup_at),
            "backup_age_hours": age_hours(self.backup_at),
            "disk_free_bytes": self.disk_free_bytes,
            "pending_count": self.counts.pending_count if self.counts else None,
            "conditions": [
                {"code": condition.code, "is_blocking": condition.is_blocking, "text": condition.words(lang)}
                for condition in self.conditions
            ],
        }


def health_report(settings: Settings) -> HealthReport:
    """Examine an installation; never raises for what is wrong with it. Takes at most a few seconds."""
    registry = checks.check_registry(settings)
    counts = None if registry else read_counts(settings)
    manifest, backup, build = checks.current(settings), read_backup_state(settings), checks.newest_build(settings)
    return HealthReport(
        version=manifest.version if manifest else "",
        built_at=datetime.fromisoformat(manifest.built_at) if manifest else None,
        last_build_at=build.since if build.state == PUBLISHED else None,
        backup_at=backup.done_moment if backup else None,
        disk_free_bytes=checks.free_bytes(settings),
        counts=counts,
        conditions=(
            *checks.check_published(settings),
            *registry,
            *checks.check_disk(settings),
            *standing_conditions(settings, counts),
        ),
    )


def standing_conditions(settings: Settings, counts: Counts | None) -> list[Condition]:
    """Return what is wrong with originals, builds, backups and digests."""
    pending = counts.pending_count if counts else 0
    digests = checks.check_digests(counts.digests) if counts else []
    originals = checks.check_originals(settings, counts.landed_count) if counts else []
    return [*originals, *checks.check_builds(settings, pending), *checks.check_backups(settings), *digests]


def read_counts(settings: Settings) -> Counts | None:
    """Return the numbers of the registry; None if it cannot be read."""
    try:
        registry = Registry(settings.ops_url)
    except (RegistryError, SQLAlchemyError, OSError):
        return None
    try:
        runs = registry.builds()
        with registry.engine.connect() as connection:
            rows = select_submissions().subquery()
            query = select(rows.c.verdict, func.count()).group_by(rows.c.verdict)
            states: list[Any] = list(connection.execute(query))
            reports = {str(verdict): int(count) for verdict, count in states}
            # A report that was refused on arrival has no original.
            landed = connection.scalar(select(func.count(submission.c.accepted_sha256))) or 0
            accepted: set[int] = set(connection.scalars(select(rows.c.submission_id).where(rows.c.verdict == ACCEPTED)))
        digests = count_deliveries(registry.engine)
    except (RegistryError, SQLAlchemyError):
        return None
    finally:
        registry.close()
    builds: dict[str, int] = {}
    seconds: dict[str, float] = {}
    for run in runs:
        outcome = run.outcome or "unfinished"
        builds[outcome] = builds.get(outcome, 0) + 1
        seconds.setdefault(outcome, round(sum(run.step_timings.values()), 2))
    reflected = _reflected(settings)
    pending = len(accepted ^ reflected) if reflected is not None else len(accepted)
    return Counts(reports, landed, builds, seconds, pending, digests)


def age_hours(since: datetime | None) -> float | None:
    """Return the hours since a moment of office time."""
    return round((clock.now() - since).total_seconds() / 3600, 1) if since else None


def _reflected(settings: Settings) -> set[int] | None:
    """Return the accepted submissions that the published version reflects; None if it cannot be read."""
    statement = text("select submission_id from marts.fct_submission where verdict = :verdict")
    # DuckDB loads pandas for a parameter that is sent apart from its statement.
    statement = statement.bindparams(bindparam("verdict", ACCEPTED, literal_execute=True))
    try:
        with published(settings).reading(EVERY_ROW) as connection:
            return set(connection.scalars(statement))
    except (NothingPublished, SQLAlchemyError):
        return None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
