"""`status`, `versions` and `rollback`."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, text

from warehouse import clock
from warehouse.backup.state import read_backup_state
from warehouse.commands.builds import full_build_line, stop_locked
from warehouse.commands.common import require_installation
from warehouse.commands.conventions import EXIT_DAMAGED, EXIT_FAILED, EXIT_USAGE, Json, account, stop
from warehouse.health.checks import check_disk, moment
from warehouse.health.report import read_counts, standing_conditions
from warehouse.pipeline.lock import BuildLockedError, build_lock
from warehouse.publish import publication
from warehouse.publish.engines import NothingPublished, published
from warehouse.publish.engines import kept as stored_version
from warehouse.publish.layout import missing_columns
from warehouse.publish.row_scope import EVERY_ROW
from warehouse.publish.version_name import version_moment, version_name
from warehouse.publish.versions import SPARK, FullBuild, Manifest
from warehouse.registry.events import RECEIVED
from warehouse.registry.store import ACCEPTED, Registry
from warehouse.settings import RELEASE, Settings
from warehouse.text import say

SHOWN_RUNS = 5


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("status")(status)
    app.command("versions")(versions)
    app.command("rollback")(rollback)


def status(as_json: Json = False) -> None:
    """Phiên bản đang công bố, tỷ lệ báo cáo, việc còn chờ / what is published, and what is pending."""
    settings = Settings.from_env()
    require_installation(settings)
    facts = _status(settings)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, default=str))
        return
    for line in _status_lines(facts, settings.lang):
        typer.echo(line)


def versions(as_json: Json = False) -> None:
    """Các phiên bản còn giữ / the published versions kept."""
    settings = Settings.from_env()
    require_installation(settings)
    current = publication.current(settings)
    kept = publication.versions(settings)
    held = Registry(settings.ops_url).held_versions()
    if as_json:
        marks = [
            {
                "is_published": manifest == current,
                "is_held": manifest.version in held,
                "is_damaged": _is_damaged(settings, manifest),
            }
            for manifest in kept
        ]
        rows = [asdict(manifest) | mark for manifest, mark in zip(kept, marks, strict=True)]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for manifest in kept:
        mark = "▶" if manifest == current else " "
        name = version_name(manifest.version, settings.lang)
        row = {"mark": mark, "name": name, "as_of": manifest.as_of_date, "sources": manifest.source_count}
        note = say("builds", "version_held", settings.lang) if manifest.version in held else ""
        note += say("builds", "version_on_spark", settings.lang) if manifest.engine == SPARK else ""
        note += say("builds", "version_damaged", settings.lang) if _is_damaged(settings, manifest) else ""
        typer.echo(say("builds", "version_row", settings.lang, version=manifest.version, **row) + note)


def _is_damaged(settings: Settings, kept: Manifest) -> bool:
    return publication.damage(settings, kept.version) is not None


def rollback(version: Annotated[str, typer.Argument(help="Xem / see: versions")]) -> None:
    """Công bố lại một phiên bản cũ / publish an older version again."""
    settings = Settings.from_env()
    name = version_name(version, settings.lang)
    try:
        with build_lock(settings.build_lock, account()), publication.exclusive(settings) as holder:
            if holder:
                raise BuildLockedError(holder)
            stored = stored_version(version, settings)
            if stored and missing_columns(stored):
                stop(say("builds", "rollback_other_release", settings.lang, version=name), EXIT_FAILED)
            publication.publish(settings, version)
    except publication.UnknownVersionError:
        stop(say("builds", "version_unknown", settings.lang, version=version), EXIT_USAGE)
    except publication.DamagedVersionError:
        stop(say("builds", "cannot_roll_back", settings.lang, version=name), EXIT_DAMAGED)
    except BuildLockedError as locked:
        stop_locked(locked, settings.lang)
    typer.echo(say("builds", "rolled_back", settings.lang, version=name))


def _status(settings: Settings) -> dict[str, Any]:
    registry = Registry(settings.ops_url)
    runs = registry.builds(SHOWN_RUNS)
    received = registry.received()
    accepted = {submission.submission_id for submission in received if submission.verdict == ACCEPTED}
    standing = [*check_disk(settings), *standing_conditions(settings, read_counts(settings))]
    backup = read_backup_state(settings)
    facts: dict[str, Any] = {
        "release": RELEASE,
        "conditions": [{"code": found.code, "text": found.words(settings.lang)} for found in standing],
        "backup_at": backup.done_moment if backup else None,
        "version": None,
        "damaged_version": None,
        "pending_count": len(accepted),
        "waiting_count": sum(submission.verdict == RECEIVED for submission in received),
        "runs": [asdict(run) for run in runs],
    }
    try:
        served = published(settings)
    except NothingPublished as nothing:
        if nothing.is_unreachable:
            publication.raise_unreachable(settings, nothing)
        return facts | {"damaged_version": nothing.damaged or None, "kept_version": nothing.stored or None}
    if missing_columns(served):
        return facts | {"version": served.version, "damaged_version": served.damaged or None, "needs_build": True}
    with served.reading(EVERY_ROW) as connection:
        described = connection.execute(text("select * from marts.publication")).mappings().one()
        counted = text("select submission_id from marts.fct_submission where verdict = :verdict")
        published_ids = set(connection.scalars(counted, {"verdict": ACCEPTED}))
        reporting = _reporting(connection)
    manifest = publication.manifest_of(settings, served.version)
    # A report that was returned since must be removed, so it is pending as well.
    counts = {
        "pending_count": len(accepted ^ published_ids),
        "damaged_version": served.damaged or None,
        "full_build": asdict(manifest.full_build) if manifest and manifest.full_build else None,
    }
    return facts | dict(described) | reporting | counts


def _reporting(connection: Connection) -> dict[str, Any]:
    """Return how many reports arrived for the quarter under review, and for newer quarters with any report."""
    rows = connection.execute(
        text(
            "select period_code, is_opening, reporter_count, reported_count from marts.dim_period "
            "where reported_count > 0 order by period_code"
        )
    ).all()
    reviewed = next((row for row in rows if row.is_opening), None)
    newer = [row for row in rows if reviewed and row.period_code > reviewed.period_code]
    return {
        "review_period_code": reviewed.period_code if reviewed else None,
        "reporter_count": reviewed.reporter_count if reviewed else 0,
        "reported_count": reviewed.reported_count if reviewed else 0,
        "receiving": [
            {"period": row.period_code, "reported": row.reported_count, "expected": row.reporter_count} for row in newer
        ],
    }


def _status_lines(facts: dict[str, Any], lang: str) -> list[str]:
    damaged = facts["damaged_version"] and version_name(facts["damaged_version"], lang)
    if facts["version"] is None:
        kept = facts["kept_version"]
        text_key = "damaged_alone" if damaged else "unlinked" if kept else "nothing_published"
        lines = [say("builds", text_key, lang, damaged=damaged, version=kept)]
    elif facts.get("needs_build"):
        lines = [say("builds", "status_needs_build", lang, version=version_name(facts["version"], lang))]
    else:
        age = _age(facts["built_at"], lang)
        reviewed = {
            "period": facts["review_period_code"],
            "reported": facts["reported_count"],
            "expected": facts["reporter_count"],
        }
        lines = [
            *([say("builds", "damaged_published", lang, damaged=damaged)] if damaged else []),
            say("builds", "status_version", lang, version=version_name(facts["version"], lang), age=age),
            *([say("builds", "status_sample", lang)] if facts["is_sample"] else []),
            *([full_build_line(FullBuild(**facts["full_build"]), lang)] if facts["full_build"] else []),
            *([say("builds", "status_review", lang, **reviewed)] if reviewed["period"] else []),
            *(say("builds", "status_receiving", lang, **newer) for newer in facts["receiving"]),
        ]
    lines.append(say("builds", "status_pending", lang, count=facts["pending_count"]))
    if facts["backup_at"]:
        lines.append(say("builds", "status_backup", lang, at=moment(facts["backup_at"])))
    lines += [say("builds", "status_condition", lang, text=condition["text"]) for condition in facts["conditions"]]
    if facts["waiting_count"]:
        lines.append(say("builds", "status_waiting", lang, count=facts["waiting_count"]))
    if facts["runs"]:
        lines.append(say("builds", "status_runs", lang))
    for run in facts["runs"]:
        row = {
            "version": version_moment(run["version"]),
            "outcome": say("builds", f"outcome_{run['outcome'] or 'running'}", lang),
            "seconds": round(sum(run["step_timings"].values()), 1),
            "message": run["message"] or "",
        }
        lines.append(say("builds", "status_run", lang, **row))
    return lines


def _age(built_at: datetime, lang: str) -> str:
    minutes = int((clock.now() - built_at).total_seconds() // 60)
    for unit, size in (("days", 1440), ("hours", 60)):
        if minutes >= size:
            return say("builds", unit, lang, count=minutes // size)
    return say("builds", "minutes", lang, count=minutes)
