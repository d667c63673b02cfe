"""Run dbt in a separate process; in the same process it would keep DuckDB's write lock."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.errors import BuildError
from warehouse.plan.seeds import seeds_dir
from warehouse.reference import load_reference
from warehouse.settings import LANGUAGES, PROJECT_ROOT, SEEDS_DIR, Settings
from warehouse.storage.disk import DiskFullError, reports_own_full_disk
from warehouse.text import say

DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
PARSE_CACHE = "partial_parse.msgpack"
# dbt's project, below the version's folder while dbt runs.
PROJECT_LINKS = "project"
# dbt's artifacts and log, below the version's folder.
TARGET = "dbt"
MANIFEST = f"{TARGET}/manifest.json"
# The program that is dbt, by target.
_DBT = ("-m", "dbt.cli.main")
_PROGRAMS = {"spark": ("-P", str(PROJECT_ROOT / "warehouse" / "pipeline" / "spark_dbt.py"))}
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class DbtFailure:
    """A model or test that did not succeed: its name and the message of dbt or the database.

    `is_error` is whether it could not be computed; else a test selected rows.
    """

    node: str
    message: str
    is_error: bool = False


def run_dbt(
    folder: Path, kept_dir: Path, timeout_s: int, target: str = "duckdb", database: Mapping[str, str] | None = None
) -> list[DbtFailure]:
    """Seed, run and test all models into `folder/warehouse.duckdb`; return failures, [] on success.

    With target `postgres`, `database` are libpq's variables for the database to build in; with target `spark`, the
    variables that configure Spark, which reads and writes Parquet files in `folder` (`spark_dbt`).

    The profile names the database, and the options the project, relative to the working directory: so neither of them
    differs between builds, and the parsed project in `kept_dir` is reused, whatever the plan and its seeds. Raises
    DiskFullError, and BuildError when dbt takes longer than `timeout_s` seconds, and, with the last lines of its
    output, when it leaves no results.
    """
    artifacts = folder / TARGET
    artifacts.mkdir(exist_ok=True)
    cache = parsed_project(kept_dir, target)
    if cache.is_file():
        shutil.copyfile(cache, artifacts / PARSE_CACHE)
    exclusions = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    project = link_project(folder, seeds_dir())
    command = [sys.executable, *_PROGRAMS.get(target, _DBT), "build", "--target", target, *exclusions]
    command += _directory_options(artifacts)
    if target == "duckdb" and load_reference().is_large:
        # DuckDB computes each model with all cores.
        command += ["--threads", "1"]
    memory = {"KPI_BUILD_MEMORY_MB": str(Settings.from_env().build_memory_mb)}
    environment = {**os.environ, **memory, "DO_NOT_TRACK": "1", "PYTHONWARNINGS": "ignore", **(database or {})}
    try:
        finished = subprocess.run(  # noqa: S603
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout_s,
            preexec_fn=_die_with_parent, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        texts = {lang: say("builds", "out_of_time", lang, seconds=timeout_s) for lang in LANGUAGES}
        raise BuildError(texts) from error
    finally:
        shutil.rmtree(project)
    output = finished.stdout + finished.stderr
    results = artifacts / "run_results.json"
    if reports_own_full_disk(output):
        raise DiskFullError(str(folder))
    if not results.is_file():
        raise BuildError(_error_lines(output))
    failures = _failures(json.loads(results.read_text(encoding="utf-8")))
    if finished.returncode != 0 and not failures:
        raise BuildError(_error_lines(output))
    _keep_parse_cache(artifacts / PARSE_CACHE, cache)
    return failures


def _directory_options(target: Path) -> list[str]:
    """Return dbt's options for the project's directory and for `target`, the only directory that dbt writes to."""
    project = ["--project-dir", PROJECT_LINKS, "--profiles-dir", PROJECT_LINKS]
    return [*project, "--target-path", str(target), "--log-path", str(target)]


def link_project(folder: Path, seeds: Path) -> Path:
    """Create a directory in `folder` with links to the dbt project's parts, and to `seeds` in place of its own.

    Return its path, which relative to `folder` is the same for all versions.
    """
    project = folder / PROJECT_LINKS
    project.mkdir()
    for part in DBT_PROJECT_DIR.iterdir():
        (project / part.name).symlink_to(seeds if part.name == SEEDS_DIR.name else part)
    return project


def parsed_project(kept_dir: Path, target: str = "duckdb") -> Path:
    """Return the path of the kept parsed project for one of dbt's targets."""
    return kept_dir / f"{target}.{PARSE_CACHE}"


def _failures(results: dict[str, Any]) -> list[DbtFailure]:
    return [
        DbtFailure(result["unique_id"], result["message"] or result["status"], is_error=result["status"] != "fail")
        for result in results["results"]
        if result["status"] in ("fail", "error", "runtime error")
    ]


def _error_lines(output: str) -> str:
    """Return the last lines of dbt's output: the error, without the traceback."""
    lines = [line for line in output.splitlines() if line.strip()]
    return "dbt: " + " ".join(line.strip() for line in lines[-3:])


def _keep_parse_cache(parsed: Path, cache: Path) -> None:
    if parsed.is_file():
        cache.parent.mkdir(parents=True, exist_ok=True)
        partial = cache.with_name(f".{cache.name}.{os.getpid()}")
        shutil.copyfile(parsed, partial)
        partial.replace(cache)


def _die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends, so that a killed build leaves no dbt running."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
