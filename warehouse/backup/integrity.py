"""Integrity of everything that cannot be recomputed: rows, originals and versions of reviews, checked by hash."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select, text
from sqlalchemy.exc import DatabaseError

from warehouse.db.access_tables import access_event
from warehouse.db.connection import BUSY_TIMEOUT_S, missing_parts, present_tables
from warehouse.db.desk_tables import review
from warehouse.db.registry_tables import submission
from warehouse.people.access_trail import first_broken
from warehouse.people.trail_heads import TrailHead, holds, lost_at_end
from warehouse.publish.publication import damage
from warehouse.publish.publication import versions as stored_versions
from warehouse.publish.version_name import version_name
from warehouse.publish.versions import MANIFEST_FILE, NO_MANIFEST, folders, read_manifest
from warehouse.publish.versions import damage as folder_damage
from warehouse.settings import Settings
from warehouse.storage.landing import landed_path, originals, verify
from warehouse.text import say

SOUND = "ok"
# Faults of a version, by their texts.
VERSION_MISSING, VERSION_DAMAGED = "version_missing", "version_damaged"
Fault = Callable[[str], str | None]
# Longer than any writer waits for the registry after its file has landed.
SETTLED_S = 2 * BUSY_TIMEOUT_S


@dataclass(frozen=True)
class Finding:
    """Something that does not match; `params` fill the text of `code` in the catalogue."""

    code: str
    params: dict[str, object]

    def words(self, lang: str) -> str:
        """Return what does not match and what to do, in a language."""
        named = {"name": version_name(str(self.params["version"]), lang)} if "version" in self.params else {}
        return say("keeping", self.code, lang, **self.params, **named)

    def as_dict(self) -> dict[str, object]:
        """Return the finding for `--json`."""
        return {"code": self.code, **{name: str(value) for name, value in self.params.items()}}


@dataclass(frozen=True)
class Kept:
    """Contents in numbers, the versions of reviews, and what does not match."""

    rows: dict[str, int]
    original_count: int
    held: tuple[str, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def numbers(self) -> dict[str, int]:
        """Return the numbers that are reported."""
        return {
            "submissions": self.rows[submission.name],
            "originals": self.original_count,
            "versions": len(self.held),
        }


@dataclass(frozen=True)
class NotedHead:
    """A head of the access trail, and the manifest that stores it."""

    head: TrailHead
    path: Path


def fault_in(runs_dir: Path) -> Fault:
    """Return the function that examines the versions of a folder."""

    def fault(version: str) -> str | None:
        if not (runs_dir / version).is_dir():
            return VERSION_MISSING
        return VERSION_DAMAGED if folder_damage(runs_dir / version) else None

    return fault


def fault_of(settings: Settings) -> Fault:
    """Return the function that examines the versions of an installation, in its folder or on its server."""
    if settings.is_embedded:
        return fault_in(settings.runs_dir)

    def fault(version: str) -> str | None:
        found = damage(settings, version)
        return VERSION_MISSING if found == NO_MANIFEST else VERSION_DAMAGED if found else None

    return fault


def heads_of(settings: Settings) -> list[NotedHead]:
    """Return the heads of the access trail in the manifests of an installation's versions. Raises ServerError."""
    if settings.is_embedded:
        return heads_of_versions(settings.runs_dir)
    return [
        NotedHead(manifest.trail, Path("versions.manifest") / manifest.version)
        for manifest in stored_versions(settings)
        if manifest.trail
    ]


def heads_of_versions(runs_dir: Path) -> list[NotedHead]:
    """Return the heads of the access trail in the manifests of versions."""
    manifests = ((folder / MANIFEST_FILE, read_manifest(folder)) for folder in folders(runs_dir))
    return [NotedHead(manifest.trail, path) for path, manifest in manifests if manifest and manifest.trail]


