"""Other ways to protect small counts, for what they are worth beside the one that the app has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.core import access
from app.core.disclosure import COLUMNS
from app.core.grouping import group_by
from app.core.small_counts import SMALL_COUNT, Approximate
from app.records import Progress
from tests.disclosure.attack import Attack, Place, Terms, place_of, reached, rest, whole
from tests.disclosure.audit import is_protected
from tests.disclosure.cities import status_of

PROTECTED = COLUMNS["fct_target_progress"].protected
AROUND = frozenset({"rank", "rank_of", "change_prev_quarter_pct", "prev_quarter_status"})


def is_small(row: Progress) -> bool:
    """Whether a figure's count, its whole or what is left over is small."""
    if row.numerator is None or row.denominator is None:
        return False
    return any(0 < count < SMALL_COUNT for count in (row.numerator, row.denominator, row.denominator - row.numerator))


def hide(
    rows: Sequence[Progress], is_hidden: Callable[[Progress], bool], keep: frozenset[str] = frozenset()
) -> list[Progress]:
    """The figures without those that are hidden; the other ones exactly, without what tells of others unless kept."""
    return [
        access.without(row, PROTECTED if row.numerator is not None and is_hidden(row) else AROUND - keep)
        for row in rows
    ]


def small_ones(rows: Sequence[Progress]) -> list[Progress]:
    """Only figures that are small themselves are hidden: primary cells alone."""
    return hide(rows, is_small)


def small_units(rows: Sequence[Progress]) -> list[Progress]:
    """A unit with a small figure is hidden for the year; the next smallest too where it is alone among its siblings."""
    sizes: Counter[str] = Counter()
    for row in rows:
        sizes[row.unit_code] = max(sizes[row.unit_code], int(row.denominator or 0))
    known = [row for row in rows if row.numerator is not None and row.parent_code]
    groups = group_by(known, lambda row: (row.parent_code, row.period_code, row.period_window))
    siblings = {(str(parent), frozenset(row.unit_code for row in group)) for (parent, _, _), group in groups.items()}
    hidden = {row.unit_code for row in rows if is_small(row)}
    while more := {_beside(parent, units, hidden, sizes) for parent, units in siblings} - hidden - {""}:
        hidden |= more
    return hide(rows, lambda row: row.unit_code in hidden)


def _beside(parent: str, units: frozenset[str], hidden: set[str], sizes: Mapping[str, int]) -> str:
    if len(units & hidden) != 1:
        return ""
    return min(units - hidden, key=lambda unit: (sizes[unit], unit), default=parent)


def secondary_cells(rows: Sequence[Progress]) -> list[Progress]:
    """Small figures are hidden, and with them, one by one, the smallest that keep the attacker from any of them."""
    hidden = {place_of(row) for row in rows if is_small(row)}
    known = {place_of(row): row for row in rows if row.numerator is not None}
    while True:
        shown = hide(rows, lambda row: place_of(row) in hidden)
        attack = Attack()
        cells = attack.see(shown)
        told = [place for place in hidden if place in known and _is_told(attack, known[place], cells[place])]
        beside = [place for place in known if place not in hidden and any(_is_near(place, one, known) for one in told)]
        if not told or not beside:
            return shown
        hidden.add(min(beside, key=lambda place: (known[place].denominator or 0.0, place)))


def _is_told(attack: Attack, row: Progress, cells: Sequence[tuple[str, str, str]]) -> bool:
    numerator, denominator = row.numerator or 0.0, row.denominator or 0.0
    counts: list[tuple[float, Callable[..., Terms]]] = [
        (numerator, reached),
        (denominator - numerator, rest),
        (denominator, whole),
    ]
    return any(0 < count < SMALL_COUNT and not is_protected(*attack.range_of(of(cells))) for count, of in counts)


def _is_near(place: Place, other: Place, known: dict[Place, Progress]) -> bool:
    """Whether two figures stand in one sum: of one unit, or under one, or one under the other."""
    row, beside = known[place], known[other]
    if row.unit_code == beside.unit_code:
        return True
    same = (row.period_code, row.period_window) == (beside.period_code, beside.period_window)
    kin = {row.unit_code, row.parent_code} & {beside.unit_code, beside.parent_code}
    return same and bool(kin - {None})


def each_rounded(rows: Sequence[Progress]) -> list[Progress]:
    """Every figure by itself: zero stays, 1 to 4 are "under five", the rest is rounded to five; ratios of those."""
    return [_rounded(row) if row.numerator is not None else access.without(row, AROUND) for row in rows]


def _rounded(row: Progress) -> Progress:
    numerator, denominator = _to_five(row.numerator or 0.0), _to_five(row.denominator or 0.0)
    value = 100.0 * min(numerator, denominator) / denominator if denominator else None
    hidden = access.without(row, PROTECTED)
    shown = replace(hidden, numerator=numerator, denominator=denominator)
    if value is None:
        return replace(shown, status=row.status)
    low, high = _ratio_ends(numerator, denominator)
    is_settled = status_of(low) == status_of(high)
    return replace(shown, value_pct=Approximate(0.0, 100.0, value), status=row.status if is_settled else "suppressed")


def _to_five(count: float) -> float:
    if count < SMALL_COUNT:
        return Approximate(1.0, SMALL_COUNT - 1.0) if count else 0.0
    nearest = SMALL_COUNT * round(count / SMALL_COUNT)
    return Approximate(max(nearest - 2.0, SMALL_COUNT), nearest + 2.0, nearest)


def _ratio_ends(numerator: float, denominator: float) -> tuple[float, float]:
    least, most = (numerator.low, numerator.high) if isinstance(numerator, Approximate) else (numerator, numerator)
    few, many = (denominator.low, denominator.high) if isinstance(denominator, Approximate) else (denominator,) * 2
    return 100 * least / many, min(100.0, 100 * most / few)
