"""The registry of forms, and the way in: whatever a browser sends becomes something written or a friendly refusal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from app.core import url_state
from app.core.access import AccessDeniedError, Viewer
from app.forms import actions, calls, reports, review
from app.forms.form import FormResult, SentForm
from warehouse.desk import Desk, DiskFullError, RegistryDamagedError

# The name in `data-send` → what carries the form out.
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
    "record-call": calls.record_call,
    "keep-line": calls.keep_line,
    "decide": review.decide,
    "hold-review": review.hold_review,
    "write-minutes": review.write_minutes,
    "accept-report": reports.accept_report,
    "return-report": reports.return_report,
    "lock-quarter": reports.lock_quarter,
    "unlock-quarter": reports.unlock_quarter,
}
log = logging.getLogger(__name__)


def refuse_for_now(sent: Any, parameters: Mapping[str, str], viewer: Viewer, wait_s: int) -> FormResult:
    """What somebody is told who sends too often and must wait some seconds first; nothing is carried out."""
    form = _read(sent, url_state.language_of(parameters), viewer)
    return FormResult(form.name, problem=form.words("guard.too_often", seconds=wait_s))


def carry_out(sent: Any, page: str, parameters: Mapping[str, str], viewer: Viewer) -> FormResult:
    """Do what a form asks. `sent` is `{"form": name, "values": {field: text}}` as the browser sent it.

    Never raises: whatever goes wrong becomes a message, and what was typed stays in the form.
    """
    form = _read(sent, url_state.language_of(parameters), viewer)
    work = FORMS.get(form.name)
    if work is None:
        return FormResult(form.name, problem=form.words("form.failed"))
    try:
        form.require_right()
        return work(form)
    except AccessDeniedError:
        return FormResult(form.name, problem=form.words("form.denied"), is_refused=True)
    except DiskFullError:
        log.error("form %r on page %r: the disk is full", form.name, page)
        return FormResult(form.name, problem=form.words("form.full"))
    except RegistryDamagedError as damaged:
        return FormResult(form.name, problem=damaged.words(form.lang))
    except Exception:  # the last wall: a trace goes to the log, never what was typed, never to a reader
        log.exception("form %r on page %r failed", form.name, page)
        return FormResult(form.name, problem=form.words("form.busy"))


def _read(sent: Any, lang: str, viewer: Viewer) -> SentForm:
    if not isinstance(sent, Mapping):
        return SentForm("", {}, lang, viewer)
    values = {str(field): str(text) for field, text in sent.get("values", {}).items()}
    return SentForm(str(sent.get("form", "")), values, lang, viewer)
