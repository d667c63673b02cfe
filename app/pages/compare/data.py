"""What the comparison asks: which districts stand side by side and why; their figures in one quarter or over all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis import comparison
from app.core.page_context import Context, UnknownCodeError
from app.queries import progress
from app.records import Progress, Target, Unit

NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Chosen:
    """The districts side by side (the others are held against the first) and the city; `reason` is why these, where the
    address names none. `everyone` are all districts' figures of the quarter."""

    units: Sequence[Unit]
    reason: str
    city: Unit
    everyone: Sequence[Progress]

    @property
    def codes(self) -> list[str]:
        """The districts' codes, in their order."""
        return [unit.unit_code for unit in self.units]

    @property
    def sides(self) -> list[Unit]:
        """The districts, then the city."""
        return [*self.units, self.city]

    def mark(self, unit: Unit) -> str:
        """The number of a district in the pictures, from 1; the city has none."""
        return "" if unit is self.city else str(self.codes.index(unit.unit_code) + 1)

    def name(self, code: str, context: Context) -> str:
        """The name of one of them or of the city."""
        return context.words.of(self.city, "name") if code == self.city.unit_code else context.unit_name(code)


# Rows of each side by its code, the city's last.
SideRows = Mapping[str, Sequence[Progress]]


def named_districts(context: Context) -> list[str]:
    """The districts that the address names, each once. Raises `UnknownCodeError` for one that is not there."""
    codes = [code for code in (context.state.get("units") or "").split(",") if code]
    for code in filter(None, [*codes, context.state.unit]):
        if context.district(code) is None:
            raise UnknownCodeError("unit", code)
    return list(dict.fromkeys(codes))


def choose(context: Context, codes: Sequence[str]) -> Chosen:
    """Those named in the address; else a district with its nearest neighbours; else three that lie apart."""
    state, reader = context.state, context.reader
    everyone = progress.level_progress(reader, "district", state.period, state.window)
    known = {unit.unit_code: unit for unit in context.districts}
    reason = ""
    if codes:
        units = [known[code] for code in codes]
    elif state.unit:
        first = known[state.unit]
        units = [first, *comparison.neighbours(first, context.districts, NEIGHBOURS)]
        reason = "neighbours"
    else:
        units = comparison.three_apart(context.districts, everyone)
        reason = "three"
    return Chosen(units, reason, context.city, everyone)


def rows_of_quarter(context: Context, chosen: Chosen) -> SideRows:
    """Every side's figures of the chosen quarter, a row a target."""
    state = context.state
    city_rows = progress.level_progress(context.reader, "city", state.period, state.window)
    return comparison.by_unit(chosen.everyone, chosen.codes) | {context.city.unit_code: city_rows}


def rows_over_time(context: Context, chosen: Chosen, target: Target) -> SideRows:
    """Every side's figures on a target until the chosen quarter, oldest first."""
    reader, state = context.reader, context.state
    district_rows = progress.target_trend(reader, target.target_code, "district", state.window, state.period)
    city_rows = progress.target_trend(reader, target.target_code, "city", state.window, state.period)
    return comparison.by_unit(district_rows, chosen.codes) | {context.city.unit_code: city_rows}
