"""SQL for follow-up: figures of actions, then and now, notes on units, and units named in actions."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from app.core import access
from app.core.access import Right
from app.core.comparable import difference_between
from app.core.reader import Reader
from app.queries import plan, progress
from app.queries.fetch import OtherLayoutError, fetch
from app.queries.target import every_break
from app.records import Cell, Progress, Target, Unit
from app.records.followup import FollowUp
from app.records.review import ShownFigure
from warehouse.desk import Action, Desk, Note, Review, review_of
from warehouse.publish.engines import kept

log = logging.getLogger(__name__)
Figure = TypeVar("Figure", Progress, ShownFigure)
# Unit, target, period, window.
_Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Given:
    """An action with the review whose figures it refers to, the unit of its figure, and the window that is compared."""

    action: Action
    review: Review | None
    unit: str
    window: str

    @property
    def version(self) -> str:
        """Return the version that showed its figure then; empty for the published one."""
        return self.review.version if self.review else ""

    def key(self, period: str) -> _Key:
        """Return the key of its figure in a period."""
        return self.unit, self.action.target_code or "", period, self.window


def follow_ups(reader: Reader, desk: Desk, actions: Iterable[Action], period: str, window: str) -> dict[int, FollowUp]:
    """Return, by number, the figure of each action when it was given, and the one published for `period`.

    Figures of the same version, period and window are read together.
    """
    reviews = desk.reviews()
    given = [_given(reader, reviews, action, window) for action in actions]
    now = _figures(reader, progress.units_progress, [one.key(period) for one in given])
    then: dict[int, ShownFigure] = {}
    for version in {one.version for one in given}:
        keys = {one.action.action_id: one.key(one.action.period_code) for one in given if one.version == version}
        held = kept(version) if version else reader.warehouse
        shown = _shown_in(Reader(reader.viewer, held), [*keys.values()]) if held else {}
        then |= {number: shown[key] for number, key in keys.items() if key in shown}
    earlier = _figures(reader, progress.units_progress, [one.key(one.action.period_code) for one in given])

    def breaks_between(one: _Given) -> bool:
        row, before = now.get(one.key(period)), earlier.get(one.key(one.action.period_code))
        return one.action.action_id in then and bool(row and before and _is_unlike(reader, row, before))

    return {
        one.action.action_id: FollowUp(
            one.action, one.review, then.get(one.action.action_id), now.get(one.key(period)), breaks_between(one)
        )
        for one in given
    }


def follow_up(reader: Reader, desk: Desk, action: Action, period: str, window: str) -> FollowUp:
    """Return an action's figure when it was given, and the figure published for `period`."""
    return follow_ups(reader, desk, [action], period, window)[action.action_id]


def _given(reader: Reader, reviews: Sequence[Review], action: Action, window: str) -> _Given:
    review = review_of(action, reviews)
    return _Given(action, review, action.unit_code or _city_code(reader), review.period_window if review else window)


def _shown_in(reader: Reader, keys: Sequence[_Key]) -> dict[_Key, ShownFigure]:
    """Return figures as a version showed them; none of a version that is too old."""
    try:
        return _figures(reader, progress.shown_of_units, keys)
    except OtherLayoutError:
        log.warning("version %s cannot be read for a follow-up", reader.warehouse.version)
        return {}


def _figures(
    reader: Reader, query: Callable[[Reader, Sequence[str], str, str], list[Figure]], keys: Iterable[_Key]
) -> dict[_Key, Figure]:
    """Return the rows of some units, targets, periods and windows, as far as there are any."""
    units: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for unit, target, period, window in keys:
        if target:
            units[period, window].add(unit)
    return {
        (row.unit_code, row.target_code, period, window): row
        for (period, window), codes in units.items()
        for row in query(reader, sorted(codes), period, window)
    }


def is_unlike(reader: Reader, now: Progress, earlier: str) -> bool:
    """Return whether a row must not be compared with that of the same unit and target in an earlier period.

    False where there was none.
    """
    before = figure(reader, now.unit_code, now.target_code, earlier, now.period_window)
    return before is not None and _is_unlike(reader, now, before)


def _is_unlike(reader: Reader, now: Progress, before: Progress) -> bool:
    if before.period_code == now.period_code:
        return False
    target = next(row for row in plan.targets(reader, now.period_code) if row.target_code == now.target_code)
    known = {period.period_code: period for period in plan.periods(reader)}
    return difference_between(now, before, target, every_break(reader), known) is not None


@lru_cache(maxsize=4)
def _city_code(reader: Reader) -> str:
    return plan.city(reader, plan.periods(reader)[-1].end_date).unit_code


def figure(reader: Reader | None, unit: str | None, target: str | None, period: str, window: str) -> Progress | None:
    """Return a figure; None without a unit, a target or a version."""
    if reader is None or unit is None or target is None:
        return None
    rows = progress.unit_progress(reader, unit, period, window)
    return next((row for row in rows if row.target_code == target), None)


def shown_figure(reader: Reader, unit: str, target: str, period: str, window: str) -> ShownFigure | None:
    """Return a figure as shown in an earlier version; None also where the version is too old to be read."""
    key = (unit, target, period, window)
    return _shown_in(reader, [key]).get(key)


def notes_on(reader: Reader, desk: Desk, unit: str, target: Target | None = None) -> list[Note]:
    """Return the notes on a unit, newest first; with `target`, those on the target or on the unit as a whole.

    Notes on counts of people may contain them and are for viewers who may see small counts. Raises `AccessDeniedError`
    for a viewer without the right to read.
    """
    access.require(reader.viewer, Right.READ)
    notes = desk.notes(unit) if reader.viewer.may_read(unit) else []
    known = plan.named_targets(reader) if notes else {}
    hidden = {code for code, known_target in known.items() if access.hides_parts(reader.viewer, known_target, unit)}
    return [
        note
        for note in notes
        if note.target_code not in hidden and (target is None or note.target_code in (None, target.target_code))
    ]


def unit_meant(reader: Reader, action: Action) -> Unit | None:
    """Return the unit of an action in its current validity, if it continued under its code and name.

    None for the whole city, or a code that no unit has had.
    """
    validities = _authorities(reader).get(action.unit_code or "")
    if not validities:
        return known_units(reader).get(action.unit_code or "")
    day = action.unit_day or action.due_date
    begun = [place for place, unit in enumerate(validities) if unit.valid_from <= day]
    place = max(begun, default=0)
    while place + 1 < len(validities) and validities[place + 1].name_vi == validities[place].name_vi:
        place += 1
    return validities[place]


@lru_cache(maxsize=4)
def _authorities(reader: Reader) -> dict[str, list[Unit]]:
    return plan.authorities(reader)


def met_cells(reader: Reader, units: Collection[str], window: str) -> frozenset[Cell]:
    """Return the figures of some units that are met in the period under review, as visible to the viewer."""
    period = next((row.period_code for row in plan.periods(reader) if row.is_opening), None)
    rows = progress.standings_of(reader, units, period, window) if period else []
    return frozenset(Cell(row.target_code, row.unit_code) for row in rows if row.status == "met")


@lru_cache(maxsize=4)
def known_units(reader: Reader) -> dict[str, Unit]:
    """Return every unit that ever existed, by code, in its newest validity as an authority."""
    sql = "select {columns} from marts.dim_unit as f order by f.is_authority, f.valid_from"
    return {unit.unit_code: unit for unit in fetch(reader, Unit, sql)}
