"""Rules on form B6, violations handled and criminal cases resolved, by districts and by the city's own agencies."""

from expectations.rules import (
    Suite,
    cells_present,
    failing_rows,
    no_jump,
    no_silence,
    not_copied,
    rows_present,
    total,
)

_FIGURES = ("violations_detected", "violations_handled", "cases_accepted", "cases_resolved", "model_trials")
_SANCTIONS = ("sanction_warning", "sanction_fine", "sanction_suspension", "sanction_licence_revoked")

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="b6_cases",
    table_name="b6_cases",
    derived={"cases_open": "cases_pending + cases_accepted"},
    borrowed={
        "inspections_with_violation": ("b5_inspection", "sum(inspections_with_violation)"),
        "sanctions": ("b5_inspection", total(*(f"sum({column})" for column in _SANCTIONS))),
    },
    expectations=(
        no_silence("cases_accepted_not_silent", "cases_accepted", at_least=10, severity="warning", notes="A court's intake seldom dries up; zeros often stand for 'not counted yet'."),
        no_jump("cases_accepted_steady", "cases_accepted", factor=5, at_least=20, severity="warning", notes="A court's intake does not grow or shrink fivefold in a quarter."),
        failing_rows("cases_resolved_given", "cases_open", "cases_open > 0 and cases_resolved is null", severity="warning", notes="Cases were open; how many were resolved decides a target."),
        failing_rows("cases_pending_carried_over", "cases_pending", "cases_pending <> prev_cases_pending + prev_cases_accepted - prev_cases_resolved", limit="prev_cases_pending + prev_cases_accepted - prev_cases_resolved", severity="warning", notes="What was open at the end of a quarter is pending at the start of the next."),
        no_silence("cases_resolved_not_silent", "cases_resolved", at_least=10, severity="warning", notes="A court that resolved cases and then none has mostly not counted yet."),
        failing_rows("cases_resolved_within_open", "cases_resolved", "cases_resolved > cases_open", limit="cases_open", severity="critical", notes="No more cases can be resolved than were pending or accepted."),
        failing_rows("model_trials_within_open", "model_trials", "model_trials > cases_open", limit="cases_open", severity="warning", notes="A model trial is held on a case that was open."),
        failing_rows("trafficking_victims_plausible", "trafficking_victims_rescued", "trafficking_victims_rescued > 50", limit="50", severity="warning", sensitive=True, notes="So many people rescued in one district and quarter would be known city-wide."),
        cells_present(85, severity="warning", notes="An empty cell is missing, not zero."),
        rows_present(100, severity="warning", notes="The form has one row; without it the cases are unknown."),
        failing_rows("violations_detected_fit_inspections", "violations_detected", "violations_detected = 0 and inspections_with_violation >= 3", limit="inspections_with_violation", severity="warning", notes="Inspections of the same quarter found violations (B5); then some were detected."),
        not_copied("violations_detected_not_copied", "violations_detected", _FIGURES, at_least=10, severity="warning", notes="Five equal figures in a row are a form sent twice, not a quarter's work."),
        no_silence("violations_detected_not_silent", "violations_detected", at_least=20, severity="warning", notes="Detection seldom falls to nothing; zeros often stand for 'not counted yet'."),
        no_jump("violations_detected_steady", "violations_detected", factor=5, at_least=30, severity="warning", notes="Detection does not grow or shrink fivefold in a quarter."),
        failing_rows("violations_handled_given", "violations_detected", "violations_detected > 0 and violations_handled is null", severity="warning", notes="Violations were detected; how many were handled decides a target."),
        failing_rows("violations_handled_fit_sanctions", "violations_handled", "violations_handled = 0 and violations_detected > 0 and sanctions >= 3", limit="sanctions", severity="warning", notes="Sanctions were decided in the same quarter (B5); then something was handled."),
        failing_rows("violations_handled_within_detected", "violations_handled", "violations_handled > violations_detected", limit="violations_detected", severity="critical", notes="The form asks how many of this quarter's detected violations were handled."),
    ),
)
