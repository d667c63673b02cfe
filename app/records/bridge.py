"""Records of a bridge: what a figure is composed of at a moment, and what moved it to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.records.review import ShownFigure

# Why a counted unit moved a figure. In the order of the bars: what became known later comes before what happened.
Cause = Literal["corrected", "late", "rule_then", "own", "silent", "ground", "rule", "others"]
CAUSES: tuple[Cause, ...] = ("corrected", "late", "rule_then", "own", "silent", "ground", "rule", "others")
# Code and first day of validity: a code may pass from one unit to another within a year.
UnitKey = tuple[str, dt.date]
# Causes of the difference between two versions of one period.
REVISIONS: frozenset[Cause] = frozenset({"corrected", "late", "rule_then"})


@dataclass(frozen=True, slots=True)
class BridgePart:
    """Part of one counted unit in a figure; the numbers are None where it does not take part.

    `source_versions` names the reports that the unit's part came from (`760 2026Q3 v1; …`), None where unknown. A unit
    that `has_ended` keeps its numbers in the sums of its last year. `valid_to` is exclusive, None = open.
    """

    unit_code: str
    unit_valid_from: dt.date
    valid_to: dt.date | None
    unit_level: str
    parent_code: str | None
    reporter_code: str | None
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    takes_part: bool
    has_ended: bool
    numerator: float | None
    denominator: float | None
    source_versions: str | None


@dataclass(frozen=True, slots=True)
class BridgeRule:
    """How a target is counted in a period: the rule, the levels counted, and the cells of forms that are added up."""

    counting_rule: str
    rural_only: bool
    counted_levels: str
    rollup_level: str | None
    terms: frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Moment:
    """A published figure and its parts by unit, as code and first day; `end_date` is the last day of its period.

    `parts` has the units that the viewer may read; the numbers of the others are in the figure alone.
    """

    version: str
    figure: ShownFigure
    parts: Mapping[UnitKey, BridgePart] = field(default_factory=dict)
    rule: BridgeRule | None = None
    end_date: dt.date = dt.date.max


@dataclass(frozen=True, slots=True)
class Effect:
    """Points by which one counted unit moved a figure, and why; `part` is None for units that the viewer may not read.

    `before` and `after` are numerator and denominator of the unit, None where it does not take part. `shown_unit` is
    the unit that is named for it: itself, or the unit above it that the page reads. `is_clear` states whether the
    change of that unit is more than chance, None where that cannot be determined. `reports` are the reports that came,
    changed or were withdrawn between two versions, as reporter and period.
    """

    cause: Cause
    points: float
    part: BridgePart | None
    before: tuple[float, float] | None
    after: tuple[float, float] | None
    shown_unit: str = ""
    is_clear: bool | None = None
    reports: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bridge:
    """Everything between two published figures of a unit on a target.

    `middle` is the earlier figure as it is known now, where the two are of different versions and different periods.
    The points of `effects` add up to the difference. Without effects, `reason` states why there are none: `protected`,
    `no_then`, `no_now`. `difference` names what makes the two figures incomparable, None where nothing does.
    """

    target_code: str
    unit_code: str
    then: Moment
    middle: Moment | None
    now: Moment
    effects: tuple[Effect, ...]
    reason: str | None = None
    difference: str | None = None

    @property
    def points(self) -> float | None:
        """Return the difference of the two published figures in points; None where either has no exact value."""
        then, now = self.then.figure.value_pct, self.now.figure.value_pct
        return None if self.reason or then is None or now is None else now - then
