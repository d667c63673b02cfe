"""The warm worker: builds start without the seconds that importing dbt and Great Expectations takes.

The worker only imports and listens. Each build is a forked child that can be killed like any other build; dbt runs in
a fork of its own, made before the child has opened anything. A worker whose rules or code are no longer those on disk
ends itself, and the build then runs as if there had been none.
"""

import contextlib
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from warehouse.errors import BuildError, RegistryDamagedError
from warehouse.pipeline import pipeline
from warehouse.pipeline.dbt_runner import die_with_parent
from warehouse.pipeline.fingerprint import code_fingerprint
from warehouse.pipeline.lock import BuildLocked
from warehouse.settings import Settings

# A socket's path may have about a hundred bytes; a data folder's often has more, so it is named from inside.
SOCKET = "worker.sock"


@dataclass(frozen=True)
class Request:
    """A build as asked for, and the code that the asker sees on disk."""

    settings: Settings
    by: str
    full_refresh: bool
    code: str


def build_in_worker(
    settings: Settings, *, by: str, full_refresh: bool, progress: pipeline.Progress
) -> pipeline.BuildResult | None:
    """Have the running worker build; None when there is none or it is out of date. Raises as `build.build` does."""
    try:
        with _inside(settings.data_dir):
            connection = Client(SOCKET, family="AF_UNIX")
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    steps: dict[str, Callable[..., None]] = {"begin": progress.begin, "part": progress.part, "end": progress.end}
    with connection:
        connection.send(Request(settings, by, full_refresh, code_fingerprint()))
        while True:
            try:
                if not connection.poll(settings.build_timeout_s):
                    raise BuildError(f"the worker has been silent for {settings.build_timeout_s} s")
                kind, content = connection.recv()
            except (EOFError, ConnectionResetError) as error:
                raise BuildError("the build was ended from outside") from error
            if kind == "stale":
                return None
            if kind == "result":
                result: pipeline.BuildResult = content
                return result
            if kind == "locked":
                raise BuildLocked(content)
            if kind == "damaged":
                raise RegistryDamagedError(*content)
            if kind == "error":
                raise BuildError(content)
            steps[kind](*content)


def serve(settings: Settings, on_ready: Callable[[], None]) -> None:
    """Listen for builds until the code on disk changes or the process is stopped; says once that it is ready."""
    code = code_fingerprint()
    _warm_up()
    signal.signal(signal.SIGCHLD, lambda *_: _reap())
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with _inside(settings.data_dir):
        Path(SOCKET).unlink(missing_ok=True)
        listener = Listener(SOCKET, family="AF_UNIX")
        Path(SOCKET).chmod(0o600)
    on_ready()
    with listener:
        while True:
            with listener.accept() as connection:
                request: Request = connection.recv()
                if request.code != code:
                    connection.send(("stale", None))
                    return
                if os.fork() == 0:
                    _build_and_exit(request, connection)


def _warm_up() -> None:
    """Import what builds need."""
    import dbt.cli.main  # noqa: F401, PLC0415

    import expectations.runner  # noqa: F401, PLC0415
    import warehouse.pipeline.marts  # noqa: PLC0415
    import warehouse.pipeline.raw  # noqa: F401, PLC0415


def _build_and_exit(request: Request, connection: Connection) -> None:
    """The forked child: build, answer, and leave without the worker's clean-up."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        connection.send(_answer(request, connection))
    finally:
        connection.close()
        os._exit(0)


def _answer(request: Request, connection: Connection) -> tuple[str, Any]:
    try:
        result = pipeline.build(
            request.settings,
            by=request.by,
            full_refresh=request.full_refresh,
            progress=_Relay(connection),
            invoke_dbt=WarmDbt(),
        )
    except BuildLocked as locked:
        return "locked", locked.holder
    except RegistryDamagedError as damaged:
        return "damaged", (damaged.missing, damaged.path)
    except BuildError as error:
        return "error", error.told
    except OSError as error:
        return "error", str(error)
    return "result", result


class _Relay(pipeline.Progress):
    """Tells the asking process of progress; a build whose asker has gone away goes on."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def begin(self, step: str) -> None:
        self._tell("begin", step)

    def part(self, done: int, total: int) -> None:
        self._tell("part", done, total)

    def end(self, step: str, seconds: float) -> None:
        self._tell("end", step, seconds)

    def _tell(self, kind: str, *content: Any) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send((kind, content))


class WarmDbt:
    """A DbtInvoker that forks at once, while nothing is open, and runs dbt when called."""

    def __init__(self) -> None:
        context = get_context("fork")
        self.ours, theirs = context.Pipe()
        self.process = context.Process(target=_run_dbt_when_told, args=(theirs, self.ours), daemon=True)
        self.process.start()
        theirs.close()

    def __call__(self, arguments: list[str], folder: Path, timeout_s: int) -> tuple[int, str]:
        self.ours.send((arguments, str(folder)))
        try:
            if not self.ours.poll(timeout_s):
                raise TimeoutError
            exit_code, printed = self.ours.recv()
        except EOFError:
            return 1, "dbt ended without a word"
        finally:
            self.process.kill()
            self.process.join()
        return exit_code, printed


def _run_dbt_when_told(pipe: Connection, others_end: Connection) -> None:
    # While this process holds the other end itself, the pipe never ends when the build does.
    others_end.close()
    die_with_parent()
    try:
        arguments, folder = pipe.recv()
    except EOFError:
        return
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    os.environ["DO_NOT_TRACK"] = "1"
    os.chdir(folder)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        outcome = dbtRunner().invoke(arguments)
    words = f"{printed.getvalue()}\n{outcome.exception or ''}"
    pipe.send((0 if outcome.success else 1, words))
    sys.stdout.flush()
    os._exit(0)


def _reap() -> None:
    """Give up what the kernel keeps of children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
