"""HTML of the matches: each with its link, units that ended with their successors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup

from app.core import formatting
from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import Context
from app.core.reader import Reader
from app.core.search_text import search_words
from app.core.status import sign_of
from app.core.url_state import State
from app.pages.search.data import METHODOLOGY, Found, Term, Thing
from app.pages.shared.elsewhere import elsewhere, heirs, nearest_period
from app.pages.shared.page_parts import in_parts
from app.queries import plan
from app.records import FormerUnit, Period, Target, Unit
from app.records.tasks import Task
from app.ui.choices import Link
from app.ui.templates import render


@dataclass(frozen=True, slots=True)
class Hit:
    """A match: its name, its link (empty where it has no page), and its successors.

    `note` distinguishes it from others of its name, or states what it means; `sign` is that of a status, `dated` its
    time if not the quarter shown.
    """

    name: str
    href: str
    note: str = ""
    dated: str = ""
    heirs: Sequence[Link] = ()
    sign: str = ""


def hits(context: Context, typed: str, matches: Found) -> Markup:
    """Render how many matches there are, and each with its link, many of a kind in parts."""
    title = words("search.title", typed=typed, count=matches.count)
    best = next(iter(matches.groups))
    groups = {
        words(f"search.{name}", count=len(things)): in_parts(
            context.state, things, partial(_hits, context, name == best)
        )
        for name, things in matches.groups.items()
    }
    return render("pages/search/hits.html", title=title, groups=groups)


def nothing(context: Context, typed: str, guessed: str | None) -> Markup:
    """Render that there is no match, what perhaps was meant, and help."""
    return _help(context, words("search.nothing", typed=typed), guessed)


def help_text(context: Context) -> Markup:
    """Render help on searching."""
    return _help(context, words("search.ask"))


def _help(context: Context, title: str, guessed: str | None = None) -> Markup:
    state = context.state
    examples = [Link(state.href(q=typed, part=None), typed) for typed in _examples(context)]
    guess = Link(state.href(q=guessed, part=None), guessed) if guessed else None
    return render("pages/search/help.html", title=title, guess=guess, examples=examples)


def _examples(context: Context) -> list[str]:
    """Return examples of searches: a unit in short, a former one without accents, a target's code."""
    units = [unit.tile_label or unit.short_name_vi for unit in context.districts[:1]]
    former = [" ".join(search_words(unit.name_vi)) for unit in plan.former_units(context.reader)[-1:]]
    return [*units, *former, *list(context.targets)[:1]]


def _hits(context: Context, is_best: bool, things: Sequence[Thing]) -> Markup:
    hits = [_hit(context, thing) for thing in things]
    return render("pages/search/hit_list.html", hits=hits, is_best=is_best)


def _hit(context: Context, thing: Thing) -> Hit:
    state = context.state
    if isinstance(thing, Unit):
        return _unit(context, thing)
    if isinstance(thing, FormerUnit):
        dated = words("search.no_figures", dated=_until(thing))
        day = max(context.period.end_date, thing.valid_to)
        return Hit(words.of(thing, "name"), "", dated=dated, heirs=_heirs(context, thing, day))
    if isinstance(thing, Target):
        return _target(context, thing)
    if isinstance(thing, Term):
        sign = sign_of(thing.status) if thing.status else ""
        return Hit(thing.name, state.href(METHODOLOGY) + "#general", thing.text, sign=sign)
    if isinstance(thing, Task):
        name = words("target.option", code=thing.task_code, name=words.of(thing, "name"))
        return Hit(name, state.href("tasks", task=thing.task_code), words.of(thing, "lead"))
    key = thing or "overview"
    return Hit(words(f"nav.{key}"), state.href(thing), words(f"search_for.{key}"))


def _unit(context: Context, unit: Unit) -> Hit:
    """Return a unit in the quarter shown; a former unit in its last quarter, a future unit in its first."""
    day = context.period.end_date
    opened = _opened(context, unit)
    dated = ""
    if not unit.exists_on(day):
        has_ended = unit.valid_from <= day
        dated = _until(unit) if has_ended else words("search.since", date=formatting.date(unit.valid_from))
        if opened:
            dated = words("search.opens", dated=dated, period=words.period(opened.period_code))
    above = plan.unit_history(context.reader, unit.parent_code) if unit.parent_code else []
    note = next(
        (
            words.of(district, "name")
            for district in above
            if district.parent_code and district.exists_on(unit.valid_from)
        ),
        "",
    )
    return Hit(
        words.of(unit, "name"),
        _way(context.reader, context.state, unit, opened),
        note,
        dated,
        _heirs(context, unit, day),
    )


def _opened(context: Context, unit: Unit) -> Period | None:
    """Return the quarter in which a unit is opened: the one shown, or the nearest that has it."""
    day = context.period.end_date
    return context.period if unit.exists_on(day) else nearest_period(context.periods, unit, day)


def _way(reader: Reader, state: State, unit: Unit, opened: Period | None) -> str:
    """Return the link to a unit's page; of one without a page the overview, of a region with the others folded."""
    if opened is None:
        return ""
    page = unit_page(unit.unit_level)
    if page:
        return state.href(page, unit=unit.unit_code, period=opened.period_code)
    regions = {region.unit_code for region in plan.regions(reader, opened.end_date)}
    others = sorted(regions - {unit.unit_code}) if unit.unit_code in regions else ()
    return state.href(page, fold=",".join(others) or None, period=opened.period_code)


def _heirs(context: Context, unit: Unit | FormerUnit, day: dt.date) -> list[Link]:
    """Return the links to the units of a day that took a unit over; none while it exists."""
    if unit.valid_to is None or unit.valid_to > day:
        return []
    return [
        Link(_way(context.reader, context.state, heir, _opened(context, heir)), words.of(heir, "name"))
        for heir in heirs(context.reader, unit, day)
    ]


def _until(unit: Unit | FormerUnit) -> str:
    """Return the last day of a unit that ended."""
    last = unit.valid_to - dt.timedelta(days=1) if unit.valid_to else None
    return words("search.until", date=formatting.date(last))


def _target(context: Context, target: Target) -> Hit:
    state = context.state
    code = target.target_code
    name = words("target.option", code=code, name=words.of(target, "name"))
    if code in context.targets:
        return Hit(name, state.href("target", target=code), words.of(target, "definition"))
    on_its_page = replace(state, page="target", own=(("target", code),))
    there = elsewhere(on_its_page, context.reader, "target", code)
    href = there.ways[0].href if there and there.ways else ""
    return Hit(name, href, words.of(target, "group_name"), there.title if there else "")
