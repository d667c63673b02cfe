"""`backup`, `restore` and `verify`, of the registry and of a file that was given out."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from warehouse.backup import backup as backups
from warehouse.backup import store
from warehouse.backup.backup import BackupChangedError, BackupManifest, BackupRefusedError
from warehouse.backup.integrity import Finding, Kept, NotedHead, examine, fault_of
from warehouse.backup.state import read_backup_state
from warehouse.commands.builds import stop_locked
from warehouse.commands.common import require_installation
from warehouse.commands.conventions import EXIT_DAMAGED, EXIT_FAILED, EXIT_USAGE, Json
from warehouse.db.connection import open_database
from warehouse.errors import RegistryDamagedError, RegistryOutdatedError
from warehouse.people import AccessTrail, FileFinding, Recognised, recognise
from warehouse.pipeline.lock import BuildLockedError
from warehouse.publish.publication import current
from warehouse.publish.version_name import version_name
from warehouse.registry.store import Registry
from warehouse.settings import Settings
from warehouse.text import say

MEGABYTE = 1_000_000
NEWEST_DOWNLOADS = 5


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("verify")(verify)


def backup(
    to: Annotated[
        Path | None, typer.Option("--to", help="Thư mục giữ các bản sao lưu / the folder that keeps the backups")
    ] = None,
    drill: Annotated[
        bool, typer.Option("--drill", help="Khôi phục thử bản mới nhất rồi xóa / try out restoring the newest backup")
    ] = False,
    as_json: Json = False,
) -> None:
    """Sao lưu mọi thứ không tính lại được, kể cả khi đang có người nộp / back up while people write."""
    settings = Settings.from_env()
    if to is None and not drill:
        raise typer.BadParameter("--to | --drill")
    stored = None
    try:
        if to is not None:
            stored = store.back_up_into(settings, to)
        if drill:
            _drill(settings, to, as_json=as_json)
    except BackupChangedError as changed:
        typer.echo(say("keeping", "drill_failed", settings.lang), err=True)
        _stop(Kept({}, 0, (), tuple(changed.findings)), settings.lang, as_json=as_json)
    except BackupRefusedError as error:
        _refuse(error, settings.lang)
    if stored:
        removed = {"removed": list(stored.removed)}
        _report("backed_up", stored.path, stored.manifest, stored.kept, settings.lang, as_json=as_json, more=removed)


def _drill(settings: Settings, folder: Path | None, *, as_json: bool) -> None:
    """Try out restoring the newest backup of a folder, or of the one that the last backup went to, and report it."""
    if folder is None:
        require_installation(settings)
    state = read_backup_state(settings)
    if folder is None and state and state.done_path:
        folder = Path(state.done_path).parent
    if folder is None:
        raise BackupRefusedError("no_backup_yet")
    source, manifest, kept = store.drill(settings, folder)
    about = {"path": source, "made": manifest.made_at.replace("T", " "), **kept.numbers}
    if as_json:
        typer.echo(json.dumps({"drilled": str(source), "made_at": manifest.made_at, **kept.numbers}))
    else:
        typer.echo(say("keeping", "drilled", settings.lang, **about))


def restore(
    source: Annotated[Path, typer.Option("--from", help="Thư mục sao lưu / a backup's folder")],
    as_json: Json = False,
) -> None:
    """Khôi phục bản sao lưu vào thư mục dữ liệu trống / bring a backup back into an empty data folder."""
    settings = Settings.from_env()
    try:
        manifest, kept = backups.restore(settings, store.newest_backup(source))
    except BackupChangedError as changed:
        typer.echo(say("keeping", "not_restored", settings.lang, path=source), err=True)
        _stop(Kept({}, 0, (), tuple(changed.findings)), settings.lang, as_json=as_json)
    except BuildLockedError as locked:
        stop_locked(locked, settings.lang)
    except BackupRefusedError as error:
        _refuse(error, settings.lang)
    more = {"next_command": _command_after_restoring(settings)}
    _report("restored", settings.data_dir, manifest, kept, settings.lang, as_json=as_json, more=more)


def _command_after_restoring(settings: Settings) -> str:
    """Return the command that publishes the figures of what was restored."""
    try:
        open_database(settings.ops_url).dispose()
    except RegistryOutdatedError:
        return "upgrade"
    return "build"


def verify(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Tệp cần xác nhận / a file to recognise")] = None,
    folder: Annotated[Path | None, typer.Option("--backup", help="Kiểm tra một bản sao lưu / check a backup")] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="So nhật ký truy cập với một bản sao lưu / compare the trail with a backup's"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Đối chiếu sổ đăng ký với bản gốc, hoặc xác nhận một tệp đã tải / hold the registry against the originals, or
    recognise a file that was given out."""
    settings = Settings.from_env()
    if file is not None and (folder or against):
        raise typer.BadParameter("FILE | --backup | --against")
    if folder is None:
        require_installation(settings)
    if file is not None:
        _verify_file(settings, file, as_json=as_json)
        return
    try:
        noted = backups.head_of_backup(store.newest_backup(against) / backups.MANIFEST_FILE) if against else []
        kept = backups.check(store.newest_backup(folder), noted)[1] if folder else _live(settings, noted)
    except BackupChangedError as changed:
        kept = Kept({}, 0, (), tuple(changed.findings))
    if kept.findings:
        _stop(kept, settings.lang, as_json=as_json)
    if as_json:
        typer.echo(json.dumps({"findings": [], **kept.numbers}))
    else:
        typer.echo(say("keeping", "verified", settings.lang, **kept.numbers))


