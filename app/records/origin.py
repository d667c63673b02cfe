"""What a figure is made of: rule, terms, contributions, numbers of reports, reports, checks, lineage."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """How a target counts: `counting_rule` is units, quarters or amounts.

    The margin is the points below path or threshold within which a figure is behind rather than far behind; None where
    it is only followed.
    """

    target_code: str
    counting_rule: str
    rural_only: bool
    behind_margin_pct: float | None


@dataclass(frozen=True, slots=True)
class Term:
    """A column of a form that enters a target's numerator or denominator (`term`).

    `window_rule` says how quarters combine: sum, end, start or base. `raw_table` holds the form's cells as landed.
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
    """What one counted unit adds to a row; the numbers are None for a unit that does not take part, or is hidden.

    `is_carried` where only earlier quarters of the year are known of it; `has_ended` where it ended earlier in the
    year. `last_period_code` is the latest quarter that its part rests on; `provisional_reason` says what is missing of
    it, None where nothing is. Expected and reported are quarters of the window.
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
    """One number of one report that was added up; `window_rule` (see `Term`) is why this quarter's counts."""

    term: str
    measure_code: str
    window_rule: str
    source_period_code: str
    input_value: float


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of the report of one reporter for one quarter; `state` as in `Report`.

    `received_at` is that of the version that counts, else of the first accepted; it and `version` are None where none
    came.
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
    """A check that touches a target, and what it found in the published version.

    `severity` is critical, warning or info; `link` why it touches: measure (the checked column is a term of the
    target), form (rows or other columns of a form that a term comes from) or figure (published figures). `unit_count`
    is how many of the rows found are about the unit, target and quarters in question. `is_success` and
    `unexpected_count` are None where they are kept from the viewer.
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
    """A raw table, seed, model or page, and one thing it is made from (None where it is made from nothing).

    `step` is the longest way from a node without parents: what a node is made from has a smaller one.
    """

    node: str
    kind: str
    layer: str
    parent: str | None
    step: int
