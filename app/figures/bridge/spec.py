"""Spec of a bridge: bars from an earlier figure to a later one, each with its cause, and the sentence over them.

The bars add up to the difference of the two figures, unrounded and as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, fsum
from typing import Literal

from app.analysis.bridge import AMOUNT
from app.analysis.unit_names import distinct_names
from app.core import formatting
from app.core.grouping import group_by
from app.core.i18n import words
from app.records import Target, Unit
from app.records.bridge import CAUSES, REVISIONS, Bridge, BridgePart, Cause, Effect
from app.records.review import ShownFigure
from app.ui.figure_text import few, percent_text, value_and_status

# Units with a bar of their own, names in the name of a bar, parts of the sentence.
MOST_NAMED, MOST_NAMES, MOST_PARTS = 6, 3, 3
# The scale reaches this much beyond the outermost ends, as a share of their distance.
BEYOND = 0.08
BarKind = Literal["total", "up", "down", "level"]


@dataclass(frozen=True, slots=True)
class _Unit:
    """Unit in which moves are written: points with one decimal, or whole things of an amount."""

    per_point: float
    steps: int
    suffix: str

    def rounded(self, points: float) -> float:
        return round(self.steps * self.per_point * points) / self.steps


@dataclass(frozen=True, slots=True)
class BridgeBar:
    """Bar between two positions on the scale: a move, or a mark at a published figure (`total`).

    `amount` is its text; `points` its unrounded length, None of a total. `note` states what it is composed of,
    `effects` are those that it sums; `unit_code` is the unit that has it alone.
    """

    kind: BarKind
    name: str
    low: float
    high: float
    amount: str
    points: float | None = None
    note: str = ""
    cause: Cause | None = None
    unit_code: str = ""
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class BridgeSpec:
    """The sentence, the bars between two positions of the scale, and remarks on how far the split can be trusted.

    `headline` is short: no place, moment and parts.
    Without bars, the remarks state why. `story` is the figure as text, line by line.
    """

    sentence: str
    headline: str
    bars: tuple[BridgeBar, ...]
    low: float
    high: float
    remarks: tuple[str, ...]

    def place(self, value: float) -> float:
        """Return the position of a value from 0 to 100."""
        return 100.0 * (value - self.low) / (self.high - self.low)

    @property
    def story(self) -> list[str]:
        """Return the bars and remarks as text."""
        lines = [f"{bar.name}: {bar.amount}" + (f" ({bar.note})" if bar.note else "") for bar in self.bars]
        return [*lines, *self.remarks]


def bridge_spec(
    bridge: Bridge,
    target: Target,
    place: str,
    since: str,
    names: Mapping[str, str],
    most_named: int = MOST_NAMED,
) -> BridgeSpec:
    """Return the spec of a bridge of the unit named `place`; `since` is the earlier moment as part of a sentence.

    `names` are short names of units by code, `most_named` is the number of units with a bar of their own; units below
    those are counted under their own names.
    """
    then, now = bridge.then.figure, bridge.now.figure
    remarks = _remarks(bridge)
    if bridge.points is None:
        sentence = _without(bridge, target, place, since)
        return BridgeSpec(sentence, sentence.removesuffix("."), (), 0.0, 1.0, remarks)
    unit = _unit_of(then, now)
    names = _with_parts(names, bridge)
    moves = _moves(bridge, names, unit, most_named)
    shown = _shown(moves, bridge, unit)
    written = [_written(move, number, unit) for move, number in zip(moves, shown, strict=True)]
    bars = _placed(bridge, written, since)
    low, high = _scale([end for bar in bars for end in (bar.low, bar.high)])
    moved = fsum(shown)
    key = f"bridge.{formatting.direction(moved)}{unit.suffix}"
    parts = _parts(written, shown, unit)
    texts = {
        "target": words.of(target, "short_name"),
        "place": place,
        "points": words.number(abs(moved)) if unit.suffix else words.percent(abs(moved)),
        "since": since,
        "then": percent_text(then),
        "now": percent_text(now),
    }
    alone = words(f"{key}_alone", **texts)
    sentence = words(key, parts=parts, **texts) if parts else alone
    return BridgeSpec(sentence, words(f"{key}_short", **texts), tuple(bars), low, high, remarks)


def part_names(city: Unit, units: Iterable[Unit]) -> dict[str, str]:
    """Return the short names of a bridge's units by code, where the city's are the cases of its own agencies."""
    agencies = words("origin.own", unit=words.of(city, "short_name"))
    known = {unit.unit_code: unit for unit in units}
    return {city.unit_code: agencies} | distinct_names(known.values(), known)


def placed_name(part: BridgePart, name: str, names: Mapping[str, str], unit: str) -> str:
    """Return a part's name followed by the unit above it, unless the bridge is of that `unit`: wards share names."""
    above = "" if part.parent_code == unit else names.get(part.parent_code or "", "")
    return f"{name} ({above})" if above else name


