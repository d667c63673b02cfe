"""What people do in the app: one function per form, from typed values to something written or a friendly refusal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from app.core import url_state
from app.core.access import Viewer
from app.core.i18n import words
from app.forms import actions, review
from app.forms.form_result import Outcome
from app.forms.reports import accept_report, lock_quarter, return_report, unlock_quarter
from warehouse.desk import DiskFullError, RegistryDamagedError

# The registry of forms: the name in `data-send` → what carries it out, given the typed values and who typed them.
DEEDS: dict[str, Callable[[Mapping[str, str], str, Viewer], Outcome]] = {
    "open-action": actions.open_action,
    "change-action": actions.change_action,
    "comment-action": actions.comment_action,
    "start-action": actions.start_action,
    "close-action": actions.close_action,
    "reopen-action": actions.reopen_action,
    "cancel-action": actions.cancel_action,
    "add-note": actions.add_note,
    "decide": review.decide,
    "hold-review": review.hold_review,
    "accept-report": accept_report,
    "return-report": return_report,
    "lock-quarter": lock_quarter,
    "unlock-quarter": unlock_quarter,
}
log = logging.getLogger(__name__)


def carry_out(sent: Any, page: str, parameters: Mapping[str, str], viewer: Viewer) -> Outcome:
    """Do what a form asks. `sent` is `{"form": name, "values": {field: text}}` as the browser sent it.

    Never raises: whatever goes wrong becomes a message, and what was typed stays in the form.
    """
    lang = url_state.language_of(parameters)
    say = words(lang)
    name = str(sent.get("form", "")) if isinstance(sent, Mapping) else ""
    deed = DEEDS.get(name)
    if deed is None:
        return Outcome(name, problem=say("form.failed"))
    values = {str(key): str(value) for key, value in sent.get("values", {}).items()}
    try:
        return deed(values, lang, viewer)
    except DiskFullError:
        log.error("form %r on page %r: the disk is full", name, page)
        return Outcome(name, problem=say("form.full"))
    except RegistryDamagedError as damaged:
        return Outcome(name, problem=damaged.words(lang))
    except Exception:  # the last wall: a trace goes to the log, never what was typed, never to a reader
        log.exception("form %r on page %r failed", name, page)
        return Outcome(name, problem=say("form.busy"))
