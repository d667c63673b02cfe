"""HTML of actions in a list, the overdue ones first: what is to be done about what, by whom, until when, what moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.analysis.action_state import OVERDUE, TO_CLOSE, TO_MOVE
from app.core import formatting
from app.core.page_context import NOTHING
from app.core.url_state import Href
from app.pages.shared.action_names import Names
from app.ui.page_header import remark
from app.ui.templates import render
from warehouse.desk import CANCELLED, DONE, Action

# After years of reviews a page must still be quick to send; filters and the file lead to the rest.
SHOWN_ACTIONS = 60
IN_TIME = "in_time"
FINISHED = (DONE, CANCELLED)
# Not counted against anyone.
PENDING = (TO_MOVE, TO_CLOSE)
GROUPS = (OVERDUE, *PENDING, IN_TIME, *FINISHED)
Groups = Mapping[str, Sequence[Action]]


def grouped(actions: Sequence[Action], names: Names) -> dict[str, list[Action]]:
    """Actions by group of the list: overdue, to be moved, to be closed, in time, done, cancelled; finished ones newest
    first."""
    groups: dict[str, list[Action]] = {group: [] for group in GROUPS}
    for action in actions:
        groups[group_of(action, names)].append(action)
    for group in FINISHED:
        groups[group].sort(key=lambda action: action.moved_at, reverse=True)
    return groups


def group_of(action: Action, names: Names) -> str:
    """The group of the list in which an action stands."""
    state = names.state(action)
    return IN_TIME if action.is_unfinished and state not in (OVERDUE, *PENDING) else state


def action_groups(groups: Groups, names: Names, link: Href) -> Markup:
    """Every group under its heading; finished ones are folded unless nothing else is there."""
    words = names.words
    is_busy = any(groups[group] for group in GROUPS if group not in FINISHED)
    drawn = NOTHING
    for group, actions in groups.items():
        if not actions:
            continue
        title = words(f"action_group.{group}", count=len(actions))
        if is_busy and group in FINISHED:
            part = Markup("<details class='finished' id='group-{}'><summary>{}</summary>{}</details>")
        else:
            part = Markup("<section id='group-{}'><h2>{}</h2>{}</section>")
        drawn += part.format(group, title, _first_actions(actions, names, link))
    return drawn or remark(words("actions.none_found"))


def _first_actions(actions: Sequence[Action], names: Names, link: Href) -> Markup:
    listed = action_items(actions[:SHOWN_ACTIONS], names, link)
    left = len(actions) - SHOWN_ACTIONS
    return listed + remark(names.words("actions.more", count=left)) if left > 0 else listed


def action_items(actions: Sequence[Action], names: Names, link: Href) -> Markup:
    """The actions in the order given."""
    return render("pages/shared/action_list.html", actions=actions, names=names, link=link, moves=_moves)


def _moves(action: Action, names: Names) -> list[str]:
    words = names.words
    moves = []
    if action.evidence:
        moves.append(words("actions.evidence_short", evidence=action.evidence))
    if action.comment_count:
        moves.append(words("actions.comments", count=action.comment_count))
    moves.append(words("actions.moved", by=action.moved_by, at=formatting.moment(action.moved_at)))
    return moves
