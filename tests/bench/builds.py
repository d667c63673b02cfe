"""What a build costs: in full, for one report, for nothing, against bare `dbt build` on the same models and data."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from tests.bench import figures
from tests.bench.data import Bench
from tests.bench.figures import Figure, Spread
from tests.bench.processes import BenchError, Cost, run_measured
from warehouse.pipeline.dbt_runner import PARSE_CACHE, link_project, parsed_project
from warehouse.pipeline.pipeline import UNCHANGED
from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.registry.store import ACCEPTED, Registry
from warehouse.settings import SEEDS_DIR
from warehouse.storage.landing import landed_path

GROUP = "build"
# The first commune's meetings in the quarter: a count that no other cell of the form depends on.
CORRECTED_SHEET, CORRECTED_CELL = "B1 Truyền thông", "C7"


def measure(bench: Bench) -> list[Figure]:
    """Rounds of all four builds in turn, so that a busy machine is unfair to none."""
    rounds = bench.samples(5, 2)
    bench.warehouse("build", "--full-refresh")
    costs: dict[str, list[Cost]] = defaultdict(list)
    steps: dict[str, list[float]] = defaultdict(list)
    for number in range(1, rounds + 1):
        full = bench.warehouse("build", "--full-refresh", "--json")
        costs["full"].append(full)
        for step, seconds in result_of(full)["step_timings"].items():
            steps[step].append(seconds)
        costs["bare"].append(_bare_dbt(bench, number))
        costs["unchanged"].append(_unchanged(bench))
        submit_a_correction(bench, number)
        costs["one report"].append(bench.warehouse("build"))
    return _figures(costs, steps)


def _figures(costs: dict[str, list[Cost]], steps: dict[str, list[float]]) -> list[Figure]:
    cpu = {name: Spread.of([cost.cpu_s for cost in runs]) for name, runs in costs.items()}
    peak = {name: Spread.of([cost.peak_mb for cost in runs]) for name, runs in costs.items()}
    wall = {name: Spread.of([cost.wall_s * 1000 for cost in runs]) for name, runs in costs.items()}
    where = ", ".join(f"{step} {statistics.median(seconds):.1f}" for step, seconds in steps.items())
    note, bare, one = f"wall s by step: {where}", "bare dbt build", figures.ONE_REPORT_BUILD
    return [
        Figure(GROUP, "full build", "CPU s", cpu["full"], cpu["bare"], bare, figures.FULL_BUILD, note),
        Figure(GROUP, "one-report build", "CPU s", cpu["one report"], cpu["full"], "full build", one),
        Figure(GROUP, "no-change build", "CPU s", cpu["unchanged"], limit=figures.UNCHANGED_BUILD),
        Figure(GROUP, "full build, time", "ms", wall["full"], wall["bare"], bare),
        Figure(GROUP, "one-report build, time", "ms", wall["one report"], wall["full"], "full build"),
        Figure(GROUP, "no-change build, time", "ms", wall["unchanged"]),
        Figure(GROUP, "peak memory of a full build", "MB", peak["full"], peak["bare"], bare),
    ]


def _unchanged(bench: Bench) -> Cost:
    """A build that finds nothing to do. While someone edits the project a build may find rules that changed."""
    for _ in range(3):
        cost = bench.warehouse("build", "--json")
        if result_of(cost)["outcome"] == UNCHANGED:
            return cost
    raise BenchError("the project's files change while it is being measured")


def result_of(cost: Cost) -> dict[str, Any]:
    """What a build says of itself with `--json`: the last line it prints."""
    result: dict[str, Any] = json.loads(cost.output.splitlines()[-1])
    return result


def _bare_dbt(bench: Bench, number: int) -> Cost:
    """`dbt build` on a warehouse that holds only the raw tables, with the parsed project at hand as builds have it.

    Unit tests and exposures are left out, as in a build: the yardstick does no more than the build's own dbt.
    """
    folder = bench.scratch / f"bare-{number}"
    target = folder / "dbt"
    target.mkdir(parents=True)
    shutil.copyfile(parsed_project(bench.settings.compiled_dir), target / PARSE_CACHE)
    project = link_project(folder, SEEDS_DIR).name
    _copy_raw(bench.settings.published_link.resolve() / WAREHOUSE_FILE, folder / WAREHOUSE_FILE)
    command = [
        sys.executable, "-m", "dbt.cli.main", "build",
        "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure",
        "--project-dir", project, "--profiles-dir", project,
        "--target-path", str(target), "--log-path", str(target),
    ]  # fmt: skip
    cost = run_measured(command, folder, {**bench.env, "DO_NOT_TRACK": "1", "PYTHONWARNINGS": "ignore"})
    shutil.rmtree(folder)
    return cost


def _copy_raw(published: Path, goal: Path) -> None:
    with duckdb.connect(str(goal)) as connection:
        connection.execute(f"attach '{published}' as published (read_only)")
        connection.execute("create schema raw")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'published' and schema_name = 'raw'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"create table raw.{table} as from published.raw.{table}")


def submit_a_correction(bench: Bench, number: int) -> None:
    """A district sends last quarter's report again with one figure changed."""
    registry = Registry(bench.settings.ops_url)
    reports = [row for row in registry.submissions(ACCEPTED) if row.reporter_code != "79"]
    registry.close()
    corrected = max(reports, key=lambda row: (row.period_code, row.submission_id))
    book = openpyxl.load_workbook(landed_path(bench.settings.landing_dir, corrected.sha256))
    cell = book[CORRECTED_SHEET][CORRECTED_CELL]
    cell.value = (cell.value or 0) + 1
    path = bench.scratch / f"correction-{number}.xlsx"
    book.save(path)
    bench.warehouse("submit", str(path), "--note", "corrected")
