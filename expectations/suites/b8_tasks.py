"""Rules on form B8, progress of the plan's tasks."""

from expectations.rules import Suite, failing_rows, rows_present

# Nine digits in a row (identity numbers), a telephone number in groups, or an e-mail address. The reference of a
# document such as 1234/KH-UBND has fewer digits.
_PERSONAL = "regexp_matches({}, '[0-9]{{9,}}|0[0-9]{{2,3}}[ .-][0-9]{{3}}[ .-][0-9]{{3,4}}|[^ ]@[^ ]')"

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="b8_tasks",
    table_name="b8_tasks",
    borrowed={"team_consolidated": ("b3_inspection_team", "max(team_consolidated)")},
    expectations=(
        failing_rows("evidence_without_personal_data", "evidence_reference", _PERSONAL.format("evidence_reference"), value="null", severity="critical", notes="A telephone or identity number has no place in the system; the text itself is not repeated."),
        failing_rows("note_without_personal_data", "note", _PERSONAL.format("note"), value="null", severity="critical", notes="A telephone or identity number has no place in the system; the text itself is not repeated."),
        failing_rows("percent_done_fits_done", "percent_done", "status = 'done' and percent_done <> 100", limit="100", severity="critical", notes="Done is 100 percent; one of the two is false and would be published."),
        failing_rows("percent_done_fits_not_applicable", "percent_done", "status = 'not_applicable' and percent_done > 0", severity="info", notes="What does not apply makes no progress."),
        failing_rows("percent_done_fits_not_started", "percent_done", "status = 'not_started' and percent_done > 0", limit="0", severity="warning", notes="Progress without a start: one of the two is out of date."),
        failing_rows("percent_done_fits_under_way", "percent_done", "status = 'under_way' and percent_done >= 100", limit="100", severity="warning", notes="All done but under way: one of the two is out of date."),
        failing_rows("percent_done_moves_forward", "percent_done", "percent_done < prev_percent_done and status <> 'not_applicable'", limit="prev_percent_done", severity="warning", notes="A task does not lose progress; last quarter's figure or this one is wrong."),
        failing_rows("evidence_given", "status", "status = 'done' and evidence_reference is null", severity="warning", notes="A finished task has a document that proves it."),
        failing_rows("percent_done_given", "status", "status = 'under_way' and percent_done is null", severity="warning", notes="Under way says little without how far."),
        failing_rows("status_applicable_kept", "status", "prev_status in ('under_way', 'done') and status = 'not_applicable'", limit="prev_status", severity="info", notes="A task begun seldom ceases to apply."),
        failing_rows("status_done_kept", "status", "prev_status = 'done' and status in ('not_started', 'under_way')", limit="prev_status", severity="warning", notes="A finished task was reopened, or was not finished."),
        failing_rows("status_fits_team", "status", "category_code = 'N08' and status = 'done' and team_consolidated = 'no'", severity="warning", notes="The task is to consolidate the team; B3 of the same report says that it is not."),
        rows_present(90, severity="warning", notes="A task without a row is unknown, not 'not started'."),
    ),
)
