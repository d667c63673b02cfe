"""Tasks: the plan's work contents by district: what is overdue, what is done, with which evidence, since when."""

from __future__ import annotations

from app.analysis import task_summary
from app.core.page_context import CITY, Context, Page, UnknownCodeError
from app.figures.task_matrix.html import folded_list, work_legend, work_matrix
from app.figures.task_timeline.html import work_courses
from app.pages.shared.charts import of_tasks
from app.pages.tasks import head as parts
from app.pages.tasks import lists
from app.queries import plan
from app.queries import tasks as asked
from app.ui import layout, page_header


def page(context: Context) -> Page:
    """The page of the work contents, narrowed to what the address asks for."""
    state, words, reader = context.state, context.words, context.reader
    tasks = {task.task_code: task for task in asked.tasks(reader)}
    city = plan.unit_history(reader, CITY)[0]
    units = [city, *context.districts]
    places = {unit.unit_code: unit for unit in units}
    if state.get("task") and state.get("task") not in tasks:
        raise UnknownCodeError("task", state.get("task") or "")
    if state.unit and context.districts and state.unit not in places:
        raise UnknownCodeError("unit", state.unit)
    items = [item for item in asked.states(reader, state.period) if item.unit_code in places]
    picked, link, every = (state.get("task"), state.unit), parts.link(context), list(tasks.values())
    shown = task_summary.chosen(items, *picked, state.get("status"), [unit.unit_code for unit in units])

    tools = layout.tools(context, words("tasks.list_title"), table="tasks")
    empty = page_header.remark(words("tasks.nothing" if any(picked) or state.get("status") else "tasks.none_overdue"))
    listed = folded_list(shown, tasks, places, link, words, picked) if shown else empty
    files = {"tasks": lists.sheet(context, shown or items, tasks, places)}
    if not context.districts:
        body = layout.no_districts(context) + lists.city_only(context, items, tasks, places)
        return Page(words("tasks.tab"), (body,), files)

    items_part = layout.section(lists.list_title(context, tasks, places, len(shown)), listed, "", "items", tools)
    cells = {(item.task_code, item.unit_code): item for item in items}
    matrix = work_matrix(every, units, cells, link, words, picked)
    courses = lists.courses(asked.counts(reader, state.period))
    timeline = work_courses(every, courses, lists.periods(context, every), link, words, state.get("task"))
    body = parts.head(context, items, tasks, units)
    picture = layout.tools(context, words("tasks.matrix"), chart="matrix")
    body += layout.section(words("tasks.matrix"), work_legend(items, words) + matrix, "", "matrix", picture)
    body += lists.about(context, tasks.get(state.get("task") or "")) + items_part
    body += layout.section(words("tasks.timeline"), timeline, words("tasks.timeline_note"), "timeline")
    charts = of_tasks(context, parts.finding(context, items), every, units, cells)
    return Page(words("tasks.tab"), (body,), files, charts)
