"""Targets and units that the chosen period does not have, with links to where they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from app.core import formatting
from app.core.i18n import words
from app.core.levels import UNIT_PAGES, unit_page
from app.core.reader import Reader
from app.core.url_state import State
from app.queries import plan, progress
from app.records import FormerUnit, Period, Unit
from app.ui.choices import Link
from app.ui.figure_text import explain


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Title, text and links of a page on a target or unit that is elsewhere; `facts` say what it was."""

    title: str
    text: str
    ways: list[Link]
    facts: tuple[str, ...] = ()


def elsewhere(state: State, reader: Reader, kind: str, code: str) -> Elsewhere | None:
    """Return where a `target` or `unit` with a code is to be found; None for an unknown code."""
    if kind == "target":
        return _target_elsewhere(state, reader, code)
    history = plan.unit_history(reader, code) if kind == "unit" else []
    day = next(period.end_date for period in plan.periods(reader) if period.period_code == state.period)
    for unit in history:
        if unit.exists_on(day):
            return _on_its_page(state, unit)
    return unit_elsewhere(state, reader, history[-1]) if history else None


def unit_elsewhere(state: State, reader: Reader, unit: Unit) -> Elsewhere:
    """Return the last period of a unit that ended, or the first of a future one, and its successors."""
    periods = plan.periods(reader)
    day = next(period.end_date for period in periods if period.period_code == state.period)
    nearest = nearest_period(periods, unit, day)
    links = [_way(state, nearest.period_code)] if nearest else []
    for heir in heirs(reader, unit, day):
        since = formatting.date(heir.valid_from)
        links.append(Link(_href(state, heir), words("elsewhere.heir", unit=words.of(heir, "name"), since=since)))
    title = words("elsewhere.unit", unit=words.of(unit, "name"), period=words.period(state.period))
    text = validity(unit)
    predecessors = words.of(unit, "predecessor_names")
    if predecessors and unit.valid_from > day:
        text += " " + words("ward.predecessors", names=predecessors)
    return Elsewhere(title, text, links)


def nearest_period(periods: Sequence[Period], unit: Unit, day: dt.date) -> Period | None:
    """Return, of the periods in which a unit exists, the last where it began before a day, else the first; None where
    none of them has begun."""
    own = [period for period in periods if unit.exists_on(period.end_date) and period.has_begun]
    return own[-1 if unit.valid_from <= day else 0] if own else None


def heirs(reader: Reader, unit: Unit | FormerUnit, day: dt.date) -> list[Unit]:
    """Return the units of a day that took a unit over, through any number of boundary changes; none while it exists."""
    units: list[Unit] = []
    for code in filter(None, (unit.successor_codes or "").split("|")):
        later = [one for one in plan.unit_history(reader, code) if unit.valid_to and one.valid_from >= unit.valid_to]
        for heir in later[:1]:
            units += [heir] if heir.exists_on(day) else heirs(reader, heir, day)
    return list(dict.fromkeys(units))


def validity(unit: Unit) -> str:
    """Return a unit's code and the days from and until which it exists."""
    return words(
        "ward.valid" if unit.valid_to else "ward.valid_open",
        code=unit.unit_code,
        since=formatting.date(unit.valid_from),
        until=formatting.date(unit.valid_to),
    )


def _on_its_page(state: State, unit: Unit) -> Elsewhere:
    """Return the link to a unit of the period that is on another page than the one requested."""
    name = words.of(unit, "name")
    links = [Link(_href(state, unit), words("elsewhere.open", unit=name))]
    return Elsewhere(words("elsewhere.page", unit=name), validity(unit), links)


def _target_elsewhere(state: State, reader: Reader, code: str) -> Elsewhere | None:
    target = plan.named_targets(reader).get(code)
    if target is None:
        return None
    own = next(row for row in plan.plans(reader) if row.plan_code == target.plan_code)
    begun = [period for period in plan.periods(reader) if period.has_begun and own.holds(period.period_code)]
    title = words("elsewhere.target", target=words.of(target, "name"), plan=words.of(own, "name"))
    # A target may begin within its plan.
    why = "uncounted" if own.holds(state.period) else "text"
    text = words(f"elsewhere.target_{why}", period=words.period(state.period))
    if not begun:
        return Elsewhere(title, text, [], (words.of(target, "definition"),))
    last = begun[-1].period_code
    series = progress.city_trend(reader, state.window, last)
    known = [row for row in series if row.target_code == code and row.value_pct is not None]
    figures = [explain(row, target, words.period(row.period_code)) for row in known[-1:]]
    facts = (words.of(target, "definition"), *(figure.replace("\n", ". ") for figure in figures))
    # A level may have ended before its plan: the plan's last quarter has none of its figures then.
    return Elsewhere(title, text, [_way(state, known[-1].period_code if known else last)], facts)


def _way(state: State, period_code: str) -> Link:
    return Link(state.href(period=period_code), words("elsewhere.way", period=words.period(period_code)))


def _href(state: State, unit: Unit) -> str:
    page = unit_page(unit.unit_level) if state.page in UNIT_PAGES else state.page
    return state.href(page, unit=unit.unit_code if page else None, target=state.target if page else None)
