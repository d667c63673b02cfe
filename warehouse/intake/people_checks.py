"""The checks whose results may reveal people in need of support."""

from functools import cache

from expectations.suites import MART_SUITES, RAW_SUITES

# Marts of all measures or targets, including those of people.
_OF_EVERY_FIGURE = frozenset({"fct_measure", "fct_target_progress"})


@cache
def checks_of_people() -> frozenset[str]:
    """Return the codes (`suite.code`) of the rules on people, and of those on marts that hold every figure."""
    return frozenset(
        f"{suite.name}.{rule.code}"
        for suite in (*RAW_SUITES, *MART_SUITES)
        for rule in suite.expectations
        if rule.sensitive or suite.table_name in _OF_EVERY_FIGURE
    )
