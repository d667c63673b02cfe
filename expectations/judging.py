"""The rules as plain SQL: the results of `runner.py` without Great Expectations, which takes longer to import.

Builds in full are judged by Great Expectations, builds of single reports by these functions; both run the queries of
the same rules on the same tables.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

from expectations import prepare
from expectations.results import FAILING_UNITS_LIMIT, CheckError, CheckResult
from expectations.rules import Rule, Suite
from expectations.suites import MART_SUITES
from expectations.suites_in_force import raw_suites
from warehouse.storage.duckdb_connection import quiet


def judge_raw(duckdb_path: str | Path, suites: Iterable[Suite] | None = None) -> list[CheckResult]:
    """Judge the counting version of every report in schema `raw` of the warehouse file, by default by all suites.

    The file is opened read-only: close every connection that writes to it first. Raises CheckError if a check could not
    be carried out, which implies nothing about the data.
    """
    chosen = raw_suites() if suites is None else tuple(suites)
    return _judge(Path(duckdb_path), chosen, prepare.lay_out_forms)


def judge_marts(duckdb_path: str | Path, suites: Iterable[Suite] = MART_SUITES) -> list[CheckResult]:
    """Judge the marts about to be published, under the same conditions as `judge_raw`."""
    return _judge(Path(duckdb_path), tuple(suites), prepare.lay_out_marts)


def _judge(
    duckdb_path: Path,
    suites: tuple[Suite, ...],
    lay_out: Callable[[prepare.Run, Iterable[Suite]], None],
) -> list[CheckResult]:
    with quiet(duckdb.connect(":memory:")) as connection:

        def run(sql: str) -> Sequence[Sequence[Any]]:
            return connection.execute(sql).fetchall()

        try:
            prepare.attach(run, duckdb_path)
            lay_out(run, suites)
        except duckdb.Error as error:
            raise CheckError(f"{duckdb_path}: the tables to be checked could not be read: {error}") from error
        # Planning a short statement takes one processor, and longer than running it.
        with ThreadPoolExecutor() as pool:
            return list(chain.from_iterable(pool.map(partial(_results, connection), suites)))


def _results(database: duckdb.DuckDBPyConnection, suite: Suite) -> list[CheckResult]:
    connection = quiet(database.cursor())
    elements = ", ".join(rule.elements for rule in suite.expectations)
    try:
        (counts,) = connection.execute(f"select {elements} from {suite.table_name}").fetchall()
    except duckdb.Error as error:
        raise CheckError(f"{suite.name} could not be carried out: {error}") from error
    results = []
    for rule, count in zip(suite.expectations, counts, strict=True):
        rows = _failing_rows(connection, suite, rule)
        results.append(check_result(suite, rule, rows, len(rows), int(count)))
    return results


def _failing_rows(connection: duckdb.DuckDBPyConnection, suite: Suite, rule: Rule) -> list[dict[str, Any]]:
    """Return the rows that break a rule, in the order of its query."""
    try:
        result = connection.execute(rule.query_on(suite.table_name))
        rows = result.fetchall()
    except duckdb.Error as error:
        raise CheckError(f"{suite.name}.{rule.code} could not be carried out: {error}") from error
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in rows]


def check_result(
    suite: Suite, rule: Rule, rows: Sequence[dict[str, Any]], unexpected_count: int, element_count: int
) -> CheckResult:
    """Return the result of a rule that `unexpected_count` rows break; `rows` are the first of them, as its query."""
    return CheckResult(
        check_code=f"{suite.name}.{rule.code}",
        suite=suite.name,
        table_name=suite.table_name,
        column_name=rule.column,
        severity=rule.severity,
        is_success=unexpected_count == 0,
        unexpected_count=unexpected_count,
        element_count=max(element_count, unexpected_count),
        failing_units=[_failing_unit(row, rule.sensitive) for row in rows[:FAILING_UNITS_LIMIT]],
    )


def _failing_unit(row: dict[str, Any], is_sensitive: bool) -> dict[str, Any]:
    """Return the three facts that every failing unit has, and the optional facts that it has."""
    unit = {"unit_code": row["unit_code"], "period_code": row["period_code"], "value": _plain(row["value"])}
    helpful = {
        "limit": _plain(row.get("upper_limit")),
        "category_code": row.get("category_code"),
        "reporter_code": row.get("reporter_code"),
        "is_sensitive": is_sensitive,
    }
    return unit | {key: fact for key, fact in helpful.items() if fact is not None and fact != "" and fact is not False}


def _plain(value: Any) -> int | float | str | None:
    """Convert a value for JSON: numbers and texts as they are, a sum of bigints to an integer, a date to text."""
    if value is None or isinstance(value, int | float | str):
        return value
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    number = float(value)
    return int(number) if number.is_integer() else number
