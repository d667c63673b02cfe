"""Data of a review, collected from a published version, the version shown last, and the registry."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.analysis.action_state import ActionStates, action_states
from app.analysis.agenda import Topic, Topics, arranged_topics, proposed_topics
from app.analysis.calls import Call, calls_to_make
from app.analysis.selection import LevelFigures, Selection, kept_places, level_figures, selection_of
from app.analysis.view_facts import facts_of
from app.analysis.way_out import WayOut, ways_out
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.page_context import Context, UnknownCodeError
from app.core.reader import Reader
from app.deck.names import slide_reporters, slide_units
from app.deck.view_content import MOST_ROWS, ViewContent, view_content
from app.queries import followup, ground, plan, progress, views
from app.queries.fetch import OtherLayoutError
from app.queries.page_frame import context_of
from app.queries.reporters import reporter_states
from app.queries.review import changed_figures, last_shown
from app.queries.year_parts import year_parts
from app.records import Cell, Progress, Target, Unit
from app.records.followup import FollowUp
from app.records.reporters import ReporterState
from app.records.review import ChangedFigure
from app.records.target import YearPart
from app.ui.year_part_text import year_parts_in_brief
from warehouse.desk import (
    CALL,
    CANCELLED,
    OPEN,
    SUPPORT,
    Action,
    Agenda,
    Desk,
    Note,
    Review,
    SavedView,
    is_decision,
    meeting_of,
)
from warehouse.desk.records import current_state
from warehouse.publish.engines import kept

HISTORY_PERIODS = 8
# Number of districts that a meeting can discuss.
DISCUSSED = 6
# Number of a topic's units that a slide names.
NAMED_CONCERNS = 3
# Pinned views that get a slide, and the rows of a view of progress.
PROGRESS_PAGE = "progress"
VIEWS_WITH_SLIDES, ROWS_OF_A_VIEW = 6, 8
Trend = tuple[Progress, ...]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownReview:
    """Review and the figures that have changed since it was held.

    `changed` is None when the review's version no longer exists.
    """

    review: Review
    changed: tuple[ChangedFigure, ...] | None


@dataclass(frozen=True, slots=True)
class PinnedRows:
    """The first rows that a view of the page of progress selects, and the count of all."""

    selection: Selection
    figures: LevelFigures
    rows: tuple[Progress, ...]
    count: int


@dataclass(frozen=True, slots=True)
class PinnedView:
    """A pinned view. `rows` are those of a view of progress, `content` that of another page; both are None for views
    that no longer have a slide."""

    view: SavedView
    rows: PinnedRows | None = None
    content: ViewContent | None = None


@dataclass(frozen=True, slots=True)
class ReviewData:
    """Data of one review.

    * `unit_rows` are the figures of the quarter of the units that report to the city. `regions`, `region_rows` and
      `area_rows` belong to a city with areas; all empty without areas.
    * `city_rows` are the city's figures by target, `city_trends` include earlier quarters, of which a slide shows the
      `recent_periods`, and `city_notes` are the notes on the city. `year_parts` are unusual parts of the year covered
      by figures; `same_ground_rows` the figures on the city's former territory, empty while it is unchanged.
    * `followed` are the figures of actions, by the action's number. `new_actions` were decided by this meeting,
      `promises` made by telephone, `supports` are what the city promised to units that requested support,
      `earlier_actions` are all others; `states` are their states on `as_of`, `states_today` their current states,
      because a list printed from a past review is for its current readers.
    * `topics` deserve the meeting's time. `ways_out` are, by target and unit, units of similar size that are no longer
      late.
    * `pinned` are the views that are pinned for the viewer's roles; none in a past review.
    """

    context: Context
    unit_names: dict[str, Unit]
    named_targets: dict[str, Target]
    unit_rows: tuple[Progress, ...]
    regions: tuple[Unit, ...]
    region_rows: tuple[Progress, ...]
    same_ground_rows: dict[str, Progress]
    area_rows: tuple[Progress, ...]
    city_rows: dict[str, Progress]
    year_parts: Mapping[Cell, YearPart]
    city_trends: dict[str, Trend]
    recent_periods: tuple[str, ...]
    city_notes: tuple[Note, ...]
    calls: tuple[Call, ...]
    reporters: tuple[ReporterState, ...]
    previous_review: Review | None
    shown_review: ShownReview | None
    earlier_actions: tuple[Action, ...]
    followed: dict[int, FollowUp]
    new_actions: tuple[Action, ...]
    promises: tuple[Action, ...]
    supports: tuple[Action, ...]
    topics: Topics
    ways_out: Mapping[Cell, tuple[WayOut, ...]]
    states: ActionStates
    states_today: ActionStates
    as_of: date
    held_review: Review | None
    is_past: bool
    reviews: tuple[Review, ...]
    pinned: tuple[PinnedView, ...]

    def covered(self, targets: Iterable[Target]) -> list[str]:
        """Return the unusual parts of the year that the city's figures on these targets cover."""
        rows = [self.city_rows[target.target_code] for target in targets if target.target_code in self.city_rows]
        text = year_parts_in_brief(rows, self.year_parts)
        return [words("year_part.row", part=text)] if text else []

    @property
    def reporter_level(self) -> str:
        """Return the level of the units that report to the city."""
        return self.context.reporter_level

    @property
    def units(self) -> tuple[Unit, ...]:
        """Return the units that report to the city, districts or communes."""
        return self.context.reporters


