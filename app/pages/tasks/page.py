"""Tasks: the plan's work contents by district: what is overdue, what is done, with which evidence, since when."""

from __future__ import annotations

from functools import partial

from app.core.page_context import Context, Page, Tables
from app.pages.tasks import downloads
from app.pages.tasks.data import gather
from app.pages.tasks.sections import about_task, city_items, head, item_list, matrix, timeline
from app.ui import layout


def page(context: Context) -> Page:
    """The page of the work contents, narrowed to what the address asks for."""
    words = context.words
    tasks = gather(context)
    files: Tables = {"tasks": partial(downloads.sheet, context, tasks)}
    if not context.districts:
        body = layout.no_districts(context) + city_items(context, tasks)
        return Page(words("tasks.tab"), body, files)
    body = head(context, tasks)
    body += matrix(context, tasks)
    body += about_task(context, tasks)
    body += item_list(context, tasks)
    body += timeline(context, tasks)
    return Page(words("tasks.tab"), body, files, {"matrix": partial(downloads.chart, context, tasks)})
