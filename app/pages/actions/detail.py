"""One action opened: what it is, how far its figure has come, what happened to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup, escape

from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import NOTHING
from app.core.url_state import Href
from app.pages.shared.action_names import Names
from app.records import Progress
from app.records.followup import FollowUp
from app.ui.figure_text import value_text
from app.ui.status import chip
from warehouse.desk import Action, ActionEvent

_FIELD_LABELS = {
    "what": "action.what",
    "owner": "action.owner",
    "due_date": "action.due_date",
    "unit_code": "action.unit",
    "target_code": "action.target",
}


def facts(followed: FollowUp, names: Names, link: Href) -> Markup:
    """Status, unit, target, office, due day, evidence, and where the action comes from."""
    action, words = followed.action, names.words
    pairs: list[tuple[str, str]] = [
        (words("action.unit"), _place(action, names, link)),
        (words("action.target"), _aim(action, names, link)),
        (words("action.owner"), escape(action.owner)),
        (words("action.due_date"), escape(names.due(action))),
    ]
    if action.evidence:
        pairs.append((words("action.evidence_label"), escape(action.evidence)))
    opened = words("action.opened_line", at=formatting.moment(action.opened_at), by=action.opened_by)
    pairs.append((words("action.opened_label"), escape(opened)))
    if followed.review:
        held = words(
            "action.review_line",
            period=words.period(followed.review.period_code),
            day=formatting.date(followed.review.held_at),
        )
        pairs.append((words("action.review_label"), escape(held)))
    items = "".join(f"<div><dt>{escape(label)}</dt><dd>{value}</dd></div>" for label, value in pairs)
    return Markup(f"<p>{chip(names.state(action), words)}</p><dl class='facts'>{items}</dl>")


def _place(action: Action, names: Names, link: Href) -> Markup:
    unit = names.units.get(action.unit_code or "")
    if unit is None or unit.unit_level != "district":
        return escape(names.unit(action.unit_code))
    # The quarter of the action: later there may be no such district any more.
    href = link("district", unit=unit.unit_code, period=action.period_code)
    return Markup(f"<a href='{escape(href)}'>{escape(names.unit(unit.unit_code))}</a>")


def _aim(action: Action, names: Names, link: Href) -> Markup:
    target = names.targets.get(action.target_code or "")
    if target is None:
        return escape(names.target(action.target_code))
    title = f"{target.target_code} · {names.words.of(target, 'name')}"
    return Markup(f"<a href='{escape(link('target', target=target.target_code))}'>{escape(title)}</a>")


def then_and_now(followed: FollowUp, period: str, words: Words) -> Markup:
    """The figure when the work was given beside the published one; nothing without a figure."""
    if followed.then is None and followed.now is None:
        return NOTHING
    asked = words.period(followed.action.period_code)
    if followed.review:
        told = words("action.then_note", period=asked, day=formatting.date(followed.review.held_at))
    else:
        told = words("action.then_plain", period=asked)
    then = _figure(words("action.then"), followed.then, told, words)
    now = _figure(words("action.now"), followed.now, words("action.now_note", period=words.period(period)), words)
    unlike = f"<p class='note'>{escape(words('change.between'))}</p>" if followed.is_unlike else ""
    sign = words("change.sign") if followed.is_unlike else "→"
    return Markup(f"<div class='thennow'>{then}<i aria-hidden='true'>{sign}</i>{now}</div>{unlike}")


def _figure(title: str, row: Progress | None, note: str, words: Words) -> str:
    if row is None:
        value = f"<b class='big n'>{formatting.MISSING}</b>"
    else:
        sign = "<small>%</small>" if row.value_pct is not None else ""
        value = f"<b class='big n'>{value_text(row, words)}{sign}</b> {chip(row.status, words)}"
    return f"<div><span>{escape(title)}</span><p>{value}</p><span class='note'>{escape(note)}</span></div>"


def timeline(events: Sequence[ActionEvent], names: Names) -> Markup:
    """What happened, newest first: who, when, what changed, what was said and shown."""
    return Markup(f"<ol class='timeline'>{''.join(_event(event, names) for event in reversed(events))}</ol>")


def _event(event: ActionEvent, names: Names) -> str:
    words = names.words
    lines = []
    if event.kind == "changed":
        lines += [_change(field, event.before.get(field), after, names) for field, after in event.after.items()]
    if event.evidence:
        lines.append(words("action_event.evidence", evidence=event.evidence))
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    if event.text:
        told += f"<p class='said'>{escape(event.text)}</p>"
    return (
        f"<li><b>{escape(words(f'action_event.{event.kind}'))}</b> "
        f"<span class='note'>{escape(event.by)}, <time class='n'>{formatting.moment(event.at)}</time></span>{told}</li>"
    )


def _change(field: str, before: str | None, after: str | None, names: Names) -> str:
    shown = [_shown(field, value, names) for value in (before, after)]
    return names.words("action_event.change", field=names.words(_FIELD_LABELS[field]), before=shown[0], after=shown[1])


def _shown(field: str, value: str | None, names: Names) -> str:
    if value is None:
        return names.words("action_event.none")
    if field == "due_date":
        return formatting.date(dt.date.fromisoformat(value))
    return {"unit_code": names.unit, "target_code": names.target}.get(field, str)(value)
