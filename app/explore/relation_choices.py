"""Fields of the page of relations: its choices, and how the dots appear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.analysis.pairs import Pair
from app.analysis.relation_view import NONE, Choice
from app.core.i18n import words
from app.explore import choices
from app.explore.relation_chart import SYMBOLS
from app.explore.visit import Visit
from app.queries import peers
from app.records import Unit

_LABELS = {
    "period": "period.title",
    "window": "window.title",
    "level": "explore.level",
    "view": "explore.view",
    "x": "explore.across",
    "y": "explore.up",
    "unit": "explore.marked_unit",
    "method": "explore.method",
}


class Fields:
    """The choices as fields: two targets and a unit, when and at which level; what renders the dots below a heading."""

    def __init__(self) -> None:
        x, y, unit = st.columns(3)
        period, window, level, view = st.columns(4)
        self.dots: DeltaGenerator = st.expander(words("explore.dots"))
        self._places = {
            "x": x, "y": y, "unit": unit,
            "period": period, "window": window, "level": level, "view": view, "method": self.dots,
        }  # fmt: skip

    def one(self, name: str, codes: Sequence[str], title: Callable[[str], str], first: str | None = None) -> str:
        """Show a field; return the chosen one of its codes."""
        with self._places[name]:
            return choices.one(name, words(_LABELS[name]), codes, title, first)


@dataclass(frozen=True, slots=True)
class Size:
    """What the area of a dot shows."""

    name: str
    of: Callable[[Pair], float | None]


def chosen_size(visit: Visit, choice: Choice) -> Size | None:
    """Show the choice of what the area of a dot shows; None for dots of one size."""
    reported = peers.every_size(visit.reader, choice.period.end_date)
    measures = {one.measure_code: words.of(one, "name") for one in reported}
    names = {NONE: words("explore.size_none"), "x": words("explore.size_x"), "y": words("explore.size_y"), **measures}
    chosen = choices.one("size", words("explore.size"), list(names), names.__getitem__)
    if chosen == NONE:
        return None
    if chosen not in measures:
        return Size(names[chosen], lambda pair: (pair.x if chosen == "x" else pair.y).denominator)
    by_unit = {one.unit_code: one.measure_value for one in reported if one.measure_code == chosen}
    return Size(names[chosen], lambda pair: by_unit.get(pair.x.unit_code))


def chosen_groups(choice: Choice) -> dict[str, str]:
    """Show the choice of colours, of those that tell a few groups apart; return the group of each unit by code."""

    def below_city(unit: Unit) -> Unit:
        parent = choice.units.get(unit.parent_code or "")
        return below_city(parent) if parent and parent.parent_code else unit

    units = choice.of_level
    by_kind = {
        "type": {
            code: words.first(f"explore.type_{unit.unit_type}", "explore.type_other", code=unit.unit_type)
            for code, unit in units.items()
        },
        "area": {code: words.of(below_city(unit), "short_name") for code, unit in units.items()},
    }
    offered = [kind for kind, groups in by_kind.items() if 1 < len(set(groups.values())) <= len(SYMBOLS)]
    chosen = choices.one(
        "colour", words("explore.colour"), [NONE, *offered], lambda kind: words(f"explore.colour_{kind or 'none'}")
    )
    return by_kind.get(chosen, {})
