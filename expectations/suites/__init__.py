"""The project's suites, one per file: eight on the raw forms, four on the marts about to be published."""

from expectations.rules import Suite
from expectations.suites import (
    b1_communication,
    b2_integration,
    b3_inspection_team,
    b4_training,
    b5_inspection,
    b6_cases,
    b7_support,
    b8_tasks,
    fct_measure,
    fct_reporting,
    fct_target_progress,
    fct_task_progress,
)

RAW_SUITES: tuple[Suite, ...] = (
    b1_communication.SUITE,
    b2_integration.SUITE,
    b3_inspection_team.SUITE,
    b4_training.SUITE,
    b5_inspection.SUITE,
    b6_cases.SUITE,
    b7_support.SUITE,
    b8_tasks.SUITE,
)
MART_SUITES: tuple[Suite, ...] = (
    fct_measure.SUITE,
    fct_reporting.SUITE,
    fct_target_progress.SUITE,
    fct_task_progress.SUITE,
)
