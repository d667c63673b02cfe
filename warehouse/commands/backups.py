"""`backup`, `restore` and `verify`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from warehouse.backup import backup as backups
from warehouse.backup.backup import BackupChangedError, BackupManifest, BackupRefusedError
from warehouse.backup.integrity import Finding, Kept, NotedHead, examine
from warehouse.commands.common import EXIT_DAMAGED, EXIT_FAILED, EXIT_USAGE, Json
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
    to: Annotated[Path, typer.Option("--to", help="Thư mục mới, ngoài thư mục dữ liệu / a new folder")],
    as_json: Json = False,
) -> None:
    """Sao lưu mọi thứ không tính lại được, kể cả khi đang có người nộp / back up while people write."""
    settings = Settings.from_env()
    try:
        manifest, kept = backups.back_up(settings, to)
    except (BackupRefusedError, OSError) as error:
        _refuse(error, settings.lang)
    _report("backed_up", to, manifest, kept, settings.lang, as_json=as_json)


def restore(
    source: Annotated[Path, typer.Option("--from", help="Thư mục sao lưu / a backup's folder")],
    as_json: Json = False,
) -> None:
    """Khôi phục bản sao lưu vào thư mục dữ liệu trống / bring a backup back into an empty data folder."""
    settings = Settings.from_env()
    try:
        manifest, kept = backups.restore(settings, source)
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
        noted = backups.head_of_backup(against / backups.MANIFEST_FILE) if against else []
        kept = backups.check(folder, noted)[1] if folder else _live(settings, noted)
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
            return examine(connection, settings.landing_dir, settings.runs_dir, noted=heads, also=also)
    finally:
        registry.close()


def _of_registry(damaged: RegistryDamagedError) -> Finding:
    """Return the finding for a registry that cannot be opened."""
    if damaged.path:
        return Finding("registry_torn", {"detail": damaged.path})
    return Finding("registry_incomplete", {"missing": ", ".join(damaged.missing)})


def _report(outcome: str, path: Path, manifest: BackupManifest, kept: Kept, lang: str, *, as_json: bool) -> None:
    """Report the outcome; damage from before the backup ends the command with the exit code of damage."""
    findings = [finding.as_dict() for finding in kept.findings]
    if as_json:
        typer.echo(json.dumps({"path": str(path), "made_at": manifest.made_at, "findings": findings, **kept.numbers}))
    else:
        about = {"path": path, "made": manifest.made_at.replace("T", " "), "size": f"{manifest.size / MEGABYTE:.0f} MB"}
        typer.echo(say("keeping", outcome, lang, **about, **kept.numbers))
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
    raise typer.Exit(EXIT_DAMAGED if error.code == "registry_torn" else EXIT_USAGE)
