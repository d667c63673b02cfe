"""HTML of one action: its facts, the progress of its figure, its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from app.core import formatting
from app.core.i18n import words
from app.core.levels import MIDDLE_PAGE, unit_page
from app.core.url_state import Href
from app.forms.action_fields import name_of_field
from app.pages.shared.figure import Moment, then_and_now
from app.pages.shared.followup import Names
from app.pages.shared.page_parts import Happening, timeline
from app.records.followup import FollowUp
from app.ui.cards import pairs
from app.ui.page_header import link_to
from app.ui.status import chip
from warehouse.desk import CALL, SUPPORT, Action, ActionEvent, is_decision


def facts(followed: FollowUp, names: Names, link: Href) -> Markup:
    """Render status, unit, target, office, due day, evidence and origin of an action."""
    action = followed.action
    lines = [
        (words("action.unit"), _unit_link(action, names, link)),
        (words("action.target"), _target_link(action, names, link)),
        (words("action.owner"), action.owner),
        (words("action.due_date"), names.due(action)),
    ]
    if action.evidence:
        lines.append((words("action.evidence_label"), action.evidence))
    opened = words("action.opened_line", at=formatting.moment(action.opened_at), by=action.opened_by)
    lines.append((words("action.opened_label"), opened))
    if action.origin in (CALL, SUPPORT):
        lines.append((words("action.review_label"), words(f"action.from_{action.origin}")))
    if followed.review and is_decision(action):
        period = words.period(followed.review.period_code)
        held = words("action.review_line", period=period, day=formatting.date(followed.review.held_at))
        lines.append((words("action.review_label"), held))
    return Markup("<p>{}</p>").format(chip(names.state(action))) + pairs(lines, "facts")


def _unit_link(action: Action, names: Names, link: Href) -> str:
    unit = names.states.units.get(action.action_id)
    if unit is None or unit_page(unit.unit_level) != MIDDLE_PAGE:
        return names.unit_of(action)
    # The quarter of the action: later there may be no such district any more.
    return link_to(link("district", unit=unit.unit_code, period=action.period_code), names.unit_of(action))


def _target_link(action: Action, names: Names, link: Href) -> str:
    target = names.targets.get(action.target_code or "")
    if target is None:
        return names.target(action.target_code)
    title = f"{target.target_code} · {words.of(target, 'name')}"
    return link_to(link("target", target=target.target_code), title)


def figures(followed: FollowUp, period: str) -> Markup:
    """Render the figure when the action was opened beside the published one; empty without a figure."""
    given_period = words.period(followed.action.period_code)
    if followed.review:
        then_note = words("action.then_note", period=given_period, day=formatting.date(followed.review.held_at))
    else:
        then_note = words("action.then_plain", period=given_period)
    then = Moment(words("action.then"), followed.then, then_note)
    now = Moment(words("action.now"), followed.now, words("action.now_note", period=words.period(period)))
    return then_and_now(then, now, followed.is_unlike)


def history(events: Sequence[ActionEvent], names: Names) -> Markup:
    """Render the events of an action, newest first: who, when, changes, text and evidence."""
    return timeline([_happening(event, names) for event in reversed(events)])


def _happening(event: ActionEvent, names: Names) -> Happening:
    lines = []
    if event.kind in ("changed", "moved"):
        lines += [_change(field, event.before.get(field), after, names) for field, after in event.after.items()]
    if event.evidence:
        lines.append(words("action_event.evidence", evidence=event.evidence))
    return Happening(words(f"action_event.{event.kind}"), event.by, event.at, tuple(lines), event.text or "")


def _change(field: str, before: str | None, after: str | None, names: Names) -> str:
    return words(
        "action_event.change",
        field=name_of_field(field),
        before=_value_text(field, before, names),
        after=_value_text(field, after, names),
    )


def _value_text(field: str, value: str | None, names: Names) -> str:
    if value is None:
        return words("action_event.none")
    match field:
        case "due_date":
            return formatting.date(dt.date.fromisoformat(value))
        case "unit_code":
            return names.unit(value)
        case "target_code":
            return names.target(value)
        case _:
            return value
