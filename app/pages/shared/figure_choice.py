"""Which figure a page is about: the target and the unit in its address, and the choice of others."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core.page_context import Context, UnknownCodeError
from app.queries import plan
from app.records import Progress, Target, Unit
from app.ui import layout
from app.ui.choices import Link, links, select


def chosen_target(context: Context) -> Target:
    """The target in the address, the plan's first when it names none. Raises `UnknownCodeError`."""
    code = context.state.target or next(iter(context.targets))
    if code not in context.targets:
        raise UnknownCodeError("target", code)
    return context.targets[code]


def target_looked_at(context: Context, rows: Sequence[Progress]) -> Target | None:
    """Which of the targets that `rows` are about a picture of units shows: the one in the address, else the first ratio
    of counts, which says more than a yes or no, else the first; None without any."""
    codes = {row.target_code for row in rows}
    targets = [target for target in context.targets.values() if target.target_code in codes]
    named = [target for target in targets if target.target_code == context.state.target]
    ratios = [target for target in targets if target.has_interval]
    return next(iter([*named, *ratios, *targets]), None)


def chosen_unit(context: Context) -> Unit:
    """The unit in the address as it was in the chosen quarter; the city when the address names none.

    Raises `UnknownCodeError` for a code that nobody had then.
    """
    code = context.state.unit or context.city.unit_code
    history = plan.unit_history(context.reader, code)
    unit = next((unit for unit in history if unit.exists_on(context.period.end_date)), None)
    if unit is None:
        raise UnknownCodeError("unit", code)
    return unit


def figure_choice(context: Context, unit: Unit, target: Target) -> Markup:
    """The choice of unit and of target: the city, its districts, and the wards beside or under the unit."""
    state = context.state
    words = context.words
    units = [(one.unit_code, words.of(one, "name")) for one in _units_to_choose(context, unit, target)]
    ways = links(state.href, "unit", units, unit.unit_code, target=target.target_code)
    targets = target_choice(context, target, "short_name", unit=unit.unit_code)
    return targets + select("unit", words("origin.choose_unit"), ways)


def target_choice(context: Context, shown: Target, name: str = "name", **others: str | None) -> Markup:
    """The choice of a target by its code and name, the one `shown` marked; `others` change along with it."""
    words = context.words
    targets = [
        (code, words("target.option", code=code, name=words.of(target, name)))
        for code, target in context.targets.items()
    ]
    ways = links(context.state.href, "target", targets, shown.target_code, **others)
    return select("target", words("target.choose"), ways)


def _units_to_choose(context: Context, unit: Unit, target: Target) -> list[Unit]:
    if "ward" not in target.shown_levels:
        return [context.city, *context.districts]
    parent = unit.unit_code if unit.unit_level != "ward" else unit.parent_code or context.city.unit_code
    return [context.city, *context.districts, *plan.wards(context.reader, parent, context.period.end_date)]


def not_counted(context: Context, target: Target, unit: Unit) -> Markup:
    """What a page says of a target that has no row for the unit's level, with ways on."""
    words = context.words
    state = context.state
    code = target.target_code
    title = words("origin.not_counted", target=words.of(target, "name"), unit=words.of(unit, "name"))
    ways = [
        Link(state.href(unit=None, target=code), words("origin.way_city")),
        Link(state.href("methodology", target=code), words("card.methodology")),
    ]
    if unit.parent_code and context.district(unit.parent_code):
        ways.insert(0, Link(state.href(unit=unit.parent_code, target=code), context.unit_name(unit.parent_code)))
    return layout.message(title, words.of(target, "definition"), ways)
