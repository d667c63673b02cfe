"""The log of what a computation reads of the registry and the desk: its result is kept while it would read the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Engine, event

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(slots=True)
class ReadLog:
    """Calls of logged functions with their results. `is_complete`: nothing was read in another way, or failed."""

    is_complete: bool = True
    _calls: list[tuple[Callable[[], Any], Any]] = field(default_factory=list)

    def add(self, call: Callable[[], Any], result: Any) -> None:
        """Add a call that can be repeated, and its result."""
        self._calls.append((call, result))

    def would_read_the_same(self) -> bool:
        """Repeat all calls and return whether each has an equal result; False for an incomplete log."""
        return self.is_complete and all(call() == result for call, result in self._calls)


_log: ContextVar[ReadLog | None] = ContextVar("read_log", default=None)


@contextmanager
def reads_logged() -> Iterator[ReadLog]:
    """Log what this thread reads of the registry and the desk."""
    log = ReadLog()
    token = _log.set(log)
    try:
        yield log
    finally:
        _log.reset(token)


def logged(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Log the calls of a function whose result depends on its arguments, the registry and the desk only, and can be
    compared. What it calls itself is not logged again."""

    @wraps(function)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        log = _log.get()
        if log is None:
            return function(*args, **kwargs)
        token = _log.set(None)
        try:
            result = function(*args, **kwargs)
        except Exception:
            log.is_complete = False
            raise
        finally:
            _log.reset(token)
        log.add(lambda: function(*args, **kwargs), result)
        return result

    return call


def watch(engine: Engine) -> None:
    """Let a log know what is read through this engine outside logged functions."""
    event.listen(engine, "before_cursor_execute", _note_read)


def _note_read(*_: Any) -> None:
    if log := _log.get():
        log.is_complete = False
