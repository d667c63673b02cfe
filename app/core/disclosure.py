"""Columns of published figures that are hidden from viewers without the right to small counts.

Each column of a mart with sensitive rows is either open or protected; a test fails for a column that is neither. Which
rows are sensitive is a property of the measure (seed `form_columns`); `small_counts` defines how their counts are
disclosed.
"""

from __future__ import annotations

from dataclasses import dataclass

SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a mart: `open` reveal nothing of a figure, `protected` are removed from sensitive rows."""

    open: frozenset[str]
    protected: frozenset[str]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Columns of a figure that are computed from the figures of other units too. In rows of people they are removed also for
# the viewer's own unit: beside its counts, a rank, the limits around the city's ratio, or whether a unit is called
# because it lies beyond them reveal those of others.
OF_OTHERS = _names(
    "rank rank_of funnel_95_low_pct funnel_95_high_pct funnel_998_low_pct funnel_998_high_pct funnel_position"
    " is_calling"
)
_UNIT = "unit_code unit_valid_from unit_level parent_code"
COLUMNS: dict[str, Columns] = {
    "fct_target_progress": Columns(
        open=_names(
            f"plan_code target_code {_UNIT} period_code period_window group_code threshold_pct common_path_pct basis"
            " kind direction is_sensitive is_judged is_provisional provisional_reason reporting_rate_pct"
            " expected_count reported_count counted_unit_count current_unit_count source_versions restarts"
            " same_units_since rollup_level asked_key ended_units_key elapsed_period_count has_year_ended"
        ),
        protected=_names(
            "numerator denominator value_pct path_pct status gap_pct path_gap_pct ci_low_pct ci_high_pct"
            " funnel_95_low_pct funnel_95_high_pct funnel_998_low_pct funnel_998_high_pct funnel_position"
            " is_small_base bound_low_pct"
            " bound_high_pct bound_denominator is_status_settled required_per_quarter_pct pace_pct projected_low_pct"
            " projected_high_pct missing_to_path_count missing_to_threshold_count status_may_be_chance is_calling"
            # Units without anyone counted have no rank: how many have one is the least number of people.
            " rank rank_of prev_quarter_status change_prev_quarter_pct change_prev_quarter_count change_is_clear"
            " change_prev_year_pct change_reason change_difference change_prev_year_reason"
            " change_prev_year_difference clear_move"
            " late_since_period_code is_certainly_late late_certainty gap_reason waiting_count"
        ),
    ),
    "fct_target_shortfall": Columns(
        open=_names(
            "target_code row_unit_code row_unit_valid_from unit_code unit_valid_from unit_level period_code"
            " period_window is_sensitive"
        ),
        protected=_names("missing_count missing_to_threshold_count shortfall_rank"),
    ),
    "fct_breakdown": Columns(
        open=_names(f"target_code breakdown_code category_code {_UNIT} period_code period_window is_sensitive"),
        protected=_names("value_count base_count rate_pct total_count share_pct"),
    ),
    "fct_measure": Columns(
        open=_names(f"measure_code category_code {_UNIT} period_code form_code submission_id submission_version"),
        protected=_names("measure_value answer_code"),
    ),
    # That a count of people is an outlier bounds it, so such rows are left out everywhere.
    "fct_outlier": Columns(
        open=_names(f"measure_code category_code {_UNIT} period_code form_code submission_id submission_version"),
        protected=_names("measure_value earlier_period_count median_value mad_value distance"),
    ),
    "fct_revision": Columns(
        open=_names(
            "submission_id reporter_code reporter_valid_from period_code version received_at form_code unit_code"
            " unit_valid_from category_code measure_code"
        ),
        protected=_names("old_value new_value old_answer new_answer"),
    ),
    "fct_target_recalculated": Columns(
        open=_names(
            f"plan_code target_code {_UNIT} period_code period_window restarts part_count known_part_count is_sensitive"
        ),
        protected=_names("numerator denominator value_pct"),
    ),
    "fct_target_contribution": Columns(
        open=_names(
            f"target_code row_unit_code row_unit_valid_from {_UNIT} reporter_code period_code period_window takes_part"
            " is_carried has_ended last_period_code provisional_reason expected_count reported_count"
        ),
        protected=_names("numerator denominator"),
    ),
    "fct_target_input": Columns(
        open=_names(
            "target_code unit_code unit_valid_from period_code period_window source_period_code term measure_code"
            " window_rule"
        ),
        protected=_names("input_value"),
    ),
    "fct_unit_call": Columns(
        open=_names(
            "unit_code unit_valid_from unit_level period_code period_window is_sensitive is_silent"
            " silent_since_period_code report_state blank_form_codes"
        ),
        protected=_names(
            "calling_target_count calling_people_target_count late_period_count longest_target_code"
            " longest_since_period_code is_to_call praised_target_code praise_reason"
        ),
    ),
    "fct_unit_size": Columns(
        open=_names(
            "unit_code unit_valid_from unit_level is_rural year period_code measure_code part_count known_part_count"
        ),
        protected=_names("measure_value"),
    ),
    # The number of findings reveals a finding on people, where the other findings can be counted.
    "fct_submission": Columns(
        open=_names(
            "submission_id reporter_code reporter_valid_from period_code version verdict is_counting received_at"
            " landed_at submitted_by file_name is_sample is_history"
        ),
        protected=_names("problem_count"),
    ),
    "publication": Columns(
        open=_names("version built_at as_of_date source_count is_sample latest_period_code"),
        # With the rows that may be read, the number of all rows of a mart reveals how many are hidden.
        protected=_names("row_counts checks_passed_count checks_failed_count"),
    ),
}
