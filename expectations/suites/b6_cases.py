"""B6, violations handled and criminal cases resolved, of districts and of the city's own agencies."""

from expectations.rules import (
    Suite,
    cells_present,
    failing_rows,
    no_jump,
    no_silence,
    not_copied,
    rows_present,
)

_FIGURES = ("violations_detected", "violations_handled", "cases_accepted", "cases_resolved", "model_trials")

# One expectation a line, however long: the list is read down its first and second columns.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="b6_cases",
    table_name="b6_cases",
    derived={"cases_open": "cases_pending + cases_accepted"},
    expectations=(
        no_jump("cases_accepted_steady", "cases_accepted", factor=5, at_least=20, severity="warning", notes="A court's intake does not grow or shrink fivefold in a quarter."),
        failing_rows("cases_resolved_given", "cases_open", "cases_open > 0 and cases_resolved is null", severity="warning", notes="Cases were open; how many were resolved decides a target."),
        failing_rows("cases_pending_carried_over", "cases_pending", "cases_pending <> prev_cases_pending + prev_cases_accepted - prev_cases_resolved", limit="prev_cases_pending + prev_cases_accepted - prev_cases_resolved", severity="warning", notes="What was open at the end of a quarter is pending at the start of the next."),
        failing_rows("cases_resolved_within_open", "cases_resolved", "cases_resolved > cases_open", limit="cases_open", severity="critical", notes="No more cases can be resolved than were pending or accepted."),
        failing_rows("model_trials_within_open", "model_trials", "model_trials > cases_open", limit="cases_open", severity="warning", notes="A model trial is held on a case that was open."),
        failing_rows("trafficking_victims_plausible", "trafficking_victims_rescued", "trafficking_victims_rescued > 50", limit="50", severity="warning", notes="So many people rescued in one district and quarter would be known city-wide."),
        cells_present(85, severity="warning", notes="An empty cell is missing, not zero."),
        rows_present(100, severity="warning", notes="The form has one row; without it the cases are unknown."),
        not_copied("violations_detected_not_copied", "violations_detected", _FIGURES, at_least=10, severity="warning", notes="Five equal figures in a row are a form sent twice, not a quarter's work."),
        no_silence("violations_detected_not_silent", "violations_detected", at_least=20, severity="warning", notes="Detection seldom falls to nothing; zeros often stand for 'not counted yet'."),
        no_jump("violations_detected_steady", "violations_detected", factor=5, at_least=30, severity="warning", notes="Detection does not grow or shrink fivefold in a quarter."),
        failing_rows("violations_handled_given", "violations_detected", "violations_detected > 0 and violations_handled is null", severity="warning", notes="Violations were detected; how many were handled decides a target."),
        failing_rows("violations_handled_within_detected", "violations_handled", "violations_handled > violations_detected", limit="violations_detected", severity="critical", notes="The form asks how many of this quarter's detected violations were handled."),
    ),
)
