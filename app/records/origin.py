"""Records of the origin of a figure: rule, terms, contributions, numbers of reports, reports, checks, lineage."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Counting rule of a target: units, quarters or amounts.

    The margin is the number of points below path or threshold within which a figure is behind rather than far behind;
    None where the target is only followed.
    """

    target_code: str
    counting_rule: str
    rural_only: bool
    behind_margin_pct: float | None


@dataclass(frozen=True, slots=True)
class Term:
    """Column of a form that enters a target's numerator or denominator (`term`).

    `window_rule` states how quarters combine: sum, end, start or base. `raw_table` holds the form's cells as landed.
    """

    term: str
    measure_code: str
    window_rule: str
    form_code: str
    sheet_name: str
    header_vi: str
    header_en: str
    raw_table: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """Contribution of one counted unit to a row; the numbers are None for a unit that does not take part, or is hidden.

    `is_carried` marks a unit of which only earlier quarters of the year are known; `has_ended` a unit that ended
    earlier in the year. `last_period_code` is the latest quarter that its part is based on. `provisional_reason` states
    what is missing, None where the contribution is complete. Expected and reported count quarters of the window.
    """

    unit_code: str
    unit_valid_from: dt.date
    unit_level: str
    parent_code: str | None
    reporter_code: str
    name_vi: str
    name_en: str
    takes_part: bool
    is_carried: bool
    has_ended: bool
    last_period_code: str | None
    provisional_reason: str | None
    numerator: float | None
    denominator: float | None
    expected_count: int
    reported_count: int
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """Number of a report that was added up; `window_rule` (see `Term`) states why this quarter is counted."""

    term: str
    measure_code: str
    window_rule: str
    source_period_code: str
    input_value: float


@dataclass(frozen=True, slots=True)
class SourceReport:
    """State of the report of one reporter for one quarter; `state` as in `ReporterPeriod`.

    `received_at` is that of the counting version, else of the first accepted version; it and `version` are None where
    no report was received.
    """

    reporter_code: str
    reporter_level: str
    name_vi: str
    name_en: str
    period_code: str
    state: str
    version: int | None
    received_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Check:
    """Check that applies to a target, and its result in the published version.

    `severity` is critical, warning or info. `link` states why the check applies: measure (the checked column is a term
    of the target), form (rows or other columns of a form that a term comes from) or figure (published figures).
    `unit_count` is the number of failing rows about the unit, target and quarters of the query. `is_success` and
    `unexpected_count` are None where they are hidden from the viewer.
    """

    check_code: str
    severity: str
    link: str
    name_vi: str
    name_en: str
    why_vi: str
    why_en: str
    is_success: bool | None
    unexpected_count: int | None
    unit_count: int = 0


@dataclass(frozen=True, slots=True)
class LineageEdge:
    """Raw table, seed, model or page, and one of its parents (None for a node without parents).

    `step` is the length of the longest path from a node without parents, so that parents have a smaller step.
    """

    node: str
    kind: str
    layer: str
    parent: str | None
    step: int
