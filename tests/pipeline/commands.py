"""Running the documented commands as their users do, in a data folder of the test's own."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from tests.pipeline.forked import PROJECT, command, run_forked

# What dbt compiled once serves every build of the run, of whatever plan.
COMPILED = PROJECT / ".pytest_cache" / "compiled"
# The folder of a data folder with the plan that its fixture made.
OWN_PLAN = "plan"


def environment(data_dir: Path, as_of: date = date(2026, 11, 25), **settings: str) -> dict[str, str]:
    """The environment of a command that works in `data_dir` as if it were `as_of`; more settings by name. Where the
    folder brings a plan of its own, that is in force."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KPI_")}
    own = {"KPI_DATA_DIR": str(data_dir), "KPI_AS_OF_DATE": as_of.isoformat(), "KPI_LANG": "en"}
    if (plan := data_dir / OWN_PLAN).is_dir():
        own["KPI_PLAN_DIR"] = str(plan)
    return inherited | own | {"KPI_COMPILED_DIR": str(COMPILED)} | settings


def run(data_dir: Path, *arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command of `python -m warehouse` to its end, imports made beforehand; return it with what it printed."""
    return run_forked(command, *map(str, arguments), environment=environment(data_dir, **options))


def run_well(data_dir: Path, *arguments: str | Path, **options: Any) -> str:
    """The same, and fail with what it printed unless it ends well; return what it printed."""
    finished = run(data_dir, *arguments, **options)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def run_cold(data_dir: Path, *arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run `python -m warehouse …` to its end as a shell does and return it with what it printed."""
    return run_python(data_dir, "-m", "warehouse", *arguments, **options)


def run_python(
    data_dir: Path, *arguments: str | Path, cwd: Path = PROJECT, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments in the same surroundings as a command."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment(data_dir, **options),
        capture_output=True,
        text=True,
        check=False,
    )


def run_json(data_dir: Path, *arguments: str | Path, **options: Any) -> Any:
    """Run a command with `--json` and return what it says; fails with its output when it does not end well."""
    return json.loads(run_well(data_dir, *arguments, "--json", **options))
