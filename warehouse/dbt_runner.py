"""Running dbt in a process of its own: it would keep DuckDB's write lock in ours."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import BuildError
from warehouse.settings import PROJECT_ROOT

DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
PARSE_CACHE = "partial_parse.msgpack"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class DbtFailure:
    """A model or test that did not succeed: its name, dbt's message, and whether a test judged the data wrong."""

    node: str
    message: str
    is_failed_test: bool


def run_dbt(folder: Path, cache_dir: Path, timeout_s: int) -> list[DbtFailure]:
    """Seed, run and test every model into `folder/warehouse.duckdb`; return what failed, [] when all is well.

    The profile names the database relative to the working directory: the parsed project can then be reused, because
    neither profile nor project changes between builds. Raises BuildError, with the end of what dbt
    printed, when there are no results to read, and when dbt takes longer than `timeout_s` seconds.
    """
    target = folder / "dbt"
    target.mkdir(exist_ok=True)
    cache = cache_dir / PARSE_CACHE
    if cache.is_file():
        shutil.copyfile(cache, target / PARSE_CACHE)
    command = [
        sys.executable, "-m", "dbt.cli.main", "build",
        "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure",
        "--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR),
        "--target-path", str(target), "--log-path", str(target),
    ]  # fmt: skip
    environment = {**os.environ, "DO_NOT_TRACK": "1", "PYTHONWARNINGS": "ignore"}
    try:
        finished = subprocess.run(  # noqa: S603
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout_s,
            preexec_fn=_die_with_parent, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"dbt: > {timeout_s} s") from error
    results = target / "run_results.json"
    if not results.is_file():
        raise BuildError(_last_words(finished))
    failures = _failures(json.loads(results.read_text(encoding="utf-8")))
    if finished.returncode != 0 and not failures:
        raise BuildError(_last_words(finished))
    _keep_parse_cache(target / PARSE_CACHE, cache)
    return failures


def _failures(results: dict) -> list[DbtFailure]:
    return [
        DbtFailure(
            node=result["unique_id"],
            message=result["message"] or result["status"],
            is_failed_test=result["status"] == "fail",
        )
        for result in results["results"]
        if result["status"] in ("fail", "error", "runtime error")
    ]


def _last_words(finished: subprocess.CompletedProcess[str]) -> str:
    """The last lines dbt printed: its error, below the trace that nobody here can use."""
    lines = [line for line in (finished.stdout + finished.stderr).splitlines() if line.strip()]
    return "dbt: " + " ".join(line.strip() for line in lines[-3:])


def _keep_parse_cache(parsed: Path, cache: Path) -> None:
    if parsed.is_file():
        cache.parent.mkdir(parents=True, exist_ok=True)
        partial = cache.with_name(f".{cache.name}.{os.getpid()}")
        shutil.copyfile(parsed, partial)
        partial.replace(cache)


def _die_with_parent() -> None:
    """A killed build must not leave dbt writing behind its back."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
