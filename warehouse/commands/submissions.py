"""`submit`: check reports, one or many, and land them or list the reasons against them."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from warehouse import clock
from warehouse.commands.common import UsageError, actor, intake_or_stop
from warehouse.commands.conventions import EXIT_REJECTED, By, Json, stop
from warehouse.commands.reports import read_received
from warehouse.forms.problems import Problem
from warehouse.intake import (
    ACCEPTED,
    HELD,
    KNOWN,
    NEEDS_NOTE,
    NO_REPORT,
    RECEIVED,
    REJECTED,
    RETURNED,
    Assessment,
    CellChange,
    Intake,
    LeftOut,
    Lot,
    Parcel,
    ReadAhead,
    Receipt,
    Way,
)
from warehouse.settings import Settings
from warehouse.storage.disk import DiskFullError, write_whole
from warehouse.storage.landing import content_hash
from warehouse.text import say

CAN_LAND, LEFT_OUT = "can_land", "left_out"
# Outcomes that keep a report from counting until a user acts.
STOPPED = (REJECTED, NEEDS_NOTE, HELD, LEFT_OUT, f"already_{RETURNED}")
# The order in which a summary counts.
OUTCOMES = (
    *(ACCEPTED, RECEIVED, CAN_LAND, NEEDS_NOTE, HELD, REJECTED, f"already_{ACCEPTED}", f"already_{RECEIVED}"),
    *(f"already_{RETURNED}", LEFT_OUT, NO_REPORT),
)
SHOWN_CHANGES, SHOWN_REMARKS = 20, 5
# So many files are read together: more take more memory, and the first answers come later.
AHEAD = 25


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("submit")(submit)


def submit(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Báo cáo, gói .zip, thư mục / reports, zips of them, folders")
    ],
    check: Annotated[bool, typer.Option("--check", help="Chỉ kiểm tra, không nộp / only check")] = False,
    note: Annotated[str, typer.Option("--note", help="Giải trình điều được hỏi / why it is as it is")] = "",
    hold: Annotated[bool, typer.Option("--hold", help="Chờ xem xét, chưa nhận ngay / wait for a decision")] = False,
    marked: Annotated[
        Path | None, typer.Option("--marked", help="Thư mục nhận bản đánh dấu / folder for marked copies")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Hồ sơ các kỳ cũ, không tính trễ / past records, never judged as late")
    ] = False,
    by: By = "",
    received: Annotated[
        Path | None, typer.Option("--received", help="CSV file_name,received_at: ngày nhận / when each was received")
    ] = None,
    as_json: Json = False,
) -> None:
    """Kiểm tra và nộp báo cáo; in mọi lý do nếu bị từ chối / check and land reports."""
    settings = Settings.from_env()
    with intake_or_stop(settings) as intake:
        try:
            times = read_received(received, settings.lang) if received else {}
            missing = [path for path in files if not path.exists()]
            if missing:
                raise UsageError(say("cli", "file_missing", settings.lang, path=missing[0]))
            submitter = _Submitter(intake, settings.lang, actor(by), note, check, hold, marked, history)
            answers = list(submitter.take_all(files, times, quiet=as_json))
        except UsageError as error:
            stop(error)
    if as_json:
        typer.echo(json.dumps(answers, ensure_ascii=False))
    elif len(answers) > 1:
        typer.echo(summary(answers, settings.lang))
    if any(answer["outcome"] in STOPPED for answer in answers):
        raise typer.Exit(EXIT_REJECTED)


@dataclass(frozen=True)
class _Arrived:
    """A report among those submitted: its file and content, when it was received, None for now, and its way."""

    parcel: Parcel
    data: bytes
    received_at: datetime | None
    way: Way

    @property
    def received_on(self) -> date:
        """Return the day of receipt."""
        return (clock.to_office_time(self.received_at) if self.received_at else clock.now()).date()


class _Submitter:
    """Submits one file after the other with the command's options."""

    def __init__(  # noqa: PLR0913, PLR0917 - one parameter an option
        self,
        intake: Intake,
        lang: str,
        by: str,
        note: str,
        check: bool,
        hold: bool,
        marked: Path | None,
        history: bool,
    ) -> None:
        self.intake, self.lang, self.by, self.note = intake, lang, by, note
        self.check, self.hold, self.marked, self.history = check, hold, marked, history

    def take_all(
        self, paths: Sequence[Path], times: Mapping[str, datetime], *, quiet: bool
    ) -> Iterator[dict[str, object]]:
        """Check or submit files, and every file in zips and folders, and yield the outcome of each.

        Raises DiskFullError if there is no space for a report.
        """
        arrived = self._arrived(paths, times)
        while some := list(islice(arrived, AHEAD)):
            for file, ahead in zip(some, self._ahead(some), strict=True):
                yield (
                    self._leave(file, quiet=quiet) if isinstance(file, LeftOut) else self.take(file, ahead, quiet=quiet)
                )

    def _arrived(self, paths: Sequence[Path], times: Mapping[str, datetime]) -> Iterator["_Arrived | LeftOut"]:
        for path in paths:
            lot = self._lot(path)
            for parcel, rivals in lot.parcels:
                # Macs write letters and their marks apart, lists of names seldom do.
                received = times.get(unicodedata.normalize("NFC", parcel.name))
                yield _Arrived(parcel, self._read(parcel), received, Way(rivals, self.history))
            yield from lot.left_out

    def _ahead(self, files: Sequence["_Arrived | LeftOut"]) -> list[ReadAhead | None]:
        """Return what is read ahead of each file: of a single report nothing, since nothing is gained."""
        reports = [file for file in files if isinstance(file, _Arrived)]
        if len(reports) == 1:
            return [None] * len(files)
        read = iter(self.intake.assessor.ahead([(file.data, file.received_on) for file in reports]))
        return [next(read) if isinstance(file, _Arrived) else None for file in files]

    def _lot(self, path: Path) -> Lot:
        try:
            return self.intake.opener.lot(path)
        except OSError as error:
            raise self._unreadable(path, error) from error

    def _unreadable(self, path: object, error: OSError) -> UsageError:
        return UsageError(say("cli", "file_unreadable", self.lang, path=path, detail=error.strerror or error))

    def _leave(self, file: LeftOut, *, quiet: bool) -> dict[str, object]:
        reason = say("cli", f"left_out_{file.reason}", self.lang)
        if not quiet:
            typer.echo(say("cli", "left_out", self.lang, file=file.path, reason=reason))
        outcome = NO_REPORT if file.reason == NO_REPORT else LEFT_OUT
        return {"outcome": outcome, "path": file.path, "reason": reason}

    def _read(self, parcel: Parcel) -> bytes:
        try:
            return parcel.read()
        except OSError as error:
            raise self._unreadable(parcel.shown, error) from error

    def take(self, file: "_Arrived", ahead: ReadAhead | None, *, quiet: bool) -> dict[str, object]:
        """Check or submit a file and report its outcome; returns the answer for `--json`.

        Raises DiskFullError if there is no space for the report.
        """
        shown, name = file.parcel.shown, file.parcel.name
        try:
            receipt = self._receipt(file, ahead)
        except (DiskFullError, OSError):
            typer.echo(say("keeping", "file_not_submitted", self.lang, path=shown), err=True)
            raise
        if not quiet:
            for line in describe(receipt, self.lang, shown if shown != name else None):
                typer.echo(line)
        copy = self._write_marked(file.data, receipt.assessment)
        if copy and not quiet:
            typer.echo(say("cli", "marked_written", self.lang, path=copy))
        return as_dict(receipt, content_hash(file.data)) | {
            "path": shown,
            "reason": receipt.held.words(self.lang) if receipt.held else None,
        }

    def _receipt(self, file: "_Arrived", ahead: ReadAhead | None) -> Receipt:
        if not self.check:
            return self.intake.submit(
                file.data,
                file.parcel.name,
                by=self.by,
                note=self.note,
                accept=not self.hold,
                received_at=file.received_at,
                way=file.way,
                ahead=ahead,
            )
        assessment, _ = self.intake.assessor.assess(file.data, file.parcel.name, file.received_on, ahead=ahead)
        stopped = self.intake.stopped(assessment, self.note, file.way)
        return stopped or Receipt(REJECTED if assessment.problems else CAN_LAND, assessment, None)

    def _write_marked(self, data: bytes, assessment: Assessment) -> Path | None:
        """Write the marked copy of a workbook with any finding and return its path; None without one."""
        if self.marked is None or not (assessment.problems or assessment.questions or assessment.remarks):
            return None
        copy_name, copy = self.intake.assessor.marked(data, assessment, self.lang)
        path = self.marked / copy_name
        try:
            self.marked.mkdir(parents=True, exist_ok=True)
            write_whole(path, copy)
        except OSError as error:
            detail = error.strerror or error
            raise UsageError(say("keeping", "marked_unwritten", self.lang, path=path, detail=detail)) from error
        return path


