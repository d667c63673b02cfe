"""Choices of the page of relations: period, window, level and view, two targets, and how the dots appear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from app.analysis.correlation import METHODS
from app.analysis.pairs import Pair
from app.analysis.selection import first_level, named_levels
from app.core.i18n import Words
from app.core.levels import tier_of
from app.core.url_state import WINDOWS
from app.explore import choices
from app.explore.relation_chart import SYMBOLS, Axes
from app.explore.visit import Visit
from app.queries import peers, plan
from app.records import Period, Target, Unit
from app.ui.unit_levels import level_name

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


def chosen(visit: Visit, begun: Mapping[str, Period]) -> Choice | str:
    """Show the choice of period, window, level and view; return it, or why nothing can be shown of the period."""
    say = visit.words
    opening = next((code for code, one in begun.items() if one.is_opening), None)
    first, second, third, fourth = st.columns(4)
    with first:
        period = begun[choices.one("period", say("period.title"), [*reversed(list(begun))], say.period, opening)]
    units = {unit.unit_code: unit for unit in plan.every_unit(visit.reader) if unit.exists_on(period.end_date)}
    targets = {target.target_code: target for target in plan.targets(visit.reader, period.period_code)}
    if not units or len(targets) < 2:
        return say("explore.no_targets" if units else "explore.no_units")
    with second:
        window = choices.one("window", say("window.title"), WINDOWS, lambda name: say(f"window.{name}"))
    names = level_names(units, say)
    with third:
        level = choices.one("level", say("explore.level"), list(names), names.__getitem__, first_level([*names]))
    with fourth:
        view = choices.one("view", say("explore.view"), (UNITS, TIME), lambda name: say(f"explore.view_{name}"))
    return Choice(period, window, level, view, targets, units)


def level_names(units: Mapping[str, Unit], say: Words) -> dict[str, str]:
    """Return the names of the levels that have units; where there are no districts, areas replace them."""
    return {level: level_name(name, say) for level, name in named_levels(units.values()).items()}


def chosen_axes(choice: Choice, counted: set[str], say: Words) -> Axes:
    """Show the choice of the two targets: at first two that add up amounts, which can have many values."""
    targets = choice.targets
    fitting = [code for code in targets if code in counted and targets[code].counting_rule == "amounts"]
    codes = [*dict.fromkeys((*fitting, *targets))]

    def title(code: str) -> str:
        return f"{code} {say.of(targets[code], 'short_name')}"

    left, right = st.columns(2)
    with left:
        x = choices.one("x", say("explore.across"), list(targets), title, codes[0])
    with right:
        y = choices.one("y", say("explore.up"), list(targets), title, next(code for code in codes if code != x))
    return Axes(targets[x], targets[y])


def unit_names(choice: Choice, say: Words) -> dict[str, str]:
    """Return the names of the level's units by code; those of several units with the unit that they are in."""
    units = choice.of_level
    names = {code: say.of(unit, "short_name") for code, unit in units.items()}
    counts = Counter(names.values())
    parents = {code: choice.units.get(unit.parent_code or "") for code, unit in units.items()}
    return {
        code: f"{name}, {say.of(parents[code], 'short_name')}" if counts[name] > 1 and parents[code] else name
        for code, name in names.items()
    }


def chosen_unit(codes: Sequence[str], names: Mapping[str, str], say: Words) -> str:
    """Show the choice of a unit, of `codes`; `NONE` among them is no unit."""
    return choices.one(
        "unit", say("explore.marked_unit"), codes, lambda code: names[code] if code else say("explore.no_unit")
    )


def chosen_method(say: Words) -> str:
    """Show the choice of the coefficient."""
    return choices.one("method", say("explore.method"), METHODS, lambda name: say(f"explore.method_{name}"))


@dataclass(frozen=True, slots=True)
class Size:
    """What the area of a dot shows."""

    name: str
    of: Callable[[Pair], float | None]


def chosen_size(visit: Visit, choice: Choice, say: Words) -> Size | None:
    """Show the choice of what the area of a dot shows; None for dots of one size."""
    reported = peers.every_size(visit.reader, choice.period.end_date)
    measures = {one.measure_code: say.of(one, "name") for one in reported}
    names = {NONE: say("explore.size_none"), "x": say("explore.size_x"), "y": say("explore.size_y"), **measures}
    chosen = choices.one("size", say("explore.size"), list(names), names.__getitem__)
    if chosen == NONE:
        return None
    if chosen not in measures:
        return Size(names[chosen], lambda pair: (pair.x if chosen == "x" else pair.y).denominator)
    by_unit = {one.unit_code: one.measure_value for one in reported if one.measure_code == chosen}
    return Size(names[chosen], lambda pair: by_unit.get(pair.x.unit_code))


def chosen_groups(choice: Choice, say: Words) -> dict[str, str]:
    """Show the choice of colours, of those that tell a few groups apart; return the group of each unit by code."""

    def below_city(unit: Unit) -> Unit:
        parent = choice.units.get(unit.parent_code or "")
        return below_city(parent) if parent and parent.parent_code else unit

    units = choice.of_level
    by_kind = {
        "type": {
            code: say.first(f"explore.type_{unit.unit_type}", "explore.type_other", code=unit.unit_type)
            for code, unit in units.items()
        },
        "area": {code: say.of(below_city(unit), "short_name") for code, unit in units.items()},
    }
    offered = [kind for kind, groups in by_kind.items() if 1 < len(set(groups.values())) <= len(SYMBOLS)]
    chosen = choices.one(
        "colour", say("explore.colour"), [NONE, *offered], lambda kind: say(f"explore.colour_{kind or 'none'}")
    )
    return by_kind.get(chosen, {})
