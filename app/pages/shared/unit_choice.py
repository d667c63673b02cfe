"""The unit that a page about one figure is about: the city, a district or a ward."""

from __future__ import annotations

from markupsafe import Markup

from app.core.page_context import CITY, Context, UnknownCodeError
from app.queries import plan
from app.records import Target, Unit
from app.ui import layout


def chosen_unit(context: Context) -> Unit:
    """The unit in the address as it was in the chosen quarter; the city when the address names none.

    Raises `UnknownCodeError` for a code that nobody had then.
    """
    code = context.state.unit or CITY
    history = plan.unit_history(context.reader, code)
    unit = next((unit for unit in history if unit.exists_on(context.period.end_date)), None)
    if unit is None:
        raise UnknownCodeError("unit", code)
    return unit


def unit_choice(context: Context, unit: Unit, target: Target) -> Markup:
    """The choice of unit and of target: the city, its districts, and the wards beside or under the unit."""
    state, words, reader = context.state, context.words, context.reader
    day = context.period.end_date
    parent = unit.unit_code if unit.unit_level != "ward" else unit.parent_code or CITY
    wards = plan.wards(reader, parent, day) if "ward" in target.shown_levels else []
    city = plan.unit_history(reader, CITY)[0]
    units = [city, *context.districts, *wards]
    options = [
        (state.href(unit=one.unit_code, target=target.target_code), words.of(one, "name"), one == unit) for one in units
    ]
    choices = layout.select("unit", words("origin.choose_unit"), options)
    options = [
        (
            state.href(unit=unit.unit_code, target=code),
            words("target.option", code=code, name=words.of(other, "short_name")),
            other is target,
        )
        for code, other in context.targets.items()
    ]
    return layout.select("target", words("target.choose"), options) + choices


def not_counted(context: Context, target: Target, unit: Unit) -> Markup:
    """What a page says of a target that has no row for the unit's level, with ways on."""
    words, state, code = context.words, context.state, target.target_code
    title = words("origin.not_counted", target=words.of(target, "name"), unit=words.of(unit, "name"))
    ways = [
        (state.href(unit=None, target=code), words("origin.way_city")),
        (state.href("methodology", target=code), words("card.methodology")),
    ]
    if unit.parent_code and context.district(unit.parent_code):
        ways.insert(0, (state.href(unit=unit.parent_code, target=code), context.district_name(unit.parent_code)))
    return layout.message(title, words.of(target, "definition"), ways)
