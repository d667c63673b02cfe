"""`original` and `audit`: a report as it arrived, and its events."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from warehouse.commands.common import intake_of_installation
from warehouse.commands.conventions import Json, stop
from warehouse.commands.reports import check_period
from warehouse.settings import Settings
from warehouse.storage.disk import detect_full_disk, write_whole
from warehouse.text import say


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("original")(original)
    app.command("audit")(audit)


def original(
    submission_id: Annotated[int, typer.Argument(metavar="ID", help="Xem / see: history")],
    out: Annotated[Path, typer.Option("--out", help="Tệp cần ghi / file to write")],
) -> None:
    """Lấy lại tệp đúng như đơn vị đã nộp / the file exactly as it came."""
    settings = Settings.from_env()
    with intake_of_installation(settings) as intake:
        name, content = intake.ledger.original(submission_id)
    try:
        with detect_full_disk():
            out.parent.mkdir(parents=True, exist_ok=True)
            write_whole(out, content)
    except OSError as error:
        stop(say("cli", "file_unreadable", settings.lang, path=out, detail=error.strerror or error))
    typer.echo(say("cli", "original_written", settings.lang, file=name, path=out))


def audit(
    submission_id: Annotated[int | None, typer.Option("--id", help="Một báo cáo / one report")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Một kỳ / one quarter")] = None,
    as_json: Json = False,
) -> None:
    """Ai đã làm gì, khi nào, trước và sau thế nào / who did what when."""
    settings = Settings.from_env()
    with intake_of_installation(settings) as intake:
        if period:
            check_period(intake.reference, period, settings.lang)
        events = intake.ledger.audit(submission_id, period, limit=None)
    if as_json:
        typer.echo(json.dumps([asdict(event) for event in events], ensure_ascii=False, default=str))
        return
    if not events:
        typer.echo(say("cli", "audit_nothing", settings.lang))
    for event in events:
        about = [str(part) for part in (event.reporter_code, event.period_code, event.submission_id) if part]
        facts = {
            "at": f"{event.event_at:%d/%m/%Y %H:%M:%S}",
            "by": event.event_by,
            "kind": say("intake", f"kind_{event.kind}", settings.lang),
            "about": " · ".join(about),
            "before": _state(event.before, settings.lang),
            "after": _state(event.after, settings.lang),
            "reason": event.reason or "",
        }
        typer.echo(say("cli", "audit_row", settings.lang, **facts))


def _state(values: Mapping[str, Any], lang: str) -> str:
    """Return the state before or after an event: the report's state, or whether the quarter was closed."""
    if "state" in values:
        return say("intake", f"state_{values['state']}", lang)
    if "is_locked" in values:
        return say("intake", "state_locked" if values["is_locked"] else "state_open", lang)
    return "–"
