"""What pages read of a target besides figures: breaks of series, recalculated history, funnel limits, breakdowns,
terms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """A quarter from which (`boundary`, `method`) or in which (`disruption`) a series is not comparable with before.

    `target_code` is None when every target's series breaks.
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
    """What a unit made of whole earlier ones would have had on a target in a quarter before it began, added up from
    what those reported: `known_part_count` of its `part_count` former units are in both sums. It has no status."""

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
    """Which part of a year, and of its own ground, a year-to-date figure covers, where the units that it counts began
    within the year, on `began_on`.

    `ended_reporter_count` units of `ended_level` reported until then for units whose counts are in it, 0 where none
    did; `uncovered_count` of today's counted units lie where no unit reported here before.
    """

    target_code: str
    unit_code: str
    began_on: dt.date
    ended_reporter_count: int
    ended_level: str | None
    uncovered_count: int

    @property
    def kind(self) -> Literal["since", "whole", "both"]:
        """Only since its units began, the whole year on the same ground, or first a part of the ground and then all."""
        if not self.ended_reporter_count:
            return "since"
        return "both" if self.uncovered_count else "whole"


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """Where a district of its size lies by chance alone when its true ratio is the city's. `*_pct` are points.

    `funnel_position` is inside, or above or below the limits of 95 % or 99.8 % (`above_95`, `below_998`).
    """

    unit_code: str
    funnel_95_low_pct: float
    funnel_95_high_pct: float
    funnel_998_low_pct: float
    funnel_998_high_pct: float
    funnel_position: str

    @property
    def is_inside(self) -> bool:
        """Whether chance alone explains the distance from the city."""
        return self.funnel_position == "inside"


@dataclass(frozen=True, slots=True)
class BreakdownPart:
    """One category of a breakdown of what a target counts, for one unit, period and window.

    `unit_*` is the unit of measurement. A count that nobody gave is None, and so is the share of it; `base_*`, of which
    `rate_pct` is taken, are None in a breakdown without a rate. `total_count` adds up the categories. `is_hidden` tells
    a small sensitive count, taken out by the viewer's rights, from a missing one.
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
    """A column of a form that a target is made of; `term` is numerator or denominator."""

    term: str
    form_code: str
    form_name_vi: str
    form_name_en: str
    header_vi: str
    header_en: str


@dataclass(frozen=True, slots=True)
class Bound:
    """The denominator of the bounds of a figure, unknown units included; None where it has no bounds."""

    bound_denominator: float | None
    is_sensitive: bool