def _verify_file(settings: Settings, path: Path, *, as_json: bool) -> None:
    """Report whether this installation gave a file out; if not as it is, end with the exit code of damage."""
    try:
        finding = recognise(AccessTrail.open(settings).engine, path)
    except OSError as error:
        typer.echo(say("cli", "file_unreadable", settings.lang, path=path, detail=error.strerror or error), err=True)
        raise typer.Exit(EXIT_USAGE) from error
    is_given = finding.recognised is Recognised.GIVEN
    if as_json:
        downloads = [
            {"at": event.event_at.isoformat(), "person": event.person, "what": event.about["what"]}
            for event in finding.events
        ]
        facts = {"result": finding.recognised.value, "sha256": finding.sha256, "version": finding.version}
        typer.echo(json.dumps(facts | {"added_bytes": finding.added_bytes, "downloads": downloads}, ensure_ascii=False))
    else:
        _report_file(finding, path, settings.lang)
    if not is_given:
        raise typer.Exit(EXIT_DAMAGED)


def _report_file(finding: FileFinding, path: Path, lang: str) -> None:
    facts = {
        "path": path,
        "sha256": finding.sha256,
        "name": version_name(finding.version, lang),
        "added": finding.added_bytes,
        "count": len(finding.events),
    }
    typer.echo(say("keeping", f"recognised_{finding.recognised}", lang, **facts))
    for event in finding.events[-NEWEST_DOWNLOADS:]:
        person = event.person or say("keeping", "recognised_nobody", lang)
        at = f"{event.event_at:%d/%m/%Y %H:%M:%S}"
        typer.echo(say("keeping", "recognised_download", lang, at=at, person=person, what=event.about["what"]))


def _live(settings: Settings, noted: Sequence[NotedHead]) -> Kept:
    published = current(settings)
    heads = [*noted, *backups.noted_heads(settings)]
    try:
        registry = Registry(settings.ops_url)
    except RegistryDamagedError as damaged:
        return Kept({}, 0, (), (_of_registry(damaged),))
    try:
        with registry.engine.connect() as connection:
            also = [published.version] if published else []
            return examine(connection, settings.landing_dir, fault_of(settings), noted=heads, also=also)
    finally:
        registry.close()


def _of_registry(damaged: RegistryDamagedError) -> Finding:
    """Return the finding for a registry that cannot be opened."""
    if damaged.path:
        return Finding("registry_torn", {"detail": damaged.path})
    return Finding("registry_incomplete", {"missing": ", ".join(damaged.missing)})


def _report(
    outcome: str,
    path: Path,
    manifest: BackupManifest,
    kept: Kept,
    lang: str,
    *,
    as_json: bool,
    more: Mapping[str, Any],
) -> None:
    """Report the outcome and `more` of it; damage from before the backup ends the command with the exit code of
    damage."""
    findings = [finding.as_dict() for finding in kept.findings]
    if as_json:
        facts = {"path": str(path), "made_at": manifest.made_at, "findings": findings, **kept.numbers}
        typer.echo(json.dumps(facts | dict(more)))
    else:
        about = {"path": path, "made": manifest.made_at.replace("T", " "), "size": f"{manifest.size / MEGABYTE:.0f} MB"}
        typer.echo(say("keeping", outcome, lang, **about, **kept.numbers, **more))
        if more.get("removed"):
            typer.echo(say("keeping", "removed", lang, count=len(more["removed"])))
    if findings:
        if not as_json:
            typer.echo(say("keeping", f"{outcome}_damaged", lang), err=True)
            _list(kept, lang)
        raise typer.Exit(EXIT_DAMAGED)


def _stop(kept: Kept, lang: str, *, as_json: bool) -> NoReturn:
    if as_json:
        typer.echo(json.dumps({"findings": [finding.as_dict() for finding in kept.findings]}, ensure_ascii=False))
    else:
        typer.echo(say("keeping", "found", lang, count=len(kept.findings)), err=True)
        _list(kept, lang)
    raise typer.Exit(EXIT_DAMAGED)


def _list(kept: Kept, lang: str) -> None:
    for finding in kept.findings:
        typer.echo(say("keeping", "finding", lang, said=finding.words(lang)), err=True)


def _refuse(error: BackupRefusedError, lang: str) -> NoReturn:
    typer.echo(say("keeping", error.code, lang, **error.params), err=True)
    raise typer.Exit(code_of_refused(error))


def code_of_refused(error: BackupRefusedError) -> int:
    """Return the exit code of a command whose backup was refused."""
    return {"registry_torn": EXIT_DAMAGED, "registry_not_writable": EXIT_FAILED}.get(error.code, EXIT_USAGE)