def _with_parts(names: Mapping[str, str], bridge: Bridge) -> dict[str, str]:
    """Return the names with those of counted units that have none there."""
    parts = (effect.part for effect in bridge.effects if effect.part)
    below = {part.unit_code: placed_name(part, words.of(part, "short_name"), names, bridge.unit_code) for part in parts}
    return below | dict(names)


def _unit_of(then: ShownFigure, now: ShownFigure) -> _Unit:
    """Return things for an amount of which the same number was assigned at both moments, else points."""
    if now.kind == AMOUNT and now.denominator and then.denominator == now.denominator:
        return _Unit(now.denominator / 100.0, 1, "_things")
    return _Unit(1.0, 10, "")


def _without(bridge: Bridge, target: Target, place: str, since: str) -> str:
    then, now = bridge.then.figure, bridge.now.figure
    return words(
        "bridge.not_split",
        target=words.of(target, "short_name"),
        place=place,
        since=since,
        then=value_and_status(then),
        now=value_and_status(now),
    )


def _moves(bridge: Bridge, names: Mapping[str, str], unit: _Unit, most_named: int) -> list[BridgeBar]:
    """Return the bars without their places: causes in order; of the units, those beyond chance and all others."""
    by_cause = group_by(bridge.effects, lambda effect: effect.cause)
    moves: list[BridgeBar] = []
    for cause in CAUSES:
        effects = by_cause.get(cause, [])
        if cause == "own":
            moves += _own(effects, bridge, names, unit, most_named)
        elif effects:
            moves.append(_bar(cause, effects, names))
    return [move for move in moves if move.points]


def _own(
    effects: Sequence[Effect], bridge: Bridge, names: Mapping[str, str], unit: _Unit, most_named: int
) -> list[BridgeBar]:
    if len(effects) == 1 and effects[0].part and effects[0].part.unit_code == bridge.unit_code:
        return [_unit_bar(bridge.unit_code, effects, bridge, names)] if unit.suffix else _terms(effects[0])
    groups = group_by(effects, lambda effect: effect.shown_unit)
    clear = {code: members for code, members in groups.items() if any(effect.is_clear for effect in members)}
    ranked = sorted(clear, key=lambda code: -abs(_sum(clear[code])))
    named = [code for code in ranked if unit.rounded(_sum(clear[code]))][:most_named]
    bars = [_unit_bar(code, groups[code], bridge, names) for code in named]
    rest = {code: members for code, members in groups.items() if code not in named and any(m.points for m in members)}
    if len(rest) == 1:
        return [*bars, *(_unit_bar(code, members, bridge, names) for code, members in rest.items())]
    return [*bars, _rest(rest, len(clear) - len(named), bool(named))] if rest else bars


def _rest(rest: Mapping[str, Sequence[Effect]], clear_count: int, is_named: bool) -> BridgeBar:
    """Return one bar of all units without a bar, with what is known of chance in them."""
    effects = tuple(effect for members in rest.values() for effect in members)
    note = ""
    if clear_count:
        note = words("bridge.rest_clear", count=clear_count)
    elif all(effect.is_clear is False for effect in effects):
        note = words("bridge.rest_chance")
    name = words("bridge.rest_of" if is_named else "bridge.rest", count=len(rest))
    return BridgeBar("level", name, 0, 0, "", _sum(effects), note, "own", effects=effects)


