"""Why a figure moved: its difference between two moments as the sum of what each counted unit contributed.

Decision 41 derives the formula and its meaning. A bridge has up to two steps: the earlier figure as published
then to the same figure as known now (corrections, late reports, rules), and that to the later figure (the units
themselves). Every end of a step is a published figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import fsum

from app.analysis.change import change_between
from app.core.comparable import METHOD, breaks_between, difference_between
from app.core.reader import Reader
from app.queries import bridge as bridge_queries
from app.queries import plan, progress
from app.queries import target as target_queries
from app.records import Progress, Target
from app.records.bridge import Bridge, BridgePart, Cause, Effect, Moment, UnitKey

AMOUNT = "amount"
NONE = (0.0, 0.0)
Pair = tuple[BridgePart | None, BridgePart | None]


@dataclass(frozen=True, slots=True)
class BridgeQuestion:
    """Question why a unit's figure on a target moved from the period `before` to `period`.

    With `held`, a stored version, the earlier figure is the one that it showed. `named` are the units by which the
    effects are read where they are above the counted units, such as areas above communes.
    """

    target: Target
    unit: str
    period: str
    window: str
    before: str
    held: Reader | None = None
    named: frozenset[str] = frozenset()


def bridge_between(reader: Reader, question: BridgeQuestion) -> Bridge | None:
    """Return the bridge between two published figures; None where one of them has no row.

    Raises `OtherLayoutError` for a version too old to be read.
    """
    target, unit, window, held = question.target, question.unit, question.window, question.held
    period, before = question.period, question.before

    def moment(viewed: Reader, code: str) -> Moment | None:
        is_revised = held is not None and code == before
        return bridge_queries.moment(viewed, target, unit, code, window, is_revised)

    now = moment(reader, period)
    middle = now if before == period else moment(reader, before)
    then = moment(held, before) if held else middle
    if now is None or middle is None or then is None:
        return None
    code = target.target_code
    steps = None if held is None or before == period else middle
    if reason := _why_none(target, then, middle, now):
        return Bridge(code, unit, then, steps, now, (), reason)
    effects = revised(then, middle) if held else []
    difference = None
    if before != period:
        spanned = _Span(reader, question, middle, now)
        difference = spanned.difference
        effects += spanned.effects()
    return Bridge(code, unit, then, steps, now, tuple(effects), difference=difference)


def _why_none(target: Target, then: Moment, middle: Moment, now: Moment) -> str | None:
    if target.is_sensitive and not (then.parts and middle.parts and now.parts):
        return "protected"
    if then.figure.value_pct is None or middle.figure.value_pct is None:
        return "no_then"
    return "no_now" if now.figure.value_pct is None else None


def revised(then: Moment, now: Moment) -> list[Effect]:
    """Return the effects between two versions of one figure: a unit whose reports are the same has none."""
    is_same_rule = then.rule == now.rule

    def cause(pair: Pair) -> Cause:
        before, after = pair
        if not is_same_rule or before is None or after is None:
            return "rule_then"
        changed = _changed_reports(before, after)
        if (after.takes_part and not before.takes_part) or any(is_new for is_new in changed.values()):
            return "late"
        return "corrected" if changed else "rule_then"

    return _effects(then, now, cause, 1.0, lambda part: (part.unit_code, None), is_revision=True)


class _Span:
    """Effects between two periods of one version."""

    def __init__(self, reader: Reader, question: BridgeQuestion, then: Moment, now: Moment) -> None:
        self.then, self.now, self.target, self.named = then, now, question.target, question.named
        self.periods = {row.period_code: row for row in plan.periods(reader)}
        self.breaks = target_queries.series_breaks(reader, self.target.target_code)
        parts = (*then.parts.values(), *now.parts.values())
        codes = sorted({question.unit, *(self._shown_unit(part) for part in parts if part.takes_part)})
        self.before, self.after = (
            {row.unit_code: row for row in self._rows(reader, codes, moment)} for moment in (then, now)
        )
        self.difference = self._difference(question.unit)
        self.has_other_method = self._has_other_method()
        # Many communes are read by a few areas.
        self.clear = {code: self._is_clear(code) for code in codes}

    def _rows(self, reader: Reader, codes: Sequence[str], moment: Moment) -> list[Progress]:
        figure = moment.figure
        window = figure.period_window
        return progress.target_units(reader, self.target.target_code, codes, figure.period_code, window)

    def _difference(self, unit: str) -> str | None:
        now, before = self.after.get(unit), self.before.get(unit)
        earlier, later = sorted((now, before), key=lambda row: row.period_code if row else "")
        if earlier is None or later is None:
            return None
        return difference_between(later, earlier, self.target, self.breaks, self.periods)

    def effects(self) -> list[Effect]:
        pairs = _pairs(self.then, self.now)
        both = [pair for pair in pairs.values() if self._cause(pair) == "own"]
        return _effects(self.then, self.now, self._cause, _growth(both), self._shown)

    def _cause(self, pair: Pair) -> Cause:
        before, after = pair
        if before is None or after is None:
            return "ground" if self._is_outside(before, after) else "rule"
        if before.takes_part != after.takes_part:
            return "silent"
        if before.has_ended != after.has_ended:
            return "ground"
        return "rule" if self.has_other_method else "own"

    def _is_outside(self, before: BridgePart | None, after: BridgePart | None) -> bool:
        """Return whether a unit that only one of the two figures counts did not exist at the other."""
        part, other = (before, self.now) if before else (after, self.then)
        if part is None:
            return False
        return part.unit_valid_from > other.end_date or (part.valid_to is not None and part.valid_to <= other.end_date)

    def _has_other_method(self) -> bool:
        first, last = sorted((self.then.figure.period_code, self.now.figure.period_code))
        is_broken = any(row.kind == METHOD for row in breaks_between(self.breaks, first, last))
        is_rebased = self.target.is_against_base and self.periods[first].year != self.periods[last].year
        return is_broken or is_rebased or _without_levels(self.then) != _without_levels(self.now)

    def _shown_unit(self, part: BridgePart) -> str:
        return part.parent_code if part.parent_code in self.named else part.unit_code

    def _shown(self, part: BridgePart) -> tuple[str, bool | None]:
        """Return the unit that is named for a part, and whether its change is more than chance, None where unknown."""
        unit = self._shown_unit(part)
        return unit, self.clear.get(unit)

    def _is_clear(self, unit: str) -> bool | None:
        change = change_between(self.after.get(unit), self.before.get(unit), self.target, self.breaks, self.periods)
        return change.is_clear if change else None


def _without_levels(moment: Moment) -> object:
    """Return what a rule adds up; which units it counts is seen in the units themselves."""
    rule = moment.rule
    return rule and (rule.counting_rule, rule.rural_only, rule.rollup_level, rule.terms)


def _changed_reports(before: BridgePart, after: BridgePart) -> dict[tuple[str, str], bool]:
    """Return the reports behind a unit that differ, as reporter and period, with whether they are new."""
    old, new = _versions(before), _versions(after)
    return {key: key not in old for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)}


def _versions(part: BridgePart) -> dict[tuple[str, str], str]:
    names = (name.split() for name in (part.source_versions or "").split("; ") if name)
    return {(reporter, period): version for reporter, period, version in names}


def _pairs(then: Moment, now: Moment) -> dict[UnitKey, Pair]:
    """Return the units that take part in either figure."""
    keys = dict.fromkeys((*now.parts, *then.parts))
    pairs = {key: (then.parts.get(key), now.parts.get(key)) for key in keys}
    return {key: pair for key, pair in pairs.items() if any(part and part.takes_part for part in pair)}


def _growth(both: Iterable[Pair]) -> float:
    """Return by how much the denominators of the units known at both ends grew; 1 where that is unknown."""
    pairs = [(_numbers(before)[1], _numbers(after)[1]) for before, after in both]
    old, new = fsum(old for old, _ in pairs), fsum(new for _, new in pairs)
    return new / old if old > 0 and new > 0 else 1.0


def _effects(
    then: Moment,
    now: Moment,
    cause: Callable[[Pair], Cause],
    growth: float,
    shown: Callable[[BridgePart], tuple[str, bool | None]],
    *,
    is_revision: bool = False,
) -> list[Effect]:
    """Return the effects of a step; their points add up to the difference of its two figures.

    In a revision, units whose numbers are the same are left out, and effects name the reports that differ.
    """
    points = points_of(then, now, growth)
    effects = []
    for before, after in _pairs(then, now).values():
        part = after or before
        if part is None:
            continue
        why, moved = cause((before, after)), points(_numbers(before), _numbers(after))
        numbers = _shown(before), _shown(after)
        if is_revision and numbers[0] == numbers[1]:
            continue
        changed = _changed_reports(before, after) if is_revision and before and after else {}
        unit, is_clear = shown(part)
        effects.append(Effect(why, moved, part, *numbers, unit, is_clear if why == "own" else None, tuple(changed)))
    return effects + _rest(then, now, points)


def points_of(then: Moment, now: Moment, growth: float) -> Callable[[tuple[float, float], tuple[float, float]], float]:
    """Return the function from a unit's numerator and denominator at both moments to the points it contributed.

    It is linear in the four numbers, so units can be grouped in any way, and it changes its sign where the moments
    change places. Raises `ZeroDivisionError` for a figure without a denominator.
    """
    old_top, old_bottom = _totals(then)
    new_top, new_bottom = _totals(now)
    if now.figure.kind == AMOUNT:
        per_thing = 50.0 * (1.0 / old_bottom + 1.0 / new_bottom)
        return lambda before, after: per_thing * (after[0] - before[0])
    old_top, old_bottom = growth * old_top, growth * old_bottom
    ratio = (old_top + new_top) / (old_bottom + new_bottom)
    scale = 50.0 * (1.0 / old_bottom + 1.0 / new_bottom)

    def points(before: tuple[float, float], after: tuple[float, float]) -> float:
        return scale * ((after[0] - growth * before[0]) - ratio * (after[1] - growth * before[1]))

    return points


def _rest(
    then: Moment, now: Moment, points: Callable[[tuple[float, float], tuple[float, float]], float]
) -> list[Effect]:
    """Return what the units leave over: those that the viewer may not read, and another number assigned."""
    more = []
    before, after = _left(then), _left(now)
    if before != NONE or after != NONE:
        more.append(Effect("others", points(before, after), None, before, after))
    (old_top, old_bottom), (new_top, new_bottom) = _totals(then), _totals(now)
    if now.figure.kind == AMOUNT and old_bottom != new_bottom:
        moved = 50.0 * (old_top + new_top) * (1.0 / new_bottom - 1.0 / old_bottom)
        more.append(Effect("rule", moved, None, None, None))
    return more


def _left(moment: Moment) -> tuple[float, float]:
    """Return the numbers of a figure that its known units do not add up to; an amount is assigned, not added up."""
    known = [_numbers(part) for part in moment.parts.values()]
    top, bottom = _totals(moment)
    rest = top - fsum(numbers[0] for numbers in known)
    return rest, 0.0 if moment.figure.kind == AMOUNT else bottom - fsum(numbers[1] for numbers in known)


def _totals(moment: Moment) -> tuple[float, float]:
    return float(moment.figure.numerator or 0.0), float(moment.figure.denominator or 0.0)


def _numbers(part: BridgePart | None) -> tuple[float, float]:
    return _shown(part) or NONE


def _shown(part: BridgePart | None) -> tuple[float, float] | None:
    if part is None or not part.takes_part:
        return None
    return float(part.numerator or 0.0), float(part.denominator or 0.0)
