"""HTML of the overview's first lines: the finding, what moved since last quarter and since the last review, whom to
call, which reports are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.analysis import progress_summary
from app.analysis.headline import going_well
from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import NOTHING, Context
from app.core.url_state import Href
from app.pages.overview.data import OverviewFacts
from app.pages.shared.plan_headline import plan_headline
from app.queries import plan, progress
from app.queries.reporting import reporter_states
from app.queries.shown import Shown, last_shown
from app.records import Cell, Progress, Target
from app.ui.page_header import link_to
from app.ui.templates import render


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A name and what it says; `rule` tells how it was found, where that is not plain."""

    name: str
    text: Markup
    rule: str = ""


def brief(context: Context, facts: OverviewFacts) -> Markup:
    """The head of the page. What moved and whom to call is told of districts, where anything can be judged."""
    words = context.words
    lines = []
    if context.districts and facts.summary.city_judged_count:
        rule = words("calls.rule")
        calls = BriefLine(words("brief.calls"), _calls(context, facts.summary), rule)
        lines = [*_moves(context, facts), calls]
    lines.append(BriefLine(words("brief.reports"), _reports(context)))
    return render(
        "pages/overview/brief.html",
        headline=plan_headline(context, facts.summary),
        well=going_well(facts.summary, context.reporter_level, words),
        lines=[line for line in lines if line.text],
    )


def _moves(context: Context, facts: OverviewFacts) -> list[BriefLine]:
    """What moved since last quarter and since the last review; in one line where both say the same."""
    state, words = context.state, context.words
    moves = facts.summary.moves
    text = moves_text(moves, context.targets, state.href, words, is_linked=True)
    if facts.summary.is_first:
        text = escape(words("brief.first"))
    shown = last_shown(context.reader, context.desk, context.reporter_level, state.period, state.window)
    if shown is None:
        return [BriefLine(words("brief.quarter"), text)]
    date = formatting.date(shown.review.held_at)
    since_review = _moves_since(context, facts, shown)
    if since_review == moves and not facts.summary.is_first:
        return [BriefLine(words("brief.quarter"), text + words("brief.and_review", date=date))]
    text_since = moves_text(since_review, context.targets, state.href, words, is_linked=False)
    return [BriefLine(words("brief.quarter"), text), BriefLine(words("brief.review", date=date), text_since)]


def _moves_since(context: Context, facts: OverviewFacts, shown: Shown) -> progress_summary.Moves:
    """What moved since a review; a unit that there was not then, or another of its code, compares with nothing."""
    state = context.state
    level, since = context.reporter_level, shown.review.period_code
    unlike = progress.unlike_between(context.reader, level, state.window, since, state.period)

    def then(row: Progress) -> Progress | None:
        found = shown.figures.get((row.target_code, row.unit_code))
        return found if found and found.unit_valid_from == row.unit_valid_from else None

    return progress_summary.moves(
        facts.unit_rows,
        lambda row: progress_summary.step_since(row, then(row)),
        lambda row: then(row) is None or Cell(row.target_code, row.unit_code) in unlike,
    )


def moves_text(
    moves: progress_summary.Moves, targets: Mapping[str, Target], link: Href, words: Words, is_linked: bool
) -> Markup:
    """How many figures rose and fell, and where most did; if `is_linked`, with ways to the grid of only those."""
    if moves.is_unlike:
        return escape(words("change.because"))
    unclear = escape(words("brief.unclear", count=moves.unclear_count)) if moves.unclear_count else NOTHING
    if not moves.better_count and not moves.worse_count:
        return Markup(" · ").join(filter(None, (escape(words("brief.unmoved")), unclear)))
    texts = []
    for kind, count, most in (
        ("rose", moves.better_count, moves.most_better[:1]),
        ("fell", moves.worse_count, moves.most_worse[:1]),
    ):
        text = words(f"brief.{kind}", count=count)
        said = link_to(link("", status=kind), text) if is_linked and count else escape(text)
        for code, district_count in most:
            name = link_to(link("target", target=code), words.of(targets[code], "short_name"))
            said += words.markup("brief.most", target=name, count=district_count)
        texts.append(said)
    if moves.unlike_count:
        texts.append(escape(words("brief.some_unlike", count=moves.unlike_count)))
    return Markup(" · ").join(filter(None, (*texts, unclear)))


def _calls(context: Context, summary: progress_summary.Overview) -> Markup:
    """The districts to call, each with why and since when, and how many more there are."""
    state, words = context.state, context.words
    if not summary.calls:
        return escape(words("overview.no_calls"))
    history = progress.troubles(context.reader, [call.unit_code for call in summary.calls], state.window, state.period)
    streaks = progress_summary.streaks(summary.calls, history, context.periods_so_far)
    texts = [_call(context, call, streaks[call.unit_code]) for call in summary.calls]
    if summary.further_call_count:
        further = words("brief.further", count=summary.further_call_count)
        texts.append(link_to(state.href("", sort="behind", status=None), further))
    return _office(context) + _spans(texts)


def _office(context: Context) -> Markup:
    """The office that is called today at those who report, before their names; nothing where none is known."""
    office = plan.office(context.reader, context.reporter_level, context.publication.as_of_date)
    return escape(context.words("brief.office", office=context.words.of(office, "name"))) if office else Markup("")


def _call(context: Context, call: progress_summary.Call, streak: progress_summary.Streak) -> Markup:
    """A district to call: its name, why, and since when, each leading to where one sees it."""
    words, href = context.words, context.state.href
    why = words.markup("brief.silent" if call.is_silent else "brief.far_behind", count=call.far_behind_count)
    if streak.quarter_count < 2:
        since = escape(words("brief.since_now"))
    elif streak.target_code is None:
        since = words.markup("brief.since", count=streak.quarter_count, period=words.period(streak.since))
    else:
        course = href(context.unit_page(call.unit_code), unit=call.unit_code, target=streak.target_code)
        since = link_to(course, words("brief.since_target", count=streak.quarter_count))
    district = link_to(href(context.unit_page(call.unit_code), unit=call.unit_code), context.unit_name(call.unit_code))
    return words.markup("brief.call", district=district, why=why, since=since)


def _reports(context: Context) -> Markup:
    """Who has not reported although it was due, then the newer quarters that already receive reports."""
    return _spans([text for text in (_missing_reports(context), *_newer_quarters(context)) if text])


def _missing_reports(context: Context) -> Markup:
    words, period = context.words, context.period
    if period.reported_count == period.reporter_count:
        return NOTHING
    reporters = reporter_states(context.reader, period.period_code)
    absent = [reporter for reporter in reporters if reporter.state in ("missing", "rejected")]
    if not absent:
        return NOTHING
    named = [
        escape(words("brief.reporter", name=words.of(reporter, "name"), state=words.status(reporter.state).lower()))
        for reporter in absent[: progress_summary.NAMED]
    ]
    text = words.markup("brief.missing", count=len(absent), of=len(reporters), names=words.join(named))
    further_count = len(absent) - progress_summary.NAMED
    if further_count > 0:
        text += words.markup("brief.further_reporters", count=further_count)
    return text + " · " + link_to(context.state.href("reports"), words("brief.see_reports"))


def _newer_quarters(context: Context) -> list[Markup]:
    """A way to each quarter after the chosen one and the one under review that already receives reports."""
    words = context.words
    reviewed = [period.period_code for period in context.periods if period.is_under_review]
    newest_shown = max([context.state.period, *reviewed])
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
    """Texts that stand in one line, and below each other on a phone."""
    return Markup("").join(Markup("<span>{}</span>").format(text) for text in texts)
