"""Rules on form B2, integration in the new-rural, poverty-reduction and social-security programmes."""

from expectations.rules import Suite, cells_present, failing_rows, rows_present

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="b2_integration",
    table_name="b2_integration",
    expectations=(
        failing_rows("new_rural_answered_by_rural", "integrated_new_rural", "is_rural and integrated_new_rural = 'not_applicable'", severity="warning", notes="The new-rural programme runs in every rural unit, and the target counts them all."),
        failing_rows("new_rural_kept", "integrated_new_rural", "prev_integrated_new_rural = 'yes' and integrated_new_rural <> 'yes'", severity="warning", notes="What was written into a programme stays there during the plan."),
        failing_rows("new_rural_left_to_rural", "integrated_new_rural", "not is_rural and integrated_new_rural <> 'not_applicable'", severity="info", notes="The programme does not run in urban units; the answer is not counted."),
        failing_rows("poverty_answered", "integrated_poverty", "integrated_poverty = 'not_applicable'", severity="info", notes="The plan asks this of every unit."),
        failing_rows("poverty_kept", "integrated_poverty", "prev_integrated_poverty = 'yes' and integrated_poverty <> 'yes'", severity="warning", notes="What was written into a programme stays there during the plan."),
        failing_rows("social_security_answered", "integrated_social_security", "integrated_social_security = 'not_applicable'", severity="info", notes="The plan asks this of every unit."),
        failing_rows("social_security_kept", "integrated_social_security", "prev_integrated_social_security = 'yes' and integrated_social_security <> 'yes'", severity="warning", notes="What was written into a programme stays there during the plan."),
        cells_present(95, severity="warning", notes="No answer is not a no."),
        rows_present(90, severity="warning", notes="A ward whose row is blank has not reported, and makes the figure provisional."),
    ),
)
