"""One figure: choice of its target and unit, its card, who is short of the threshold, two moments side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from app.core.i18n import words
from app.core.levels import is_base, unit_page
from app.core.page_context import NOTHING, Context, UnknownCodeError
from app.core.reader import Reader
from app.core.url_state import Href, State
from app.queries import plan
from app.queries.shortfall import shortfalls
from app.records import Progress, Target, Unit
from app.records.review import ShownFigure
from app.records.shortfall import Shortfall
from app.ui import layout
from app.ui.choices import Link, links, select
from app.ui.figure_text import explain, known_text, lateness_text
from app.ui.page_header import link_to, way_to
from app.ui.status import figure_chip
from app.ui.templates import render
from warehouse.plan.levels import levels


def chosen_target(context: Context) -> Target:
    """Return the target in the address, the plan's first when it names none. Raises `UnknownCodeError`."""
    code = context.state.target or next(iter(context.targets))
    if code not in context.targets:
        raise UnknownCodeError("target", code)
    return context.targets[code]


def target_looked_at(context: Context, rows: Sequence[Progress]) -> Target | None:
    """Return the target that a picture of units shows, of those in `rows`: the one in the address, else the first ratio
    of counts, which is more informative than a yes or no, else the first; None without any."""
    codes = {row.target_code for row in rows}
    targets = [target for target in context.targets.values() if target.target_code in codes]
    named = [target for target in targets if target.target_code == context.state.target]
    ratios = [target for target in targets if target.has_interval]
    return next(iter([*named, *ratios, *targets]), None)


def chosen_unit(context: Context) -> Unit:
    """Return the unit in the address as it was in the chosen quarter; the city when the address names none.

    Raises `UnknownCodeError` for a code that no one had then.
    """
    code = context.state.unit or context.city.unit_code
    unit = plan.unit_on(context.reader, code, context.period.end_date)
    if unit is None:
        raise UnknownCodeError("unit", code)
    return unit


def figure_choice(context: Context, unit: Unit, target: Target) -> Markup:
    """Render the choice of unit and of target: the city, its districts, and the wards beside or under the unit."""
    state = context.state
    units = [(choice.unit_code, words.of(choice, "name")) for choice in _units_to_choose(context, unit, target)]
    options = links(state.href, "unit", units, unit.unit_code, target=target.target_code)
    targets = target_choice(context, target, "short_name", unit=unit.unit_code)
    return targets + select("unit", words("origin.choose_unit"), options)


def target_choice(context: Context, shown: Target, name: str = "name", **others: str | None) -> Markup:
    """Render the choice of a target by its code and name, the one `shown` marked; `others` change along with it."""
    targets = [
        (code, words("target.option", code=code, name=words.of(target, name)))
        for code, target in context.targets.items()
    ]
    options = links(context.state.href, "target", targets, shown.target_code, **others)
    return select("target", words("target.choose"), options)


def _units_to_choose(context: Context, unit: Unit, target: Target) -> list[Unit]:
    if levels().base not in target.shown_levels.split("|"):
        return [context.city, *context.districts]
    parent = unit.unit_code if not is_base(unit.unit_level) else unit.parent_code or context.city.unit_code
    return [context.city, *context.districts, *plan.wards(context.reader, parent, context.period.end_date)]


def not_counted(context: Context, target: Target, unit: Unit) -> Markup:
    """Render the message for a target that has no row for the unit's level, with further links."""
    state = context.state
    code = target.target_code
    title = words("origin.not_counted", target=words.of(target, "name"), unit=words.of(unit, "name"))
    further = [
        Link(state.href(unit=None, target=code), words("origin.way_city")),
        Link(state.href("methodology", target=code), words("card.methodology")),
    ]
    if unit.parent_code and context.district(unit.parent_code):
        further.insert(0, Link(state.href(unit=unit.parent_code, target=code), context.unit_name(unit.parent_code)))
    return layout.message(title, words.of(target, "definition"), further)


def figure_card(row: Progress, target: Target, place: str, link: Href, short: Markup = NOTHING) -> Markup:
    """Render a figure at `place` (a unit's name) explained, one fact a line, and the units `short` below it."""
    title, *facts = explain(row, target, place).split("\n")
    lines = [line for line in (*facts, lateness_text(row), short) if line]
    further = [
        origin_link(row, link),
        way_to(link("methodology", target=row.target_code), words("card.methodology")),
        way_to(link("actions", new="1", unit=row.unit_code, target=row.target_code), words("card.actions")),
        ask_link(row, link),
    ]
    return render("pages/shared/figure_card.html", title=title, status=figure_chip(row), lines=lines, ways=further)


def origin_link(row: Progress, link: Href) -> Markup:
    """Render the link from a figure to its origin."""
    return way_to(link("origin", unit=row.unit_code, target=row.target_code), words("card.origin"))


def ask_link(row: Progress, link: Href) -> Markup:
    """Render the link from a figure to the form for a question about it; empty for a viewer who may ask none."""
    return way_to(link("actions", ask="1", unit=row.unit_code, target=row.target_code), words("card.ask"))


# Names of a line; a list of units that answer yes or no may be a little longer.
NAMED, NAMED_ANSWERS = 3, 6


def who_is_short(reader: Reader, state: State, row: Progress, target: Target) -> Markup:
    """Render the units below a row that lack most, each with its count and link; empty where none does."""
    shortages = shortfalls(reader, target, row.unit_code, row.period_code, row.period_window)
    if not shortages:
        return NOTHING
    are_answers = all(shortage.missing_count == 1 for shortage in shortages) and target.counting_rule == "units"
    named = NAMED_ANSWERS if are_answers else NAMED
    names = [_short_unit(reader, state, shortage, target, with_count=not are_answers) for shortage in shortages[:named]]
    further = len(shortages) - len(names)
    text = Markup(", ").join(names)
    if further > 0:
        to_all = state.href("target", target=target.target_code)
        text += Markup(" ") + link_to(to_all, words("gap.further", count=further))
    return words.markup("gap.lacking" if are_answers else "gap.most", names=text)


def _short_unit(reader: Reader, state: State, shortage: Shortfall, target: Target, *, with_count: bool) -> Markup:
    unit = next(
        unit for unit in plan.unit_history(reader, shortage.unit_code) if unit.valid_from == shortage.unit_valid_from
    )
    page = unit_page(shortage.unit_level)
    name = link_to(state.href(page, unit=shortage.unit_code, target=target.target_code), words.of(unit, "short_name"))
    return words.markup("gap.one", unit=name, count=words.number(shortage.missing_count)) if with_count else name


@dataclass(frozen=True, slots=True)
class Moment:
    """A figure at a moment, None where nothing is known of it; what the moment is called, and a note on it."""

    title: str
    row: Progress | ShownFigure | None
    note: str


def then_and_now(then: Moment, now: Moment, is_unlike: bool) -> Markup:
    """Render both figures, and that they must not be compared where they are unlike; empty without a figure."""
    if then.row is None and now.row is None:
        return NOTHING
    if isinstance(now.row, Progress) and (known := known_text(now.row)):
        now = replace(now, note=f"{now.note} · {known}")
    return render("pages/shared/then_and_now.html", then=then, now=now, is_unlike=is_unlike)
