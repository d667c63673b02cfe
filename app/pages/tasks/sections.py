"""HTML of the parts of the tasks page: its finding and filters, the matrix, the list, the timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from markupsafe import Markup

from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.parameters import TASK_SORT, TASK_STATUS
from app.core.url_state import State
from app.figures.grid.html import legend
from app.figures.matrix import MOST_COLUMNS
from app.figures.task_matrix.html import (
    Picked,
    Sorting,
    TaskLink,
    folded_list,
    task_areas,
    task_card,
    task_legend,
    task_list,
    task_matrix,
)
from app.figures.task_timeline.html import task_timeline
from app.figures.task_timeline.spec import timeline_spec
from app.pages.shared.page_parts import find_form, find_label, in_parts
from app.pages.tasks.areas import areas_grid, communes_grid, turned
from app.pages.tasks.data import Tasks
from app.records import Unit
from app.records.tasks import Task, TaskState
from app.ui import layout, page_header
from app.ui.choices import links, select, widen
from app.ui.page_header import opening

NARROWED_BY = ("task", "unit", "status", "find")


def head(context: Context, tasks: Tasks) -> Markup:
    """Render the filters, the finding, where most is overdue, who has not reported."""
    workload = tasks.workload
    filters = NOTHING if context.state.is_file else _filters(context, tasks)
    if not workload.item_count:
        return opening(filters, finding(context, tasks))
    lines = []
    # Of one task, or of what is not overdue, it would say nothing.
    if workload.worst and not context.state.get("task") and context.state.get("status") in (None, "overdue"):
        worst = [_overdue_task(context.state, tasks.tasks[code], count) for code, count in workload.worst]
        lines.append(words.markup("tasks.worst", tasks=words.join(worst)))
    if workload.absent_unit_count:
        href = context.state.href(status="absent", part=None)
        link = page_header.link_to(href, words("tasks.absent_way"))
        lines.append(words.markup("tasks.absent", count=workload.absent_unit_count, way=link))
    return opening(filters, finding(context, tasks), lines)


def finding(context: Context, tasks: Tasks) -> str:
    """Return how much is overdue and how much done of the selected items, in a sentence; of a status how many have
    it."""
    workload = tasks.workload
    if context.state.get("status"):
        units = len({item.unit_code for item in tasks.shown})
        counts = {"count": words.number(len(tasks.shown)), "units": words.number(units)}
        return words("tasks.title_status", what=_shown(context, tasks), **counts)
    if not workload.item_count:
        text = words("tasks.nothing_yet", period=words.period(context.state.period))
    else:
        text = words(
            "tasks.title_overdue" if workload.overdue_count else "tasks.title_in_time",
            overdue=words.number(workload.overdue_count),
            units=words.number(workload.overdue_unit_count),
            done=words.number(workload.done_count),
            of=words.number(workload.item_count),
        )
    narrowing = _narrowing(context, tasks)
    return words("tasks.narrowed", what=" · ".join(narrowing), finding=text) if narrowing else text


def matrix(context: Context, tasks: Tasks) -> Markup:
    """Render every work content of every unit."""
    html = task_legend(tasks.items) + task_matrix(tasks.matrix(), _link(context.state), _picked(context.state, tasks))
    return layout.part(context, words("tasks.matrix"), html, "", "matrix", chart="matrix")


def areas(context: Context, tasks: Tasks) -> Markup:
    """Render how many units of each area are overdue with each work content."""
    grid = areas_grid(context, tasks)
    signs = legend(grid.matrix.statuses, has_provisional=False)
    html = task_areas(grid, _link(context.state), partial(turned, context.state))
    return layout.section(words("tasks.areas"), signs + html, words("tasks.areas_note"), "matrix")


def communes(context: Context, tasks: Tasks) -> Markup:
    """Render the work contents of many communes as rows."""
    grid = communes_grid(context, tasks)
    signs = legend(grid.matrix.statuses, has_provisional=False)
    html = task_areas(grid, _link(context.state), partial(turned, context.state), kind="communes")
    return layout.section(words("tasks.matrix"), signs + html, "", "matrix")


def about_task(state: State, tasks: Tasks) -> Markup:
    """Render the opened work content: lead, deliverable, due quarter."""
    task = tasks.tasks.get(state.get("task") or "")
    return task_card(task) if task else NOTHING


def item_list(context: Context, tasks: Tasks) -> Markup:
    """Render the selected items, with their evidence; empty where none was reported or selected."""
    state = context.state

    def draw(items: Sequence[TaskState]) -> Markup:
        sorting = None if state.is_file else Sorting(TASK_SORT.choices, state.get("sort"), _sorted(state))
        return task_list(items, tasks.tasks, tasks.units, _link(state), _picked(state, tasks), sorting)

    is_narrowed = any(state.get(name) for name in NARROWED_BY)
    if not tasks.workload.item_count and not is_narrowed:
        return NOTHING
    if not tasks.shown:
        listed = page_header.remark(words("tasks.nothing" if is_narrowed else "tasks.none_overdue"))
    elif state.is_file:
        listed = folded_list(tasks.shown, draw)
    else:
        listed = in_parts(state, tasks.shown, draw)
    tools = layout.tools(context, words("tasks.list_title"), table="tasks")
    return layout.section(
        words("tasks.list", what=_shown(context, tasks), count=words.number(len(tasks.shown))),
        listed,
        "",
        "items",
        tools,
    )


def timeline(context: Context, tasks: Tasks) -> Markup:
    """Render how many units had done each work content in each quarter: from the plan's first quarter to the one shown,
    or to the last one in which a task is due."""
    state = context.state
    every_task = list(tasks.tasks.values())
    last = max([state.period, *(task.due_period_code or "" for task in every_task)])
    first = context.plan.first_period_code
    periods = [period.period_code for period in context.periods if first <= period.period_code <= last]
    shown = timeline_spec(every_task, tasks.counts, periods)
    html = task_timeline(shown, _link(state), state.get("task"))
    return layout.section(words("tasks.timeline"), html, words("tasks.timeline_note"), "timeline")


def _sorted(state: State) -> Callable[[str | None], str]:
    return lambda name: state.href(sort=name, part=None)


def _picked(state: State, tasks: Tasks) -> Picked:
    unit = state.unit
    return Picked(state.get("task"), unit if unit in tasks.units else None)


def _link(state: State) -> TaskLink:
    """Return addresses of this page narrowed to a `task`, a `unit` or both, with what is opened; nothing else stays."""

    def href(task: str | None = None, unit: str | None = None) -> str:
        return state.href(task=task, unit=unit, status=None, find=None, part=None)

    return href


def _overdue_task(state: State, task: Task, count: int) -> Markup:
    name = page_header.link_to(_link(state)(task=task.task_code), words.of(task, "name"))
    return words.markup("tasks.worst_one", task=name, count=count)


def _narrowing(context: Context, tasks: Tasks) -> list[str]:
    """Return the task and the units that the address names, in words."""
    state = context.state
    narrowing = []
    if state.get("task"):
        narrowing.append(words.of(tasks.tasks[state.get("task") or ""], "name"))
    if unit := tasks.units.get(state.unit or "") or context.district(state.unit):
        narrowing.append(words.of(unit, "name"))
    if typed := state.get("find"):
        narrowing.append(words("tasks.found", typed=typed))
    return narrowing


def _shown(context: Context, tasks: Tasks) -> str:
    """Return the selection of the list, in words."""
    narrowing = _narrowing(context, tasks)
    status = context.state.get("status") or ("" if narrowing else "overdue")
    return " · ".join([*narrowing, *([_status_word(status)] if status else [])])


def _filters(context: Context, tasks: Tasks) -> Markup:
    task_texts = [
        (code, words("target.option", code=code, name=words.of(task, "name"))) for code, task in tasks.tasks.items()
    ]
    unit_texts = [(unit.unit_code, words.of(unit, "name")) for unit in _units_offered(context, tasks)]
    status_texts = [(status, _status_word(status)) for status in TASK_STATUS.choices]
    html = (
        _filter(context.state, "task", task_texts)
        + _filter(context.state, "unit", unit_texts)
        + _filter(context.state, "status", status_texts)
    )
    html += find_form(context.state, find_label(context.districts)) if is_of_many(context) else NOTHING
    return html + widen(context.state, NARROWED_BY, words("tasks.clear"))


def is_of_many(context: Context) -> bool:
    """Return whether units are rows: in a city of areas, or of more units than there is room for columns."""
    return context.has_areas or len(context.reporters) > MOST_COLUMNS


def _units_offered(context: Context, tasks: Tasks) -> list[Unit]:
    """Return the units that the list can be narrowed to; of many units the areas that they lie in and the chosen
    one."""
    if not context.has_areas:
        return list(tasks.units.values())
    chosen = tasks.units.get(context.state.unit or "")
    return list(dict.fromkeys([context.city, *context.districts, *([chosen] if chosen else [])]))


def _status_word(status: str) -> str:
    own = {"absent": "tasks.without_report", "overdue": "tasks.overdue"}
    return words(own[status]) if status in own else words.status(status)


def _filter(state: State, name: str, texts: Sequence[tuple[str, str]]) -> Markup:
    """Render one choice; `texts` are (code, text)."""
    options = links(state.href, name, [(None, words(f"tasks.any_{name}")), *texts], state.get(name), part=None)
    return select(f"by-{name}", words(f"tasks.by_{name}"), options)
