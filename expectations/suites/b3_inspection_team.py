"""Rules on form B3, the interdisciplinary inspection team and its decision."""

from expectations.rules import Suite, cells_present, failing_rows, rows_present

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="b3_inspection_team",
    table_name="b3_inspection_team",
    expectations=(
        failing_rows("decision_date_after_decree", "decision_date", "decision_date < date '2004-10-15'", limit="date '2004-10-15'", severity="warning", notes="A decision under Decree 178/2004 cannot be older than the decree."),
        failing_rows("decision_date_moves_forward", "decision_date", "decision_date < prev_decision_date", limit="prev_decision_date", severity="warning", notes="A newer decision replaces an older one, never the other way round."),
        failing_rows("decision_date_not_after_quarter", "decision_date", "decision_date > quarter_end", limit="quarter_end", severity="critical", notes="The target counts decisions in force at the quarter's end; one that is not yet signed is not in force."),
        failing_rows("decision_date_recent", "decision_date", "team_consolidated = 'yes' and decision_date < quarter_end - interval 10 year", limit="cast(quarter_end - interval 10 year as date)", severity="info", notes="Members change; a decision of ten years ago seldom names today's team."),
        failing_rows("member_count_enough", "member_count", "team_consolidated = 'yes' and member_count < 3", limit="3", severity="warning", notes="A team of several branches has at least three members."),
        failing_rows("member_count_plausible", "member_count", "member_count > 60", limit="60", severity="warning", notes="District teams have about ten members; staff of the branches were perhaps counted."),
        failing_rows("member_count_steady", "member_count", "least(member_count, prev_member_count) > 0 and greatest(member_count, prev_member_count) >= 6 and (member_count > 2 * prev_member_count or prev_member_count > 2 * member_count)", limit="prev_member_count", severity="warning", notes="A team does not double or halve without a new decision."),
        failing_rows("decision_date_given", "team_consolidated", "team_consolidated = 'yes' and decision_date is null", severity="warning", notes="Without its date nobody can tell whether the decision is in force."),
        failing_rows("decision_number_given", "team_consolidated", "team_consolidated = 'yes' and decision_number is null", severity="warning", notes="The number is what a reviewer can look up."),
        failing_rows("team_answer_fits_decision", "team_consolidated", "team_consolidated = 'no' and decision_number is not null and decision_date is not null", severity="warning", notes="A decision with number and date speaks against the answer no."),
        failing_rows("team_kept", "team_consolidated", "prev_team_consolidated = 'yes' and team_consolidated = 'no'", severity="warning", notes="A consolidated team is seldom dissolved; the answer decides a target."),
        cells_present(95, severity="warning", notes="An empty cell is missing, not zero."),
        rows_present(100, severity="warning", notes="The form has one row; without it the district's team is unknown."),
    ),
)
