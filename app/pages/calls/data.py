"""Data of the call sheet: the units to call in order, the reasons, promises, and earlier calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis.calls import Call, calls_to_make
from app.analysis.gap import gap
from app.core.grouping import group_by
from app.core.page_context import Context, UnknownCodeError
from app.queries import followup, plan, progress
from app.records import Progress, Target, Unit
from app.records.followup import FollowUp
from warehouse.desk import SUPPORT, Action, CallMade, OfficeLine


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """A call of a quarter before, with the figure that was its reason, then and in the chosen quarter; None where there
    was no such figure or it is not known. `is_unlike` is true where the two must not be compared."""

    made: CallMade
    then: Progress | None
    now: Progress | None
    is_unlike: bool


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call to make: its place in the order, its unit and, where that has ended since, the authorities in its place,
    the figures that are its reason (late for longest first), the last promise with its figure, what the city promised
    the unit last, the calls of this quarter newest first, the last one before it.
    """

    place: int
    call: Call
    unit: Unit
    heirs: Sequence[Unit]
    figures: Sequence[Progress]
    telephone: OfficeLine | None
    promise: FollowUp | None
    support: FollowUp | None
    made: Sequence[CallMade]
    earlier: EarlierCall | None


@dataclass(frozen=True, slots=True)
class CallSheet:
    """Every call in its order, `shown` of them by their place, and what came of those made in the chosen quarter and of
    those made before, by unit and newest first."""

    calls: Sequence[Call]
    shown: Sequence[tuple[int, Call]]
    made: Mapping[str, Sequence[CallMade]]
    made_before: Mapping[str, Sequence[CallMade]]

    @property
    def for_leader(self) -> list[tuple[int, Call]]:
        """Return the shown calls that need a leader."""
        return [one for one in self.shown if one[1].needs_leader]

    @property
    def silent(self) -> list[tuple[int, Call]]:
        """Return the other shown calls to units without a usable report: the same words are for all of them."""
        return [one for one in self.shown if one[1].unit.is_silent and not one[1].needs_leader]

    @property
    def for_staff(self) -> list[tuple[int, Call]]:
        """Return all other shown calls."""
        return [one for one in self.shown if not one[1].unit.is_silent and not one[1].needs_leader]

    @property
    def done_count(self) -> int:
        """Return how many of the calls were made already, whatever the outcome."""
        return sum(call.unit_code in self.made for call in self.calls)


def call_sheet(context: Context) -> CallSheet:
    """Return the calls of the chosen quarter; only that of the unit in the address, if it names one.

    Raises `UnknownCodeError` for a unit that does not report in the quarter.
    """
    state = context.state
    day = context.publication.as_of_date
    calls = calls_to_make(context.reader, context.desk.actions(), state.period, state.window, day)
    if state.unit and context.reporter(state.unit) is None:
        raise UnknownCodeError("unit", state.unit)
    places = list(enumerate(calls, start=1))
    shown = [one for one in places if state.unit in (None, one[1].unit_code)]
    written = context.desk.calls()
    made = group_by((one for one in written if one.period_code == state.period), lambda one: one.unit_code)
    before = group_by((one for one in written if one.period_code < state.period), lambda one: one.unit_code)
    return CallSheet(calls, shown, made, before)


def call_cards(context: Context, sheet: CallSheet, shown: Sequence[tuple[int, Call]]) -> list[CallCard]:
    """Return the cards of some of a sheet's calls, each with its place in the whole order."""
    state, today = context.state, context.publication.as_of_date
    units = [call.unit_code for _, call in shown]
    known = {unit.unit_code: unit for unit in context.reporters}
    ended = [known[code] for code in units if not known[code].exists_on(today)]
    heirs = plan.authorities_after(context.reader, ended, today) if ended else {}
    figures = group_by(
        progress.calling_figures(context.reader, units, state.period, state.window), lambda row: row.unit_code
    )
    # What was promised later than the quarter that is looked at would run backwards.
    actions = [one for one in context.desk.actions() if one.period_code <= state.period and one.unit_code in units]
    promises = _promised(context, [one for one in actions if one.origin != SUPPORT])
    supports = _promised(context, [one for one in actions if one.origin == SUPPORT])
    lines = context.desk.lines()
    return [
        CallCard(
            place=place,
            call=call,
            unit=known[call.unit_code],
            heirs=heirs.get(known[call.unit_code], ()),
            figures=_late_for_longest_first(figures.get(call.unit_code, []), context.targets),
            telephone=lines.get(call.unit_code),
            promise=promises.get(call.unit_code),
            support=supports.get(call.unit_code),
            made=sheet.made.get(call.unit_code, ()),
            earlier=_earlier(context, sheet.made_before.get(call.unit_code, ())),
        )
        for place, call in shown
    ]


def _late_for_longest_first(rows: Sequence[Progress], targets: Mapping[str, Target]) -> list[Progress]:
    """Return the figures in the order of the mart: the longest late first, then the furthest from its goal."""

    def urgency(row: Progress) -> tuple[str, float, str]:
        away = gap(row, targets[row.target_code])
        return row.late_since_period_code or "", away.points if away else 0.0, row.target_code

    return sorted(rows, key=urgency)


def _promised(context: Context, actions: Sequence[Action]) -> dict[str | None, FollowUp]:
    """Return, by unit, the promise to ask about, with its figure."""
    chosen = {unit: _to_ask(own) for unit, own in group_by(actions, lambda action: action.unit_code).items()}
    state = context.state
    followed = followup.follow_ups(context.reader, context.desk, chosen.values(), state.period, state.window)
    return {unit: followed[action.action_id] for unit, action in chosen.items()}


def _to_ask(actions: Sequence[Action]) -> Action:
    """Return the promise to ask about: of those still to be kept the one due first, else the one made last."""
    unfinished = [action for action in actions if action.is_unfinished]
    if unfinished:
        return min(unfinished, key=lambda action: action.due_date)
    return max(actions, key=lambda action: action.opened_at)


def _earlier(context: Context, made: Sequence[CallMade]) -> EarlierCall | None:
    if not made:
        return None
    last = made[0]
    window = last.period_window
    then = followup.figure(context.reader, last.unit_code, last.target_code, last.period_code, window)
    now = followup.figure(context.reader, last.unit_code, last.target_code, context.state.period, window)
    is_unlike = now is not None and followup.is_unlike(context.reader, now, last.period_code)
    return EarlierCall(last, then, now, is_unlike)