def examine(
    connection: Connection,
    landing_dir: Path,
    fault: Fault,
    *,
    noted: Sequence[NotedHead],
    also: Iterable[str] = (),
    is_live: bool = True,
) -> Kept:
    """Compare a registry with its originals and versions; `also` names versions without a review.

    `fault` returns what is wrong with a version: VERSION_MISSING, VERSION_DAMAGED or None.

    A live registry may be written to meanwhile, so the heads of its access trail must be read (`noted`) before it.
    """
    landed = originals(landing_dir)
    broken = _broken(connection)
    if broken:
        return Kept({submission.name: 0}, len(landed), (), (broken,))
    rows = landed_rows(connection)
    strays = strays_of(landed, rows, is_live=is_live)
    held = held_versions(connection)
    findings = [
        *_beside_rows(rows, landing_dir),
        *(Finding("original_without_row", {"path": path}) for path in strays),
        *_versions(fault, dict.fromkeys([*held, *also])),
        *_access_trail(connection, noted),
    ]
    counts = {table.name: _count(connection, table) for table in present_tables(connection)}
    return Kept(counts, len(landed), held, tuple(findings))


def landed_rows(connection: Connection) -> Sequence[Row[Any]]:
    """Return number, file name and hash of every report that landed, regardless of decisions."""
    columns = submission.c.submission_id, submission.c.file_name, submission.c.sha256
    landed = select(*columns).where(submission.c.accepted_sha256.is_not(None))
    return connection.execute(landed.order_by(submission.c.submission_id)).all()


def held_versions(connection: Connection) -> tuple[str, ...]:
    """Return the versions of reviews; the first registries had none."""
    if review not in present_tables(connection):
        return ()
    return tuple(connection.scalars(select(review.c.version).distinct().order_by(review.c.version)))


def strays_of(landed: Sequence[Path], rows: Sequence[Row[Any]], *, is_live: bool) -> list[Path]:
    """Return the originals without a row. In a live landing zone a recently landed original may still get its row; one
    of a moment still to come landed before the clock was set back."""
    known = {row.sha256 for row in rows}
    now = time.time()
    strays = [path for path in landed if path.stem not in known]
    return [path for path in strays if abs(now - path.stat().st_mtime) > SETTLED_S] if is_live else strays


def _beside_rows(rows: Sequence[Row[Any]], landing_dir: Path) -> Iterator[Finding]:
    for row in rows:
        path = landed_path(landing_dir, row.sha256)
        about = {"id": row.submission_id, "file": row.file_name, "path": path}
        if not path.exists():
            yield Finding("original_missing", about)
        elif not verify(landing_dir, row.sha256):
            yield Finding("original_damaged", about)


def _versions(fault: Fault, versions: Iterable[str]) -> Iterator[Finding]:
    for version in versions:
        if found := fault(version):
            yield Finding(found, {"version": version})


def _access_trail(connection: Connection, noted: Sequence[NotedHead]) -> Iterator[Finding]:
    """Check the access trail; a backup of an older version has none, and then no head may be stored anywhere."""
    is_there = access_event in present_tables(connection)
    if is_there and (number := first_broken(connection)):
        yield Finding("access_trail_broken", {"number": number})
    if is_there and (lost := lost_at_end(connection)):
        yield Finding("access_trail_cut", {"count": lost})
    now = _count(connection, access_event) if is_there else 0
    differing = [
        noted_head
        for noted_head in noted
        if not (holds(connection, noted_head.head) if is_there else noted_head.head.rows == 0)
    ]
    if differing:
        longest = max(differing, key=lambda noted_head: noted_head.head.rows)
        code = "access_trail_shorter" if now < longest.head.rows else "access_trail_other"
        yield Finding(code, {"recorded": longest.head.rows, "now": now, "path": longest.path})


def _broken(connection: Connection) -> Finding | None:
    """Return what prevents reading the registry at all."""
    try:
        if connection.dialect.name == "sqlite":
            result = str(connection.execute(text("pragma integrity_check(1)")).scalar())
            if result != SOUND:
                return Finding("registry_torn", {"detail": result})
        missing = missing_parts(connection)
    except DatabaseError as error:
        return Finding("registry_torn", {"detail": error.orig})
    return Finding("registry_incomplete", {"missing": ", ".join(missing)}) if missing else None


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0
