"""The two marts that describe the build itself: they are known only after dbt, so they are written here."""

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from warehouse.raw import BuildContext, insert_rows
from warehouse.registry import QualityResult

# Description of the table (its grain), then (column, type, description); read also by the export of marts.
QUALITY_RESULT = (
    "One row per check and build, with what it found.",
    [
        ("run_version", "varchar", "Version whose build ran the check, published or not."),
        ("run_at", "timestamp", "When that build began."),
        ("check_code", "varchar", "The check; its name and reason stand in the text catalogue."),
        ("suite", "varchar", "Suite the check belongs to."),
        ("table_name", "varchar", "Table that was checked."),
        ("column_name", "varchar", "Column that was checked; null when the check is about rows."),
        ("severity", "varchar", "critical (stops publication), warning or info."),
        ("is_success", "boolean", "True when nothing was found."),
        ("unexpected_count", "integer", "Rows that break the rule."),
        ("element_count", "integer", "Rows looked at."),
        ("failing_units", "varchar", "JSON list of unit, period and value of the rows found."),
    ],
)
PUBLICATION = (
    "One row: the version and what went into it.",
    [
        ("version", "varchar", "The published version."),
        ("built_at", "timestamp", "When its build began."),
        ("as_of_date", "date", "Day on which lateness was judged."),
        ("source_count", "integer", "Accepted reports that count."),
        ("is_sample", "boolean", "True when any counting report carries the sample label."),
        ("row_counts", "varchar", "JSON object: rows of each mart."),
        ("checks_passed_count", "integer", "Checks of submitted data and marts that found nothing."),
        ("checks_failed_count", "integer", "Checks that found something, none of them critical."),
        ("latest_period_code", "varchar", "Newest quarter with an accepted report."),
    ],
)


def write_build_marts(warehouse: Path, context: BuildContext, results: Sequence[QualityResult]) -> tuple[int, bool]:
    """Write `fct_quality_result` (`results`, all kept runs) and `publication`, and close the file whole.

    Returns the number of reports that count and whether any is sample data.
    """
    with duckdb.connect(str(warehouse)) as connection:
        _create(connection, "fct_quality_result", QUALITY_RESULT)
        columns = [(name, kind) for name, kind, _ in QUALITY_RESULT[1]]
        rows = [tuple(getattr(result, name) for name, _ in columns) for result in results]
        insert_rows(connection, "marts.fct_quality_result", columns, rows)
        _create(connection, "publication", PUBLICATION)
        sources, is_sample, latest = connection.execute(
            "select count(*), coalesce(bool_or(is_sample), false), max(period_code) from marts.fct_submission "
            "where is_counting"
        ).fetchall()[0]
        counts = dict(
            connection.execute(
                "select table_name, estimated_size from duckdb_tables() where schema_name = 'marts' "
                "and table_name <> 'publication' order by table_name"
            ).fetchall()
        )
        passed = sum(result.is_success for result in results if result.run_version == context.version)
        failed = sum(not result.is_success for result in results if result.run_version == context.version)
        connection.execute(
            "insert into marts.publication values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [context.version, context.built_at, context.as_of_date, sources, is_sample,
             json.dumps(counts), passed, failed, latest],
        )  # fmt: skip
        # A leftover write-ahead log would make the published file unreadable for read-only connections.
        connection.execute("force checkpoint")
    return sources, is_sample


def _create(connection: duckdb.DuckDBPyConnection, table: str, described: tuple[str, list]) -> None:
    description, columns = described
    connection.execute(f"create table marts.{table} ({', '.join(f'{name} {kind}' for name, kind, _ in columns)})")
    connection.execute(f"comment on table marts.{table} is {_quoted(description)}")
    for name, _, text in columns:
        connection.execute(f"comment on column marts.{table}.{name} is {_quoted(text)}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