def as_dict(receipt: Receipt, sha256: str) -> dict[str, object]:
    """Return the outcome for `--json`; values that the registry has not recorded are null."""
    assessment, row = receipt.assessment, receipt.submission
    reporter, period = assessment.reporter, assessment.period
    return {
        "outcome": outcome_of(receipt),
        "file_name": assessment.file_name,
        "sha256": sha256,
        "submission_id": row.submission_id if row else None,
        "reporter_code": reporter.unit_code if reporter else None,
        "reporter_name": reporter.name_vi if reporter else None,
        "period_code": period.period_code if period else None,
        "version": row.version if row else None,
        "received_at": row.received_at.isoformat() if row else None,
        "is_sample": assessment.is_sample,
        "problems": [problem.as_dict() for problem in assessment.problems],
        "questions": [problem.as_dict() for problem in assessment.questions],
        "remarks": [problem.as_dict() for problem in assessment.remarks],
        "corrects_version": assessment.current.version if assessment.current else None,
        "changes": [change.as_dict() for change in assessment.changes],
        "is_late": assessment.is_late and not (row and row.is_history),
        "is_history": bool(row and row.is_history),
        "is_locked": assessment.lock is not None,
    }


def summary(answers: Sequence[Mapping[str, object]], lang: str) -> str:
    """Return the number of files by outcome, in a line."""
    counts = Counter(str(answer["outcome"]) for answer in answers)
    parts = [say("cli", f"count_{outcome}", lang, count=counts[outcome]) for outcome in OUTCOMES if counts[outcome]]
    return say("cli", "summary", lang, count=len(answers), parts=", ".join(parts))


