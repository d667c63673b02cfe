"""What a figure is made of: terms, parts, numbers of reports, reports, checks, breaks, lineage."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """How a target counts: `counting_rule` is units, quarters or amounts; the margin is in points."""

    target_code: str
    counting_rule: str
    rural_only: bool
    behind_margin_pct: float | None


@dataclass(frozen=True, slots=True)
class Term:
    """A column of a form that enters a target's numerator or denominator."""

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
    """What one counted unit adds to a row; the numbers are None for a unit that does not take part, or is hidden.

    `last_period_code` is the latest quarter that its part rests on; `provisional_reason` says what is missing of it.
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
    """One number of one report that was added up."""

    term: str
    measure_code: str
    window_rule: str
    source_period_code: str
    input_value: float


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of the report of one reporter for one quarter; `received_at` is that of the version that counts."""

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
    """A check that touches a target, and what it found in the published version.

    `unit_count` is how many of the rows found are about the unit, target and quarters in question.
    """

    check_code: str
    severity: str
    link: str
    name_vi: str
    name_en: str
    why_vi: str
    why_en: str
    is_success: bool
    unexpected_count: int
    unit_count: int = 0


@dataclass(frozen=True, slots=True)
class LineageEdge:
    """A raw table, seed, model or page, and one thing it is made from."""

    node: str
    kind: str
    layer: str
    parent: str | None
    step: int
