"""What most pages read: publication, periods, targets, units, figures, reports, corrections, tasks.

One frozen record per mart row, nothing computed here. A field has the name, unit and meaning of the mart's column
(`dbt_project/models/marts/*.yml`), and `_vi`, `_en` are its text in two languages; records say what else must be known.

Plain records instead of data frames: a page draws some hundred rows one by one, which records do
in a tenth of the time, and the app need not load pandas at all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Publication:
    """The published warehouse: which version, built when, seen from which day.

    `is_sample` is true when any report that counts is one; `checks_failed_count` are checks that found something, none
    of them critical. `latest_period_code` is the newest quarter with an accepted report, None before the first.
    """

    version: str
    built_at: dt.datetime
    as_of_date: dt.date
    is_sample: bool
    checks_passed_count: int
    checks_failed_count: int
    latest_period_code: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan in force from its first to its last period. `title` names the product while it is, `span` its years.

    It is illustrative until a decision is held; `note` then says so, and `decision` is None.
    """

    plan_code: str
    first_period_code: str
    last_period_code: str
    name_vi: str
    name_en: str
    title_vi: str
    title_en: str
    span_vi: str
    span_en: str
    decision_vi: str | None
    decision_en: str | None
    is_illustrative: bool
    note_vi: str | None
    note_en: str | None

    def holds(self, period: str) -> bool:
        """Whether a period belongs to it."""
        return self.first_period_code <= period <= self.last_period_code


@dataclass(frozen=True, slots=True)
class Office:
    """The office that has the field at units of a level."""

    unit_level: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Period:
    """One period, the last day on which its reports are in time, how many reporters it expects and how many reported.

    `period_code` is written 2021Q4, and sorts by time. `period_state` is future, running, receiving, under_review (one
    at most) or past; the one that `is_opening` opens where an address names none.
    """

    period_code: str
    plan_code: str
    year: int
    quarter: int
    quarter_count: int
    start_date: dt.date
    end_date: dt.date
    due_date: dt.date
    reminder_date: dt.date
    has_begun: bool
    period_state: str
    is_opening: bool
    reporter_count: int
    reported_count: int

    @property
    def is_settled(self) -> bool:
        """Whether the period is judged whole: under review, or past."""
        return self.period_state in ("under_review", "past")


@dataclass(frozen=True, slots=True)
class Target:
    """One target as a plan puts it and asks for it in a period, with its texts in both languages.

    `basis` is plan, derived (the department's reading), carried_over (from the plan before, without a decision) or
    monitor (only followed: `threshold_pct`, in points, is None); `kind` is coverage (adds up over the year), rate,
    stock or amount (a number done against a number assigned); `direction` is up where more is better, else down.
    `counting_rule` says what is counted: units, quarters or amounts. Levels are separated by `|`: whose reports are
    counted, who has a figure. `has_interval` where a 95 % interval makes sense. `counted_*` is what the numerator
    counts, as it stands behind a number; in English `one|many`. `work_*` is what is to be done about a late figure.
    """

    plan_code: str
    target_code: str
    group_code: str
    group_name_vi: str
    group_name_en: str
    display_order: int
    basis: str
    kind: str
    direction: str
    threshold_pct: float | None
    counting_rule: str
    counted_levels: str
    shown_levels: str
    is_sensitive: bool
    has_interval: bool
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    definition_vi: str
    definition_en: str
    numerator_vi: str
    numerator_en: str
    denominator_vi: str
    denominator_en: str
    counted_vi: str
    counted_en: str
    caveat_vi: str | None
    caveat_en: str | None
    work_vi: str | None = None
    work_en: str | None = None

    @property
    def is_share(self) -> bool:
        """Whether its figure is a part of a whole, which cannot pass 100 %."""
        return self.has_interval or self.counting_rule == "units"

    @property
    def is_against_base(self) -> bool:
        """Whether it is a number held against the one at the end of last year."""
        return self.kind == "stock" and self.counting_rule == "amounts"

    @property
    def adds_up(self) -> bool:
        """Whether both its counts are sums over the periods of a year."""
        return self.kind == "rate" and self.counting_rule == "amounts"


