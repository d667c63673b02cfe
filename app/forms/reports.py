"""What the forms about reports do: accept, return, close a quarter, open it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.core import access
from app.core.access import Right, Viewer
from app.core.i18n import words
from app.forms.form_result import Outcome
from warehouse.intake import Intake, IntakeRefusal

Values = Mapping[str, str]
# Fields that the forms have; a refusal about anything else is told for the whole form.
FIELDS = frozenset({"by", "note", "reason"})


def accept_report(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Let a report count, and have the figures calculated anew in the background."""

    def write(intake: Intake, by: str) -> None:
        intake.decisions.accept(_number(values), by, values.get("note", ""), seen=values.get("seen") or None)
        intake.request_build(by)

    return _done("accept-report", values, lang, viewer, write)


def return_report(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Return a report to its sender with a reason; the version before it counts again.

    Figures are calculated anew even where the report never counted: they then say that one came and was refused.
    """

    def write(intake: Intake, by: str) -> None:
        intake.decisions.give_back(_number(values), by, values.get("reason", ""), seen=values.get("seen") or None)
        intake.request_build(by)

    return _done("return-report", values, lang, viewer, write)


def lock_quarter(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Close a quarter: whatever comes later needs a reason."""

    def write(intake: Intake, by: str) -> None:
        intake.decisions.lock(values.get("period_code", ""), by, values.get("reason", ""))

    return _done("lock-quarter", values, lang, viewer, write)


def unlock_quarter(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Open a closed quarter again."""

    def write(intake: Intake, by: str) -> None:
        intake.decisions.unlock(values.get("period_code", ""), by, values.get("reason", ""))

    return _done("unlock-quarter", values, lang, viewer, write)


def _done(form: str, values: Values, lang: str, viewer: Viewer, write: Callable[[Intake, str], None]) -> Outcome:
    access.require(viewer, Right.WRITE)
    say = words(lang)
    try:
        write(Intake.open(), values.get("by", ""))
    except IntakeRefusal as refusal:
        told = refusal.words(lang)
        if refusal.field in FIELDS:
            return Outcome(form, problem=say("form.failed"), fields={refusal.field: told})
        return Outcome(form, problem=told)
    except LookupError:
        return Outcome(form, problem=say("decide.gone"))
    return Outcome(form, done=say(f"decide.done_{form.replace('-', '_')}"))


def _number(values: Values) -> int:
    """The submission's number. Raises LookupError when there is none."""
    text = values.get("submission_id", "")
    if not (text.isascii() and text.isdigit()):
        raise LookupError("submission_id")
    return int(text)
