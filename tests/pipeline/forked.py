"""Run functions in forks of one process that has imported what commands and builds need: imports are paid for once."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from warehouse.cli import main

PROJECT = Path(__file__).parents[2]
# Imported by `python -m warehouse`, its commands, the first that has arguments, and builds. dbt is not among them: a
# build runs it in a process of its own.
IMPORTED = (
    "expectations.runner",
    "expectations.texts",
    "pyarrow.dataset",
    "pytest",
    "tests.pipeline.doomed_build",
    "typer._adapters",
    "warehouse.cli",
    "warehouse.commands.doctor",
    "warehouse.commands.plans",
    "warehouse.commands.samples",
    "warehouse.commands.submissions",
    "warehouse.commands.upgrades",
    "warehouse.intake.report_checks",
    "warehouse.intake.suite_run",
    "warehouse.pipeline.compiled_sql",
    "warehouse.pipeline.increment",
    "warehouse.pipeline.marts",
    "warehouse.pipeline.raw",
)
# Audit event raised before a function runs in a fork.
FORK_EVENT = "tests.run_forked"
_forks = get_context("forkserver")
_preloaded = [*IMPORTED]
# Imported after all others.
LAST = "tests.pipeline.frozen"
_forks.set_forkserver_preload([*_preloaded, LAST])


def preload(*modules: str) -> None:
    """Import these modules too before the first fork."""
    _preloaded.extend(modules)
    _forks.set_forkserver_preload([*_preloaded, LAST])


def run_forked(
    function: Callable[..., int | None], *arguments: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Call a module's function in a process of its own, in the project's folder and with this environment.

    Returns, once it has ended, its output and the exit code that it returned, or minus the signal that ended it.
    """
    with tempfile.TemporaryDirectory() as folder:
        process = start_forked(function, *arguments, environment=environment, output=Path(folder))
        process.join()
        return ended(process, arguments, Path(folder))


def start_forked(
    function: Callable[..., int | None], *arguments: str, environment: Mapping[str, str], output: Path
) -> BaseProcess:
    """The same, without waiting for its end: what it prints is in the folder `output`."""
    sys.audit(FORK_EVENT)
    process = _forks.Process(
        target=_call, args=(function, arguments, dict(environment), output / "out", output / "err")
    )
    # A fork would import this process's main module first, which after Streamlit's tests is a page of the app: it would
    # read the settings before they are the fork's own.
    with patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
        process.start()
    return process


def ended(process: BaseProcess, arguments: tuple[str, ...], output: Path) -> subprocess.CompletedProcess[str]:
    """What a process that has ended returned and printed."""
    code = process.exitcode
    assert code is not None
    printed = ((output / name).read_text(encoding="utf-8") for name in ("out", "err") if (output / name).exists())
    return subprocess.CompletedProcess(arguments, code, *printed)


def _call(
    function: Callable[..., int | None], arguments: tuple[str, ...], environment: dict[str, str], out: Path, err: Path
) -> None:
    for path, descriptor in ((out, sys.stdout.fileno()), (err, sys.stderr.fileno())):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(PROJECT)
    sys.exit(function(*arguments))


def command(*arguments: str) -> int:
    """Run `python -m warehouse …`; return the exit code."""
    return main(arguments)
