"""Bring the models of a copied version up to date: compute only the rows that changed reports can reach.

Each model is computed again for the periods and units that read changed rows of its parents (`reads.py`), and compared
with what the copy holds. Only rows that differ are replaced, and only they reach the next model, if they differ in
columns that it reads. Tests judge the rows that were replaced; where a test concerns more than single rows or keys, the
whole table.
"""

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import count
from pathlib import Path

import duckdb

from expectations.prepare import JUDGED_MARTS
from warehouse.pipeline.build_file import incrementing, keep
from warehouse.pipeline.compiled_sql import (
    Node,
    columns_read,
    failure_of_test,
    nodes_of_type,
    parents_of_models,
    read_nodes,
    relation_name,
    upstream,
)
from warehouse.pipeline.databases import Database
from warehouse.pipeline.dbt_runner import MANIFEST, DbtFailure
from warehouse.pipeline.raw import RawChange
from warehouse.pipeline.reads import PERIOD, SAME, Calendar, Pairs, Period, Reads, UnknownPeriodError, declared_reads
from warehouse.storage.literals import quoted

# The model that lists the periods. A period that begins or ends changes nearly every row.
CALENDAR = "int_periods"
UNIT = "unit_code"
# Values of a key that statements list: the communes of a province, too.
MOST_LISTED = 1000
# Tests of single rows, and tests of rows with equal values in the columns that the test names under this argument.
_ROW_TESTS = frozenset({"not_null", "accepted_values"})
_KEY_TESTS = {"unique_grain": "columns", "unique": "column_name"}


class NotSureError(RuntimeError):
    """The rows that changed reports can reach are not known; the message names the model or period."""


@dataclass(frozen=True)
class Scope:
    """Rows of a relation: those whose period, and whose value of each key, is listed.

    `periods` is None where rows of all periods belong to it; `keys` maps a column to a work table of its values.
    Without either, the scope is unknown: every row may belong to it.
    """

    periods: frozenset[str] | None = None
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Return whether the scope leaves any row out."""
        return self.periods is not None or bool(self.keys)

    def only(self, columns: Iterable[str]) -> "Scope":
        """Return the wider scope that only the listed columns restrict."""
        kept = set(columns)
        keys = {column: table for column, table in self.keys.items() if column in kept}
        return Scope(self.periods if PERIOD in kept else None, keys)


@dataclass(frozen=True)
class _Change:
    """Changed rows of a relation: their scope and, of tables, the work table of old and new rows that differ.

    That table's column `surplus` is -1 for an old row and 1 for a new row.
    """

    scope: Scope
    rows: str = ""
    columns: frozenset[str] = frozenset()

    def values(self, column: str) -> str:
        """Return SQL that selects the column's values of changed rows, as `value`; empty if they are unknown."""
        if self.rows:
            return f'select distinct "{column}" as value from {self.rows}' if column in self.columns else ""
        if column == PERIOD and self.scope.periods is not None:
            return f"select unnest(array[{', '.join(map(quoted, sorted(self.scope.periods)))}]::text[]) as value"
        return f"select value from {self.scope.keys[column]}" if column in self.scope.keys else ""


@dataclass(frozen=True)
class Incremented:
    """The tests that fail after an increment, and the periods in which rows that checks read of marts differ from those
    before; None if these periods are not known."""

    failures: list[DbtFailure]
    changed_periods: frozenset[str] | None


@contextmanager
def computing(
    folder: Path, previous: Path, changed: RawChange
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Callable[[], Incremented]]]:
    """Bring `folder/warehouse.duckdb` up to date, while the block judges its raw tables.

    The file is a copy of that of the version in the folder `previous`, whose manifest of dbt is copied; its raw tables
    are already up to date, and `changed` are the reports concerned. The block gets a connection to read them by, and a
    function that waits for the models, writes and closes the file and returns the outcome. Until that is called, the
    file stays as it is. The function raises NotSureError, and then leaves the models unchanged.
    """
    (folder / MANIFEST).parent.mkdir(exist_ok=True)
    shutil.copyfile(previous / MANIFEST, folder / MANIFEST)
    nodes = read_nodes(folder)
    with ExitStack() as opened, ThreadPoolExecutor(1) as pool:
        connection, database = opened.enter_context(incrementing(folder))
        running = pool.submit(refreshed, database, nodes, changed)

        def finish() -> Incremented:
            with opened:
                outcome = running.result().outcome()
                keep(connection)
                return outcome

        try:
            yield connection, finish
        finally:
            if not running.done():
                database.stop()


