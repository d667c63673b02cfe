"""HTML of the overview's first lines: the finding, moves since last quarter and since the last review, units to call,
missing reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.analysis import progress_summary
from app.analysis.calls import Call, call_rule, calls_to_make
from app.analysis.changed_figures import summary
from app.analysis.headline import going_well
from app.analysis.report_phrase import report_phrase
from app.analysis.year_change import year_change
from app.core import formatting
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.period_code import year_before
from app.core.saved_views import view_address
from app.core.status import SILENT_REPORT
from app.core.url_state import Href
from app.pages.overview.data import OverviewFacts
from app.pages.shared.period_text import plan_headline, who_reports
from app.queries import plan, views
from app.queries.reporters import reporter_states
from app.queries.review import changed_figures, last_shown
from app.queries.year_parts import year_parts
from app.records import Target
from app.ui.call_text import gravest_reason
from app.ui.change_text import unlike_text
from app.ui.page_header import link_to
from app.ui.templates import render
from app.ui.year_part_text import year_parts_text


@dataclass(frozen=True, slots=True)
class BriefLine:
    """Line with a name and a text; `rule` explains how the text was determined, where that is not obvious."""

    name: str
    text: Markup
    rule: str = ""
    identity: str = ""


def brief(context: Context, facts: OverviewFacts) -> Markup:
    """Render the head of the page."""
    return render(
        "pages/overview/brief.html",
        headline=plan_headline(context, facts.summary, states_period=False),
        well=going_well(facts.summary, context.reporter_level),
        plan=words.of(context.plan, "full_name"),
        aim=words.of(context.plan, "aim"),
        lines=[line for line in _lines(context, facts) if line.text],
    )


def _lines(context: Context, facts: OverviewFacts) -> list[BriefLine]:
    """Return the lines on moves and calls, of units, where anything can be judged; missing reports. For a viewer who
    reads some units only no more than pinned views: the other lines are about the city."""
    pinned = BriefLine(words("views.pinned_title"), _pinned(context), identity="pinned")
    if context.viewer.readable_units is not None:
        return [pinned]
    lines = []
    parts = year_parts(context.reader, context.state.period, context.state.window)
    covered = escape(year_parts_text(facts.city_rows, parts, context.targets))
    if context.units and facts.summary.city.judged:
        rule = call_rule()
        calls = BriefLine(words("brief.calls"), _calls(context), rule, "calls")
        lines = [_moves(context, facts), _year(context, facts), calls, _changed(context)]
    is_short = context.units and context.period.reported_count < context.period.reporter_count
    rule = who_reports(context) if is_short else ""
    lines.append(BriefLine(words("brief.reports"), _reports(context), rule, "reports"))
    lines.append(BriefLine(words("year_part.title"), covered))
    return [*lines, pinned]


def _pinned(context: Context) -> Markup:
    """Render the links to the views that are pinned for the viewer's roles; nothing without, or in a file."""
    if context.state.is_file:
        return NOTHING
    pinned = views.pinned_views(context.reader)
    # Streamlit's page is not one that the script of this page could put in its place.
    link = Markup("<a href='{}' target='_self'>{}</a>")
    return _spans([link.format(view_address(view, words.lang), view.name) for view in pinned])


def _moves(context: Context, facts: OverviewFacts) -> BriefLine:
    """Return the line on moves between late and not late since last quarter."""
    text = escape(words("brief.first"))
    if not facts.summary.is_first:
        text = moves_text(facts.moves, context.level, context.targets, context.state.href)
    return BriefLine(words("brief.quarter"), text)


def _year(context: Context, facts: OverviewFacts) -> BriefLine:
    """Return how many of the city's targets are clearly better or worse than a year ago; of the others why not."""
    year_ago = year_before(context.period.period_code)
    before = {row.target_code: row for row in facts.course if row.period_code == year_ago}
    change = year_change(facts.city_rows, before, context.targets)
    if change is None:
        return BriefLine("", NOTHING)
    texts = []
    if change.is_any_stated:
        counts = {"better": change.better_count, "worse": change.worse_count, "same": change.same_count}
        texts.append(escape(words("brief.year_counts", **counts)))
    if change.unlike:
        unlike_count = sum(count for _, count in change.unlike)
        whys = unlike_text(change.unlike)
        texts.append(escape(words("brief.year_unlike", count=unlike_count, whys=whys)))
    if change.unknown_count:
        texts.append(escape(words("brief.year_unknown", count=change.unknown_count)))
    if "quarters" in dict(change.unlike):
        texts.append(link_to(context.state.href(window="quarter"), words("brief.year_by_quarter")))
    return BriefLine(words("brief.year"), Markup(" · ").join(texts))


