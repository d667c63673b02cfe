"""The checks whose results may reveal people in need of support."""

from expectations.suites import MART_SUITES
from expectations.suites_in_force import raw_suites

# Marts of all measures or targets, including those of people.
_OF_EVERY_FIGURE = frozenset({"fct_measure", "fct_target_progress"})


def checks_of_people() -> frozenset[str]:
    """Return the codes (`suite.code`) of the rules on people, and of those on marts that hold every figure."""
    return frozenset(
        f"{suite.name}.{rule.code}"
        for suite in (*raw_suites(), *MART_SUITES)
        for rule in suite.expectations
        if rule.sensitive or suite.table_name in _OF_EVERY_FIGURE
    )
