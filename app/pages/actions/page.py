"""Actions: what was decided, who carries it out, until when, what became of it; overdue first."""

from __future__ import annotations

from app.core.page_context import CITY, NOTHING, Context, Page, UnknownCodeError
from app.pages.actions import forms as actions_forms
from app.pages.actions.detail import facts, then_and_now, timeline
from app.pages.actions.filters import filters
from app.pages.shared import action_list
from app.pages.shared.action_names import Names
from app.pages.shared.figure_card import figure_card
from app.queries import followup, plan
from app.records import Unit
from app.ui import layout, page_header


def page(context: Context) -> Page:
    """The list, one action opened, or the form for a new one, as the address says."""
    state, units = context.state, followup.known_units(context.reader)
    if state.target and state.target not in context.targets:
        raise UnknownCodeError("target", state.target)
    if state.unit and state.unit not in units:
        raise UnknownCodeError("unit", state.unit)
    names = Names(units, context.targets, context.publication.as_of_date, context.words)
    if state.get("new"):
        return _new(context, names)
    return _one(context, names) if state.get("action") else _list(context, names)


def _list(context: Context, names: Names) -> Page:
    state, words, desk = context.state, context.words, context.desk
    review = int(state.get("review") or 0) or None
    actions = desk.actions(unit=state.unit, target=state.target, review_id=review)
    shown = action_list.in_state(actions, state.get("status"), names)
    groups, everything = action_list.grouped(shown, names), desk.actions()
    if not everything:
        blank = page_header.unit_head(words("actions.head_none"), NOTHING)
        return Page(words("nav.actions"), (blank + action_list.empty(words, state.href("")),))
    title = action_list.headline(action_list.grouped(actions, names), words)
    choice = filters(state, everything, desk.reviews(), names)
    choice += layout.tools(context, words("actions.caption"), table="actions")
    head = page_header.unit_head(title, choice, words("actions.as_of", day=names.as_of()))
    counts = action_list.district_counts(actions, names, state.href)
    listed = action_list.action_groups(groups, names, state.href)
    body = head + layout.split(listed, layout.section(words("actions.by_district"), counts, identity="counts"))
    return Page(words("nav.actions"), (body,), {"actions": lambda: action_list.action_sheet(shown, names)})


def _one(context: Context, names: Names) -> Page:
    state, words, desk = context.state, context.words, context.desk
    try:
        action = desk.action(int(state.get("action") or 0))
    except LookupError as error:
        raise UnknownCodeError("action", state.get("action") or "") from error
    followed = followup.follow_up(context.reader, desk, action, state.period, state.window)
    options = actions_forms.options(_units(context), names, action.unit_code)
    moved = then_and_now(followed, state.period, words)
    head = page_header.unit_head(
        action.what, NOTHING, back=page_header.way_back(state.href(action=None), words("actions.back"))
    )
    left = layout.section(words("action.facts"), facts(followed, names, state.href), identity="facts")
    left += layout.section(words("action.figure"), moved, identity="figure")
    steps = actions_forms.update_forms(action, options, words)
    left += layout.section(words("action.next_steps"), steps, identity="update")
    told = timeline(desk.history(action.action_id), names)
    history = layout.section(words("action.history"), told, words("action.history_note"), "history")
    return Page(action.what, (head + layout.split(left, history),))


def _new(context: Context, names: Names) -> Page:
    state, words, unit = context.state, context.words, context.state.unit or CITY
    options = actions_forms.options(_units(context), names, state.unit)
    form = actions_forms.open_form(state, names.office(state.unit), options, words, state.get("review") or "")
    row = followup.figure(context.reader, unit, state.target, state.period, state.window)
    card = figure_card(row, names.targets[row.target_code], names.unit(unit), state.href, words) if row else NOTHING
    back = page_header.way_back(state.href(new=None, unit=None, target=None), words("actions.back"))
    head = page_header.unit_head(words("actions.new"), NOTHING, back=back)
    known = action_list.related(context.desk.actions(unit=unit, target=state.target), names, state.href)
    return Page(words("actions.new"), (head + layout.split(form, card + known),))


def _units(context: Context) -> list[Unit]:
    reader = context.reader
    return list(context.districts) or plan.wards(reader, CITY, context.period.end_date)
