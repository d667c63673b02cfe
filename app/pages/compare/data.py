"""Data of the comparison: the units and why, their figures of one quarter, of two, or of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis import comparison
from app.analysis.change import Change, change_between
from app.core.levels import is_continued, is_top, tier
from app.core.page_context import Context, UnknownCodeError
from app.core.parameters import UnknownValueError
from app.core.url_state import State
from app.pages.shared.elsewhere import heirs
from app.pages.shared.peers import alike
from app.queries import plan, progress
from app.queries import target as target_queries
from app.records import Progress, Target, Unit
from app.records.target import SeriesBreak


@dataclass(frozen=True, slots=True)
class Replaced:
    """A unit that the address names and the quarter does not have, and what took its place, if anything did."""

    former: Unit
    heir: Unit | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The units side by side (each is compared with the first) and the city; `reason` explains the choice of units
    where the address names none."""

    units: Sequence[Unit]
    reason: str
    city: Unit
    replaced: Sequence[Replaced] = ()

    @property
    def codes(self) -> list[str]:
        """Return the units' codes, in their order."""
        return [unit.unit_code for unit in self.units]

    @property
    def sides(self) -> list[Unit]:
        """Return the units, then the city unless it is one of them."""
        return [*self.units, *([] if self.city.unit_code in self.codes else [self.city])]

    @property
    def levels(self) -> list[str]:
        """Return the levels of the units, each once; areas replace districts."""
        return list(dict.fromkeys(tier(unit.unit_level) for unit in self.units))

    def mark(self, unit: Unit) -> str:
        """Return the number of a unit in the pictures, from 1; the city has none where it is only shown beside."""
        return str(self.codes.index(unit.unit_code) + 1) if unit.unit_code in self.codes else ""


# Rows of each side by its code, the city's last.
SideRows = Mapping[str, Sequence[Progress]]
# Of each side by its code, what changed by target.
SideChanges = Mapping[str, Mapping[str, Change]]


@dataclass(frozen=True, slots=True)
class Against:
    """Another, earlier period: its figures, the changes since, and what lies between the two."""

    period: str
    rows: SideRows
    changes: SideChanges
    breaks: Sequence[SeriesBreak]


def named_units(state: State) -> list[str]:
    """Return the codes that the address names, each once."""
    return list(dict.fromkeys(code for code in (state.get("units") or "").split(",") if code))


def choose(context: Context, codes: Sequence[str]) -> Chosen:
    """Return the units in the address; else a unit with those like it; else three of the reading level that lie apart.

    Raises `UnknownCodeError` for a code that no one ever had, and where the quarter has none of those named.
    """
    city = context.city
    if codes:
        return _named(context, codes, city)
    if context.state.unit:
        chosen = _named(context, [context.state.unit], city)
        like = alike(context, chosen.units[0])
        return Chosen([*chosen.units, *like], "alike" if like else "", city, chosen.replaced)
    rows = progress.level_progress(context.reader, context.level, context.state.period, context.state.window)
    apart = comparison.three_apart(context.units, rows)
    return Chosen(apart or list(context.units[:3]), "three" if apart else "", city)


def _named(context: Context, codes: Sequence[str], city: Unit) -> Chosen:
    units: dict[str, Unit] = {}
    replaced = []
    day = context.period.end_date
    for code in codes:
        history = plan.unit_history(context.reader, code)
        if not history:
            raise UnknownCodeError("unit", code)
        unit = next((unit for unit in history if unit.exists_on(day)), None)
        if unit is None:
            former = next((unit for unit in reversed(history) if unit.valid_from <= day), history[0])
            unit = next(iter(heirs(context.reader, former, day)), None)
            replaced.append(Replaced(former, unit))
        if unit is not None:
            units[unit.unit_code] = unit
    if not units:
        raise UnknownCodeError("unit", codes[0])
    return Chosen(list(units.values()), "", city, replaced)


def rows_of_quarter(context: Context, chosen: Chosen) -> SideRows:
    """Return every side's figures of the chosen quarter, one row per target."""
    reader, state = context.reader, context.state
    return {
        unit.unit_code: progress.unit_progress(reader, unit.unit_code, state.period, state.window)
        for unit in chosen.sides
    }


def everyone(context: Context, chosen: Chosen) -> Sequence[Progress]:
    """Return the figures of all units of the level compared; none where levels are mixed, or only the city is looked
    at."""
    if len(chosen.levels) != 1 or is_top(chosen.levels[0]):
        return ()
    return progress.level_progress(context.reader, chosen.levels[0], context.state.period, context.state.window)


def earlier_period(context: Context) -> str | None:
    """Return the other period in the address, where it lies before the one shown. Raises `UnknownValueError`."""
    code = context.state.get("against")
    if code and code not in {period.period_code for period in context.periods}:
        raise UnknownValueError("against", code)
    return code if code and code < context.state.period else None


def rows_against(context: Context, chosen: Chosen, now: SideRows, period: str) -> Against:
    """Return every side's figures of an earlier period, and what changed since."""
    reader, state = context.reader, context.state
    breaks = target_queries.every_break(reader)
    periods = {period.period_code: period for period in context.periods}
    rows: dict[str, list[Progress]] = {}
    changes: dict[str, dict[str, Change]] = {}
    for unit in chosen.sides:
        code = unit.unit_code
        found = progress.unit_progress(reader, code, period, state.window)
        rows[code] = [row for row in found if is_of(unit, row)]
        before = comparison.by_target(rows[code])
        stated = (
            change_between(row, before.get(row.target_code), context.targets[row.target_code], breaks, periods)
            for row in now[code]
        )
        changes[code] = {change.now.target_code: change for change in stated if change}
    return Against(period, rows, changes, breaks)


def rows_over_time(context: Context, chosen: Chosen, target: Target) -> SideRows:
    """Return every side's figures on a target until the chosen quarter, oldest first."""
    reader, state = context.reader, context.state
    return {
        unit.unit_code: [
            row
            for row in progress.unit_trend(reader, unit.unit_code, state.window, state.period)
            if row.target_code == target.target_code and is_of(unit, row)
        ]
        for unit in chosen.sides
    }


def is_of(unit: Unit, row: Progress) -> bool:
    """Return whether a row is of this very unit, or of the district whose series an area continues: codes are
    reused."""
    return row.unit_valid_from == unit.valid_from or is_continued(row.unit_level, unit.unit_level)
