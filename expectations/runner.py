"""The runner of suites: all in one process, through Great Expectations, with one result per check."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy

from expectations import dialect, prepare
from expectations.gx import MAX_RESULT_RECORDS, FailureSeverity, RowsExpectation, great_expectations, quiet_context
from expectations.judging import check_result, counting_query, period_results
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
    lay_out: Callable[[prepare.Run, Collection[Suite]], prepare.Judged],
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
                judged = lay_out(run, suites)
            except sqlalchemy.exc.DBAPIError as error:
                raise CheckError(f"the tables to be checked could not be read: {error.orig}") from error
            connection.commit()
            source = context.data_sources.add_sql(name, connection_string=url)
            try:
                return [result for suite in suites for result in _judge(source, suite, connection, judged)]
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


def _judge(source: Any, suite: Suite, connection: sqlalchemy.Connection, judged: prepare.Judged) -> list[CheckResult]:
    asset = source.add_table_asset(suite.name, table_name=suite.table_name)
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    rules = suite.expectations
    expectations: list[Any] = [_as_expectation(rule) for rule in rules]
    gx_suite = great_expectations.ExpectationSuite(name=suite.name, expectations=expectations)
    # COMPLETE costs nothing beyond SUMMARY for a query of failing rows, and returns the rows.
    outcome = batch.validate(gx_suite, result_format="COMPLETE")
    counted = _rows(connection, counting_query(suite))
    outcomes: list[Any] = outcome.results
    by_code = {result.expectation_config.meta["code"]: result for result in outcomes}
    results = []
    for number, rule in enumerate(rules):
        rows = _failing_rows(connection, suite, rule, by_code[rule.code])
        counts = {period: row[number] for period, *row in counted}
        results.append(check_result(suite, rule, period_results(rule, rows, counts, judged[suite.table_name])))
    return results


def _as_expectation(rule: Rule) -> RowsExpectation:
    return RowsExpectation(
        unexpected_rows_query=rule.query,
        severity=FailureSeverity(rule.severity),
        notes=rule.notes,
        meta={"code": rule.code},
    )


def _failing_rows(
    connection: sqlalchemy.Connection, suite: Suite, rule: Rule, outcome: Any
) -> Sequence[dict[str, Any]]:
    if "details" not in outcome.result:
        message = _first_message(outcome.exception_info)
        raise CheckError(f"{suite.name}.{rule.code} could not be carried out: {message}")
    rows: Sequence[dict[str, Any]] = outcome.result["details"]["unexpected_rows"]
    if len(rows) < MAX_RESULT_RECORDS:
        return rows
    # Great Expectations returns no more of them.
    result = connection.exec_driver_sql(rule.query_on(suite.table_name))
    return [dict(row) for row in result.mappings()]


def _first_message(exception_info: dict[str, Any]) -> str:
    """Return the exception's message;

    Great Expectations keys several exceptions by metric, and a single one by nothing.
    """
    if "exception_message" in exception_info:
        return str(exception_info["exception_message"])
    return "; ".join(str(info.get("exception_message")) for info in exception_info.values())
