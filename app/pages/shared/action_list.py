"""The list of actions: what is overdue first, then what is open, then what is finished; counts by district."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup, escape

from app.analysis.action_state import OVERDUE
from app.core import formatting
from app.core.i18n import Words
from app.core.sheet import Column, Sheet
from app.core.url_state import Href
from app.pages.shared.action_names import IN_TIME, UNFINISHED, Names
from app.ui.status import chip
from app.ui.tables import table
from warehouse.desk import CANCELLED, DONE, Action

# After years of reviews a page must still be quick to send; filters and the file lead to the rest.
SHOWN_ACTIONS = 60
GROUPS = (OVERDUE, IN_TIME, DONE, CANCELLED)


def in_state(actions: Sequence[Action], wanted: str | None, names: Names) -> list[Action]:
    """Those actions that are overdue, unfinished or in a status; all when nothing is wanted."""
    if wanted == UNFINISHED:
        return [action for action in actions if action.is_unfinished]
    return [action for action in actions if not wanted or wanted in (action.status, names.state(action))]


def grouped(actions: Sequence[Action], names: Names) -> dict[str, list[Action]]:
    """Actions by group of the list: overdue, unfinished in time, done, cancelled; finished ones newest first."""
    groups: dict[str, list[Action]] = {group: [] for group in GROUPS}
    for action in actions:
        groups[_group(action, names)].append(action)
    for group in (DONE, CANCELLED):
        groups[group].sort(key=lambda action: action.moved_at, reverse=True)
    return groups


def headline(groups: dict[str, list[Action]], words: Words) -> str:
    """The finding: how many are overdue, how many in time."""
    overdue, in_time = len(groups[OVERDUE]), len(groups[IN_TIME])
    if overdue:
        return words("actions.head_overdue", overdue=overdue, in_time=in_time)
    if in_time:
        return words("actions.head_going", in_time=in_time)
    return words("actions.head_finished" if any(groups.values()) else "actions.head_none")


def _group(action: Action, names: Names) -> str:
    state = names.state(action)
    return IN_TIME if action.is_unfinished and state != OVERDUE else state


def action_groups(groups: dict[str, list[Action]], names: Names, link: Href) -> Markup:
    """Every group under its heading; finished ones are folded unless nothing else is there."""
    words, drawn = names.words, ""
    is_busy = bool(groups[OVERDUE] or groups[IN_TIME])
    for group, actions in groups.items():
        if not actions:
            continue
        title = escape(words(f"action_group.{group}", count=len(actions)))
        rows = _rows(actions, names, link)
        if is_busy and group in (DONE, CANCELLED):
            drawn += f"<details class='finished' id='group-{group}'><summary>{title}</summary>{rows}</details>"
        else:
            drawn += f"<section id='group-{group}'><h2>{title}</h2>{rows}</section>"
    return Markup(drawn) or Markup(f"<p class='note'>{escape(words('actions.none_found'))}</p>")


def _rows(actions: Sequence[Action], names: Names, link: Href) -> str:
    rows = "".join(_row(action, names, link) for action in actions[:SHOWN_ACTIONS])
    left = len(actions) - SHOWN_ACTIONS
    more = f"<p class='note'>{escape(names.words('actions.more', count=left))}</p>" if left > 0 else ""
    return f"<ul class='actions'>{rows}</ul>{more}"


def related(actions: Sequence[Action], names: Names, link: Href) -> Markup:
    """What is still to be done about the same figure, so that nobody gives it twice; nothing when there is none."""
    rows = "".join(_row(action, names, link) for action in actions if action.is_unfinished)
    title = escape(names.words("actions.related"))
    return Markup(f"<section id='related'><h2>{title}</h2><ul class='actions'>{rows}</ul></section>" if rows else "")


def _row(action: Action, names: Names, link: Href) -> str:
    words = names.words
    more = [words("actions.moved", by=action.moved_by, at=formatting.moment(action.moved_at))]
    if action.comment_count:
        more.insert(0, words("actions.comments", count=action.comment_count))
    if action.evidence:
        more.insert(0, words("actions.evidence_short", evidence=action.evidence))
    return (
        f"<li>{chip(names.state(action), words)}"
        f"<div><a class='what' href='{escape(link('actions', action=str(action.action_id)))}'>{escape(action.what)}</a>"
        f"<p class='about'>{escape(names.about(action))}</p></div>"
        f"<div class='owner'>{escape(action.owner)}<p class='n'>{escape(names.deadline(action))}</p></div>"
        f"<p class='moved'>{escape(' · '.join(more))}</p></li>"
    )


def district_counts(actions: Sequence[Action], names: Names, link: Href) -> Markup:
    """How many actions of each unit are overdue, in time and done; most overdue first."""
    words, counts = names.words, Counter((action.unit_code, _group(action, names)) for action in actions)
    units = sorted(
        {action.unit_code for action in actions},
        key=lambda unit: (-counts[unit, OVERDUE], -counts[unit, IN_TIME], names.unit(unit)),
    )
    heads = [
        (words("actions.column_unit"), ""),
        (words("actions.column_overdue"), "n"),
        (words("actions.column_in_time"), "n"),
        (words("actions.column_done"), "n"),
    ]
    rows = [
        (_unit_link(unit, names, link), *(words.number(counts[unit, group]) for group in (OVERDUE, IN_TIME, DONE)))
        for unit in units
    ]
    return table("workload", heads, rows, words("actions.by_district"))


def _unit_link(unit: str | None, names: Names, link: Href) -> Markup:
    if unit is None:
        return escape(names.unit(unit))
    return Markup(f"<a href='{escape(link('actions', unit=unit))}'>{escape(names.unit(unit))}</a>")


def empty(words: Words, overview: str) -> Markup:
    """What the page says before the first action: how work is given."""
    return Markup(
        f"<div class='empty'><p>{escape(words('actions.empty_text'))}</p>"
        f"<p><a href='{escape(overview)}'>{escape(words('actions.empty_way'))}</a></p></div>"
    )


def action_sheet(actions: Sequence[Action], names: Names) -> Sheet:
    """The list as a table of raw values."""
    words = names.words
    columns = (
        Column(words("action.what")),
        Column(words("sheet.unit_code")),
        Column(words("action.unit")),
        Column(words("sheet.target_code")),
        Column(words("action.owner")),
        Column(words("action.due_date"), "date"),
        Column(words("figures.status")),
        Column(words("action.evidence_label")),
        Column(words("action.opened_label"), "moment"),
    )
    rows = tuple(
        (
            action.what,
            action.unit_code,
            names.unit(action.unit_code),
            action.target_code,
            action.owner,
            action.due_date,
            words.status(names.state(action)),
            action.evidence,
            action.opened_at,
        )
        for action in actions
    )
    return Sheet(words("actions.caption"), columns, rows)
