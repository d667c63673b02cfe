"""Records of the pivot page: what it can count, a question, and the cells of its answer."""

from __future__ import annotations

from dataclasses import dataclass, field

# Axes of a question. `unit_<level>` is the unit of that level to which a part belongs, `unit` the one that reported it.
PERIOD, YEAR, TYPE, RURAL, COLUMN, CATEGORY = "period", "year", "type", "rural", "column", "category"
OWN = "unit"
TIMES = frozenset({PERIOD, YEAR})
UNIT = "unit_"
# Why a number is not known, the gravest first.
REASONS = ("suppressed", "rejected", "not_reported", "silent_wards", "blank", "not_due")


@dataclass(frozen=True, slots=True)
class Measure:
    """Counted column of a form; `window_rule` (sum, end, start) is which of several periods count."""

    measure_code: str
    form_code: str
    form_name_vi: str
    form_name_en: str
    position: int
    data_type: str
    window_rule: str
    is_sensitive: bool
    dimension_code: str | None
    row_dimension_code: str | None
    category_code: str | None
    unit_vi: str
    unit_en: str
    name_vi: str
    name_en: str
    definition_vi: str
    definition_en: str


@dataclass(frozen=True, slots=True)
class Category:
    """Category of a dimension of the forms."""

    dimension_code: str
    category_code: str
    category_order: int
    name_vi: str
    name_en: str
    dimension_name_vi: str | None
    dimension_name_en: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """What is added up, and by what.

    Either a `target` in a `window` (of an amount the things done), or the sum of `measures`, in percent of the sum of
    `per` if there are any. Cells differ by `axes`; `filters` keep some codes of an axis (None: parts that belong to no
    unit of the axis).
    """

    periods: tuple[str, ...]
    axes: tuple[str, ...] = ()
    filters: tuple[tuple[str, tuple[str | None, ...]], ...] = ()
    measures: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    target: str = ""
    window: str = "quarter"
    is_amount: bool = False

    @property
    def is_ratio(self) -> bool:
        """Return whether cells are percentages."""
        return bool((self.target and not self.is_amount) or self.per)

    @property
    def names(self) -> tuple[str, ...]:
        """Return every axis that is used."""
        return tuple(dict.fromkeys((*self.axes, *(name for name, _ in self.filters))))


# The codes of a cell, one per axis; None where a part belongs to no unit of the axis's level.
Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Sums over the parts of a cell that are known: `known_count` of `part_count`.

    A part is what one unit reports for one period: a number of a form, or a target's numerator and denominator.
    `reasons` count the others, by `REASONS`, and are empty where all are known. `denominator` is None for a
    count; `published_pct` is the ratio where both are known approximately. `change` is the value's change against
    other periods; None without them, or where the two are not comparable.
    """

    key: Key
    numerator: float | None
    denominator: float | None
    known_count: int
    part_count: int
    reasons: tuple[tuple[str, int], ...] = field(default=())
    change: float | None = None
    published_pct: float | None = None

    @property
    def value(self) -> float | None:
        """Return the sum, or the ratio of both sums in percent; None where nothing is known or nothing was counted."""
        if self.published_pct is not None:
            return self.published_pct
        if self.denominator is None:
            return self.numerator
        if self.numerator is None or not self.denominator:
            return None
        return 100.0 * self.numerator / self.denominator

    @property
    def is_partial(self) -> bool:
        """Return whether a part is not known."""
        return self.known_count < self.part_count

    @property
    def reason(self) -> str | None:
        """Return the gravest reason why parts are not known."""
        return next((name for name, count in self.reasons if count), None)
