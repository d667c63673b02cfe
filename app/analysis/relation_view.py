"""What the page of relations shows, from the choices of an address or of the page's fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from app.analysis.correlation import METHODS
from app.analysis.pairs import Axes, Candidate, candidates
from app.analysis.pivot_view import FieldChooser
from app.analysis.selection import first_level, named_levels
from app.analysis.unit_names import distinct_names, level_name
from app.core.i18n import words
from app.core.levels import tier_of
from app.core.reader import Reader
from app.core.url_state import WINDOWS
from app.queries import plan, progress
from app.queries.target import every_break
from app.records import Period, Progress, Target, Unit
from app.records.target import SeriesBreak

UNITS, TIME = "units", "time"
NONE = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen; the targets in force and the units that exist by then, by code."""

    period: Period
    window: str
    level: str
    view: str
    targets: dict[str, Target]
    units: dict[str, Unit]

    @property
    def of_level(self) -> dict[str, Unit]:
        """Return the units of the level; areas replace districts."""
        return {code: unit for code, unit in self.units.items() if unit.unit_level in tier_of(self.level)}

    def names(self) -> dict[str, str]:
        """Return the names of the level's units by code, distinct from each other."""
        return distinct_names(self.of_level.values(), self.units)


def chosen(reader: Reader, choose: FieldChooser) -> Choice | str:
    """Return period, window, level and view, or why nothing can be shown of the period."""
    begun = {one.period_code: one for one in plan.periods(reader) if one.has_begun}
    if not begun:
        return words("explore.not_begun")
    opening = next((code for code, one in begun.items() if one.is_opening), None)
    period = begun[choose.one("period", [*reversed(list(begun))], words.period, opening)]
    units = {unit.unit_code: unit for unit in plan.every_unit(reader) if unit.exists_on(period.end_date)}
    targets = {target.target_code: target for target in plan.targets(reader, period.period_code)}
    if not units or len(targets) < 2:
        return words("explore.no_targets" if units else "explore.no_units")
    window = choose.one("window", WINDOWS, lambda name: words(f"window.{name}"))
    names = level_names(units)
    level = choose.one("level", list(names), names.__getitem__, first_level([*names]))
    view = choose.one("view", (UNITS, TIME), lambda name: words(f"explore.view_{name}"))
    return Choice(period, window, level, view, targets, units)


def level_names(units: Mapping[str, Unit]) -> dict[str, str]:
    """Return the names of the levels that have units; where there are no districts, areas replace them."""
    return {level: level_name(name) for level, name in named_levels(units.values()).items()}


def chosen_axes(choice: Choice, counted: Collection[str], choose: FieldChooser) -> Axes:
    """Return the two targets: at first two that add up amounts, which can have many values."""
    targets = choice.targets
    fitting = [code for code in targets if code in counted and targets[code].counting_rule == "amounts"]
    codes = [*dict.fromkeys((*fitting, *targets))]

    def title(code: str) -> str:
        return f"{code} {words.of(targets[code], 'short_name')}"

    x = choose.one("x", list(targets), title, codes[0])
    y = choose.one("y", list(targets), title, next(code for code in codes if code != x))
    return Axes(targets[x], targets[y])


def chosen_unit(choice: Choice, names: Mapping[str, str], choose: FieldChooser) -> str:
    """Return the unit that is marked among all, or followed over time; `NONE` for none among all."""
    codes = [*([NONE] if choice.view == UNITS else []), *names]
    return choose.one("unit", codes, lambda code: names[code] if code else words("explore.no_unit"))


def compared_periods(
    reader: Reader, choice: Choice, axes: Axes, unit: str
) -> tuple[list[Candidate], list[SeriesBreak]]:
    """Return the breaks of two series of a unit, and its periods until the chosen one with their figures.

    The oldest period is first; each has both figures or the reason why one is missing.
    """
    until = choice.period.period_code
    codes = (axes.x.target_code, axes.y.target_code)
    periods = [one.period_code for one in plan.periods(reader) if one.period_code <= until]
    rows = progress.unit_trend(reader, unit, choice.window, until)
    breaks = [one for one in every_break(reader) if one.target_code in (None, *codes) and one.period_code <= until]
    return candidates(rows, *codes, periods, attrgetter("period_code")), breaks


def compared_units(rows: Sequence[Progress], axes: Axes, names: Mapping[str, str]) -> list[Candidate]:
    """Return the units of `names`, each with its two figures among `rows` or why one is missing."""
    return candidates(rows, axes.x.target_code, axes.y.target_code, names, attrgetter("unit_code"))


def chosen_method(choose: FieldChooser) -> str:
    """Return the coefficient."""
    return choose.one("method", METHODS, lambda name: words(f"explore.method_{name}"))
