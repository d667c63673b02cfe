"""`backup`, `restore` and `verify`."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from warehouse.backup import backup as backups
from warehouse.backup import store
from warehouse.backup.backup import BackupChangedError, BackupManifest, BackupRefusedError
from warehouse.backup.integrity import Finding, Kept, NotedHead, examine, fault_of
from warehouse.backup.state import read_backup_state
from warehouse.commands.conventions import EXIT_DAMAGED, EXIT_FAILED, EXIT_USAGE, Json
from warehouse.errors import RegistryDamagedError
from warehouse.publish.publication import current
from warehouse.registry.store import Registry
from warehouse.settings import Settings
from warehouse.text import say

MEGABYTE = 1_000_000


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
    except (BackupRefusedError, OSError) as error:
        _refuse(error, settings.lang)
    if stored:
        removed = {"removed": list(stored.removed)}
        _report("backed_up", stored.path, stored.manifest, stored.kept, settings.lang, as_json=as_json, more=removed)


def _drill(settings: Settings, folder: Path | None, *, as_json: bool) -> None:
    """Try out restoring the newest backup of a folder, or of the one that the last backup went to, and report it."""
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
    except (BackupRefusedError, OSError) as error:
        _refuse(error, settings.lang)
    _report("restored", settings.data_dir, manifest, kept, settings.lang, as_json=as_json)


def verify(
    folder: Annotated[Path | None, typer.Option("--backup", help="Kiểm tra một bản sao lưu / check a backup")] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="So nhật ký truy cập với một bản sao lưu / compare the trail with a backup's"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Đối chiếu sổ đăng ký với bản gốc / hold the registry against the originals."""
    settings = Settings.from_env()
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
    more: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Report the outcome; damage from before the backup ends the command with the exit code of damage."""
    findings = [finding.as_dict() for finding in kept.findings]
    if as_json:
        facts = {"path": str(path), "made_at": manifest.made_at, "findings": findings, **kept.numbers}
        typer.echo(json.dumps(facts | dict(more or {})))
    else:
        about = {"path": path, "made": manifest.made_at.replace("T", " "), "size": f"{manifest.size / MEGABYTE:.0f} MB"}
        typer.echo(say("keeping", outcome, lang, **about, **kept.numbers))
        if more and more["removed"]:
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


def _refuse(error: BackupRefusedError | OSError, lang: str) -> NoReturn:
    if isinstance(error, OSError):
        typer.echo(say("keeping", "disk_failed", lang, detail=error), err=True)
        raise typer.Exit(EXIT_FAILED)
    typer.echo(say("keeping", error.code, lang, **error.params), err=True)
    codes = {"registry_torn": EXIT_DAMAGED, "registry_not_writable": EXIT_FAILED}
    raise typer.Exit(codes.get(error.code, EXIT_USAGE))
