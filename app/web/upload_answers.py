"""What the routes of `/intake` answer: from a file's content to words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from zlib import crc32

from app.core import access
from app.core.access import Right, Viewer
from app.core.i18n import Words, words
from app.core.url_state import State
from app.pages.shared import build_progress as strips
from app.pages.submit import assessment as shown
from warehouse.intake import Intake, IntakeRefusal
from warehouse.intake.records import KNOWN, NEEDS_NOTE, REJECTED, Assessment, Receipt, Submission
from warehouse.publish.engines import NothingPublished, published

File = tuple[str, bytes]
Answer = dict[str, object] | File


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in: who sees the answer, content, name, who sends it with which note, the page's language."""

    viewer: Viewer
    data: bytes
    name: str
    by: str
    note: str
    lang: str


def check(upload: Upload) -> Answer:
    """What would become of the file; nothing of it is kept."""
    return _told(Intake.open().assessor.check(upload.data, upload.name), upload)


def submit(upload: Upload) -> Answer:
    """Submit the file: a receipt, or why it did not land."""
    say = words(upload.lang)
    if not upload.by.strip():
        return _missing("by", say("submit.required"))
    try:
        made = Intake.open().submit(upload.data, upload.name, by=upload.by, note=upload.note)
    except IntakeRefusal as refusal:
        return _missing(refusal.field or "by", refusal.words(upload.lang))
    if made.outcome == NEEDS_NOTE:
        return _told(made.assessment, upload) | {"fields": {"note": say("submit.required")}}
    if made.outcome in (KNOWN, REJECTED) or made.submission is None:
        return _told(made.assessment, upload)
    return _receipt(made.submission, made, say)


def marked(upload: Upload) -> Answer:
    """A copy of the file with every remark at its cell; nothing of it is kept."""
    intake = Intake.open()
    found = access.protect_assessment(upload.viewer, intake.assessor.check(upload.data, upload.name))
    return intake.assessor.marked(upload.data, found, upload.lang)


def template(viewer: Viewer, unit: str, period: str) -> File:
    """The empty form of a unit and quarter, with as much of last quarter beside as the viewer may see.

    Raises `IntakeRefusal`.
    """
    intake = Intake.open()
    return intake.forms.template(unit, period, access.left_out(viewer, intake.reference.sensitive_columns))


def original(submission: int) -> File:
    """A report exactly as it came. Raises `LookupError`, `IntakeRefusal`."""
    return Intake.open().ledger.original(submission)


def building(say: Words) -> dict[str, object]:
    """How the recalculation stands, and which version is published now."""
    now = Intake.open().build_state()
    try:
        version = published().version
    except NothingPublished:
        version = ""
    step = say.first(f"building_step.{now.step}", "building_step.other")
    is_busy = now.state in strips.BUSY
    return {
        "html": strips.strip(now, step, say),
        "isBusy": is_busy,
        "version": version,
        "said": say("building.published"),
    }


def _told(assessment: Assessment, upload: Upload) -> dict[str, object]:
    say, viewer = words(upload.lang), upload.viewer
    found = access.protect_assessment(viewer, assessment)
    link = partial(State("submit", found.period.period_code if found.period else "", lang=upload.lang).href)
    key = f"{crc32(upload.data):x}-{crc32(upload.name.encode()):x}"
    return {
        "state": "ready" if found.can_land else shown.standing(found),
        "said": shown.said(found, say),
        "html": shown.assessment(found, link, say, key, is_whole=viewer.may(Right.SMALL_COUNTS)),
        "canMark": found.kind is not None and bool(found.problems or found.questions or found.remarks),
    }


def _receipt(row: Submission, made: Receipt, say: Words) -> dict[str, object]:
    reporter = made.assessment.reporter
    name = say.of(reporter, "name") if reporter else row.reporter_code or ""
    history = State("reports", row.period_code or "", lang=say.lang).href(unit=row.reporter_code)
    return {
        "state": "landed",
        "said": say("receipt.said", number=row.submission_id),
        "html": shown.receipt(row, name, made.outcome, history, say),
        "canMark": False,
    }


def _missing(field: str, text: str) -> dict[str, object]:
    return {"state": "ready", "said": text, "html": None, "canMark": False, "fields": {field: text}}
