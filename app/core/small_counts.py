"""What is told of counts of people to a viewer without the right to small ones (decision 22).

A count is told as the band of five that it lies in: 1 to 4, 5 to 9, and so on; zero is told. That is done to the counts
of a quarter of the smallest units that are shown, each by itself. The quarter's total right above them has a band of its
own where theirs leave it room, and every other total is put together from what is told of its parts. So nothing that is
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
    rest of the denominator."""

    subject: Subject
    unit_code: str
    parent_code: str | None
    period_code: str
    period_window: str
    parts: tuple[float, ...]


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


def band(count: float) -> Span:
    """What is told of a count by itself. Zero is told: it points at nobody."""
    low = count // SMALL_COUNT * SMALL_COUNT
    return Span(max(low, 1.0), low + SMALL_COUNT - 1.0) if count else Span(0.0, 0.0)


def band_within(ends: Span, count: float) -> Span:
    """What is told of a total that its parts leave between two ends: its band, none that lies so near an end that the
    parts must lie near theirs, and nothing more where there is no room for one.

    A part may then be anything in its band, whatever is told of the total: the others make up for it. They can as long
    as they are a quarter of the room away from their own ends, in every version in which few of them changed.
    """
    edge = (ends.high - ends.low) / 4
    if edge < SMALL_COUNT - 1:
        return ends
    first, last = band(ends.low + edge), band(ends.high - edge)
    if count <= first.high:
        return Span(ends.low, first.high)
    return Span(last.low, ends.high) if count >= last.low else band(count)


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
    def of_quarter(quarter: _Quarter) -> tuple[Span, ...] | None:
        row, lower = quarters[quarter], under.get(quarter)
        if not lower:
            return tuple(band(part) for part in row.parts)
        sums = _sum(row, lower, of_quarter)
        if sums is None or any(_quarter(one) in under for one in lower):
            return sums
        return tuple(band_within(ends, part) for ends, part in zip(sums, row.parts, strict=True))

    def of_year_to_date(row: SensitiveCount) -> tuple[Span, ...] | None:
        so_far = [one for one in periods if year_of(row.period_code) <= one <= row.period_code]
        codes = (row.unit_code, continued.get(row.unit_code, row.unit_code))
        keys = (next((key for code in codes if (key := (row.subject, code, one)) in quarters), None) for one in so_far)
        return _sum(row, [quarters[key] for key in keys if key], of_quarter)

    by_window = {"quarter": lambda row: of_quarter(_quarter(row)), "ytd": of_year_to_date}
    parts = {(*_quarter(row), row.period_window): by_window[row.period_window](row) for row in rows}
    return {place: spans for place, spans in parts.items() if spans is not None}


def _sum(
    row: SensitiveCount, summed: Sequence[SensitiveCount], of: Callable[[_Quarter], tuple[Span, ...] | None]
) -> tuple[Span, ...] | None:
    """The parts of a row put together from what is told of the rows that it sums up."""
    known = [parts for one in summed if (parts := of(_quarter(one))) is not None]
    if len(known) < len(summed) or row.parts != tuple(map(sum, zip(*(one.parts for one in summed), strict=True))):
        return None
    return tuple(total(spans) for spans in zip(*known, strict=True))


def _quarter(row: SensitiveCount) -> _Quarter:
    return row.subject, row.unit_code, row.period_code
