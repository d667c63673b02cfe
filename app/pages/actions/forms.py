"""HTML of the forms about actions: opening one, and the steps that its status allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from app.analysis.action_state import TO_CLOSE
from app.core import formatting
from app.core.i18n import words
from app.core.url_state import State
from app.forms.action_fields import DUE_DAY, FIELDS, FULL, Choices, Values, render_fields
from app.pages.shared.followup import Names
from app.records import Unit
from app.ui.fields import by_field, form, long_field, opened_in, text_field
from app.ui.templates import render
from warehouse.desk import CANCELLED, DONE, OPEN, Action

Pairs = Sequence[tuple[str, str]]


def choices(units: Sequence[Unit], names: Names, chosen: str | None, day: dt.date) -> dict[str, Pairs]:
    """Return what an action may be about, (code, text) by field: the whole city and the `units` of the day until which
    work is given (and the chosen one when it is not among them, with its last day where it ended before); every
    target."""
    offered = [(unit.unit_code, words.of(unit, "name")) for unit in units]
    if chosen and chosen not in dict(offered):
        offered.insert(0, (chosen, _dated_name(chosen, names, day)))
    targets = [(code, f"{code} · {names.target(code)}") for code in names.targets]
    return {
        "unit_code": [("", words("actions.no_unit")), *offered],
        "target_code": [("", words("actions.no_target")), *targets],
    }


def _dated_name(code: str, names: Names, day: dt.date) -> str:
    unit = names.units.get(code)
    if unit is None or unit.valid_to is None or unit.valid_to > day:
        return names.unit(code)
    return words("actions.ended_name", unit=names.unit(code), until=formatting.date(unit.valid_to))


def open_form(state: State, values: Values, choices: Choices) -> Markup:
    """Render the form of a new action with its prefilled `values`, decided by the review that the address names, if
    any."""
    fields = render_fields(FULL, values, choices) + by_field()
    fixed = [("period_code", state.period), ("window", state.window), ("review_id", state.get("review") or "")]
    return form(state, "open-action", fields, words("action.open"), fixed)


def move_form(here: State, action: Action, heirs: Pairs, due: dt.date) -> Markup:
    """Render the due day and one button for each unit in the place of the one that ended, the main one first."""
    fields = render_fields(DUE_DAY, {"due_date": due}, {}, "move-") + by_field("move-")
    hidden = [*_key(action), ("seen", str(action.last_event_id))]
    action_href = here.act("move-action")
    whole = opened_in() + fields
    return render("pages/actions/move.html", action=action_href, hidden=hidden, fields=whole, heirs=heirs)


def update_forms(here: State, action: Action, choices: Choices, state: str) -> Markup:
    """Render a comment and the steps that the status allows: start, complete, change, cancel, or reopen. The closing
    note comes first for an action whose `state` is to be closed."""
    html = _comment_form(here, action)
    if state == TO_CLOSE:
        html = _folded("close", _close_form(here, action), is_open=True) + html
    if action.status in (DONE, CANCELLED):
        return html + _folded("reopen", _reason_form(here, "reopen", action))
    if action.status == OPEN:
        html += _folded("start", _reason_form(here, "start", action))
    if state != TO_CLOSE:
        html += _folded("close", _close_form(here, action))
    html += _folded("change", _change_form(here, action, choices))
    return html + _folded("cancel", _reason_form(here, "cancel", action))


def _comment_form(here: State, action: Action) -> Markup:
    fields = long_field("text", words("action_form.comment"), words("action_form.comment_hint"), prefix="comment-")
    fields += by_field("comment-")
    return form(here, "comment-action", fields, words("action_form.send_comment"), _key(action))


def _reason_form(here: State, kind: str, action: Action) -> Markup:
    """Render the form of a step that takes one text: start, reopen or cancel."""
    fields = long_field("text", words(f"action_form.{kind}_text"), prefix=f"{kind}-") + by_field(f"{kind}-")
    return form(here, f"{kind}-action", fields, words(f"action_form.send_{kind}"), _key(action))


def _close_form(here: State, action: Action) -> Markup:
    fields = text_field("evidence", words("action_form.evidence"), words("action_form.evidence_hint"), prefix="close-")
    fields += long_field("text", words("action_form.close_text"), prefix="close-") + by_field("close-")
    return form(here, "close-action", fields, words("action_form.send_close"), _key(action))


def _change_form(here: State, action: Action, choices: Choices) -> Markup:
    values = {name: getattr(action, name) for name in FIELDS}
    fields = render_fields(FULL, values, choices, "change-") + by_field("change-")
    fixed = [*_key(action), ("seen", str(action.last_event_id))]
    return form(here, "change-action", fields, words("action_form.send_change"), fixed)


def _key(action: Action) -> Pairs:
    return [("action_id", str(action.action_id))]


def _folded(kind: str, body: Markup, is_open: bool = False) -> Markup:
    step = Markup("<details class='step' id='step-{}'{}><summary>{}</summary>{}</details>")
    return step.format(kind, Markup(" open") if is_open else "", words(f"action_form.{kind}"), body)
