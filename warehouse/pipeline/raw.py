"""Raw tables: the typed cells of every accepted report, in the schema `raw` of the version being built.

They can be rebuilt from the landing zone at any time. Normally the published version's tables are copied, and only
submissions that it lacks are read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.errors import BuildError
from warehouse.forms.columnar import ARROW_TYPES
from warehouse.forms.layout import raw_columns
from warehouse.forms.problems import LandedUnreadableError, UnknownCellError, UnknownRowError
from warehouse.forms.reading.reader import is_columnar, read_landed, read_landed_columns
from warehouse.pipeline.build_file import new_file
from warehouse.pipeline.originals import check_plan_of, original_error, unknown_cell_error, unknown_row_error
from warehouse.reference import Reference, load_reference
from warehouse.registry.store import ACCEPTED, Submission
from warehouse.storage.duckdb_connection import quiet
from warehouse.storage.landing import landed_path
from warehouse.storage.literals import quoted

# Rows that are read before they are inserted: more would only take memory.
_PENDING_ROWS = 50_000
# The columns of a submission that rules on a report's content use: whose report it is, and whether it counts.
SUBMISSION_KEYS = [
    ("submission_id", "bigint"),
    ("reporter_code", "varchar"),
    ("reporter_valid_from", "date"),
    ("period_code", "varchar"),
    ("version", "integer"),
    ("verdict", "varchar"),
]
_SUBMISSION_COLUMNS = [
    *SUBMISSION_KEYS,
    ("received_at", "timestamp"),
    ("landed_at", "timestamp"),
    ("submitted_by", "varchar"),
    ("sha256", "varchar"),
    ("file_name", "varchar"),
    ("is_sample", "boolean"),
    ("problem_count", "integer"),
    ("is_history", "boolean"),
]


@dataclass(frozen=True)
class BuildContext:
    """The build's parameters for dbt: version, start, and the date on which lateness is judged."""

    version: str
    built_at: datetime
    as_of_date: date


@dataclass(frozen=True)
class RawChange:
    """Reports whose rows were added to the raw tables and removed from them, by submission_id, and their periods."""

    added: Sequence[int]
    removed: Sequence[int]
    periods: frozenset[str]

    @property
    def only_added(self) -> Sequence[int] | None:
        """Return the reports that were added; None if others were removed."""
        return None if self.removed else self.added


def load_raw(
    warehouse: Path,
    submissions: Sequence[Submission],
    landing_dir: Path,
    context: BuildContext,
    previous: Path | None,
    on_read: Callable[[int, int], None],
) -> int:
    """Fill schema `raw` of the DuckDB file `warehouse`; return the number of originals read.

    `previous` is a warehouse whose raw tables come from the same reader and seeds, or None to read every original.
    `on_read(done, total)` is called after each original. Raises BuildError for a missing or unreadable
    original, and for a report that the plan in force has no place for.
    """
    reference = load_reference()
    accepted = [submission for submission in submissions if submission.verdict == ACCEPTED]
    check_plan_of(accepted, reference)
    with new_file(warehouse) as connection:
        connection.execute("create schema raw")
        _create(connection, "submissions", _SUBMISSION_COLUMNS)
        connection.execute("create table raw.build_context (version varchar, built_at timestamp, as_of_date date)")
        _write_submissions(connection, submissions, context)
        for form in reference.forms.values():
            _create(connection, form.table_name, _form_columns(reference, form.form_code))
        known = _copy_previous(connection, reference, accepted, previous) if previous else set()
        unread = [submission for submission in accepted if submission.submission_id not in known]
        _read_originals(connection, reference, unread, landing_dir, on_read)
    return len(unread)


def update_raw(
    warehouse: Path,
    submissions: Sequence[Submission],
    landing_dir: Path,
    context: BuildContext,
    on_read: Callable[[int, int], None],
) -> RawChange:
    """Bring schema `raw` of `warehouse`, a copy of a published version, up to date; return the reports concerned.

    The copy was made with the same reader and seeds. Raises BuildError for a missing or unreadable original.
    """
    reference = load_reference()
    accepted = {(report.submission_id, report.sha256): report for report in submissions if report.verdict == ACCEPTED}
    with quiet(duckdb.connect(str(warehouse))) as connection:
        # The models' transaction follows. Until it ends, a whole file that was just copied need not be on the disk.
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.begin()
        before = set(
            connection.execute(
                "select submission_id, sha256 from raw.submissions where verdict = ?", [ACCEPTED]
            ).fetchall()
        )
        removed = sorted(key for key, _ in before - accepted.keys())
        if removed:
            for form in reference.forms.values():
                connection.execute(
                    f"delete from raw.{form.table_name} where submission_id in (select unnest(?::bigint[]))", [removed]
                )
        connection.execute("truncate raw.submissions")
        connection.execute("truncate raw.build_context")
        _write_submissions(connection, submissions, context)
        unread = [report for key, report in accepted.items() if key not in before]
        _read_originals(connection, reference, unread, landing_dir, on_read)
        connection.commit()
    added = [report.submission_id for report in unread]
    changed = {*added, *removed}
    periods = frozenset(
        report.period_code for report in submissions if report.submission_id in changed and report.period_code
    )
    return RawChange(added, removed, periods)