def gather_review(context: Context, held_id: str | None) -> ReviewData:
    """Return the data of the chosen quarter; with `held_id`, of that review in the version it was held on.

    Raises `UnknownCodeError` for a review that does not exist, whose version no longer exists, or whose version has an
    incompatible layout.
    """
    with readable(held_id):
        return _gather(context, *shown_context(context, held_id))


@contextmanager
def readable(held_id: str | None) -> Iterator[None]:
    """Raise `UnknownCodeError` where a held review's version has an incompatible layout."""
    try:
        yield
    except OtherLayoutError as error:
        if held_id is None:
            raise
        log.warning("the version of review %s cannot be opened by this release: %s", held_id, error)
        raise UnknownCodeError("held_layout", held_id) from error


def shown_context(context: Context, held_id: str | None) -> tuple[Context, Review | None]:
    """Return the context of a meeting: the published version, or with `held_id` that review and its version.

    Raises `UnknownCodeError` for a review that does not exist or whose version no longer exists.
    """
    if held_id is None:
        return context, None
    past = _past(context.desk, held_id)
    return _context_of(context, past), past


def _gather(context: Context, seen: Context, past: Review | None) -> ReviewData:
    desk = context.desk
    seen = replace(seen, districts=slide_units(seen.districts), reporters=slide_units(seen.reporters))
    unit_rows = tuple(progress.reporter_progress(seen.reader, seen.state.period, seen.state.window))
    city_trends = _city_trends(seen)
    reviews = tuple(desk.reviews())
    known = [review for review in reviews if past is None or review.held_at < past.held_at]
    previous = next((review for review in known if review.period_code < seen.state.period), None)
    actions = _actions(desk, past)
    held = past or next((review for review in reviews if _is_this(review, seen)), None)
    new_actions = _new_actions(actions, reviews, held, seen.state.period)
    promises, supports, earlier_actions = _given_before(actions, new_actions, previous, seen.state.period)
    as_of = past.as_of_date if past else seen.publication.as_of_date
    followed = [*earlier_actions, *promises, *supports, *new_actions]
    states = action_states(seen.reader, followed, as_of)
    earlier = [action for action in actions if action not in new_actions]
    topics = arranged_topics(_topics(seen, unit_rows, earlier, as_of), _agenda(seen, reviews, held))
    return ReviewData(
        context=seen,
        unit_names=_unit_names(seen, seen.reporters, known),
        named_targets=plan.named_targets(seen.reader) | seen.targets,
        unit_rows=unit_rows,
        regions=slide_units(plan.regions(seen.reader, seen.period.end_date)),
        region_rows=tuple(_grouping_rows(seen)),
        same_ground_rows=_same_ground(seen),
        area_rows=tuple(_level_rows(seen, seen.middle_level)),
        city_rows=_newest(city_trends, seen.state.period),
        year_parts=year_parts(seen.reader, seen.state.period, seen.state.window),
        city_trends=city_trends,
        recent_periods=tuple(seen.periods_so_far[-HISTORY_PERIODS:]),
        city_notes=tuple(_city_notes(seen, past)),
        calls=tuple(calls_to_make(seen.reader, actions, seen.state.period, seen.state.window, as_of)),
        reporters=slide_reporters(reporter_states(seen.reader, seen.state.period)),
        previous_review=previous,
        shown_review=_shown_review(seen, known),
        earlier_actions=earlier_actions,
        followed=_followed(seen, followed),
        new_actions=new_actions,
        promises=promises,
        supports=supports,
        topics=topics,
        ways_out=_ways_out(seen, topics, actions, past),
        states=states,
        states_today=action_states(context.reader, followed, context.publication.as_of_date) if past else states,
        as_of=as_of,
        held_review=held,
        is_past=past is not None,
        reviews=reviews,
        pinned=() if past else _pinned(seen),
    )


