"""What of the published figures a viewer without the right to small counts must not see: which columns, which units.

A column of a mart with sensitive rows is either open or protected; a test fails for one that is neither. Which rows are
sensitive is the measure's own property (seed `form_columns`); which of them are hidden is found here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.core.period_code import year_of

# Equal to the seed setting `small_count_threshold`; a test holds the two together.
SMALL_COUNT = 5
SUPPRESSED = "suppressed"
PREVIOUS_QUARTER, PREVIOUS_YEAR = "previous_quarter", "previous_year"

# Target, unit, year.
HiddenUnit = tuple[str, str, str]
# Target, parent, period, window.
_Siblings = tuple[str, str | None, str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a mart: `open` say nothing of a figure; `own` go with a hidden row's figure; `compared` tell of
    another row, the previous quarter's or last year's, and go when that one is hidden; `among` tell of the siblings,
    `course` of every quarter before, of which some may be hidden."""

    open: frozenset[str]
    own: frozenset[str]
    compared: Mapping[str, str] = field(default_factory=dict)
    among: frozenset[str] = frozenset()
    course: frozenset[str] = frozenset()

    @property
    def protected(self) -> frozenset[str]:
        """Every column that a hidden row loses."""
        return self.own | frozenset(self.compared) | self.among | self.course


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNIT = "unit_code unit_valid_from unit_level parent_code"
COLUMNS: dict[str, Columns] = {
    "fct_target_progress": Columns(
        open=_names(
            f"plan_code target_code {_UNIT} period_code period_window group_code threshold_pct path_pct basis kind"
            " direction is_sensitive rank_of is_provisional provisional_reason reporting_rate_pct expected_count"
            " reported_count"
            " source_versions restarts same_units_since change_reason change_prev_year_reason"
        ),
        own=_names(
            "numerator denominator value_pct status gap_pct path_gap_pct ci_low_pct ci_high_pct funnel_95_low_pct"
            " funnel_95_high_pct funnel_998_low_pct funnel_998_high_pct funnel_position is_small_base bound_low_pct"
            " bound_high_pct bound_denominator is_status_settled required_per_quarter_pct pace_pct projected_low_pct"
            " projected_high_pct missing_to_path_count missing_to_threshold_count status_may_be_chance is_calling"
        ),
        compared={
            "prev_quarter_status": PREVIOUS_QUARTER,
            "change_prev_quarter_pct": PREVIOUS_QUARTER,
            "change_is_clear": PREVIOUS_QUARTER,
            "change_prev_year_pct": PREVIOUS_YEAR,
        },
        among=_names("rank"),
        course=_names("late_since_period_code"),
    ),
    "fct_target_shortfall": Columns(
        open=_names(
            "target_code row_unit_code row_unit_valid_from unit_code unit_valid_from unit_level period_code"
            " period_window is_sensitive"
        ),
        own=_names("missing_count missing_to_threshold_count shortfall_rank"),
    ),
    "fct_breakdown": Columns(
        open=_names(f"target_code breakdown_code category_code {_UNIT} period_code period_window is_sensitive"),
        own=_names("value_count base_count rate_pct"),
        among=_names("total_count share_pct"),
    ),
    "fct_measure": Columns(
        open=_names(f"measure_code category_code {_UNIT} period_code form_code submission_id submission_version"),
        own=_names("measure_value answer_code"),
    ),
    "fct_revision": Columns(
        open=_names(
            "submission_id reporter_code reporter_valid_from period_code version received_at form_code unit_code"
            " unit_valid_from category_code measure_code"
        ),
        own=_names("old_value new_value old_answer new_answer"),
    ),
    "fct_target_recalculated": Columns(
        open=_names(
            f"plan_code target_code {_UNIT} period_code period_window restarts part_count known_part_count is_sensitive"
        ),
        own=_names("numerator denominator value_pct"),
    ),
    "fct_target_contribution": Columns(
        open=_names(
            f"target_code row_unit_code row_unit_valid_from {_UNIT} reporter_code period_code period_window takes_part"
            " is_carried has_ended last_period_code provisional_reason expected_count reported_count"
        ),
        own=_names("numerator denominator"),
    ),
    "fct_target_input": Columns(
        open=_names(
            "target_code unit_code unit_valid_from period_code period_window source_period_code term measure_code"
            " window_rule"
        ),
        own=_names("input_value"),
    ),
    "fct_unit_call": Columns(
        open=_names(
            "unit_code unit_valid_from unit_level period_code period_window is_sensitive is_silent"
            " silent_since_period_code report_state"
        ),
        own=_names(
            "calling_target_count calling_people_target_count late_period_count longest_target_code"
            " longest_since_period_code is_to_call praised_target_code praise_reason"
        ),
    ),
    "fct_unit_size": Columns(
        open=_names(
            "unit_code unit_valid_from unit_level is_rural year period_code measure_code part_count known_part_count"
        ),
        own=_names("measure_value"),
    ),
    "fct_quality_result": Columns(
        open=_names(
            "run_version run_at check_code suite table_name column_name severity is_success unexpected_count"
            " element_count"
        ),
        own=_names("failing_units"),
    ),
}


