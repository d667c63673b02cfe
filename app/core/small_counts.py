"""Disclosure of counts of people to viewers without the right to small counts (decision 22).

A count is disclosed as a band of five: 1 to 4, 5 to 9, and so on; zero is disclosed as zero. This applies to the
quarterly counts of the smallest displayed units, each independently. A quarterly total above them has its own band
where the bands of its parts leave room for it, and every other total is the sum of the disclosed bands of its parts. So
nothing published reveals more about a count than its band: no sum, no difference, no other version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from app.core.grouping import group_by
from app.core.period_code import year_of

# Counts below it are small, and bands have this width. Equal to the seed setting `small_count_threshold`; a test
# compares both.
SMALL_COUNT = 5

# Counted subject: a target, or a target, breakdown and category.
Subject = tuple[str, ...]
# Subject, unit, period, window.
Place = tuple[Subject, str, str, str]
# The same for a quarter, without a window.
_Quarter = tuple[Subject, str, str]


class Approximate(float):
    """Figure between `low` and `high`.

    Its float value is the middle, or a sum of middles. Texts mark it as approximate.
    """

    __slots__ = ("high", "low")
    low: float
    high: float

    def __new__(cls, low: float, high: float, middle: float | None = None) -> Approximate:
        """Return the figure, halfway between its ends unless `middle` is given."""
        figure = super().__new__(cls, (low + high) / 2 if middle is None else middle)
        figure.low, figure.high = low, high
        return figure

    def __reduce__(self) -> tuple[type[Approximate], tuple[float, float, float]]:
        """Return the arguments of a copy; `float` would copy the middle alone, and fail."""
        return Approximate, (self.low, self.high, float(self))


def disclosed(value: float) -> float:
    """Return a value as precise as it is disclosed: decimals of an approximate value would look exact."""
    return float(round(value)) if isinstance(value, Approximate) else float(value)


@dataclass(frozen=True, slots=True)
class Span:
    """Disclosed range of a number of people: both ends are included, and equal where the number is exact."""

    low: float
    high: float

    @property
    def shown(self) -> float:
        """Return the exact number, or the middle of the range."""
        return self.low if self.low == self.high else Approximate(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Disclosed ratio of people: those in the numerator, and the rest of the denominator."""

    reached: Span
    rest: Span

    @property
    def whole(self) -> Span:
        """Return the disclosed range of the denominator."""
        return total((self.reached, self.rest))

    @property
    def value_pct(self) -> float | None:
        """Return the ratio in points; None where no one is counted."""
        if not self.whole.high:
            return None
        low = 100.0 * self.reached.low / (self.reached.low + self.rest.high)
        high = 100.0 * self.reached.high / (self.reached.high + self.rest.low)
        return low if low == high else Approximate(low, high, 100.0 * self.reached.shown / self.whole.shown)


@dataclass(frozen=True, slots=True)
class SensitiveCount:
    """Counts of a row above the wards, in disjoint parts: for a ratio, the numerator and the rest of the denominator.

    The row is final when all its reports were received and none was corrected.
    """

    subject: Subject
    unit_code: str
    parent_code: str | None
    period_code: str
    period_window: str
    parts: tuple[float, ...]
    is_final: bool


