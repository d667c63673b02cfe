"""Commands run in forks of one process that has imported what they need: the seconds of importing are paid once."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path

from warehouse.settings import Settings

PROJECT = Path(__file__).parents[2]
# What `python -m warehouse` and its builds import on their way.
IMPORTED = (
    "dbt.adapters.duckdb",
    "dbt.cli.main",
    "expectations.runner",
    "expectations.texts",
    "pytest",
    "tests.pipeline.doomed_build",
    "warehouse.cli",
    "warehouse.pipeline.marts",
    "warehouse.pipeline.raw",
)
# Told to audit hooks before a command runs.
WARM_EVENT = "tests.run_warm"
_forks = get_context("forkserver")
_forks.set_forkserver_preload(list(IMPORTED))


def run_warm(
    function: Callable[..., int | None], *arguments: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Call a function of a module in a process of its own, in the project's folder and with this environment, and wait
    for its end; gives the exit code that it returned, or minus the signal that ended it, and what it printed."""
    sys.audit(WARM_EVENT)
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = _forks.Process(target=_call, args=(function, arguments, dict(environment), out, err))
        process.start()
        process.join()
        code = process.exitcode
        assert code is not None
        return subprocess.CompletedProcess(arguments, code, *(path.read_text(encoding="utf-8") for path in (out, err)))


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
    """`python -m warehouse …`; a build finds a warm worker, as on a server that keeps one. Returns the exit code."""
    from warehouse.cli import main
    from warehouse.pipeline.worker import SOCKET, serve

    settings = Settings.from_env()
    socket = settings.data_dir / SOCKET
    if arguments[:1] != ("build",) or socket.exists():
        return main(arguments)
    context = get_context("fork")
    heard, told = context.Pipe(duplex=False)
    worker = context.Process(target=serve, args=(settings, lambda: told.send("ready")))
    worker.start()
    heard.recv()
    try:
        return main(arguments)
    finally:
        worker.kill()
        worker.join()
        socket.unlink()
