"""Rules on form B5, inspection of establishments by ward and type.

Establishments close during a year, so more may have been inspected than exist now; more than ever existed is
impossible.
"""

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

_SANCTIONS = ("sanction_warning", "sanction_fine", "sanction_suspension", "sanction_licence_revoked")
_WORK = ("first_inspections", "inspections", "inspections_with_violation", *_SANCTIONS, "fine_vnd_million")

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="b5_inspection",
    table_name="b5_inspection",
    derived={"sanctions": total(*_SANCTIONS)},
    year_sums=("first_inspections",),
    year_maxima=("establishments_total",),
    expectations=(
        failing_rows("establishments_total_not_silent", "establishments_total", "prev_establishments_total >= 8 and establishments_total = 0", limit="prev_establishments_total", severity="warning", notes="Establishments of a type do not all vanish within a quarter."),
        no_jump("establishments_total_steady", "establishments_total", factor=1.6, at_least=60, severity="warning", notes="A district's number of establishments moves by a few percent a quarter."),
        failing_rows("fine_average_plausible", "fine_vnd_million", "sanction_fine > 0 and fine_vnd_million / sanction_fine > 200", value="fine_vnd_million / sanction_fine", limit="200", severity="warning", notes="Far above what one decision can fine; the amount was perhaps not given in millions."),
        failing_rows("fine_needs_decision", "fine_vnd_million", "fine_vnd_million > 0 and sanction_fine = 0", severity="warning", notes="Money is fined by a decision."),
        failing_rows("first_inspections_within_current_total", "first_inspections", "first_inspections_ytd > establishments_total and first_inspections_ytd <= establishments_total_ytd_max", value="first_inspections_ytd", limit="establishments_total", severity="info", notes="Possible where inspected establishments closed, but the ward's figure may then pass 100 percent."),
        failing_rows("first_inspections_within_inspections", "first_inspections", "first_inspections > inspections", limit="inspections", severity="critical", notes="A first inspection is an inspection."),
        failing_rows("first_inspections_within_total", "first_inspections", "first_inspections_ytd > establishments_total_ytd_max", value="first_inspections_ytd", limit="establishments_total_ytd_max", severity="critical", notes="Each establishment has one first inspection a year, so there are no more of them than establishments."),
        failing_rows("establishments_total_given", "inspections", "inspections > 0 and coalesce(establishments_total, 0) = 0 and coalesce(prev_establishments_total, 0) = 0", severity="warning", notes="What was inspected must have been there, now or the quarter before."),
        not_copied("inspections_not_copied", "inspections", _WORK, at_least=10, severity="warning", notes="The same work in every ward and type as the quarter before is a form sent twice."),
        no_silence("inspections_not_silent", "inspections", at_least=20, severity="warning", notes="Inspection seldom stops in a whole district; zeros often stand for 'not counted yet'."),
        failing_rows("inspections_plausible", "inspections", "inspections >= 20 and inspections > 6 * greatest(establishments_total, prev_establishments_total)", limit="6 * greatest(establishments_total, prev_establishments_total)", severity="warning", notes="Each establishment twice a month, all quarter long, is hardly done."),
        no_jump("inspections_steady", "inspections", factor=6, at_least=60, severity="warning", notes="A district's inspections do not grow or shrink sixfold in a quarter."),
        failing_rows("with_violation_within_inspections", "inspections_with_violation", "inspections_with_violation > inspections", limit="inspections", severity="critical", notes="An inspection with a violation is an inspection."),
        failing_rows("sanction_fine_has_amount", "sanction_fine", "sanction_fine > 0 and fine_vnd_million = 0", severity="warning", notes="A fine has an amount."),
        failing_rows("sanction_licence_revoked_within_total", "sanction_licence_revoked", "sanction_licence_revoked > greatest(establishments_total, prev_establishments_total)", limit="greatest(establishments_total, prev_establishments_total)", severity="warning", notes="No more licences can be revoked than establishments hold one."),
        failing_rows("sanction_suspension_within_total", "sanction_suspension", "sanction_suspension > greatest(establishments_total, prev_establishments_total)", limit="greatest(establishments_total, prev_establishments_total)", severity="warning", notes="No more establishments can be suspended than there are."),
        failing_rows("sanctions_need_violation", "sanctions", "sanctions > 0 and inspections_with_violation = 0 and coalesce(prev_inspections_with_violation, 0) = 0", severity="warning", notes="A sanction follows a violation, found this quarter or the one before."),
        failing_rows("sanctions_plausible", "sanctions", "sanctions > 10 and sanctions > 5 * greatest(inspections_with_violation, prev_inspections_with_violation)", limit="5 * greatest(inspections_with_violation, prev_inspections_with_violation)", severity="warning", notes="Several people may be sanctioned after one inspection, but not that many."),
        cells_present(95, severity="warning", notes="An empty cell is missing, not zero."),
        rows_present(85, severity="warning", notes="Blank rows of wards and types are missing; a ward without such establishments writes 0."),
    ),
)
