"""The overview's lines on reports: who has not reported, and which newer quarter already receives reports."""

from __future__ import annotations

from markupsafe import Markup, escape

from app.analysis import progress_summary
from app.core.page_context import NOTHING, Context
from app.queries import quarter
from app.ui import page_header

REPORTS_PAGE = "reports"


def told(context: Context) -> Markup:
    """Who has not reported although it was due, then the newer quarters that already receive reports."""
    said = [one for one in (_missing(context), *_newer(context)) if one]
    return Markup("".join(f"<span>{one}</span>" for one in said))


def _missing(context: Context) -> Markup:
    words, period = context.words, context.period
    if period.reported_count == period.reporter_count:
        return NOTHING
    reporters = quarter.reporter_states(context.reader, period.period_code)
    absent = [(words.of(one, "name"), one.state) for one in reporters if one.state in ("missing", "rejected")]
    if not absent:
        return NOTHING
    named = [(name, words.status(state).lower()) for name, state in absent[: progress_summary.NAMED]]
    names = words.join([escape(words("brief.reporter", name=name, state=state)) for name, state in named])
    further = len(absent) - progress_summary.NAMED
    said = words.markup("brief.missing", count=len(absent), of=len(reporters), names=names)
    if further > 0:
        said += words.markup("brief.further_reporters", count=further)
    return said + Markup(" · ") + page_header.link_to(context.state.href(REPORTS_PAGE), words("brief.see_reports"))


def _newer(context: Context) -> list[Markup]:
    """A way to each quarter after the chosen one and the one under review that already receives reports."""
    words, reviewed = context.words, [one.period_code for one in context.periods if one.is_under_review]
    shown = max([context.state.period, *reviewed])
    coming = [one for one in context.periods if one.period_code > shown and one.reported_count]
    return [
        page_header.link_to(
            context.state.href(REPORTS_PAGE, period=one.period_code),
            words(
                "brief.receiving",
                period=words.period(one.period_code),
                reported=words.number(one.reported_count),
                expected=words.number(one.reporter_count),
            ),
        )
        for one in coming
    ]
