"""`accept`, `return`, `lock` and `unlock`: decisions of the department."""

import json
from typing import Annotated

import typer

from warehouse.commands.common import actor, intake_of_installation
from warehouse.commands.conventions import By, Json
from warehouse.intake import Received
from warehouse.settings import Settings
from warehouse.text import say

Reason = Annotated[str, typer.Option("--reason", help="Lý do / why")]
PeriodCode = Annotated[str, typer.Argument(metavar="PERIOD", help="2025Q2")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("accept")(accept)
    app.command("return")(give_back)
    app.command("lock")(lock)
    app.command("unlock")(unlock)


def accept(
    ids: Annotated[list[int], typer.Argument(metavar="ID…", help="Xem / see: reports, history")],
    by: By = "",
    note: Annotated[str, typer.Option("--note", help="Ghi chú / note")] = "",
    as_json: Json = False,
) -> None:
    """Chấp nhận báo cáo đang chờ, đưa vào tính / let reports count."""
    settings = Settings.from_env()
    with intake_of_installation(settings) as intake:
        decided = [intake.decisions.accept(submission_id, actor(by), note) for submission_id in ids]
    _report(decided, settings.lang, as_json)


def give_back(
    submission_id: Annotated[int, typer.Argument(metavar="ID", help="Xem / see: reports, history")],
    reason: Reason,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Trả lại báo cáo, kèm lý do / return a report with a reason."""
    settings = Settings.from_env()
    with intake_of_installation(settings) as intake:
        decided = [intake.decisions.give_back(submission_id, actor(by), reason)]
    _report(decided, settings.lang, as_json)


def lock(period: PeriodCode, by: By = "", reason: Reason = "") -> None:
    """Khóa một kỳ: báo cáo đến sau phải kèm lý do / close a quarter."""
    settings = Settings.from_env()
    with intake_of_installation(settings) as intake:
        intake.decisions.lock(period, actor(by), reason)
    typer.echo(say("cli", "period_locked", settings.lang, period=period))


def unlock(period: PeriodCode, reason: Reason, by: By = "") -> None:
    """Mở khóa một kỳ, kèm lý do / open a closed quarter."""
    settings = Settings.from_env()
    with intake_of_installation(settings) as intake:
        intake.decisions.unlock(period, actor(by), reason)
    typer.echo(say("cli", "period_unlocked", settings.lang, period=period))


def _report(decided: list[Received], lang: str, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "submission_id": report.submission.submission_id,
                "reporter_code": report.submission.reporter_code,
                "period_code": report.submission.period_code,
                "version": report.submission.version,
                "state": report.state,
                "decided_by": report.decided_by,
            }
            for report in decided
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for report in decided:
        row = report.submission
        facts = {"id": row.submission_id, "unit": row.reporter_code, "period": row.period_code, "version": row.version}
        typer.echo(say("cli", f"decided_{report.state}", lang, **facts))
    typer.echo(say("cli", "build_next", lang))
