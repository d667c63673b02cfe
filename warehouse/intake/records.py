"""Immutable records of the intake. Times are office time without a zone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from warehouse.forms.problems import Problem
from warehouse.forms.reading.sheet import TypedRow
from warehouse.reference import Period, Unit, load_reference
from warehouse.registry.events import ACCEPTED, RECEIVED, REJECTED, RETURNED
from warehouse.registry.records import Submission
from warehouse.text import load_texts, say

History = Sequence[tuple[str, Mapping[str, Sequence[TypedRow]]]]
"""Accepted reports of one reporter as (period_code, rows by form), in any order."""

STATES = (RECEIVED, ACCEPTED, RETURNED, REJECTED)
# Outcomes of a submission besides STATES: arrived before, lacks the sender's note, or held back because of other
# reports.
KNOWN, NEEDS_NOTE, HELD = "known", "needs_note", "held"


class IntakeRefusal(ValueError):  # noqa: N818 - an answer to the caller, not a failure of the program
    """Nothing was written;

    `code` names the reason's text, `params` fill it (a unit by its name), `field` names the field to correct, if any.
    """

    def __init__(self, code: str, params: Mapping[str, object] | None = None, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})
        self.field = field

    def words(self, lang: str) -> str:
        """Return the refusal as a sentence."""
        params = {name: _named(value, lang) for name, value in self.params.items()}
        if "state" in params:
            params["state"] = say("intake", f"state_{params['state']}", lang)
        if "kind" in params:
            params["kind"] = load_texts("problems")["kinds"][params["kind"]][lang]
        if self.field:
            params["field"] = say("intake", f"field_{self.field}", lang)
        return say("intake", f"refusal_{self.code}", lang, **params)


def _named(value: object, lang: str) -> object:
    if not isinstance(value, Unit):
        return value
    return value.name_en if lang == "en" else value.name_vi


@dataclass(frozen=True)
class CellChange:
    """A cell that differs between two versions of a report; None is an empty cell.

    `options` are the labels of a coded column's answers: code -> language -> label. `is_sensitive` is the column's own.
    """

    form_code: str
    sheet: str
    unit_code: str
    unit_name: str
    category_code: str | None
    category_name: str | None
    column_code: str
    column_name_vi: str
    column_name_en: str
    before: object
    after: object
    is_sensitive: bool
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def sheet_title(self, lang: str) -> str:
        """Return the sheet's title in the language."""
        return load_reference().sheet_title(self.sheet, lang)

    def column_name(self, lang: str) -> str:
        """Return the column's header."""
        return self.column_name_en if lang == "en" else self.column_name_vi

    def said(self, value: object, lang: str) -> object:
        """Return `before` or `after` as people read it: the label of a coded answer, any other value as it is."""
        labels = self.options.get(value) if isinstance(value, str) else None
        return labels[lang] if labels else value

    def as_dict(self) -> dict[str, object]:
        """Return the change for `--json`."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "options"}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


@dataclass(frozen=True)
class Lock:
    """A closed quarter: later reports for it need a reason."""

    period_code: str
    locked_at: datetime
    locked_by: str
    reason: str


@dataclass(frozen=True)
class Received:
    """A submission in its current state: data, state, last decision, and the sender's note.

    `questions` are the confirmations that the sender's note answered, as `Problem`s.
    """

    submission: Submission
    state: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    note: str | None = None
    questions: tuple[Problem, ...] = ()


def counting_report(reports: Iterable[Received]) -> Received | None:
    """Return the report that counts, or will with the next build, among those of a reporter's quarter.

    It is the newest accepted version.
    """
    accepted = (report for report in reports if report.state == ACCEPTED)
    return max(accepted, key=lambda report: report.submission.version or 0, default=None)


def waiting_reports(reports: Iterable[Received]) -> tuple[Received, ...]:
    """Return the reports without a decision, in the order given."""
    return tuple(report for report in reports if report.state == RECEIVED)


@dataclass(frozen=True)
class Assessment:
    """The result of a dry run of a workbook; nothing of it is stored.

    `problems` must be corrected; `questions` need a note before it lands; `remarks` report how cells were understood.
    `changes` are against `current`, the version that counts now, and empty if there is none; `filled_count` counts
    filled cells, `units_missing` names units whose rows are all blank. `known` is the submission with the same content,
    `known_state` its state, `known_reason` why it was returned; `lock` is set if the quarter is closed.
    """

    file_name: str
    kind: str | None
    reporter: Unit | None
    period: Period | None
    is_sample: bool
    problems: tuple[Problem, ...] = ()
    questions: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    current: Submission | None = None
    changes: tuple[CellChange, ...] = ()
    filled_count: int = 0
    unit_count: int = 0
    units_missing: tuple[str, ...] = ()
    known: Submission | None = None
    known_state: str | None = None
    known_reason: str | None = None
    is_late: bool = False
    due_date: date | None = None
    lock: Lock | None = None

    @property
    def can_land(self) -> bool:
        """Return whether nothing must be corrected and the content is new; a note may still be needed."""
        return not self.problems and self.known is None

    @property
    def needs_note(self) -> bool:
        """Return whether the sender must give a reason: something is unusual, or the quarter is closed."""
        return self.can_land and bool(self.questions or self.lock)


@dataclass(frozen=True)
class Receipt:
    """The outcome of a submission: received | accepted | known | rejected | needs_note | held.

    `submission` is its row, of `known` the row that the content had before; None while only a note is missing, and for
    a report that is held back, for which `held` gives the reason.
    """

    outcome: str
    assessment: Assessment
    submission: Submission | None
    held: IntakeRefusal | None = None


@dataclass(frozen=True)
class AuditEvent:
    """An event: kind, author, time, report or quarter, values before and after."""

    event_id: int
    event_at: datetime
    event_by: str
    kind: str
    submission_id: int | None
    reporter_code: str | None
    period_code: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str | None
