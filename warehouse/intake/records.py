"""Immutable records of the intake's answers. Times are office time without a zone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from warehouse.forms.problems import Problem
from warehouse.reference import Period, Unit, load_reference
from warehouse.registry.events import ACCEPTED, RECEIVED, REJECTED, RETURNED
from warehouse.registry.records import Submission
from warehouse.text import load_texts, say

STATES = (RECEIVED, ACCEPTED, RETURNED, REJECTED)
# How a submission ended: landed and waits, landed and counts, came before, refused, lacks the sender's note, or is held
# back for what came beside or before it.
KNOWN, NEEDS_NOTE, HELD = "known", "needs_note", "held"


class IntakeRefusal(ValueError):  # noqa: N818 - an answer to the caller, not a failure of the program
    """Nothing was written; `code` says why, `params` fill its wording, `field` names what is to be mended, if any."""

    def __init__(self, code: str, params: Mapping[str, object] | None = None, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})
        self.field = field

    def words(self, lang: str) -> str:
        """The refusal as a sentence."""
        params = dict(self.params)
        if "state" in params:
            params["state"] = say("intake", f"state_{params['state']}", lang)
        if "kind" in params:
            params["kind"] = load_texts("problems")["kinds"][params["kind"]][lang]
        if self.field:
            params["field"] = say("intake", f"field_{self.field}", lang)
        return say("intake", f"refusal_{self.code}", lang, **params)


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
        """The sheet for a reader of the language."""
        return load_reference().sheet_title(self.sheet, lang)

    def column_name(self, lang: str) -> str:
        """The column's header."""
        return self.column_name_en if lang == "en" else self.column_name_vi

    def said(self, value: object, lang: str) -> object:
        """`before` or `after` as people read it: the label of a coded answer, any other value as it is."""
        labels = self.options.get(value) if isinstance(value, str) else None
        return labels[lang] if labels else value

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "options"}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


@dataclass(frozen=True)
class Lock:
    """A quarter that was closed: later reports for it need a reason."""

    period_code: str
    locked_at: datetime
    locked_by: str
    reason: str


@dataclass(frozen=True)
class Received:
    """A submission as it stands: what it is, its state, who decided last, and the note that its sender gave.

    `questions` are what the sender's note answered, as `Problem`s.
    """

    submission: Submission
    state: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    note: str | None = None
    questions: tuple[Problem, ...] = ()


def counting_report(came: Iterable[Received]) -> Received | None:
    """Of one reporter's quarter, the report that counts, or will with the next build: the newest accepted version."""
    accepted = (one for one in came if one.state == ACCEPTED)
    return max(accepted, key=lambda one: one.submission.version or 0, default=None)


def waiting_reports(came: Iterable[Received]) -> tuple[Received, ...]:
    """The reports on which nobody has decided, in the order given."""
    return tuple(one for one in came if one.state == RECEIVED)


@dataclass(frozen=True)
class Assessment:
    """What a dry run says of a workbook; nothing of it is kept.

    `problems` must be mended; `questions` let it land with a note only; `remarks` tell what was understood.
    `changes` are against `current`, the version that counts now, and empty when there is none; `filled_count` counts
    filled cells, `units_missing` names units whose rows are all blank. `known` is the submission with this very
    content, `known_state` its state, `known_reason` why it was returned; `lock` says that the quarter is closed.
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
        """Whether nothing must be mended and the content is new; a note may still be needed."""
        return not self.problems and self.known is None

    @property
    def needs_note(self) -> bool:
        """Whether the sender must say why: something is unusual, or the quarter is closed."""
        return self.can_land and bool(self.questions or self.lock)


@dataclass(frozen=True)
class Receipt:
    """What became of a submission: received | accepted | known | rejected | needs_note | held.

    `submission` is its row, of `known` the row that the content had before; None while only a note is missing, and of
    one that is held back, for which `held` says why.
    """

    outcome: str
    assessment: Assessment
    submission: Submission | None
    held: IntakeRefusal | None = None


@dataclass(frozen=True)
class AuditEvent:
    """Something that happened: what kind, who, when, on which report or quarter, what held before and after."""

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
