"""What both faces of the comparison are made of: which districts, their columns, their lines, the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.analysis import comparison, progress_summary
from app.core.page_context import CITY, Context, UnknownCodeError
from app.core.sheet import Sheet, progress_sheet
from app.figures.comparison.html import Side
from app.figures.series import Series
from app.queries import plan, progress
from app.records import Progress, Unit

NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Chosen:
    """The districts side by side (the others are held against the first), and why these."""

    units: tuple[Unit, ...]
    reason: str
    city: Unit
    everyone: tuple[Progress, ...]

    def name(self, code: str, context: Context) -> str:
        """The name of one of them or of the city."""
        return context.words.of(self.city, "name") if code == CITY else context.district_name(code)


def named(context: Context) -> list[str]:
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
    if codes:
        units, reason = [known[code] for code in codes], ""
    elif state.unit:
        one = known[state.unit]
        units, reason = [one, *comparison.neighbours(one, context.districts, NEIGHBOURS)], "neighbours"
    else:
        units, reason = comparison.three_apart(context.districts, everyone), "three"
    return Chosen(tuple(units), reason, plan.unit_history(reader, CITY)[0], tuple(everyone))


def sides(context: Context, chosen: Chosen, rows: Mapping[str, Mapping[str, Progress]], is_summed: bool) -> list[Side]:
    """A column a district, numbered, and one for the city; `rows` are each unit's by target or by period."""
    words, found = context.words, []
    for place, unit in enumerate([*chosen.units, chosen.city], 1):
        counts = progress_summary.unit(rows[unit.unit_code].values())
        key = "compare.sum" if counts.judged_count else "compare.sum_none"
        summary = words(key, good=counts.good_count, of=counts.judged_count) if is_summed else ""
        texts = (words.of(unit, "name"), words.of(unit, "short_name"), "" if unit is chosen.city else str(place))
        found.append(Side(unit.unit_code, *texts, rows[unit.unit_code], summary))
    return found


def courses_of(chosen: Sequence[Side], rows: Mapping[str, Sequence[Progress]]) -> list[Series]:
    """A line a column."""
    styles = [f"s{side.mark}" if side.mark else "city" for side in chosen]
    pairs = zip(chosen, styles, strict=True)
    return [Series(side.name, side.short_name, rows[side.code], side.mark, style) for side, style in pairs]


def sheet(context: Context, chosen: Chosen, rows: Sequence[Progress]) -> Callable[[], Sheet]:
    """The table as raw values."""
    units, words = {unit.unit_code: unit for unit in [*chosen.units, chosen.city]}, context.words
    return lambda: progress_sheet(words("compare.title"), rows, context.targets, units, words)
