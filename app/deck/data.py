"""Everything a review is made of, gathered from one published version, the version shown last, and the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from app.analysis import progress_summary
from app.core.page_context import CITY, Context, UnknownCodeError
from app.core.reader import Reader
from app.queries import plan, progress, review
from app.records import Progress, Unit
from app.records.review import CountedReport, ReporterState
from warehouse.desk import CANCELLED, OPEN, Action, Desk, Review
from warehouse.desk.records import current_state, from_json
from warehouse.publish.engines import kept

HISTORY_PERIODS = 8
# So many districts can be talked about in one meeting.
DISCUSSED = 6
Course = tuple[Progress, ...]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure of the last review that is another one today."""

    then: Progress
    now: Progress


@dataclass(frozen=True, slots=True)
class Shown:
    """The review whose figures are compared with today's; `is_kept` is False when its version is gone.

    `reports` are those that counted otherwise then, as they count today.
    """

    review: Review
    is_kept: bool
    changed: tuple[Changed, ...] = ()
    reports: tuple[CountedReport, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitToCall:
    """A unit to talk with: it is silent, or some of its targets are far behind."""

    unit_code: str
    state: progress_summary.Unit
    rows: Course


@dataclass(frozen=True, slots=True)
class Material:
    """The facts of one review. Units are the districts of the quarter, or the city's communes when it has none.

    `recent` are the quarters whose course a slide shows; `city_courses` are whole.
    """

    context: Context
    level: str
    units: tuple[Unit, ...]
    names: dict[str, Unit]
    city: dict[str, Progress]
    rows: tuple[Progress, ...]
    recent: tuple[str, ...]
    city_courses: dict[str, Course]
    calls: tuple[UnitToCall, ...]
    call_courses: dict[tuple[str, str], Course]
    reporters: tuple[ReporterState, ...]
    previous: Review | None
    shown: Shown | None
    followup: tuple[Action, ...]
    decisions: tuple[Action, ...]
    as_of: date
    held: Review | None
    is_past: bool
    reviews: tuple[Review, ...]


def gather(context: Context, held_id: str | None) -> Material:
    """The facts for the chosen quarter; with `held_id`, for that review on the version it was held on.

    Raises `UnknownCodeError` for a review that does not exist or whose version is gone.
    """
    desk = context.desk
    past = _past(desk, held_id) if held_id else None
    seen = _context_of(context, past) if past else context
    state, reader = seen.state, seen.reader
    codes = [period.period_code for period in seen.periods if period.period_code <= state.period]
    recent = codes[-HISTORY_PERIODS:]
    units = seen.districts or tuple(plan.wards(reader, CITY, seen.period.end_date))
    chosen = (state.period, state.window)
    rows = progress.reporter_progress(reader, *chosen)
    calls = _calls(rows)
    courses = [
        row
        for call in calls[:DISCUSSED]
        if not call.state.is_silent
        for row in progress.unit_trend(reader, call.unit_code, state.window, state.period)
    ]
    city_rows = progress.unit_trend(reader, CITY, state.window, state.period)
    reviews = tuple(desk.reviews())
    until = past.held_at if past else None
    known = [one for one in reviews if until is None or one.held_at < until]
    previous = next((one for one in known if one.period_code < state.period), None)
    as_of = past.as_of_date if past else seen.publication.as_of_date
    actions = _actions(desk, past)
    return Material(
        context=seen,
        level=seen.reporter_level,
        units=units,
        names=_names(seen, units, known),
        city={row.target_code: row for row in city_rows if row.period_code == state.period},
        rows=tuple(rows),
        recent=tuple(recent),
        city_courses=_by(city_rows, lambda row: row.target_code),
        calls=calls,
        call_courses=_by(courses, lambda row: (row.target_code, row.unit_code)),
        reporters=tuple(review.reporter_states(reader, state.period)),
        previous=previous,
        shown=_shown(seen, next((one for one in known if _was_shown(one, seen)), None)),
        followup=_followup(actions, previous, state.period),
        decisions=tuple(sorted(_new(actions, state.period), key=lambda one: one.action_id)),
        as_of=as_of,
        held=past or next((one for one in reviews if _is_this(one, seen)), None),
        is_past=past is not None,
        reviews=reviews,
    )


def _names(seen: Context, units: Sequence[Unit], reviews: Sequence[Review]) -> dict[str, Unit]:
    """Units by code: those of the quarter, and the districts of the quarters reviewed before it."""
    ends = {period.period_code: period.end_date for period in seen.periods}
    days = {ends[one.period_code] for one in reviews if one.period_code in ends}
    earlier = {unit.unit_code: unit for day in sorted(days) for unit in plan.districts(seen.reader, day)}
    return earlier | {unit.unit_code: unit for unit in units}


def _calls(rows: Sequence[Progress]) -> tuple[UnitToCall, ...]:
    """Whom to talk with, in the order of `findings.calls`."""
    by_unit = _by(rows, lambda row: row.unit_code)
    return tuple(
        UnitToCall(call.unit_code, progress_summary.unit(by_unit[call.unit_code]), by_unit[call.unit_code])
        for call in progress_summary.calls(rows)
    )


def _past(desk: Desk, held_id: str) -> Review:
    try:
        return desk.review(int(held_id))
    except (LookupError, ValueError) as error:
        raise UnknownCodeError("held", held_id) from error


def _context_of(context: Context, past: Review) -> Context:
    """The same reader's context on the version that a past review was held on."""
    warehouse = kept(past.version)
    if warehouse is None:
        raise UnknownCodeError("held", str(past.review_id))
    reader = Reader(context.viewer, warehouse)
    periods = tuple(plan.periods(reader))
    period = next(period for period in periods if period.period_code == past.period_code)
    return replace(
        context,
        state=replace(context.state, period=past.period_code, window=past.period_window),
        reader=reader,
        publication=plan.publication(reader),
        period=period,
        periods=periods,
        targets={target.target_code: target for target in plan.targets(reader)},
        districts=tuple(plan.districts(reader, period.end_date)),
    )


def _is_this(one: Review, seen: Context) -> bool:
    same = (seen.state.period, seen.state.window, seen.publication.version)
    return (one.period_code, one.period_window, one.version) == same


def _was_shown(one: Review, seen: Context) -> bool:
    return one.period_code <= seen.state.period and not _is_this(one, seen)


def _shown(seen: Context, last: Review | None) -> Shown | None:
    """What of the last review's figures is otherwise today, and through which reports."""
    if last is None:
        return None
    warehouse = kept(last.version)
    then = review.shown(Reader(seen.viewer, warehouse), last.period_code, last.period_window) if warehouse else None
    now = review.shown(seen.reader, last.period_code, last.period_window)
    if then is None or now is None:
        return Shown(last, is_kept=False)
    changed = (
        Changed(row, now.figures[key])
        for key, row in then.figures.items()
        if key in now.figures and _differs(row, now.figures[key])
    )
    before = {(report.reporter_code, report.period_code): report.version for report in then.reports}
    reports = (one for one in now.reports if before.get((one.reporter_code, one.period_code)) != one.version)
    return Shown(last, True, tuple(changed), tuple(reports))


def _differs(then: Progress, now: Progress) -> bool:
    return (then.numerator, then.denominator, then.status) != (now.numerator, now.denominator, now.status)


def _followup(actions: Iterable[Action], previous: Review | None, period: str) -> tuple[Action, ...]:
    """The last review's actions, and older ones that were not done by then."""
    earlier = [one for one in actions if one.period_code < period]
    if previous is None:
        return tuple(one for one in earlier if one.is_unfinished)
    return tuple(
        one
        for one in earlier
        if one.is_unfinished or one.review_id == previous.review_id or one.moved_at > previous.held_at
    )


def _new(actions: Iterable[Action], period: str) -> list[Action]:
    return [one for one in actions if one.period_code == period and one.status != CANCELLED]


def _actions(desk: Desk, past: Review | None) -> tuple[Action, ...]:
    """Every action as it stands; for a past review those it knew or gave, as they stood then."""
    if past is None:
        return tuple(desk.actions())
    known = (one for one in desk.actions() if one.opened_at <= past.held_at or one.review_id == past.review_id)
    return tuple(_as_of(desk, one, past.held_at) for one in known)


def _as_of(desk: Desk, action: Action, moment: datetime) -> Action:
    """An action as it stood at a moment."""
    if action.moved_at <= moment:
        return action
    events = desk.history(action.action_id)
    opened = {name: from_json(name, value) for name, value in events[0].after.items()}
    first = replace(action, status=OPEN, closed_at=None, evidence=None, comment_count=0, **opened)
    return current_state(first, [event for event in events if event.at <= moment])


def _by(rows: Iterable[Progress], key: Callable[[Progress], Key]) -> dict[Key, Course]:
    found: dict[Key, list[Progress]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {name: tuple(sorted(group, key=lambda row: row.period_code)) for name, group in found.items()}