def _pinned(seen: Context) -> tuple[PinnedView, ...]:
    """Return the pinned views, the first of them with what their slides show."""
    pinned = [] if seen.state.is_file else views.pinned_views(seen.reader)
    detailed, others = pinned[:VIEWS_WITH_SLIDES], pinned[VIEWS_WITH_SLIDES:]
    return (*(_detailed(seen, view) for view in detailed), *map(PinnedView, others))


def _detailed(seen: Context, view: SavedView) -> PinnedView:
    if view.page == PROGRESS_PAGE:
        return PinnedView(view, _pinned_rows(seen, view))
    facts = facts_of(view.page, view.parameters, seen.reader, MOST_ROWS)
    return PinnedView(view, content=None if facts is None else view_content(facts))


def _pinned_rows(seen: Context, view: SavedView) -> PinnedRows | None:
    """Return the first rows that a view selects, as the viewer may see them; None before the plan begins."""
    selection = selection_of(view.parameters, seen.reader)
    if selection is None:
        return None
    figures = level_figures(seen.reader, selection.level, selection.period, selection.window)
    places = kept_places(selection, figures)
    rows = tuple(figures.rows[place] for place in places[:ROWS_OF_A_VIEW])
    return PinnedRows(selection, figures, rows, len(places))


def _city_trends(seen: Context) -> dict[str, Trend]:
    """Return the city's figures up to the quarter by target, oldest first."""
    rows = progress.city_trend(seen.reader, seen.state.window, seen.state.period)
    trends = group_by(rows, lambda row: row.target_code)
    return {code: tuple(sorted(trend, key=lambda row: row.period_code)) for code, trend in trends.items()}


def _newest(trends: Mapping[str, Trend], period: str) -> dict[str, Progress]:
    """Return the figures of the quarter by target, of series up to it."""
    return {code: trend[-1] for code, trend in trends.items() if trend[-1].period_code == period}


def _same_ground(seen: Context) -> dict[str, Progress]:
    """Return the figures on the city's former territory by target."""
    period, window = seen.state.period, seen.state.window
    return ground.same_ground_figures(seen.reader, seen.period.end_date, period, window)


def _unit_names(seen: Context, units: Sequence[Unit], reviews: Sequence[Review]) -> dict[str, Unit]:
    """Return units by code: those of the quarter, and the districts of the quarters reviewed before it."""
    ends = {period.period_code: period.end_date for period in seen.periods}
    days = {ends[review.period_code] for review in reviews if review.period_code in ends}
    earlier = {unit.unit_code: unit for day in sorted(days) for unit in slide_units(plan.districts(seen.reader, day))}
    return earlier | {unit.unit_code: unit for unit in units}


def _level_rows(seen: Context, level: str) -> Sequence[Progress]:
    """Return the figures of a city with areas at a level; empty without areas."""
    return progress.level_progress(seen.reader, level, seen.state.period, seen.state.window) if seen.has_areas else ()


def _grouping_rows(seen: Context) -> Sequence[Progress]:
    """Return the figures of the regions of a city with areas; empty without areas."""
    return progress.grouping_progress(seen.reader, seen.state.period, seen.state.window) if seen.has_areas else ()


def _city_notes(seen: Context, past: Review | None) -> list[Note]:
    """Return the notes on the city, newest first; for a past review the notes written by then."""
    notes = followup.notes_on(seen.reader, seen.desk, seen.city.unit_code)
    return [note for note in notes if past is None or note.written_at <= past.held_at]


def _past(desk: Desk, held_id: str) -> Review:
    try:
        return desk.review(int(held_id))
    except (LookupError, ValueError) as error:
        raise UnknownCodeError("held", held_id) from error


def _context_of(context: Context, past: Review) -> Context:
    """Return the same viewer's context on the version that a past review was held on."""
    warehouse = kept(past.version)
    if warehouse is None:
        raise UnknownCodeError("held", str(past.review_id))
    shown = replace(context.state, period=past.period_code, window=past.period_window)
    return context_of(shown, Reader(context.viewer, warehouse))


def _is_this(review: Review, seen: Context) -> bool:
    """Return whether a review was held on the displayed period, window and version."""
    shown = (seen.state.period, seen.state.window, seen.publication.version)
    return (review.period_code, review.period_window, review.version) == shown


