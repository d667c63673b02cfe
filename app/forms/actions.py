"""What the forms about actions and notes do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from app.core import access
from app.core.access import Right, Viewer
from app.core.i18n import words
from app.core.reader import Reader
from app.core.url_state import State
from app.forms.form_errors import refused
from app.forms.form_result import Outcome
from app.queries import followup, plan
from warehouse.desk import Action, Desk, DeskProblem, DeskRefusal, Draft
from warehouse.publish.engines import published

Values = Mapping[str, str]


def open_action(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Give work; moves on to the new action."""

    def write(desk: Desk) -> Action:
        draft = Draft(
            what=values.get("what", ""),
            owner=values.get("owner", ""),
            due_date=_day(values),
            period_code=values.get("period_code", ""),
            unit_code=values.get("unit_code") or None,
            target_code=values.get("target_code") or None,
            review_id=_number(values, "review_id"),
        )
        _known(viewer, draft.unit_code, draft.target_code)
        return desk.open_action(draft, values.get("by", ""))

    return _done("open-action", "opened", lang, viewer, write, values)


def change_action(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Change what an action says."""

    def write(desk: Desk) -> Action:
        changes = {
            "what": values.get("what", ""),
            "owner": values.get("owner", ""),
            "due_date": _day(values),
            "unit_code": values.get("unit_code") or None,
            "target_code": values.get("target_code") or None,
        }
        _known(viewer, changes["unit_code"], changes["target_code"])
        return desk.change_action(_key(values), values.get("by", ""), changes, seen=_number(values, "seen"))

    return _done("change-action", "changed", lang, viewer, write)


def comment_action(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Add a comment."""
    return _said("comment", "commented", values, lang, viewer, Desk.comment)


def start_action(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Note that work has begun."""
    return _said("start", "started", values, lang, viewer, Desk.start)


def reopen_action(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Take an action up again."""
    return _said("reopen", "reopened", values, lang, viewer, Desk.reopen)


def cancel_action(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Give an action up."""
    return _said("cancel", "cancelled", values, lang, viewer, Desk.cancel)


def close_action(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Note that an action is done, with its evidence."""

    def write(desk: Desk) -> Action:
        return desk.close(_key(values), values.get("by", ""), values.get("evidence", ""), values.get("text", ""))

    return _done("close-action", "closed", lang, viewer, write)


def add_note(values: Values, lang: str, viewer: Viewer) -> Outcome:
    """Write a note on a unit."""

    def write(desk: Desk) -> None:
        unit, target = values.get("unit_code", ""), values.get("target_code") or None
        _known(viewer, unit, target)
        desk.add_note(
            unit, values.get("period_code", ""), values.get("text", ""), values.get("by", ""), target_code=target
        )

    return _done("add-note", "noted", lang, viewer, write)


def _said(
    form: str, done: str, values: Values, lang: str, viewer: Viewer, write: Callable[[Desk, int, str, str], Action]
) -> Outcome:
    def say(desk: Desk) -> Action:
        return write(desk, _key(values), values.get("by", ""), values.get("text", ""))

    return _done(f"{form}-action", done, lang, viewer, say)


def _done(
    form: str,
    done: str,
    lang: str,
    viewer: Viewer,
    write: Callable[[Desk], Action | None],
    values: Values | None = None,
) -> Outcome:
    """Write, and say so or say why not; with `values` the reader is led to the action that was made."""
    access.require(viewer, Right.WRITE)
    say = words(lang)
    try:
        made = write(Desk.open())
    except DeskRefusal as refusal:
        return refused(form, refusal, lang)
    except LookupError:
        return Outcome(form, problem=say("desk.gone"))
    go = ""
    if values is not None and made is not None:
        state = State("actions", values.get("period_code", ""), values.get("window", ""), lang)
        go = state.href(action=str(made.action_id))
    return Outcome(form, done=say(f"action_done.{done}"), go=go)


def _known(viewer: Viewer, unit: object, target: object) -> None:
    """Raises DeskRefusal for a unit or target that never existed."""
    reader = Reader(viewer, published())
    problems = []
    if unit and unit not in followup.known_units(reader):
        problems.append(DeskProblem("unit_code", "unknown"))
    if target and target not in {one.target_code for one in plan.targets(reader)}:
        problems.append(DeskProblem("target_code", "unknown"))
    if problems:
        raise DeskRefusal(*problems)


def _day(values: Values) -> dt.date | None:
    """The due day as people write it (30/06/2025, 30-6-2025) or in ISO; None when left empty."""
    text = values.get("due_date", "").strip()
    for shape in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(text, shape).date()
        except ValueError:
            continue
    if text:
        raise DeskRefusal(DeskProblem("due_date", "not_a_date"))
    return None


def _number(values: Values, name: str) -> int | None:
    text = values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else None


def _key(values: Values) -> int:
    """The action's number. Raises LookupError when there is none."""
    number = _number(values, "action_id")
    if number is None:
        raise LookupError("action_id")
    return number
