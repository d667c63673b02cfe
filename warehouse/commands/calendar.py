"""`reports` and `history`: who reported for a quarter, and every version of one report."""

import json
from typing import Annotated, Any

import typer

from warehouse import clock
from warehouse.commands.common import intake_of_installation
from warehouse.commands.conventions import Json, stop
from warehouse.commands.reports import check_period, find_reporter
from warehouse.commands.submissions import change_line
from warehouse.intake import Intake, Received
from warehouse.intake.calendar import CALENDAR_STATES, ReporterQuarter
from warehouse.settings import Settings
from warehouse.text import say

OVERDUE, CORRECTED = "overdue", "corrected"
FILTERS = (*CALENDAR_STATES, OVERDUE, CORRECTED)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("reports")(reports)
    app.command("history")(history)


def reports(
    period: Annotated[str, typer.Option("--period", help="2025Q2; mặc định: kỳ gần nhất đã hết hạn nộp")] = "",
    state: Annotated[str, typer.Option("--state", help=" | ".join(FILTERS))] = "",
    as_json: Json = False,
) -> None:
    """Ai đã nộp, muộn, còn thiếu, đang chờ, bị trả lại / who reported, and who did not."""
    settings = Settings.from_env()
    lang = settings.lang
    with intake_of_installation(settings) as intake:
        code = period or _last_due(intake, settings)
        check_period(intake.reference, code, lang)
        if state and state not in FILTERS:
            stop(say("cli", "state_unknown", lang, state=state, states=", ".join(FILTERS)))
        rows = [row for row in intake.ledger.calendar(code) if not state or _is(row, state)]
        is_locked = code in intake.ledger.locks()
    if as_json:
        typer.echo(json.dumps([_as_dict(row) for row in rows], ensure_ascii=False, default=str))
        return
    due = f"{intake.reference.periods[code].due_date:%d/%m/%Y}"
    typer.echo(say("cli", "reports_head", lang, period=code, due=due, count=len(rows)))
    if is_locked:
        typer.echo(say("cli", "quarter_locked", lang, period=code))
    for row in rows:
        typer.echo(_line(row, lang))


def history(
    unit: Annotated[str, typer.Option("--unit", help="Mã hoặc tên đơn vị / code or name")],
    period: Annotated[str, typer.Option("--period", help="2025Q2")],
    diff: Annotated[bool, typer.Option("--diff", help="Từng ô thay đổi / cell by cell")] = False,
    as_json: Json = False,
) -> None:
    """Các lần nộp của một báo cáo, ai quyết định, khác nhau ở đâu / every version of a report."""
    settings = Settings.from_env()
    lang = settings.lang
    with intake_of_installation(settings) as intake:
        reporter = find_reporter(intake.reference, unit, period, lang)
        reports_received = intake.ledger.submissions(reporter.unit_code, period)
        changes = {
            report.submission.submission_id: intake.ledger.difference(report.submission.submission_id)
            for report in reports_received
            if report.submission.version is not None
        }
    if as_json:
        facts = [
            _version(report)
            | {"changes": [change.as_dict() for change in changes.get(report.submission.submission_id, ())]}
            for report in reports_received
        ]
        typer.echo(json.dumps(facts, ensure_ascii=False, default=str))
        return
    typer.echo(say("cli", "history_head", lang, unit=reporter.name_vi, period=period, count=len(reports_received)))
    for report in reports_received:
        cell_changes = changes.get(report.submission.submission_id, ())
        typer.echo(say("cli", "history_row", lang, **_row_texts(report, lang), changes=len(cell_changes)))
        for text, name in ((report.note, "history_note"), (report.reason, "history_reason")):
            if text:
                typer.echo(say("cli", name, lang, text=text))
        for change in cell_changes if diff else ():
            typer.echo(change_line(change, lang))


def _last_due(intake: Intake, settings: Settings) -> str:
    today = settings.as_of(clock.now().date())
    periods = intake.reference.periods.values()
    past = [period.period_code for period in periods if period.due_date < today]
    return past[-1] if past else next(iter(intake.reference.periods))


def _is(row: ReporterQuarter, state: str) -> bool:
    if state == OVERDUE:
        return row.is_overdue
    if state == CORRECTED:
        return row.is_corrected
    return row.state == state or (state == "waiting" and bool(row.waiting))


def _line(row: ReporterQuarter, lang: str) -> str:
    facts = {"code": row.reporter.unit_code, "unit": row.reporter.name_vi, "days": row.days_late}
    parts = [say("cli", f"reports_{row.state}", lang, **facts)]
    if row.counting:
        parts.append(say("cli", "reports_version", lang, version=row.counting.submission.version))
    if row.waiting:
        ids = ", ".join(str(report.submission.submission_id) for report in row.waiting)
        since = min(report.submission.received_at for report in row.waiting)
        parts.append(say("cli", "reports_ids", lang, ids=ids, since=f"{since:%d/%m/%Y}"))
    if row.is_corrected:
        parts.append(say("cli", "reports_corrected", lang, count=row.version_count))
    if row.is_overdue:
        parts.append(say("cli", "reports_overdue", lang, **facts))
    return say("cli", "reports_row", lang, **facts, said="; ".join(parts))


def _as_dict(row: ReporterQuarter) -> dict[str, Any]:
    return {
        "reporter_code": row.reporter.unit_code,
        "reporter_name": row.reporter.name_vi,
        "period_code": row.period_code,
        "due_date": row.due_date,
        "state": row.state,
        "version": row.counting.submission.version if row.counting else None,
        "received_at": row.counting.submission.received_at if row.counting else None,
        "waiting": [report.submission.submission_id for report in row.waiting],
        "waiting_since": min((report.submission.received_at for report in row.waiting), default=None),
        "version_count": row.version_count,
        "is_corrected": row.is_corrected,
        "is_overdue": row.is_overdue,
        "days_late": row.days_late,
    }


def _version(report: Received) -> dict[str, Any]:
    row = report.submission
    return {
        "submission_id": row.submission_id,
        "version": row.version,
        "state": report.state,
        "file_name": row.file_name,
        "received_at": row.received_at,
        "submitted_by": row.submitted_by,
        "decided_at": report.decided_at,
        "decided_by": report.decided_by,
        "note": report.note,
        "reason": report.reason,
    }


def _row_texts(report: Received, lang: str) -> dict[str, Any]:
    row = report.submission
    return {
        "id": row.submission_id,
        "version": row.version or "–",
        "state": say("intake", f"state_{report.state}", lang),
        "received": f"{row.received_at:%d/%m/%Y %H:%M}",
        "sender": row.submitted_by,
        "decider": report.decided_by or "–",
    }
