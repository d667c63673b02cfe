"""Who lacks most of what a figure is short of, by name."""

from __future__ import annotations

from markupsafe import Markup

from app.core.page_context import NOTHING, UNIT_PAGES, Context
from app.queries import plan
from app.queries.shortfall import shortfalls
from app.records import Progress, Target
from app.records.shortfall import Shortfall
from app.ui.page_header import link_to

# Names of a line; a list of units that answer yes or no may be a little longer.
NAMED, NAMED_ANSWERS = 3, 6


def who_is_short(context: Context, row: Progress, target: Target) -> Markup:
    """The units below a row that lack most, each with how many and as a way to it; nothing where nobody is."""
    state, words = context.state, context.words
    found = shortfalls(context.reader, target, row.unit_code, row.period_code, row.period_window)
    if not found:
        return NOTHING
    are_answers = all(one.missing_count == 1 for one in found) and target.counting_rule == "units"
    named = NAMED_ANSWERS if are_answers else NAMED
    names = [_name(context, one, target, with_count=not are_answers) for one in found[:named]]
    further = len(found) - len(names)
    said = Markup(", ").join(names)
    if further > 0:
        to_all = state.href("target", target=target.target_code)
        said += Markup(" ") + link_to(to_all, words("gap.further", count=further))
    return words.markup("gap.lacking" if are_answers else "gap.most", names=said)


def _name(context: Context, one: Shortfall, target: Target, *, with_count: bool) -> Markup:
    words = context.words
    unit = next(
        unit for unit in plan.unit_history(context.reader, one.unit_code) if unit.valid_from == one.unit_valid_from
    )
    page = UNIT_PAGES[one.unit_level]
    name = link_to(
        context.state.href(page, unit=one.unit_code, target=target.target_code), words.of(unit, "short_name")
    )
    return words.markup("gap.one", unit=name, count=words.number(one.missing_count)) if with_count else name
