"""Tasks: the plan's work contents by district: what is overdue, what is done, with which evidence, since when."""

from __future__ import annotations

from functools import partial

from app.core.page_context import NOTHING, Charts, Context, Page, Tables
from app.pages.tasks import downloads
from app.pages.tasks.data import gather
from app.pages.tasks.sections import about_task, head, item_list, matrix, timeline

# More units are no columns: the list and its filters tell of them.
MOST_UNITS = 40


def page(context: Context) -> Page:
    """The page of the work contents, narrowed to what the address asks for."""
    words = context.words
    tasks = gather(context)
    files: Tables = {"tasks": partial(downloads.sheet, context, tasks)}
    is_matrix = len(tasks.units) <= MOST_UNITS
    body = head(context, tasks)
    body += matrix(context, tasks) if is_matrix else NOTHING
    body += about_task(context, tasks)
    body += item_list(context, tasks)
    body += timeline(context, tasks)
    charts: Charts = {"matrix": partial(downloads.chart, context, tasks)} if is_matrix else {}
    return Page(words("tasks.tab"), body, files, charts)
