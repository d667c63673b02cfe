"""Running dbt in a process of its own: it would keep DuckDB's write lock in ours."""

import ctypes
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.errors import BuildError
from warehouse.plan.seeds import seeds_dir
from warehouse.settings import PROJECT_ROOT

DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
PARSE_CACHE = "partial_parse.msgpack"
# dbt's own account of the build, below the build's folder.
TARGET = "dbt"
MANIFEST = f"{TARGET}/manifest.json"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class DbtFailure:
    """A model or test that did not succeed: its name and dbt's message."""

    node: str
    message: str


# Runs dbt with these arguments in that folder for at most so many seconds; gives its exit code and what it printed.
# Raises TimeoutError.
DbtInvoker = Callable[[list[str], Path, int], tuple[int, str]]


def invoke_in_new_process(arguments: list[str], folder: Path, timeout_s: int) -> tuple[int, str]:
    """Start dbt from nothing: the DbtInvoker of a build without a warm worker."""
    command = [sys.executable, "-m", "dbt.cli.main", *arguments]
    environment = {**os.environ, "DO_NOT_TRACK": "1", "PYTHONWARNINGS": "ignore"}
    try:
        finished = subprocess.run(  # noqa: S603
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout_s,
            preexec_fn=die_with_parent, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return finished.returncode, finished.stdout + finished.stderr


def dbt_folders(target: Path) -> list[str]:
    """The options that tell dbt where the project is and that it writes into `target` only."""
    project = str(_project_dir())
    return [
        "--project-dir",
        project,
        "--profiles-dir",
        project,
        "--target-path",
        str(target),
        "--log-path",
        str(target),
    ]


def _project_dir() -> Path:
    """The dbt project; with a plan pack, a folder in which links to its parts stand beside the seeds in force."""
    seeds = seeds_dir()
    if seeds.parent == DBT_PROJECT_DIR:
        return DBT_PROJECT_DIR
    for part in DBT_PROJECT_DIR.iterdir():
        link = seeds.parent / part.name
        if link != seeds:
            link.unlink(missing_ok=True)
            link.symlink_to(part)
    return seeds.parent


def run_dbt(folder: Path, cache_dir: Path, timeout_s: int, invoke: DbtInvoker) -> list[DbtFailure]:
    """Seed, run and test every model into `folder/warehouse.duckdb`; return what failed, [] when all is well.

    The profile names the database relative to the working directory: the parsed project can then be reused, because
    neither profile nor project changes between builds. Raises BuildError, with the end of what dbt
    printed, when there are no results to read, and when dbt takes longer than `timeout_s` seconds.
    """
    target = folder / TARGET
    target.mkdir(exist_ok=True)
    cache = parsed_project(cache_dir)
    if cache.is_file():
        shutil.copyfile(cache, target / PARSE_CACHE)
    leave_out = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    arguments = ["build", *leave_out, *dbt_folders(target)]
    try:
        exit_code, printed = invoke(arguments, folder, timeout_s)
    except TimeoutError as error:
        raise BuildError(f"dbt: > {timeout_s} s") from error
    results = target / "run_results.json"
    if not results.is_file():
        raise BuildError(_last_words(printed))
    failures = _failures(json.loads(results.read_text(encoding="utf-8")))
    if exit_code != 0 and not failures:
        raise BuildError(_last_words(printed))
    _keep_parse_cache(target / PARSE_CACHE, cache)
    return failures


def parsed_project(cache_dir: Path) -> Path:
    """Where the parsed project is kept. dbt writes into it where the seeds lie: a program that moved parses anew."""
    place = hashlib.sha256(str(seeds_dir().parent).encode()).hexdigest()[:8]
    return cache_dir / f"{place}.{PARSE_CACHE}"


def _failures(results: dict[str, Any]) -> list[DbtFailure]:
    return [
        DbtFailure(node=result["unique_id"], message=result["message"] or result["status"])
        for result in results["results"]
        if result["status"] in ("fail", "error", "runtime error")
    ]


def _last_words(printed: str) -> str:
    """The last lines dbt printed: its error, below the trace that nobody here can use."""
    lines = [line for line in printed.splitlines() if line.strip()]
    return "dbt: " + " ".join(line.strip() for line in lines[-3:])


def _keep_parse_cache(parsed: Path, cache: Path) -> None:
    if parsed.is_file():
        cache.parent.mkdir(parents=True, exist_ok=True)
        partial = cache.with_name(f".{cache.name}.{os.getpid()}")
        shutil.copyfile(parsed, partial)
        partial.replace(cache)


def die_with_parent() -> None:
    """A killed build must not leave dbt writing behind its back."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
