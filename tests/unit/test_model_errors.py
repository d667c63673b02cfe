"""A model that cannot be computed is reported in one line, with the reason that the engine gives."""

import pytest

from warehouse.errors import ModelError

MESSAGES = {
    "duckdb": """Runtime Error in model fct_measure (models/marts/fct_measure.sql)
  Conversion Error: Could not convert string 'x' to INT32
  LINE 1: create table""",
    "postgres": """Database Error in model fct_measure (models/marts/fct_measure.sql)
  division by zero
  compiled code at dbt/run/plan_progress/models/marts/fct_measure.sql""",
    "spark": """Runtime Error in model fct_measure (models/marts/fct_measure.sql)
  An error occurred while calling o40.sql.
  : org.apache.spark.SparkArithmeticException: [DIVIDE_BY_ZERO] Division by zero.
  \tat org.apache.spark.sql.errors.QueryExecutionErrors$.divideByZeroError(QueryExecutionErrors.scala:201)""",
}
REASONS = {
    "duckdb": "Conversion Error: Could not convert string 'x' to INT32",
    "postgres": "division by zero",
    "spark": "org.apache.spark.SparkArithmeticException: [DIVIDE_BY_ZERO] Division by zero.",
}


@pytest.mark.parametrize("engine", MESSAGES)
def test_each_engine_names_the_model_and_the_reason_and_says_that_reports_are_not_at_fault(engine: str) -> None:
    error = ModelError("model.plan_progress.fct_measure", MESSAGES[engine])
    assert error.words("en") == (
        f"fct_measure could not be computed: {REASONS[engine]}. This is no fault of a report: try again, and if it "
        "fails again, send this message to the developers"
    )
    assert error.words("vi").startswith(f"không tính được fct_measure: {REASONS[engine]}. Đây không phải lỗi")
