"""Marts that describe the build itself: written after dbt, because their content is known only then."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from expectations.texts import CheckText, check_texts
from warehouse.pipeline.comments import write_comments
from warehouse.pipeline.lineage import lineage_rows
from warehouse.pipeline.raw import BuildContext, insert_rows
from warehouse.reference import load_reference
from warehouse.registry.store import QualityResult
from warehouse.storage.duckdb_connection import quiet


@dataclass(frozen=True)
class MartTable:
    """Definition of a mart: its description (the grain), and name, type and description of each column."""

    description: str
    columns: list[tuple[str, str, str]]


QUALITY_RESULT = MartTable(
    "One row per check and build, with its result.",
    [
        ("run_version", "varchar", "Version whose build ran the check, published or not."),
        ("run_at", "timestamp", "When that build began."),
        ("check_code", "varchar", "The check; its name and reason are in dim_check."),
        ("suite", "varchar", "Suite the check belongs to."),
        ("table_name", "varchar", "Table that was checked."),
        ("column_name", "varchar", "Column that was checked; null when the check is about rows."),
        ("severity", "varchar", "critical (stops publication), warning or info."),
        ("is_success", "boolean", "True when no row breaks the rule."),
        ("unexpected_count", "integer", "Rows that break the rule."),
        ("element_count", "integer", "Rows checked."),
        ("failing_units", "varchar", "JSON list of unit, period and value of the rows that break the rule."),
    ],
)
LINEAGE = MartTable(
    "One row per source, seed, model or page of the project and each of its parents, as dbt knew them in this build.",
    [
        ("node", "varchar", "Name of the node: a raw table, seed, model or page."),
        ("kind", "varchar", "source, seed, model or page."),
        ("layer", "varchar", "raw, reference, staging, intermediate, marts or pages."),
        ("description", "varchar", "dbt's description of the node (its grain first)."),
        ("parent", "varchar", "A node it is made from; null when it has none."),
        ("step", "integer", "Length of the longest path from a node without parents: parents have a smaller step."),
    ],
)
CHECK = MartTable(
    "One row per check of the latest build: its name and its reason.",
    [
        ("check_code", "varchar", "The check, as in fct_quality_result."),
        ("suite", "varchar", "Suite the check belongs to."),
        ("table_name", "varchar", "Table that is checked."),
        ("column_name", "varchar", "Column that is checked; null when the check is about rows."),
        ("severity", "varchar", "critical (stops publication), warning or info."),
        ("name_vi", "varchar", "What holds when the check passes, Vietnamese."),
        ("name_en", "varchar", "What holds when the check passes, English."),
        ("why_vi", "varchar", "Why the check is made, Vietnamese."),
        ("why_en", "varchar", "Why the check is made, English."),
    ],
)
CHECK_TARGET = MartTable(
    "One row per check and target whose published figures it concerns.",
    [
        ("check_code", "varchar", "The check, as in fct_quality_result."),
        ("target_code", "varchar", "Target of a plan."),
        (
            "link",
            "varchar",
            "Why: measure (the checked column is a term of the target), form (the check is about rows or other columns "
            "of a form that a term comes from) or figure (it is about published figures of every target).",
        ),
    ],
)
PUBLICATION = MartTable(
    "One row: the version and its inputs.",
    [
        ("version", "varchar", "The published version."),
        ("built_at", "timestamp", "When its build began."),
        ("as_of_date", "date", "Day on which lateness was judged."),
        ("source_count", "integer", "Accepted reports that count."),
        ("is_sample", "boolean", "True when any counting report carries the sample label."),
        ("row_counts", "varchar", "JSON object: rows of each mart, but of those that only rearrange others."),
        ("checks_passed_count", "integer", "Checks of submitted data and marts that passed."),
        ("checks_failed_count", "integer", "Checks that failed, none of them critical."),
        ("latest_period_code", "varchar", "Newest quarter with an accepted report."),
    ],
)


# A check of one term concerns the targets that use the term. Any other check of a form (its rows, sums of its columns)
# concerns every target that uses the form; a check of a measure that no target uses concerns none.
_CHECKS_TO_TARGETS = """
insert into marts.dim_check_target
with checks as (
    select distinct check_code, table_name, column_name from marts.fct_quality_result where run_version = ?
),
measures as (select measure_code from marts.dim_measure),
-- A plan pack may leave out some of the project's targets, whose terms are there all the same.
targets as (select distinct target_code from marts.dim_target)
select distinct checks.check_code, terms.target_code,
    case when checks.column_name = terms.measure_code then 'measure' else 'form' end
