"""Answers of `/intake`: from the content of a file to texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

from app.analysis.preview import preview_draft
from app.core import access
from app.core.access import Right, Viewer
from app.core.i18n import words
from app.core.programmes import prefix
from app.core.reader import Reader
from app.core.url_state import State
from app.pages.shared.previewed import draft_figures
from app.pages.shared.submissions import BUSY, build_strip
from app.pages.submit.assessment import assessment_card, outcome, receipt, standing
from warehouse.intake import (
    KNOWN,
    NEEDS_NOTE,
    RECEIVED,
    REJECTED,
    Assessment,
    Intake,
    IntakeRefusal,
    Receipt,
    Submission,
)
from warehouse.publish.engines import NothingPublished, published


class File(NamedTuple):
    """A file to send; `whose` names the reporter of a marked copy."""

    name: str
    content: bytes
    whose: str = ""


Answer = dict[str, object] | File


@dataclass(frozen=True, slots=True)
class Upload:
    """A received file: the viewer, content, name, sender and note."""

    viewer: Viewer
    data: bytes
    name: str
    by: str
    note: str

    def authorize(self, reporter: str | None) -> None:
        """Raise `AccessDeniedError` unless the viewer may have the report of `reporter` compared with its history; for
        a file that names no reporter, unless they may send reports at all."""
        access.require_fill(self.viewer, reporter or self.viewer.home_unit)


def check(upload: Upload) -> Answer:
    """Return the assessment of a file; nothing is stored. Raises `AccessDeniedError` as `submit`."""
    return _assessed(_checked(Intake.open(), upload), upload)


def submit(upload: Upload) -> Answer:
    """Submit the file; return a receipt, or why it was not accepted. Raises `AccessDeniedError` for the report of a
    unit that the viewer does not send for."""
    required = words("submit.required")
    if not upload.by.strip():
        return _missing("by", required)
    intake = Intake.open()
    try:
        made = intake.submit(upload.data, upload.name, by=upload.by, note=upload.note, authorize=upload.authorize)
    except IntakeRefusal as refusal:
        return _missing(refusal.field or "by", refusal.words(words.lang))
    if made.outcome == NEEDS_NOTE:
        return _assessed(made.assessment, upload) | {"fields": {"note": required}}
    if made.outcome in (KNOWN, REJECTED) or made.submission is None:
        return _assessed(made.assessment, upload)
    return _landed(made.submission, made)


def marked(upload: Upload) -> Answer:
    """Return a copy of the file with every finding at its cell; nothing is stored. Raises `AccessDeniedError` as
    `submit`."""
    intake = Intake.open()
    assessment = _checked(intake, upload)
    return File(*intake.assessor.marked(upload.data, assessment, words.lang), whose=_whose(assessment))


def preview(upload: Upload) -> Answer:
    """Return what the report would change of its unit's figures if it were accepted; nothing is stored.

    Raises `AccessDeniedError` as `submit`.
    """
    seen = _checked(Intake.open(), upload)
    if not seen.can_land or seen.reporter is None:
        return _assessed(seen, upload)
    made = preview_draft(Reader(upload.viewer, published()), upload.data, seen)
    return {
        "state": "ready",
        "said": outcome(seen),
        "html": draft_figures(made, words.of(seen.reporter, "name")),
        "whose": _whose(seen),
    }


def template(viewer: Viewer, unit: str, period: str) -> File:
    """Return the empty form of a unit and quarter, with last quarter's values as far as the viewer may see them.

    Raises `AccessDeniedError`, `IntakeRefusal`.
    """
    access.require(viewer, Right.SUBMIT, unit)
    intake = Intake.open()
    hidden = access.left_out(viewer, intake.reference.sensitive_columns, unit)
    name, content = intake.forms.template(unit, period, hidden)
    return File(prefix("_") + name, content)


def original(viewer: Viewer, submission: int) -> File:
    """Return a report exactly as it was received, including small counts. Raises `AccessDeniedError`, `LookupError`,
    `IntakeRefusal`."""
    ledger = Intake.open().ledger
    access.require(viewer, Right.SMALL_COUNTS, ledger.submission(submission).submission.reporter_code)
    return File(*ledger.original(submission))


def building() -> dict[str, object]:
    """Return the progress of the running build and the published version."""
    build = Intake.open().build_state()
    try:
        version = published().version
    except NothingPublished:
        version = ""
    step_name = words.first(f"building_step.{build.step}", "building_step.other")
    return {
        "html": build_strip(build, step_name),
        "isBusy": build.state in BUSY,
        "version": version,
        "said": words("building.published"),
    }


def _checked(intake: Intake, upload: Upload) -> Assessment:
    return intake.assessor.check(upload.data, upload.name, authorize=upload.authorize)


def _whose(seen: Assessment) -> str:
    """Return unit and quarter of a report; empty where the file does not name them."""
    return f"{seen.reporter.unit_code} {seen.period.period_code}" if seen.reporter and seen.period else ""


def _assessed(seen: Assessment, upload: Upload) -> dict[str, object]:
    """Return what the card of a file shows after its assessment."""
    link = State("submit", seen.period.period_code if seen.period else "", lang=words.lang).href
    content = f"{crc32(upload.data):x}"
    key = f"{content}-{crc32(upload.name.encode()):x}"
    return {
        "state": "ready" if seen.can_land else standing(seen),
        "said": outcome(seen),
        "html": assessment_card(seen, link, key),
        "canMark": seen.kind is not None and bool(seen.problems or seen.questions or seen.remarks),
        "canPreview": seen.can_land and upload.viewer.may(Right.READ),
        "whose": _whose(seen),
        "who": words("bundle.who", unit=words.of(seen.reporter, "name"), period=words.period(seen.period.period_code))
        if seen.reporter and seen.period
        else "",
        "content": content,
    }


def _landed(row: Submission, made: Receipt) -> dict[str, object]:
    """Return what the card of a file shows after it was stored."""
    reporter = made.assessment.reporter
    name = words.of(reporter, "name") if reporter else row.reporter_code or ""
    state = State("reports", row.period_code or "", lang=words.lang)
    history = state.href(unit=row.reporter_code)
    preview = state.href("preview", report=str(row.submission_id)) if made.outcome == RECEIVED else ""
    return {
        "state": "landed",
        "said": words("receipt.said", number=row.submission_id),
        "html": receipt(row, name, made.outcome, history, preview),
        "canMark": False,
        "canPreview": False,
    }


def _missing(field: str, text: str) -> dict[str, object]:
    return {"state": "ready", "said": text, "html": None, "canMark": False, "fields": {field: text}}
