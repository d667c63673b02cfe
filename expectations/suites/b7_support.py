"""Rules on form B7, support for people who want it, and pilot models. Counts of people are small and sensitive."""

from expectations.rules import (
    Suite,
    cells_present,
    failing_rows,
    no_jump,
    no_silence,
    not_copied,
    part_of,
    rows_present,
    total,
)

_SERVICES = (
    "service_legal_psychological",
    "service_health",
    "service_literacy",
    "service_vocational",
    "service_employment",
    "service_loan",
)

# One expectation per line, however long, so that the first and second columns can be scanned.
# ruff: noqa: E501
# fmt: off
SUITE = Suite(
    name="b7_support",
    table_name="b7_support",
    derived={"services": total(*_SERVICES)},
    expectations=(
        failing_rows("model_participants_need_model", "model_participants", "model_participants > 0 and models_operating = 0 and coalesce(prev_models_operating, 0) = 0", severity="warning", sensitive=True, notes="Somebody can only take part in a model that operates, now or the quarter before."),
        no_silence("model_participants_not_silent", "model_participants", at_least=20, severity="warning", sensitive=True, notes="Everyone leaving the models of a district at once would be known; zeros often stand for 'not counted yet'."),
        part_of("model_participants_referred", "model_participants", "model_participants_referred_within_total", severity="critical", sensitive=True, notes="The form asks how many of the participants were referred."),
        failing_rows("models_have_participants", "models_operating", "models_operating > 0 and model_participants = 0", severity="info", sensitive=True, notes="A model without anyone in it is kept up on paper only."),
        failing_rows("models_operating_kept", "models_operating", "prev_models_operating - models_operating >= 2", limit="prev_models_operating", severity="warning", notes="Two models closed in one ward and quarter would be known to the department."),
        failing_rows("models_operating_plausible", "models_operating", "models_operating > 5", limit="5", severity="warning", notes="A whole district has at most about five models."),
        failing_rows("people_supported_have_service", "people_supported", "people_supported > services", limit="services", severity="warning", sensitive=True, notes="Whoever was supported received at least one of the six services."),
        no_silence("people_supported_not_silent", "people_supported", at_least=10, severity="warning", sensitive=True, notes="Support seldom stops everywhere at once; zeros often stand for 'not counted yet'."),
        part_of("people_supported", "people_wanting_support", "people_supported_within_wanting", severity="critical", sensitive=True, notes="The form asks how many of the people wanting support reached a service."),
        failing_rows("people_supported_given", "people_wanting_support", "people_wanting_support > 0 and people_supported is null", severity="warning", sensitive=True, notes="People wanted support; how many reached it decides a target."),
        not_copied("people_wanting_support_not_copied", "people_wanting_support", ("people_wanting_support", "people_supported", *_SERVICES), at_least=30, severity="warning", sensitive=True, notes="The same people and services in every ward as the quarter before is a form sent twice."),
        no_silence("people_wanting_support_not_silent", "people_wanting_support", at_least=10, severity="warning", sensitive=True, notes="Need does not end within a quarter; zeros often stand for 'not asked'."),
        failing_rows("people_wanting_support_plausible", "people_wanting_support", "people_wanting_support > 100", limit="100", severity="warning", sensitive=True, notes="Counts per ward are mostly below 20; another group was perhaps counted."),
        no_jump("people_wanting_support_steady", "people_wanting_support", factor=5, at_least=40, severity="warning", sensitive=True, notes="A district's number of people wanting support does not change fivefold in a quarter."),
        part_of("service_employment", "people_supported", "service_employment_within_supported", severity="critical", sensitive=True, notes="Whoever received the service is one of the people supported."),
        part_of("service_health", "people_supported", "service_health_within_supported", severity="critical", sensitive=True, notes="Whoever received the service is one of the people supported."),
        part_of("service_legal_psychological", "people_supported", "service_legal_psych_within_supported", severity="critical", sensitive=True, notes="Whoever received the service is one of the people supported."),
        part_of("service_literacy", "people_supported", "service_literacy_within_supported", severity="critical", sensitive=True, notes="Whoever received the service is one of the people supported."),
        part_of("service_loan", "people_supported", "service_loan_within_supported", severity="critical", sensitive=True, notes="Whoever received the service is one of the people supported."),
        part_of("service_vocational", "people_supported", "service_vocational_within_supported", severity="critical", sensitive=True, notes="Whoever received the service is one of the people supported."),
        cells_present(95, severity="warning", notes="An empty cell is missing, not zero."),
        rows_present(90, severity="warning", notes="A ward whose row is blank has not reported, and is in neither part of the figure."),
    ),
)
