"""`upgrade`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from warehouse.backup.backup import BackupChangedError, BackupRefusedError
from warehouse.backup.server_image import is_folder
from warehouse.commands.backups import code_of_refused
from warehouse.commands.builds import report_build, stop_locked
from warehouse.commands.conventions import (
    EXIT_CHECKS_FAILED,
    EXIT_DAMAGED,
    EXIT_DISK_FULL,
    EXIT_FAILED,
    EXIT_USAGE,
    Json,
    account,
)
from warehouse.db.connection import RegistryBusyError
from warehouse.errors import BuildError, MigrationFailedError, PlanRefusedError
from warehouse.packs.check import check_plan_in_force
from warehouse.pipeline.lock import BuildLockedError
from warehouse.pipeline.progress import progress_for
from warehouse.pipeline.state import reason_of
from warehouse.publish.version_name import version_name
from warehouse.settings import RELEASE, Settings
from warehouse.storage.disk import is_out_of_space
from warehouse.text import say
from warehouse.upgrade.upgrade import (
    UpgradeFailedError,
    UpgradePlan,
    UpgradeResult,
    build_server,
    default_backup,
    migrate_server,
    plan_upgrade,
)
from warehouse.upgrade.upgrade import upgrade as carry_out


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("upgrade")(upgrade)


def upgrade(
    check: Annotated[bool, typer.Option("--check", help="Chỉ nói việc cần làm / only say what is to be done")] = False,
    backup_to: Annotated[
        Path | None, typer.Option("--backup-to", help="Thư mục giữ các bản sao lưu / the folder that keeps the backups")
    ] = None,
    without_backup: Annotated[
        bool,
        typer.Option("--without-backup", help="Sổ đăng ký ở máy chủ đã được sao lưu / the server's own backup exists"),
    ] = False,
    as_json: Json = False,
) -> None:
    """Nâng dữ liệu lên bản này: sao lưu, chuyển đổi, tính lại, kiểm tra, hoặc không đổi gì / upgrade the data."""
    settings = Settings.from_env()
    plan = plan_upgrade(settings)
    is_file = is_folder(settings)
    if check or not plan.is_needed:
        _report_plan(plan, settings, is_file=is_file, as_json=as_json)
        _refuse_mistakes(plan, settings)
        return
    if not is_file and not without_backup:
        _stop("upgrade_other_database", settings, EXIT_USAGE)
    _refuse_mistakes(plan, settings)
    progress, by, is_migrated = progress_for(settings.lang), account(), False
    try:
        if is_file:
            result = carry_out(settings, backup_to, by, progress)
        else:
            migrate_server(settings, by)
            is_migrated = plan.needs_migration
            version = build_server(settings, by, progress) if plan.needs_build else ""
            result = UpgradeResult(plan, None, version)
    except UpgradeFailedError as failed:
        _explain(failed, settings, is_migrated=is_migrated)
    except BuildLockedError as locked:
        stop_locked(locked, settings.lang)
    except (BackupRefusedError, BackupChangedError, BuildError, PlanRefusedError, MigrationFailedError) as error:
        _refuse(error, settings, is_migrated=is_migrated)
    except (RegistryBusyError, OSError) as error:
        code = EXIT_DISK_FULL if is_out_of_space(error) else EXIT_FAILED
        _stop(_failed(is_migrated=is_migrated), settings, code, detail=reason_of(error, settings.lang))
    finally:
        progress.close()
    _report_result(result, settings, as_json=as_json)


def _refuse_mistakes(plan: UpgradePlan, settings: Settings) -> None:
    """Stop before anything is backed up or migrated if figures have to be computed by a plan with mistakes."""
    try:
        if plan.needs_build:
            check_plan_in_force(settings)
    except PlanRefusedError as refused:
        _refuse(refused, settings, is_migrated=False)


def _report_plan(plan: UpgradePlan, settings: Settings, *, is_file: bool, as_json: bool) -> None:
    steps = [step for step, is_needed in (("migrate", plan.needs_migration), ("build", plan.needs_build)) if is_needed]
    if as_json:
        facts = {"release": RELEASE, "is_needed": plan.is_needed, "steps": steps, **asdict(plan)}
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    if not steps:
        typer.echo(say("upgrade", "nothing_to_do", settings.lang, release=RELEASE))
    for step in steps:
        typer.echo(say("upgrade", f"to_{step}", settings.lang, release=RELEASE))
    if steps and is_file:
        typer.echo(say("upgrade", "to_back_up", settings.lang, path=default_backup(settings)))
    elif steps:
        typer.echo(say("upgrade", "upgrade_other_database", settings.lang))


def _report_result(result: UpgradeResult, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        backup = str(result.backup) if result.backup else None
        typer.echo(json.dumps({"release": RELEASE, "version": result.version or None, "backup": backup}))
        return
    typer.echo(say("upgrade", "upgraded", settings.lang, release=RELEASE))
    if result.version:
        version = version_name(result.version, settings.lang)
        typer.echo(say("upgrade", "published", settings.lang, version=version))
    if result.backup:
        typer.echo(say("upgrade", "backed_up", settings.lang, path=result.backup))


def _explain(failed: UpgradeFailedError, settings: Settings, *, is_migrated: bool) -> NoReturn:
    """Print why checks or verification failed."""
    if failed.result:
        report_build(failed.result, settings.lang)
        _stop("migrated_checks_failed" if is_migrated else "checks_failed", settings, EXIT_CHECKS_FAILED)
    for finding in failed.findings:
        typer.echo(say("keeping", "finding", settings.lang, said=finding.words(settings.lang)), err=True)
    _stop("not_verified", settings, EXIT_DAMAGED)


def _refuse(
    error: BackupRefusedError | BackupChangedError | BuildError | PlanRefusedError | MigrationFailedError,
    settings: Settings,
    *,
    is_migrated: bool,
) -> NoReturn:
    lang, code = settings.lang, EXIT_FAILED
    if isinstance(error, BackupRefusedError):
        detail, code = say("keeping", error.code, lang, **error.params), code_of_refused(error)
    elif isinstance(error, BackupChangedError):
        detail, code = "; ".join(finding.words(lang) for finding in error.findings), EXIT_DAMAGED
    elif isinstance(error, MigrationFailedError):
        detail = say("upgrade", "rows_would_change", lang, tables=", ".join(error.tables))
    else:
        detail = error.words(lang)
        is_plan, is_full = isinstance(error, PlanRefusedError), is_out_of_space(error)
        code = EXIT_CHECKS_FAILED if is_plan else EXIT_DISK_FULL if is_full else EXIT_FAILED
    _stop(_failed(is_migrated=is_migrated), settings, code, detail=detail)


def _failed(*, is_migrated: bool) -> str:
    """Return the key of the text for an upgrade that ended, on a server with its registry migrated or not."""
    return "migrated_only" if is_migrated else "upgrade_failed"


def _stop(key: str, settings: Settings, code: int, **params: object) -> NoReturn:
    typer.echo(say("upgrade", key, settings.lang, **params), err=True)
    raise typer.Exit(code)
