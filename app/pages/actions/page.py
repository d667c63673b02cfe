"""Actions: decisions, the office in charge, the due day and the outcome, overdue actions first; questions on
figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from app.analysis.due_day import due_day
from app.core import formatting, permissions
from app.core.i18n import words
from app.core.page_context import NOTHING, Context, Page, Tables, UnknownCodeError
from app.core.reader import Reader
from app.core.status import SILENT, SILENT_REPORT
from app.pages.actions import detail, forms, listing, questions
from app.pages.actions.downloads import action_sheet
from app.pages.shared.figure import figure_card
from app.pages.shared.followup import Names, action_groups, grouped, name_actions
from app.pages.shared.reporting import standing_of
from app.queries import followup, plan, reporters
from app.queries.office import office_of
from app.records import Progress, Target, Unit
from app.ui import layout, page_header
from app.ui.figure_text import report_owed, what_to_do
from app.ui.page_header import link_to, remark
from warehouse import clock
from warehouse.desk import Action, meeting_of


def page(context: Context) -> Page:
    """Render the list, one action or question, or the form for a new one, as the address states.

    Raises `UnknownCodeError`.
    """
    state = context.state
    units = followup.known_units(context.reader)
    targets = plan.named_targets(context.reader)
    if state.target and state.target not in targets:
        raise UnknownCodeError("target", state.target)
    if state.unit and state.unit not in units:
        raise UnknownCodeError("unit", state.unit)
    names = name_actions(context, context.desk.actions())
    if state.get("new"):
        return _new_action(context, names)
    if state.get("ask"):
        return questions.new_question(context)
    if state.get("question"):
        return questions.opened_question(context)
    if state.get("action"):
        return _opened_action(context, names, _action(context))
    return _every_action(context, names)


def _every_action(context: Context, names: Names) -> Page:
    state = context.state
    every_action = context.desk.actions()
    if not every_action:
        head = page_header.unit_head(words("actions.head_none"), NOTHING)
        body = head + questions.question_list(context) + listing.empty(state.href(""))
        return Page(words("nav.actions"), body, _question_tables(context))
    review = int(state.get("review") or 0) or None
    reviews = context.desk.reviews() if review else []
    actions = [
        action
        for action in context.desk.actions(unit=state.unit, target=state.target)
        if not review or ((meeting := meeting_of(action, reviews)) and meeting.review_id == review)
    ]
    shown = listing.in_state(actions, state.get("status"), names)
    choice = listing.filters(context, every_action, names)
    choice += layout.tools(context, words("actions.caption"), table="actions")
    title = listing.headline(grouped(actions, names))
    head = page_header.unit_head(title, choice, words("actions.as_of", day=names.as_of()))
    groups = action_groups(grouped(shown, names), names, state.href)
    counts = listing.unit_counts(actions, names, state.href)
    groups += questions.question_list(context)
    body = head + layout.split(groups, layout.section(words("actions.by_district"), counts, identity="counts"))
    return Page(words("nav.actions"), body, {"actions": lambda: action_sheet(shown, names)} | _question_tables(context))


def _question_tables(context: Context) -> Tables:
    return {"questions": lambda: questions.question_sheet(context, questions.selected(context))}


def _action(context: Context) -> Action:
    number = context.state.get("action") or "0"
    try:
        return context.desk.action(int(number))
    except LookupError as error:
        raise UnknownCodeError("action", number) from error


def _opened_action(context: Context, names: Names, action: Action) -> Page:
    state = context.state
    followed = followup.follow_up(context.reader, context.desk, action, state.period, state.window)
    back = page_header.way_back(state.href(action=None), words("actions.back"))
    head = page_header.unit_head(action.what, NOTHING, back=back)
    left = layout.section(words("action.facts"), detail.facts(followed, names, state.href), identity="facts")
    figures = detail.figures(followed, state.period)
    left += layout.section(words("action.figure"), figures, identity="figure")
    pending = remark(names.pending(action)) if names.pending(action) else NOTHING
    if context.may_send("comment-action"):
        day = max(action.due_date, names.states.day)
        choices = forms.choices(_units_on(context, day), names, action.unit_code, day)
        steps = _move_form(context, names, action)
        steps += forms.update_forms(state, action, choices, names.state(action))
        left += layout.section(words("action.next_steps"), pending + steps, identity="update")
    else:
        left = pending + left
    events = detail.history(context.desk.history(action.action_id), names)
    right = layout.section(words("action.history"), events, words("action.history_note"), "history")
    return Page(action.what, head + layout.split(left, right))


def _move_form(context: Context, names: Names, action: Action) -> Markup:
    """Render the form that hands an action over to a unit in the place of its own; empty while that exists, or if there
    is none."""
    heirs = names.states.heirs.get(action.action_id, ())
    if not action.is_unfinished or not heirs:
        return NOTHING
    due = max(action.due_date, due_day(context.periods, _working_day(names.states.day)))
    choices = [(heir.unit_code, words.of(heir, "name")) for heir in heirs]
    return forms.move_form(context.state, action, choices, due)


def _working_day(as_of: dt.date) -> dt.date:
    """Return the day from which work takes its time: today, also where the published figures are of an earlier day."""
    return max(as_of, clock.now().date())


def _new_action(context: Context, names: Names) -> Page:
    permissions.require(context.viewer, permissions.FORMS, "open-action")
    state = context.state
    unit = state.unit or context.city.unit_code
    today = context.publication.as_of_date
    due = due_day(context.periods, _working_day(today))
    heirs = _heirs(context.reader, names.units[unit], due)
    # Where several took a unit over, which of them is meant is for the reader to say.
    given = heirs[0] if len(heirs) == 1 else names.units[unit]
    chosen = given.unit_code if state.unit else ""
    figure = followup.figure(context.reader, unit, state.target, state.period, state.window)
    target = names.targets[figure.target_code] if figure else None
    values = {
        "what": _work(context, figure, target),
        "owner": office_of(context.reader, given, today) if given.exists_on(due) else "",
        "due_date": due,
        "unit_code": chosen,
        "target_code": state.target,
    }
    choices = forms.choices(_units_on(context, due), names, chosen, due)
    form = _ended(context, names.units[unit], heirs, due) + forms.open_form(state, values, choices)
    card = NOTHING
    if figure and target:
        card = figure_card(figure, target, names.unit(unit), state.href)
    back = page_header.way_back(state.href(new=None, unit=None, target=None), words("actions.back"))
    head = page_header.unit_head(words("actions.new"), NOTHING, back=back)
    known = listing.related(context.desk.actions(unit=unit, target=state.target), names, state.href)
    return Page(words("actions.new"), head + layout.split(form, card + known))


def _work(context: Context, figure: Progress | None, target: Target | None) -> str:
    """Return the work to do about the figure in the address, or about its unit's report where that is in no figure."""
    state = context.state
    text = what_to_do(figure, target) if figure and target else ""
    is_of_report = figure.status in SILENT if figure else not state.target
    reports = reporters.reports(context.reader, state.unit) if state.unit and is_of_report else []
    report = next((report for report in reports if report.period_code == state.period), None)
    if report is None:
        return text
    # A report that came after these figures is not requested again.
    now = standing_of(context, report).report.state
    if now in SILENT_REPORT:
        return report_owed(now, report.period_code)
    # A report that counts without this target's cells must be completed.
    return report_owed("rejected", report.period_code) if figure and now == report.state else ""


