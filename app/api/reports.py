"""Reports over the API: their states, the schemas of their forms, and reports received as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.api.answer import Answer, json_answer
from app.api.errors import BAD_REQUEST, CONFLICT, NOT_FOUND, UNPROCESSABLE, ApiError
from app.api.known import require_period, require_unit
from app.api.operations import ROOT
from app.core import access
from app.core.access import Viewer
from app.core.i18n import words
from app.core.reader import Reader
from app.core.url_state import in_plan
from app.queries import registry
from warehouse.intake import (
    HELD,
    KNOWN,
    NEEDS_NOTE,
    REJECTED,
    RETURNED,
    Assessment,
    Intake,
    IntakeRefusal,
    JsonReport,
    JsonReportError,
    OtherContentError,
    Problem,
    Receipt,
    Received,
    Way,
    follows_of,
)

# How a report came, as its first event keeps it.
SOURCE = "api"
LONGEST_KEY = 200
# Reasons for which a body is no JSON at all.
_NO_JSON = ("not_json", "not_a_number", "not_utf8", "too_nested")
MAX_BODY_BYTES = 5_000_000
JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class SentJson:
    """A report as it was sent: the caller, the unit and period of its address, its key and body, the language."""

    viewer: Viewer
    unit: str
    period: str
    key: str
    content: bytes

    def authorize(self, reporter: str | None) -> None:
        """Raise `AccessDeniedError` unless the caller may send the report of a unit."""
        access.require_fill(self.viewer, reporter or self.unit)


def report_list(reader: Reader, unit: str, period: str) -> dict[str, object]:
    """Return the reports that were received, newest first, of a unit and a period if they are named.

    Raises ApiError for a unit or period that does not exist.
    """
    every = registry.every_submission(reader)
    kept = [
        one
        for one in every
        if one.submission.reporter_code
        and (not unit or one.submission.reporter_code == unit)
        and (not period or one.submission.period_code == period)
    ]
    return _states(kept, reader, unit, period)


def report_states(reader: Reader, unit: str, period: str) -> dict[str, object]:
    """Return the reports of a unit and period, newest first.

    Raises `AccessDeniedError`, and ApiError for a unit or period that does not exist.
    """
    return _states(registry.submissions(reader, unit, period), reader, unit, period)


def _states(received: Sequence[Received], reader: Reader, unit: str, period: str) -> dict[str, object]:
    # A mistyped code is not a unit that has sent nothing.
    if not received and unit:
        require_unit(reader, unit)
    if not received and period:
        require_period(reader, period)
    return {"data": [_state(one) for one in received]}


def submit(sent: SentJson) -> Answer:
    """Submit a report: 201 with its receipt, 200 with the same receipt when it is sent again.

    Raises ApiError with every reason for a report that is not accepted, `AccessDeniedError`.
    """
    sent.authorize(sent.unit)
    if not 0 < len(sent.key) <= LONGEST_KEY:
        raise ApiError("no_key")
    intake = Intake.open()
    report = _read(intake, sent)
    try:
        follows = follows_of(
            intake.registry, sent.viewer.person, sent.key, report.content_hash, intake.json_reports.follows(report)
        )
    except OtherContentError as error:
        raise ApiError("other_content", CONFLICT, used=sent.key) from error
    data = intake.json_reports.workbook(report, follows)
    try:
        receipt = intake.submit(
            data,
            report.file_name,
            by=sent.viewer.signature or SOURCE,
            note=report.note,
            way=Way(source=SOURCE),
            authorize=sent.authorize,
        )
    except IntakeRefusal as refusal:
        raise ApiError("held", UNPROCESSABLE, reason=refusal.words(words.lang)) from refusal
    return _answered(receipt, report)


def _read(intake: Intake, sent: SentJson) -> JsonReport:
    try:
        return intake.json_reports.read(sent.content, sent.unit, sent.period)
    except IntakeRefusal as refusal:
        raise ApiError("held", NOT_FOUND, reason=refusal.words(words.lang)) from refusal
    except JsonReportError as error:
        status = BAD_REQUEST if error.code in _NO_JSON else UNPROCESSABLE
        raise ApiError(error.code, status, (), **error.params) from error


def _answered(receipt: Receipt, report: JsonReport) -> Answer:
    problems = _problems(receipt.assessment, report, words.lang)
    if receipt.outcome == REJECTED:
        raise ApiError("rejected", UNPROCESSABLE, problems, count=len(receipt.assessment.problems))
    if receipt.outcome == NEEDS_NOTE:
        raise ApiError("needs_note", UNPROCESSABLE, problems)
    if receipt.outcome == HELD or receipt.submission is None:
        raise ApiError("held", UNPROCESSABLE, reason=receipt.held.words(words.lang) if receipt.held else "")
    if receipt.outcome == KNOWN and receipt.assessment.known_state in (RETURNED, REJECTED):
        raise ApiError("returned", CONFLICT)
    row, is_new = receipt.submission, receipt.outcome != KNOWN
    state = receipt.assessment.known_state if receipt.outcome == KNOWN else receipt.outcome
    content = {
        "state": state,
        "said": words("api.received" if is_new else "api.known", number=row.submission_id),
        "number": row.submission_id,
        "unit_code": row.reporter_code,
        "period_code": row.period_code,
        "version": row.version,
        "received_at": row.received_at.isoformat(),
        "sha256": row.sha256,
        "remarks": problems,
    }
    return json_answer(content, 201 if is_new else 200)


def _problems(assessment: Assessment, report: JsonReport, lang: str) -> list[dict[str, object]]:
    return [
        _problem(problem, report, lang)
        for problem in (*assessment.problems, *assessment.questions, *assessment.remarks)
    ]


def _problem(problem: Problem, report: JsonReport, lang: str) -> dict[str, object]:
    return {
        "rule": problem.rule_code,
        "severity": problem.severity,
        "pointer": report.pointer(problem),
        "value": problem.value,
        "what": problem.what(lang),
        "expected": problem.expected(lang),
        "mend": problem.mend(lang),
    }


def _state(one: Received) -> Mapping[str, object]:
    row = one.submission
    return {
        "number": row.submission_id,
        "unit_code": row.reporter_code,
        "period_code": row.period_code,
        "version": row.version,
        "state": one.state,
        "received_at": row.received_at.isoformat(),
        "submitted_by": row.submitted_by,
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
        "reason": one.reason,
        "problem_count": row.problem_count,
        "is_sample": row.is_sample,
    }


def _schema_address(form: str) -> str:
    return in_plan(f"{ROOT}/schemas/{form}")


def schema_list() -> dict[str, object]:
    """Return the forms with the addresses of their schemas."""
    forms = Intake.open().json_reports.forms()
    named = [(form.form_code, form.name_en if words.lang == "en" else form.name_vi) for form in forms]
    return {"data": [{"form_code": code, "name": name, "schema": _schema_address(code)} for code, name in named]}


def form_schema(form: str) -> dict[str, object]:
    """Return the JSON schema of a form's rows. Raises ApiError for an unknown form."""
    try:
        schema = Intake.open().json_reports.schema(form, words.lang)
    except KeyError as error:
        raise ApiError("unknown_form", NOT_FOUND, form=form) from error
    return {"$schema": JSON_SCHEMA, "$id": _schema_address(form), **schema}


def form_schemas() -> dict[str, dict[str, object]]:
    """Return the JSON schema of each form's rows by its code."""
    known = Intake.open().json_reports
    return {form.form_code: known.schema(form.form_code, words.lang) for form in known.forms()}


def report_schema() -> dict[str, object]:
    """Return the JSON schema of a whole report."""
    forms = [form.form_code for form in Intake.open().json_reports.forms()]
    return {
        "type": "object",
        "properties": {
            "forms": {
                "type": "object",
                "properties": {code: {"$ref": f"#/components/schemas/form_{code}"} for code in forms},
                "additionalProperties": False,
            },
            "note": {"type": "string", "maxLength": 2000},
        },
        "required": ["forms"],
        "additionalProperties": False,
    }
