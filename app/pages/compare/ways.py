"""The ways on from the comparison: other districts, the other picture, a figure's own page."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.analysis import comparison
from app.core.page_context import CITY, Context
from app.pages.compare.data import Chosen
from app.records import Progress
from app.ui import layout
from app.ui.intro import toggle
from app.ui.unit_picker import Pick, picker


def pick(context: Context, chosen: Chosen) -> Markup:
    """The choice of districts."""
    codes, href, words = [unit.unit_code for unit in chosen.units], context.state.href, context.words
    picks = []
    for place, unit in enumerate(chosen.units, 1):
        rest = ",".join(code for code in codes if code != unit.unit_code)
        out = href(units=rest, unit=None) if rest else ""
        picks.append(Pick(str(place), words.of(unit, "name"), out))
    others = [unit for unit in context.districts if unit.unit_code not in codes]
    adds = [(href(units=",".join([*codes, unit.unit_code]), unit=None), words.of(unit, "name")) for unit in others]
    full = len(codes) >= comparison.MOST_UNITS
    return picker("add-unit", words("compare.picked"), picks, [] if full else adds, words)


def faces(context: Context, chosen: Chosen) -> Markup:
    """All targets in one quarter, or one target over the quarters and which; the districts stay."""
    state, words, is_trend = context.state, context.words, context.state.get("view") == "trend"
    codes = ",".join(unit.unit_code for unit in chosen.units)
    same: dict[str, str | None] = {"units": codes, "unit": None}
    ways = [
        ("view-period", state.href(view=None, **same), words("compare.view_period"), not is_trend),
        ("view-trend", state.href(view="trend", **same), words("compare.view_trend"), is_trend),
    ]
    choice = toggle(words("compare.view"), ways)
    if not is_trend:
        return choice
    shown = state.target or next(iter(context.targets))
    options = [
        (
            state.href(target=code, **same),
            words("target.option", code=code, name=words.of(target, "name")),
            code == shown,
        )
        for code, target in context.targets.items()
    ]
    return Markup(choice + layout.select("target", words("target.choose"), options))


def way(context: Context) -> Callable[[Progress], str]:
    """Where a figure leads: the district with that target marked, in the figure's quarter; the target for the city."""

    def lead(row: Progress) -> str:
        place, href = {"target": row.target_code, "period": row.period_code}, context.state.href
        return href("target", **place) if row.unit_code == CITY else href("district", unit=row.unit_code, **place)

    return lead


def to_trend(context: Context, chosen: Chosen) -> Callable[[str], str]:
    """The address of one target's course of the same districts."""
    codes = ",".join(unit.unit_code for unit in chosen.units)
    return lambda target: context.state.href(units=codes, unit=None, target=target, view="trend")


def note(context: Context, chosen: Chosen, has_strip: bool = False) -> str:
    """How to read the small figures and the scale."""
    words, first = context.words, context.words.of(chosen.units[0], "name")
    text = words("compare.note", first=first)
    return f"{text} {words('compare.note_strip')}" if has_strip else text
