"""The runner of suites: all in one process, through Great Expectations, with one result per check."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy

from expectations import dialect, prepare
from expectations.gx import FailureSeverity, UnexpectedRowsExpectation, great_expectations, quiet_context
from expectations.judging import check_result
from expectations.results import CheckError, CheckResult
from expectations.rules import Rule, Suite
from expectations.suites import MART_SUITES
from expectations.suites_in_force import raw_suites

_run_numbers = count(1)


def run_raw_suites(duckdb_path: str | Path, suites: Iterable[Suite] | None = None) -> list[CheckResult]:
    """Judge the counting version of every report in schema `raw` of the warehouse file, by default by all suites.

    The file is opened read-only: close every connection that writes to it first. Raises CheckError if a check could not
    be carried out, which implies nothing about the data.
    """
    chosen = raw_suites() if suites is None else tuple(suites)
    return _run(Path(duckdb_path), chosen, prepare.lay_out_forms)


def run_mart_suites(duckdb_path: str | Path, suites: Iterable[Suite] = MART_SUITES) -> list[CheckResult]:
    """Judge the marts about to be published, under the same conditions as `run_raw_suites`."""
    return _run(Path(duckdb_path), tuple(suites), prepare.lay_out_marts)


def _run(
    duckdb_path: Path,
    suites: tuple[Suite, ...],
    lay_out: Callable[[prepare.Run, Iterable[Suite]], None],
) -> list[CheckResult]:
    """Create the tables in an in-memory database of this run alone, then let each suite judge its table."""
    dialect.register()
    name = f"checks_{next(_run_numbers)}"
    url = f"{dialect.NAME}:///:memory:{name}"
    engine = sqlalchemy.create_engine(url)
    context = quiet_context()
    try:
        with engine.connect() as connection:
            run = partial(_rows, connection)
            try:
                prepare.attach(run, duckdb_path)
                lay_out(run, suites)
            except sqlalchemy.exc.DBAPIError as error:
                raise CheckError(f"{duckdb_path}: the tables to be checked could not be read: {error.orig}") from error
            connection.commit()
            source = context.data_sources.add_sql(name, connection_string=url)
            try:
                return [result for suite in suites for result in _judge(source, suite, connection)]
            finally:
                source.get_execution_engine().close()
                context.data_sources.delete(name)
                # The in-memory database stays while a driver keeps a connection; its hold on the file must not.
                connection.commit()
                prepare.detach(run)
    finally:
        engine.dispose()


def _rows(connection: sqlalchemy.Connection, sql: str) -> Sequence[Sequence[Any]]:
    result = connection.exec_driver_sql(sql)
    return result.all() if result.returns_rows else []


def _judge(source: Any, suite: Suite, connection: sqlalchemy.Connection) -> list[CheckResult]:
    asset = source.add_table_asset(suite.name, table_name=suite.table_name)
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    rules = suite.expectations
    expectations: list[Any] = [_as_expectation(rule) for rule in rules]
    gx_suite = great_expectations.ExpectationSuite(name=suite.name, expectations=expectations)
    # COMPLETE costs nothing beyond SUMMARY for a query of failing rows, and returns the rows.
    outcome = batch.validate(gx_suite, result_format="COMPLETE")
    elements = ", ".join(rule.elements for rule in rules)
    counts: Any = connection.exec_driver_sql(f"select {elements} from {suite.table_name}").one()
    results: list[Any] = outcome.results
    by_code = {result.expectation_config.meta["code"]: result for result in results}
    return [
        _as_result(suite, rule, by_code[rule.code], element_count)
        for rule, element_count in zip(rules, map(int, counts), strict=True)
    ]


def _as_expectation(rule: Rule) -> UnexpectedRowsExpectation:
    return UnexpectedRowsExpectation(
        unexpected_rows_query=rule.query,
        severity=FailureSeverity(rule.severity),
        notes=rule.notes,
        meta={"code": rule.code},
    )


def _as_result(suite: Suite, rule: Rule, outcome: Any, element_count: int) -> CheckResult:
    if "observed_value" not in outcome.result:
        message = _first_message(outcome.exception_info)
        raise CheckError(f"{suite.name}.{rule.code} could not be carried out: {message}")
    rows = outcome.result["details"]["unexpected_rows"]
    return check_result(suite, rule, rows, outcome.result["observed_value"], element_count)


def _first_message(exception_info: dict[str, Any]) -> str:
    """Return the exception's message;

    Great Expectations keys several exceptions by metric, and a single one by nothing.
    """
    if "exception_message" in exception_info:
        return str(exception_info["exception_message"])
    return "; ".join(str(info.get("exception_message")) for info in exception_info.values())