def _changed(context: Context) -> BriefLine:
    """Return the line on figures of the last review that differ today, through which report, with a link to all; empty
    before a first review."""
    state, desk = context.state, context.desk
    review = last_shown(desk.reviews(), state.period, state.window, context.publication.version)
    if review is None:
        return BriefLine("", NOTHING)
    changed = changed_figures(context.reader, review)
    sentence = summary(changed, review)
    text = link_to(state.href("changes", review=str(review.review_id)), sentence) if changed else escape(sentence)
    return BriefLine(words("brief.review", date=formatting.date(review.held_at)), text, identity="review")


def moves_text(moves: progress_summary.Moves, level: str, targets: Mapping[str, Target], link: Href) -> Markup:
    """Render how many figures of units of a level clearly moved between late and not late, and where most did, each
    with the link to the grid of only those."""
    if moves.is_unlike:
        return link_to(link("", status="unlike"), words("change.because"))

    def counted(kind: str, count: int) -> Markup:
        text = words(f"brief.{kind}", count=count)
        return link_to(link("", status=kind), text) if count else escape(text)

    unclear = counted("unclear", moves.unclear_count) if moves.unclear_count else NOTHING
    if not moves.better_count and not moves.worse_count:
        return Markup(" · ").join(filter(None, (escape(words("brief.unmoved")), unclear)))
    texts = []
    for kind, count, most in (
        ("rose", moves.better_count, moves.most_better[:1]),
        ("fell", moves.worse_count, moves.most_worse[:1]),
    ):
        sentence = counted(kind, count)
        for code, unit_count in most:
            name = link_to(link("target", target=code), words.of(targets[code], "short_name"))
            sentence += words.markup(
                "brief.all" if unit_count == count else "brief.most",
                target=name,
                count=unit_count,
                units=words(f"unit_noun.{level}", count=unit_count),
            )
        texts.append(sentence)
    unlike = counted("unlike", moves.unlike_count) if moves.unlike_count else NOTHING
    return Markup(" · ").join(filter(None, (*texts, unlike, unclear)))


def _calls(context: Context) -> Markup:
    """Render the units to call first, each with why and since when, and the link to the whole list."""
    state = context.state
    day = context.publication.as_of_date
    calls = calls_to_make(context.reader, context.desk.actions(), state.period, state.window, day)
    if not calls:
        return escape(words("overview.no_calls"))
    texts = [_call(context, call) for call in calls[: progress_summary.NAMED]]
    if further := len(calls) - len(texts):
        texts.append(link_to(state.href("calls"), words("brief.further", count=further)))
    return _office(context) + _spans(texts)


def _office(context: Context) -> Markup:
    """Return the office that is called today at the units that report, before their names; empty where none is
    known."""
    office = plan.office(context.reader, context.reporter_level, context.publication.as_of_date)
    return escape(words("brief.office", office=words.of(office, "name"))) if office else Markup("")


def _call(context: Context, call: Call) -> Markup:
    """Return a unit to call: its name, linked to its card, and the gravest reason."""
    href = context.state.href
    unit = link_to(href("calls", unit=call.unit_code), context.unit_name(call.unit_code))
    return words.markup("brief.call", unit=unit, why=gravest_reason(call))


def _reports(context: Context) -> Markup:
    """Return who has not reported although it was due, then the newer quarters that already receive reports."""
    return _spans([text for text in (_missing_reports(context), *_newer_quarters(context)) if text])


def _missing_reports(context: Context) -> Markup:
    period, today = context.period, context.publication.as_of_date
    if period.reported_count == period.reporter_count:
        return escape(who_reports(context)) if context.units else NOTHING
    reporters = reporter_states(context.reader, period.period_code)
    absent = [reporter for reporter in reporters if reporter.state in SILENT_REPORT]
    if not absent:
        return NOTHING
    named = [
        escape(words("brief.reporter", name=words.of(reporter, "name"), state=report_phrase(reporter, today)))
        for reporter in absent[: progress_summary.NAMED]
    ]
    owed = context.state.href("reports")
    missing = link_to(owed, words("brief.missing", count=len(absent), of=len(reporters)))
    further_count = len(absent) - progress_summary.NAMED
    names = Markup(", ").join(named) if further_count > 0 else words.join(named)
    text = words.markup("brief.missing_names", missing=missing, names=names)
    if further_count > 0:
        text += " " + link_to(owed, words("brief.further_reporters", count=further_count))
    return text


def _newer_quarters(context: Context) -> list[Markup]:
    """Return a link to each quarter after the chosen one and the one under review that already receives reports."""
    opening = [period.period_code for period in context.periods if period.is_opening]
    newest_shown = max([context.state.period, *opening])
    return [
        link_to(
            context.state.href("reports", period=period.period_code),
            words(
                "brief.receiving",
                period=words.period(period.period_code),
                reported=words.number(period.reported_count),
                expected=words.number(period.reporter_count),
            ),
        )
        for period in context.periods
        if period.period_code > newest_shown and period.reported_count
    ]


def _spans(texts: Sequence[Markup]) -> Markup:
    """Render texts in one line, and below each other on a phone."""
    return Markup("").join(Markup("<span>{}</span>").format(text) for text in texts)