def _unit_bar(unit: str, members: Sequence[Effect], bridge: Bridge, names: Mapping[str, str]) -> BridgeBar:
    before, after = (_ratio(members, is_after, bridge) for is_after in (False, True))
    note = words("bridge.before_after", before=before, after=after)
    return BridgeBar("level", names.get(unit, unit), 0, 0, "", _sum(members), note, "own", unit, tuple(members))


def _ratio(members: Sequence[Effect], is_after: bool, bridge: Bridge) -> str:
    numbers = [pair for member in members if (pair := member.after if is_after else member.before)]
    whole = (fsum(pair[0] for pair in numbers), fsum(pair[1] for pair in numbers)) if numbers else None
    return numbers_text(whole, bridge)


def numbers_text(numbers: tuple[float, float] | None, bridge: Bridge) -> str:
    """Return numerator and denominator, as 40/50; of a part of an amount, which has no denominator, the number."""
    if numbers is None:
        return formatting.MISSING
    top, bottom = numbers
    is_ratio = bridge.now.figure.kind != AMOUNT and (bottom or not top)
    return f"{words.number(top)}/{words.number(bottom)}" if is_ratio else words.number(top)


def moved_text(points: float, bridge: Bridge) -> str:
    """Return points as the bars are written: in points, or in things of an amount."""
    unit = _unit_of(bridge.then.figure, bridge.now.figure)
    return _amount(unit.rounded(points), unit)


def _terms(effect: Effect) -> list[BridgeBar]:
    """Return the effects of numerator and denominator of a unit that is counted itself, averaged over both orders."""
    if effect.before is None or effect.after is None:
        return []
    (old_top, old_bottom), (new_top, new_bottom) = effect.before, effect.after
    by_bottom = 50.0 * (old_top + new_top) * (1.0 / new_bottom - 1.0 / old_bottom)
    values = (
        ("numerator", effect.points - by_bottom, old_top, new_top),
        ("denominator", by_bottom, old_bottom, new_bottom),
    )
    return [
        BridgeBar(
            "level",
            words(f"bridge.{term}"),
            0,
            0,
            "",
            points,
            words("bridge.before_after", before=words.number(old), after=words.number(new)),
            "own",
            effect.part.unit_code if effect.part else "",
            (effect,),
        )
        for term, points, old, new in values
    ]


def _bar(cause: Cause, effects: Sequence[Effect], names: Mapping[str, str]) -> BridgeBar:
    note = few([names[effect.part.unit_code] for effect in effects if effect.part], MOST_NAMES)
    return BridgeBar("level", words(f"bridge.{cause}"), 0, 0, "", _sum(effects), note, cause, effects=tuple(effects))


def _sum(effects: Sequence[Effect]) -> float:
    return fsum(effect.points for effect in effects)


def _shown(moves: Sequence[BridgeBar], bridge: Bridge, unit: _Unit) -> list[float]:
    """Return the moves rounded so that they add up to the rounded difference, and in each of two steps to its own."""
    steps = unit.steps * unit.per_point
    total = round(steps * (bridge.points or 0.0))
    is_first = [bridge.middle is not None and move.cause in REVISIONS for move in moves]
    exact = [steps * (move.points or 0.0) for move in moves]
    first = round(fsum(value for value, is_in in zip(exact, is_first, strict=True) if is_in))
    whole = iter(_apportioned([value for value, is_in in zip(exact, is_first, strict=True) if is_in], first))
    rest = iter(_apportioned([value for value, is_in in zip(exact, is_first, strict=True) if not is_in], total - first))
    return [next(whole if is_in else rest) / unit.steps for is_in in is_first]


