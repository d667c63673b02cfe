"""What is told of counts of people to a viewer without the right to small ones (decision 22).

A count is told as the band of five that it lies in: 1 to 4, 5 to 9, and so on; zero is told. That is done to the counts
of a quarter of the smallest units that are shown, each by itself. A quarter's total above them has a band of its own
where theirs leave it room, and every other total is put together from what is told of its parts. So nothing that is
published holds more of a count than its band: no sum, no difference, no other version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from app.core.grouping import group_by
from app.core.period_code import year_of

# Counts below it are small, and bands are as wide. Equal to the seed setting `small_count_threshold`, as a test holds.
SMALL_COUNT = 5

# What is counted: a target, or a target, breakdown and category.
Subject = tuple[str, ...]
# What, unit, period, window.
Place = tuple[Subject, str, str, str]
# The same of a quarter alone.
_Quarter = tuple[Subject, str, str]


class Approximate(float):
    """A figure that lies between `low` and `high`: the middle, or what is put together from middles. Words write it as
    one."""

    __slots__ = ("high", "low")
    low: float
    high: float

    def __new__(cls, low: float, high: float, middle: float | None = None) -> Approximate:
        """The figure, halfway between its ends unless it is said where."""
        figure = super().__new__(cls, (low + high) / 2 if middle is None else middle)
        figure.low, figure.high = low, high
        return figure

    def __reduce__(self) -> tuple[type[Approximate], tuple[float, float, float]]:
        """Return what a copy is made from; `float` would make it from the middle alone, and fail."""
        return Approximate, (self.low, self.high, float(self))


@dataclass(frozen=True, slots=True)
class Span:
    """What is told of a number of people: the ends between which it lies, both included and one where it is exact."""

    low: float
    high: float

    @property
    def shown(self) -> float:
        """The number, or the one that stands for it."""
        return self.low if self.low == self.high else Approximate(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Ratio:
    """What is told of a ratio of people: of those in its numerator, and of the rest of its denominator."""

    reached: Span
    rest: Span

    @property
    def whole(self) -> Span:
        """What is told of the denominator."""
        return total((self.reached, self.rest))

    @property
    def value_pct(self) -> float | None:
        """The ratio in points; None where nobody is counted."""
        if not self.whole.high:
            return None
        low = 100.0 * self.reached.low / (self.reached.low + self.rest.high)
        high = 100.0 * self.reached.high / (self.reached.high + self.rest.low)
        return low if low == high else Approximate(low, high, 100.0 * self.reached.shown / self.whole.shown)


@dataclass(frozen=True, slots=True)
class SensitiveCount:
    """What a row above the wards counts, in parts that have nobody in common: of a ratio those in the numerator and the
    rest of the denominator. It is final while every report is in, as it first came."""

    subject: Subject
    unit_code: str
    parent_code: str | None
    period_code: str
    period_window: str
    parts: tuple[float, ...]
    is_final: bool


def is_final(provisional_reason: str | None, source_versions: str | None) -> bool:
    """Whether no report is awaited of those that a count rests on, and none of them was corrected."""
    is_first = all(name.endswith(" v1") for name in (source_versions or "").split("; "))
    return is_first and provisional_reason in (None, "silent_wards")


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of the sensitive targets of one version: of the parts of every row that anything is told of.

    `margins` are the points within which late is not far behind, by target and period.
    """

    targets: frozenset[str]
    parts: Mapping[Place, tuple[Span, ...]]
    margins: Mapping[tuple[str, str], float]

    def ratio(self, target: str, unit: str, period: str, window: str) -> Ratio | None:
        """What is told of a figure; None where that is nothing, as of wards."""
        parts = self.parts.get(((target,), unit, period, window))
        return Ratio(*parts) if parts else None


NOBODY = Span(0.0, 0.0)
# A total's own band stays as far from its ends as two of its parts may be off.
EDGE = 2 * (SMALL_COUNT - 1)


def band(count: float) -> Span:
    """What is told of a count by itself. Zero is told: it points at nobody."""
    low = count // SMALL_COUNT * SMALL_COUNT
    return Span(max(low, 1.0), low + SMALL_COUNT - 1.0) if count else NOBODY


