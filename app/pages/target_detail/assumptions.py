"""Assumptions of the target page about units, as the address states them, and the city's figure under them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.analysis.what_if import Assumed, Outcome, Refusal, Rule, assume, missing_count, outcome
from app.core.levels import unit_page
from app.core.page_context import Context, UnknownCodeError
from app.core.reader import Reader
from app.core.small_counts import Approximate
from app.core.url_state import State
from app.pages.shared.units import find_units
from app.pages.target_detail.data import TargetFacts
from app.queries import methodology, plan, progress
from app.queries import target as target_queries
from app.queries.shortfall import shortfalls
from app.records import Progress, Unit
from warehouse.plan.levels import levels

MOST_FOUND = 8
# Of those who lack most, beside the field where any other is found.
OFFERED = 6
# As many as an address may name.
MOST_CHOSEN = 60
# Reasons besides those of the row itself.
GONE, ABOVE, WITHIN = "gone", "above", "within"


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit about which the address assumes something: `value_pct` in points, None for its goal by now; the effect on
    its row, or why there is none (a key of the catalogue)."""

    unit: Unit
    value_pct: int | None
    assumed: Assumed | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A unit about which something may be assumed: its row, None where the target is not counted there; or, of one that
    lacks most, how many more it needs."""

    unit: Unit
    row: Progress | None = None
    missing_count: int | None = None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The city's figure beside the assumptions, and its value under them (None without any).

    `found` is what was typed for; `areas` and `reporters` are those who lack most, districts among the latter.
    """

    city: Progress
    choices: Sequence[Choice]
    outcome: Outcome | None
    found: Sequence[Offer]
    areas: Sequence[Offer]
    reporters: Sequence[Offer]

    @property
    def assumed(self) -> list[Assumed]:
        """Return the assumptions, unit by unit."""
        return [choice.assumed for choice in self.choices if choice.assumed]


def what_if(context: Context, facts: TargetFacts) -> WhatIf | None:
    """Return the assumptions in the address; None where nothing can be assumed: in a file, of a target that is only
    followed, and while the city has no figure that is judged and shown exactly. Raises `UnknownCodeError` for an
    unknown code."""
    city, target = facts.city_row, facts.target
    if context.state.is_file or city is None or not city.denominator or target.threshold_pct is None:
        return None
    if isinstance(city.denominator, Approximate) or not city.is_judged:
        return None
    asked = _asked(context)
    choices = _choices(context, facts, asked)
    assumed = [choice.assumed for choice in choices if choice.assumed]
    return WhatIf(
        city=city,
        choices=choices,
        outcome=_outcome(context.reader, context.state, facts, city, assumed) if assumed else None,
        found=_found(context, facts, asked),
        areas=_areas(facts, asked) if context.has_areas else (),
        reporters=_reporters(context, facts, city, asked),
    )


def _asked(context: Context) -> dict[str, int | None]:
    text = context.state.get("assume") or ""
    # Only a point can be of a code or before a value.
    known = {unit.unit_code for unit in plan.every_unit(context.reader)} if "." in text else ()
    return points_by_unit(text, known)


def points_by_unit(text: str, known: Collection[str]) -> dict[str, int | None]:
    """Return points by unit, None for its goal; the last value of a unit counts.

    A text that is the code of a `known` unit, which may contain points, is no code with a value.
    """
    asked: dict[str, int | None] = {}
    for one in filter(None, text.split(",")):
        code, _, points = one.rpartition(".")
        if one in known or not (code and points.isdecimal()):
            asked[one] = None
        else:
            asked[code] = int(points)
    return asked


def _choices(context: Context, facts: TargetFacts, asked: Mapping[str, int | None]) -> list[Choice]:
    if not asked:
        return []
    rows = _rows(context.reader, context.state, facts, list(asked))
    return [_choice(context, facts, code, points, rows, asked) for code, points in asked.items()]


def _choice(
    context: Context,
    facts: TargetFacts,
    code: str,
    points: int | None,
    rows: Mapping[str, Progress],
    asked: Mapping[str, int | None],
) -> Choice:
    history = plan.unit_history(context.reader, code)
    if not history:
        raise UnknownCodeError("unit", code)
    unit = next((unit for unit in history if unit.exists_on(context.period.end_date)), None)
    if unit is None:
        return Choice(history[-1], points, None, GONE)
    row = rows.get(code)
    if not unit_page(unit.unit_level):
        return Choice(unit, points, None, ABOVE)
    if row is None:
        return Choice(unit, points, None, Refusal.NOT_COUNTED)
    # The area's figure holds its communes' already.
    if row.parent_code in asked:
        return Choice(unit, points, None, WITHIN)
    made = assume(row, facts.target, points)
    return Choice(unit, points, None, made) if isinstance(made, Refusal) else Choice(unit, points, made)


def _outcome(reader: Reader, state: State, facts: TargetFacts, city: Progress, assumed: Sequence[Assumed]) -> Outcome:
    margin = methodology.rules(reader, state.period)[facts.target.target_code].behind_margin_pct
    rule = Rule(city, facts.target, margin or 0.0)
    return outcome(rule, target_queries.bound_denominator(reader, city), assumed)


def _rows(reader: Reader, state: State, facts: TargetFacts, codes: Sequence[str]) -> dict[str, Progress]:
    """Return the figures of units by code, each as the viewer may see it."""
    if not codes:
        return {}
    code = facts.target.target_code
    rows = progress.target_units(reader, code, codes, state.period, state.window)
    return {row.unit_code: row for row in rows}


def _found(context: Context, facts: TargetFacts, asked: Mapping[str, int | None]) -> list[Offer]:
    units = find_units(context, context.state.get("find") or "", asked, levels().readable)[:MOST_FOUND]
    rows = _rows(context.reader, context.state, facts, [unit.unit_code for unit in units])
    return [Offer(unit, rows.get(unit.unit_code)) for unit in units]


def _areas(facts: TargetFacts, asked: Mapping[str, int | None]) -> list[Offer]:
    """Return the areas that lack most for what they are judged on."""
    short = [row for row in facts.rows if missing_count(row) and row.unit_code not in asked]
    short.sort(key=lambda row: (-missing_count(row), row.value_pct or 0.0, row.unit_code))
    return [Offer(facts.units[row.unit_code], missing_count=missing_count(row)) for row in short[:OFFERED]]


def _reporters(context: Context, facts: TargetFacts, city: Progress, asked: Mapping[str, int | None]) -> list[Offer]:
    """Return the units that report to the city and lack most, in the order of `fct_target_shortfall`."""
    state, units = context.state, {unit.unit_code: unit for unit in context.reporters}
    short = shortfalls(context.reader, facts.target, city.unit_code, state.period, state.window)
    offers = [
        Offer(units[one.unit_code], missing_count=one.missing_count)
        for one in short
        if one.unit_code in units and one.unit_code not in asked
    ]
    return offers[:OFFERED]
