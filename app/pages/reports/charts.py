"""The picture that the page of reports offers."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.page_context import Context
from app.figures.calendar.html import Fates
from app.figures.calendar.svg import calendar_chart
from app.pages.shared.charts import Pictures, caption
from app.records import Unit


def of_reports(
    context: Context, reporters: Sequence[Unit], quarters: Sequence[str], fates: Fates, finding: str
) -> Pictures:
    """The calendar under the page's own finding."""

    def calendar() -> str:
        around = caption(context, finding, context.words("calendar.caption"))
        return calendar_chart(around, reporters, quarters, fates, context.words)

    return {"calendar": calendar}
