"""The registry of forms and their handlers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from app.core.access import AccessDeniedError
from app.core.i18n import words
from app.core.unreadable import why_unreadable
from app.forms import actions, calls, questions, reports, review, views
from app.forms.form import FormResult, SentForm
from warehouse.desk import ASKED_AGAIN, ENDED, Desk, DiskFullError, RegistryBusyError, RegistryError
from warehouse.publish.engines import NothingPublished

# The name below `/act/` → what carries the form out.
FORMS: dict[str, Callable[[SentForm], FormResult]] = {
    "open-action": actions.open_action,
    "change-action": actions.change_action,
    "move-action": actions.move_action,
    "comment-action": partial(actions.step, Desk.comment, "commented"),
    "start-action": partial(actions.step, Desk.start, "started"),
    "close-action": actions.close_action,
    "reopen-action": partial(actions.step, Desk.reopen, "reopened"),
    "cancel-action": partial(actions.step, Desk.cancel, "cancelled"),
    "add-note": actions.add_note,
    "ask-question": questions.ask,
    "answer-question": questions.answer,
    "ask-again": partial(questions.step, ASKED_AGAIN, "asked_again"),
    "close-question": partial(questions.step, ENDED, "closed"),
    "record-call": calls.record_call,
    "keep-line": calls.keep_line,
    "decide": review.decide,
    "order-topics": review.order_topics,
    "hold-review": review.hold_review,
    "write-minutes": review.write_minutes,
    "save-view": views.save_view,
    "change-view": views.change_view,
    "archive-view": partial(views.mark_view, "archived"),
    "restore-view": partial(views.mark_view, "restored"),
    "pin-view": partial(views.mark_view, "pinned"),
    "unpin-view": partial(views.mark_view, "unpinned"),
    "watch-view": views.watch_view,
    "unwatch-view": views.unwatch_view,
    "accept-report": reports.accept_report,
    "return-report": reports.return_report,
    "lock-quarter": reports.lock_quarter,
    "unlock-quarter": reports.unlock_quarter,
}
log = logging.getLogger(__name__)


def carry_out(form: SentForm) -> FormResult:
    """Do what a form requests.

    Never raises: whatever goes wrong becomes a message, and what was typed stays in the form.
    """
    work = FORMS.get(form.name)
    if work is None:
        return FormResult(form.name, problem=words("form.failed"))
    try:
        form.require_right()
        return work(form)
    except AccessDeniedError:
        return FormResult(form.name, problem=words("form.denied"), is_refused=True)
    except (DiskFullError, NothingPublished, RegistryError) as error:
        log.error("form %r: %s", form.name, type(error).__name__)
        is_full = isinstance(error, DiskFullError)
        fault = HTTPStatus.INSUFFICIENT_STORAGE if is_full else HTTPStatus.SERVICE_UNAVAILABLE
        return FormResult(form.name, problem=_problem(error), fault=fault)
    except RegistryBusyError:
        log.warning("form %r: the registry is busy", form.name)
        return FormResult(form.name, problem=words("form.busy"), fault=HTTPStatus.SERVICE_UNAVAILABLE)
    except Exception:  # the last guard: the trace goes to the log, what was typed does not, the reader gets neither
        log.exception("form %r failed", form.name)
        return FormResult(form.name, problem=words("form.busy"), fault=HTTPStatus.INTERNAL_SERVER_ERROR)


def _problem(error: DiskFullError | NothingPublished | RegistryError) -> str:
    """Return why a form could not be carried out."""
    if isinstance(error, RegistryError):
        return why_unreadable(error)
    return words("form.full" if isinstance(error, DiskFullError) else "form.no_figures")
