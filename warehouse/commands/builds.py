"""`build`, and how commands report a build."""

import json
from dataclasses import asdict
from typing import Annotated, Any, NoReturn

import typer
from sqlalchemy.exc import OperationalError

from warehouse.commands.conventions import (
    EXIT_CHECKS_FAILED,
    EXIT_DISK_FULL,
    EXIT_FAILED,
    EXIT_LOCKED,
    EXIT_USAGE,
    FlagsCommand,
    Json,
    account,
    stop,
)
from warehouse.db.connection import RegistryBusyError, is_busy
from warehouse.errors import BuildError, PlanRefusedError
from warehouse.pipeline import pipeline
from warehouse.pipeline.lock import BuildLockedError
from warehouse.pipeline.progress import progress_for
from warehouse.pipeline.state import error_texts
from warehouse.publish.version_name import version_name
from warehouse.publish.versions import DUCKDB, POSTGRES, SPARK, FullBuild
from warehouse.settings import Settings
from warehouse.storage.disk import DiskFullError, is_out_of_space
from warehouse.text import say

SHOWN_UNITS = 10


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("build", cls=FlagsCommand)(build)


def build(
    target: Annotated[
        str,
        typer.Option(
            help="spark: tính trên Apache Spark / compute on Apache Spark; duckdb | postgres: từ chối nếu "
            "KPI_WAREHOUSE_URL chỉ nơi khác / refuse another place"
        ),
    ] = "",
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Đọc lại mọi báo cáo gốc")] = False,
    as_json: Json = False,
) -> None:
    """Tính lại số liệu từ báo cáo đã chấp nhận và công bố / compute the figures anew and publish them."""
    settings = Settings.from_env()
    engine = DUCKDB if settings.is_embedded else POSTGRES
    possible = (DUCKDB, SPARK) if settings.is_embedded else (POSTGRES,)
    if target not in ("", *possible):
        stop(say("builds", "target_other", settings.lang, target=target, engine=engine), EXIT_USAGE)
    run_build(settings, full_refresh=full_refresh, on_spark=target == SPARK, as_json=as_json)


def run_build(
    settings: Settings, *, full_refresh: bool = False, on_spark: bool = False, as_json: bool = False, by: str = ""
) -> pipeline.BuildResult:
    """Build, report the outcome, and return the result. Raises typer.Exit with the command's codes."""
    progress = progress_for(settings.lang)
    try:
        result = pipeline.build(
            settings, by=by or account(), full_refresh=full_refresh, on_spark=on_spark, progress=progress
        )
    except BuildLockedError as locked:
        stop_locked(locked, settings.lang)
    except PlanRefusedError as refused:
        stop(f"{refused.words(settings.lang)}\n{say('plan', 'not_built', settings.lang)}", EXIT_CHECKS_FAILED)
    except BuildError as error:
        text = say("builds", "build_error", settings.lang, error=error.words(settings.lang))
        stop(text, EXIT_DISK_FULL if is_out_of_space(error) else EXIT_FAILED)
    except (DiskFullError, OSError) as error:
        stop(error_texts(error)[settings.lang], EXIT_DISK_FULL if is_out_of_space(error) else EXIT_FAILED)
    except (OperationalError, RegistryBusyError) as error:
        if not is_busy(error):
            raise
        stop(error_texts(error)[settings.lang], EXIT_FAILED)
    finally:
        progress.close()
    if as_json:
        typer.echo(json.dumps(asdict(result), ensure_ascii=False))
    else:
        report_build(result, settings.lang)
    if result.outcome == pipeline.CHECKS_FAILED:
        raise typer.Exit(EXIT_CHECKS_FAILED)
    if result.outcome == pipeline.PUBLISHED:
        # Imported here, because an unchanged build takes less time than these imports and those of `status`.
        from warehouse.digest import request_digests  # noqa: PLC0415

        request_digests(settings)
    return result


def stop_locked(locked: BuildLockedError, lang: str) -> NoReturn:
    """Print who is building, and end the command."""
    holder = {"by": "?", "process": "?", "host": "?", "since": "?"} | locked.holder
    stop(say("builds", "locked", lang, **holder), EXIT_LOCKED)


def report_build(result: pipeline.BuildResult, lang: str) -> None:
    """Print the outcome of a build with its failures."""
    facts: dict[str, Any] = {
        "version": version_name(result.version, lang),
        "seconds": round(sum(result.step_timings.values()), 1),
        "warnings": result.warning_count,
        "count": len(result.failures),
    }
    if result.damaged:
        typer.echo(say("builds", "damaged_rebuilt", lang, damaged=version_name(result.damaged, lang)), err=True)
    typer.echo(say("builds", result.outcome, lang, **facts))
    if result.not_sure:
        typer.echo(say("builds", "not_sure", lang, reason=result.not_sure))
    elif result.models == pipeline.INCREMENT:
        typer.echo(say("builds", "increment", lang))
    elif result.models and result.why_in_full:
        typer.echo(say("builds", result.why_in_full, lang))
    elif result.full_build and result.full_build.compared_with:
        typer.echo(full_build_line(result.full_build, lang))
    for failure in result.failures:
        row = {"check": failure.check_code, "count": failure.unexpected_count or "", "detail": failure.detail}
        typer.echo(say("builds", "failure", lang, **row), err=True)
        for unit in failure.failing_units[:SHOWN_UNITS]:
            typer.echo(say("builds", "failure_unit", lang, **unit), err=True)
    if result.failures:
        typer.echo(say("builds", "mend", lang), err=True)


def full_build_line(full: FullBuild, lang: str) -> str:
    """Return how the newest full build compares with the increments before it."""
    name = version_name(full.version, lang)
    if full.differing:
        return say("builds", "full_differs", lang, version=name, tables=", ".join(full.differing))
    if not full.compared_with:
        return say("builds", "full_not_compared", lang, version=name)
    return say("builds", "full_equal", lang, version=name, count=full.table_count)
