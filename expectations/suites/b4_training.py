"""Rules on form B4, training of officers and of volunteer social-work teams.

People leave during a year, so more may have been trained than are present now; more than were ever present is
impossible.
"""

from expectations.rules import Suite, cells_present, failing_rows, not_copied, rows_present

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="b4_training",
    table_name="b4_training",
    year_sums=("officers_trained", "volunteers_trained"),
    year_maxima=("officers_total", "volunteers_total"),
    expectations=(
        failing_rows("officers_total_not_silent", "officers_total", "prev_officers_total >= 5 and officers_total = 0", limit="prev_officers_total", severity="warning", notes="Posts do not vanish within a quarter."),
        failing_rows("officers_total_plausible", "officers_total", "officers_total > case when is_lowest_level then 40 else 150 end", limit="case when is_lowest_level then 40 else 150 end", severity="warning", notes="A ward has a handful of officers on this work; all its staff were perhaps counted."),
        failing_rows("officers_total_steady", "officers_total", "least(officers_total, prev_officers_total) > 0 and abs(officers_total - prev_officers_total) >= 8 and (officers_total > 2 * prev_officers_total or prev_officers_total > 2 * officers_total)", limit="prev_officers_total", severity="warning", notes="Posts do not double or halve within a quarter."),
        failing_rows("officers_total_given", "officers_trained", "officers_trained > 0 and officers_total is null", severity="warning", notes="Without the total the people trained cannot be counted in the target."),
        failing_rows("officers_trained_within_current_total", "officers_trained", "officers_trained_ytd > officers_total and officers_trained_ytd <= officers_total_ytd_max", value="officers_trained_ytd", limit="officers_total", severity="warning", notes="Possible where officers left after the course, but the figure then passes 100 percent."),
        failing_rows("officers_trained_within_total", "officers_trained", "officers_trained_ytd > officers_total_ytd_max", value="officers_trained_ytd", limit="officers_total_ytd_max", severity="critical", notes="Each officer is counted once a year, so no more can be trained than there were."),
        not_copied("training_not_copied", "officers_trained", ("officers_trained", "volunteers_trained"), at_least=10, severity="info", notes="The same people trained in every unit as the quarter before: first-time training was perhaps repeated."),
        cells_present(95, severity="warning", notes="An empty cell is missing, not zero."),
        rows_present(90, severity="warning", notes="A ward whose row is blank has not reported, and is in neither part of the figure."),
        failing_rows("volunteers_total_not_silent", "volunteers_total", "prev_volunteers_total >= 8 and volunteers_total = 0", limit="prev_volunteers_total", severity="warning", notes="A team does not vanish within a quarter."),
        failing_rows("volunteers_total_plausible", "volunteers_total", "volunteers_total > 150", limit="150", severity="warning", notes="Teams have about ten members; other volunteers were perhaps counted."),
        failing_rows("volunteers_total_steady", "volunteers_total", "least(volunteers_total, prev_volunteers_total) > 0 and abs(volunteers_total - prev_volunteers_total) >= 10 and (volunteers_total > 2 * prev_volunteers_total or prev_volunteers_total > 2 * volunteers_total)", limit="prev_volunteers_total", severity="warning", notes="A team does not double or halve within a quarter."),
        failing_rows("volunteers_total_given", "volunteers_trained", "volunteers_trained > 0 and volunteers_total is null", severity="warning", notes="Without the total the people trained cannot be counted in the target."),
        failing_rows("volunteers_trained_within_current_total", "volunteers_trained", "volunteers_trained_ytd > volunteers_total and volunteers_trained_ytd <= volunteers_total_ytd_max", value="volunteers_trained_ytd", limit="volunteers_total", severity="warning", notes="Possible where volunteers left after the course, but the figure then passes 100 percent."),
        failing_rows("volunteers_trained_within_total", "volunteers_trained", "volunteers_trained_ytd > volunteers_total_ytd_max", value="volunteers_trained_ytd", limit="volunteers_total_ytd_max", severity="critical", notes="Each volunteer is counted once a year, so no more can be trained than there were."),
    ),
)
