"""The small province in the states that faults hit, and what must hold of it afterwards."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import plan_pack
from tests.older_installations import figures, made_older
from tests.older_registries import contents
from tests.pipeline.commands import environment, run_well
from tests.plan_pack import AS_OF, PROVINCE
from warehouse.backup import backup as backups
from warehouse.backup.backup import BackupChangedError
from warehouse.backup.store import snapshots
from warehouse.desk import Desk, ReviewDraft
from warehouse.publish import publication
from warehouse.publish.versions import damage
from warehouse.settings import Settings
from warehouse.storage.landing import verify

# Rows that programs change while they work; every other row stays as it is.
CHANGING = frozenset({"build_run", "desk_clock", "alembic_version", "sqlite_sequence"})
REGISTRY = "registry.sqlite"
Figures = dict[str, tuple[object, ...]]
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Templates:
    """Data folders to copy, and what else operations need: a filled form, and a folder of backups."""

    published: Path
    waiting: Path
    undecided: Path
    older: Path
    older_registry: Path
    form: Path
    store: Path


def make_templates(root: Path) -> Templates:
    """Publish the province, hold a review on its figures, and derive every state from it."""
    published = root / "published"
    plan_pack.publish(published)
    hold_review(published)
    plan_pack.send_overdue(waiting := copy(published, root / "waiting"))
    form = waiting / "sent" / "902_2023H2.xlsx"
    undecided = copy(published, root / "undecided")
    run_well(undecided, "submit", form, "--hold", "--note", "chưa đủ cột", **PROVINCE)
    made_older(older := copy(published, root / "older"))
    without_versions = copy(older, root / "older-registry")
    (without_versions / "published").unlink()
    shutil.rmtree(without_versions / "runs")
    run_well(published, "backup", "--to", root / "store", **PROVINCE)
    return Templates(published, waiting, undecided, older, without_versions, form, root / "store")


def hold_review(data_dir: Path) -> None:
    """Hold a review on the published figures."""
    settings = settings_of(data_dir)
    version = publication.current(settings)
    assert version
    draft = ReviewDraft("2023H2", "ytd", version.version, AS_OF)
    Desk(settings.ops_url, settings.runs_dir).hold_review(draft, "Ban Chỉ đạo")


def copy(data_dir: Path, goal: Path) -> Path:
    """Copy a data folder; return the copy."""
    shutil.rmtree(goal, ignore_errors=True)
    return Path(shutil.copytree(data_dir, goal, symlinks=True))


def settings_of(data_dir: Path) -> Settings:
    """The settings of commands that work on a data folder."""
    return Settings.from_env(environment(data_dir, **PROVINCE), data_dir / "no.env")


@dataclass(frozen=True)
class Before:
    """An installation before a fault: rows of its registry and its published figures, also those that may follow."""

    rows: Rows
    figures: Sequence[Figures]

    @classmethod
    def of(cls, data_dir: Path) -> "Before":
        """What is there now."""
        return cls(contents(data_dir / REGISTRY), [figures(data_dir)] if (data_dir / "published").exists() else [])


def lost(data_dir: Path, before: Before) -> Iterator[str]:
    """Yield what was there before and is not any more: rows, originals, versions of reviews."""
    with closing(sqlite3.connect(data_dir / REGISTRY)) as registry:
        answer = registry.execute("pragma integrity_check").fetchone()
    if answer != ("ok",):
        yield f"registry: {answer}"
    now = contents(data_dir / REGISTRY)
    for table in before.rows.keys() - CHANGING:
        if not set(before.rows[table]) <= set(now.get(table, [])):
            yield f"rows of {table}"
    for (sha256,) in _query(data_dir, "select sha256 from submission where accepted_sha256 is not null"):
        if not verify(data_dir / "landing", sha256):
            yield f"original {sha256[:8]}"
    for (version,) in _query(data_dir, "select version from review"):
        if (data_dir / "runs").is_dir() and damage(data_dir / "runs" / version):
            yield f"version {version} of a review"


def half_visible(data_dir: Path, before: Before) -> Iterator[str]:
    """Yield what is shown of something that has not happened in full: a report without its event, figures that are
    neither those of before nor those that follow, a version that is listed and not whole."""
    unrecorded = "select count(*) from submission where submission_id not in (select submission_id from audit_event)"
    if "audit_event" in before.rows and (count := _query(data_dir, unrecorded)[0][0]):
        yield f"{count} reports without an event"
    if before.figures:
        published = (data_dir / "published").resolve()
        if fault := damage(published):
            yield f"published version: {fault}"
        elif figures(data_dir) not in before.figures:
            yield "figures of neither before nor after"
        for manifest in publication.versions(settings_of(data_dir)):
            if fault := damage(data_dir / "runs" / manifest.version):
                yield f"version {manifest.version}: {fault}"


def unfit_backups(store: Path) -> Iterator[str]:
    """Yield the backups of a folder that are listed and not whole."""
    for folder in snapshots(store):
        try:
            _, kept = backups.check(folder)
        except BackupChangedError as changed:
            yield f"backup {folder.name}: {changed.findings[0].words('en')}"
        else:
            yield from (f"backup {folder.name}: {finding.words('en')}" for finding in kept.findings)


def is_restored(data_dir: Path) -> bool:
    """Whether a folder has a registry with rows: every command creates an empty one."""
    return (data_dir / REGISTRY).exists() and bool(contents(data_dir / REGISTRY)["submission"])


def half_restored(data_dir: Path, source: Before) -> Iterator[str]:
    """Yield what differs between a restored folder that shows a registry with rows and what was backed up."""
    if not is_restored(data_dir):
        return
    if contents(data_dir / REGISTRY) != source.rows:
        yield "restored registry"
    kept = backups.check_restored(settings_of(data_dir))
    yield from (f"restored: {finding.words('en')}" for finding in kept.findings)


def _query(data_dir: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(data_dir / REGISTRY)) as registry:
        return registry.execute(statement).fetchall()
