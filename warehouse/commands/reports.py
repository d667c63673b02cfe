"""`template`, and parts shared by several commands around reports."""

import csv
import unicodedata
from collections import deque
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from warehouse.commands.common import UsageError, intake_or_stop, with_progress
from warehouse.commands.conventions import stop
from warehouse.forms.reading.unit_history import history_at
from warehouse.forms.reading.unit_names import UnitIndex, meant_code
from warehouse.intake import Intake
from warehouse.reference import Reference, Unit
from warehouse.settings import Settings
from warehouse.storage.disk import detect_full_disk
from warehouse.text import say
from warehouse.typed_csv import rows_by_column


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("template")(template)


def template(
    period: Annotated[str, typer.Option("--period", help="2025Q2")],
    out: Annotated[Path, typer.Option("--out", help="Tệp .xlsx (--all: .zip) cần tạo / file to write")],
    unit: Annotated[str, typer.Option("--unit", help="Mã hoặc tên đơn vị / code or name")] = "",
    everybody: Annotated[
        bool, typer.Option("--all", help="Mọi đơn vị, trong một gói .zip / every unit, in a zip")
    ] = False,
) -> None:
    """Tạo mẫu trống cho một đơn vị, hoặc mọi đơn vị, và kỳ / write an empty form, or everybody's."""
    settings = Settings.from_env()
    with intake_or_stop(settings) as intake:
        try:
            if bool(unit) == everybody:
                raise UsageError(say("cli", "template_whose", settings.lang))
            write = _write_all if everybody else partial(_write_one, unit)
            with detect_full_disk():
                message = write(intake, period, out, settings.lang)
        except UsageError as error:
            stop(error)
        except OSError as error:
            stop(say("cli", "file_unreadable", settings.lang, path=out, detail=error.strerror or error))
    typer.echo(message)


def _write_one(unit: str, intake: Intake, period: str, out: Path, lang: str) -> str:
    reporter = find_reporter(intake.reference, unit, period, lang)
    if out.suffix.lower() != ".xlsx":
        raise UsageError(say("cli", "not_xlsx", lang, path=out))
    out.parent.mkdir(parents=True, exist_ok=True)
    intake.forms.write(out, reporter, period)
    return say("cli", "template_written", lang, unit=reporter.name_vi, period=period, path=out)


def _write_all(intake: Intake, period: str, out: Path, lang: str) -> str:
    """Write all forms beside `out` first, so that a half-written zip never has its name."""
    check_period(intake.reference, period, lang)
    if out.suffix.lower() != ".zip":
        raise UsageError(say("cli", "not_zip", lang, path=out))
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{out.name}.part")
    count = len(intake.form_sets.reporters(period))
    try:
        written = intake.form_sets.write_each(unfinished, period)
        deque(with_progress(written, count, say("cli", "templates_writing", lang)), maxlen=0)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    return say("cli", "templates_written", lang, count=count, period=period, path=out)


def check_period(reference: Reference, period: str, lang: str) -> None:
    """Raise UsageError for a quarter that the calendar does not have."""
    if period not in reference.periods:
        codes = list(reference.periods)
        raise UsageError(say("cli", "period_unknown", lang, period=period, first=codes[0], last=codes[-1]))


def find_reporter(reference: Reference, unit: str, period: str, lang: str) -> Unit:
    """Return the reporter of a quarter by code or strict name. Raises UsageError with suggestions."""
    check_period(reference, period, lang)
    index = UnitIndex(reference.reporters(period), reference.aliases)
    by_code = {reporter.unit_code: reporter for reporter in index.units}
    match = by_code.get(meant_code(unit, by_code)) or index.find(unit)
    if match is None:
        message = say("cli", "unit_unknown", lang, unit=unit, period=period)
        became = history_at(reference, reference.periods[period].end_date).message_params(unit, unit, index.units)
        hints = index.suggest(unit)
        if "successors" in became:
            message += " " + say("cli", "unit_ended", lang, **became)
        elif hints:
            message += " " + say("cli", "suggestions", lang, names=", ".join(hints))
        raise UsageError(message)
    return match


def read_received(path: Path, lang: str) -> dict[str, datetime]:
    """Return when each file was received, by file name in Unicode's composed form (NFC).

    Raises UsageError naming the line that cannot be read.
    """
    times = {}
    try:
        for row in (reader := rows_by_column(path)):
            try:
                name = unicodedata.normalize("NFC", row["file_name"].strip())
                times[name] = datetime.fromisoformat(row["received_at"].strip())
            except (KeyError, AttributeError, ValueError) as error:
                message = say("cli", "received_unreadable", lang, path=path, line=reader.line_num)
                raise UsageError(message) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(say("cli", "file_unreadable", lang, path=path, detail=error)) from error
    return times
