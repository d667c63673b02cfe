"""Handlers of the forms about reports: accept, return, close a quarter, reopen it."""

from __future__ import annotations

from collections.abc import Callable

from app.core.i18n import words
from app.forms.form import FormResult, SentForm
from warehouse.intake import RECEIVED, Intake, IntakeRefusal

# Fields that the forms have; a refusal about anything else is reported for the whole form.
FIELDS = frozenset({"by", "note", "reason"})


def accept_report(sent: SentForm) -> FormResult:
    """Accept a report, so that it counts, and request recalculation of the figures in the background."""

    def write(intake: Intake) -> str:
        intake.decisions.accept(sent.key("submission_id"), sent.by, sent.text("note"), seen=sent.text("seen") or None)
        intake.request_build(sent.by)
        return "decide.done_accept_report"

    return _write_at_registry(sent, write)


def return_report(sent: SentForm) -> FormResult:
    """Return a report to its sender with a reason; the version before it counts again.

    Figures are recalculated only if they may include the report: a report that was not accepted yet is in none.
    """

    def write(intake: Intake) -> str:
        number = sent.key("submission_id")
        state = sent.text("seen") or intake.ledger.submission(number).state
        intake.decisions.give_back(number, sent.by, sent.text("reason"), seen=state)
        if state == RECEIVED:
            return "decide.done_return_uncounted"
        intake.request_build(sent.by)
        return "decide.done_return_report"

    return _write_at_registry(sent, write)


def lock_quarter(sent: SentForm) -> FormResult:
    """Close a quarter: whatever comes later needs a reason."""

    def write(intake: Intake) -> str:
        intake.decisions.lock(sent.text("period_code"), sent.by, sent.text("reason"))
        return "decide.done_lock_quarter"

    return _write_at_registry(sent, write)


def unlock_quarter(sent: SentForm) -> FormResult:
    """Open a closed quarter again."""

    def write(intake: Intake) -> str:
        intake.decisions.unlock(sent.text("period_code"), sent.by, sent.text("reason"))
        return "decide.done_unlock_quarter"

    return _write_at_registry(sent, write)


def _write_at_registry(sent: SentForm, write: Callable[[Intake], str]) -> FormResult:
    """Write to the registry and return the text whose key `write` returns, or the reasons against. Raises
    `AccessDeniedError`."""
    sent.require_right()
    try:
        done = write(Intake.open())
    except IntakeRefusal as refusal:
        reason = refusal.words(words.lang)
        if refusal.field in FIELDS:
            return FormResult(sent.name, problem=words("form.failed"), fields={refusal.field: reason})
        return FormResult(sent.name, problem=reason)
    except LookupError:
        return FormResult(sent.name, problem=words("decide.gone"))
    return FormResult(sent.name, done=words(done))
