"""The overview's first lines: the finding, what moved since last quarter and since the last review, whom to call."""

from __future__ import annotations

from markupsafe import Markup, escape

from app.analysis import progress_summary
from app.analysis.headline import headline
from app.core import formatting
from app.core.page_context import Context
from app.pages.overview import brief_html
from app.pages.overview import reports as overview_reports
from app.queries import progress
from app.queries.shown import last_shown
from app.records import Cell, Progress
from app.ui import page_header


def brief_lines(context: Context, city_rows: list[Progress], rows: list[Progress]) -> Markup:
    """The head of the page; `rows` are those of the units that report to the city. What moved and whom to call is told
    of districts, where anything can be judged."""
    words, found = context.words, progress_summary.overview(city_rows, rows)
    lines = [(words("brief.reports"), overview_reports.told(context))]
    if context.districts and found.city_judged_count:
        lines = [*_moves(context, found, rows), (brief_html.calls_name(words), _calls(context, found)), *lines]
    return brief_html.brief(headline(found, context.reporter_level, context.state.period, words), lines)


def _moves(context: Context, found: progress_summary.Overview, rows: list[Progress]) -> list[tuple[str, Markup]]:
    """What moved since last quarter and since the last review; in one line where both say the same."""
    state, words = context.state, context.words
    moved = brief_html.moves(found.moves, context.targets, state.href, words, is_linked=True)
    shown = last_shown(context.reader, context.desk, "district", state.period, state.window)
    if shown is None:
        return [(words("brief.quarter"), moved)]
    then, date = shown.figures, formatting.date(shown.review.held_at)
    between = (state.window, shown.review.period_code, state.period)
    unlike = progress.unlike_between(context.reader, "district", *between)
    since = progress_summary.moves(
        rows,
        lambda row: progress_summary.step_since(row, then.get((row.target_code, row.unit_code))),
        lambda row: Cell(row.target_code, row.unit_code) in unlike,
    )
    if since == found.moves:
        return [(words("brief.quarter"), moved + words("brief.and_review", date=date))]
    told = brief_html.moves(since, context.targets, state.href, words, is_linked=False)
    return [(words("brief.quarter"), moved), (words("brief.review", date=date), told)]


def _calls(context: Context, found: progress_summary.Overview) -> Markup:
    state, words = context.state, context.words
    if not found.calls:
        return escape(words("overview.no_calls"))
    codes = [call.unit_code for call in found.calls]
    history = progress.troubles(context.reader, codes, state.window, state.period)
    periods = [period.period_code for period in context.periods if period.period_code <= state.period]
    said = []
    for call in found.calls:
        own = [row for row in history if row.unit_code == call.unit_code]
        since = progress_summary.lasting(call, own, periods)
        name = context.district_name(call.unit_code)
        said.append(brief_html.call(call, since, name, state.href, words))
    if found.further_call_count:
        further = words("brief.further", count=found.further_call_count)
        said.append(page_header.link_to(state.href("", sort="behind", status=None), further))
    return Markup("".join(f"<span>{one}</span>" for one in said)) + brief_html.rule_on_paper(words)
