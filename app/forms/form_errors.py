"""Refusals of the desk in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from app.core import formatting
from app.core.i18n import Words
from app.forms.form_result import FormResult
from app.forms.sent_form import SentForm
from warehouse.desk import DeskProblem, DeskRefusal

# Problems that no field shows are told for the whole form.
FIELDLESS = frozenset({"status", "review_id", "version", "window", "period_code", "action_id"})


def refused(sent: SentForm, refusal: DeskRefusal) -> FormResult:
    """The result of a form that the desk refused: each problem at its field."""
    general = []
    fields = {}
    for problem in refusal.problems:
        text = _wording(problem, sent.words)
        if problem.field in FIELDLESS:
            general.append(text)
        else:
            fields[problem.field] = text
    return FormResult(sent.name, problem=" ".join(general) or sent.words("form.failed"), fields=fields)


def _wording(problem: DeskProblem, words: Words) -> str:
    """Why a field is refused, as a sentence."""
    return words(f"desk.{problem.code}", **_in_words(problem.params, words))


def _in_words(params: Mapping[str, str | int], words: Words) -> dict[str, object]:
    texts: dict[str, object] = dict(params)
    if "kind" in params:
        texts["what"] = words(f"desk_kind.{params['kind']}")
    if "status" in params:
        texts["status"] = words.status(str(params["status"]))
    if "opened" in params:
        texts["opened"] = formatting.date(dt.date.fromisoformat(str(params["opened"])))
    return texts
