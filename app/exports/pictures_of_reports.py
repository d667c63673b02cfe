"""The picture that the page of reports offers."""

from __future__ import annotations

from collections.abc import Sequence

from app.charts.calendar import Fates
from app.charts.svg.calendar import calendar_chart
from app.context import Context
from app.exports.pictures import Pictures, caption
from app.facts import Unit


def of_reports(
    context: Context, reporters: Sequence[Unit], quarters: Sequence[str], fates: Fates, finding: str
) -> Pictures:
    """The calendar under the page's own finding."""

    def calendar() -> str:
        around = caption(context, finding, context.words("calendar.caption"))
        return calendar_chart(around, reporters, quarters, fates, context.words)

    return {"calendar": calendar}