from checks
inner join marts.dim_target_term as terms on checks.table_name = terms.raw_table
inner join targets on terms.target_code = targets.target_code
where checks.column_name = terms.measure_code
    or coalesce(checks.column_name, '') not in (select measure_code from measures)
union all
select checks.check_code, targets.target_code, 'figure'
from checks cross join targets
where checks.table_name in ('fct_measure', 'fct_reporting', 'fct_target_progress')
"""


def write_build_marts(
    warehouse: Path, context: BuildContext, results: Sequence[QualityResult], manifest: Path
) -> tuple[int, bool]:
    """Write check results (`results`, of all kept runs), texts of checks, lineage (of dbt's `manifest`), publication.

    Leaves the file checkpointed. Returns the number of reports that count, and whether any of them is sample data.
    """
    parsed = json.loads(manifest.read_text(encoding="utf-8"))
    derived = {node["alias"] for node in parsed["nodes"].values() if "derived" in node["tags"]}
    with quiet(duckdb.connect(str(warehouse))) as connection:
        # The disk is waited for once, not for each statement.
        connection.begin()
        names = [name for name, _, _ in QUALITY_RESULT.columns]
        rows = [tuple(getattr(result, name) for name in names) for result in results]
        _write(connection, "fct_quality_result", QUALITY_RESULT, rows)
        _write(connection, "dim_check", CHECK, _check_rows(context.version, results))
        _create(connection, "dim_check_target", CHECK_TARGET)
        connection.execute(_CHECKS_TO_TARGETS, [context.version])
        _write(connection, "dim_lineage", LINEAGE, lineage_rows(parsed, load_reference()))
        _create(connection, "publication", PUBLICATION)
        sources, is_sample, latest = connection.execute(
            "select count(*), coalesce(bool_or(is_sample), false), max(period_code) from marts.fct_submission "
            "where is_counting"
        ).fetchall()[0]
        tables = connection.execute(
            "select table_name from duckdb_tables() "
            "where schema_name = 'marts' and table_name <> 'publication' order by table_name"
        ).fetchall()
        counts = {
            table: count
            for (table,) in tables
            if table not in derived
            for (count,) in connection.execute(f"select count(*) from marts.{table}").fetchall()
        }
        passed = sum(result.is_success for result in results if result.run_version == context.version)
        failed = sum(not result.is_success for result in results if result.run_version == context.version)
        connection.execute(
            "insert into marts.publication values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [context.version, context.built_at, context.as_of_date, sources, is_sample,
             json.dumps(counts), passed, failed, latest],
        )  # fmt: skip
        connection.commit()
        # Read-only connections cannot open a file that has a write-ahead log.
        connection.execute("force checkpoint")
    return sources, is_sample


def _check_rows(version: str, results: Sequence[QualityResult]) -> list[tuple[str | None, ...]]:
    """Return the rows of `dim_check`; the code is the name of a check without texts."""
    texts = check_texts()
    rows: list[tuple[str | None, ...]] = []
    for check in results:
        if check.run_version != version:
            continue
        text = texts.get(check.check_code) or CheckText(check.check_code, check.check_code, "", "")
        keys = (check.check_code, check.suite, check.table_name, check.column_name, check.severity)
        rows.append((*keys, text.name_vi, text.name_en, text.why_vi, text.why_en))
    return rows


def _write(connection: duckdb.DuckDBPyConnection, table: str, mart: MartTable, rows: Sequence[tuple[Any, ...]]) -> None:
    _create(connection, table, mart)
    insert_rows(connection, f"marts.{table}", [(name, kind) for name, kind, _ in mart.columns], rows)


def _create(connection: duckdb.DuckDBPyConnection, table: str, mart: MartTable) -> None:
    # An increment begins with the tables of the version before.
    connection.execute(
        f"create or replace table marts.{table} ({', '.join(f'{name} {kind}' for name, kind, _ in mart.columns)})"
    )
    described = [(name, text) for name, _, text in mart.columns]
    write_comments(connection, "table", f"marts.{table}", mart.description, described)
