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
from operator import attrgetter, itemgetter
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

    Of periods that are None any row may differ. `added` are the reports, by submission_id, that the version before does
    not have, if it has no others that are gone; else None.
    """

    results: Mapping[str, Sequence[PeriodResult]] = field(default_factory=dict)
    changed: Collection[str] | None = None
    added: Collection[int] | None = None


def judge_raw(
    warehouse: Warehouse, suites: Iterable[Suite] | None = None, known: Known | None = None
) -> list[CheckResult]:
    """Judge the counting version of every report in schema `raw` of the warehouse, by default by all suites.

    Periods for which nothing differs from what is `known` are not judged again, and of the others, where all that
    differs are new reports, those of their units alone. A file is opened read-only: close every connection that writes
    to it first, or give one of them. Raises CheckError if a check could not be carried out, which implies nothing about
    the data.
    """
    known = known or Known()
    chosen = raw_suites() if suites is None else tuple(suites)
    found: dict[str, list[CheckResult]] = {}
    if known.added:
        lay_out = partial(prepare.lay_out_forms, changed=known.changed, added=known.added)
        found = _judge(warehouse, chosen, lay_out, partial(_results_of_changes, known))
    if left := tuple(suite for suite in chosen if suite.name not in found):
        lay_out = partial(prepare.lay_out_forms, changed=known.changed)
        found |= _judge(warehouse, left, lay_out, partial(_results, known))
    return [result for suite in chosen for result in found[suite.name]]


def judge_marts(
    warehouse: Warehouse, suites: Iterable[Suite] = MART_SUITES, known: Known | None = None
) -> list[CheckResult]:
    """Judge the marts about to be published, under the same conditions as `judge_raw`."""
    known = known or Known()
    lay_out = partial(prepare.lay_out_marts, changed=known.changed)
    return [*chain.from_iterable(_judge(warehouse, tuple(suites), lay_out, partial(_results, known)).values())]


def _judge(
    warehouse: Warehouse,
    suites: tuple[Suite, ...],
    lay_out: Callable[[prepare.Run, Collection[Suite]], prepare.Judged],
    results_of: Callable[[duckdb.DuckDBPyConnection, prepare.Judged, Suite], list[CheckResult] | None],
) -> dict[str, list[CheckResult]]:
    """Return the results by suite, without suites that have none."""
    with _beside(warehouse) as connection:

        def run(sql: str) -> Sequence[Sequence[Any]]:
            return connection.execute(sql).fetchall()

        try:
            if not isinstance(warehouse, duckdb.DuckDBPyConnection):
                prepare.attach(run, Path(warehouse))
            judged = lay_out(run, suites)
        except duckdb.Error as error:
            raise CheckError(f"the tables to be checked could not be read: {error}") from error
        # Planning a short statement takes one processor, and longer than running it.
        with ThreadPoolExecutor() as pool:
            found = pool.map(partial(results_of, connection, judged), suites)
            return {suite.name: results for suite, results in zip(suites, found, strict=True) if results is not None}


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
    known: Known, database: duckdb.DuckDBPyConnection, judged: prepare.Judged, suite: Suite
) -> list[CheckResult]:
    """Return the results of a suite: of the judged periods those found, of others those that are known."""
    periods = judged[suite.table_name]
    with _own(database) as connection:
        found = _found(connection, suite, periods)
    return [
        check_result(suite, rule, [*found_now, *_without(_known(known, suite, rule), periods)])
        for rule, found_now in zip(suite.expectations, found, strict=True)
    ]


def _results_of_changes(
    known: Known, database: duckdb.DuckDBPyConnection, judged: prepare.Judged, suite: Suite
) -> list[CheckResult] | None:
    """Return the results of a suite: those that are known, changed by what was found of the units that are laid out.

    None where that does not follow, because some of the failing units are known only by their number.
    """
    periods = judged[suite.table_name]
    with _own(database) as connection:
        found = _found(connection, suite, [*periods, *map(prepare.before, periods)])
        laid_out = connection.execute(f"select distinct unnest([unit_code, reporter_code]) from {suite.table_name}")
        units = {unit for (unit,) in laid_out.fetchall()}
    results = []
    for rule, of_rule in zip(suite.expectations, found, strict=True):
        earlier = _known(known, suite, rule)
        by_period = {result.period_code: result for result in (*earlier, *of_rule[len(periods) :])}
        merged = _without(earlier, periods)
        for now in of_rule[: len(periods)]:
            before = by_period[prepare.before(now.period_code)]
            changed = _changed(by_period.get(now.period_code), before, now, units)
            if changed is None:
                return None
            merged.append(changed)
        results.append(check_result(suite, rule, merged))
    return results


def _changed(
    earlier: PeriodResult | None, before: PeriodResult, now: PeriodResult, units: Collection[str]
) -> PeriodResult | None:
    """Return the result of a period after that of these units changed; None if it does not follow from what is known.

    Failing units are in the order of their codes, first in every rule on a form.
    """
    if earlier is None:
        return now
    others = [unit for unit in earlier.failing_units if unit["unit_code"] not in units]
    is_cut = earlier.unexpected_count > len(earlier.failing_units)
    if is_cut and len(others) < len(earlier.failing_units):
        return None
    return PeriodResult(
        now.period_code,
        earlier.element_count - before.element_count + now.element_count,
        earlier.unexpected_count - before.unexpected_count + now.unexpected_count,
        sorted([*others, *now.failing_units], key=itemgetter("unit_code"))[:FAILING_UNITS_LIMIT],
    )


@contextmanager
def _own(database: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a cursor of its own to a thread."""
    with quiet(database.cursor()) as connection:
        connection.execute(f"use {_OWN}")
        yield connection


def _known(known: Known, suite: Suite, rule: Rule) -> Sequence[PeriodResult]:
    return known.results.get(f"{suite.name}.{rule.code}", ())


def _without(results: Iterable[PeriodResult], periods: Collection[str]) -> list[PeriodResult]:
    return [result for result in results if result.period_code not in periods]


def _found(connection: duckdb.DuckDBPyConnection, suite: Suite, periods: Collection[str]) -> list[list[PeriodResult]]:
    """Return what each rule of a suite finds in the periods."""
    try:
        counted = connection.execute(counting_query(suite)).fetchall()
    except duckdb.Error as error:
        raise CheckError(f"{suite.name} could not be carried out: {error}") from error
    return [
        period_results(
            rule, _failing_rows(connection, suite, rule), {period: row[number] for period, *row in counted}, periods
        )
        for number, rule in enumerate(suite.expectations)
    ]


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
