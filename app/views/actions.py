"""Actions: what was decided, who carries it out, until when, what became of it; overdue first."""

from __future__ import annotations

from app import shell
from app.charts import action_detail, action_forms, action_list, heads
from app.charts.action_filters import filters
from app.charts.action_names import Names
from app.charts.cards import figure_card
from app.context import CITY, NOTHING, Context, Page, UnknownCodeError
from app.facts import Unit
from app.queries import followup, plan


def page(context: Context) -> Page:
    """The list, one action opened, or the form for a new one, as the address says."""
    state, units = context.state, followup.known_units(context.viewer, context.warehouse)
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
        blank = heads.unit_head(words("actions.head_none"), NOTHING)
        return Page(words("nav.actions"), (blank + action_list.empty(words, state.href("")),))
    title = action_list.headline(action_list.grouped(actions, names), words)
    choice = filters(state, everything, desk.reviews(), names)
    choice += shell.tools(context, words("actions.caption"), table="actions")
    head = heads.unit_head(title, choice, words("actions.as_of", day=names.as_of()))
    counts = action_list.district_counts(actions, names, state.href)
    listed = action_list.action_groups(groups, names, state.href)
    body = head + shell.split(listed, shell.section(words("actions.by_district"), counts, identity="counts"))
    return Page(words("nav.actions"), (body,), {"actions": lambda: action_list.action_sheet(shown, names)})


def _one(context: Context, names: Names) -> Page:
    state, words, desk = context.state, context.words, context.desk
    try:
        action = desk.action(int(state.get("action") or 0))
    except LookupError as error:
        raise UnknownCodeError("action", state.get("action") or "") from error
    followed = followup.follow_up(context.viewer, context.warehouse, desk, action, state.period, state.window)
    options = action_forms.options(_units(context), names, action.unit_code)
    moved = action_detail.then_and_now(followed, state.period, words)
    head = heads.unit_head(action.what, NOTHING, back=heads.way_back(state.href(action=None), words("actions.back")))
    left = shell.section(words("action.facts"), action_detail.facts(followed, names, state.href), identity="facts")
    left += shell.section(words("action.figure"), moved, identity="figure")
    steps = action_forms.update_forms(action, options, words)
    left += shell.section(words("action.next_steps"), steps, identity="update")
    told = action_detail.timeline(desk.history(action.action_id), names)
    history = shell.section(words("action.history"), told, words("action.history_note"), "history")
    return Page(action.what, (head + shell.split(left, history),))


def _new(context: Context, names: Names) -> Page:
    state, words, unit = context.state, context.words, context.state.unit or CITY
    options = action_forms.options(_units(context), names, state.unit)
    form = action_forms.open_form(state, names.office(state.unit), options, words, state.get("review") or "")
    row = followup.figure(context.viewer, context.warehouse, unit, state.target, state.period, state.window)
    card = figure_card(row, names.targets[row.target_code], names.unit(unit), state.href, words) if row else NOTHING
    back = heads.way_back(state.href(new=None, unit=None, target=None), words("actions.back"))
    head = heads.unit_head(words("actions.new"), NOTHING, back=back)
    known = action_list.related(context.desk.actions(unit=unit, target=state.target), names, state.href)
    return Page(words("actions.new"), (head + shell.split(form, card + known),))


def _units(context: Context) -> list[Unit]:
    ask = (context.viewer, context.warehouse)
    return list(context.districts) or plan.wards(*ask, CITY, context.period.end_date)
