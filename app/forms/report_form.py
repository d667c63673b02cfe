"""Handler of a report filled in on a page: store its draft, assess it, submit it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.analysis.preview import DraftPreview, preview_draft
from app.core import access, formatting
from app.core.access import Viewer
from app.core.i18n import words
from app.core.reader import Reader
from warehouse.intake import (
    KNOWN,
    NOTE,
    RECEIVED,
    Intake,
    IntakeRefusal,
    Judged,
    Submission,
    Way,
    WebForm,
    may_be_kept,
)
from warehouse.publish.engines import published

KEEP, CHECK, PREVIEW, SEND = "keep", "check", "preview", "send"
BY = "by"
# How a report came that was filled in on a page, as its first event keeps it.
SOURCE = "web_form"


@dataclass(frozen=True, slots=True)
class SentReport:
    """A sent report form. `deed` is keep, check, preview or send; `values` are texts by field as typed: all of them, or
    those that changed."""

    viewer: Viewer
    unit: str
    period: str
    deed: str
    values: Mapping[str, str]

    @property
    def by(self) -> str:
        """Return the writer: the person signed in, else the name typed."""
        return self.viewer.signature or self.values.get(BY, "").strip()

    def number(self, name: str) -> int:
        """Return a number that the form carries in a hidden field; 0 for anything else."""
        text = self.values.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0

    def typed(self, form: WebForm) -> dict[str, str]:
        """Return the texts typed into fields of the form."""
        names = form.names
        return {name: text.replace("\r\n", "\n") for name, text in self.values.items() if name in names}


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """Answer to a sent report: the form as it is now and the texts to show in it.

    `judged` is the assessment by intake. By field: `clashes` are typed texts that were not stored because someone else
    changed the field meanwhile, `unkept` the fields with texts that a draft may not hold, `problems` those of fields
    other than cells. `is_outdated` is true when another report of the quarter arrived meanwhile, so nothing was stored.
    `preview` is what the report would change, where that was requested and nothing must be corrected. `submission` is
    the report's row once it was sent, `by` the writer's name.
    """

    deed: str
    form: WebForm
    typed: Mapping[str, str]
    judged: Judged
    clashes: Mapping[str, str] = field(default_factory=dict)
    unkept: frozenset[str] = frozenset()
    problems: Mapping[str, str] = field(default_factory=dict)
    is_outdated: bool = False
    preview: DraftPreview | None = None
    submission: Submission | None = None
    by: str = ""


def carry_out(sent: SentReport) -> ReportAnswer:
    """Store, check, preview or send a report, depending on the `deed`. Raises `AccessDeniedError`, and `IntakeRefusal`
    for a unit that does not fill in a page and for a quarter that has not begun."""
    access.require_fill(sent.viewer, sent.unit)
    intake = Intake.open()
    form = intake.web_forms.open(sent.unit, sent.period)
    if not form.is_begun:
        raise IntakeRefusal("not_begun", {"period": sent.period, "start": formatting.date(form.period.start_date)})
    follows = sent.number("follows")
    if follows != form.follows:
        return _outdated(sent, intake, form, follows)
    kept = _kept(sent, intake, form)
    is_whole = not (kept.clashes or kept.unkept or kept.judged.assessment.problems)
    if is_whole and sent.deed == PREVIEW:
        reader = Reader(sent.viewer, published())
        return replace(kept, preview=preview_draft(reader, kept.judged.data, kept.judged.assessment))
    return _sent(sent, intake, kept) if is_whole and sent.deed == SEND else kept


def _outdated(sent: SentReport, intake: Intake, form: WebForm, follows: int) -> ReportAnswer:
    """Answer a form that followed another report than the newest one; that may be this very form, sent twice."""
    typed = {**form.typed, **sent.typed(form)}
    known = intake.web_forms.judge(form, typed, follows).assessment.known if sent.deed == SEND else None
    judged = intake.web_forms.judge(form, typed, form.follows)
    return ReportAnswer(sent.deed, form, typed, judged, is_outdated=known is None, submission=known, by=sent.by)


def _kept(sent: SentReport, intake: Intake, form: WebForm) -> ReportAnswer:
    posted = sent.typed(form)
    unkept = frozenset(name for name, text in posted.items() if not may_be_kept(text))
    changes = {name: text for name, text in posted.items() if name not in unkept}
    kept = intake.web_forms.keep(form, changes, seen=sent.number("seen"), by=sent.by)
    form = replace(form, draft=kept.draft)
    typed = {**form.typed, **{name: posted[name] for name in unkept}}
    judged = intake.web_forms.judge(form, typed, form.follows)
    clashes = {name: posted[name] for name in kept.clashes}
    problems = {NOTE: words("report_form.note_unkept")} if NOTE in unkept else {}
    return ReportAnswer(sent.deed, form, typed, judged, clashes, unkept, problems, by=sent.by)


def _sent(sent: SentReport, intake: Intake, kept: ReportAnswer) -> ReportAnswer:
    """Send what was kept and found good, unless its sender has still to say something."""
    judged, note = kept.judged, kept.typed.get(NOTE, "").strip()
    required = words("submit.required")
    if not sent.by:
        return replace(kept, problems={BY: required})
    if judged.assessment.needs_note and not note:
        return replace(kept, problems={NOTE: required})
    try:
        receipt = intake.submit(judged.data, judged.file_name, by=sent.by, note=note, way=Way(source=SOURCE))
    except IntakeRefusal as refusal:
        return replace(kept, problems={refusal.field or BY: refusal.words(words.lang)})
    if receipt.outcome not in (RECEIVED, KNOWN):
        # The rules or the quarter changed within this very moment: what is so now is on the page when it is sent again.
        return kept
    intake.web_forms.drop(kept.form)
    return replace(kept, submission=receipt.submission)