def refreshed(
    database: Database,
    nodes: dict[str, Node],
    changed: RawChange,
    on_change: Callable[[Node, str], None] | None = None,
    *,
    begun_only: bool = False,
) -> "Increment":
    """Bring models up to date, and return the run over them. Raises NotSureError.

    `on_change` is called for each table that changed, with its model and the work table of its differing rows (see
    `_Change`), while other models are computed. With `begun_only`, rows of periods that have not begun stay as they
    are. After an error, part of the models is changed: call it in a transaction, or on a copy that is then made again.
    """
    if replaced := set(changed.added) & set(changed.removed):
        raise NotSureError(f"submission_id: {', '.join(map(str, sorted(replaced)))}")
    try:
        increment = Increment(database, nodes, [*changed.added, *changed.removed], on_change, begun_only=begun_only)
        increment.refresh()
    except (UnknownPeriodError, database.error) as error:
        raise NotSureError(str(error)) from error
    return increment


class Increment:
    """One run over all models and tests."""

    def __init__(
        self,
        database: Database,
        nodes: dict[str, Node],
        changed_submissions: Sequence[int],
        on_change: Callable[[Node, str], None] | None = None,
        *,
        begun_only: bool = False,
    ) -> None:
        self._database = database
        self._nodes = nodes
        self._names = {name: node["name"] for name, node in nodes.items()}
        self._nodes_by_name = {node["name"]: node for node in nodes.values()}
        self._changes: dict[str, _Change] = {}
        self._failures: dict[str, DbtFailure] = {}
        self._numbers = count(1)
        # The values of work tables that have few: a database finds rows by a list, but reads a table to join another.
        self._listed: dict[str, str] = {}
        ids = self.key_table(f"select unnest(array{[*changed_submissions]}::bigint[]) as value")
        self._source = _Change(Scope(keys={"submission_id": ids}))
        self._calendar = Calendar([])
        self._on_change = on_change
        self._begun_only = begun_only
        self._begun: frozenset[str] = frozenset()

    def refresh(self) -> None:
        """Bring all models up to date and judge what changed, at as many at the same time as the database has sessions.

        A test waits for the models that it reads, and no model for a test.
        """
        parents = self._parents()
        followers = _longest_chains(parents)
        left = TopologicalSorter(parents)
        left.prepare()
        ready: list[str] = []
        with ThreadPoolExecutor(self._database.session_count) as pool:
            running: dict[Future[None], str] = {}
            while left.is_active():
                # Those first on which the longest chain of others waits.
                ready = sorted([*ready, *left.get_ready()], key=followers.__getitem__, reverse=True)
                while ready and len(running) < self._database.session_count:
                    name = ready.pop(0)
                    running[pool.submit(self._run, self._nodes[name])] = name
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    name = running.pop(future)
                    future.result()
                    left.done(name)

    def _parents(self) -> dict[str, set[str]]:
        """Return models and tests, each with the models that it waits for: its parents, and the calendar unless that
        depends on it."""
        models = parents_of_models(self._nodes)
        tests = {
            test["unique_id"]: models.keys() & test["depends_on"]["nodes"]
            for test in nodes_of_type(self._nodes, "test")
        }
        calendar = {name for name in models if self._nodes[name]["name"] == CALENDAR}
        before = upstream(self._nodes, calendar)
        return {name: found if name in before else found | calendar for name, found in (models | tests).items()}

    def _run(self, node: Node) -> None:
        if node["resource_type"] == "test":
            if failure := self._judge(node):
                self._failures[failure.node] = failure
            return
        self._refresh(node)
        if node["name"] == CALENDAR:
            self.read_calendar(node)

    def outcome(self) -> Incremented:
        """Return what was found, and where marts changed."""
        return Incremented(self.failures, self._changed_periods(JUDGED_MARTS))

    def _changed_periods(self, models: Collection[str]) -> frozenset[str] | None:
        """Return the periods in which rows of these models changed; None if they are not known."""
        changed = [change for name, change in self._changes.items() if self._names[name] in models]
        selects = [change.values(PERIOD) for change in changed]
        if not all(selects):
            return None
        return frozenset(code for select in selects for (code,) in self._database.rows(select))

    @property
    def failures(self) -> list[DbtFailure]:
        """Return the tests that failed on what changed, in the order of dbt's manifest."""
        return [self._failures[name] for name in self._nodes if name in self._failures]

    def read_calendar(self, node: Node) -> None:
        """Read the periods from their model. Raises NotSureError if they changed."""
        if node["unique_id"] in self._changes:
            raise NotSureError(node["name"])
        rows = self._database.rows(f"select {PERIOD}, year, start_date, has_begun from {relation_name(node)}")
        self._calendar = Calendar(Period(*row) for *row, _ in rows)
        self._begun = frozenset(code for code, *_, has_begun in rows if has_begun)

    def _refresh(self, node: Node) -> None:
        """Replace the rows of a model that differ from what its SQL computes now."""
        reads = declared_reads(node)
        changed = self._changed_parents(node, reads)
        if not changed:
            return
        scope = self._reached(changed, reads)
        if node["config"]["materialized"] == "view":
            self._changes[node["unique_id"]] = _Change(scope)
            return
        if reads and not scope.is_known:
            raise NotSureError(node["name"])
        columns = {parent: change.columns for parent, change in changed.items() if change.rows}
        change = self._replace_rows(node, scope, self.sql_of(node, scope, columns))
        if change:
            self._changes[node["unique_id"]] = change
            if self._on_change:
                self._on_change(node, change.rows)

    def _changed_parents(self, node: Node, reads: Mapping[str, Reads]) -> dict[str, _Change]:
        """Return the changes of a model's parents that it reads by the parent's name, without those that follow
        another's."""
        changes = {}
        for parent in node["depends_on"]["nodes"]:
            name = self._names.get(parent, parent.rpartition(".")[2])
            change = self._source if parent.startswith("source.") else self._changes.get(parent)
            if change and not (name in reads and reads[name].follows):
                changes[name] = change
        has_columns = changes and node["resource_type"] != "test"
        own = self._database.columns(relation_name(node)) if has_columns else []
        parts = {
            name: self._part_read(change, columns_read(node, own, change.columns), reads.get(name, Reads({})))
            for name, change in changes.items()
        }
        return {name: part for name, part in parts.items() if part}

    def _part_read(self, change: _Change, named: frozenset[str], read: Reads) -> _Change | None:
        """Return what is read of a parent's change by a model that names these columns: the rows that differ in them;
        None without."""
        if not change.rows:
            return change
        columns = named.union(map(read.column, read.keys))
        # A model that names no column may still count the rows.
        if not columns or (columns == change.columns and not read.rows):
            return change
        names = ", ".join(f'"{name}"' for name in sorted(columns))
        part = self._database.store(
            f"part_{next(self._numbers)}",
            f"select {names}, sum(surplus) as surplus from {change.rows} where {read.rows or 'true'} "
            f"group by {names} having sum(surplus) <> 0",
        )
        if not self._database.rows(f"select 1 from {part} limit 1"):
            return None
        return _Change(change.scope, part, columns)

    def _reached(self, changed: Mapping[str, _Change], reads: Mapping[str, Reads]) -> Scope:
        """Return the rows of a model that read changed rows: restricted by the keys that all changed parents share."""
        if any(parent not in reads for parent in changed):
            return Scope()
        shared = set.intersection(*(self._known_keys(reads[parent], change) for parent, change in changed.items()))
        periods: frozenset[str] | None = None
        if PERIOD in shared:
            periods = frozenset().union(
                *(
                    self._calendar.readers(reads[parent].keys[PERIOD], self._periods(change.values(PERIOD)))
                    for parent, change in changed.items()
                )
            )
            if self._begun_only:
                periods &= self._begun
        keys = {}
        for key in sorted(shared - {PERIOD}):
            selects = [self._values_reached(key, reads[parent], change) for parent, change in changed.items()]
            keys[key] = self.key_table(" union ".join(selects))
        return Scope(periods, keys)

    @staticmethod
    def _known_keys(read: Reads, change: _Change) -> set[str]:
        return {key for key in read.keys if change.values(read.column(key))}

    def _values_reached(self, key: str, read: Reads, change: _Change) -> str:
        """Return SQL that selects the values of a model's key that read changed rows of a parent, as `value`."""
        values = change.values(read.column(key))
        if key not in read.pairs:
            return values
        pairs = read.pairs[key]
        table = self.key_table(values)
        return self._paired(pairs, pairs.key_column, self._is_among(pairs.read_column, table))

    def _paired(self, pairs: Pairs, column: str, condition: str) -> str:
        relation = relation_name(self._nodes_by_name[pairs.relation])
        return f'select distinct "{column}" as value from {relation} where {condition} and "{column}" is not null'

    def _periods(self, select: str) -> frozenset[str]:
        codes = {code for (code,) in self._database.rows(select)}
        if None in codes:
            raise NotSureError(PERIOD)
        return frozenset(codes)

    def key_table(self, select: str) -> str:
        """Store the values that `select` returns in a work table; return its name."""
        table = self._database.store(f"key_{next(self._numbers)}", f"select distinct value from ({select}) as keys")
        few = f"select value from {table} order by value nulls first limit {MOST_LISTED + 1}"
        values = [value for (value,) in self._database.rows(few)]
        if values and values[0] is None:
            raise NotSureError(select)
        if len(values) <= MOST_LISTED and all(isinstance(value, str | int) for value in values):
            self._listed[table] = ", ".join(map(_literal, values)) or "null"
        return table

    def sql_of(self, node: Node, scope: Scope, columns: Mapping[str, Iterable[str]]) -> str:
        """Return SQL for a model's rows in a scope, computed from the rows of parents that they read; of a parent whose
        name is listed, from the listed columns."""
        sql: str = node["compiled_code"]
        if not scope.is_known:
            return sql
        reads = declared_reads(node)
        for parent in node["depends_on"]["nodes"]:
            name = self._names.get(parent, "")
            if name in reads and (condition := self.condition(scope, reads[name])):
                selected = ", ".join(f'"{column}"' for column in sorted(columns.get(name, ()))) or "*"
                rows = f"select {selected} from {self._nodes[parent]['relation_name']} where {condition}"
                sql = self._replace_relation(sql, self._nodes[parent], rows)
        return f"select * from ({sql}) as computed where {self.condition(scope)}"

    def _replace_relation(self, sql: str, node: Node, select: str) -> str:
        """Return `sql` with a new work view in a relation's place."""
        return sql.replace(node["relation_name"], self._database.view(f"view_{next(self._numbers)}", select))

    def condition(self, scope: Scope, read: Reads | None = None) -> str:
        """Return SQL for the rows in a scope, or for the rows of a parent that they read; empty for all."""
        parts = []
        if scope.periods is not None and (read is None or PERIOD in read.keys):
            codes = sorted(self._calendar.read_by(read.keys[PERIOD] if read else SAME, scope.periods))
            parts.append(self._database.among(PERIOD, ", ".join(map(quoted, codes)) or "null"))
            if codes:
                # Of tables in the order of periods, DuckDB reads the rows between two periods alone; not so for a list.
                parts.append(f"{PERIOD} between {quoted(codes[0])} and {quoted(codes[-1])}")
        for key, table in scope.keys.items():
            if read is None or key in read.keys:
                parts.append(self._condition_of_key(key, table, read))
        if read and read.rows:
            parts.append(read.rows)
        return " and ".join(filter(None, parts))

    def _condition_of_key(self, key: str, table: str, read: Reads | None) -> str:
        """Return SQL for rows with the listed values of a key, or for a parent's rows that these read."""
        if read is None or key not in read.pairs:
            return self._is_among(read.column(key) if read else key, table)
        pairs = read.pairs[key]
        values = self.key_table(self._paired(pairs, pairs.read_column, self._is_among(pairs.key_column, table)))
        # A unit above all others reads every unit: a condition would leave nothing out.
        return self._is_among(read.column(key), values) if values in self._listed else ""

    def _is_among(self, column: str, table: str) -> str:
        """Return SQL that a column's value is in a work table of values."""
        values = self._listed.get(table)
        return self._database.among(f'"{column}"', values) if values else f'"{column}" in (select value from {table})'

    def _replace_rows(self, node: Node, scope: Scope, sql: str) -> _Change | None:
        """Replace the rows in the scope that differ from those that `sql` returns; return the change, None without."""
        table, database = relation_name(node), self._database
        names = database.columns(table)
        columns = ", ".join(f'"{name}"' for name in names)
        name = f"fresh_{node['alias']}"
        fresh = database.store(name, f"select * from {table} where false")
        database.add(name, columns, f"select {columns} from ({sql}) as computed")
        # Rows that are as often in one as in the other cancel each other out; `except all` takes five times as long.
        changed = database.store(
            f"changed_{node['alias']}",
            f"select {columns}, sum(surplus) as surplus from ("
            f"select *, -1 as surplus from {table} where {self.condition(scope) or 'true'} "
            f"union all select *, 1 as surplus from {fresh}) as both_rows group by {columns} having sum(surplus) <> 0",
        )
        change = None
        if database.rows(f"select 1 from {changed} limit 1"):
            change = _Change(self._narrowed(scope, changed, names), changed, frozenset(names))
            condition = self.condition(change.scope) or "true"
            database.execute(f"delete from {table} where {condition}")
            database.execute(f"insert into {table} select * from {fresh} where {condition}")
        database.drop(name)
        return change

    def _narrowed(self, scope: Scope, changed: str, columns: Collection[str]) -> Scope:
        """Return the part of a scope that has changed rows: of few units, even where the scope has all units."""

        def values(column: str) -> str:
            return f'select distinct "{column}" as value from {changed}'

        names = set(scope.keys)
        no_unit = f"select 1 from {changed} where {UNIT} is null limit 1"
        if scope.is_known and UNIT in columns and not self._database.rows(no_unit):
            names.add(UNIT)
        periods = None if scope.periods is None else self._periods(values(PERIOD))
        return Scope(periods, {name: self.key_table(values(name)) for name in sorted(names)})

    def _judge(self, test: Node) -> DbtFailure | None:
        """Return the failure of a test of changed rows; None for success, or where nothing that it reads changed."""
        parents: list[str] = test["depends_on"]["nodes"]
        changed = [parent for parent in parents if parent.startswith("source.") or parent in self._changes]
        if not changed:
            return None
        if reads := declared_reads(test):
            return self._judge_part(test, reads)
        sql: str = test["compiled_code"]
        is_of_one_model = len(parents) == 1 and parents[0] in self._changes
        scope = _judged_alone(test, self._changes[parents[0]].scope) if is_of_one_model else Scope()
        if scope.is_known:
            sql = self._replace_relation(sql, self._nodes[parents[0]], self._rows_of(self._nodes[parents[0]], scope))
        return failure_of_test(self._database, test, sql)

    def _judge_part(self, test: Node, reads: Mapping[str, Reads]) -> DbtFailure | None:
        """Return the failure of a test that declares what a row of its result reads, as a model does."""
        changed = self._changed_parents(test, reads)
        if not changed:
            return None
        return failure_of_test(self._database, test, self.sql_of(test, self._reached(changed, reads), {}))

    def _rows_of(self, node: Node, scope: Scope) -> str:
        """Return SQL for the stored rows of a model in a scope, or for those that a view computes."""
        if node["config"]["materialized"] == "view":
            return self.sql_of(node, scope, {})
        return f"select * from {node['relation_name']} where {self.condition(scope)}"


def _longest_chains(parents: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Return the length of the longest chain of nodes that wait for each other after each node."""
    chains = dict.fromkeys(parents, 0)
    for name in reversed([*TopologicalSorter(parents).static_order()]):
        for parent in parents[name]:
            chains[parent] = max(chains[parent], chains[name] + 1)
    return chains


def _literal(value: object) -> str:
    return str(value) if isinstance(value, int) else quoted(str(value))


def _judged_alone(test: Node, scope: Scope) -> Scope:
    """Return the rows of a scope that a test can judge without the others; unknown if it needs the whole table."""
    metadata = test.get("test_metadata") or {"name": ""}
    if metadata["name"] in _ROW_TESTS:
        return scope
    if metadata["name"] not in _KEY_TESTS:
        return Scope()
    columns = metadata["kwargs"][_KEY_TESTS[metadata["name"]]]
    return scope.only([columns] if isinstance(columns, str) else columns)