def outcome_of(receipt: Receipt) -> str:
    """Return the outcome as the command names it; for content that arrived before, with the decision on it."""
    return f"already_{receipt.assessment.known_state}" if receipt.outcome == KNOWN else receipt.outcome


def describe(receipt: Receipt, lang: str, shown: str | None = None) -> list[str]:
    """Return the outcome of a report as text: one line on success, else every reason and question.

    The report is named `shown`, or else by its file name.
    """
    assessment, row = receipt.assessment, receipt.submission
    facts = {
        "file": shown or assessment.file_name,
        "unit": assessment.reporter.name_vi if assessment.reporter else "",
        "period": assessment.period.period_code if assessment.period else "",
        "version": row.version if row else "",
        "id": row.submission_id if row else "",
        "count": len(assessment.problems) or len(assessment.questions),
        "reason": receipt.held.words(lang) if receipt.held else assessment.known_reason or "",
    }
    lines = [say("cli", outcome_of(receipt), lang, **facts)]
    lines += [say("cli", "as_history", lang)] if row and row.is_history and receipt.outcome != KNOWN else []
    lines += describe_problems(assessment.problems, lang)
    if receipt.outcome in (NEEDS_NOTE, CAN_LAND, ACCEPTED, RECEIVED):
        lines += describe_problems(assessment.questions, lang)
    if receipt.outcome == NEEDS_NOTE:
        lines += [say("cli", "quarter_locked", lang, **facts)] if assessment.lock else []
        lines.append(say("cli", "how_to_note", lang))
    if receipt.outcome in (REJECTED, HELD):
        return lines
    lines += describe_remarks(assessment.remarks, lang)
    if assessment.current and receipt.outcome != KNOWN:
        lines += describe_changes(assessment, lang)
    return lines


def describe_remarks(remarks: Sequence[Problem], lang: str) -> list[str]:
    """Return how cells were understood, a line each up to a limit."""
    shown, rest = remarks[:SHOWN_REMARKS], len(remarks) - SHOWN_REMARKS
    lines = [say("cli", "remark", lang, place=remark.where(), text=remark.what(lang)) for remark in shown]
    return [*lines, say("cli", "more_remarks", lang, count=rest)] if rest > 0 else lines


def describe_changes(assessment: Assessment, lang: str) -> list[str]:
    """Return what a correction changes, cell by cell up to a limit."""
    version = assessment.current.version if assessment.current else ""
    lines = [say("cli", "changes", lang, count=len(assessment.changes), version=version)]
    lines += [change_line(change, lang) for change in assessment.changes[:SHOWN_CHANGES]]
    rest = len(assessment.changes) - SHOWN_CHANGES
    return [*lines, say("cli", "more_changes", lang, count=rest)] if rest > 0 else lines


def change_line(change: CellChange, lang: str) -> str:
    """Return a changed cell in one line."""
    before, after = (
        say("cli", "empty_cell", lang) if value is None else change.said(value, lang)
        for value in (change.before, change.after)
    )
    place = " / ".join(part for part in (change.unit_name, change.category_name) if part)
    column = change.column_name(lang)
    return say("cli", "change", lang, sheet=change.sheet, place=place, column=column, before=before, after=after)


def describe_problems(problems: Sequence[Problem], lang: str) -> list[str]:
    """Return reasons or questions, numbered, each with place, value, expectation and how to correct it."""
    lines = []
    for number, problem in enumerate(problems, start=1):
        place = problem.where() or say("cli", "problem_file", lang)
        lines.append(f"{say('cli', 'problem_place', lang, number=number, place=place)}: {problem.what(lang)}")
        if problem.value is not None:
            lines.append(say("cli", "problem_value", lang, value=problem.value))
        lines.append(say("cli", "problem_expected", lang, text=problem.expected(lang)))
        lines.append(say("cli", "problem_mend", lang, text=problem.mend(lang)))
    return lines