def _shown_review(seen: Context, reviews: Iterable[Review]) -> ShownReview | None:
    """Return the last of `reviews` whose figures may differ from the displayed figures."""
    state = seen.state
    review = last_shown(reviews, state.period, state.window, seen.publication.version)
    return ShownReview(review, changed_figures(seen.reader, review)) if review else None


def _given_before(
    actions: Iterable[Action], new_actions: Collection[Action], previous: Review | None, period: str
) -> tuple[tuple[Action, ...], tuple[Action, ...], tuple[Action, ...]]:
    """Return what the meeting did not decide itself: units' promises by telephone, the city's promises, all others."""
    others = [action for action in actions if action.period_code <= period and action not in new_actions]
    promises = [action for action in others if action.origin == CALL]
    supports = [action for action in others if action.origin == SUPPORT]
    rest = [action for action in others if action.origin not in (CALL, SUPPORT)]
    return _open_since(promises, previous), _open_since(supports, previous), _open_since(rest, previous)


def _topics(seen: Context, rows: Iterable[Progress], earlier: Sequence[Action], as_of: date) -> list[Topic]:
    """Return the proposed topics; `earlier` are the actions that this meeting did not decide itself."""
    known = [action for action in earlier if action.period_code <= seen.state.period]
    states = action_states(seen.reader, known, as_of)
    return proposed_topics(rows, seen.targets, known, states, seen.period.covers_to)


def _ways_out(
    seen: Context, topics: Topics, actions: Sequence[Action], past: Review | None
) -> dict[Cell, tuple[WayOut, ...]]:
    until = past.held_at if past else datetime.max
    late = [
        (topic.target, concern.row.unit_code) for topic in topics.shown for concern in topic.concerns[:NAMED_CONCERNS]
    ]
    return ways_out(seen, late, actions, until)


def _agenda(seen: Context, reviews: Iterable[Review], held: Review | None) -> Agenda | None:
    """Return the chair's newest order of topics of this meeting: written after the meeting before it on the period."""
    period, window = seen.state.period, seen.state.window
    ends = [
        review.held_at
        for review in reviews
        if (review.period_code, review.period_window) == (period, window)
        and (not held or review.held_at < held.held_at)
    ]
    since = max(ends, default=datetime.min)
    return next(
        (
            agenda
            for agenda in seen.desk.agendas(period, window)
            if since < agenda.written_at and (held is None or agenda.written_at <= held.held_at)
        ),
        None,
    )


def _open_since(earlier: Iterable[Action], previous: Review | None) -> tuple[Action, ...]:
    """Return the actions of the last review, and older actions that were not done by then."""
    if previous is None:
        return tuple(action for action in earlier if action.is_unfinished)
    return tuple(
        action
        for action in earlier
        if action.is_unfinished or action.review_id == previous.review_id or action.moved_at > previous.held_at
    )


def _followed(seen: Context, actions: Iterable[Action]) -> dict[int, FollowUp]:
    state = seen.state
    of_target = [action for action in actions if action.target_code]
    return followup.follow_ups(seen.reader, seen.desk, of_target, state.period, state.window)


def _new_actions(
    actions: Iterable[Action], reviews: Sequence[Review], held: Review | None, period: str
) -> tuple[Action, ...]:
    """Return the decisions of this meeting on the quarter that are still valid, in the order recorded.

    The meeting is the one that was `held`, else the next one.
    """
    given = (
        action
        for action in actions
        if action.status != CANCELLED
        and is_decision(action)
        and meeting_of(action, reviews) == held
        and (held or action.period_code == period)
    )
    return tuple(sorted(given, key=lambda action: action.action_id))


def decisions_to_read_back(desk: Desk, period: str) -> tuple[Action, ...]:
    """Return the decisions on a period that no recorded meeting contains, in the order recorded."""
    return _new_actions(desk.actions(), desk.reviews(), None, period)


def _actions(desk: Desk, past: Review | None) -> tuple[Action, ...]:
    """Return every action in its current state; for a past review the actions known then, in their state then."""
    if past is None:
        return tuple(desk.actions())
    known = [
        action for action in desk.actions() if action.opened_at <= past.held_at or action.review_id == past.review_id
    ]
    return tuple(_as_of(desk, action, past.held_at) for action in known)


def _as_of(desk: Desk, action: Action, moment: datetime) -> Action:
    """Return an action in its state at a moment, or as it was opened if that was later."""
    if action.moved_at <= moment:
        return action
    opened, *events = desk.history(action.action_id)
    first = replace(action, status=OPEN, closed_at=None, evidence=None, comment_count=0)
    return current_state(first, [opened, *(event for event in events if event.at <= moment)])