def _apportioned(values: Sequence[float], total: int) -> list[int]:
    """Return whole numbers that add up to a total: the largest remainders are rounded up."""
    floors = [floor(value) for value in values]
    order = sorted(range(len(values)), key=lambda place: floors[place] - values[place])
    missing = total - sum(floors)
    lifted = set(order[: max(missing, 0)])
    return [number + (place in lifted) for place, number in enumerate(floors)]


def _written(bar: BridgeBar, number: float, unit: _Unit) -> BridgeBar:
    kind: BarKind = "up" if number > 0 else "down" if number < 0 else "level"
    return replace(bar, kind=kind, amount=_amount(number, unit))


def _amount(number: float, unit: _Unit) -> str:
    if not unit.suffix:
        return words.change(number)
    sign = "+" if number > 0 else formatting.MINUS if number < 0 else "±"
    return f"{sign}{words.number(abs(number))}"


def _placed(bridge: Bridge, moves: Sequence[BridgeBar], since: str) -> list[BridgeBar]:
    """Return all bars one after another: each move begins where the one before it ended."""
    then, now = bridge.then.figure, bridge.now.figure
    level = then.value_pct or 0.0
    bars = [_total(then, formatting.capitalized(since))]
    middle = bridge.middle.figure if bridge.middle else None
    for move in moves:
        if middle and move.cause not in REVISIONS:
            bars.append(_total(middle, words("bridge.middle")))
            level, middle = middle.value_pct or 0.0, None
        end = level + (move.points or 0.0)
        bars.append(replace(move, low=min(level, end), high=max(level, end)))
        level = end
    return [*bars, _total(now, words("bridge.now", period=words.period(now.period_code)))]


def _total(figure: ShownFigure, name: str) -> BridgeBar:
    value = figure.value_pct or 0.0
    note = words("bridge.provisional") if figure.is_provisional else ""
    return BridgeBar("total", name, value, value, percent_text(figure), note=note)


def _scale(ends: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the scale, cut to the moves: published figures are marks, without a length."""
    low, high = min(ends), max(ends)
    beyond = BEYOND * (high - low) or 1.0
    return low - beyond, high + beyond


def _parts(bars: Sequence[BridgeBar], shown: Sequence[float], unit: _Unit) -> str:
    """Return the largest moves as a list, and what all others come to; the bar of all other units comes last."""
    is_rest = [bar.cause == "own" and not bar.unit_code and len(bars) > 1 for bar in bars]
    places = [place for place in range(len(bars)) if shown[place]]
    order = sorted(places, key=lambda place: (is_rest[place], -abs(shown[place])))
    named = [place for place in order[:MOST_PARTS] if not is_rest[place] or len(order) <= MOST_PARTS]
    texts = [words("bridge.part", name=bars[place].name, points=bars[place].amount) for place in named]
    if len(order) > len(named):
        rest = fsum(shown[place] for place in order[len(named) :])
        amount = _amount(unit.rounded(rest / unit.per_point), unit)
        texts.append(words("bridge.part", name=words("bridge.part_rest"), points=amount))
    return "; ".join(texts)


def _remarks(bridge: Bridge) -> tuple[str, ...]:
    then, now = bridge.then.figure, bridge.now.figure
    remarks = []
    if bridge.reason:
        remarks.append(words(f"bridge.why_{bridge.reason}"))
    elif bridge.difference:
        remarks.append(words("bridge.unlike", why=words(f"difference.{bridge.difference}")))
    if not bridge.reason and then.shown_status != now.shown_status:
        remarks.append(words("bridge.status", then=words.status(then.shown_status), now=words.status(now.shown_status)))
    if then.threshold_pct != now.threshold_pct:
        limits = (
            words("bridge.no_threshold") if row.threshold_pct is None else f"{words.percent(row.threshold_pct)}%"
            for row in (then, now)
        )
        remarks.append(words("bridge.threshold", **dict(zip(("then", "now"), limits, strict=True))))
    if not bridge.reason and (then.is_provisional or now.is_provisional):
        remarks.append(words("bridge.may_move"))
    return tuple(remarks)
