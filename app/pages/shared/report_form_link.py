"""The way to the page on which a unit fills in its report."""

from __future__ import annotations

from markupsafe import Markup

from app.core import access
from app.core.page_context import NOTHING, Context
from app.queries import report_form
from app.ui.page_header import link_to


def way_to_form(context: Context, unit: str) -> Markup:
    """The link to a unit's form of the chosen quarter; nothing where it fills in none, or the viewer may not."""
    state = context.state
    if state.is_file or not access.may_fill(context.viewer, unit):
        return NOTHING
    if unit not in report_form.fillers(context.reader, state.period):
        return NOTHING
    return link_to(state.href("report", unit=unit), context.words("report_form.way_fill"))
