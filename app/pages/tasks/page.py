"""Tasks: the plan's work contents by district: what is overdue, what is done, with which evidence, since when."""

from __future__ import annotations

from functools import partial

from app.core.i18n import words
from app.core.page_context import Charts, Context, Page, Tables
from app.pages.shared.questions import questions_to_answer
from app.pages.tasks import downloads
from app.pages.tasks.data import gather
from app.pages.tasks.sections import about_task, areas, communes, head, is_of_many, item_list, matrix, timeline
from app.ui import layout


def page(context: Context) -> Page:
    """Render the work contents, narrowed by the address."""
    tasks = gather(context)
    if not tasks.tasks:
        return Page(words("tasks.tab"), layout.message(words("tasks.none_planned"), ""))
    files: Tables = {"tasks": partial(downloads.sheet, context.state, tasks)}
    body = head(context, tasks) + questions_to_answer(context)
    if context.has_areas:
        body += areas(context, tasks)
    else:
        body += communes(context, tasks) if is_of_many(context) else matrix(context, tasks)
    body += about_task(context.state, tasks)
    body += item_list(context, tasks)
    body += timeline(context, tasks)
    charts: Charts = {"matrix": partial(downloads.chart, context, tasks)} if not is_of_many(context) else {}
    return Page(words("tasks.tab"), body, files, charts)
