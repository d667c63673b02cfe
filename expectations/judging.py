"""The rules as plain SQL: the results of `runner.py` without Great Expectations, which takes longer to import.

Builds in full are judged by Great Expectations, builds of single reports by these functions; both run the queries of
the same rules on the same tables.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from expectations import prepare
from expectations.results import FAILING_UNITS_LIMIT, CheckError, CheckResult, PeriodResult
from expectations.rules import Rule, Suite
from expectations.suites import MART_SUITES
from expectations.suites_in_force import raw_suites
from warehouse.storage.duckdb_connection import quiet

# The path of a warehouse file, or a connection to one.
Warehouse: TypeAlias = str | Path | duckdb.DuckDBPyConnection
# The catalog in memory for tables that the rules need.
_OWN = "judging"


@dataclass(frozen=True)
class Known:
    """What the same rules found in the version before, by check, and the periods in which rows now differ.

    Of periods that are None any row may differ.
    """

    results: Mapping[str, Sequence[PeriodResult]] = field(default_factory=dict)
    changed: Collection[str] | None = None


def judge_raw(
    warehouse: Warehouse, suites: Iterable[Suite] | None = None, known: Known | None = None
) -> list[CheckResult]:
    """Judge the counting version of every report in schema `raw` of the warehouse, by default by all suites.

    Periods for which nothing differs from what is `known` are not judged again. A file is opened read-only: close every
    connection that writes to it first, or give one of them. Raises CheckError if a check could not be carried out,
    which implies nothing about the data.
    """
    chosen = raw_suites() if suites is None else tuple(suites)
    return _judge(warehouse, chosen, prepare.lay_out_forms, known or Known())


def judge_marts(
    warehouse: Warehouse, suites: Iterable[Suite] = MART_SUITES, known: Known | None = None
) -> list[CheckResult]:
    """Judge the marts about to be published, under the same conditions as `judge_raw`."""
    return _judge(warehouse, tuple(suites), prepare.lay_out_marts, known or Known())


def _judge(
    warehouse: Warehouse,
    suites: tuple[Suite, ...],
    lay_out: Callable[[prepare.Run, Collection[Suite], Collection[str] | None], prepare.Judged],
    known: Known,
) -> list[CheckResult]:
    with _beside(warehouse) as connection:

        def run(sql: str) -> Sequence[Sequence[Any]]:
            return connection.execute(sql).fetchall()

        try:
            if not isinstance(warehouse, duckdb.DuckDBPyConnection):
                prepare.attach(run, Path(warehouse))
            judged = lay_out(run, suites, known.changed)
        except duckdb.Error as error:
            raise CheckError(f"the tables to be checked could not be read: {error}") from error
        # Planning a short statement takes one processor, and longer than running it.
        with ThreadPoolExecutor() as pool:
            return list(chain.from_iterable(pool.map(partial(_results, connection, judged, known.results), suites)))


@contextmanager
def _beside(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that creates its tables in a catalog of its own, in memory."""
    if isinstance(warehouse, duckdb.DuckDBPyConnection):
        opened = quiet(warehouse.cursor())
    else:
        opened = quiet(duckdb.connect(":memory:"))
    with opened as connection:
        connection.execute(f"attach ':memory:' as {_OWN}")
        ((catalog,),) = connection.execute("select current_database()").fetchall()
        connection.execute(f"use {_OWN}")
        try:
            yield connection
        finally:
            connection.execute(f"use {catalog}")
            connection.execute(f"detach {_OWN}")


def _results(
    database: duckdb.DuckDBPyConnection,
    judged: prepare.Judged,
    known: Mapping[str, Sequence[PeriodResult]],
    suite: Suite,
) -> list[CheckResult]:
    with quiet(database.cursor()) as connection:
        try:
            connection.execute(f"use {_OWN}")
            counted = connection.execute(counting_query(suite)).fetchall()
        except duckdb.Error as error:
            raise CheckError(f"{suite.name} could not be carried out: {error}") from error
        results, periods = [], judged[suite.table_name]
        for number, rule in enumerate(suite.expectations):
            counts = {period: row[number] for period, *row in counted}
            found = period_results(rule, _failing_rows(connection, suite, rule), counts, periods)
            earlier = known.get(f"{suite.name}.{rule.code}", ())
            kept = [period for period in earlier if period.period_code not in periods]
            results.append(check_result(suite, rule, [*found, *kept]))
        return results


def counting_query(suite: Suite) -> str:
    """Return SQL for each period and the number of elements that each rule of a suite judges in it."""
    elements = ", ".join(rule.elements for rule in suite.expectations)
    return f"select period_code, {elements} from {suite.table_name} group by period_code"


def _failing_rows(connection: duckdb.DuckDBPyConnection, suite: Suite, rule: Rule) -> list[dict[str, Any]]:
    """Return the rows that break a rule, in the order of its query."""
    try:
        result = connection.execute(rule.query_on(suite.table_name))
        rows = result.fetchall()
    except duckdb.Error as error:
        raise CheckError(f"{suite.name}.{rule.code} could not be carried out: {error}") from error
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in rows]


def period_results(
    rule: Rule, rows: Iterable[dict[str, Any]], counts: Mapping[str, int], judged: Collection[str]
) -> list[PeriodResult]:
    """Return the results of a rule for the judged periods.

    `rows` break the rule, in the order of its query; `counts` are its elements by period. Those of other periods are
    left out: their rows were only compared with.
    """
    failing: dict[str, list[dict[str, Any]]] = {period: [] for period in judged}
    for row in rows:
        if row["period_code"] in failing:
            failing[row["period_code"]].append(row)
    return [
        PeriodResult(
            period,
            counts.get(period, 0),
            len(broken),
            [_failing_unit(row, rule.sensitive) for row in broken[:FAILING_UNITS_LIMIT]],
        )
        for period, broken in failing.items()
    ]


def check_result(suite: Suite, rule: Rule, periods: Iterable[PeriodResult]) -> CheckResult:
    """Return the result of a rule from those of all periods, in any order."""
    judged = (period for period in periods if period.element_count or period.unexpected_count)
    newest_first = tuple(sorted(judged, key=attrgetter("period_code"), reverse=True))
    unexpected_count = sum(period.unexpected_count for period in newest_first)
    failing = chain.from_iterable(period.failing_units for period in newest_first)
    return CheckResult(
        check_code=f"{suite.name}.{rule.code}",
        suite=suite.name,
        table_name=suite.table_name,
        column_name=rule.column,
        severity=rule.severity,
        is_success=unexpected_count == 0,
        unexpected_count=unexpected_count,
        element_count=max(sum(period.element_count for period in newest_first), unexpected_count),
        failing_units=list(failing)[:FAILING_UNITS_LIMIT],
        periods=newest_first,
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
