"""Core records: publication, periods, targets, units, figures, reports, corrections, tasks.

One frozen record per mart row, nothing computed here. A field has the name, unit and meaning of the mart's column
(`dbt_project/models/marts/*.yml`); `_vi` and `_en` are its text in two languages. The docstrings of records add what
the column descriptions do not state.

Plain records instead of data frames: a page renders hundreds of rows individually, which takes a tenth of the time with
records, and the app does not need to load pandas.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from warehouse.plan.levels import levels


@dataclass(frozen=True, slots=True)
class Publication:
    """Published version of the warehouse.

    `is_sample` is true when any counted report is a sample. `checks_failed_count` counts non-critical checks with
    findings. `latest_period_code` is the newest quarter with an accepted report, None before the first.
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
    """Plan in force from its first to its last period.

    While it is in force, `title` names the product and `span` its years. A plan without a decision is illustrative:
    `decision` is None and `note` explains it. `full_name` and `aim` introduce it to new readers; None where it has
    neither.
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
    full_name_vi: str | None = None
    full_name_en: str | None = None
    aim_vi: str | None = None
    aim_en: str | None = None

    def holds(self, period: str) -> bool:
        """Return whether a period belongs to the plan."""
        return self.first_period_code <= period <= self.last_period_code


@dataclass(frozen=True, slots=True)
class Office:
    """Office in charge of the subject at units of a level."""

    unit_level: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Period:
    """Reporting period with its due date and its numbers of expected and received reports.

    `period_code` is written 2021Q4 and sorts by time. `period_state` is future, running, receiving, under_review (at
    most one period) or past. `is_opening` marks the period shown when an address names none. Its reports cover the days
    to `covers_to`: by the 15th-to-14th rule it ends before the period does.
    """

    period_code: str
    plan_code: str
    year: int
    quarter: int
    quarter_count: int
    start_date: dt.date
    end_date: dt.date
    covers_to: dt.date
    due_date: dt.date
    reminder_date: dt.date
    has_begun: bool
    period_state: str
    is_opening: bool
    reporter_count: int
    reported_count: int

    @property
    def is_settled(self) -> bool:
        """Return whether the period is judged as a whole: under review, or past."""
        return self.period_state in ("under_review", "past")


@dataclass(frozen=True, slots=True)
class Target:
    """Target of a plan as it applies in a period, with its texts in both languages.

    * `basis` is plan, derived (the department's reading), carried_over (from the previous plan, without a decision) or
      monitor (only followed: `threshold_pct`, in points, is None).
    * `kind` is coverage (adds up over the year), rate, stock or amount (a number done against a number assigned).
    * `direction` is up where more is better, else down.
    * `counting_rule` names what is counted: units, quarters or amounts.
    * `counted_levels` (whose reports are counted) and `shown_levels` (which levels have a figure) are separated by `|`.
    * `has_interval` is true where a 95 % interval makes sense.
    * `counted_*` names what the numerator counts, in the form used after a number; English has `singular|plural`.
    * `work_*` is what is to be done about a late figure.
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
    # The same target in two periods is the same unless something else about it changed.
    period_code: str = field(default="", compare=False)

    @property
    def is_share(self) -> bool:
        """Return whether the figure is a part of a whole, which cannot exceed 100 %."""
        return self.has_interval or self.counting_rule == "units"

    @property
    def is_against_base(self) -> bool:
        """Return whether the figure compares a number with that at the end of last year."""
        return self.kind == "stock" and self.counting_rule == "amounts"

    @property
    def adds_up(self) -> bool:
        """Return whether numerator and denominator are both sums over the periods of a year."""
        return self.kind == "rate" and self.counting_rule == "amounts"


@dataclass(frozen=True, slots=True)
class Unit:
    """City, region, area, district or ward during one validity (`valid_to` is exclusive, None = open).

    A code may have several validities: the key is code and `valid_from`. `parent_code` is None for the city. The tile
    is the position on the tile map, None for units that are not on it. Predecessors are the units from which it was
    formed. `other_names` (further spellings) and `successor_codes` are separated by `|`. Areas and regions are not
    authorities: they group figures, and no one reports for them. `footprint_changed` marks an area that does not have
    exactly the footprint of the former district.

    `past_kind` states what is known of the unit's territory before the unit began: whole (it has a recalculated
    history), split (no history: it contains a part of an earlier unit), elsewhere (no history: no earlier unit reported
    here), None where it was not formed from other units.
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
        """Return the day since which its territory differs from its predecessor's; None where it is the same."""
        return self.valid_from if self.footprint_changed else None

    def exists_on(self, day: dt.date) -> bool:
        """Return whether this validity covers a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """Unit that ended on the day before `valid_to` without ever reporting here.

    `successor_codes` are separated by `|`.
    """

    unit_code: str
    valid_to: dt.date
    name_vi: str
    name_en: str
    successor_codes: str


# A report that is due and was not received, as a status and as a reason.
UNREPORTED = ("not_reported", "rejected")
# Reasons for which a unit's own row has figures of earlier quarters only.
KEPT = (*UNREPORTED, "carried")
# Displayed status of a late figure that is not certainly late: missing reports or chance could explain it.
UNSURE = {"behind": "behind_unsure", "far_behind": "far_behind_unsure"}


def is_summed(level: str) -> bool:
    """Return whether figures of a level combine many reports, of which some have always been received."""
    known = levels().get(level)
    return known is None or level == levels().top or not known.is_authority


@dataclass(frozen=True, slots=True)
class StatedChange:
    """Change of a figure as pages state it.

    It is measured since last quarter or since the same quarter of last year. `points` is None where the two figures
    must not be compared; `difference` then names what differs. `count` is the change in absolute numbers, for a target
    compared with the end of last year.
    """

    since: Literal["quarter", "year"]
    points: float | None
    may_be_chance: bool
    difference: str | None = None
    count: float | None = None


def shown_status(status: str, late_certainty: str | None) -> str:
    """Return the status that signs, colours and words display.

    A late status becomes its unsure variant unless the figure is certainly late.
    """
    return status if late_certainty == "certain" else UNSURE.get(status, status)


@dataclass(frozen=True, slots=True)
class Standing:
    """Status of a unit on a target in a period and window, and its status a quarter before.

    Columns as in `Progress`. A subset of columns, for pages that only count over thousands of units and targets.
    """

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
        """Return the status that signs, colours and words display."""
        return shown_status(self.status, self.late_certainty)

    @property
    def is_within_variation(self) -> bool:
        """Return whether a change is stated that may be chance."""
        return bool(self.change_prev_quarter_pct) and self.change_is_clear is False

    @property
    def is_unreported(self) -> bool:
        """Return whether the row contains nothing of this quarter's report.

        It then has no figure, or one from earlier quarters of the year. Figures of the city, a region or an area always
        contain some reports, also while they are not judged because too few units have reported.
        """
        is_kept = self.provisional_reason in KEPT and not is_summed(self.unit_level)
        return is_kept or (self.is_judged and self.status in UNREPORTED)


@dataclass(frozen=True, slots=True)
class Progress(Standing):
    """Figure of a target for a unit, a period and a window. `*_pct` are points, 0-100, unrounded.

    * `period_window` is `quarter` or `ytd` (from 1 January).
    * Numerator, denominator and value are None where there is no figure; `status` then states why. A row that is not
      judged has a value so far and no status.
    * `path_pct` is the milestone that the row is compared with by now, None unless the target is a coverage;
      `common_path_pct` is the milestone shared by all units. Gaps are value minus threshold or path.
    * A change is None where figures may not be compared: `restarts` is true where a sum begins again in January, the
      reason is `not_comparable`, and a difference names what differs.
    * `same_units_since` is the first quarter since which the row has counted the same units.
    * `rank` is among units with the same parent. `ci_*` is the Wilson 95 % interval; `is_small_base` marks a
      denominator below ten.
    * A provisional figure lies between the bounds once every unit has reported; `is_status_settled` is true where both
      bounds give its status. All three are None where they cannot be known.
    * `status_may_be_chance`: the exact tail at the boundary between late and not late is not small. A late figure is
      certain where neither chance nor missing reports explain it, and `is_calling` where the result of the city as a
      whole does not explain it either. A change is clear when it is more than chance, None where that cannot be
      determined.
    * Before the year's end, a sum of the year has `required_per_quarter_pct`, `pace_pct` (gain per quarter), and the
      projected range given by the slowest and the fastest of its own past years.
    * Counts and rate of reporting are of expected unit-quarters; `source_versions` names the reports added up.
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
        """Return the milestone shown with the figure: the row's own path, or the common path while it is not judged."""
        return self.path_pct if self.is_judged else self.common_path_pct

    @property
    def is_so_far(self) -> bool:
        """Return whether the row has a value that is not judged yet."""
        return self.value_pct is not None and not self.is_judged

    @property
    def is_sum_of_year(self) -> bool:
        """Return whether the figure adds up from January, so that it grows from quarter to quarter at any pace."""
        return self.kind in ("coverage", "amount") and self.period_window == "ytd"

    @property
    def stated_change(self) -> StatedChange | None:
        """Return the change to state, or None.

        A sum of the year is compared with last year, because it grows even where it falls behind; any other figure with
        last quarter. None where this quarter has no figure, or no figure precedes it.
        """
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
    """Target of a unit, in any quarter."""

    target_code: str
    unit_code: str


@dataclass(frozen=True, slots=True)
class Submission:
    """Workbook as received. `verdict` is accepted or rejected (at submission, or by the department).

    `version` is None for a workbook refused at submission, and `problem_count` is the number of reasons. `is_counting`
    is true for the newest accepted version.
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
    """Cell that a later version changed; `is_sensitive` is a property of its measure.

    `version` is the version with the change, sent by the reporter and received at `received_at`. A cell holds a number
    or an answer (yes, no, not_applicable); both old or both new values are None where the cell was, or is, empty.
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
    """Progress of a unit on a work content of the plan.

    `status` is not_started, under_way, done, not_applicable, or the reason why it is unknown. `percent_done` is 0-100
    as reported. `is_overdue` is None where nothing was reported.
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
