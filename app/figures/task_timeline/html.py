"""HTML of the timeline of work contents."""

from __future__ import annotations

from markupsafe import Markup

from app.figures.task_matrix.html import TaskLink
from app.figures.task_timeline.spec import TimelineSpec
from app.ui.templates import render

# The share of a quarter's width that its bar leaves free on each side.
EDGE = 0.06


def task_timeline(timeline: TimelineSpec, link: TaskLink, picked: str | None = None) -> Markup:
    """Render one line per work content: its name, the share done by quarter, its due quarter, the number done."""
    return render("figures/task_timeline/timeline.html", timeline=timeline, link=link, picked=picked, edge=EDGE)
