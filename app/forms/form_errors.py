"""Refusals of the desk in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from app.core import formatting
from app.core.i18n import Words, words
from app.forms.form_result import Outcome
from warehouse.desk import DeskProblem, DeskRefusal

# Problems that no field shows are told for the whole form.
FIELDLESS = frozenset({"status", "review_id", "version", "window", "period_code", "action_id"})


def refused(form: str, refusal: DeskRefusal, lang: str) -> Outcome:
    """The outcome of a form that the desk refused: each problem at its field."""
    say = words(lang)
    told = [(problem.field, wording(problem, say)) for problem in refusal.problems]
    general = [text for field, text in told if field in FIELDLESS]
    fields = {field: text for field, text in told if field not in FIELDLESS}
    return Outcome(form, problem=" ".join(general) or say("form.failed"), fields=fields)


def wording(problem: DeskProblem, say: Words) -> str:
    """Why a field is refused, as a sentence."""
    params = _shown(problem.params, say)
    return say(f"desk.{problem.code}", **params) if params else say(f"desk.{problem.code}")


def _shown(params: Mapping[str, str | int], say: Words) -> dict[str, object]:
    shown: dict[str, object] = dict(params)
    if "kind" in params:
        shown["what"] = say(f"desk_kind.{params['kind']}")
    if "status" in params:
        shown["status"] = say(f"status.{params['status']}")
    if "opened" in params:
        shown["opened"] = formatting.date(dt.date.fromisoformat(str(params["opened"])))
    return shown