@dataclass(frozen=True, slots=True)
class Unit:
    """A city, region, area, district or ward during one validity (`valid_to` is exclusive, None = open).

    A code may have several: only with `valid_from` is it a key. `parent_code` is None for the city. The tile is the
    place on the tile map, None for units that are not on it; the predecessors are the units it was formed from. Other
    names are further spellings, separated by `|`, as successors are. Areas and regions are no authorities: ways to
    read, for which nobody reports; an area whose footprint changed is not quite the former district.

    `past_kind` says what is known of its ground before it began: whole (it has a recalculated history), split (none: it
    took in a part of an earlier unit), elsewhere (none: no earlier unit reported here), None where it was formed from
    no other.
    """

    unit_code: str
    valid_from: dt.date
    valid_to: dt.date | None
    unit_level: str
    unit_type: str
    parent_code: str | None
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    other_names: str | None
    is_authority: bool
    footprint_changed: bool
    tile_row: int | None
    tile_col: int | None
    tile_label: str | None
    predecessor_names_vi: str | None
    predecessor_names_en: str | None
    successor_codes: str | None
    past_kind: str | None

    @property
    def changed_on(self) -> dt.date | None:
        """The day since which it goes on over another ground than the unit before it; None where that is the same."""
        return self.valid_from if self.footprint_changed else None

    def exists_on(self, day: dt.date) -> bool:
        """Whether this validity covers a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """A unit that ended on the day before `valid_to` without ever reporting here, and the codes of those that took it
    over, separated by `|`."""

    unit_code: str
    valid_to: dt.date
    name_vi: str
    name_en: str
    successor_codes: str


# A report that is due and not in, as a status and as a reason.
UNREPORTED = ("not_reported", "rejected")
# How a late status is shown that is not certainly late: missing reports or chance could explain it.
UNSURE = {"behind": "behind_unsure", "far_behind": "far_behind_unsure"}
# Levels whose figures are of many reports, of which some are always in.
SUMMED = ("city", "region", "area")


@dataclass(frozen=True, slots=True)
class StatedChange:
    """The change that is told of a figure: since last quarter or since the same quarter of last year, in points, None
    where the two must not be compared, and `difference` then names what differs; whether it may be chance; `count` of a
    number that is held against the end of last year, which changes in things."""

    since: Literal["quarter", "year"]
    points: float | None
    may_be_chance: bool
    difference: str | None = None
    count: float | None = None


def shown_status(status: str, late_certainty: str | None) -> str:
    """Return the state that signs, colours and words show: of a late figure that is not certainly late, the unsure one.

    Where nothing is known of its certainty, a late figure is not certain either.
    """
    return status if late_certainty == "certain" else UNSURE.get(status, status)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stands on a target in a period and window, and where it stood a quarter before; columns as in
    `Progress`. What is only counted over three thousand units and targets needs no more."""

    target_code: str
    unit_code: str
    unit_level: str
    period_code: str
    period_window: str
    status: str
    prev_quarter_status: str | None
    numerator: float | None
    denominator: float | None
    value_pct: float | None
    threshold_pct: float | None
    path_pct: float | None
    is_judged: bool
    late_certainty: Literal["certain", "waiting", "chance"] | None
    clear_move: Literal["up", "down"] | None
    change_prev_quarter_pct: float | None
    change_is_clear: bool | None
    change_reason: str | None
    change_difference: str | None
    provisional_reason: str | None

    @property
    def shown_status(self) -> str:
        """The state that signs, colours and words show."""
        return shown_status(self.status, self.late_certainty)

    @property
    def is_within_variation(self) -> bool:
        """Whether a change is stated that may be chance."""
        return bool(self.change_prev_quarter_pct) and self.change_is_clear is False

    @property
    def is_unreported(self) -> bool:
        """Whether nothing of this quarter's report is in the row: it has no figure, or one of earlier quarters of the
        year. Of the city's, a region's or an area's figure some units' reports are always in, also while it is not
        judged because too few are."""
        is_kept = self.unit_level not in SUMMED and self.provisional_reason in (*UNREPORTED, "carried")
        return is_kept or (self.is_judged and self.status in UNREPORTED)