@dataclass(frozen=True, slots=True)
class SensitiveCount:
    """One figure of a sensitive target above the wards: who, under whom, when, and its two parts."""

    target_code: str
    unit_code: str
    parent_code: str | None
    period_code: str
    period_window: str
    numerator: float
    denominator: float


@dataclass(frozen=True, slots=True)
class Hidden:
    """What of one version is hidden: the sensitive targets, and their units by year.

    `earlier` gives each period's comparison periods: `PREVIOUS_QUARTER` and `PREVIOUS_YEAR`, where there are any.
    """

    targets: frozenset[str]
    units: frozenset[HiddenUnit]
    earlier: Mapping[str, Mapping[str, str | None]]

    def hides(self, target: str, unit: str, level: str, period: str | None) -> bool:
        """Whether a unit's figure of a period is hidden. Wards always are: siblings and totals would tell them."""
        if target not in self.targets or period is None:
            return False
        return level == "ward" or (target, unit, year_of(period)) in self.units

    def hides_some(self, target: str, period: str) -> bool:
        """Whether any unit above the wards is hidden in the year of a period, so that ranks would tell of it."""
        return any(code == target and year == year_of(period) for code, _, year in self.units)


def is_small(numerator: float | None, denominator: float | None) -> bool:
    """Whether a count, its whole or what is left over is small; zero is not, it points at nobody."""
    if numerator is None or denominator is None:
        return False
    return any(0 < part < SMALL_COUNT for part in (numerator, denominator, denominator - numerator))


def hidden_units(counts: Iterable[SensitiveCount]) -> frozenset[HiddenUnit]:
    """The (target, unit, year) triples that must be hidden so that no small count is shown or can be worked out.

    A unit with a small count in any period or window of a year is hidden for that year, since quarters could be
    subtracted from the year to date. Where that leaves one hidden among siblings, their total less the others would
    tell it: the next smallest is hidden with it or, where there is none, the unit above.
    """
    sizes: dict[HiddenUnit, float] = {}
    siblings: dict[_Siblings, set[HiddenUnit]] = {}
    hidden: set[HiddenUnit] = set()
    for count in counts:
        unit = (count.target_code, count.unit_code, year_of(count.period_code))
        sizes[unit] = max(sizes.get(unit, 0.0), count.denominator)
        group = (count.target_code, count.parent_code, count.period_code, count.period_window)
        siblings.setdefault(group, set()).add(unit)
        if is_small(count.numerator, count.denominator):
            hidden.add(unit)
    while more := {_beside(group, units, hidden, sizes) for group, units in siblings.items()} - hidden - {None}:
        hidden |= {unit for unit in more if unit}
    return frozenset(hidden)


def _beside(
    group: _Siblings, units: set[HiddenUnit], hidden: set[HiddenUnit], sizes: Mapping[HiddenUnit, float]
) -> HiddenUnit | None:
    """What must be hidden beside the one hidden unit of a group; None where the total tells nothing of any."""
    target, parent, period, _ = group
    shown: Sequence[HiddenUnit] = sorted(units - hidden, key=lambda unit: (sizes[unit], unit))
    if parent is None or len(units) - len(shown) != 1:
        return None
    return shown[0] if shown else (target, parent, year_of(period))