def total(spans: Iterable[Span]) -> Span:
    """What is told of a sum by what is told of its parts."""
    ends = [(one.low, one.high) for one in spans]
    return Span(sum(low for low, _ in ends), sum(high for _, high in ends))


def told_parts(counts: Iterable[SensitiveCount], continued: Mapping[str, str]) -> dict[Place, tuple[Span, ...]]:
    """What is told of the parts of every row; nothing of one that is not the sum of the rows it should be.

    A quarter's row sums up those right under it, a year's the quarters so far: of its unit or, before that began, of
    the one that it goes on as (`continued`, new to old).
    """
    rows = tuple(counts)
    quarters = {_quarter(row): row for row in rows if row.period_window == "quarter"}
    under = group_by(quarters.values(), lambda row: (row.subject, row.parent_code, row.period_code))
    periods = sorted({row.period_code for row in rows})

    @cache
    def of_quarter(quarter: _Quarter) -> tuple[_Total, ...] | None:
        row = quarters[quarter]
        below = under.get(quarter)
        if not below:
            return tuple(_single(part, row.is_final) for part in row.parts)
        sums = _sums(row, below, of_quarter)
        return tuple(one.banded() for one in sums) if sums else None

    def of_year_to_date(row: SensitiveCount) -> tuple[_Total, ...] | None:
        so_far = [one for one in periods if year_of(row.period_code) <= one <= row.period_code]
        codes = (row.unit_code, continued.get(row.unit_code, row.unit_code))
        keys = (next((key for code in codes if (key := (row.subject, code, one)) in quarters), None) for one in so_far)
        return _sums(row, [quarters[key] for key in keys if key], of_quarter)

    by_window = {"quarter": lambda row: of_quarter(_quarter(row)), "ytd": of_year_to_date}
    found = {(*_quarter(row), row.period_window): by_window[row.period_window](row) for row in rows}
    return {place: tuple(one.told for one in totals) for place, totals in found.items() if totals}


@dataclass(frozen=True, slots=True)
class _Total:
    """What is told of a total: `settled` of parts that are told together, and of the other ones each by itself
    `loose`, which are `count` people."""

    settled: Span
    loose: Span
    count: float

    @property
    def told(self) -> Span:
        return total((self.settled, self.loose))

    def banded(self) -> _Total:
        """The same with what is loose told together too, as the band of its sum, where that leaves every part its own.

        No band ends within a quarter of the room from an end, for there the parts would have to lie at their own ends.
        Anywhere else a part may be anything in its band, since the others make up for it. So they can in every version,
        whichever part or two of them changed in between.
        """
        edge = (self.loose.high - self.loose.low) / 4
        if edge < EDGE:
            return self
        first, last, own = band(self.loose.low + edge), band(self.loose.high - edge), band(self.count)
        low = self.loose.low if self.count <= first.high else min(own.low, last.low)
        high = self.loose.high if self.count >= last.low else max(own.high, first.high)
        return _Total(total((self.settled, Span(low, high))), NOBODY, 0.0)


def _single(count: float, is_final: bool) -> _Total:
    """A count that nothing lies under. What may still change stays out of the bands of totals: a change of it could
    move them, and would be told."""
    return _Total(NOBODY, band(count), count) if is_final else _Total(band(count), NOBODY, 0.0)


def _sums(
    row: SensitiveCount, summed: Sequence[SensitiveCount], of: Callable[[_Quarter], tuple[_Total, ...] | None]
) -> tuple[_Total, ...] | None:
    """The parts of a row as the sums of the rows that it should be made of; None where it is not."""
    found = [of(_quarter(one)) for one in summed]
    totals = list(zip(*(one for one in found if one), strict=True))
    if None in found or row.parts != tuple(map(sum, zip(*(one.parts for one in summed), strict=True))):
        return None
    return tuple(
        _Total(total(one.settled for one in parts), total(one.loose for one in parts), sum(one.count for one in parts))
        for parts in totals
    )


def _quarter(row: SensitiveCount) -> _Quarter:
    return row.subject, row.unit_code, row.period_code