@dataclass(frozen=True, slots=True)
class Progress(Standing):
    """One cell: a target for a unit, a period and a window. `*_pct` are points, 0-100, unrounded.

    `period_window` is `quarter` or `ytd` (from 1 January). Numerator, denominator and value are None where there is no
    figure, and `status` then says why; a row that is not judged has a value so far and no status. `path_pct` is what
    the row is held to by now, None unless the target is a coverage, `common_path_pct` what everybody is; gaps are value
    minus threshold or path. A change is None where nothing may be compared: `restarts` is true where a sum begins again
    in January, a reason is `not_comparable`, a difference names what differs. `same_units_since` is the first quarter
    from which on the row counts the units that it counts now. `rank` counts among units under the same
    parent. `ci_*` is the Wilson 95 % interval; `is_small_base` a denominator below ten. A provisional figure may end up
    between the bounds once everybody has reported; `is_status_settled` where both give its status; all three are None
    where nobody can know. A status may be chance where the exact tail at the line between late and not late is not
    small; a late figure is certain where neither chance nor missing reports explain it, and calling where the city as a
    whole does not either. A change is clear when it is more than
    chance, None where that cannot be said. Before the year's end a sum of the year has what it still needs each
    quarter, what it gained each quarter, and where it would end after the slowest and the fastest of its own past
    years. Counts and rate of reporting are of expected unit-quarters; `source_versions` names the reports added up.
    """

    plan_code: str
    unit_valid_from: dt.date
    parent_code: str | None
    kind: str
    basis: str
    gap_pct: float | None
    path_gap_pct: float | None
    missing_to_path_count: int | None
    common_path_pct: float | None
    missing_to_threshold_count: int | None
    gap_reason: str | None
    waiting_count: float | None
    has_year_ended: bool
    late_since_period_code: str | None
    change_prev_quarter_count: float | None
    change_prev_year_pct: float | None
    restarts: bool
    change_prev_year_reason: str | None
    change_prev_year_difference: str | None
    same_units_since: str | None
    rollup_level: str | None
    asked_key: str | None
    ended_units_key: str | None
    elapsed_period_count: int | None
    rank: int | None
    rank_of: int | None
    ci_low_pct: float | None
    ci_high_pct: float | None
    is_small_base: bool
    is_provisional: bool
    bound_low_pct: float | None
    bound_high_pct: float | None
    is_status_settled: bool | None
    status_may_be_chance: bool | None
    is_calling: bool
    required_per_quarter_pct: float | None
    pace_pct: float | None
    projected_low_pct: float | None
    projected_high_pct: float | None
    reporting_rate_pct: float | None
    expected_count: int | None
    reported_count: int | None
    counted_unit_count: int | None
    current_unit_count: int | None
    source_versions: str | None

    @property
    def milestone_pct(self) -> float | None:
        """The milestone that the figure is shown against: the row's own path; that of everybody while it is not
        judged."""
        return self.path_pct if self.is_judged else self.common_path_pct

    @property
    def is_so_far(self) -> bool:
        """Whether it is a value that is not judged yet."""
        return self.value_pct is not None and not self.is_judged

    @property
    def is_sum_of_year(self) -> bool:
        """Whether the figure adds up from January on, so that it grows from quarter to quarter however slowly."""
        return self.kind in ("coverage", "amount") and self.period_window == "ytd"

    @property
    def stated_change(self) -> StatedChange | None:
        """What adds up over the year is told against last year, because it grows even where it falls behind; any other
        figure against last quarter. None where nothing is to be told: no figure of this quarter, or none before it."""
        if self.value_pct is None or self.is_unreported:
            return None
        if self.is_sum_of_year:
            is_any = self.change_prev_year_pct is not None or self.change_prev_year_reason is not None
            differs = self.change_prev_year_difference
            return StatedChange("year", self.change_prev_year_pct, False, differs) if is_any else None
        is_any = self.change_prev_quarter_pct is not None or self.change_reason is not None
        points, count = self.change_prev_quarter_pct, self.change_prev_quarter_count
        is_chance = self.is_within_variation
        return StatedChange("quarter", points, is_chance, self.change_difference, count) if is_any else None


@dataclass(frozen=True, slots=True)
class Cell:
    """A target of a unit, whatever the quarter."""

    target_code: str
    unit_code: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One workbook as it came in. `verdict` is accepted or rejected (at the door, or by the department).

    `version` is None for one refused at the door, `problem_count` says for how many reasons; `is_counting` is true for
    the newest accepted one.
    """

    period_code: str
    version: int | None
    verdict: str
    is_counting: bool
    received_at: dt.datetime
    submitted_by: str | None
    problem_count: int | None


@dataclass(frozen=True, slots=True)
class Revision:
    """One cell that a later version changed; `is_sensitive` is its measure's own.

    `version` is the one that brought the change, sent by the reporter and received at `received_at`. A cell holds a
    number or an answer (yes, no, not_applicable); both old, or both new ones, are None where it was, or is, empty.
    `category_code` is a type of establishment, or `total`.
    """

    period_code: str
    version: int
    form_code: str
    unit_code: str
    unit_name_vi: str
    unit_name_en: str
    category_code: str | None
    measure_code: str
    measure_vi: str
    measure_en: str
    old_value: float | None
    new_value: float | None
    old_answer: str | None
    new_answer: str | None
    is_sensitive: bool
    reporter_code: str
    reporter_name_vi: str
    reporter_name_en: str
    received_at: dt.datetime


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How far one work content of the plan is in one unit.

    `status` is not_started, under_way, done, not_applicable, or why nothing is known; `percent_done` is 0-100 as
    reported. `is_overdue` is None where nothing was reported.
    """

    task_code: str
    name_vi: str
    name_en: str
    lead_vi: str | None
    lead_en: str | None
    status: str
    percent_done: float | None
    evidence_reference: str | None
    note: str | None
    due_period_code: str | None
    is_overdue: bool | None
