"""Actions and notes on a page: their names and groups, lists of actions, notes on a unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.analysis.action_state import OVERDUE, TO_CLOSE, TO_MOVE, ActionStates, action_states
from app.core import formatting
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.url_state import Href
from app.queries import followup, plan
from app.records import Target, Unit
from app.ui.action_text import ended_text
from app.ui.fields import by_field, choice_field, form, long_field
from app.ui.page_header import remark
from app.ui.templates import render
from warehouse.desk import CANCELLED, DONE, OPEN, UNDER_WAY, Action, Note

UNFINISHED = "unfinished"
# What the list may be filtered by, in the order of the choice.
STATUS_CHOICES = (OVERDUE, TO_MOVE, TO_CLOSE, UNFINISHED, OPEN, UNDER_WAY, DONE, CANCELLED)


@dataclass(frozen=True, slots=True)
class Names:
    """Names in the reader's language, and the states of the named actions."""

    units: Mapping[str, Unit]
    targets: Mapping[str, Target]
    states: ActionStates

    def unit(self, code: str | None) -> str:
        """Return a unit's name; the whole city for None."""
        if code is None:
            return words("actions.no_unit")
        unit = self.units.get(code)
        return words.of(unit, "name") if unit else code

    def target(self, code: str | None) -> str:
        """Return a target's short name."""
        if code is None:
            return words("actions.no_target")
        target = self.targets.get(code)
        return words.of(target, "short_name") if target else code

    def as_of(self) -> str:
        """Return the day on which being overdue is judged, in the reader's style."""
        return formatting.date(self.states.day)

    def unit_of(self, action: Action) -> str:
        """Return the name of the unit that an action was given to."""
        unit = self.states.units.get(action.action_id)
        return words.of(unit, "name") if unit else self.unit(action.unit_code)

    def about(self, action: Action) -> str:
        """Return which unit and target an action is about."""
        unit = self.unit_of(action)
        return f"{unit} · {self.target(action.target_code)}" if action.target_code else unit

    def state(self, action: Action) -> str:
        """Return the action's status, or the state that takes precedence over it."""
        return self.states.of(action)

    def pending(self, action: Action) -> str:
        """Return what must be done before the action can continue: move it to the units in place of its own, or
        close it."""
        state = self.state(action)
        if state == TO_CLOSE:
            return words("actions.to_close", day=self.as_of())
        return ended_text(action, self.states) if state == TO_MOVE else ""

    def deadline(self, action: Action) -> str:
        """Return the due day with its word, or when it was done."""
        if action.closed_at:
            return words("actions.closed", day=formatting.date(action.closed_at))
        return words("actions.due", day=self.due(action))

    def due(self, action: Action) -> str:
        """Return the due day, and how far away it is while a unit that exists has something to do."""
        due = formatting.date(action.due_date)
        if not action.is_unfinished or self.state(action) == TO_MOVE:
            return due
        days = (action.due_date - self.states.day).days
        if days == 0:
            return f"{due} · {words('actions.due_today')}"
        return f"{due} · {words('actions.left' if days > 0 else 'actions.late', days=abs(days))}"


def name_actions(context: Context, actions: Iterable[Action]) -> Names:
    """Return the names of some actions, and their states, by a page's version and day."""
    states = action_states(context.reader, actions, context.publication.as_of_date)
    units, targets = followup.known_units(context.reader), plan.named_targets(context.reader)
    return Names(units, targets, states)


# After years of reviews a page must still be quick to send; filters and the file lead to the rest.
SHOWN_ACTIONS = 60
IN_TIME = "in_time"
FINISHED = (DONE, CANCELLED)
# Not counted against anyone.
PENDING = (TO_MOVE, TO_CLOSE)
GROUPS = (OVERDUE, *PENDING, IN_TIME, *FINISHED)
Groups = Mapping[str, Sequence[Action]]


def grouped(actions: Sequence[Action], names: Names) -> dict[str, list[Action]]:
    """Return actions by group of the list: overdue, to be moved, to be closed, in time, done, cancelled; finished
    actions newest first."""
    groups: dict[str, list[Action]] = {group: [] for group in GROUPS}
    for action in actions:
        groups[group_of(action, names)].append(action)
    for group in FINISHED:
        groups[group].sort(key=lambda action: action.moved_at, reverse=True)
    return groups


def group_of(action: Action, names: Names) -> str:
    """Return the group of the list that an action belongs to."""
    state = names.state(action)
    return IN_TIME if action.is_unfinished and state not in (OVERDUE, *PENDING) else state


def action_groups(groups: Groups, names: Names, link: Href) -> Markup:
    """Render every group under its heading; finished groups are folded unless there is nothing else."""
    is_busy = any(groups[group] for group in GROUPS if group not in FINISHED)
    html = NOTHING
    for group, actions in groups.items():
        if not actions:
            continue
        title = words(f"action_group.{group}", count=len(actions))
        if is_busy and group in FINISHED:
            part = Markup("<details class='finished' id='group-{}'><summary>{}</summary>{}</details>")
        else:
            part = Markup("<section id='group-{}'><h2>{}</h2>{}</section>")
        html += part.format(group, title, _first_actions(actions, names, link))
    return html or remark(words("actions.none_found"))


def _first_actions(actions: Sequence[Action], names: Names, link: Href) -> Markup:
    listed = action_items(actions[:SHOWN_ACTIONS], names, link)
    left = len(actions) - SHOWN_ACTIONS
    return listed + remark(words("actions.more", count=left)) if left > 0 else listed


def action_items(actions: Sequence[Action], names: Names, link: Href) -> Markup:
    """Render the actions in the order given."""
    return render("pages/shared/action_list.html", actions=actions, names=names, link=link, moves=_moves)


def _moves(action: Action) -> list[str]:
    moves = []
    if action.evidence:
        moves.append(words("actions.evidence_short", evidence=action.evidence))
    if action.comment_count:
        moves.append(words("actions.comments", count=action.comment_count))
    moves.append(words("actions.moved", by=action.moved_by, at=formatting.moment(action.moved_at)))
    return moves


def notes_block(context: Context, notes: Sequence[Note], unit: str, targets: Sequence[Target]) -> Markup:
    """Render notes newest first, and the form for a new one; give it a section of its own. `targets` are those that a
    note on this unit may be about."""
    names = {target.target_code: words.of(target, "short_name") for target in targets}
    form = note_form(context, unit, targets)
    return render("pages/shared/notes.html", notes=notes, names=names, form=form)


def note_form(context: Context, unit: str, targets: Sequence[Target]) -> Markup:
    """Render a folded form for a note on a unit in the chosen quarter; empty in a file and for viewers who write
    none."""
    if not context.may_send("add-note"):
        return NOTHING
    state = context.state
    names = {target.target_code: words.of(target, "short_name") for target in targets}
    choices = [("", words("notes.any_target")), *((code, f"{code} · {name}") for code, name in names.items())]
    fields = long_field("text", words("notes.text"), words("notes.hint"), prefix="note-")
    fields += choice_field("target_code", words("notes.target"), choices, state.target or "", prefix="note-")
    fields += by_field("note-")
    hidden = [("unit_code", unit), ("period_code", state.period)]
    html = form(state, "add-note", fields, words("notes.send"), hidden)
    return render("pages/shared/note_form.html", form=html)