def is_final(provisional_reason: str | None, source_versions: str | None) -> bool:
    """Return whether all reports of a count were received and none of them was corrected."""
    is_first = all(name.endswith(" v1") for name in (source_versions or "").split("; "))
    return is_first and provisional_reason in (None, "silent_wards")


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Disclosed ranges of the sensitive targets of one version, by row.

    `margins` are the points within which a figure is late but not far behind, by target and period. `roomy` are the
    rows of which the people reached are disclosed by category too.
    """

    targets: frozenset[str]
    parts: Mapping[Place, tuple[Span, ...]]
    margins: Mapping[tuple[str, str], float]
    roomy: frozenset[Place] = frozenset()

    def ratio(self, target: str, unit: str, period: str, window: str) -> Ratio | None:
        """Return the disclosed ratio of a figure; None where nothing is disclosed, as for wards."""
        parts = self.parts.get(((target,), unit, period, window))
        return Ratio(*parts) if parts else None


ZERO = Span(0.0, 0.0)
# The band of a total keeps this distance from its ends: the amount by which two of its parts may differ.
EDGE = 2 * (SMALL_COUNT - 1)


def band(count: float) -> Span:
    """Return the disclosed band of a single count. Zero is disclosed: it identifies no one."""
    low = count // SMALL_COUNT * SMALL_COUNT
    return Span(max(low, 1.0), low + SMALL_COUNT - 1.0) if count else ZERO


def total(spans: Iterable[Span]) -> Span:
    """Return the disclosed range of a sum from the ranges of its parts."""
    ends = [(span.low, span.high) for span in spans]
    return Span(sum(low for low, _ in ends), sum(high for _, high in ends))


def disclosed_targets(
    targets: frozenset[str],
    counts: Iterable[SensitiveCount],
    continued: Mapping[str, str],
    margins: Mapping[tuple[str, str], float],
) -> Disclosed:
    """Return what is disclosed of `targets`, of which `counts` have bands: numerator and rest of each row."""
    totals = disclosed_totals(counts, continued)
    roomy = frozenset(place for place, (reached, _) in totals.items() if reached.has_room)
    return Disclosed(targets, _ranges(totals), margins, roomy)


def disclosed_parts(counts: Iterable[SensitiveCount], continued: Mapping[str, str]) -> dict[Place, tuple[Span, ...]]:
    """Return the disclosed ranges of the parts of every row, as `disclosed_totals`."""
    return _ranges(disclosed_totals(counts, continued))


def _ranges(totals: Mapping[Place, tuple[Total, ...]]) -> dict[Place, tuple[Span, ...]]:
    return {place: tuple(part.disclosed for part in parts) for place, parts in totals.items()}


def disclosed_totals(counts: Iterable[SensitiveCount], continued: Mapping[str, str]) -> dict[Place, tuple[Total, ...]]:
    """Return what is disclosed of the parts of every row, without rows that are not the sum of their components.

    A quarterly row is the sum of the rows directly below it; a year-to-date row is the sum of the quarters so far, of
    its unit or, before it began, of its predecessor (`continued`, new code to old code).
    """
    rows = tuple(counts)
    quarters = {_quarter(row): row for row in rows if row.period_window == "quarter"}
    under = group_by(quarters.values(), lambda row: (row.subject, row.parent_code, row.period_code))
    periods = sorted({row.period_code for row in rows})

    @cache
    def of_quarter(quarter: _Quarter) -> tuple[Total, ...] | None:
        row = quarters[quarter]
        below = under.get(quarter)
        if not below:
            return tuple(_single(part, row.is_final) for part in row.parts)
        sums = _sums(row, below, of_quarter, room=sum)
        return tuple(part.banded() for part in sums) if sums else None

    def of_year_to_date(row: SensitiveCount) -> tuple[Total, ...] | None:
        so_far = [period for period in periods if year_of(row.period_code) <= period <= row.period_code]
        codes = (row.unit_code, continued.get(row.unit_code, row.unit_code))
        keys = (
            next((key for code in codes if (key := (row.subject, code, period)) in quarters), None) for period in so_far
        )
        return _sums(row, [quarters[key] for key in keys if key], of_quarter, room=min)

    by_window = {"quarter": lambda row: of_quarter(_quarter(row)), "ytd": of_year_to_date}
    totals = {(*_quarter(row), row.period_window): by_window[row.period_window](row) for row in rows}
    return {place: parts for place, parts in totals.items() if parts}


@dataclass(frozen=True, slots=True)
class Total:
    """Disclosed range of a total: `settled` for parts already disclosed as a group, `loose` for the other parts.

    `count` is the number of people in the loose parts. `room` is the width of the range that the bands of its single
    counts leave, of a year the least of its quarters that count anyone.
    """

    settled: Span
    loose: Span
    count: float
    room: float

    @property
    def disclosed(self) -> Span:
        """Return the whole range."""
        return total((self.settled, self.loose))

    @property
    def has_room(self) -> bool:
        """Return whether each of its single counts can have any value in its band, whatever else is known of it."""
        return self.room >= 4 * EDGE

    def banded(self) -> Total:
        """Return the total with its loose parts disclosed as a group, as the band of their sum.

        Unchanged where this would reveal anything of a part. No band ends within a quarter of the range from an end,
        because the parts would then have to be at their own ends. Anywhere else a part may have any value in its band,
        since the others compensate. This holds in every version, whichever one or two parts changed in between.
        """
        edge = (self.loose.high - self.loose.low) / 4
        if edge < EDGE:
            return self
        first, last, own = band(self.loose.low + edge), band(self.loose.high - edge), band(self.count)
        low = self.loose.low if self.count <= first.high else min(own.low, last.low)
        high = self.loose.high if self.count >= last.low else max(own.high, first.high)
        return Total(total((self.settled, Span(low, high))), ZERO, 0.0, self.room)


def _single(count: float, is_final: bool) -> Total:
    """Return the total of a count without components.

    A count that may still change stays out of the bands of totals: its change could move a band, and would be revealed.
    """
    own = band(count)
    room = own.high - own.low
    return Total(ZERO, own, count, room) if is_final else Total(own, ZERO, 0.0, room)


def _sums(
    row: SensitiveCount,
    summed: Sequence[SensitiveCount],
    of: Callable[[_Quarter], tuple[Total, ...] | None],
    room: Callable[[Sequence[float]], float],
) -> tuple[Total, ...] | None:
    """Return the parts of a row as sums of its component rows, with the `room` of those that count anyone; None where
    the row is not their sum."""
    components = [of(_quarter(component)) for component in summed]
    totals = list(zip(*(component for component in components if component), strict=True))
    if None in components or row.parts != tuple(map(sum, zip(*(component.parts for component in summed), strict=True))):
        return None
    return tuple(
        Total(
            total(part.settled for part in parts),
            total(part.loose for part in parts),
            sum(part.count for part in parts),
            room([part.room for part in parts if part.disclosed.high] or [0.0]),
        )
        for parts in totals
    )


def _quarter(row: SensitiveCount) -> _Quarter:
    return row.subject, row.unit_code, row.period_code