def _units_on(context: Context, day: dt.date) -> list[Unit]:
    """Return the units that report for the period of a day, for the last known period where the day lies beyond."""
    period = next((period for period in context.periods if day <= period.end_date), context.periods[-1])
    return plan.reporting_units(context.reader, period.period_code)


def _heirs(reader: Reader, unit: Unit, day: dt.date) -> list[Unit]:
    """Return the units in the place of a unit that ended by a day; none while it exists."""
    if unit.exists_on(day):
        return []
    return plan.authorities_after(reader, [unit], day)[unit]


def _ended(context: Context, unit: Unit, heirs: Sequence[Unit], day: dt.date) -> Markup:
    """Render the note that the unit in the address ends before the due day, with links to give the work to those in its
    place; empty for a unit that lasts."""
    if unit.exists_on(day):
        return NOTHING
    state = context.state
    # Codes are used again: in the quarter of the address another unit may have borne that of the heir.
    period = next((period.period_code for period in context.periods if period.is_opening), state.period)
    links = [link_to(state.href(unit=heir.unit_code, period=period), words.of(heir, "name")) for heir in heirs]
    key = "actions.ended_one" if len(heirs) == 1 else "actions.ended" if heirs else "actions.ended_none"
    until = formatting.date(unit.valid_to)
    return remark(words.markup(key, unit=words.of(unit, "name"), until=until, heirs=words.join(links)))