def _write_submissions(
    connection: duckdb.DuckDBPyConnection, submissions: Sequence[Submission], context: BuildContext
) -> None:
    rows = [tuple(getattr(submission, name) for name, _ in _SUBMISSION_COLUMNS) for submission in submissions]
    insert_rows(connection, "raw.submissions", _SUBMISSION_COLUMNS, [row for row in rows if row[1] and row[3]])
    connection.execute(
        "insert into raw.build_context values (?, ?, ?)", [context.version, context.built_at, context.as_of_date]
    )


def _form_columns(reference: Reference, form_code: str) -> list[tuple[str, str]]:
    return [("submission_id", "bigint"), *raw_columns(reference, form_code)]


def _create(connection: duckdb.DuckDBPyConnection, table: str, columns: Iterable[tuple[str, str]]) -> None:
    definition = ", ".join(f"{name} {kind}" for name, kind in columns)
    connection.execute(f"create table raw.{table} ({definition})")


def insert_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Insert rows through an Arrow table with the columns' types, so that no type is inferred from the data.

    `columns` are the table's names and DuckDB types in order. Row by row, the driver takes a hundred times as long.
    """
    if not rows:
        return
    arrays = [
        pa.array(values, type=ARROW_TYPES[kind])
        for values, (_, kind) in zip(zip(*rows, strict=True), columns, strict=True)
    ]
    _insert_batch(connection, table, pa.table(arrays, names=[name for name, _ in columns]))


def _insert_batch(connection: duckdb.DuckDBPyConnection, table: str, batch: pa.Table) -> None:
    """Insert an Arrow table that has the table's columns in their order."""
    connection.register("batch", batch)
    connection.execute(f"insert into {table} select * from batch")
    connection.unregister("batch")


def _copy_previous(
    connection: duckdb.DuckDBPyConnection, reference: Reference, accepted: Sequence[Submission], previous: Path
) -> set[int]:
    """Copy the rows of submissions that `previous` read from the same content; return their ids.

    `previous` has no rows of reports that were returned when it was built.
    """
    connection.execute(f"attach {quoted(str(previous))} as previous (read_only)")
    before = connection.execute(
        "select submission_id, sha256 from previous.raw.submissions where verdict = ?", [ACCEPTED]
    ).fetchall()
    known = set(before) & {(submission.submission_id, submission.sha256) for submission in accepted}
    keys = [key for key, _ in known]
    for form in reference.forms.values():
        connection.execute(
            f"insert into raw.{form.table_name} "
            f"select * from previous.raw.{form.table_name} where submission_id in (select unnest(?::bigint[]))",
            [keys],
        )
    connection.execute("detach previous")
    return set(keys)


def _read_originals(
    connection: duckdb.DuckDBPyConnection,
    reference: Reference,
    unread: Sequence[Submission],
    landing_dir: Path,
    on_read: Callable[[int, int], None],
) -> None:
    pending = _Pending(connection, reference)
    for done, submission in enumerate(unread, start=1):
        original = landed_path(landing_dir, submission.sha256)
        if not original.is_file():
            raise original_error("original_missing", submission, original)
        try:
            if is_columnar(original):
                pending.add_columns(submission.submission_id, read_landed_columns(original, reference))
            else:
                pending.add_rows(submission.submission_id, read_landed(original, reference))
        except UnknownRowError as unknown:
            raise unknown_row_error(submission, unknown) from unknown
        except UnknownCellError as unknown:
            raise unknown_cell_error(submission, unknown) from unknown
        except LandedUnreadableError as error:
            raise BuildError(f"{submission.file_name} ({submission.submission_id}): {error}") from error
        on_read(done, len(unread))
    pending.insert()


class _Pending:
    """Rows of reports that are inserted together, as far as memory allows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, reference: Reference) -> None:
        self._connection, self._reference = connection, reference
        self._rows: dict[str, list[tuple[Any, ...]]] = {form_code: [] for form_code in reference.forms}
        self._tables: dict[str, list[pa.Table]] = {form_code: [] for form_code in reference.forms}
        self._count = 0

    def add_rows(self, submission_id: int, forms: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
        """Add the typed rows of a workbook by form."""
        for form_code, rows in forms.items():
            self._rows[form_code].extend((submission_id, *row) for row in rows)
            self._count += len(rows)
        self._insert_if_many()

    def add_columns(self, submission_id: int, forms: Mapping[str, pa.Table]) -> None:
        """Add the rows of a report as columns by form."""
        for form_code, table in forms.items():
            ids = pa.array([submission_id] * len(table), pa.int64())
            self._tables[form_code].append(table.add_column(0, "submission_id", ids))
            self._count += len(table)
        self._insert_if_many()

    def _insert_if_many(self) -> None:
        if self._count >= _PENDING_ROWS:
            self.insert()

    def insert(self) -> None:
        """Insert what was added since the last call."""
        for form_code, form in self._reference.forms.items():
            table = f"raw.{form.table_name}"
            insert_rows(self._connection, table, _form_columns(self._reference, form_code), self._rows[form_code])
            if self._tables[form_code]:
                _insert_batch(self._connection, table, pa.concat_tables(self._tables[form_code]))
            self._rows[form_code], self._tables[form_code] = [], []
        self._count = 0
