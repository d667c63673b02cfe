"""What the forms about reports do, at the registry: accept, return, close a quarter, open it again."""

from __future__ import annotations

from collections.abc import Callable

from app.forms.form import FormResult, SentForm
from warehouse.intake import Intake, IntakeRefusal

# Fields that the forms have; a refusal about anything else is told for the whole form.
FIELDS = frozenset({"by", "note", "reason"})


def accept_report(sent: SentForm) -> FormResult:
    """Let a report count, and have the figures calculated anew in the background."""

    def write(intake: Intake) -> None:
        intake.decisions.accept(sent.key("submission_id"), sent.by, sent.text("note"), seen=sent.text("seen") or None)
        intake.request_build(sent.by)

    return _write_at_registry(sent, "decide.done_accept_report", write)


def return_report(sent: SentForm) -> FormResult:
    """Return a report to its sender with a reason; the version before it counts again.

    Figures are calculated anew even where the report never counted: they then say that one came and was refused.
    """

    def write(intake: Intake) -> None:
        intake.decisions.give_back(
            sent.key("submission_id"), sent.by, sent.text("reason"), seen=sent.text("seen") or None
        )
        intake.request_build(sent.by)

    return _write_at_registry(sent, "decide.done_return_report", write)


def lock_quarter(sent: SentForm) -> FormResult:
    """Close a quarter: whatever comes later needs a reason."""

    def write(intake: Intake) -> None:
        intake.decisions.lock(sent.text("period_code"), sent.by, sent.text("reason"))

    return _write_at_registry(sent, "decide.done_lock_quarter", write)


def unlock_quarter(sent: SentForm) -> FormResult:
    """Open a closed quarter again."""

    def write(intake: Intake) -> None:
        intake.decisions.unlock(sent.text("period_code"), sent.by, sent.text("reason"))

    return _write_at_registry(sent, "decide.done_unlock_quarter", write)


def _write_at_registry(sent: SentForm, done: str, write: Callable[[Intake], None]) -> FormResult:
    """Write, and say so with the text of key `done`, or say why not. Raises `AccessDeniedError`."""
    sent.require_right()
    try:
        write(Intake.open())
    except IntakeRefusal as refusal:
        reason = refusal.words(sent.lang)
        if refusal.field in FIELDS:
            return FormResult(sent.name, problem=sent.words("form.failed"), fields={refusal.field: reason})
        return FormResult(sent.name, problem=reason)
    except LookupError:
        return FormResult(sent.name, problem=sent.words("decide.gone"))
    return FormResult(sent.name, done=sent.words(done))
