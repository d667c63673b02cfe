"""Records of a target besides its figures: breaks of series, recalculated history, funnel limits, breakdowns, terms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """Quarter from which (`boundary`, `method`) or in which (`disruption`) a series is not comparable.

    `target_code` is None when the series of all targets break.
    """

    period_code: str
    target_code: str | None
    kind: str
    label_vi: str
    label_en: str
    text_vi: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Recalculated:
    """Figure of a unit for a quarter before it began, recalculated from the reports of the units it was formed from.

    `known_part_count` of its `part_count` former units are in both sums. It has no status.
    """

    target_code: str
    unit_code: str
    period_code: str
    numerator: float | None
    denominator: float | None
    value_pct: float | None
    restarts: bool
    part_count: int
    known_part_count: int
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class YearPart:
    """Part of the year and of the unit's territory that a year-to-date figure covers.

    It differs from the whole year where units began within the year, on `began_on`. `ended_reporter_count` units of
    `ended_level` reported until then for units whose counts are included, 0 for none; `uncovered_count` of the current
    counted units are in territory where no unit reported before.
    """

    target_code: str
    unit_code: str
    began_on: dt.date
    ended_reporter_count: int
    ended_level: str | None
    uncovered_count: int

    @property
    def kind(self) -> Literal["since", "whole", "both"]:
        """Return the coverage: `since` the units began, the `whole` year on the same territory, or `both`.

        `both` covers a part of the territory before the units began, and all of it after.
        """
        if not self.ended_reporter_count:
            return "since"
        return "both" if self.uncovered_count else "whole"


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """Control limits of a district: the range explained by chance if its true ratio were the city's.

    `*_pct` are points. `funnel_position` is inside, or above or below the limits of 95 % or 99.8 % (`above_95`,
    `below_998`).
    """

    unit_code: str
    funnel_95_low_pct: float
    funnel_95_high_pct: float
    funnel_998_low_pct: float
    funnel_998_high_pct: float
    funnel_position: str

    @property
    def is_inside(self) -> bool:
        """Return whether chance alone explains the distance from the city."""
        return self.funnel_position == "inside"


@dataclass(frozen=True, slots=True)
class BreakdownPart:
    """Category of a breakdown of a target's count, for one unit, period and window.

    `unit_*` is the unit of measurement. A count that was not reported is None, and so is its share. `base_*`, the
    denominator of `rate_pct`, is None in a breakdown without a rate. `total_count` is the sum of the categories.
    `is_hidden` distinguishes a small sensitive count, removed by access rules, from a missing count.
    """

    target_code: str
    breakdown_code: str
    dimension_code: str
    title_vi: str
    title_en: str
    category_code: str
    category_vi: str
    category_en: str
    unit_vi: str
    unit_en: str
    unit_level: str
    period_code: str
    value_count: float | None
    total_count: float | None
    share_pct: float | None
    base_vi: str | None
    base_en: str | None
    base_count: float | None
    rate_pct: float | None
    is_sensitive: bool
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class TargetTerm:
    """Column of a form that a target is computed from; `term` is numerator or denominator."""

    term: str
    form_code: str
    form_name_vi: str
    form_name_en: str
    header_vi: str
    header_en: str


@dataclass(frozen=True, slots=True)
class Bound:
    """Denominator of the bounds of a figure, including unknown units; None without bounds."""

    bound_denominator: float | None
    is_sensitive: bool
